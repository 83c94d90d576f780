package collect

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"millwright/internal/ot/tag"
)

func TestWhatComesTooFastGoesIntoTheNewestOfItsTag(t *testing.T) {
	at := time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)
	one := func(id tag.ID, ms, value int) tag.Sample {
		return tag.Sample{Tag: id, Time: at.Add(time.Duration(ms) * time.Millisecond), Value: tag.IntValue(int64(value))}
	}
	v := newValve(2)
	got := v.pass([]tag.Sample{one(1, 0, 1), one(2, 0, 1), one(3, 0, 1), one(1, 1, 2), one(1, 2, 3)}, at)
	if len(got) != 2 || got[0].Tag != 1 || got[1].Tag != 2 {
		t.Fatalf("first %v", got)
	}
	if got := v.pass(nil, at.Add(999*time.Millisecond)); len(got) != 0 {
		t.Fatalf("before the second is over %v", got)
	}
	got = v.pass([]tag.Sample{one(2, 1000, 2)}, at.Add(time.Second))
	if len(got) != 2 || got[0].Tag != 3 || got[1] != one(1, 2, 3) {
		t.Fatalf("then %v", got)
	}
	if v.lost() != 1 {
		t.Errorf("%d merged", v.lost())
	}
	if got := v.empty(); len(got) != 1 || got[0] != one(2, 1000, 2) {
		t.Errorf("at the end %v", got)
	}
}

// Whatever comes, of each tag the values that go through are in order, the last is among them, and no second has more
// than the limit.
func TestAValveKeepsOrderAndTheLastOfEachTag(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		v, now := newValve(1+r.IntN(20)), time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)
		last, through, sum := map[tag.ID]tag.Sample{}, map[tag.ID]tag.Sample{}, 0
		pass := func(got []tag.Sample) {
			for _, s := range got {
				if s.Time.Before(through[s.Tag].Time) {
					t.Fatalf("tag %d went back in time", s.Tag)
				}
				through[s.Tag] = s
			}
		}
		for range r.IntN(60) {
			var batch []tag.Sample
			for range r.IntN(8) {
				s := tag.Sample{Tag: tag.ID(1 + r.IntN(5)), Time: now, Value: tag.IntValue(int64(sum))}
				sum++
				last[s.Tag], batch = s, append(batch, s)
			}
			got := v.pass(batch, now)
			if len(got) > v.limit {
				t.Fatalf("%d of at most %d", len(got), v.limit)
			}
			pass(got)
			now = now.Add(time.Duration(r.IntN(700)) * time.Millisecond)
		}
		pass(v.empty())
		for id, s := range last {
			if through[id] != s {
				t.Fatalf("tag %d ended with %v, not %v", id, through[id], s)
			}
		}
	}
}

// phasesAt follows what a session says of itself at some seconds of its life.
func phasesAt(t *testing.T, c Connection, d *device, at ...time.Duration) []Status {
	t.Helper()
	s := NewSession(c, d, func([]tag.Sample) {}, Settings{})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); _ = s.Run(ctx) }()
	var all []Status
	var before time.Duration
	for _, a := range at {
		time.Sleep(a - before)
		before = a
		synctest.Wait()
		all = append(all, s.Status())
	}
	cancel()
	<-ended
	return all
}

func TestASessionThatIsQuietIsIdleAndOneThatIsNotWholeDegraded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &device{sessions: []func(context.Context, func([]tag.Sample)) error{func(_ context.Context, emit func([]tag.Sample)) error {
			time.Sleep(time.Second)
			emit([]tag.Sample{{Tag: 2, Time: time.Now(), Value: tag.IntValue(7)}, {Tag: 3, Time: time.Now(), Quality: tag.BadNoCommunication}})
			time.Sleep(time.Second)
			emit([]tag.Sample{{Tag: 3, Time: time.Now(), Value: tag.FloatValue(1)}})
			time.Sleep(20 * time.Second)
			return errors.New("link cut")
		}}}
		got := phasesAt(t, Connection{ID: "plc", Alive: 1, Tags: two}, d, 500*time.Millisecond, 1500*time.Millisecond, 3*time.Second, 15*time.Second, 22020*time.Millisecond)
		for i, want := range []Phase{Starting, Degraded, Active, Idle, Waiting} {
			if got[i].Phase != want {
				t.Errorf("%d: %s, not %s", i, got[i].Phase, want)
			}
		}
		if got[1].Bad != 1 || got[1].FirstBad != "b" || got[1].Tags != 2 {
			t.Errorf("%+v", got[1])
		}
	})
}

func TestASessionThatIsToldTooMuchSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &device{sessions: []func(context.Context, func([]tag.Sample)) error{func(ctx context.Context, emit func([]tag.Sample)) error {
			for i := range int64(600) {
				emit([]tag.Sample{{Tag: 2, Time: time.Now(), Value: tag.IntValue(i)}})
				time.Sleep(10 * time.Millisecond)
			}
			return until(ctx, emit)
		}}}
		c := Connection{ID: "plc", Alive: 1, Tags: two, Limits: Limits{Values: 10, Interval: time.Second}}
		if p := NewSession(c, d, nil, Settings{}).points[0]; p.Interval != time.Second {
			t.Errorf("it is sampled every %s", p.Interval)
		}
		got := phasesAt(t, c, d, 5100*time.Millisecond, 9*time.Second)
		if s := got[0]; s.Phase != Degraded || !s.Merging || s.Merged < 400 || s.Samples > 60 {
			t.Errorf("%+v", s)
		}
	})
}
