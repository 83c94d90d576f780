package timekeeper_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/timeline"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
	"millwright/internal/store/storetest"
)

// What is kept before the time from which a ledger is wanted anew stays to the bit; from there on it is as the line
// is set up now.
func TestALedgerIsDerivedAnewFromATimeOn(t *testing.T) {
	end := after(10 * time.Hour)
	p := &past{facts: slices.DeleteFunc(dayOf(morning, 10), func(f machine.Fact) bool { return !f.When().Before(end) })}
	db := storetest.SQLite(t).Open()
	first := open(t, db, p, end, nil)
	first.right()
	first.stop()
	was, err := db.Ledger().Segments(t.Context(), "l", morning, end)
	if err != nil || len(was) < 30 {
		t.Fatalf("%d segments are kept, %v", len(was), err)
	}
	changed := line
	changed.Thresholds = plant.Thresholds{MinStop: 2 * time.Second, MicroMax: 100 * time.Second}
	changed.Rates = []plant.Rate{{IdealCycle: time.Second}}
	for name, from := range map[string]time.Time{"within the shift before": after(5*time.Hour + 17*time.Minute), "the start of the running shift": after(8 * time.Hour), "before the ledger": after(-time.Hour)} {
		t.Run(name, func(t *testing.T) {
			if err := db.Ledger().Replace(t.Context(), "l", morning, was); err != nil {
				t.Fatal(err)
			}
			bound := was[0].From
			for _, s := range was {
				if !s.From.After(from) {
					bound = s.From
				}
			}
			if err := db.Ledger().Wish(t.Context(), oee.Wish{Line: "l", Why: oee.Change, From: from}); err != nil {
				t.Fatal(err)
			}
			s := &shop{t: t, store: db, past: p}
			s.goTo(end).run(changed, db.Ledger())
			before := func(s oee.Segment) bool { return s.From.Before(bound) }
			var got, want []oee.Segment
			s.until("the ledger is that of the changed line", func() bool {
				now := s.now()
				e := timeline.NewEngine(changed)
				closed, err := e.Derive(t.Context(), p.tell, bound, now)
				if err != nil {
					t.Fatal(err)
				}
				want = slices.Concat(slices.DeleteFunc(slices.Clone(was), func(s oee.Segment) bool { return !before(s) }), closed, e.Open(now))
				if got, err = s.keeper.Segments(t.Context(), "l", morning, now.Add(time.Hour)); err != nil {
					t.Fatal(err)
				}
				return s.now().Equal(now) && cmp.Equal(want, got)
			})
			s.stop()
			kept, err := db.Ledger().Segments(t.Context(), "l", morning, end)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(slices.DeleteFunc(slices.Clone(was), func(s oee.Segment) bool { return !before(s) }), slices.DeleteFunc(slices.Clone(kept), func(s oee.Segment) bool { return !before(s) })); d != "" {
				t.Errorf("what was kept before %s has changed: %s", bound, d)
			}
			if cmp.Equal(was, kept) {
				t.Error("nothing was derived anew")
			}
			if _, err := db.VerifyLedger(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	if left, err := db.Ledger().Wishes(t.Context()); err != nil || len(left) > 0 {
		t.Errorf("left to do is %v, %v", left, err)
	}
}
