package bus

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func next(t *testing.T, q *Queue[int]) []int {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	b, err := q.Next(ctx)
	if err != nil {
		t.Fatalf("next batch: %v", err)
	}
	return b
}

func TestEveryQueueSeesEveryBatchInOrder(t *testing.T) {
	var topic Topic[int]
	a, b := topic.Queue(4), topic.Queue(4)
	topic.Publish([]int{1, 2})
	topic.Publish(nil)
	topic.Publish([]int{3})
	for _, q := range []*Queue[int]{a, b} {
		if got := append(slices.Clone(next(t, q)), next(t, q)...); !slices.Equal(got, []int{1, 2, 3}) {
			t.Errorf("got %v", got)
		}
		if q.Waiting() != 0 {
			t.Error("an empty batch was kept")
		}
	}
}

func TestAFullQueueDropsTheOldestBatchAndCountsIt(t *testing.T) {
	var topic Topic[int]
	slow, quick := topic.Queue(2), topic.Queue(10)
	for i := range 5 {
		topic.Publish([]int{i, i})
	}
	if got := next(t, slow)[0]; got != 3 {
		t.Errorf("the oldest left is %d, want 3", got)
	}
	if slow.Dropped() != 3 || slow.Lost() != 6 {
		t.Errorf("dropped %d batches with %d things, want 3 with 6", slow.Dropped(), slow.Lost())
	}
	if quick.Dropped() != 0 || quick.Waiting() != 5 {
		t.Error("a slow queue cost a quick one something")
	}
}

func TestAQueueOfNothingStillHoldsOneBatch(t *testing.T) {
	var topic Topic[int]
	q := topic.Queue(0)
	topic.Publish([]int{1})
	topic.Publish([]int{2})
	if got := next(t, q)[0]; got != 2 {
		t.Errorf("got %d, want the newest", got)
	}
}

func TestNextEndsWithItsContext(t *testing.T) {
	var topic Topic[int]
	q := topic.Queue(1)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() {
		_, err := q.Next(ctx)
		done <- err
	}()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestAClosedQueueGivesWhatWaitsAndThenEnds(t *testing.T) {
	for name, end := range map[string]func(*Topic[int], *Queue[int]){
		"queue closed": func(_ *Topic[int], q *Queue[int]) { q.Close() },
		"topic closed": func(t *Topic[int], _ *Queue[int]) { t.Close() },
		"closed twice": func(t *Topic[int], q *Queue[int]) { q.Close(); t.Close(); q.Close(); t.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			var topic Topic[int]
			q := topic.Queue(4)
			topic.Publish([]int{1})
			end(&topic, q)
			topic.Publish([]int{2})
			if got := next(t, q)[0]; got != 1 {
				t.Errorf("got %d", got)
			}
			for range 2 {
				if _, err := q.Next(context.Background()); !errors.Is(err, ErrClosed) {
					t.Errorf("got %v, want the end", err)
				}
			}
		})
	}
}

func TestASleepingReaderIsWokenByClose(t *testing.T) {
	var topic Topic[int]
	q := topic.Queue(1)
	done := make(chan error, 2)
	for range 2 {
		go func() {
			_, err := q.Next(context.Background())
			done <- err
		}()
	}
	topic.Close()
	for range 2 {
		if err := <-done; !errors.Is(err, ErrClosed) {
			t.Errorf("got %v", err)
		}
	}
}

func TestAQueueOfAClosedTopicIsClosed(t *testing.T) {
	var topic Topic[int]
	topic.Close()
	if _, err := topic.Queue(1).Next(context.Background()); !errors.Is(err, ErrClosed) {
		t.Errorf("got %v", err)
	}
}

// Whatever the order of pushes and takes, a queue gives an unbroken tail of what was published,
// and what it gave, holds and dropped adds up.
func TestQueueKeepsItsBooks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var topic Topic[int]
		n := rapid.IntRange(1, 5).Draw(t, "n")
		q := topic.Queue(n)
		sent, taken, last := 0, 0, 0
		for _, push := range rapid.SliceOfN(rapid.Bool(), 1, 60).Draw(t, "steps") {
			if push {
				sent++
				topic.Publish([]int{sent})
				continue
			}
			b, _ := q.try()
			if b == nil {
				continue
			}
			if b[0] <= last {
				t.Fatalf("%d came after %d", b[0], last)
			}
			last = b[0]
			taken++
		}
		if q.Waiting() > n || taken+q.Waiting()+int(q.Dropped()) != sent {
			t.Fatalf("sent %d, taken %d, waiting %d, dropped %d", sent, taken, q.Waiting(), q.Dropped())
		}
	})
}

func TestManyPublishersManyReadersLoseNothing(t *testing.T) {
	const publishers, each, readers = 4, 500, 3
	var topic Topic[[2]int]
	var queues []*Queue[[2]int]
	for range readers {
		queues = append(queues, topic.Queue(publishers*each))
	}
	var wg sync.WaitGroup
	for _, q := range queues {
		wg.Go(func() {
			last := [publishers]int{}
			seen := 0
			for {
				b, err := q.Next(context.Background())
				if err != nil {
					break
				}
				for _, x := range b {
					if x[1] != last[x[0]]+1 {
						t.Errorf("publisher %d: %d after %d", x[0], x[1], last[x[0]])
					}
					last[x[0]] = x[1]
					seen++
				}
			}
			if seen != publishers*each {
				t.Errorf("a reader saw %d of %d", seen, publishers*each)
			}
		})
	}
	var pub sync.WaitGroup
	for p := range publishers {
		pub.Go(func() {
			for i := range each {
				topic.Publish([][2]int{{p, i + 1}})
			}
		})
	}
	for range 50 {
		topic.Queue(1).Close() // coming and going disturbs nobody
	}
	pub.Wait()
	topic.Close()
	wg.Wait()
}

// The mark to beat is 5 million samples a second to eight subscribers, in batches of 100.
func BenchmarkPublishToEight(b *testing.B) {
	type sample [9]uint64 // as big as a tag.Sample
	var topic Topic[sample]
	var wg sync.WaitGroup
	for range 8 {
		q := topic.Queue(1024)
		wg.Go(func() {
			for {
				if _, err := q.Next(context.Background()); err != nil {
					return
				}
			}
		})
	}
	batch := make([]sample, 100)
	for b.Loop() {
		topic.Publish(batch)
	}
	b.ReportMetric(float64(b.N)*100/b.Elapsed().Seconds()/1e6, "Msamples/s")
	topic.Close()
	wg.Wait()
}
