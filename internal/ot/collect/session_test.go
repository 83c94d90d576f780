package collect

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"millwright/internal/ot/driver"
	"millwright/internal/ot/tag"
)

// device is a driver whose sessions follow a script, one function a session.
type device struct {
	mu       sync.Mutex
	sessions []func(ctx context.Context, emit func([]tag.Sample)) error
	opened   int
}

func (d *device) Run(ctx context.Context, _ []driver.Point, emit func([]tag.Sample)) error {
	d.mu.Lock()
	i := min(d.opened, len(d.sessions)-1)
	d.opened++
	d.mu.Unlock()
	return d.sessions[i](ctx, emit)
}

func until(ctx context.Context, _ func([]tag.Sample)) error { <-ctx.Done(); return nil }

// heard keeps what a session emitted.
type heard struct {
	mu  sync.Mutex
	all []tag.Sample
}

func (h *heard) take(batch []tag.Sample) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all = append(h.all, batch...)
}

func (h *heard) of(id tag.ID) []tag.Sample {
	h.mu.Lock()
	defer h.mu.Unlock()
	var out []tag.Sample
	for _, s := range h.all {
		if s.Tag == id {
			out = append(out, s)
		}
	}
	return out
}

var two = []tag.Tag{{ID: 2, Name: "a", Address: "a"}, {ID: 3, Name: "b", Address: "b", Deadband: 1, Scale: 10}}

func run(t *testing.T, d *device, lasts time.Duration) (*Session, *heard) {
	t.Helper()
	h := &heard{}
	s := NewSession(Connection{ID: "plc", Alive: 1, Tags: two}, d, h.take, Settings{})
	ctx, cancel := context.WithTimeout(context.Background(), lasts)
	defer cancel()
	if err := s.Run(ctx); err != nil {
		t.Fatal(err)
	}
	return s, h
}

func TestALostSessionMarksItsTagsBadAndComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &device{sessions: []func(context.Context, func([]tag.Sample)) error{
			func(_ context.Context, emit func([]tag.Sample)) error {
				emit([]tag.Sample{{Tag: 2, Time: time.Now(), Value: tag.IntValue(7)}})
				time.Sleep(3 * time.Second)
				return errors.New("link cut")
			},
			func(ctx context.Context, emit func([]tag.Sample)) error {
				emit([]tag.Sample{{Tag: 2, Time: time.Now().Add(-time.Hour), Value: tag.IntValue(7)}})
				return until(ctx, emit)
			},
		}}
		s, h := run(t, d, 20*time.Second)
		got := h.of(2)
		if len(got) != 4 { // value, Bad, value again, Bad at the stop
			t.Fatalf("%d samples: %v", len(got), got)
		}
		if !got[1].Quality.Bad() || got[1].Quality != tag.BadNoCommunication || got[3].Quality != tag.BadOutOfService {
			t.Errorf("qualities %v %v", got[1].Quality, got[3].Quality)
		}
		if !got[2].Time.After(got[1].Time) {
			t.Errorf("the old value of the new session hides before the Bad: %v, %v", got[2].Time, got[1].Time)
		}
		if len(h.of(3)) != 0 {
			t.Error("a tag that never said anything was marked Bad")
		}
		if st := s.Status(); st.Phase != Stopped || st.Losses != 2 || st.Samples != 2 {
			t.Errorf("status %+v", st)
		}
		alive := h.of(1)
		if up, _ := alive[len(alive)-1].Value.Bool(); up || len(alive) < 4 {
			t.Errorf("alive tag: %v", alive)
		}
	})
}

func TestBackoffGrowsAndStaysBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &device{sessions: []func(context.Context, func([]tag.Sample)) error{
			func(context.Context, func([]tag.Sample)) error { return errors.New("refused") },
		}}
		s, h := run(t, d, 10*time.Minute)
		if d.opened < 600/15 || d.opened > 600/7 {
			t.Errorf("%d attempts in ten minutes", d.opened)
		}
		if len(h.all) != 0 {
			t.Errorf("a device that was never there emitted %v", h.all)
		}
		if st := s.Status(); st.LastError != "refused" {
			t.Errorf("status %+v", st)
		}
	})
}

func TestADriverThatPanicsIsALostSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &device{sessions: []func(context.Context, func([]tag.Sample)) error{
			func(context.Context, func([]tag.Sample)) error { panic("hostile") }, until,
		}}
		s, _ := run(t, d, 5*time.Second)
		if st := s.Status(); d.opened != 2 || !strings.Contains(st.LastError, "broke down: hostile") {
			t.Errorf("opened %d, %+v", d.opened, st)
		}
	})
}

func TestReadingsAreMadeFitToKeep(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	in := newIntake(two, 10*time.Minute)
	in.begin(now)
	in.take([]tag.Sample{{Tag: 2, Time: now, Value: tag.IntValue(1)}, {Tag: 3, Time: now, Value: tag.FloatValue(2)}}, now)

	took := in.take([]tag.Sample{
		{Tag: 2, Time: now.Add(24 * time.Hour), Value: tag.IntValue(2)},  // a clock a day ahead
		{Tag: 3, Time: now.Add(time.Second), Value: tag.FloatValue(2.9)}, // within the deadband
		{Tag: 3, Time: now.Add(2 * time.Second), Value: tag.FloatValue(3)},
		{Tag: 99, Time: now, Value: tag.IntValue(1)}, // not ours
	}, now)
	kept := took.kept
	if len(kept) != 2 || took.skewed != 1 || took.off <= in.ahead {
		t.Fatalf("kept %v, skewed %d by %s", kept, took.skewed, took.off)
	}
	if !kept[0].Time.Equal(now) || !kept[0].Quality.Uncertain() {
		t.Errorf("a sample of tomorrow: %+v", kept[0])
	}
	if f, _ := kept[1].Value.Float(); f != 30 {
		t.Errorf("scaled to %v", f)
	}
}

// What a scale makes of a reading is looked at as well: no number is passed on as a good one.
func TestAScaleBeyondAllNumbersIsOutOfRange(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, scale := range []float64{1e308, math.Inf(1), math.NaN()} {
		in := newIntake([]tag.Tag{{ID: 2, Name: "a", Address: "a", Scale: scale}}, Ahead)
		in.begin(now)
		kept := in.take([]tag.Sample{{Tag: 2, Time: now, Value: tag.IntValue(10)}}, now).kept
		if n, first := in.bad(); len(kept) != 1 || kept[0].Quality != tag.BadOutOfRange || n != 1 || first != "a" {
			t.Errorf("10 × %v is %+v; %d tags are bad", scale, kept, n)
		}
	}
}

func TestAMachineAnHourBehindIsStillLiveAfterALoss(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	behind := -time.Hour
	in := newIntake(two, 10*time.Minute)
	in.begin(now)
	in.take([]tag.Sample{{Tag: 2, Time: now.Add(behind), Value: tag.IntValue(1)}}, now)
	in.take([]tag.Sample{{Tag: 2, Time: now.Add(behind + time.Second), Value: tag.IntValue(2)}}, now.Add(time.Second))
	bad := in.lose(tag.BadNoCommunication, now.Add(time.Minute))
	if want := now.Add(behind + time.Minute); !bad[0].Time.Equal(want) {
		t.Fatalf("Bad at %v, want %v by the machine's clock", bad[0].Time, want)
	}
	in.begin(now.Add(2 * time.Minute))
	again := in.take([]tag.Sample{{Tag: 2, Time: now.Add(behind + 2*time.Minute), Value: tag.IntValue(3)}}, now.Add(2*time.Minute)).kept
	if !again[0].Time.After(bad[0].Time) || again[0].Time.After(now) {
		t.Errorf("first value after the loss at %v", again[0].Time)
	}
}

// A link that heals just after an attempt began: that one still takes its time to fail, the next must not be far.
func TestTheNextAttemptIsNeverFarAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const attempt, promise = 10 * time.Second, 30 * time.Second
		var ended time.Time
		var most time.Duration
		d := &device{sessions: []func(context.Context, func([]tag.Sample)) error{
			func(ctx context.Context, _ func([]tag.Sample)) error {
				if !ended.IsZero() {
					most = max(most, time.Since(ended))
				}
				select {
				case <-time.After(attempt):
				case <-ctx.Done():
				}
				ended = time.Now()
				return errors.New("no answer")
			},
		}}
		run(t, d, 12*time.Hour)
		if attempt+most >= promise-2*time.Second {
			t.Errorf("after an attempt of %v, up to %v to the next", attempt, most)
		}
	})
}

