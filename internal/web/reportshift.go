// The report of one shift of a line.

package web

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/andon"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/report"
	"millwright/views/figure"
	"millwright/views/ui"
)

// title names a shift: "Early shift, Mon 2 Mar 2026, 06:00–14:00".
func (o oneShift) title() string {
	return fmt.Sprintf("%s shift, %s, %s", o.Plan.Name, o.line.locale.Date(o.From), span(o.line.locale, o.Plan))
}

// shiftReport makes the report of a shift.
func (p *painter) shiftReport(ctx context.Context, o oneShift) (report.Report, error) {
	l := o.line
	r := report.Report{
		Kind: "Shift report", Title: o.title(), Subject: l.Name, Plant: l.site.Name, Zone: zoneOf(l.site), Facts: o.reportFacts(p), Made: p.madeAt(l.locale, o.m.Time),
		Name: report.Name("shift", string(l.ID), o.Plan.Date, o.Plan.Name),
	}
	loser := loser{lossAsk: lossAsk{by: byReason, in: inMinutes}, p: p, lines: []lineInfo{l}, eras: []era{{Span: o.Span, shift: o.Plan}}}
	if err := loser.read(ctx, o.m.Time, true); err != nil {
		return r, err
	}
	calls, err := p.callsPart(ctx, o)
	if err != nil {
		return r, err
	}
	top := loser.paretoPart("Top losses")
	r.Parts = []report.Part{
		o.glancePart(p, &loser), writes{l.locale}.keyFigures("Key figures", kpis(l, o.snap).KPIs), o.hoursPart(), top, loser.fallPart(),
		o.stopsPart(&loser), calls, o.scrapPart(), o.handoverPart(p),
	}
	return r, nil
}

func (o oneShift) reportFacts(p *painter) []report.Fact {
	l := o.line
	var products, orders []string
	for i := range o.Segments {
		products, orders = append(products, o.Segments[i].Product), append(orders, o.Segments[i].Order)
	}
	state := "not signed"
	switch {
	case o.Signed != nil:
		state = "signed by " + o.Signed.By.Name + ", " + o.Signed.By.Role.String() + ", " + l.locale.Moment(o.Signed.At)
	case o.runs():
		state = "runs: all figures are those so far"
	case !o.Over:
		state = "ended; its last minutes are not laid out yet"
	}
	return []report.Fact{
		{Name: "Plant", Value: cmp.Or(p.Plant.Enterprise, figure.Unknown)},
		{Name: "Site, area", Value: l.site.Name + ", " + l.area.Name},
		{Name: "Line", Value: l.Name},
		{Name: "Shift", Value: o.Plan.Name + " of " + o.Plan.Date},
		{Name: "State", Value: state},
		{Name: "Products", Value: figure.Dash(strings.Join(distinct(products), ", "))},
		{Name: "Orders", Value: figure.Dash(strings.Join(distinct(orders), ", "))},
	}
}

// glancePart is the shift at a glance.
func (o oneShift) glancePart(p *painter, l *loser) report.Part {
	figures := p.head(o.m, o.line, o.snap).Figures
	if !o.runs() {
		figures[1].Name = "Target"
	}
	figures = append(figures, l.head().Figures[:2]...) // time and money lost
	figures = append(figures, ui.Figure{Name: "Stops without a reason", Value: o.line.locale.Whole(int64(o.snap.Open)), Mood: warnIf(o.snap.Open > 0)})
	sums := kpi.Of(o.Span, o.Segments)
	is, t := kpi.Trust(&sums, o.skew), o.trust()
	part := report.Part{Title: "At a glance", Figures: writes{o.line.locale}.figures(figures), Words: trusted(is.Grade, t.Range, t.Why)}
	whole := o.Plan.To.Sub(o.Plan.From)
	for _, s := range joined(o.Segments) {
		at := func(t time.Time) float64 { return min(1, max(0, float64(t.Sub(o.Plan.From))/float64(max(whole, 1)))) }
		part.Strip = append(part.Strip, report.Stretch{Tone: string(tones[s.Category]), Word: upper(s.Category.String()), From: at(s.From), To: at(s.To)})
	}
	return part
}

// hoursPart is the shift hour by hour.
func (o oneShift) hoursPart() report.Part {
	w := writes{o.line.locale}
	p := report.Part{Title: "Hour by hour", Columns: []report.Column{
		{Name: "Hour"}, {Name: "Target", Number: true}, {Name: "Actual", Number: true}, {Name: "Δ", Number: true}, {Name: "Reject", Number: true}, {Name: "Lost min", Number: true}, {Name: "Lost to (min)"}, {Name: "What was done"},
	}}
	hours := o.hours()
	for i, h := range append(hours, o.total()) {
		var lost, notes []string
		for _, x := range h.Losses {
			lost = append(lost, x.State.Word+" "+x.Minutes)
		}
		for _, n := range h.Notes {
			notes = append(notes, n.Words+" ("+n.By+", "+n.At+")")
		}
		cells := append(report.Texts(h.Label), w.numbers(h.Target, h.Actual)...)
		cells = append(cells, w.number(h.Delta, h.Mood), w.number(h.Reject), w.number(h.Lost))
		for _, c := range []*report.Cell{&cells[2], &cells[4]} {
			if h.Shared && c.Text != figure.Unknown {
				c.Text = figure.About + c.Text
			}
		}
		p.Rows = append(p.Rows, report.Row{Cells: append(cells, report.Texts(strings.Join(lost, ", "), strings.Join(notes, "; "))...), Total: i == len(hours)})
	}
	return p
}

