package replay

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"millwright/internal/ot/driver"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// hurco is the mill's signals; its words for its state are the controller's.
func hurco(lifetime bool) machine.Signals {
	return machine.Signals{
		Unit: "mill-1/mill", State: 1, Good: machine.Counter{Tag: 2, Lifetime: lifetime}, Speed: 3,
		States: map[string]machine.State{
			"ACTIVE": machine.Execute, "FEED_HOLD": machine.Held, "PROGRAM_STOPPED": machine.Stopped,
			"STOPPED": machine.Stopped, "PROGRAM_COMPLETED": machine.Complete, "READY": machine.Idle,
		},
	}
}

func hurcoPoints(parts string) []driver.Point {
	return []driver.Point{{Tag: 1, Address: "Program_Status"}, {Tag: 2, Address: parts}, {Tag: 3, Address: "Spindle_Speed"}}
}

// tally is what a machine engine makes of a log.
type tally struct {
	in     map[machine.State]time.Duration
	enters map[machine.State]int
	made   plant.Quantity
	events map[machine.CounterEvent]int
	first  plant.Quantity
	last   time.Time
	state  machine.State
}

func (y *tally) take(f machine.Fact) {
	switch f := f.(type) {
	case machine.StateChanged:
		if !y.last.IsZero() {
			y.in[y.state] += f.At.Sub(y.last)
		}
		y.state, y.last = f.State, f.At
		y.enters[f.State]++
	case machine.Counted:
		y.made += f.Qty
		y.events[f.Event]++
		if f.Event == machine.Baseline {
			y.first = f.To
		}
	}
}

// plays runs files through the driver and the machine engine, as fast as possible.
func plays(t *testing.T, o Options, signals machine.Signals, points []driver.Point) (y *tally, samples int) {
	t.Helper()
	if o.Now == nil {
		o.Now = time.Now
	}
	d, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	y = &tally{in: map[machine.State]time.Duration{}, enters: map[machine.State]int{}, events: map[machine.CounterEvent]int{}}
	e := machine.NewEngine([]machine.Signals{signals})
	for _, s := range once(t, d, points) {
		samples++
		for _, f := range e.Apply(s) {
			y.take(f)
		}
	}
	return y, samples
}

// once runs a driver until it is silent and gives what it delivered.
func once(t *testing.T, d *Driver, points []driver.Point) (all []tag.Sample) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s, err := d.survey(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := newPlayer(d, s, points, func(b []tag.Sample) { all = append(all, b...) }).play(ctx); err != nil {
		t.Fatal(err)
	}
	return all
}

// nist is the folder of the parts that the demo plays.
const nist = "../../../../config/plants/nist/"

func TestTimeInActiveIsTheControllersOwn(t *testing.T) {
	for _, c := range []struct {
		file       string
		active     float64 // seconds
		interrupts int
	}{
		{"Box-OP1-Hurco02-01of20.txt.gz", 1749.96875, 0},
		{"Box-OP1-Hurco02-02of20.txt.gz", 399.109375, 2},
		{"Box-OP1-Hurco02-03of20.txt.gz", 1762.5, 0},
	} {
		y, _ := plays(t, Options{Files: []string{nist + c.file}, Parts: "Parts_Completed"}, hurco(false), hurcoPoints("Parts_Completed"))
		if got := y.in[machine.Execute].Seconds(); got != c.active {
			t.Errorf("%s was in ACTIVE for %v s, want %v", c.file, got, c.active)
		}
		if got := y.enters[machine.Held] + y.enters[machine.Stopped]; got != c.interrupts {
			t.Errorf("%s was interrupted %d times, want %d", c.file, got, c.interrupts)
		}
		if y.state != machine.Complete || y.made != plant.One || y.enters[machine.Unknown] != 0 {
			t.Errorf("%s ends %s with %s parts", c.file, y.state, y.made)
		}
	}
}

const hurcoLog = "testdata/Hurco02-2016-2019.txt.gz"

func TestLifetimeCounterOfTheMill(t *testing.T) {
	for _, lifetime := range []bool{false, true} {
		y, _ := plays(t, Options{Files: []string{hurcoLog}}, hurco(lifetime), hurcoPoints("Part_Count"))
		if y.made != plant.Pieces(469) || y.first != plant.Pieces(1876) || y.events[machine.Reset] != 0 {
			t.Errorf("lifetime %v: %s parts after %s: %v", lifetime, y.made, y.first, y.events)
		}
	}
}

// TestMillThatShowsZeroWhileItReconnects: the same log from an adapter that says 0 for UNAVAILABLE, and
// says it first after each loss.
func TestMillThatShowsZeroWhileItReconnects(t *testing.T) {
	f, err := os.Open(hurcoLog)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	zeroes := machine.NewEngine([]machine.Signals{hurco(true)})
	briefly := machine.NewEngine([]machine.Signals{hurco(false)})
	naive, last := int64(0), int64(0)
	y, z := &tally{events: map[machine.CounterEvent]int{}}, &tally{events: map[machine.CounterEvent]int{}}
	apply := func(e *machine.Engine, y *tally, s tag.Sample) {
		for _, f := range e.Apply(s) {
			y.take(f)
		}
	}
	for row, err := range Read(f, Format{}) {
		if err != nil || !strings.EqualFold(row.Item, "part_count") {
			continue
		}
		s := tag.Sample{Tag: 2, Time: row.Time, Quality: row.Quality, Value: row.Value}
		zero := tag.Sample{Tag: 2, Time: row.Time, Value: tag.IntValue(0)}
		n, _ := row.Value.Int()
		if s.Good() {
			apply(zeroes, y, s)
			zero.Time = row.Time.Add(-time.Minute)
			apply(briefly, z, zero)
		} else {
			apply(zeroes, y, zero)
		}
		apply(briefly, z, s)
		if n > last {
			naive += n - last
		}
		last = n
	}
	if y.made != plant.Pieces(469) {
		t.Errorf("with zeroes for hours the lifetime counter counted %s", y.made)
	}
	if z.made != plant.Pieces(469+1876) { // its first reading ever is one of the zeroes
		t.Errorf("with a zero first the counter counted %s", z.made)
	}
	if naive < 29*469 {
		t.Errorf("the log is harmless: taking every fall for a reset counts %d", naive)
	}
}
