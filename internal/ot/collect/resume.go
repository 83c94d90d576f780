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
	s.archive = archive
	last, up, err := s.lastSign(ctx, archive, now)
	if err != nil || last.IsZero() {
		return err
	}
	newest, end, err := s.known(ctx, archive, plant.Span{From: last, To: now.Add(s.set.Ahead)})
	if err != nil {
		return err
	}
	var bad []tag.Sample
	if up {
		bad = s.gone(newest, plant.Later(last, end))
	}
	for i, t := range s.tags {
		s.intake.last[i] = newest[t.ID]
	}
	for _, b := range bad {
		if i, tagged := s.intake.at[b.Tag]; tagged {
			s.intake.last[i] = b
		}
	}
	if len(bad) == 0 {
		return nil
	}
	_, err = archive.Append(ctx, now, bad)
	return err
}

// known gives the newest sample of each tag up to the end of a time, and when the newest of all was.
func (s *Session) known(ctx context.Context, archive history.Archive, within plant.Span) (newest map[tag.ID]tag.Sample, end time.Time, err error) {
	return lastOf(ctx, archive, s.tags, within)
}

func lastOf(ctx context.Context, archive history.Archive, tags []tag.Tag, within plant.Span) (newest map[tag.ID]tag.Sample, end time.Time, err error) {
	newest = make(map[tag.ID]tag.Sample, len(tags))
	if len(tags) == 0 {
		return newest, end, nil
	}
	ranges := make([]history.Range, 0, len(tags))
	for _, t := range tags {
		ranges = append(ranges, history.Range{Tag: t.ID, From: within.From, To: within.To, Carry: true})
	}
	err = archive.Merge(ctx, ranges, func(sample tag.Sample) bool {
		newest[sample.Tag] = sample
		end = plant.Later(sample.Time, end)
		return true
	})
	return newest, end, err
}

// gone says that nobody watched from a time on: a Bad sample for each tag that was not Bad, and that the connection is down.
func (s *Session) gone(newest map[tag.ID]tag.Sample, since time.Time) (bad []tag.Sample) {
	since = since.Add(time.Microsecond)
	for _, t := range s.tags {
		if was, known := newest[t.ID]; known && !was.Quality.Bad() {
			bad = append(bad, tag.Sample{Tag: t.ID, Quality: tag.BadNoCommunication, Time: since})
		}
	}
	if s.alive != 0 {
		bad = append(bad, tag.Sample{Tag: s.alive, Time: since, Value: tag.BoolValue(false)})
	}
	return bad
}

// overdue is how long nothing may come of a machine that cannot be reached before what it said last holds no longer.
const overdue = time.Minute

// neglect marks tags Bad of which the history has good values that no session brought, as when a machine's past was told
// by another way and it was never reached since: from the end of what is known on nobody watches. While more of the past
// is still told, nothing is said.
func (s *Session) neglect(ctx context.Context) {
	now := time.Now()
	if s.archive == nil || ctx.Err() != nil || now.Sub(s.looked) < overdue {
		return
	}
	s.looked = now
	newest, end, err := s.known(ctx, s.archive, plant.Span{From: now.Add(s.set.Ahead), To: now.Add(s.set.Ahead + time.Microsecond)})
	if err != nil || !end.Equal(s.told) { // what cannot be read now is read at the next look
		s.told = end
		return
	}
	bad := s.gone(newest, end)
	if len(bad) < 2 && (s.alive != 0 || len(bad) == 0) { // the tags are Bad already
		return
	}
	for _, b := range bad {
		if i, tagged := s.intake.at[b.Tag]; tagged {
			s.intake.last[i] = b
		}
	}
	s.emit(bad)
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
