package watch

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/ot/bus"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/machine/machinetest"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// live is a service at work on the script day, its clock driven by the bubble that the test runs in.
type live struct {
	t       *testing.T
	topic   bus.Topic[tag.Sample]
	archive *memory
	service *Service
	facts   *bus.Queue[machine.Fact]
	log     bytes.Buffer
	began   time.Time
	noon    time.Time
	stop    context.CancelFunc
	ended   chan error
}

func newLive(t *testing.T, archive *memory, change func(*Options)) *live {
	l := &live{t: t, archive: archive, began: time.Now(), noon: machinetest.Clock(t, "12:00:00"), ended: make(chan error, 1)}
	o := Options{
		Signals: []machine.Signals{machinetest.Mill()}, Archive: archive, Samples: &l.topic, Now: l.now, Log: slog.New(slog.NewTextHandler(&l.log, nil)),
		Begin: func(context.Context) (time.Time, []machine.Mark, error) {
			return machinetest.Clock(t, "10:00:00"), nil, nil
		},
	}
	if change != nil {
		change(&o)
	}
	l.service = New(o)
	l.facts = l.service.Facts().Queue(1000)
	return l
}

func (l *live) now() time.Time { return l.noon.Add(time.Since(l.began)) }

func (l *live) start() {
	ctx, cancel := context.WithCancel(context.Background())
	l.stop = cancel
	go func() { l.ended <- l.service.Run(ctx) }()
}

func (l *live) finish() {
	l.t.Helper()
	l.stop()
	if err := <-l.ended; err != nil {
		l.t.Errorf("the service ended with %v", err)
	}
}

// publish sends lines as one batch, and writes them to the archive first when it should know them.
func (l *live) publish(kept bool, lines ...string) {
	l.t.Helper()
	batch := machinetest.Samples(l.t, lines...)
	if kept {
		if _, err := l.archive.Append(l.t.Context(), l.now(), batch); err != nil {
			l.t.Fatal(err)
		}
	}
	l.topic.Publish(batch)
}

// told gives the facts published so far.
func (l *live) told() (all []string) {
	synctest.Wait()
	done, cancel := context.WithCancel(context.Background())
	cancel()
	for {
		batch, err := l.facts.Next(done)
		if err != nil {
			return all
		}
		for _, f := range batch {
			all = append(all, machinetest.Tell(f))
		}
	}
}

func (l *live) wants(what string, want ...string) {
	l.t.Helper()
	if diff := cmp.Diff(want, l.told()); diff != "" {
		l.t.Errorf("%s:\n%s", what, diff)
	}
}

func TestServiceGoesFromHistoryToLiveWithoutASeam(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLive(t, remember(t, "09:00:00 state 6", "09:30:00 good 90", "10:30:00 good 100"), nil)
		// published before the service runs: some of it is in the history already, some is not, one is late
		l.publish(true, "11:59:59 good 101", "11:59:59.5 good 102")
		l.publish(true, "11:59:59.6 good 103")
		l.publish(false, "11:59:59.7 good 104")
		l.publish(false, "11:00:00 good 100")
		l.start()
		<-l.service.CaughtUp()
		l.wants("from the history, then live",
			"09:00:00 Execute in Invalid",
			"10:30:00 counted 10 good, 90 to 100",
			"11:59:59 counted 1 good, 100 to 101",
			"11:59:59.5 counted 1 good, 101 to 102",
			"11:59:59.6 counted 1 good, 102 to 103",
			"11:59:59.7 counted 1 good, 103 to 104",
			"11:00:00 late",
		)
		time.Sleep(time.Minute)
		l.publish(true, "12:01:00 state 11", "12:00:59 good 110")
		l.wants("a batch is put in the order of time", "12:00:59 counted 6 good, 104 to 110", "12:01:00 Held in Invalid")
		l.publish(true, "12:00:30 good 107", "12:00:20 state 6", "12:00:40 good 108")
		l.wants("one late word per unit and batch", "12:00:20 late")
		l.publish(false, "13:30:00 good 999999", "12:01:01 good 111")
		l.wants("a machine's clock that is ahead blocks nothing", "12:01:01 counted 1 good, 110 to 111")
		l.publish(true, "12:01:02 good 5")
		time.Sleep(6500 * time.Millisecond)
		l.wants("a fall is in doubt while a reading may be on its way")
		time.Sleep(4 * time.Second)
		l.wants("time decides it", "12:01:07 reset 5 good, 111 to 5")
		if u, ok := l.service.Unit("mill-1/mill"); !ok || u.State != machine.Held || u.Good.Total != plant.Pieces(5) {
			t.Errorf("%+v", u)
		}
		l.finish()
	})
}

func TestServiceGoesOnFromMarks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		archive := remember(t, "08:00:00 good 90", "09:00:00 good 100", "09:10:00 good 104", "10:10:00 good 105", "09:50:00 reject 7")
		l := newLive(t, archive, func(o *Options) {
			o.Begin = func(context.Context) (time.Time, []machine.Mark, error) {
				return machinetest.Clock(t, "10:00:00"), []machine.Mark{
					{Tag: machinetest.Tag("good"), At: machinetest.Clock(t, "09:00:00"), Total: plant.Pieces(100)},
					{Tag: machinetest.Tag("total"), At: machinetest.Clock(t, "09:00:00"), Total: plant.Pieces(50)},
				}, nil
			}
		})
		l.start()
		l.wants("what came after a mark is told even from before the window",
			"09:10:00 counted 4 good, 100 to 104", "10:10:00 counted 1 good, 104 to 105")
		l.publish(true, "12:00:00 total 53", "12:00:00 reject 8")
		l.wants("a mark outlives the history", "12:00:00 counted 3 total, 50 to 53", "12:00:00 counted 1 reject, 7 to 8")
		l.finish()
	})
}

