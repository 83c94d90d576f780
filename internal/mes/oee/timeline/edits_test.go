package timeline

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
)

// day is a line whose machines say things, in time and late, while people say what they know of what is laid out so far.
type day struct {
	t     rapid.TB
	past  *past
	live  *Engine
	kept  []oee.Segment // closed so far
	edits []edit.Edit
	at    time.Time
}

func (d *day) ledger() []oee.Segment {
	return slices.Concat(d.kept, d.live.Open(d.at.Add(time.Second)))
}

// hears takes three bytes for a sample: what it comes too late for is derived anew.
func (d *day) hears(machines *machine.Engine, b []byte) {
	s := said(d.at, b)
	if s.Time.Before(morning) || !d.past.keep(s) {
		return
	}
	if s.Time.After(d.at) {
		d.at = s.Time
	}
	for _, f := range slices.Concat(machines.Tick(d.at), machines.Apply(s)) {
		d.kept = append(d.kept, d.live.Apply(f)...)
	}
	if _, late := d.live.Late(); late {
		d.live, d.kept = d.past.ledger(d.t, d.at)
	}
	if b[0]&0x40 != 0 {
		d.kept = append(d.kept, d.live.Tick(d.at)...)
	}
}

// isTold takes three bytes for what somebody says of some segments as they are read then.
func (d *day) isTold(b []byte) {
	all := edit.Overlay(d.ledger(), d.edits)
	if len(all) == 0 {
		return
	}
	first := int(b[1]) % len(all)
	last := min(first+int(b[2]>>5), len(all)-1)
	e := edit.Edit{
		ID: int64(len(d.edits) + 1), Line: "l", From: all[first].From, To: all[last].To, By: plant.Person{Name: "Ann"},
		Kind: []edit.Kind{
			edit.Reason, edit.Reason, edit.Split, edit.Merge, edit.Comment, edit.Scrap, edit.Count, edit.Rework, edit.Reading, edit.Undo,
		}[int(b[2]&0x1f)%10],
	}
	switch e.Kind {
	case edit.Reason:
		e.Reason, e.Category = "jam", oee.Category(int(b[0]&0x0f)%int(oee.MicroStop+1))
		if e.Category < oee.PlannedStop {
			e.Category = oee.NoData // it leaves the time as it is
		}
	case edit.Comment:
		e.Comment = "film tore"
	case edit.Split:
		e.Cut = e.From.Add(e.To.Sub(e.From) / 3).Truncate(time.Microsecond)
	case edit.Scrap:
		e.Reject = plant.Pieces(int64(b[0]))
	case edit.Count, edit.Rework, edit.Reading:
		e.Good, e.Product = plant.Pieces(int64(b[0])), all[first].Product
	case edit.Undo:
		e.Undoes = int64(b[0]&0x0f) + 1
	}
	if e.Kind != edit.Split && e.Check() != nil || e.Kind == edit.Undo && e.Undoes >= e.ID {
		return
	}
	d.edits = append(d.edits, e)
}

// holds: the time is whole, no piece is made or lost but those that people declared.
func (d *day) holds(below []oee.Segment, now time.Time) []oee.Segment {
	d.t.Helper()
	all := edit.Overlay(below, d.edits)
	whole(d.t, all, now)
	var left plant.Quantity
	for i := range below {
		left += below[i].Good + below[i].Reject
	}
	for i := range all {
		left -= all[i].Good + all[i].Reject - all[i].Manual
	}
	if left != 0 {
		d.t.Fatalf("%s pieces came or went", left)
	}
	middle := morning.Add(now.Sub(morning) / 3)
	a, b := oee.Measure(plant.Span{From: morning, To: middle}, all), oee.Measure(plant.Span{From: middle, To: now}, all)
	for c, sum := range oee.Measure(plant.Span{From: morning, To: now}, all).Times {
		if a.Times[c]+b.Times[c] != sum {
			d.t.Fatalf("%s: %s and %s are not %s", oee.Category(c), a.Times[c], b.Times[c], sum)
		}
	}
	return all
}

// passes lives through the day: three bytes are a sample or, with the bit 0x20, something that somebody says.
func passes(t rapid.TB, silent bool, bytes []byte) {
	d := &day{t: t, past: hall(silent), at: morning}
	machines := machine.NewEngine(d.past.signals)
	d.live = NewEngine(d.past.line, d.past.signals...)
	d.live.Start(morning, morning)
	for n := 0; n+3 <= len(bytes) && n < 300; n += 3 {
		if bytes[n]&0x20 == 0 {
			d.hears(machines, bytes[n:n+3])
			continue
		}
		d.isTold(bytes[n : n+3])
		d.holds(d.ledger(), d.at.Add(time.Second))
	}
	now := d.at.Add(time.Second)
	derived := func() []oee.Segment {
		e, closed := d.past.ledger(t, now)
		return d.holds(slices.Concat(closed, e.Open(now)), now)
	}
	d.holds(d.ledger(), now)
	if first := derived(); !slices.Equal(first, derived()) {
		t.Fatal("replaying it gives another ledger")
	}
}

// TestADayIsWholeWhateverMachinesAndPeopleSay: any sequence of samples, late samples and edits sums to the wall clock,
// and gives the same bits when it is replayed.
func TestADayIsWholeWhateverMachinesAndPeopleSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		passes(t, rapid.Bool().Draw(t, "silent"), rapid.SliceOfN(rapid.Byte(), 30, 300).Draw(t, "bytes"))
	})
}

func FuzzADayOfSamplesAndEdits(f *testing.F) {
	f.Add(false, []byte{0, 2, 6, 0, 12, 11, 0x20, 1, 0, 12, 5, 9, 0x25, 0, 6, 0, 0x85, 6, 0x28, 2, 0x62, 12, 3, 4})
	f.Add(true, []byte{4, 0, 0, 4, 2, 1, 0x30, 0, 6, 4, 10, 3, 4, 0x83, 9, 0x30, 0, 8, 0x21, 0, 9})
	f.Add(false, []byte{0, 1, 5, 12, 2, 90, 0x3f, 0, 0xe8, 0, 0x8c, 11, 0x22, 0, 0x83, 0x20, 0, 9, 12, 14, 40})
	f.Fuzz(func(t *testing.T, silent bool, bytes []byte) { passes(t, silent, bytes) })
}
