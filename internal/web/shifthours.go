// The rows of a shift, and what it leaves open.

package web

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/plant"
	"millwright/views/figure"
	shiftview "millwright/views/shift"
	"millwright/views/ui"
)

// hours are those of the shift since it began: one in which the line did begins in an hour of its calendar.
func (o oneShift) hours() (all []shiftview.Hour) {
	for _, slot := range slots(o.Plan) {
		if slot.To.After(o.From) {
			all = append(all, o.hourAt(slot))
		}
	}
	return all
}

func (o oneShift) hourAt(slot plant.Span) shiftview.Hour {
	if !slot.From.Before(o.To) {
		return o.ahead(slot)
	}
	return o.hour(slot)
}

// ahead is an hour that has not begun: what it is to make is planned by the calendar.
func (o oneShift) ahead(slot plant.Span) shiftview.Hour {
	h := shiftview.Hour{Label: o.label(slot), Target: figure.Unknown, Ahead: true, Live: o.panel(hourPart, slot.From)}
	if _, target := piecesWithin(o.line, o.snap, slot); target > 0 {
		h.Target = o.line.locale.Whole(int64(target))
	}
	return h
}

// hour is one that has begun; of the running one the target is that by now.
func (o oneShift) hour(slot plant.Span) shiftview.Hour {
	h := o.row(plant.Span{From: plant.Earlier(plant.Later(slot.From, o.From), o.To), To: plant.Earlier(slot.To, o.To)})
	h.Label, h.Shared = o.label(slot), o.shared(slot)
	if h.Current = o.runs() && slot.Contains(o.m.Time); h.Current {
		h.Live = o.panel(hourPart, slot.From)
	}
	h.Start = strconv.FormatInt(slot.From.UnixMicro(), 10)
	h.Note = ui.Input{ID: "note-" + h.Start, Label: "What was done about it", Rows: 2}
	h.Strip = ui.Strip{ID: "hour-" + h.Start, Title: h.Label, From: slot.From, To: slot.To, Locale: o.line.locale}
	for _, seg := range edit.Clip(joined(o.Segments), slot) {
		h.Strip.Segments = append(h.Strip.Segments, ui.Segment{From: seg.From, To: seg.To, Tone: tones[seg.Category], Title: o.line.title(seg, seg.To)})
	}
	for _, e := range edit.Standing(o.Edits) {
		if e.Kind == edit.Note && slot.Contains(e.From) {
			h.Notes = append(h.Notes, shiftview.Note{Words: e.Comment, By: e.By.Name, At: o.line.locale.Near(e.At, o.From)})
		}
	}
	return h
}

// shared tells whether people counted pieces of an hour together with those of others.
func (o oneShift) shared(hour plant.Span) bool {
	return slices.ContainsFunc(edit.Standing(o.Edits), func(e edit.Edit) bool {
		counted := (e.Kind == edit.Count || e.Kind == edit.Reading) && e.Good+e.Reject != 0
		return counted && overlap(hour, e.From, e.To) > 0 && (e.From.Before(hour.From) || e.To.After(hour.To))
	})
}

func (o oneShift) total() shiftview.Hour {
	t := o.row(o.Span)
	t.Label = "Shift"
	if o.runs() {
		t.Label, t.Live = "Shift so far", o.panel(sumPart, o.Plan.From)
	}
	return t
}

// row is the figures of a part of the shift.
func (o oneShift) row(of plant.Span) shiftview.Hour {
	l := o.line.locale
	c, target := oee.Measure(of, o.Segments), oee.Target(edit.Clip(o.Segments, of), o.line.Ideal)
	h := shiftview.Hour{Target: targetText(l, target), Actual: figure.Unknown, Delta: figure.Unknown, Reject: figure.Unknown}
	if heard(o.snap, of) {
		h.Actual, h.Reject = pieces(l, c.Good), pieces(l, c.Reject)
		h.Delta, h.Mood = delta(l, c.Good, target)
	}
	var lost time.Duration
	for _, category := range lossOrder {
		d := c.Times[category]
		if category.Stopped() || category == oee.MicroStop {
			lost += d
		}
		if d > 0 && category != oee.Running && category != oee.NotScheduled {
			h.Losses = append(h.Losses, shiftview.Loss{State: ui.State{Tone: tones[category], Word: upper(category.String())}, Minutes: l.Minutes(d)})
		}
	}
	h.Lost = l.Minutes(lost)
	return h
}

// label is an hour's time; where the clocks change in the shift, with the name of each one's time.
func (o oneShift) label(slot plant.Span) string {
	l, zone := o.line.locale, o.line.site.Zone
	words := l.Time(slot.From) + "–" + l.Time(slot.To)
	if zone == nil {
		return words
	}
	_, first := o.Plan.From.In(zone).Zone()
	_, last := o.Plan.To.In(zone).Zone()
	if first == last {
		return words
	}
	return words + " " + slot.From.In(zone).Format("MST")
}

// handover is what the shift leaves to the next.
func (o oneShift) handover(p *painter) shiftview.Handover {
	l := o.line
	h := shiftview.Handover{
		MaySign: o.reader.Role >= plant.Manager,
		Comment: ui.Input{ID: "comment", Label: "To the next shift", Help: "It stands on the line's wall until somebody acknowledges it.", Optional: true},
		Reopen:  ui.Input{ID: "why", Label: "Why is it opened again?"},
	}
	if n := o.snap.Open; n > 0 {
		h.Open = append(h.Open, shiftview.Item{Text: plural(n, "stop", "stops") + " without a reason.", Link: ui.Link{Name: "See the stops", Href: "#shift-stops"}, Mood: ui.Warning})
	}
	for _, j := range p.Jobs.Jobs(l.ID) {
		if !j.Started.IsZero() && j.Started.Before(o.To) && (j.Ended.IsZero() || j.Ended.After(o.To)) {
			words := "Job %s is %s: %s of %s made."
			if !o.runs() {
				words = "Job %s went on into the next shift; it is %s now, %s of %s made."
			}
			h.Open = append(h.Open, shiftview.Item{Text: fmt.Sprintf(words, j.ID, j.Status, pieces(l.locale, j.Good), pieces(l.locale, j.Planned))})
		}
	}
	for _, c := range p.openCalls(l) {
		if c.Raised.At.Before(o.To) {
			h.Open = append(h.Open, shiftview.Item{Text: fmt.Sprintf("Call that is not done: %s, by %s, %s.", l.calledFor(c), c.Raised.By.Name, l.locale.Near(c.Raised.At, o.From)), Mood: ui.Warning})
		}
	}
	switch s := o.Signed; {
	case s != nil:
		h.Signed = &shiftview.Signature{
			ID: strconv.FormatInt(s.ID, 10), By: s.By.Name + ", " + s.By.Role.String(), At: l.locale.Moment(s.At), Comment: s.Comment, Late: o.late,
		}
		if !s.Taken.IsZero() {
			h.Signed.Taken = "by " + s.TakenBy.Name + ", " + l.locale.Moment(s.Taken)
		}
		h.MayTake = s.Taken.IsZero() && o.reader.Role >= plant.Operator
	case !o.Over:
		h.Wait = "The shift is signed here by a manager when it has ended."
	case !h.MaySign:
		h.Wait = "The shift is not signed yet: a manager of the line does that."
	}
	return h
}
