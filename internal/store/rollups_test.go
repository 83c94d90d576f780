package store_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/mes/oee/rollup"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// kept is the time of the lines as it is kept, without any that is still open, with what somebody says of it.
type kept struct{ oee.Ledger }

// Segments gives each stop one of three reasons.
func (k kept) Segments(ctx context.Context, line plant.LineID, from, to time.Time) ([]oee.Segment, error) {
	all, err := k.Ledger.Segments(ctx, line, from, to)
	for i := range all {
		s := &all[i]
		if s.Category.Stopped() {
			s.Reason = []string{"", "jam", "film"}[s.From.Unix()/60%3]
		}
	}
	return all, err
}

// manned is a book of sums of lines at which nobody is for most of the time, and Anna and Ben partly together.
type manned struct{ rollup.Book }

func (manned) Crew(_ context.Context, _ plant.LineID, of plant.Span) (all []kpi.Attendance, err error) {
	const turn = 31 * time.Hour
	for at := of.From.Truncate(turn); at.Before(of.To); at = at.Add(turn) {
		come := at.Add(17 * time.Minute)
		all = append(all, kpi.Attendance{Who: "Anna", Span: plant.Span{From: come, To: come.Add(9 * time.Hour)}}, kpi.Attendance{Who: "Ben", Span: plant.Span{From: come.Add(5 * time.Hour), To: come.Add(11 * time.Hour)}})
	}
	return all, nil
}

func (kept) Snapshot(plant.LineID) (oee.Snapshot, bool) { return oee.Snapshot{}, false }

// anyTime draws segments of a line from a moment on, by a calendar of two shifts.
func anyTime(t *rapid.T, zone *time.Location, line plant.LineID, from time.Time) (all []oee.Segment) {
	days := rapid.SampledFrom([]int64{1, 12, 40}).Draw(t, "days")
	c := plant.Calendar{Zone: zone, Shifts: []plant.ShiftPattern{{Name: "Early", Start: 6 * 60, End: 14*60 + 30}, {Name: "Night", Start: 22 * 60, End: 6 * 60}}}
	to := from.Add(time.Duration(rapid.Int64Range(1, days*86_400_000_000).Draw(t, "µs")) * time.Microsecond)
	for _, s := range c.Cut(from, to) {
		for at := s.From; at.Before(s.To); {
			end := at.Add(time.Duration(rapid.Int64Range(1, 10*3600_000_000).Draw(t, "lasts")) * time.Microsecond)
			if end.After(s.To) {
				end = s.To
			}
			seg := oee.Segment{Line: line, From: at, To: end, Category: oee.NotScheduled, Shift: s.Shift.Name, Date: s.Shift.Date}
			if s.Plan != plant.OffShift {
				seg.Category = oee.Category(rapid.IntRange(0, 9).Draw(t, "category"))
				seg.Unit = plant.UnitID(rapid.SampledFrom([]string{"a", "b"}).Draw(t, "unit"))
				seg.Product = rapid.SampledFrom([]string{"", "p", "q"}).Draw(t, "product")
				seg.Order = rapid.SampledFrom([]string{"", "J-1", "J-2"}).Draw(t, "order")
				seg.Good, seg.Reject = plant.Quantity(rapid.Int64Range(0, 1e12).Draw(t, "good")), plant.Quantity(rapid.Int64Range(0, 1e9).Draw(t, "reject"))
				seg.Ideal = time.Duration(rapid.Int64Range(0, 1e14).Draw(t, "ideal"))
				seg.Unseen = seg.Ideal / rapid.SampledFrom([]time.Duration{1e15, 1e15, 3, 1}).Draw(t, "unseen")
			}
			all = append(all, seg)
			at = end
		}
	}
	return all
}

