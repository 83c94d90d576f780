package opcua_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"millwright/internal/ot/collect"
	"millwright/internal/ot/driver/drivertest"
	"millwright/internal/ot/driver/opcua"
	"millwright/internal/ot/history"
	"millwright/internal/ot/tag"
)

// empty is a history in which nothing was ever kept.
type empty struct{ history.Archive }

func (empty) Samples(context.Context, history.Range, func(tag.Sample) bool) error { return nil }
func (empty) Merge(context.Context, []history.Range, func(tag.Sample) bool) error { return nil }

// told keeps what sessions say.
type told struct {
	mu  sync.Mutex
	all map[tag.ID][]tag.Sample
}

func (l *told) take(batch []tag.Sample) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range batch {
		l.all[s.Tag] = append(l.all[s.Tag], s)
	}
}

func (l *told) of(id tag.ID) []tag.Sample {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]tag.Sample(nil), l.all[id]...)
}

// says waits for the newest sample of a tag to be a good one of a value.
func (l *told) says(t *testing.T, id tag.ID, value float64) {
	t.Helper()
	for deadline := time.Now().Add(soon); ; time.Sleep(5 * time.Millisecond) {
		all := l.of(id)
		if n := len(all); n > 0 && all[n-1].Good() {
			if f, _ := all[n-1].Value.Float(); f == value {
				return
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("tag %d does not say %v but %v", id, value, all)
		}
	}
}

// TestOtherTagsChangeNothingOfThoseThatStay publishes tags again and again while another tag of the connection changes:
// none of its readings is lost, and the server sees one session.
func TestOtherTagsChangeNothingOfThoseThatStay(t *testing.T) {
	t.Parallel()
	const still, changing, later = 1, 2, 3
	n := startNode(t, options{})
	n.do(t, drivertest.Command{Op: "add", Name: "c", Value: "7"})
	l := &told{all: map[tag.ID][]tag.Sample{}}
	wanted := func(tags ...tag.Tag) []collect.Wanted {
		return []collect.Wanted{{Connection: "m", Key: fmt.Sprint(tags), Frame: "m", Tags: tags, Open: func(context.Context) (*collect.Session, error) {
			d := quick(t, opcua.Config{Endpoint: n.endpoint(), Watchdog: soon})
			return collect.NewSession(collect.Connection{ID: "m", Alive: 9, Tags: tags}, d, l.take, collect.Settings{}), nil
		}}}
	}
	a := tag.Tag{ID: still, Name: "a", Address: at("a"), Interval: 20 * time.Millisecond}
	b := tag.Tag{ID: changing, Name: "b", Address: at("b"), Interval: 20 * time.Millisecond}
	crew := collect.NewCrew(empty{}, time.Now)
	publish := func(tags ...tag.Tag) {
		t.Helper()
		w := wanted(tags...)
		crew.Dismiss(w)
		if err := crew.Adopt(t.Context(), w); err != nil {
			t.Fatal(err)
		}
	}
	publish(a, b)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- crew.Run(ctx) }()
	n.do(t, drivertest.Command{Op: "set", Name: "b", Type: "Double", Value: "10"})
	l.says(t, changing, 10)

	over, counted := make(chan struct{}), make(chan int)
	go func() { // the machine works all the while
		i := 0
		for ; ; i++ {
			select {
			case <-over:
				counted <- i
				return
			default:
			}
			_ = n.Do(drivertest.Command{Op: "set", Name: "a", Type: "Double", Value: fmt.Sprint(i + 1)}) // one that fails is missed below
			for range 2000 {
				if all := l.of(still); len(all) > 0 && all[len(all)-1].Value == tag.FloatValue(float64(i+1)) {
					break
				}
				time.Sleep(5 * time.Millisecond)
			}
		}
	}()
	b.Scale = 2
	publish(a, b)
	l.says(t, changing, 20)
	b.Deadband = 5
	publish(a, b)
	l.says(t, changing, 20)
	c := tag.Tag{ID: later, Name: "c", Address: at("c"), Interval: 20 * time.Millisecond}
	publish(a, b, c)
	l.says(t, later, 7)
	a.Label = "the same in other words"
	publish(c, a) // b is gone
	if all := l.of(changing); all[len(all)-1].Quality != tag.BadOutOfService {
		t.Errorf("a tag that is gone says %v", all[len(all)-1])
	}
	publish(a, b, c)
	l.says(t, changing, 20)
	close(over)
	last := <-counted
	n.do(t, drivertest.Command{Op: "atmost", Name: "CreateSessionRequest", Value: "1"})

	next := 0.0
	for _, s := range l.of(still) {
		f, _ := s.Value.Float()
		if !s.Good() || f != next {
			t.Fatalf("after %v of %d values comes %v", next, last, s)
		}
		next++
	}
	if int(next) != last+1 || last < 3 {
		t.Errorf("%v of %d values came", next, last+1)
	}
	for _, s := range l.of(9) {
		if up, _ := s.Value.Bool(); !up {
			t.Errorf("the connection was down: %v", s)
		}
	}
	before := len(l.of(changing)) // the deadband holds at the machine from its publication on
	n.do(t, drivertest.Command{Op: "set", Name: "b", Type: "Double", Value: "12"})
	n.do(t, drivertest.Command{Op: "set", Name: "a", Type: "Double", Value: "-1"})
	l.says(t, still, -1)
	if n := len(l.of(changing)); n != before {
		t.Errorf("a change of 2 passes a deadband of 5")
	}
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
}
