package kpi

import (
	"testing"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

func TestTimeThatOperatorsShareIsCountedForEach(t *testing.T) {
	six := time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)
	at := func(minutes int) time.Time { return six.Add(time.Duration(minutes) * time.Minute) }
	crew := func(who string, from, to int) Attendance {
		return Attendance{who, plant.Span{From: at(from), To: at(to)}}
	}
	segments := []oee.Segment{
		{Line: "l", From: six, To: at(180), Category: oee.Running, Shift: "Early", Date: "2026-03-02", Good: plant.Pieces(180)},
		{Line: "l", From: at(180), To: at(200), Category: oee.Breakdown, Shift: "Early", Date: "2026-03-02"},
		{Line: "l", From: at(200), To: at(240), Category: oee.Running, Shift: "Early", Date: "2026-03-02", Good: plant.Pieces(40)},
	}
	l := Layout{Line: "l", Crew: []Attendance{crew("Anna", 0, 90), crew("Anna", 0, 60), crew("Ben", 30, 190), crew("Cem", 240, 300)}}
	g := NewGrouper(Per(Operator), plant.Span{From: six, To: at(240)}, 10, nil)
	for _, r := range l.Rows(plant.Span{From: six, To: at(240)}, segments) {
		g.Add(&r)
	}
	groups, err := g.Groups()
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		who      string
		run      int
		pieces   int64
		failures int64
	}{{"", 40, 40, 0}, {"Anna", 90, 90, 0}, {"Ben", 150, 150, 1}} // Anna is signed on twice, and there once; the breakdown began while Ben was there
	if len(groups) != len(want) {
		t.Fatalf("%d groups: %+v", len(groups), groups)
	}
	for i, w := range want {
		got := groups[i]
		if got.Sides[0] != w.who || got.Times[oee.Running] != time.Duration(w.run)*time.Minute || got.Good != plant.Pieces(w.pieces) || got.Failures != w.failures {
			t.Errorf("%q ran %s, made %d, with %d failures; want %+v", got.Sides[0], got.Times[oee.Running], got.Good, got.Failures, w)
		}
		if len(got.Parts) != 1 || got.Parts[0].Good != got.Good {
			t.Errorf("%q is made of %+v", got.Sides[0], got.Parts)
		}
	}
}
