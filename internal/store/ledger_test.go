package store_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// strip makes segments of minutes: each starts where the one before ended.
func strip(from time.Time, minutes ...int) (segments []oee.Segment) {
	for i, m := range minutes {
		to := from.Add(time.Duration(m) * time.Minute)
		segments = append(segments, oee.Segment{
			Line: line, From: from, To: to, Category: oee.Category(1 + i%9), State: machine.Execute, Unit: "filling-1/filler",
			Fault: "E12", Product: "COLA-05", Order: "J-1", Shift: "Early", Date: "2026-03-02",
			Good: plant.Pieces(int64(10 * m)), Reject: plant.Pieces(int64(m)), Ideal: time.Duration(m) * 6 * time.Second, Unseen: time.Duration(m) * 2 * time.Second, Unrated: plant.Pieces(1),
		})
		from = to
	}
	return segments
}

func at(minute int) time.Time { return monday.Add(time.Duration(minute) * time.Minute) }

func TestSegmentsComeBackAsTheyWere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, l := t.Context(), open().Ledger()
		all := strip(monday, 10, 20, 30)
		must(t, l.Replace(ctx, line, monday, all))
		other := strip(monday, 60)
		other[0].Line = "filling-2"
		must(t, l.Replace(ctx, "filling-2", monday, other))
		for name, c := range map[string]struct {
			from, to int
			want     []oee.Segment
		}{
			"all":                   {-5, 100, all},
			"the middle":            {10, 30, all[1:2]},
			"a moment of the first": {3, 4, all[:1]},
			"across a border":       {29, 31, all[1:]},
			"before":                {-10, 0, nil},
			"after":                 {60, 70, nil},
		} {
			got, err := l.Segments(ctx, line, at(c.from), at(c.to))
			must(t, err)
			if d := cmp.Diff(c.want, append([]oee.Segment(nil), got...)); d != "" {
				t.Errorf("%s: %s", name, d)
			}
		}
		end, err := l.End(ctx, line)
		must(t, err)
		if !end.Equal(at(60)) {
			t.Errorf("the ledger ends at %s, want %s", end, at(60))
		}
		if end, err = l.End(ctx, "nowhere"); err != nil || !end.IsZero() {
			t.Errorf("an empty ledger ends at %s, %v; want the zero time", end, err)
		}
	})
}

func TestReplacingCutsWhatSpansTheMoment(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		l := s.Ledger()
		must(t, l.Replace(ctx, line, monday, strip(monday, 10, 20, 30)))
		must(t, l.Replace(ctx, line, at(15), strip(at(15), 5, 7)))
		got, err := l.Segments(ctx, line, monday, at(100))
		must(t, err)
		if len(got) != 4 || !got[1].To.Equal(at(15)) || !got[3].To.Equal(at(27)) {
			t.Fatalf("got %v", got)
		}
		// A quarter of the time keeps a quarter of what was counted in it.
		if got[1].Good != plant.Pieces(50) || got[1].Reject != plant.Pieces(5) || got[1].Ideal != 30*time.Second || got[1].Unseen != 10*time.Second || got[1].Unrated != plant.One/4 {
			t.Errorf("the cut segment kept %+v", got[1])
		}
		must(t, l.Replace(ctx, line, at(10), nil))
		end, err := l.End(ctx, line)
		must(t, err)
		if !end.Equal(at(10)) {
			t.Errorf("with nothing put in its place the ledger ends at %s, want %s", end, at(10))
		}
		sound(t, s)
	})
}

func TestALedgerWithGapsOrOverlapsIsRefused(t *testing.T) {
	good := strip(at(60), 5, 5)
	changed := func(i int, change func(*oee.Segment)) []oee.Segment {
		s := append([]oee.Segment(nil), good...)
		change(&s[i])
		return s
	}
	cases := map[string][]oee.Segment{
		"of another line":         changed(1, func(s *oee.Segment) { s.Line = "filling-2" }),
		"an overlap":              changed(1, func(s *oee.Segment) { s.From = s.From.Add(-time.Second) }),
		"a gap":                   changed(1, func(s *oee.Segment) { s.From = s.From.Add(time.Second) }),
		"no length":               changed(1, func(s *oee.Segment) { s.To = s.From }),
		"before the moment":       changed(0, func(s *oee.Segment) { s.From = s.From.Add(-time.Second) }),
		"a gap to what is kept":   changed(0, func(s *oee.Segment) { s.From = s.From.Add(time.Second) }),
		"time that runs backward": changed(1, func(s *oee.Segment) { s.To = monday }),
	}
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		l := s.Ledger()
		kept := strip(monday, 60, 30)
		must(t, l.Replace(ctx, line, monday, kept))
		for name, segments := range cases {
			t.Run(name, func(t *testing.T) {
				wantKind(t, l.Replace(ctx, line, at(60), segments), errs.Invalid)
				got, err := l.Segments(ctx, line, monday, at(1000))
				must(t, err)
				if d := cmp.Diff(kept, got); d != "" {
					t.Errorf("the ledger changed: %s", d)
				}
			})
		}
		sound(t, s)
	})
}

