// The terminal's form for a counter that no program reads.

package web

import (
	"crypto/rand"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/plant"
	opview "millwright/views/operator"
	"millwright/views/ui"
)

// spanChoice is a time to choose.
func (l lineInfo) spanChoice(name string, s plant.Span) ui.Choice {
	return ui.Choice{Value: strconv.FormatInt(s.From.UnixMicro(), 10) + "-" + strconv.FormatInt(s.To.UnixMicro(), 10), Name: name + ", " + l.when(s)}
}

// products are those that the line made in this shift, to choose from; none where it made only one.
func (d desktop) products() []ui.Choice {
	all := []ui.Choice{{Name: "What it made then"}}
	for i := range d.snap.Segments {
		if p := d.snap.Segments[i].Product; p != "" && !slices.ContainsFunc(all, func(c ui.Choice) bool { return c.Value == p }) {
			all = append(all, ui.Choice{Value: p, Name: errs.Clip(p)})
		}
	}
	if len(all) < 3 {
		return nil
	}
	return all
}

// wasReset says of a counter that ends below its start that it was set back.
const wasReset = "reset"

// rollovers are where counters begin anew: those with digits, and those of 16 and 32 bits.
func rollovers() []int64 {
	return []int64{1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1 << 16, 1 << 32}
}

// counter is the form: its start is what the counter said last in this shift.
func (d desktop) counter(times []ui.Choice) opview.Counter {
	k := opview.Counter{
		Key:     rand.Text(),
		When:    ui.Input{ID: "span", Label: "From when to when"},
		Times:   times,
		Product: ui.Input{ID: "of", Label: "Product"}, Products: d.products(),
		Start: ui.Input{ID: "start", Label: "It said at the start", Type: "text", Optional: true},
		End:   ui.Input{ID: "end", Label: "It says at the end", Type: "text", Optional: true},
		Below: ui.Input{ID: "below", Label: "If it ends below its start"}, Belows: []ui.Choice{{Name: "It does not"}, {Value: wasReset, Name: "It was set back to 0"}},
	}
	for _, m := range rollovers() {
		k.Belows = append(k.Belows, ui.Choice{Value: strconv.FormatInt(m, 10), Name: "It began anew after " + d.line.locale.Whole(m-1)})
	}
	if len(times) > 0 {
		k.When.Value = times[len(times)-1].Value // the shift so far
	}
	for _, e := range slices.Backward(edit.Standing(d.week.Edits)) {
		if e.Kind == edit.Reading && d.snap.Window.Contains(e.To.Add(-1)) && e.To.Before(d.snap.Window.To) {
			since := d.line.spanChoice("Since it was read", plant.Span{From: e.To, To: d.snap.Window.To})
			k.Times = append([]ui.Choice{since}, k.Times...)
			k.When.Value, k.Start.Value = since.Value, e.Counter.String()
			break
		}
	}
	return k
}

// counterRead reads the form: how many pieces the counter counted, and how that comes.
func counterRead(c echo.Context, e *edit.Edit, w *wrong) {
	start, end := piecesIn(c, w, "start"), piecesIn(c, w, "end")
	if strings.TrimSpace(c.FormValue("start")) == "" {
		w.add("start", "Write what the counter said.")
		return
	}
	if e.Counter = start; strings.TrimSpace(c.FormValue("end")) == "" {
		return
	}
	e.Counter, e.Good, e.Comment = end, end-start, "counter from "+start.String()+" to "+end.String()
	switch below := c.FormValue("below"); {
	case len(*w) > 0:
	case end == start:
		w.add("end", "The counter has not moved: nothing is to be added.")
	case end > start:
	case below == wasReset:
		e.Good = end
		e.Comment += ", set back to 0 between: what it counted before that is not in it"
	case below == "":
		w.add("below", "It ends below its start: say whether it began anew or was set back to 0.")
	default:
		rolledOver(e, below, start, w)
	}
}

// rolledOver adds what a counter counted before it began anew.
func rolledOver(e *edit.Edit, after string, start plant.Quantity, w *wrong) {
	n, err := strconv.ParseInt(after, 10, 64)
	if err != nil || !slices.Contains(rollovers(), n) {
		w.add("below", "Choose one of the list.")
		return
	}
	if modulus := plant.Pieces(n); start < modulus {
		e.Good += modulus
		e.Comment += ", began anew after " + (modulus - plant.One).String()
		return
	}
	w.add("below", "It said more than that at its start.")
}

// counterTold is what a reading says.
func counterTold(e edit.Edit) string {
	if e.Good == 0 {
		return "counter at " + e.Counter.String()
	}
	return e.Good.String() + " by the counter, now at " + e.Counter.String()
}
