package edit

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

// ledgers draws what the machines may have said of a day; drawn twice it is what they said before and after late samples.
func ledgers(t *rapid.T, name string) (all []oee.Segment) {
	at, shift := midnight, "Early"
	for i := range rapid.IntRange(1, 25).Draw(t, name) {
		if rapid.IntRange(0, 6).Draw(t, "turn") == 0 {
			shift = rapid.SampledFrom([]string{"Early", "Late", ""}).Draw(t, "shift")
		}
		s := oee.Segment{
			Line: "l", From: at, To: at.Add(time.Duration(rapid.Int64Range(1, int64(time.Hour)).Draw(t, "lasts"))), Shift: shift,
			Category: oee.Category(rapid.IntRange(0, int(oee.Running)).Draw(t, "category")),
			Unit:     rapid.SampledFrom([]plant.UnitID{"A", "B"}).Draw(t, "unit"),
			Product:  rapid.SampledFrom([]string{"", "P", "P", "Q"}).Draw(t, "product"),
			Good:     plant.Quantity(rapid.Int64Range(-3, 10_000_000_000).Draw(t, "good")),
			Reject:   plant.Quantity(rapid.Int64Range(-3, 10_000_000).Draw(t, "reject")),
			Ideal:    time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(t, "ideal")),
			Unseen:   time.Duration(rapid.SampledFrom([]int64{0, 0, int64(time.Minute)}).Draw(t, "unseen")),
			Unrated:  plant.Quantity(rapid.Int64Range(0, 10).Draw(t, "unrated")),
		}
		if i%5 == 4 {
			s.Category = oee.Breakdown
		}
		all, at = append(all, s), s.To
	}
	return all
}

func sayings(t *rapid.T, of []oee.Segment) (all []Edit) {
	end := of[len(of)-1].To
	moment := func(name string) time.Time {
		if rapid.Bool().Draw(t, "edge") {
			return of[rapid.IntRange(0, len(of)-1).Draw(t, name)].From
		}
		return midnight.Add(time.Duration(rapid.Int64Range(-int64(time.Hour), int64(end.Sub(midnight)+time.Hour)).Draw(t, name)))
	}
	for i := range rapid.IntRange(0, 12).Draw(t, "edits") {
		e := Edit{ID: int64(i + 1), Line: "l", From: moment("from"), To: moment("to"), Cut: moment("cut")}
		e.Kind = rapid.SampledFrom([]Kind{Reason, Reason, Split, Merge, Comment, Scrap, Count, Rework, Reading, Note, Undo}).Draw(t, "kind")
		e.Reason = rapid.SampledFrom([]string{"", "jam", "sensor"}).Draw(t, "reason")
		e.Category = oee.Category(rapid.IntRange(0, int(oee.ReducedSpeed)).Draw(t, "as"))
		e.Product = rapid.SampledFrom([]string{"", "", "P", "none"}).Draw(t, "of product")
		e.Undoes = rapid.Int64Range(0, 12).Draw(t, "undoes")
		e.Cycle = time.Duration(rapid.Int64Range(0, 5).Draw(t, "cycle")) * time.Second
		if e.Kind == Scrap || e.Kind == Count {
			e.Reject = plant.Quantity(rapid.Int64Range(0, 20_000_000_000).Draw(t, "rejects"))
		}
		if e.Kind == Count {
			e.Good = plant.Quantity(rapid.Int64Range(0, 20_000_000_000).Draw(t, "goods"))
		}
		all = append(all, e)
	}
	return all
}

type sums struct {
	good, reject, manual, unrated plant.Quantity
	ideal, unseen                 time.Duration
}

func summed(all []oee.Segment) (s sums) {
	for i := range all {
		s.good += all[i].Good
		s.reject += all[i].Reject
		s.manual += all[i].Manual
		s.unrated += all[i].Unrated
		s.ideal += all[i].Ideal
		s.unseen += all[i].Unseen
	}
	return s
}

// Whatever the machines say, and say later, and whatever people say: the time is whole, no piece is made or lost but
// those that people declared, and what is known to be unknown stays unknown.
func TestTimeAndPiecesAreConserved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := ledgers(t, "before")
		edits := sayings(t, first)
		for _, base := range [][]oee.Segment{first, ledgers(t, "after late samples")} {
			kept := slices.Clone(base)
			all := Overlay(base, edits)
			conserved(t, base, all, edits)
			bounded(t, all)
			if !slices.Equal(base, kept) {
				t.Fatal("what lies below was changed")
			}
			if again := Overlay(base, edits); !slices.Equal(all, again) {
				t.Fatal("the same gives something else")
			}
		}
	})
}

