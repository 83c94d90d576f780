package plantserver

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/gopcua/opcua/ua"

	"millwright/internal/ot/tag"
)

func cpu(t testing.TB) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// TestTwoThousandItemsTenTimesASecond counts every value, sampled as fast as it changes; the CPU it logs is that of server and client together.
func TestTwoThousandItemsTenTimesASecond(t *testing.T) {
	const items, rounds = 2000, 20
	s := serve(t, items, nil)
	c := connect(t, s.URL())
	sub, notes, _ := watch(t, c)
	for from := 0; from < items; from += maxPerCall {
		var some []*ua.MonitoredItemCreateRequest
		for i := from; i < from+maxPerCall; i++ {
			some = append(some, monitor(node(c, fmt.Sprintf("n%d", i)), uint32(i), func(p *ua.MonitoringParameters) {
				p.SamplingInterval, p.QueueSize = 100, rounds+1 // a busy machine may be late in publishing
			}))
		}
		resp, err := sub.Monitor(t.Context(), ua.TimestampsToReturnBoth, some...)
		if err != nil || resp.Results[maxPerCall-1].StatusCode != ua.StatusOK {
			t.Fatalf("%v, %v", resp, err)
		}
	}
	for range items {
		next(t, notes)
	}
	before, began := cpu(t), time.Now()
	go func() {
		for r := range rounds {
			time.Sleep(100 * time.Millisecond) // never shorter, as a ticker that was late: two changes within 100 ms are one sample
			batch := make([]tag.Sample, items)
			for i := range batch {
				batch[i] = number(i, float64(r), time.Now())
			}
			s.Publish(batch)
		}
	}()
	last := make([]float64, items)
	for i := range last {
		last[i] = -1
	}
	var delay time.Duration
	for range items * rounds {
		n := next(t, notes)
		if v := n.Value.Value.Float(); v != last[n.ClientHandle]+1 {
			t.Fatalf("item %d went from %v to %v", n.ClientHandle, last[n.ClientHandle], v)
		}
		last[n.ClientHandle]++
		delay = max(delay, time.Since(n.Value.SourceTimestamp))
	}
	silent(t, notes, 100*time.Millisecond)
	t.Logf("%d values in %v, none lost, the slowest %v late, %.1f µs of CPU each", items*rounds, time.Since(began).Round(time.Millisecond), delay.Round(time.Millisecond), float64((cpu(t)-before).Microseconds())/(items*rounds))
}

// BenchmarkPublish is the server's work for one round of 10,000 changed values: queueing and encoding them, without the network.
func BenchmarkPublish(b *testing.B) {
	const items = 10_000
	s := serve(b, items, nil)
	sub := &subscription{desk: s.desk, client: &client{}, enabled: true, most: mostOnce, items: map[uint32]*item{}}
	samples := make([]tag.Sample, items)
	for i := range samples {
		n := len(types) + i
		it := &item{id: uint32(i), handle: uint32(i), sub: sub, node: n, mode: ua.MonitoringModeReporting, size: 10, newest: true, stamps: ua.TimestampsToReturnBoth}
		s.desk.watchers[n] = append(s.desk.watchers[n], it)
	}
	now := time.Now()
	round := 0.0
	for b.Loop() {
		round++
		for i := range samples {
			samples[i] = number(i, round, now)
		}
		s.desk.publish(samples, now)
		sub.gather(ticks(now))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/items, "ns/value")
}
