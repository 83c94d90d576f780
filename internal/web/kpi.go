package web

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/plant"
	"millwright/views/figure"
	lineview "millwright/views/line"
	"millwright/views/ui"
)

// kpis is the panel "line/<id>/kpi": OEE, its factors and the target with the numbers in their formulas, and where the time went.
func kpis(l lineInfo, s oee.Snapshot) lineview.KPIPanel {
	sums := kpi.Of(s.Window, s.Segments)
	panel := lineview.KPIPanel{Line: string(l.ID), Missing: l.uncycled(s), Losses: losses(l, s), Total: total(l, s.Classic)}
	time := l.timeOf(s)
	ids := map[kpi.ID]string{kpi.OEE: "oee", kpi.Availability: "a", kpi.Performance: "p", kpi.Quality: "q"}
	for _, v := range kpi.Values(&sums, kpi.About{}) {
		id, shown := ids[v.ID]
		if !shown {
			continue
		}
		one := opening(keyFigure(l.locale, v), v, figureAsk{lossAsk: time}.made)
		one.ID = string(l.ID) + "-" + id
		one.Rows = ui.Link{Name: "Losses of this time", Href: time.href(lossesHome)}
		if v.ID == kpi.Availability {
			one.Note = cmp.Or(coverage(l.locale, s.Classic), one.Note)
		}
		panel.KPIs = append(panel.KPIs, one)
	}
	linkFactors(panel.KPIs)
	panel.KPIs = append(panel.KPIs, l.target(s, time))
	return panel
}

// kpis is the panel with how far its figures can be relied on; of a shift that has only begun that is not said.
func (p *painter) kpis(l lineInfo, s oee.Snapshot) lineview.KPIPanel {
	panel := kpis(l, s)
	if s.Classic.OEE.OK {
		sums := kpi.Of(s.Window, s.Segments)
		is := kpi.Trust(&sums, p.clocks().skew(s.Window.From, l.ID))
		panel.Trust = lineview.Trust{Word: string(is.Grade), Why: is.Why, Mood: gradeMood(is.Grade)}
	}
	return panel
}

// timeOf asks for a snapshot's time: of the running shift, or of one that is over.
func (l lineInfo) timeOf(s oee.Snapshot) lossAsk {
	a := lossAsk{over: nowShift, by: byCategory, in: inMinutes, line: string(l.ID)}
	if over := !s.Shift.To.IsZero() && !s.Window.To.Before(s.Shift.To); over {
		a.over, a.from, a.to = customRange, l.typed(s.Shift.From), l.typed(s.Shift.To)
	}
	return a
}

// keyFigure writes a key figure with the numbers in its formula.
func keyFigure(l figure.Locale, v kpi.Value) ui.KPI {
	k := ui.KPI{ID: string(v.ID), Name: v.Name, Formula: v.Formula, Note: v.Note}
	k.Value, k.Unit = amount(l, v.Amount())
	if v.Measure == kpi.Ratio {
		k.Share = share(v.Ratio)
	}
	if low, high := percent(l, v.Low), percent(l, v.High); v.Low.OK && v.High.OK && low != high {
		k.Note = strings.TrimSpace(k.Note + " Some of the time is not known: it is between " + low + " and " + high + " %.")
	}
	plain := v.OK
	for i, t := range v.Terms {
		text := spaced(amount(l, t.Amount))
		k.Terms = append(k.Terms, ui.Term{Name: t.Name, Value: text})
		if t.Sign != "" {
			k.Working += " " + t.Sign + " "
		}
		k.Working += text
		plain = plain && (i == 0 || t.Sign != "")
	}
	if k.Working += " = " + spaced(k.Value, k.Unit); !plain {
		k.Working = ""
	}
	return k
}

func spaced(value, unit string) string { return strings.TrimSpace(value + " " + unit) }

// amount writes a number of a formula, and its unit.
func amount(l figure.Locale, a kpi.Amount) (value, unit string) {
	is := a.Float()
	switch a.Measure {
	case kpi.Ratio:
		if !is.OK {
			return figure.Unknown, "%"
		}
		return percent(l, is), "%"
	case kpi.Pieces:
		return pieces(l, plant.Quantity(a.Whole)), ""
	case kpi.Count:
		return l.Whole(a.Whole), ""
	}
	if !is.OK {
		return figure.Unknown, ""
	}
	switch a.Measure {
	case kpi.Time:
		return l.Minutes(time.Duration(is.Value * float64(time.Second))), "min"
	case kpi.Rate:
		return l.Reading(is.Value), "/h"
	}
	return l.Reading(is.Value), "s"
}

// coverage says how much of the scheduled time is known, unless it is all.
func coverage(l figure.Locale, c oee.Classic) string {
	if !c.Coverage.OK || c.Coverage.Value > 0.9995 {
		return ""
	}
	low, high := percent(l, c.AvailabilityLow), percent(l, c.AvailabilityHigh)
	if low == high {
		return fmt.Sprintf("Known for %s %% of the scheduled time.", percent(l, c.Coverage))
	}
	return fmt.Sprintf("Known for %s %% of the scheduled time; with the rest it is between %s and %s %%.", percent(l, c.Coverage), low, high)
}

// lossOrder is the order in which categories stand in the table.
var lossOrder = []oee.Category{
	oee.Running, oee.MicroStop, oee.Breakdown, oee.Changeover, oee.Starved, oee.Blocked,
	oee.NoOrder, oee.PlannedStop, oee.NotScheduled, oee.NoData,
}

func losses(l lineInfo, s oee.Snapshot) []lineview.Loss {
	var n [oee.ReducedSpeed + 1]int
	for _, seg := range joined(s.Segments) {
		n[seg.Category]++
	}
	var all []lineview.Loss
	for _, category := range lossOrder {
		if d := s.Classic.Times[category]; d > 0 {
			all = append(all, loss(l.locale, category, part{d, s.Classic.Window, n[category]}))
		}
	}
	return all
}

// part is a length of time within a whole, in so many stretches.
type part struct {
	of, whole time.Duration
	stretches int
}

func loss(l figure.Locale, category oee.Category, p part) lineview.Loss {
	r := oee.Ratio{}
	if p.whole > 0 {
		r = oee.Ratio{Value: float64(p.of) / float64(p.whole), OK: true}
	}
	return lineview.Loss{
		State:   ui.State{Tone: tones[category], Word: upper(category.String())},
		Minutes: l.Minutes(p.of),
		Percent: percent(l, r),
		Share:   share(r),
		Count:   times(p.stretches),
	}
}

func total(l lineInfo, c oee.Classic) lineview.Loss {
	t := loss(l.locale, oee.NotScheduled, part{c.Window, c.Window, 0})
	t.State = ui.State{Word: "Shift so far"}
	return t
}
