// How the target of a line is made.

package web

import (
	"slices"
	"strings"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/plant"
	"millwright/views/figure"
	"millwright/views/ui"
)

// aim is the planned time of one product, and what an ideal line makes in it.
type aim struct {
	product string
	planned time.Duration
	pieces  plant.Quantity
}

// aims are those of all products of some segments, the longest first, and what was made while nobody saw the line.
func (l lineInfo) aims(segments []oee.Segment) (all []aim, unseen plant.Quantity) {
	for i := range segments {
		s := &segments[i]
		if unseen += s.UnseenPieces(); !s.Category.Planned() {
			continue
		}
		at := slices.IndexFunc(all, func(a aim) bool { return a.product == s.Product })
		if at < 0 {
			at, all = len(all), append(all, aim{product: s.Product})
		}
		cycle, _ := l.Ideal(s.Product)
		all[at].planned += s.To.Sub(s.From)
		all[at].pieces += oee.PiecesIn(s.To.Sub(s.From), cycle)
	}
	slices.SortStableFunc(all, func(a, b aim) int { return int(b.planned - a.planned) })
	return all, unseen
}

// targetID is what the target is called on the page of a line or its shift.
func targetID(l lineInfo) string { return string(l.ID) + "-target" }

// target is the pieces that an ideal line had made, with the numbers in its formula.
func (l lineInfo) target(s oee.Snapshot, time lossAsk) ui.KPI {
	k := ui.KPI{
		ID: targetID(l), Name: "Target", Value: targetText(l.locale, s.Target),
		Formula: "Planned time ÷ ideal cycle, of each product; of time that nobody saw what was made in it.",
	}
	var planned []kpi.TermPart
	for c := range oee.ReducedSpeed + 1 {
		if c.Planned() {
			planned = append(planned, kpi.TermPart{Of: c})
		}
	}
	term := func(name, value string, of figureAsk) {
		k.Terms = append(k.Terms, ui.Term{Name: name, Value: value, Href: of.href(segmentsHome)})
	}
	var sum []string
	all, unseen := l.aims(s.Segments)
	for _, a := range all {
		of := figureAsk{lossAsk: time, by: kpi.By{Sides: [kpi.MostSides]kpi.Side{kpi.Product}}, of: planned, one: true}
		of.part.Sides[0] = a.product
		name, lasts := "Planned time of "+figure.Dash(a.product), spaced(l.locale.Minutes(a.planned), "min")
		if a.product == "" {
			name = "Planned time without a product"
		}
		term(name, lasts, of)
		cycle, ok := l.Ideal(a.product)
		if !ok {
			k.Terms = append(k.Terms, ui.Term{Name: "Its ideal cycle", Value: figure.Unknown})
			k.Note = "Time without an ideal cycle sets no target."
			continue
		}
		k.Terms = append(k.Terms, ui.Term{Name: "Its ideal cycle", Value: l.locale.Reading(cycle.Seconds()) + " s"}, ui.Term{Name: "Target of it", Value: pieces(l.locale, a.pieces)})
		sum = append(sum, lasts+" ÷ "+l.locale.Reading(cycle.Seconds())+" s")
	}
	if unseen > 0 {
		term("Made while nobody saw the line", pieces(l.locale, unseen), figureAsk{lossAsk: time, of: []kpi.TermPart{{Any: true}}})
		sum = append(sum, pieces(l.locale, unseen))
	}
	if len(sum) > 0 {
		k.Working = strings.Join(sum, " + ") + " = " + k.Value
	}
	return k
}

// opens lets the figures of a head lead to what they are made of: pieces to their segments, the target to its formula.
func (l lineInfo) opens(s oee.Snapshot, all []ui.Figure) []ui.Figure {
	made := figureAsk{lossAsk: l.timeOf(s), of: []kpi.TermPart{{Any: true}}}.href(segmentsHome)
	target := "#formula-" + targetID(l)
	for i, href := range []string{made, target, target, made} {
		all[i].Href = href
	}
	return all
}
