package standard_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"millwright/internal/erp/item/bill"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/standard"
	"millwright/internal/plant"
)

var six = time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)

// shift writes segments one after the other: each so many minutes, with good and rejected pieces.
type shift struct{ all []oee.Segment }

func (s *shift) add(what oee.Category, product string, minutes, good, reject int64) *shift {
	from := six
	if n := len(s.all); n > 0 {
		from = s.all[n-1].To
	}
	s.all = append(s.all, oee.Segment{Line: "fill", Category: what, Product: product, From: from, To: from.Add(time.Duration(minutes) * time.Minute), Good: plant.Pieces(good), Reject: plant.Pieces(reject)})
	return s
}

func TestWhatALineTookIsLearned(t *testing.T) {
	var s shift
	for i := range int64(5) {
		s.add(oee.Changeover, "A", 10+i, 0, 0).add(oee.Running, "A", 10, 59, 1).add(oee.MicroStop, "A", 2, 0, 0).add(oee.Running, "A", 8, 60, 0).add(oee.Breakdown, "A", 5, 0, 0)
		s.add(oee.Running, "A", 20, 90+i, 0).add(oee.Changeover, "", 5, 0, 0).add(oee.Changeover, "B", 5, 0, 0).add(oee.Running, "B", 10, 30, 0)
	}
	all := standard.Learn("fill", s.all)
	if len(all) != 2 || all[0].Product != "A" || all[1].Product != "B" {
		t.Fatalf("%+v", all)
	}
	a, b := all[0], all[1]
	if len(a.Cycle.Samples) != 10 || a.Cycle.Low != 10 || math.Abs(a.Cycle.High-1200.0/91) > 1e-9 {
		t.Errorf("cycles %+v", a.Cycle)
	}
	if len(a.SetUp.Samples) != 5 || a.SetUp.Middle != 12 || a.SetUp.Samples[0].After != "" || a.SetUp.Samples[1].After != "B" {
		t.Errorf("set-ups %+v", a.SetUp)
	}
	if len(b.SetUp.Samples) != 5 || b.SetUp.Middle != 10 || b.Cycle.Middle != 20 {
		t.Errorf("%+v", b)
	}
	if changes := a.Changes(); len(changes) != 1 || changes[0].From != "B" || len(changes[0].Samples) != 4 || changes[0].Known() {
		t.Errorf("changes to A %+v", changes)
	}
	if changes := b.Changes(); len(changes) != 1 || changes[0].From != "A" {
		t.Errorf("changes to B %+v", changes)
	} else if d, ok := changes[0].Setting(); !ok || d != 10*time.Minute {
		t.Error(d, ok)
	}
	if y, ok := a.Yield(); !ok || y != 9953 { // 1,055 of 1,060
		t.Errorf("yield %d %v", y, ok)
	}
	if d, ok := a.Ideal(); !ok || d != 10*time.Second {
		t.Error(d, ok)
	}
	if d, ok := a.Setting(); !ok || d != 12*time.Minute {
		t.Error(d, ok)
	}
}

func TestWhatTellsNothingIsLeftOut(t *testing.T) {
	var s shift
	s.add(oee.Changeover, "A", 10, 0, 0).add(oee.NoData, "", 3, 0, 0).add(oee.Running, "A", 10, 100, 0) // nobody knows when it ended
	s.add(oee.Running, "", 10, 100, 0).add(oee.Running, "A", 10, 9, 0).add(oee.Breakdown, "", 1, 0, 0)  // no product; too few
	s.add(oee.Changeover, "A", 4, 0, 0).add(oee.Breakdown, "", 3, 0, 0).add(oee.Running, "A", 10, 100, 0)
	s.all[len(s.all)-1].Manual = plant.Pieces(5)
	a := standard.Learn("fill", s.all)[0]
	if len(a.SetUp.Samples) != 0 || len(a.Cycle.Samples) != 1 || len(a.Scrap.Samples) != 2 || a.Ran != 30*time.Minute {
		t.Errorf("%+v", a)
	}
	if _, ok := a.Ideal(); ok {
		t.Error("one stint is no standard")
	}
	if _, ok := a.Yield(); ok {
		t.Error("two stints are no yield")
	}
}

func TestABillIsRewritten(t *testing.T) {
	b := bill.Bill{ID: 7, Number: 3, State: bill.Released, Version: 4, Batch: plant.Pieces(10), Operations: []bill.Operation{{Position: 10, Centre: 1, Run: time.Minute, Setup: time.Minute}, {Position: 20, Centre: 2, Run: time.Minute}}}
	centres := []bill.Centre{{ID: 1, Place: "fill"}, {ID: 2, Place: "pack/robot"}}
	for line, want := range map[plant.LineID]int64{"fill": 10, "pack": 20, "none": 0} {
		if o, _ := standard.At(b, centres, line); o.Position != want {
			t.Errorf("%s: %d", line, o.Position)
		}
	}
	next, err := standard.Rewrite(b, 10, standard.Times{Cycle: 1234 * time.Millisecond, SetUp: 12 * time.Minute}, "learned")
	if err != nil || next.ID != 0 || next.State != bill.Draft || next.Operations[0].Run != 12340*time.Millisecond || next.Operations[0].Setup != 12*time.Minute || b.Operations[0].Run != time.Minute {
		t.Errorf("%+v %v", next, err)
	}
	if standard.Same(b, next) || !standard.Same(next, next) {
		t.Error("what is the same is not told")
	}
	if _, err := standard.Rewrite(b, 30, standard.Times{}, ""); err == nil {
		t.Error("there is no operation 30")
	}
}

// Whatever a line did: quantiles are in order and of values that were measured, and the bars are all of it.
func TestSpreads(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var s shift
		for range rapid.IntRange(1, 60).Draw(rt, "segments") {
			what := oee.Category(rapid.IntRange(0, int(oee.Running)).Draw(rt, "what"))
			s.add(what, rapid.SampledFrom([]string{"", "A", "B"}).Draw(rt, "product"), rapid.Int64Range(1, 30).Draw(rt, "minutes"), rapid.Int64Range(0, 200).Draw(rt, "good"), rapid.Int64Range(0, 5).Draw(rt, "reject"))
		}
		for _, l := range standard.Learn("fill", s.all) {
			for _, x := range []standard.Spread{l.Cycle, l.SetUp, l.Scrap} {
				if x.Low > x.Middle || x.Middle > x.High {
					rt.Fatalf("%+v", x)
				}
				share, n := 0.0, 0
				for _, b := range x.Bars(12) {
					share, n = share+b.Share, n+b.Samples
				}
				if n != len(x.Samples) || n > 0 && math.Abs(share-1) > 1e-9 {
					rt.Fatal(fmt.Sprint(share, n, len(x.Samples)))
				}
			}
		}
	})
}
