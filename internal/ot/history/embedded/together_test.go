package embedded

import (
	"context"
	"math"
	"sync"
	"testing"
	"time"

	"millwright/internal/ot/history"
	"millwright/internal/ot/tag"
)

// While samples come in, in order and late, readers see each of them from its acknowledgement on, in
// order and once, whatever the store moves meanwhile.
func TestReadersNeverMissWhatIsAcknowledged(t *testing.T) {
	a := open(t, t.TempDir())
	const batches, each = 60, 60
	at := func(i int) time.Duration { return time.Duration(i) * 20 * time.Second } // 20 hours in all: several blocks
	acknowledged := make(chan int, batches)
	done := make(chan struct{})
	var wait sync.WaitGroup
	wait.Go(func() {
		defer close(done)
		defer close(acknowledged)
		for b := range batches {
			var batch []tag.Sample
			for k := range each {
				i := b*each + k
				batch = append(batch, num(1, at(i), float64(i)))
				if k%3 == 0 {
					batch = append(batch, num(1, at(i)-time.Second, math.Pi)) // a second late, of another series
				}
			}
			if refused, err := a.Append(context.Background(), t0.Add(at(b*each+each)), batch); err != nil || len(refused) > 0 {
				t.Errorf("batch %d: %v, %v", b, refused, err)
				return
			}
			acknowledged <- (b + 1) * each * 4 / 3
		}
	})
	wait.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
			}
			if err := a.store.Compact(context.Background()); err != nil {
				t.Errorf("compact: %v", err)
			}
			if err := a.store.CompactOOOHead(context.Background()); err != nil {
				t.Errorf("compact late ones: %v", err)
			}
		}
	})
	for want := range acknowledged {
		last, n := time.Time{}, 0
		err := a.Samples(context.Background(), whole(1), func(s tag.Sample) bool {
			if !s.Time.After(last) {
				t.Errorf("%v comes after %v", s.Time, last)
			}
			last = s.Time
			n++
			return true
		})
		if err != nil || n < want {
			t.Errorf("%d samples are there, %d are acknowledged: %v", n, want, err)
			break
		}
		out, err := a.Buckets(context.Background(), history.Range{Tag: 1, From: t0.Add(-time.Hour), To: t0.Add(60 * time.Hour)}, time.Hour)
		var count int64
		for _, b := range out {
			count += b.Count
		}
		if err != nil || count < int64(want) {
			t.Errorf("buckets count %d samples, %d are acknowledged: %v", count, want, err)
			break
		}
	}
	wait.Wait()
	if n := len(read(t, a, whole(1))); n != batches*each*4/3 {
		t.Errorf("%d samples at the end, want %d", n, batches*each*4/3)
	}
}

// A batch is read whole or not at all, whatever its tags: who lays out what several tags say would else miss what the
// one says for good, as the other says that it is later.
func TestABatchIsNeverReadByHalf(t *testing.T) {
	a := open(t, t.TempDir())
	const batches, each = 400, 20
	done := make(chan struct{})
	go func() {
		defer close(done)
		for b := range batches {
			var batch []tag.Sample
			for k := range each {
				at := time.Duration(b*each+k) * time.Second
				batch = append(batch, num(1, at, float64(k)), num(2, at, float64(k)))
			}
			if refused, err := a.Append(context.Background(), t0.Add(batches*each*time.Second), batch); err != nil || len(refused) > 0 {
				t.Errorf("batch %d: %v, %v", b, refused, err)
				return
			}
		}
	}()
	for going := true; going; {
		select {
		case <-done:
			going = false
		default:
		}
		var n [3]int
		err := a.Merge(context.Background(), []history.Range{whole(1), whole(2)}, func(s tag.Sample) bool { n[s.Tag]++; return true })
		if err != nil || n[1] != n[2] {
			t.Errorf("%d samples of the one and %d of the other, %v", n[1], n[2], err)
			break
		}
	}
	<-done
}