// stopsPart is every stop of the shift, in its order.
func (o oneShift) stopsPart(all *loser) report.Part {
	l, currency := o.line, all.priced()
	w := writes{l.locale}
	p := report.Part{Title: "Stops", None: "No stop in this shift."}
	p.Columns = all.moneyed(currency, report.Column{Name: "From"}, report.Column{Name: "To"}, report.Column{Name: "Minutes", Number: true})
	p.Columns = append(p.Columns, report.Column{Name: "Stop"}, report.Column{Name: "Reason"}, report.Column{Name: "Unit"}, report.Column{Name: "Said by"}, report.Column{Name: "Comment"})
	worth := map[time.Time]string{}
	for _, s := range all.stops(all.lossAsk) {
		m, known := all.worth(&s.heap)
		worth[s.first.Stop] = all.cash.write(m, known)
	}
	for _, x := range o.Stops {
		row := stopRow(o.m, l, o.snap, x)
		cells := append(report.Texts(row.From, row.To), w.number(l.locale.Minutes(x.Lasted)))
		if currency != "" {
			cells = append(cells, w.number(figure.Dash(worth[x.From])))
		}
		reason := cmp.Or(l.reasonNamed(x.Reason), l.cause("", x.Fault))
		if x.Missing() {
			reason = strings.TrimSuffix("missing, "+l.cause("", x.Fault), ", ")
		}
		p.Rows = append(p.Rows, report.Row{Cells: append(cells, report.Texts(row.State.Word, figure.Dash(reason), figure.Dash(l.names[x.Unit]), saidBy(x.Reason, x.By), x.Comment)...)})
	}
	return p
}

// callsPart is who was called for, and how long it took until somebody came.
func (p *painter) callsPart(ctx context.Context, o oneShift) (report.Part, error) {
	l, w := o.line, writes{o.line.locale}
	part := report.Part{Title: "Calls for help", None: "Nobody called for help in this shift.", Columns: []report.Column{
		{Name: "At"}, {Name: "For"}, {Name: "Note"}, {Name: "Called by"}, {Name: "Answered by"}, {Name: "After min", Number: true}, {Name: "Done after min", Number: true},
	}}
	var calls []andon.Call
	if p.Calls != nil {
		var err error
		if calls, err = p.Calls.Between(ctx, l.ID, o.From, o.To); err != nil {
			return part, err
		}
	}
	after := func(c andon.Call, m andon.Mark) report.Cell {
		if m.At.IsZero() {
			return report.Text(figure.Unknown)
		}
		return w.number(l.locale.Minutes(m.At.Sub(c.Raised.At)))
	}
	for _, c := range calls {
		cells := report.Texts(l.locale.Near(c.Raised.At, o.From), l.calledFor(c), c.Note, c.Raised.By.Name, figure.Dash(c.Answered.By.Name))
		part.Rows = append(part.Rows, report.Row{Cells: append(cells, after(c, c.Answered), after(c, c.Done))})
	}
	return part, nil
}

// scrapPart is the pieces that people counted, those that they found wanting, and those that they set right.
func (o oneShift) scrapPart() report.Part {
	l, w := o.line, writes{o.line.locale}
	p := report.Part{Title: "Scrap, rework, and pieces counted by hand", None: "Nobody reported scrap or rework, or counted pieces by hand in this shift.", Columns: []report.Column{
		{Name: "When"}, {Name: "What"}, {Name: "Good", Number: true}, {Name: "Scrap", Number: true}, {Name: "Reason"}, {Name: "Said by"}, {Name: "At"}, {Name: "Comment"},
	}}
	for _, e := range edit.Standing(o.Edits) {
		if !e.Kind.Pieces() {
			continue
		}
		what := map[edit.Kind]string{edit.Scrap: "Scrap of its count", edit.Count: "Counted by hand", edit.Recount: "Job " + errs.Clip(e.Job) + " counted in all", edit.Rework: "Reworked", edit.Reading: "By the counter"}[e.Kind]
		if e.Product != "" {
			what += ", " + errs.Clip(e.Product)
		}
		good := report.Cell{}
		if e.Kind != edit.Scrap {
			good = w.number(pieces(l.locale, e.Good))
		}
		cells := append(report.Texts(l.when(e.Span()), what), good, w.number(pieces(l.locale, e.Reject)))
		p.Rows = append(p.Rows, report.Row{Cells: append(cells, report.Texts(figure.Dash(l.scrapNamed(e.Reason)), e.By.Name, l.locale.Near(e.At, o.From), e.Comment)...)})
	}
	return p
}

// handoverPart is what the shift leaves to the next, and who answers for it.
func (o oneShift) handoverPart(p *painter) report.Part {
	h := o.handover(p)
	part := report.Part{Title: "Hand-over"}
	say := func(mood report.Mood, words string) {
		part.Words = append(part.Words, report.Words{Text: words, Mood: mood})
	}
	for _, i := range h.Open {
		say(report.Mood(i.Mood), i.Text)
	}
	if len(h.Open) == 0 {
		say(report.Plain, "Nothing is open.")
	}
	if h.Signed == nil {
		say(report.Warning, "The shift is not signed.")
		return part
	}
	say(report.Well, "Signed by "+h.Signed.By+", "+h.Signed.At+".")
	if h.Signed.Comment != "" {
		say(report.Plain, "To the next shift: "+h.Signed.Comment)
	}
	if h.Signed.Taken != "" {
		say(report.Plain, "Acknowledged "+h.Signed.Taken+".")
	}
	if h.Signed.Late != "" {
		say(report.Warning, "Became known later, and is not in it: "+h.Signed.Late+".")
	}
	return part
}