// block keeps the service from working while the test fills its queue.
func (l *live) block(do func()) {
	synctest.Wait()
	l.service.mu.Lock()
	l.publish(true, "12:00:00 speed 1") // the service takes it and waits for the lock
	for l.service.queue.Waiting() > 0 {
		runtime.Gosched()
	}
	do()
	l.service.mu.Unlock()
}

func TestServiceReadsWhatItsQueueDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLive(t, remember(t, "11:00:00 good 100", "11:00:00 state 6", "11:00:00 mode 1"), func(o *Options) { o.Queue = 2 })
		l.start()
		l.told()
		l.block(func() {
			l.publish(false, "12:00:01 good 101")
			l.publish(false, "12:00:02 state 11")
			l.publish(false, "12:00:03 state 6", "12:00:03 good 102")
			l.publish(false, "12:00:04 good 103")
			l.publish(false, "10:30:00 good 100", "12:00:05 good 104")
		})
		time.Sleep(300 * time.Millisecond) // the writer of the history is behind as well
		l.publishKept("12:00:01 good 101", "12:00:02 state 11", "12:00:03 state 6", "12:00:03 good 102", "12:00:04 good 103", "12:00:05 good 104", "10:30:00 good 100")
		time.Sleep(time.Second)
		l.wants("the gap is told in order, and a late reading in what waited",
			"12:00:01 counted 1 good, 100 to 101",
			"12:00:02 Held in Production",
			"12:00:03 Execute in Production",
			"12:00:03 counted 1 good, 101 to 102",
			"12:00:04 counted 1 good, 102 to 103",
			"12:00:05 counted 1 good, 103 to 104",
			"10:30:00 late",
		)
		l.publish(true, "12:00:06 good 105")
		l.wants("and then live again", "12:00:06 counted 1 good, 104 to 105")
		if l.log.Len() > 0 {
			t.Errorf("it complained: %s", l.log.String())
		}
		l.finish()
	})
}

// publishKept writes to the archive alone.
func (l *live) publishKept(lines ...string) {
	l.t.Helper()
	batch := machinetest.Samples(l.t, lines...)
	slices.SortFunc(batch, inTime)
	if _, err := l.archive.Append(l.t.Context(), l.now(), batch); err != nil {
		l.t.Fatal(err)
	}
}

func TestServiceOwnsUpToAGapThatNobodyKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLive(t, remember(t, "11:00:00 good 100", "11:00:00 state 6"), func(o *Options) { o.Queue = 1 })
		l.start()
		l.told()
		l.block(func() {
			l.publish(false, "12:00:01 state 11")
			l.publish(false, "12:00:02 state 6")
			l.publish(false, "12:00:03 good 104")
		})
		time.Sleep(time.Minute)
		l.wants("ledgers must derive the gap again", "12:00:00 late", "12:00:03 counted 4 good, 100 to 104")
		if !strings.Contains(l.log.String(), "did not have the end of the gap") {
			t.Errorf("it did not complain: %q", l.log.String())
		}
		l.finish()
	})
}

func TestServiceEnds(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Options)
		end    func(*live)
		want   string
	}{
		"its context ends": {nil, func(l *live) { l.stop() }, ""},
		"nothing can come": {nil, func(l *live) { l.topic.Close() }, ""},
		"no beginning": {func(o *Options) {
			o.Begin = func(context.Context) (time.Time, []machine.Mark, error) {
				return time.Time{}, nil, errors.New("locked")
			}
		}, nil, "find where to begin: locked"},
		"no history":           {func(o *Options) { o.Archive.(*memory).broken = errors.New("disk gone") }, nil, "look for the baseline of a counter: disk gone"},
		"begins now by itself": {func(o *Options) { o.Begin = nil }, func(l *live) { l.stop() }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLive(t, remember(t, "11:00:00 good 100"), c.change)
				l.start()
				synctest.Wait()
				if c.end != nil {
					c.end(l)
				}
				got := ""
				if err := <-l.ended; err != nil {
					got = err.Error()
				}
				if got != c.want {
					t.Errorf("ended with %q, want %q", got, c.want)
				}
				l.stop()
			})
		})
	}
}

func TestStatusIsACopy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLive(t, remember(t, "11:00:00 state 6", "11:00:00 mode 1", "11:00:00 speed 90.5", "11:00:00 product \"BOX-OP1\"", "11:00:00 good 7"), nil)
		l.start()
		l.publish(true, "12:00:00 speed bad", "12:00:00 good bad", "12:00:01 reject 3", "12:00:02 reject 1")
		l.told()
		want := []machine.Status{{
			Unit: "mill-1/mill", State: machine.Execute, Mode: machine.Production, Since: machinetest.Clock(t, "11:00:00"), Product: "BOX-OP1", Newest: machinetest.Clock(t, "12:00:02"),
			Good:   machine.Count{Tag: 3, Total: plant.Pieces(7), At: machinetest.Clock(t, "11:00:00"), Known: true, Bad: true},
			Reject: machine.Count{Tag: 4, Total: plant.Pieces(3), At: machinetest.Clock(t, "12:00:01"), Known: true, Doubt: true},
			Total:  machine.Count{Tag: 5},
		}}
		got := l.service.Units()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		got[0].State = machine.Aborted
		if u, _ := l.service.Unit("mill-1/mill"); u.State != machine.Execute {
			t.Error("a copy changed the unit")
		}
		if _, ok := l.service.Unit("nobody"); ok {
			t.Error("an unknown unit has a status")
		}
		l.finish()
	})
}