// Readers see the ledger before or after a replacement, never within; writers of one line take turns.
func TestReplacingIsAtomicForReaders(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		l := []oee.Ledger{s.Ledger(), open().Ledger()}
		must(t, l[0].Replace(ctx, line, monday, strip(monday, 60)))
		done := make(chan struct{})
		var writers, reader sync.WaitGroup
		for w := range l {
			writers.Go(func() {
				for i := range 60 {
					parts := make([]int, 0, 60)
					for range 60 / (1 + (i+w)%4) {
						parts = append(parts, 1+(i+w)%4)
					}
					if err := l[w].Replace(ctx, line, monday, strip(monday, parts...)); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		reader.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				got, err := s.Ledger().Segments(ctx, line, monday, at(60))
				if err != nil {
					t.Error(err)
					return
				}
				if covered(got) != time.Hour {
					t.Errorf("a reader saw %d segments of %s in all, want one hour", len(got), covered(got))
					return
				}
			}
		})
		writers.Wait()
		close(done)
		reader.Wait()
		sound(t, s)
	})
}

func covered(segments []oee.Segment) (sum time.Duration) {
	for _, s := range segments {
		sum += s.To.Sub(s.From)
	}
	return sum
}

// Whatever is replaced in whatever order, the ledger has no gap and no overlap.
func TestALedgerStaysWholeWhateverIsReplaced(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		s := open()
		ctx, l := t.Context(), s.Ledger()
		rapid.Check(t, func(r *rapid.T) {
			id := plant.LineID(fmt.Sprint("line-", rapid.Uint64().Draw(r, "line")))
			must(t, l.Replace(ctx, id, time.Time{}, nil))
			begin, end := time.Time{}, time.Time{}
			for range rapid.IntRange(1, 5).Draw(r, "replacements") {
				from := monday
				if !end.IsZero() {
					from = begin.Add(time.Duration(rapid.Int64Range(1, int64(end.Sub(begin))/1000).Draw(r, "from")) * time.Microsecond)
				} else {
					begin = from
				}
				segments := strip(from, rapid.SliceOfN(rapid.IntRange(1, 90), 1, 6).Draw(r, "minutes")...)
				for i := range segments {
					segments[i].Line = id
				}
				must(t, l.Replace(ctx, id, from, segments))
				end = segments[len(segments)-1].To
			}
			got, err := l.Segments(ctx, id, begin, end)
			must(t, err)
			for i := 1; i < len(got); i++ {
				if !got[i].From.Equal(got[i-1].To) {
					r.Fatalf("segment %d begins at %s, the one before ends at %s", i, got[i].From, got[i-1].To)
				}
			}
			if covered(got) != end.Sub(begin) {
				r.Fatalf("the ledger covers %s of %s", covered(got), end.Sub(begin))
			}
		})
		sound(t, s)
	})
}

func TestABrokenLedgerIsFound(t *testing.T) {
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		s := db.Open()
		must(t, s.Ledger().Replace(t.Context(), line, monday, strip(monday, 10, 20, 30)))
		sound(t, s)
		db.Exec("DELETE FROM segments WHERE from_at = " + fmt.Sprint(at(10).UnixMicro()))
		if _, err := s.VerifyLedger(t.Context()); err == nil || !strings.Contains(err.Error(), "filling-1") {
			t.Errorf("a missing segment went unseen: %v", err)
		}
	})
}

// The numbers of categories and states are kept in rows: they must never come to mean something else.
func TestKeptNumbersNeverChangeTheirMeaning(t *testing.T) {
	for want, got := range []oee.Category{
		oee.NoData, oee.NotScheduled, oee.PlannedStop, oee.NoOrder, oee.Changeover,
		oee.Breakdown, oee.Blocked, oee.Starved, oee.MicroStop, oee.Running,
	} {
		if int(got) != want {
			t.Errorf("category %d is %d now", want, got)
		}
	}
	for want, got := range []machine.State{
		machine.Unknown, machine.Clearing, machine.Stopped, machine.Starting, machine.Idle,
		machine.Suspended, machine.Execute, machine.Stopping, machine.Aborting, machine.Aborted, machine.Holding, machine.Held,
		machine.Unholding, machine.Suspending, machine.Unsuspending, machine.Resetting, machine.Completing, machine.Complete,
	} {
		if int(got) != want {
			t.Errorf("state %d is %d now", want, got)
		}
	}
}
