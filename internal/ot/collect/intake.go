package collect

import (
	"math"
	"time"

	"millwright/internal/ot/tag"
)

// intake makes raw readings of one session into samples: scaled, thinned, stamped within reason.
// It belongs to the session's goroutine.
type intake struct {
	tags  []tag.Tag
	at    map[tag.ID]int // index by tag; IDs of one connection are nearly dense, but not from 1
	last  []tag.Sample   // newest passed on, by index
	fresh []bool         // has this session delivered the tag yet?
	since time.Time
	ahead time.Duration
	lag   time.Duration // least age of a change on arrival, in this session
	skew  time.Duration // how far the machine's clock is behind ours; 0 when it is right
}

// noLag is the lag of a session that has not seen a change yet.
const noLag = time.Duration(math.MaxInt64)

// inStep is the lag up to which a machine's clock counts as right.
const inStep = 2 * time.Second

func newIntake(tags []tag.Tag, ahead time.Duration) *intake {
	in := &intake{tags: tags, at: make(map[tag.ID]int, len(tags)), last: make([]tag.Sample, len(tags)), fresh: make([]bool, len(tags)), ahead: ahead}
	for i, t := range tags {
		in.at[t.ID] = i
	}
	return in
}

// begin starts a session.
func (in *intake) begin(now time.Time) {
	in.since, in.lag = now, noLag
	clear(in.fresh)
}

// take works a batch over in its own memory and gives what is left of it.
func (in *intake) take(batch []tag.Sample, now time.Time) (kept []tag.Sample, skewed int) {
	kept = batch[:0]
	limit := now.Add(in.ahead)
	for _, s := range batch {
		i, known := in.at[s.Tag]
		if !known {
			continue
		}
		s = s.Clean()
		if s.Time.After(limit) {
			s.Time, s.Quality = now.UTC().Truncate(time.Microsecond), worse(s.Quality, tag.Uncertain)
			skewed++
		}
		if !in.fresh[i] {
			in.first(i, &s)
		} else {
			in.observe(now.Sub(s.Time))
			if in.thin(i, s) {
				continue
			}
		}
		s.Value = scaled(s.Value, in.tags[i])
		if !s.Time.Before(in.last[i].Time) {
			in.last[i] = s
		}
		kept = append(kept, s)
	}
	return kept, skewed
}

// first is a tag's first value of a session. One that is older than what we said last (that the tag is
// Bad) holds from the session's start on: before that nobody watched.
func (in *intake) first(i int, s *tag.Sample) {
	in.fresh[i] = true
	if !in.last[i].Time.IsZero() && !s.Time.After(in.last[i].Time) {
		s.Time = later(in.since.Add(-in.skew), in.last[i].Time.Add(time.Microsecond)).UTC().Truncate(time.Microsecond)
	}
}

// observe learns how far the machine's clock is behind from how old changes are when they arrive.
func (in *intake) observe(age time.Duration) {
	in.lag = min(in.lag, age)
	in.skew = 0
	if in.lag > inStep && in.lag != noLag {
		in.skew = in.lag
	}
}

// thin tells whether a reading lies within the deadband of the one passed on before. Devices that
// apply the deadband themselves never come here with one that does.
func (in *intake) thin(i int, s tag.Sample) bool {
	t, last := in.tags[i], in.last[i]
	if t.Deadband <= 0 || s.Quality != last.Quality || s.Value.Kind() != tag.Float {
		return false
	}
	raw, _ := s.Value.Float()
	before, ok := last.Value.Float()
	if t.Scale != 0 || t.Offset != 0 {
		raw, _ = scaled(s.Value, t).Float()
	}
	return ok && math.Abs(raw-before) < t.ScaledDeadband()
}

// lose gives a Bad sample for every tag that had been delivered, at now by the machine's clock.
func (in *intake) lose(q tag.Quality, now time.Time) []tag.Sample {
	out := make([]tag.Sample, 0, len(in.tags)+1)
	for i, t := range in.tags {
		if !in.fresh[i] {
			continue
		}
		s := tag.Sample{Tag: t.ID, Quality: q, Time: later(now.Add(-in.skew), in.last[i].Time.Add(time.Microsecond))}.Clean()
		in.last[i] = s
		out = append(out, s)
	}
	return out
}

func scaled(v tag.Value, t tag.Tag) tag.Value {
	if t.Scale == 0 && t.Offset == 0 {
		return v
	}
	raw, ok := v.Float()
	if !ok || v.Kind() == tag.Boolean {
		return v
	}
	scale := t.Scale
	if scale == 0 {
		scale = 1
	}
	return tag.FloatValue(raw*scale + t.Offset)
}

func worse(a, b tag.Quality) tag.Quality {
	if a>>30 >= b>>30 {
		return a
	}
	return b
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
