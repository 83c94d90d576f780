// Package drivertest is the behaviour that every driver must show, tried on a real device with real faults.
package drivertest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"millwright/internal/ot/driver"
	"millwright/internal/ot/tag"
)

// Signal is a value that the device under test is to show.
type Signal struct {
	Name    string
	Value   tag.Value
	Quality tag.Quality
	Time    time.Time // the source's; zero for the device's own clock
}

// Device is a device under test. It knows at least the signals "a" and "b", both floats that are 0
// until they are set, and forgets what was set when it is started anew.
type Device interface {
	Address() string // host:port where it listens, the same after every start
	Start() error    // returns when it answers
	Stop() error     // in good order
	Kill() error     // without a word to anybody
	Pause() error    // it keeps its connections and answers nothing
	Resume() error
	Set(Signal) error
}

// Plant is a kind of device with the driver that reads it.
type Plant struct {
	Device  func(t *testing.T) Device                        // not started yet
	Driver  func(t *testing.T, address string) driver.Driver // for a device that is reached at host:port
	Address func(signal string) string                       // of a signal, in the driver's words
	Missing string                                           // an address where nothing is
}

// The promises of a driver and its loop. They are bounds, not measurements.
const (
	firstSample = 2 * time.Second // in one of a few tries: a test machine may be busy with something else
	noticed     = 10 * time.Second
	recovered   = 30 * time.Second
	seen        = 5 * time.Second // a change, on a link without faults
	endsWithin  = 5 * time.Second
)

// Run tries all of it on one device: first its life without faults, then all faults in turn.
func Run(t *testing.T, p Plant) {
	d := p.Device(t)
	must(t, d.Start())
	t.Cleanup(func() { _ = d.Kill() })
	t.Run("reads", func(t *testing.T) { p.reads(t, d) })
	t.Run("survives", func(t *testing.T) { p.survives(t, d) })
}

// The tags of the points.
const (
	tagA tag.ID = iota + 1
	tagB
	tagMissing
)

func (p Plant) points() []driver.Point {
	const often = 50 * time.Millisecond
	return []driver.Point{
		{Tag: tagA, Address: p.Address("a"), Interval: often},
		{Tag: tagMissing, Address: p.Missing, Interval: often},
		{Tag: tagB, Address: p.Address("b"), Interval: often},
	}
}

// reads is the life without faults.
func (p Plant) reads(t *testing.T, d Device) {
	t.Log("the first sample comes within two seconds")
	l := p.prompt(t, d)

	t.Log("what is not there is Bad and hurts no other")
	l.Wait(t, seen, tagMissing, "Bad", func(s tag.Sample) bool { return s.Quality.Bad() })
	l.Wait(t, seen, tagB, "good", func(s tag.Sample) bool { return s.Good() })

	t.Log("value and source time are kept")
	at := time.Now().Add(-90 * time.Second).UTC().Truncate(time.Millisecond)
	must(t, d.Set(Signal{Name: "a", Value: tag.FloatValue(12.5), Time: at}))
	l.Wait(t, seen, tagA, "12.5 of a minute and a half ago", func(s tag.Sample) bool {
		return s.Good() && s.Value == tag.FloatValue(12.5) && s.Time.Equal(at)
	})

	t.Log("Bad and Uncertain are passed on, and good values again after them")
	for _, q := range []tag.Quality{0x808C0000, 0x40920000, tag.Good} { // sensor failure, substitute value
		must(t, d.Set(Signal{Name: "a", Value: tag.FloatValue(13), Quality: q}))
		l.Wait(t, seen, tagA, q.String(), func(s tag.Sample) bool { return s.Quality == q })
	}

	t.Log("changes arrive in order and none is lost")
	for i := 1; i <= 20; i++ {
		must(t, d.Set(Signal{Name: "b", Value: tag.FloatValue(float64(i))}))
		l.Wait(t, seen, tagB, fmt.Sprint(i), func(s tag.Sample) bool { return s.Value == tag.FloatValue(float64(i)) })
	}
	l.ordered(t, tagB)

	t.Log("it ends when it is told to, and leaves nothing behind")
	l.End(t)
	if n := l.Losses(); n != 0 {
		t.Errorf("the session was lost %d times without a fault: %v", n, l.Err())
	}
}

// prompt begins a loop whose first sample comes in time.
func (p Plant) prompt(t *testing.T, d Device) *Loop {
	t.Helper()
	const tries = 5
	for range tries {
		l := Begin(t, p.Driver(t, d.Address()), p.points())
		in := l.until(firstSample, func() bool {
			return slices.ContainsFunc(l.samples[tagA], func(s tag.Sample) bool { return s.Good() })
		})
		if in {
			return l
		}
		l.End(t)
	}
	t.Fatalf("no first sample within %v, %d times", firstSample, tries)
	return nil
}

// fault is one thing that happens to a device or to the link.
type fault struct {
	name string
	do   func() error
	heal func() error
}

// survives lets one fault after the other happen; after each the loop must have found back.
func (p Plant) survives(t *testing.T, d Device) {
	link := newLink(t, d.Address())
	faults := []fault{
		{"the link is cut", link.cut, link.heal},
		{"the link is black", link.black, link.heal},
		{"the device is paused", d.Pause, d.Resume},
		{"the device is restarted", d.Stop, d.Start},
		{"the device is killed", d.Kill, d.Start},
	}
	l := Begin(t, p.Driver(t, link.address()), p.points())
	l.Wait(t, recovered, tagA, "good", func(s tag.Sample) bool { return s.Good() })
	t.Log("a slow link is no fault")
	before := l.Losses()
	must(t, link.slow())
	for i := 1; i <= 5; i++ {
		value := tag.FloatValue(float64(i))
		must(t, d.Set(Signal{Name: "a", Value: value}))
		l.Wait(t, seen, tagA, "the value over a slow link", func(s tag.Sample) bool { return s.Good() && s.Value == value })
	}
	if l.Losses() != before {
		t.Errorf("a slow link lost the session: %v", l.Err())
	}
	must(t, link.heal())
	for i, f := range faults {
		t.Log(f.name)
		before := l.Losses()
		must(t, f.do())
		l.Lose(t, before, f.name)
		must(t, f.heal())
		value := tag.FloatValue(float64(100 + i))
		must(t, d.Set(Signal{Name: "a", Value: value}))
		l.Wait(t, recovered, tagA, fmt.Sprintf("the value after %s", f.name), func(s tag.Sample) bool { return s.Good() && s.Value == value })
		l.Wait(t, seen, tagB, "good again", func(s tag.Sample) bool { return s.Good() })
	}
	t.Log("it ends even when the device does not answer any more, and leaves nothing behind")
	must(t, d.Pause())
	l.End(t)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
