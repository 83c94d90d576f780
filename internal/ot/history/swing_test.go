package history_test

import (
	"context"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"millwright/internal/ot/bus"
	"millwright/internal/ot/history"
	"millwright/internal/ot/tag"
)

// swinging runs a writer of a disk's tag, which swings; its clock is set by hand.
func swinging(t *testing.T, d *disk) (w *history.Writer, publish func(values ...int64), clock *atomic.Int64, from time.Time, stop func()) {
	t.Helper()
	var topic bus.Topic[tag.Sample]
	from = time.Now().UTC().Truncate(time.Second).Add(-time.Hour)
	clock = &atomic.Int64{}
	clock.Store(from.Add(time.Hour).UnixNano())
	w = history.NewWriter(topic.Queue(1000), d, func() time.Time { return time.Unix(0, clock.Load()) }, slog.New(slog.DiscardHandler))
	w.Swing([]tag.Tag{{ID: 1, Name: "a", Swing: 0.5, Heartbeat: time.Minute}})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	next := 0
	publish = func(values ...int64) {
		for _, v := range values {
			topic.Publish([]tag.Sample{{Tag: 1, Time: from.Add(time.Duration(next) * time.Second), Value: tag.IntValue(v)}})
			next++
		}
	}
	return w, publish, clock, from, func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func TestAStraightLineIsKeptByItsEnds(t *testing.T) {
	d := newDisk(t)
	w, publish, _, from, stop := swinging(t, d)
	publish(0, 1, 2, 3, 4, 4, 4, 4)
	if err := w.Settle(t.Context()); err != nil { // what is held back is settled
		t.Fatal(err)
	}
	stop()
	if got := kept(t, d, from); len(got) != 3 || got[0] != 0 || got[1] != 4 || got[2] != 4 {
		t.Errorf("kept %v", got)
	}
	if s := w.Written(); s.Samples != 3 || s.Thinned != 5 || s.Lost != 0 {
		t.Errorf("%+v", s)
	}
}

func TestWhatIsHeldBackIsKeptWhenTheMachineIsSilent(t *testing.T) {
	d := newDisk(t)
	_, publish, clock, from, stop := swinging(t, d)
	defer stop()
	publish(7, 7)
	until(t, func() bool { return len(kept(t, d, from)) == 1 })
	clock.Add(int64(time.Minute))
	until(t, func() bool { return len(kept(t, d, from)) == 2 })
}

func TestWhatIsHeldBackIsKeptWhenItsTagSwingsNoMore(t *testing.T) {
	d := newDisk(t)
	w, publish, _, from, stop := swinging(t, d)
	publish(7, 7)
	if err := w.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.Swing(nil)
	publish(7, 7, 7)
	stop()
	if got := kept(t, d, from); len(got) != 5 {
		t.Errorf("kept %v", got)
	}
	if s := w.Written(); s.Thinned != 0 || s.Samples != 5 {
		t.Errorf("%+v", s)
	}
}
