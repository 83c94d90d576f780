package collect

import (
	"context"
	"time"

	"millwright/internal/ot/history"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// Resume closes the gap that a stop of the program left: if the history says that the connection was
// up when it ended, every tag is marked Bad from the last sign of life on. It must be called before Run,
// and before anything is derived from the history.
func (s *Session) Resume(ctx context.Context, archive history.Archive, now time.Time) error {
	last, up, err := s.lastSign(ctx, archive, now)
	if err != nil || last.IsZero() {
		return err
	}
	ranges := make([]history.Range, 0, len(s.tags))
	for _, t := range s.tags {
		ranges = append(ranges, history.Range{Tag: t.ID, From: last, To: now.Add(s.set.Ahead), Carry: true})
	}
	newest := make(map[tag.ID]tag.Sample, len(s.tags))
	err = archive.Merge(ctx, ranges, func(sample tag.Sample) bool {
		newest[sample.Tag] = sample
		last = plant.Later(sample.Time, last)
		return true
	})
	if err != nil {
		return err
	}
	var bad []tag.Sample
	for i, t := range s.tags {
		sample, known := newest[t.ID]
		if known && up && !sample.Quality.Bad() {
			sample = tag.Sample{Tag: t.ID, Quality: tag.BadNoCommunication, Time: last.Add(time.Microsecond)}
			bad = append(bad, sample)
		}
		s.intake.last[i] = sample
	}
	if up && s.alive != 0 {
		bad = append(bad, tag.Sample{Tag: s.alive, Time: last.Add(time.Microsecond), Value: tag.BoolValue(false)})
	}
	if len(bad) == 0 {
		return nil
	}
	_, err = archive.Append(ctx, now, bad)
	return err
}

// lastSign finds the newest sample of the alive tag: when it was, and whether it said up.
func (s *Session) lastSign(ctx context.Context, archive history.Archive, now time.Time) (at time.Time, up bool, err error) {
	r := history.Range{Tag: s.alive, From: now.Add(-time.Second), To: now.Add(s.set.Ahead), Carry: true}
	err = archive.Samples(ctx, r, func(sample tag.Sample) bool {
		at = sample.Time
		up, _ = sample.Value.Bool()
		return true
	})
	return at, up, err
}
