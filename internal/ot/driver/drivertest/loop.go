package drivertest

import (
	"bytes"
	"context"
	"fmt"
	"runtime/pprof"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"millwright/internal/ot/driver"
	"millwright/internal/ot/tag"
)

// Loop calls Run again and again, as plainly as can be, and keeps what it delivers.
type Loop struct {
	cancel context.CancelFunc
	label  string
	done   chan struct{}
	again  chan struct{} // a sample came or a session ended

	mu      sync.Mutex
	running bool // inside of Run
	losses  int
	last    error
	samples map[tag.ID][]tag.Sample
	at      map[tag.ID]int // the first sample that wait has not looked at
	double  bool           // emit was called from two goroutines at a time
	busy    bool
}

// pause is between two sessions.
const pause = 200 * time.Millisecond

// Begin starts a loop. All its goroutines carry a label of their own, so that one left behind is
// found whatever else runs in the process.
func Begin(t *testing.T, d driver.Driver, points []driver.Point) *Loop {
	ctx, cancel := context.WithCancel(context.Background())
	l := &Loop{
		cancel: cancel, label: fmt.Sprintf("%s/%d", t.Name(), time.Now().UnixNano()), done: make(chan struct{}),
		again: make(chan struct{}, 1), samples: map[tag.ID][]tag.Sample{}, at: map[tag.ID]int{},
	}
	go func() {
		defer close(l.done)
		pprof.Do(ctx, pprof.Labels("drivertest", l.label), func(ctx context.Context) { l.run(ctx, d, points) })
	}()
	t.Cleanup(func() {
		cancel()
		<-l.done
	})
	return l
}

func (l *Loop) run(ctx context.Context, d driver.Driver, points []driver.Point) {
	for ctx.Err() == nil {
		l.set(func() { l.running = true })
		err := d.Run(ctx, points, l.emit)
		l.set(func() {
			l.running = false
			if ctx.Err() == nil {
				l.losses++
				l.last = err
			} else if err != nil {
				l.last = fmt.Errorf("an end that was wanted gives the error %w", err)
			}
		})
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}

func (l *Loop) set(f func()) {
	l.mu.Lock()
	f()
	l.mu.Unlock()
	select {
	case l.again <- struct{}{}:
	default:
	}
}

func (l *Loop) emit(batch []tag.Sample) {
	l.set(func() {
		l.double = l.double || l.busy || !l.running
		l.busy = true
	})
	l.set(func() {
		for _, s := range batch {
			l.samples[s.Tag] = append(l.samples[s.Tag], s)
		}
		l.busy = false
	})
}

// until waits for a condition.
func (l *Loop) until(limit time.Duration, holds func() bool) bool {
	deadline := time.NewTimer(limit)
	defer deadline.Stop()
	for {
		l.mu.Lock()
		ok := holds()
		l.mu.Unlock()
		if ok {
			return true
		}
		select {
		case <-l.again:
		case <-deadline.C:
			return false
		}
	}
}

// Wait passes over samples of a tag until one fits.
func (l *Loop) Wait(t *testing.T, limit time.Duration, id tag.ID, what string, fits func(tag.Sample) bool) {
	t.Helper()
	ok := l.until(limit, func() bool {
		for all := l.samples[id]; l.at[id] < len(all); {
			l.at[id]++
			if fits(all[l.at[id]-1]) {
				return true
			}
		}
		return false
	})
	if !ok {
		t.Fatalf("tag %d: no sample that is %s within %v; the last ones: %s; last error: %v", id, what, limit, l.recent(id), l.Err())
	}
}

func (l *Loop) recent(id tag.ID) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var b strings.Builder
	all := l.samples[id]
	for _, s := range all[max(0, len(all)-5):] {
		fmt.Fprintf(&b, "%v (%v, %s) ", s.Value, s.Quality, s.Time.Format(time.StampMilli))
	}
	return b.String()
}

// Lose waits until the driver has noticed a fault.
func (l *Loop) Lose(t *testing.T, before int, what string) {
	t.Helper()
	began := time.Now()
	if !l.until(noticed, func() bool { return l.losses > before }) {
		t.Fatalf("%s, and the driver has not noticed for %v", what, noticed)
	}
	t.Logf("noticed after %v: %v", time.Since(began).Round(time.Millisecond), l.Err())
	if l.Err() == nil {
		t.Errorf("%s, and Run returned without an error", what)
	}
}

// Samples gives a copy of all samples of a tag so far.
func (l *Loop) Samples(id tag.ID) []tag.Sample {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.samples[id])
}

// ordered makes sure that the samples of a tag came in the order of their times.
func (l *Loop) ordered(t *testing.T, id tag.ID) {
	t.Helper()
	all := l.Samples(id)
	for i := 1; i < len(all); i++ {
		if all[i].Time.Before(all[i-1].Time) {
			t.Errorf("tag %d: the sample of %v came after that of %v", id, all[i].Time, all[i-1].Time)
		}
	}
}

// Losses is how often Run ended of itself.
func (l *Loop) Losses() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.losses
}

// Err is what Run said last.
func (l *Loop) Err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last
}

// End tells the driver to stop and looks at what it leaves behind.
func (l *Loop) End(t *testing.T) {
	t.Helper()
	before := l.Losses()
	l.cancel()
	select {
	case <-l.done:
	case <-time.After(endsWithin):
		t.Fatalf("Run has not returned %v after its context ended", endsWithin)
	}
	if l.Losses() == before && l.Err() != nil && before == 0 {
		t.Errorf("Run: %v", l.Err())
	}
	l.mu.Lock()
	if l.double {
		t.Error("emit was called while it was still busy, or after Run had returned")
	}
	l.mu.Unlock()
	deadline := time.Now().Add(2 * time.Second)
	for leftover(l.label) != "" && time.Now().Before(deadline) {
		time.Sleep(10 * time.Millisecond)
	}
	if rest := leftover(l.label); rest != "" {
		t.Errorf("goroutines are left behind:\n%s", rest)
	}
}

// leftover gives the stacks of the goroutines that carry a label.
func leftover(label string) string {
	var all bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&all, 1); err != nil {
		return err.Error()
	}
	var rest []string
	for _, stack := range strings.Split(all.String(), "\n\n") {
		if strings.Contains(stack, fmt.Sprintf("%q", label)) {
			rest = append(rest, stack)
		}
	}
	return strings.Join(rest, "\n\n")
}
