package logbook_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/mes/oee/logbook"
	"millwright/internal/plant"
	"millwright/internal/store/storetest"
)

// Whoever looks at a part of the time sees what they would see of that part in the whole.
func TestEveryWindowShowsTheSame(t *testing.T) {
	edits := storetest.SQLite(t).Open().Edits()
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		line := plant.LineID(fmt.Sprint("line-", n))
		m := &machines{shift: span(0, 300)}
		for range rapid.IntRange(1, 20).Draw(rt, "segments") {
			m.say(rapid.IntRange(1, 60).Draw(rt, "minutes"), rapid.SampledFrom([]oee.Category{oee.Running, oee.Breakdown, oee.Breakdown, oee.Starved, oee.NoData}).Draw(rt, "category"))
		}
		whole := plant.Span{From: six, To: m.now}
		for range rapid.IntRange(0, 6).Draw(rt, "edits") {
			from := rapid.IntRange(0, int(whole.Duration()/time.Minute)).Draw(rt, "from")
			e := edit.Edit{Line: line, From: at(from), To: at(from + rapid.IntRange(2, 90).Draw(rt, "lasts")), By: ben, Comment: "x"}
			e.Kind = rapid.SampledFrom([]edit.Kind{edit.Reason, edit.Split, edit.Merge, edit.Comment, edit.Count, edit.Scrap}).Draw(rt, "kind")
			switch e.Kind {
			case edit.Reason:
				e.Reason, e.Category = "jam", oee.Changeover
			case edit.Split:
				e.Cut = e.From.Add(time.Minute)
			case edit.Count:
				e.Good = plant.Pieces(7)
			case edit.Scrap:
				e.Reject = plant.Pieces(7)
			}
			if _, err := edits.Add(t.Context(), e, 1<<60); err != nil {
				rt.Fatal(err)
			}
		}
		b := logbook.New(logbook.Options{
			Plant: &plant.Plant{Sites: []plant.Site{{Areas: []plant.Area{{Lines: []plant.Line{{ID: line}}}}}}},
			Lines: m, Edits: edits, Now: func() time.Time { return m.now },
		})
		all, err := b.View(t.Context(), line, whole)
		if err != nil {
			rt.Fatal(err)
		}
		from := rapid.IntRange(0, int(whole.Duration()/time.Minute)-1).Draw(rt, "window")
		w := plant.Span{From: at(from), To: at(from + rapid.IntRange(1, 200).Draw(rt, "wide"))}
		part, err := b.View(t.Context(), line, w)
		if err != nil {
			rt.Fatal(err)
		}
		segments := slices.DeleteFunc(slices.Clone(all.Segments), func(s oee.Segment) bool { return s.Within(w) <= 0 })
		if !slices.Equal(segments, part.Segments) {
			rt.Fatalf("in the whole\n%+v\nin the part\n%+v", segments, part.Segments)
		}
		stops := slices.DeleteFunc(slices.Clone(all.Stops), func(s edit.Stop) bool { return !s.From.Before(w.To) || !w.From.Before(s.To) })
		if !slices.Equal(stops, part.Stops) {
			rt.Fatalf("in the whole\n%+v\nin the part\n%+v", stops, part.Stops)
		}
	})
}