func TestStampsOfLongAgoCostNoValue(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	in := newIntake(two, 10*time.Minute)
	in.begin(now)
	year := now.Add(-365 * 24 * time.Hour)
	first := in.take([]tag.Sample{{Tag: 2, Time: year, Value: tag.IntValue(1)}}, now)
	if s := first.kept[0]; !s.Time.Equal(now) || !s.Good() || first.skewed != 0 {
		t.Errorf("a value that has not changed for a year: %+v", s)
	}
	next := in.take([]tag.Sample{{Tag: 2, Time: time.Unix(0, 0), Value: tag.IntValue(2)}}, now.Add(time.Second))
	if s := next.kept[0]; !s.Time.Equal(now.Add(time.Second)) || !s.Quality.Uncertain() || next.skewed != 1 {
		t.Errorf("a change stamped 1970: %+v", s)
	}
	fortnight := in.take([]tag.Sample{{Tag: 2, Time: now.Add(-14 * 24 * time.Hour), Value: tag.IntValue(3)}}, now.Add(2*time.Second))
	if s := fortnight.kept[0]; !s.Time.Equal(now.Add(-14*24*time.Hour)) || !s.Good() {
		t.Errorf("a late sample of two weeks ago: %+v", s)
	}
}

func TestAnotherKindOfValueIsSaidOnceASession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		values := []tag.Value{tag.IntValue(1), {}, tag.TextValue("1"), tag.IntValue(2), tag.TextValue("2")}
		d := &device{sessions: []func(context.Context, func([]tag.Sample)) error{
			func(ctx context.Context, emit func([]tag.Sample)) error {
				for _, v := range values {
					emit([]tag.Sample{{Tag: 2, Time: time.Now(), Value: v}, {Tag: 3, Time: time.Now(), Value: tag.FloatValue(1)}})
					time.Sleep(time.Second)
				}
				return until(ctx, emit)
			},
		}}
		var out strings.Builder
		h := &heard{}
		s := NewSession(Connection{ID: "plc", Alive: 1, Tags: two}, d, h.take, Settings{Log: slog.New(slog.NewTextHandler(&out, nil))})
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := s.Run(ctx); err != nil {
			t.Fatal(err)
		}
		for i, sample := range h.of(2)[:len(values)] {
			if sample.Value != values[i] {
				t.Errorf("%v became %v", values[i], sample.Value)
			}
		}
		if n := s.Status().Retyped; n != 1 || strings.Count(out.String(), "tag=a was=int now=text") != 1 {
			t.Errorf("said %d times:\n%s", n, out.String())
		}
	})
}

func TestWhyAConnectionIsLostIsLoggedOnceForEachReason(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		refuse := func(context.Context, func([]tag.Sample)) error { return errors.New("endpoint opc.tcp://x: refused") }
		d := &device{sessions: []func(context.Context, func([]tag.Sample)) error{
			refuse, refuse, refuse,
			func(_ context.Context, emit func([]tag.Sample)) error {
				emit([]tag.Sample{{Tag: 2, Time: time.Now(), Value: tag.IntValue(7)}})
				time.Sleep(time.Minute)
				return errors.New("link cut")
			},
			until,
		}}
		var out strings.Builder
		s := NewSession(Connection{ID: "plc", Alive: 1, Tags: two}, d, func([]tag.Sample) {}, Settings{Log: slog.New(slog.NewTextHandler(&out, nil))})
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
		defer cancel()
		if err := s.Run(ctx); err != nil {
			t.Fatal(err)
		}
		said := out.String()
		for what, times := range map[string]int{"opc.tcp://x: refused": 1, "works again": 1, "link cut": 1} {
			if strings.Count(said, what) != times || !strings.Contains(said, "connection=plc") {
				t.Errorf("%q stands there %d times:\n%s", what, strings.Count(said, what), said)
			}
		}
	})
}
