package web

import (
	"fmt"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/plant"
	"millwright/views/figure"
	lineview "millwright/views/line"
	"millwright/views/ui"
)

// kpis is the panel "line/<id>/kpi": OEE and its factors with the numbers in their formulas, and where the time went.
func kpis(l lineInfo, s oee.Snapshot) lineview.KPIPanel {
	c, lo := s.Classic, l.locale
	with := func(r oee.Ratio) string {
		if !r.OK {
			return figure.Unknown
		}
		return percent(lo, r) + " %"
	}
	term := func(name, value string) ui.Term { return ui.Term{Name: name, Value: value} }
	kpi := func(id, name string, r oee.Ratio) ui.KPI {
		return ui.KPI{ID: string(l.ID) + "-" + id, Name: name, Value: percent(lo, r), Unit: "%", Share: share(r)}
	}
	whole := kpi("oee", "OEE", c.OEE)
	whole.Formula = "Availability × performance × quality"
	whole.Terms = []ui.Term{term("Availability", with(c.Availability)), term("Performance", with(c.Performance)), term("Quality", with(c.Quality))}
	whole.Working = fmt.Sprintf("%s × %s × %s = %s", with(c.Availability), with(c.Performance), with(c.Quality), with(c.OEE))

	a := kpi("a", "Availability", c.Availability)
	a.Formula = "Run time ÷ planned production time"
	a.Terms = []ui.Term{term("Run time", minutes(lo, c.Run)), term("Planned production time", minutes(lo, c.PPT))}
	a.Working = fmt.Sprintf("%s ÷ %s = %s", minutes(lo, c.Run), minutes(lo, c.PPT), with(c.Availability))
	a.Note = coverage(lo, c)

	p := kpi("p", "Performance", c.Performance)
	p.Formula = "Ideal time of all pieces ÷ run time"
	p.Terms = []ui.Term{term("Ideal time of all pieces", minutes(lo, c.Ideal)), term("Run time", minutes(lo, c.Run))}
	p.Working = fmt.Sprintf("%s ÷ %s = %s", minutes(lo, c.Ideal), minutes(lo, c.Run), with(c.Performance))
	if c.Unrated != 0 {
		p.Note = fmt.Sprintf("Not known, as %s no ideal cycle: give the product a rate.", have(lo, c.Unrated))
	}

	q := kpi("q", "Quality", c.Quality)
	q.Formula = "Good pieces ÷ all pieces"
	q.Terms = []ui.Term{term("Good pieces", pieces(lo, c.Good)), term("All pieces", pieces(lo, c.Good+c.Reject))}
	q.Working = fmt.Sprintf("%s ÷ %s = %s", pieces(lo, c.Good), pieces(lo, c.Good+c.Reject), with(c.Quality))

	all := []ui.KPI{whole, a, p, q}
	for i, r := range []oee.Ratio{c.OEE, c.Availability, c.Performance, c.Quality} {
		if !r.OK {
			all[i].Working = ""
		}
	}
	return lineview.KPIPanel{Line: string(l.ID), KPIs: all, Losses: losses(l, s), Total: total(l, c)}
}

// have counts pieces as the subject of a sentence.
func have(l figure.Locale, q plant.Quantity) string {
	if n := pieces(l, q); n != "1" {
		return n + " pieces have"
	}
	return "1 piece has"
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