func groupsOf(t *rapid.T, by kpi.By, window plant.Span, rows func(*kpi.Grouper)) []kpi.Group {
	g := kpi.NewGrouper(by, window, 1_000_000, func(plant.LineID) (string, string) { return "hall", "site" })
	rows(g)
	all, err := g.Groups()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func anyBy(t *rapid.T) kpi.By {
	by := kpi.By{Period: rapid.SampledFrom(append(kpi.Periods(), kpi.Whole)).Draw(t, "period")}
	copy(by.Sides[:], rapid.Permutation(kpi.Sides()).Draw(t, "sides")[:rapid.IntRange(0, 3).Draw(t, "so many")])
	return by
}

func TestKeptSumsAreThoseOfTheSegmentsToTheLastDigit(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	must(t, err)
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		s, n, held := open(), 0, 0
		ledger := s.Ledger()
		rapid.Check(t, func(t *rapid.T) {
			ctx := context.Background()
			if n++; held == 40 { // enough of each database: a trial lives through up to forty days of two lines
				return
			}
			lines := []kpi.Layout{{Line: plant.LineID(fmt.Sprint("l", n, "a")), Zone: zone}, {Line: plant.LineID(fmt.Sprint("l", n, "b")), Zone: zone}}
			book := manned{s.Rollups()}
			keeper := rollup.NewKeeper(rollup.Options{Book: book, Segments: kept{ledger}.Segments})
			begin := time.Date(2026, 3, 25, 0, 0, 0, 0, time.UTC)
			for range rapid.IntRange(1, 4).Draw(t, "changes") {
				l := lines[rapid.IntRange(0, 1).Draw(t, "line")].Line
				end, err := ledger.End(ctx, l)
				check(t, err)
				if end.IsZero() {
					end = begin.Add(time.Duration(rapid.Int64Range(0, 86_400).Draw(t, "begins")) * time.Second)
					if rapid.Bool().Draw(t, "came in") {
						lines[slices.IndexFunc(lines, func(x kpi.Layout) bool { return x.Line == l })].Begin = end
					}
				} else if rapid.Bool().Draw(t, "late") {
					back := time.Duration(rapid.Int64Range(0, end.Sub(begin).Microseconds()/2).Draw(t, "back")) * time.Microsecond
					own := lines[slices.IndexFunc(lines, func(x kpi.Layout) bool { return x.Line == l })]
					end = plant.Later(end.Add(-back), own.Begin) // a ledger that began when its line came in has nothing before
				}
				check(t, ledger.Replace(ctx, l, end, anyTime(t, zone, l, end)))
				for i := range lines {
					if rapid.IntRange(0, 5).Draw(t, "codes") == 0 {
						lines[i].Meaning += "+"
					}
					if rapid.Bool().Draw(t, "roll") {
						check(t, keeper.Roll(ctx, lines[i]))
					}
				}
			}
			for range 3 {
				from := begin.Add(time.Duration(rapid.Int64Range(-36, 24*40).Draw(t, "from")) * time.Hour)
				window := plant.Span{From: from, To: from.Add(time.Duration(rapid.Int64Range(1, 24*120*60).Draw(t, "minutes")) * time.Minute)}
				q := rollup.Question{Lines: lines, Span: window, By: anyBy(t)}
				by := q.By
				if rapid.Bool().Draw(t, "dates") {
					first := plant.DateOf(from)
					last := first + plant.Date(rapid.IntRange(0, 120).Draw(t, "more dates"))
					q.First, q.Last, q.Span = first.String(), last.String(), rollup.Dates(first, last)
					window = q.Span
				}
				got := groupsOf(t, by, window, func(g *kpi.Grouper) {
					check(t, rollup.Reader{Book: book, Lines: kept{ledger}}.Rows(ctx, q, g.Place))
				})
				want := groupsOf(t, by, window, func(g *kpi.Grouper) {
					for _, l := range lines {
						all, err := kept{ledger}.Segments(ctx, l.Line, begin.Add(-48*time.Hour), window.To)
						check(t, err)
						l.Crew, err = book.Crew(ctx, l.Line, window)
						check(t, err)
						for _, r := range l.Rows(window, all) {
							if q.First == "" || q.First <= r.Date && r.Date <= q.Last {
								g.Add(&r)
							}
						}
					}
				})
				same(t, "by "+by.String()+", sums", want, got)
				pieces := groupsOf(t, by, window, func(g *kpi.Grouper) {
					check(t, rollup.Reader{Book: book, Lines: kept{ledger}}.Pieces(ctx, q, func(p *kpi.Piece) {
						g.Add(&kpi.Row{Span: plant.Span{From: p.Slot, To: p.To}, Key: p.Key, Sums: p.Sums})
					}))
				})
				for i := range want {
					want[i].Span = plant.Span{} // pieces do not tell how long their slots are
				}
				for i := range pieces {
					pieces[i].Span = plant.Span{}
				}
				same(t, "by "+by.String()+", pieces", want, pieces)
			}
			held++
		})
	})
}

func same(t *rapid.T, what string, want, got []kpi.Group) {
	t.Helper()
	if reflect.DeepEqual(want, got) {
		return // cheap; what follows is for people
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Fatalf("%s (- segments, + got):\n%s", what, d)
	}
}

