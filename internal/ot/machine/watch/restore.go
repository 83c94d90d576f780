package watch

import (
	"context"
	"fmt"
	"time"

	"millwright/internal/ot/history"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// Restore puts readings into the history that it lost: a kill takes those along that were still on their way to it, though
// what they caused may be kept already, with their mark. Then everything that is derived from the history has their pieces
// at the time at which they were counted, as whoever kept the mark has. It must be called before anything is derived.
func Restore(ctx context.Context, archive history.Archive, signals []machine.Signals, marks []machine.Mark, now time.Time) error {
	rules := machine.NewEngine(signals)
	var lost []tag.Sample
	for _, m := range marks {
		if !rules.Hears(m.Tag) {
			continue
		}
		counters := rules.Counters(m.Tag)
		if len(counters) == 0 {
			continue
		}
		newest, known, err := newestReading(ctx, archive, counters[0], now.Add(ahead))
		if err != nil {
			return fmt.Errorf("look for readings that the history lost: %w", err)
		}
		if shown, _ := counters[0].Reading(newest); known && (!newest.Time.Before(m.At) || shown == m.Total) {
			continue
		}
		lost = append(lost, tag.Sample{Tag: m.Tag, Time: m.At, Value: shows(m.Total, newest.Value.Kind())}.Clean())
	}
	if len(lost) == 0 {
		return nil
	}
	if _, err := archive.Append(ctx, now, lost); err != nil {
		return fmt.Errorf("put back %d readings that the history lost: %w", len(lost), err)
	}
	return nil
}

// newestReading finds the newest reading of a counter up to a time.
func newestReading(ctx context.Context, archive history.Archive, c machine.Counter, to time.Time) (newest tag.Sample, known bool, err error) {
	for range steps {
		var last tag.Sample
		r := history.Range{Tag: c.Tag, From: to, To: to.Add(time.Microsecond), Carry: true}
		err := archive.Samples(ctx, r, func(s tag.Sample) bool {
			last = s
			return true
		})
		if err != nil || last.Time.IsZero() {
			return tag.Sample{}, false, err
		}
		if _, ok := c.Reading(last); ok {
			return last, true, nil
		}
		to = last.Time.Add(-time.Microsecond)
	}
	return tag.Sample{}, false, nil
}

// shows is the value with which a counter shows a total, of the kind that it sends.
func shows(total plant.Quantity, kind tag.Kind) tag.Value {
	whole := int64(total / plant.One)
	switch {
	case kind == tag.Float || total%plant.One != 0:
		return tag.FloatValue(float64(total) / float64(plant.One))
	case kind == tag.Uint && whole >= 0:
		return tag.UintValue(uint64(whole))
	}
	return tag.IntValue(whole)
}