func conserved(t *rapid.T, base, all []oee.Segment, edits []Edit) {
	at, end := base[0].From, base[len(base)-1].To
	for i := range all {
		if !all[i].From.Equal(at) || !at.Before(all[i].To) {
			t.Fatalf("a gap or an overlap at %s", at)
		}
		at = all[i].To
	}
	if !at.Equal(end) {
		t.Fatalf("the time ends at %s, and ended at %s", at, end)
	}
	before, after := summed(base), summed(all)
	want, most := before.good+before.reject, plant.Quantity(0)
	const short = 6 * 25 // what counters of machines may have taken back
	for _, e := range Standing(edits) {
		if !e.From.Before(e.To) || !speaksOf(base, e) {
			continue
		}
		switch e.Kind {
		case Count:
			want += e.Good + e.Reject
		case Reading: // it tops up, and takes nothing away
			most += e.Good + short
		}
	}
	made := after.good + after.reject
	if made < want || made > want+most || after.manual != made-before.good-before.reject {
		t.Fatalf("%+v became %+v", before, after)
	}
	if after.reject < before.reject || after.unrated < before.unrated || after.ideal < before.ideal {
		t.Fatalf("%+v became %+v", before, after)
	}
	// Of no moment the kind changes but where the line stood.
	for i, j := 0, 0; i < len(base); {
		if s := &base[i]; !Stands(s.Category) && all[j].Category != s.Category || s.Category != all[j].Category && all[j].Edit == 0 {
			t.Fatalf("%s became %s at %s", s.Category, all[j].Category, all[j].From)
		}
		if all[j].Good < 0 && base[i].Good >= 0 {
			t.Fatalf("%s good pieces at %s", all[j].Good, all[j].From)
		}
		at := all[j].To
		j++
		if at.Equal(base[i].To) {
			i++
		}
	}
}

// speaksOf tells whether there are pieces that an edit may be of.
func speaksOf(base []oee.Segment, e Edit) bool {
	return slices.ContainsFunc(base, func(s oee.Segment) bool { return s.Within(e.Span()) > 0 && e.concerns(&s) })
}

// A counter that no program reads counted what it counted, whatever else is counted, before or after it is read.
func TestAReadingTopsUpWhatIsKnownAndNoMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := ledgers(t, "base")
		all := sayings(t, base)
		e := Edit{ID: 99, Line: "l", Kind: Reading, From: base[0].From, To: base[len(base)-1].To, Product: rapid.SampledFrom([]string{"", "P"}).Draw(t, "product")}
		e.Good = plant.Quantity(rapid.Int64Range(0, 200_000_000_000).Draw(t, "counted"))
		known := func(of []oee.Segment) (n plant.Quantity) {
			for i := range of {
				if e.concerns(&of[i]) {
					n += of[i].Good + of[i].Reject
				}
			}
			return n
		}
		before, after := Overlay(base, all), Overlay(base, append(slices.Clone(all), e))
		want := max(known(before), e.Good)
		if !speaksOf(base, e) {
			want = 0
		}
		if got := known(after); got != want {
			t.Fatalf("%s were known, the counter counted %s, and %s are known", known(before), e.Good, got)
		}
		for i := range after {
			if s := &after[i]; s.Rework < 0 || s.Rework > max(0, s.Good)+plant.Quantity(len(all)) { // shares are whole millionths
				t.Fatalf("%s of %s good pieces are reworked", s.Rework, s.Good)
			}
		}
	})
}

// bounded: stops are in their order, apart from each other, and within one shift.
func bounded(t *rapid.T, all []oee.Segment) {
	stops := Stops(all)
	for i := range stops {
		s := &stops[i]
		if i > 0 && s.From.Before(stops[i-1].To) {
			t.Fatalf("the stop at %s begins before the one before it ends", s.From)
		}
		if s.Lasted <= 0 || s.Lasted > s.Duration() {
			t.Fatalf("a stop of %s lasted %s", s.Duration(), s.Lasted)
		}
		for j := range all {
			if seg := &all[j]; seg.Stop.Equal(s.From) && (seg.Shift != s.Shift || seg.Reason != s.Reason || seg.From.Before(s.From) || seg.To.After(s.To)) {
				t.Fatalf("the stop %+v has the segment %+v", s, seg)
			}
		}
	}
}

// A signed shift reads as signed, within time that is whole.
func TestFrozenTimeIsWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := ledgers(t, "base")
		was := ledgers(t, "as signed")
		end := plant.Later(base[len(base)-1].To, base[0].From)
		a := rapid.Int64Range(0, int64(was[len(was)-1].To.Sub(midnight))-1).Draw(t, "from")
		b := rapid.Int64Range(a+1, int64(was[len(was)-1].To.Sub(midnight))).Draw(t, "to")
		s := Signed{Line: "l", Shift: "Early", By: plant.Person{Name: "Anna"}, Span: plant.Span{From: midnight.Add(time.Duration(a)), To: midnight.Add(time.Duration(b))}}
		s.Segments = Clip(was, s.Span)
		if err := s.Check(); err != nil {
			t.Fatal(err)
		}
		all := Freeze(base, []Signed{s})
		at := all[0].From
		for i := range all {
			if !all[i].From.Equal(at) || !at.Before(all[i].To) {
				t.Fatalf("a gap or an overlap at %s", at)
			}
			at = all[i].To
		}
		if s.From.Before(end) {
			end = plant.Later(end, s.To)
		}
		if !at.Equal(end) {
			t.Fatalf("it ends at %s, not at %s", at, end)
		}
		if got := Clip(all, s.Span); s.From.Before(base[len(base)-1].To) && !slices.Equal(got, s.Segments) {
			t.Fatalf("signed\n%+v\nread\n%+v", s.Segments, got)
		}
		if sum, all := summed(base), summed(append(Clip(base, plant.Span{From: midnight, To: s.From}), Clip(base, plant.Span{From: s.From, To: base[len(base)-1].To})...)); sum != all {
			t.Fatalf("%+v became %+v by cutting", sum, all)
		}
	})
}