func check(t *rapid.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestSumsOfATimeThatChangedMeanwhileAreNotKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		book := s.Rollups()
		must(t, s.Ledger().Replace(ctx, line, monday, strip(monday, 60, 60, 60)))
		seen, err := book.State(ctx, line)
		must(t, err)
		if !seen.Begin.Equal(monday) || !seen.End.Equal(at(180)) || !seen.Fresh.IsZero() {
			t.Fatalf("the state is %+v", seen)
		}
		must(t, s.Ledger().Replace(ctx, line, at(120), strip(at(120), 30)))
		chunk := rollup.Chunk{Line: line, Grain: rollup.Hours, Span: plant.Span{From: monday, To: at(60)}, Packed: []byte{1, 0}}
		wantKind(t, book.Keep(ctx, line, seen, []rollup.Chunk{chunk}, at(60)), errs.Conflict)
		seen, err = book.State(ctx, line)
		must(t, err)
		must(t, book.Keep(ctx, line, seen, []rollup.Chunk{chunk}, at(60)))
		for from, want := range map[int]int{150: 60, 60: 60, 30: 0} { // of what is replaced from there
			must(t, s.Ledger().Replace(ctx, line, monday, strip(monday, 60, 60, 30)))
			seen, err = book.State(ctx, line)
			must(t, err)
			must(t, book.Keep(ctx, line, seen, []rollup.Chunk{chunk}, at(60)))
			must(t, s.Ledger().Replace(ctx, line, at(from), nil))
			found, err := book.Chunks(ctx, rollup.Ask{Lines: []plant.LineID{line, "nowhere"}, Grain: rollup.Hours, Span: plant.Span{From: monday, To: at(180)}})
			must(t, err)
			fresh := 0
			for _, c := range found {
				fresh = int(c.Fresh.Sub(monday).Minutes())
			}
			if fresh != want {
				t.Errorf("replaced from minute %d on, the sums hold up to %d, want %d", from, fresh, want)
			}
		}
	})
}

func TestALineGoesThroughMonthsInStrides(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		minutes := slices.Repeat([]int{480, 17, 943}, 70) // 70 days
		must(t, s.Ledger().Replace(ctx, line, monday, strip(monday, minutes...)))
		layout := kpi.Layout{Line: line}
		must(t, rollup.NewKeeper(rollup.Options{Book: s.Rollups(), Segments: s.Ledger().Segments}).Roll(ctx, layout))
		state, err := s.Rollups().State(ctx, line)
		must(t, err)
		if state.End.Sub(state.Fresh) > time.Hour {
			t.Errorf("the sums end at %s, the ledger at %s", state.Fresh, state.End)
		}
	})
}

func TestWhatPeopleSaySetsTheSumsBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		must(t, s.Ledger().Replace(ctx, line, monday, strip(monday, 60, 60, 60)))
		book := s.Rollups()
		chunk := rollup.Chunk{Line: line, Grain: rollup.Hours, Span: plant.Span{From: monday, To: at(180)}, Packed: []byte{1, 0}}
		fresh := func(want int, after string) {
			t.Helper()
			state, err := book.State(ctx, line)
			must(t, err)
			if !state.Fresh.Equal(at(want)) {
				t.Errorf("after %s the sums hold up to %s, want minute %d", after, state.Fresh, want)
			}
			must(t, book.Keep(ctx, line, state, []rollup.Chunk{chunk}, at(180)))
		}
		state, err := book.State(ctx, line)
		must(t, err)
		must(t, book.Keep(ctx, line, state, []rollup.Chunk{chunk}, at(180)))
		_, err = s.Edits().Add(ctx, edit.Edit{Line: line, Kind: edit.Comment, From: at(130), To: at(140), Comment: "film", By: anna}, 0)
		must(t, err)
		fresh(120, "a comment") // where the segment begins that is cut by it
		_, err = s.Edits().Add(ctx, edit.Edit{Line: line, Kind: edit.Count, From: at(170), To: at(200), Good: plant.One, By: anna}, 0)
		must(t, err)
		state, err = book.State(ctx, line)
		must(t, err)
		if !state.End.Equal(at(170)) {
			t.Errorf("what is counted beyond the ledger is added up to %s", state.End)
		}
		must(t, s.Ledger().Replace(ctx, line, at(180), strip(at(180), 60)))
		fresh(120, "what may be shared out otherwise")
		span := plant.Span{From: at(60), To: at(120)}
		signed, err := s.Edits().Sign(ctx, edit.Signed{Line: line, Span: span, Shift: "Early", Date: "2026-03-02", Segments: strip(at(60), 60), By: anna}, 1)
		must(t, err)
		fresh(60, "a signature")
		must(t, s.Edits().Reopen(ctx, signed, anna, "wrong"))
		fresh(60, "opening it again")
	})
}
