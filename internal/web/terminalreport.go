// The terminal's form about pieces, and what was said in this shift.

package web

import (
	"crypto/rand"
	"slices"
	"strconv"
	"strings"

	"millwright/internal/errs"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/plant"
	tree "millwright/internal/plant/reason"
	lineview "millwright/views/line"
	opview "millwright/views/operator"
	"millwright/views/ui"
)

// report is the form about pieces: of an hour of the shift, or of all of it.
func (d desktop) report() opview.Report {
	l, r := d.line, opview.Report{
		Key:    rand.Text(),
		When:   ui.Input{ID: "when", Label: "When"},
		Good:   ui.Input{ID: "good", Label: "Good", Type: "text", Optional: true},
		Reject: ui.Input{ID: "reject", Label: "Scrap", Type: "text", Optional: true},
		Rework: ui.Input{ID: "rework", Label: "Good only after rework", Type: "text", Optional: true},
		Reason: ui.Input{ID: "scrap", Label: "Why is it scrap?"}, Reasons: []ui.Choice{{Name: "– choose –"}},
		Product: ui.Input{ID: "product", Label: "Product"}, Products: d.products(),
	}
	add := func(name string, s plant.Span) { r.Times = append(r.Times, l.spanChoice(name, s)) }
	for _, w := range slices.Backward(slots(d.snap.Shift)) {
		now := w.Contains(d.snap.Window.To)
		w.From, w.To = plant.Later(w.From, d.snap.Window.From), plant.Earlier(w.To, d.snap.Window.To)
		if !w.From.Before(w.To) {
			continue
		}
		if now {
			add("This hour", w)
		} else {
			add("The hour", w)
		}
	}
	if d.snap.Window.From.Before(d.snap.Window.To) && len(r.Times) > 0 {
		add("The whole shift", d.snap.Window)
		r.When.Value = r.Times[0].Value
	}
	l.whole.Reasons.Scrap.Walk(func(x tree.Reason, depth int) {
		r.Reasons = append(r.Reasons, ui.Choice{Value: string(x.ID), Name: strings.Repeat("\u2003", depth) + x.In(l.Language)})
	})
	return r
}

// mostSaid is how many of the things that were said can be taken back on the terminal.
const mostSaid = 8

// sayings are what still counts of what was said in this shift, or about it, the newest first.
func (d desktop) sayings() (all []lineview.Saying) {
	for _, e := range slices.Backward(edit.Standing(d.week.Edits)) {
		if from := d.snap.Window.From; (e.At.After(from) || e.To.After(from)) && len(all) < mostSaid {
			all = append(all, lineview.Saying{Words: d.line.told(e), By: e.By.Name, At: d.line.locale.Time(e.At), Edit: strconv.FormatInt(e.ID, 10)})
		}
	}
	return all
}

// told is what somebody said, of stops and of pieces.
func (l lineInfo) told(e edit.Edit) string {
	if !e.Kind.Pieces() {
		return l.words(e) + ", " + l.when(e.Span())
	}
	var parts []string
	if e.Good != 0 {
		parts = append(parts, e.Good.String()+" good")
	}
	if e.Reject != 0 {
		parts = append(parts, e.Reject.String()+" scrap")
	}
	words := strings.Join(parts, ", ")
	switch e.Kind {
	case edit.Count:
		words += ", counted by hand"
	case edit.Recount:
		words = recountTold(e)
	case edit.Rework:
		words = e.Good.String() + " reworked"
	case edit.Reading:
		words = counterTold(e)
	}
	if e.Product != "" {
		words += ", " + errs.Clip(e.Product)
	}
	if reason := l.scrapNamed(e.Reason); reason != "" {
		words += ": " + reason
	}
	return words + ", " + l.when(e.Span())
}

// recountTold is what a recount says: how many pieces more or less a job has than were counted.
func recountTold(e edit.Edit) string {
	var parts []string
	for i, q := range [2]plant.Quantity{e.Good, e.Reject} {
		of := [2]string{"good", "scrap"}[i]
		switch {
		case q > 0:
			parts = append(parts, q.String()+" "+of+" more")
		case q < 0:
			parts = append(parts, (-q).String()+" "+of+" less")
		}
	}
	if len(parts) == 0 {
		parts = append(parts, "what machines told by now")
	}
	return "job " + errs.Clip(e.Job) + " counted in all: " + strings.Join(parts, ", ")
}

// scrapNamed is a reason for scrap in the line's language; "" where the plant has none of that identity.
func (l lineInfo) scrapNamed(id string) (name string) {
	l.whole.Reasons.Scrap.Walk(func(r tree.Reason, _ int) {
		if string(r.ID) == id {
			name = r.In(l.Language)
		}
	})
	return name
}
