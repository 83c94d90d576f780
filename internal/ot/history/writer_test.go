package history_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"millwright/internal/ot/bus"
	"millwright/internal/ot/history"
	"millwright/internal/ot/history/embedded"
	"millwright/internal/ot/tag"
)

// disk is a real archive whose disk can be taken away.
type disk struct {
	*embedded.Archive
	gone  atomic.Bool
	tries atomic.Int64
	syncs atomic.Int64
	loose atomic.Bool // nothing can be brought onto it
}

func (d *disk) Sync() error {
	d.syncs.Add(1)
	if d.loose.Load() {
		return errors.New("input/output error")
	}
	return d.Archive.Sync()
}

func (d *disk) Append(ctx context.Context, now time.Time, batch []tag.Sample) ([]history.Refusal, error) {
	d.tries.Add(1)
	if d.gone.Load() {
		return nil, errors.New("no space left on device")
	}
	return d.Archive.Append(ctx, now, batch)
}

func newDisk(t *testing.T) *disk {
	t.Helper()
	reg, err := tag.NewRegistry([]tag.Tag{{Name: "a"}})
	if err != nil {
		t.Fatal(err)
	}
	a, err := embedded.Open(t.TempDir(), reg, nil, embedded.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return &disk{Archive: a}
}

func kept(t *testing.T, a history.Archive, from time.Time) (values []int64) {
	t.Helper()
	err := a.Samples(t.Context(), history.Range{Tag: 1, From: from, To: from.Add(time.Hour)}, func(s tag.Sample) bool {
		n, _ := s.Value.Int()
		values = append(values, n)
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	return values
}

// writing runs a writer whose spool holds so many samples; publish sends n batches of one sample, the first at from.
func writing(t *testing.T, d *disk, spool int) (w *history.Writer, publish func(n int), from time.Time, stop func()) {
	t.Helper()
	var topic bus.Topic[tag.Sample]
	from = time.Now().UTC().Truncate(time.Second).Add(-time.Hour)
	w = history.NewWriter(topic.Queue(1000), d, time.Now, slog.New(slog.DiscardHandler))
	w.Limit(spool)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	next := 0
	publish = func(n int) {
		for range n {
			topic.Publish([]tag.Sample{{Tag: 1, Time: from.Add(time.Duration(next) * time.Second), Value: tag.IntValue(int64(next))}})
			next++
		}
	}
	return w, publish, from, func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// until waits for something to become true.
func until(t *testing.T, is func() bool) {
	t.Helper()
	for range 3000 {
		if is() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("it never came true")
}

func inOrder(t *testing.T, values []int64, first, n int) {
	t.Helper()
	if len(values) != n {
		t.Fatalf("%d samples are kept, want %d", len(values), n)
	}
	for i, v := range values {
		if v != int64(first+i) {
			t.Fatalf("sample %d is %d: order or samples are lost", i, v)
		}
	}
}

func TestWhatWaitsIsKeptAtTheStop(t *testing.T) {
	d := newDisk(t)
	w, publish, from, stop := writing(t, d, 1000)
	publish(500)
	stop()
	inOrder(t, kept(t, d, from), 0, 500)
	if s := w.Written(); s.Samples != 500 || s.Lost != 0 || s.Refused != 0 {
		t.Errorf("%+v", s)
	}
}

func TestAnOutageLosesNothingAndKeepsTheOrder(t *testing.T) {
	d := newDisk(t)
	d.gone.Store(true)
	w, publish, from, stop := writing(t, d, 1000)
	publish(300)
	until(t, func() bool { return d.tries.Load() >= 2 })
	if s := w.Written(); s.LastError == "" {
		t.Errorf("nobody hears of the outage: %+v", s)
	}
	publish(300)
	d.gone.Store(false)
	until(t, func() bool { return w.Written().Samples == 600 })
	stop()
	inOrder(t, kept(t, d, from), 0, 600)
	if s := w.Written(); s.LastError != "" || s.Lost != 0 {
		t.Errorf("%+v", s)
	}
}

func TestAFullSpoolDropsTheOldestAndCountsThem(t *testing.T) {
	d := newDisk(t)
	d.gone.Store(true)
	w, publish, from, stop := writing(t, d, 10)
	publish(1)
	until(t, func() bool { return d.tries.Load() >= 1 })
	publish(50)
	until(t, func() bool { return w.Written().Lost == 40 && w.Written().Waiting == 10 })
	d.gone.Store(false)
	stop()
	var all []tag.Sample
	err := d.Samples(t.Context(), history.Range{Tag: 1, From: from, To: from.Add(time.Hour)}, func(s tag.Sample) bool {
		all = append(all, s)
		return true
	})
	if err != nil || len(all) != 12 || all[0].Value != tag.IntValue(0) {
		t.Fatalf("kept %v, %v", all, err)
	}
	// The value from before the gap must not seem to hold until the next one.
	if want := (tag.Sample{Tag: 1, Quality: tag.BadDataLost, Time: from.Add(time.Second)}); all[1] != want {
		t.Errorf("the gap is %v, want %v", all[1], want)
	}
	var values []int64
	for _, s := range all[2:] {
		n, _ := s.Value.Int()
		values = append(values, n)
	}
	inOrder(t, values, 41, 10)
}

func TestARefusedSampleStopsNoOther(t *testing.T) {
	d := newDisk(t)
	var topic bus.Topic[tag.Sample]
	w := history.NewWriter(topic.Queue(10), d, time.Now, slog.New(slog.DiscardHandler))
	from := time.Now().UTC().Truncate(time.Second).Add(-time.Minute)
	topic.Publish([]tag.Sample{
		{Tag: 1, Time: from, Value: tag.IntValue(0)},
		{Tag: 1, Time: from.Add(48 * time.Hour), Value: tag.IntValue(9)},
		{Tag: 1, Time: from.Add(time.Second), Value: tag.IntValue(1)},
	})
	topic.Close()
	if err := w.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	inOrder(t, kept(t, d, from), 0, 2)
	if s := w.Written(); s.Refused != 1 || s.Samples != 2 {
		t.Errorf("%+v", s)
	}
}

func TestTheSameAgainIsCountedAsADuplicate(t *testing.T) {
	d := newDisk(t)
	var topic bus.Topic[tag.Sample]
	w := history.NewWriter(topic.Queue(10), d, time.Now, slog.New(slog.DiscardHandler))
	from := time.Now().UTC().Truncate(time.Second).Add(-time.Minute)
	s := tag.Sample{Tag: 1, Time: from, Value: tag.IntValue(0)}
	topic.Publish([]tag.Sample{s, s})
	topic.Publish([]tag.Sample{s})
	topic.Close()
	if err := w.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	inOrder(t, kept(t, d, from), 0, 1)
	if got := w.Written(); got.Samples != 3 || got.Duplicates != 2 || got.Refused != 0 {
		t.Errorf("%+v", got)
	}
}

func TestWhatIsKeptIsBroughtOntoTheDiskSoon(t *testing.T) {
	d := newDisk(t)
	_, publish, _, stop := writing(t, d, 1000)
	publish(1)
	until(t, func() bool { return d.syncs.Load() == 1 })
	publish(1)
	stop()
	if n := d.syncs.Load(); n != 2 {
		t.Errorf("%d times, want once after a second and once at the end", n)
	}
}

func TestADiskThatTakesNothingForGoodIsTriedAgainAndSaidOnce(t *testing.T) {
	d := newDisk(t)
	d.loose.Store(true)
	var topic bus.Topic[tag.Sample]
	var said strings.Builder
	w := history.NewWriter(topic.Queue(10), d, time.Now, slog.New(slog.NewTextHandler(&said, nil)))
	topic.Publish([]tag.Sample{{Tag: 1, Time: time.Now(), Value: tag.IntValue(1)}})
	done := make(chan error, 1)
	go func() { done <- w.Run(t.Context()) }()
	until(t, func() bool { return d.syncs.Load() >= 3 })
	d.loose.Store(false)
	before := d.syncs.Load()
	until(t, func() bool { return d.syncs.Load() > before })
	topic.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
	for _, words := range []string{"a power cut could take them", "safe from a power cut again"} {
		if n := strings.Count(said.String(), words); n != 1 {
			t.Errorf("%q is said %d times:\n%s", words, n, said.String())
		}
	}
}

// At the stop the archive is still gone: the writer says what it could not keep, and ends.
func TestAStopDuringAnOutageEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &disk{Archive: new(embedded.Archive)}
		d.gone.Store(true)
		var topic bus.Topic[tag.Sample]
		w := history.NewWriter(topic.Queue(10), d, time.Now, slog.New(slog.DiscardHandler))
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- w.Run(ctx) }()
		topic.Publish([]tag.Sample{{Tag: 1}, {Tag: 1}})
		time.Sleep(time.Minute)
		topic.Publish([]tag.Sample{{Tag: 1}})
		cancel()
		start := time.Now()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("it took %s to stop", took)
		}
		if s := w.Written(); s.Lost != 3 || s.Samples != 0 {
			t.Errorf("%+v", s)
		}
	})
}

// Batches of any size arrive once each and in order, whatever the outages.
func TestOrderSurvivesOutages(t *testing.T) {
	d := newDisk(t)
	w, publish, from, stop := writing(t, d, 100_000)
	sent := 0
	for i := range 8 {
		d.gone.Store(i%2 == 1)
		publish(40)
		sent += 40
		tried := d.tries.Load()
		until(t, func() bool { return d.tries.Load() > tried || w.Written().Waiting == 0 })
	}
	d.gone.Store(false)
	until(t, func() bool { return w.Written().Samples == uint64(sent) })
	stop()
	inOrder(t, kept(t, d, from), 0, sent)
}

func TestSettleWaitsForWhatWasPublishedBefore(t *testing.T) {
	d := newDisk(t)
	w, publish, from, stop := writing(t, d, 1000)
	defer stop()
	for i := range 5 {
		publish(100)
		if err := w.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		inOrder(t, kept(t, d, from), 0, 100*(i+1))
	}
	d.gone.Store(true)
	publish(1)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := w.Settle(ctx); err == nil {
		t.Error("it settled while nothing can be kept")
	}
	d.gone.Store(false)
}
