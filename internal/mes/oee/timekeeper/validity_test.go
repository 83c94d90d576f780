package timekeeper_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/timekeeper"
	"millwright/internal/mes/oee/timeline"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
	"millwright/internal/store/storetest"
)

// revised is the line as four revisions of the plant set it up.
func revised(revision int64) plant.Line {
	l := line
	l.Rates = []plant.Rate{{IdealCycle: time.Duration(2*revision) * time.Second}}
	if revision == 3 {
		l.Thresholds = plant.Thresholds{MinStop: 2 * time.Second, MicroMax: 100 * time.Second}
	}
	return l
}

// plants is a line whose plant is published again and again.
type plants struct {
	*shop
	revision int64
	gone     int64 // the revision whose tags are gone
}

func (p *plants) former(_ context.Context, _ plant.LineID, revision int64) (timekeeper.Settings, error) {
	return timekeeper.Settings{Line: revised(revision), History: p.past.tell, Same: revision == p.revision, Gone: revision == p.gone}, nil
}

// use starts the timekeeper of a revision at a time.
func (p *plants) use(revision int64, at time.Time) {
	p.revision = revision
	p.shop.former, p.shop.revision = p.former, revision
	p.goTo(at).run(revised(revision), p.store.Ledger())
}

// valid waits until kept and open segments are those that the revisions make, each from its moment on.
func (p *plants) valid(from time.Time, terms ...oee.Validity) {
	p.t.Helper()
	var got, want []oee.Segment
	defer func() {
		if p.t.Failed() {
			p.t.Log(cmp.Diff(want, got))
		}
	}()
	p.until("each stretch is laid out by its own revision", func() bool {
		now := p.now()
		want = nil
		for i, v := range terms {
			e, begin := timeline.NewEngine(revised(v.Revision)), v.Since
			var part []oee.Segment
			var err error
			if i+1 < len(terms) {
				part, err = e.Between(p.t.Context(), p.past.tell, plant.Span{From: begin, To: terms[i+1].Since}, now)
			} else if part, err = e.Derive(p.t.Context(), p.past.tell, begin, now); err == nil {
				part = append(part, e.Open(now)...)
			}
			if err != nil {
				p.t.Fatal(err)
			}
			want = append(want, part...)
		}
		var err error
		if got, err = p.keeper.Segments(p.t.Context(), "l", from, now.Add(time.Hour)); err != nil {
			p.t.Fatal(err)
		}
		return p.now().Equal(now) && cmp.Equal(want, got)
	})
	for _, s := range got {
		for i := len(terms) - 1; i >= 0; i-- {
			if v := terms[i]; !s.From.Before(v.Since) {
				if ideal := time.Duration(2*v.Revision) * time.Second * time.Duration(s.Good/plant.One); s.Ideal != ideal {
					p.t.Errorf("the segment at %s has %s of ideal time, want %s as of revision %d", s.From, s.Ideal, ideal, v.Revision)
				}
				break
			}
		}
	}
	if _, err := p.store.VerifyLedger(p.t.Context()); err != nil {
		p.t.Error(err)
	}
}

// ends is where the kept ledger ends.
func (p *plants) ends() time.Time {
	p.t.Helper()
	end, err := p.store.Ledger().End(p.t.Context(), "l")
	must(p.t, err)
	return end
}

// late tells of a stop of a minute that nobody knew of.
func (p *plants) late(at time.Time) {
	p.past.add(state(at, machine.Held), state(at.Add(time.Minute), machine.Execute))
	p.facts.Publish([]machine.Fact{machine.Late{Unit: "l/press", At: at}})
}

