package pace_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"millwright/internal/mes/oee/timeline/pace"
)

var (
	dawn = time.Date(2026, 3, 27, 6, 0, 0, 0, time.UTC)
	rule = pace.Rule{Cycle: 2 * time.Second, Low: 0.9}
)

// run counts a batch of pieces every so often for a while; it gives when it stopped.
func run(p *pace.Pace, from time.Time, lasts, every time.Duration, batch int, r pace.Rule) time.Time {
	at := from
	for ; !at.After(from.Add(lasts)); at = at.Add(every) {
		p.Count(at, time.Duration(batch)*r.Cycle, r)
	}
	return at.Add(-every)
}

func slow(p *pace.Pace, at time.Time, r pace.Rule) bool {
	_, is := p.Slow(at, r)
	return is
}

func TestALineIsSlowWhenItRunsBelowItsLowSpeed(t *testing.T) {
	for _, c := range []struct {
		name  string
		every time.Duration
		batch int
		rule  pace.Rule
		slow  bool
	}{
		{"as it should", 2 * time.Second, 1, rule, false},
		{"faster than that", time.Second, 1, rule, false},
		{"at 91 %", 2200 * time.Millisecond, 1, rule, false},
		{"at 87 %", 2300 * time.Millisecond, 1, rule, true},
		{"read in bulk, as it should", 20 * time.Second, 10, rule, false},
		{"read in bulk, at 83 %", 24 * time.Second, 10, rule, true},
		{"in bulk that is longer than is looked back on", 3 * time.Minute, 90, rule, false},
		{"many a second", 20 * time.Millisecond, 1, pace.Rule{Cycle: 20 * time.Millisecond, Low: 0.9}, false},
		{"many a second, slowly", 25 * time.Millisecond, 1, pace.Rule{Cycle: 20 * time.Millisecond, Low: 0.9}, true},
		{"one in minutes", 5 * time.Minute, 1, pace.Rule{Cycle: 5 * time.Minute, Low: 0.9}, false},
		{"one in minutes, slowly", 6 * time.Minute, 1, pace.Rule{Cycle: 5 * time.Minute, Low: 0.9}, true},
		{"no ideal cycle", time.Hour, 1, pace.Rule{Low: 0.9}, false},
	} {
		p := &pace.Pace{}
		p.Turn(dawn, true, c.rule)
		at := run(p, dawn, 20*max(c.every, time.Minute), c.every, c.batch, c.rule)
		for i := range 20 { // whenever one looks between two counts
			if now := at.Add(c.every * time.Duration(i) / 20); slow(p, now, c.rule) != c.slow {
				t.Errorf("%s: slow is %v at %s, speed %+v", c.name, !c.slow, now.Format(time.TimeOnly), p.Speed(now, c.rule))
				break
			}
		}
	}
}

func TestALineIsSlowWhenItRunsOnWithoutCounting(t *testing.T) {
	p := &pace.Pace{}
	p.Turn(dawn, true, rule)
	at := run(p, dawn, 5*time.Minute, 2*time.Second, 1, rule)
	if slow(p, at.Add(5*time.Second), rule) {
		t.Error("it is slow at once")
	}
	if since, is := p.Slow(at.Add(30*time.Second), rule); !is || !since.Equal(at) {
		t.Errorf("slow is %v since %s", is, since)
	}
	run(p, at.Add(30*time.Second), 2*time.Minute, 2*time.Second, 1, rule)
	if slow(p, at.Add(150*time.Second), rule) {
		t.Error("it is slow for good")
	}
}

func TestShortStopsAreNoPartOfASpeed(t *testing.T) {
	p := &pace.Pace{}
	at := dawn
	for range 10 { // half a minute each
		p.Turn(at, true, rule)
		at = run(p, at.Add(time.Second), 30*time.Second, 2*time.Second, 1, rule).Add(time.Second)
		p.Turn(at, false, rule)
		at = at.Add(40 * time.Second)
	}
	if s := p.Speed(at, rule); !s.OK || s.Value < 0.99 || s.Value > 1.01 {
		t.Errorf("the speed is %+v", s)
	}
	p.Turn(at.Add(time.Hour), true, rule)
	if s := p.Speed(at.Add(time.Hour), rule); s.OK {
		t.Errorf("after a long stop the speed is %+v", s)
	}
}

// Nobody knows whether a line was slow while nobody saw it.
func TestSlowDoesNotRunOnThroughUnseenTime(t *testing.T) {
	p := &pace.Pace{}
	p.Turn(dawn, true, rule)
	at := run(p, dawn, 5*time.Minute, 3*time.Second, 1, rule)
	if since, is := p.Slow(at, rule); !is || !since.Before(at) {
		t.Fatalf("slow is %v since %s", is, since)
	}
	p.Turn(at, false, rule)
	p.Unseen()
	back := at.Add(40 * time.Second)
	p.Turn(back, true, rule)
	if since, is := p.Slow(back.Add(time.Second), rule); is && since.Before(back) {
		t.Errorf("it was slow since %s, when nobody saw it", since)
	}
	at = run(p, back.Add(2*time.Second), 2*time.Minute, 3*time.Second, 1, rule)
	if since, is := p.Slow(at, rule); !is || since.Before(back) {
		t.Errorf("afterwards slow is %v since %s", is, since)
	}
}

func TestASilentLineStandsWhileItDoesNotCount(t *testing.T) {
	r := rule
	r.Rest = 10 * time.Second
	p := &pace.Pace{}
	p.Turn(dawn, true, r)
	at := dawn
	for range 10 {
		at = run(p, at, 20*time.Second, 2*time.Second, 1, r).Add(30 * time.Second)
	}
	if s := p.Speed(at.Add(-30*time.Second), r); !s.OK || s.Value < 0.99 || s.Value > 1.01 {
		t.Errorf("the speed is %+v", s)
	}
}

// However fast a line runs, as long as it does so steadily it is one thing or the other.
func TestASteadyLineDoesNotFlicker(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := pace.Rule{Cycle: time.Duration(rapid.Int64Range(50, 20_000).Draw(t, "cycle, ms")) * time.Millisecond, Low: 0.9}
		batch := rapid.IntRange(1, 12).Draw(t, "pieces")
		every := time.Duration(float64(r.Cycle) * float64(batch) * rapid.Float64Range(0.5, 2).Draw(t, "of the ideal cycle"))
		p := &pace.Pace{}
		p.Turn(dawn, true, r)
		at := run(p, dawn, 3*max(time.Minute, 10*r.Cycle, every), every, batch, r)
		want := slow(p, at, r)
		for range 60 {
			if looks := at.Add(time.Duration(rapid.Float64Range(0, 0.999).Draw(t, "look") * float64(every))); slow(p, looks, r) != want {
				t.Fatalf("slow was %v, and is not any more", want)
			}
			at = at.Add(every)
			p.Count(at, time.Duration(batch)*r.Cycle, r)
			if slow(p, at, r) != want {
				t.Fatalf("slow was %v, and is not any more", want)
			}
		}
	})
}

// What is kept is bounded, however fast it counts.
func TestAPaceIsSmall(t *testing.T) {
	p := &pace.Pace{}
	r := pace.Rule{Cycle: time.Microsecond, Low: 0.9}
	p.Turn(dawn, true, r)
	run(p, dawn, 5*time.Minute, time.Millisecond, 1000, r)
	if n := p.Marks(); n > 130 {
		t.Errorf("%d counts are kept", n)
	}
	if s := p.Speed(dawn.Add(5*time.Minute), r); s.Value < 0.99 || s.Value > 1.01 {
		t.Errorf("the speed is %+v", s)
	}
}
