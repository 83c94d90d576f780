package timekeeper

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"millwright/internal/ot/history"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// nowhere keeps nothing, to see what noting alone costs.
type nowhere struct{ history.Archive }

func (nowhere) Append(context.Context, time.Time, []tag.Sample) ([]history.Refusal, error) {
	return nil, nil
}

func (nowhere) Samples(context.Context, history.Range, func(tag.Sample) bool) error { return nil }

// BenchmarkNoting is what looking for late readings costs a sample that is on time: 50 lines of 20 signals.
func BenchmarkNoting(b *testing.B) {
	w := NewWishes(nil, nowhere{}, 30*24*time.Hour, slog.New(slog.DiscardHandler))
	var lines []plant.Line
	var signals []machine.Signals
	batch := make([]tag.Sample, 0, 1000)
	for l := range 50 {
		line := plant.Line{ID: plant.LineID(fmt.Sprint(l))}
		for u := range 5 {
			unit := plant.UnitID(fmt.Sprint(l, "/", u))
			line.Units = append(line.Units, plant.Unit{ID: unit})
			first := tag.ID(1 + len(signals)*4)
			signals = append(signals, machine.Signals{Unit: unit, State: first, Product: first + 1, Good: machine.Counter{Tag: first + 2}, Reject: machine.Counter{Tag: first + 3}})
			for i := range tag.ID(4) {
				batch = append(batch, tag.Sample{Tag: first + i})
			}
		}
		lines = append(lines, line)
	}
	w.adopt(lines, signals)
	now := time.Now()
	for b.Loop() {
		now = now.Add(100 * time.Millisecond)
		for i := range batch {
			batch[i].Time = now
		}
		if _, err := w.Insist(b.Context(), now, batch); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(batch)), "ns/sample")
}