// What is laid out before a change stays as it is, whatever comes late; only from the moment it is wanted from it changes.
func TestALateReadingIsLaidOutAsTheLineWasSetUpThen(t *testing.T) {
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		day := dayOf(morning, 10)
		s := &shop{t: t, store: db.Open(), past: &past{}}
		p := &plants{shop: s}
		told := morning
		until := func(at time.Time) time.Time {
			p.past.add(slices.DeleteFunc(slices.Clone(day), func(f machine.Fact) bool { return f.When().Before(told) || !f.When().Before(at) })...)
			told = at
			return at
		}
		first := oee.Validity{Line: "l", Since: morning, Revision: 1}
		p.use(1, until(after(2*time.Hour)))
		p.valid(morning, first)
		p.stop()

		second := oee.Validity{Line: "l", Since: p.ends(), Revision: 2}
		p.use(2, until(after(4*time.Hour)))
		p.valid(morning, first, second)
		p.late(after(20 * time.Minute))
		p.valid(morning, first, second)
		p.late(second.Since.Add(30 * time.Minute))
		p.valid(morning, first, second)
		p.stop()

		third := oee.Validity{Line: "l", Since: p.ends(), Revision: 3} // twice in one shift
		p.use(3, until(after(6*time.Hour)))
		p.valid(morning, first, second, third)
		p.late(after(25 * time.Minute))
		p.valid(morning, first, second, third)
		p.stop()

		p.use(3, until(after(7*time.Hour))) // started again
		p.late(after(31 * time.Minute))
		p.valid(morning, first, second, third)
		p.stop()

		must(t, s.store.Ledger().Wish(t.Context(), oee.Wish{Line: "l", Why: oee.Change, From: second.Since, Mark: 4}))
		fourth := oee.Validity{Line: "l", Since: second.Since, Revision: 4} // from a moment that was chosen
		p.use(4, until(after(7*time.Hour+time.Minute)))
		p.valid(morning, first, fourth)
		p.late(after(40 * time.Minute))
		p.valid(morning, first, fourth)
		p.stop()

		must(t, s.store.Ledger().Wish(t.Context(), oee.Wish{Line: "l", Why: oee.Change, From: morning, Mark: 3}))
		third.Since = morning // the start of the shift
		p.use(3, until(after(7*time.Hour+2*time.Minute)))
		p.valid(morning, third)
		p.late(after(45 * time.Minute))
		p.valid(morning, third)
		p.stop()
		got, err := s.store.Ledger().Valid(t.Context(), "l")
		must(t, err)
		if d := cmp.Diff([]oee.Validity{{Line: "l", Since: time.UnixMicro(0).UTC(), Revision: 1}, third}, got); d != "" {
			t.Errorf("valid is %s", d)
		}
	})
}

// What was read from tags that are gone cannot be laid out anew.
func TestWhatWasReadFromTagsThatAreGoneStays(t *testing.T) {
	s := &shop{t: t, store: storetest.SQLite(t).Open(), past: &past{facts: dayOf(morning, 2)}}
	p := &plants{shop: s, gone: 1}
	first := oee.Validity{Line: "l", Since: morning, Revision: 1}
	p.use(1, after(2*time.Hour))
	p.valid(morning, first)
	p.stop()
	second := oee.Validity{Line: "l", Since: p.ends(), Revision: 2}
	was, err := s.store.Ledger().Segments(t.Context(), "l", morning, second.Since)
	must(t, err)
	p.past.add(dayOf(after(2*time.Hour), 2)...)
	p.use(2, after(4*time.Hour))
	p.late(after(20 * time.Minute))
	p.late(after(3 * time.Hour))
	p.valid(second.Since, second)
	got, err := s.keeper.Segments(t.Context(), "l", morning, second.Since)
	must(t, err)
	if d := cmp.Diff(was, got); d != "" {
		t.Error(d)
	}
}

// A machine says when it is connected that it runs since long ago: nobody saw that, and its line begins when it comes in.
func TestALineThatComesInIsLaidOutFromThenOn(t *testing.T) {
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		s := &shop{t: t, store: db.Open(), past: &past{}, begin: after(2 * time.Hour)}
		p := &plants{shop: s}
		began := oee.Validity{Line: "l", Since: s.begin, Revision: 2}
		p.use(2, after(2*time.Hour))
		p.valid(morning, began)
		if got := s.keeper.Begin("l"); !got.Equal(after(2 * time.Hour)) {
			t.Errorf("it begins at %s", got)
		}
		p.late(after(time.Hour)) // its first value
		p.goTo(after(2*time.Hour + 10*time.Minute))
		p.valid(morning, began)
		for _, f := range dayOf(morning, 10) {
			if f.When().After(p.now()) {
				p.past.add(f)
			}
		}
		p.stop()

		s.begin = time.Time{} // started again: what was noted holds
		p.use(2, after(30*time.Hour))
		s.until("it is known where it begins", func() bool { return s.keeper.Begin("l").Equal(began.Since) })
		p.late(after(90 * time.Minute))
		p.valid(morning, began)
		p.stop()

		second := oee.Validity{Line: "l", Since: p.ends(), Revision: 3}
		if second.Since.IsZero() {
			t.Fatal("nothing is kept")
		}
		p.use(3, after(31*time.Hour))
		p.late(after(100 * time.Minute))
		p.valid(morning, began, second)
	})
}
