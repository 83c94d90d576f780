package collect

import (
	"math"
	"slices"
	"time"

	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// intake makes raw readings of one session into samples: scaled, thinned, stamped within reason.
// It belongs to the session's goroutine.
type intake struct {
	tags  []tag.Tag
	at    map[tag.ID]int // index by tag; IDs of one connection are nearly dense, but not from 1
	last  []tag.Sample   // newest passed on, by index
	fresh []bool         // has this session delivered the tag yet?
	kinds []tag.Kind     // of the newest value as the machine sent it, by index; None before the first
	told  []bool         // has it been said in this session that the tag's kind changed?
	echo  *echo          // nil when no tag has a heartbeat
	sick  []bool         // was the newest value of this session Bad?
	sicks int            // how many are
	since time.Time
	ahead time.Duration
	lag   time.Duration // least age of a change on arrival, in this session
	skew  time.Duration // how far the machine's clock is behind ours; 0 when it is right

	parted map[tag.ID]tag.Sample // what was said last of tags that are read no longer
}

// noLag is the lag of a session that has not seen a change yet.
const noLag = time.Duration(math.MaxInt64)

// inStep is the lag up to which a machine's clock counts as right.
const inStep = 2 * time.Second

func newIntake(tags []tag.Tag, ahead time.Duration) *intake {
	in := &intake{tags: tags, at: make(map[tag.ID]int, len(tags)), last: make([]tag.Sample, len(tags)), fresh: make([]bool, len(tags)), ahead: ahead, parted: map[tag.ID]tag.Sample{}}
	in.kinds, in.told = make([]tag.Kind, len(tags)), make([]bool, len(tags))
	in.sick, in.echo = make([]bool, len(tags)), newEcho(tags)
	for i, t := range tags {
		in.at[t.ID] = i
	}
	return in
}

// begin starts a session.
func (in *intake) begin(now time.Time) {
	in.since, in.lag = now, noLag
	clear(in.fresh)
	clear(in.told)
	clear(in.sick)
	in.sicks = 0
	in.echo.begin()
}

// taken is what became of a batch.
type taken struct {
	kept    []tag.Sample
	skewed  int           // stamped out of reason
	off     time.Duration // how far from our clock the worst of these were
	retyped []retype      // the first in this session of each tag
}

// retype is a tag whose machine sends another kind of value than before.
type retype struct {
	tag      string
	was, now tag.Kind
}

// behind is how old a stamp may be: less than the historian's window for late samples.
const behind = 29 * 24 * time.Hour

// take works a batch over in its own memory and gives what is left of it.
func (in *intake) take(batch []tag.Sample, now time.Time) (out taken) {
	out.kept = batch[:0]
	var mended []tag.Sample
	limit, oldest := now.Add(in.ahead), now.Add(-behind)
	for _, s := range batch {
		i, known := in.at[s.Tag]
		if !known {
			continue
		}
		kind := s.Value.Kind() // as the machine sent it
		if in.tags[i].Takes(s.Value) {
			s.Value = in.tags[i].Scaled(s.Value)
		} else {
			s.Quality = worse(s.Quality, tag.BadTypeMismatch)
		}
		s = s.Clean()
		if s.Time.After(limit) || in.fresh[i] && s.Time.Before(oldest) {
			out.off = max(out.off, s.Time.Sub(now).Abs())
			s.Time, s.Quality = now.UTC().Truncate(time.Microsecond), worse(s.Quality, tag.Uncertain)
			out.skewed++
		}
		in.diagnose(i, s.Quality.Bad())
		if r, news := in.retype(i, kind); news {
			out.retyped = append(out.retyped, r)
		}
		seen := in.fresh[i]
		if !seen {
			in.first(i, &s, oldest)
		} else {
			in.observe(now.Sub(s.Time))
		}
		if seen && in.tags[i].Stale(in.last[i], s) {
			continue
		}
		if r, wrong := in.echo.heard(i, s, in.last[i]); wrong {
			in.last[i] = r
			mended = append(mended, r)
		} else if !s.Time.Before(in.last[i].Time) {
			in.last[i] = s
		}
		out.kept = append(out.kept, s)
	}
	out.kept = append(out.kept, mended...)
	return out
}

// diagnose notes whether a tag is Bad now.
func (in *intake) diagnose(i int, bad bool) {
	if bad == in.sick[i] {
		return
	}
	in.sick[i] = bad
	if bad {
		in.sicks++
	} else {
		in.sicks--
	}
}

// bad is how many tags are Bad now, and the name of the first.
func (in *intake) bad() (n int, first string) {
	if in.sicks == 0 {
		return 0, ""
	}
	return in.sicks, in.tags[slices.Index(in.sick, true)].Name
}

// retype notes a value's kind and tells when it is another one than before, once a session: the value is
// kept as it is, and somebody has to look at what is computed from it.
func (in *intake) retype(i int, k tag.Kind) (r retype, news bool) {
	was := in.kinds[i]
	if k == tag.None || k == was {
		return r, false
	}
	in.kinds[i] = k
	news = was != tag.None && !in.told[i]
	in.told[i] = in.told[i] || news
	return retype{in.tags[i].Name, was, k}, news
}

// first is a tag's first value of a session. One that is older than what we said last (that the tag is
// Bad), or than the history takes, holds from the session's start on: before that nobody watched.
func (in *intake) first(i int, s *tag.Sample, oldest time.Time) {
	in.fresh[i] = true
	if s.Time.Before(oldest) || !in.last[i].Time.IsZero() && !s.Time.After(in.last[i].Time) {
		s.Time = plant.Later(in.since.Add(-in.skew), in.last[i].Time.Add(time.Microsecond)).UTC().Truncate(time.Microsecond)
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

// lose gives a Bad sample for every tag that had been delivered, at now by the machine's clock.
func (in *intake) lose(q tag.Quality, now time.Time) []tag.Sample {
	out := make([]tag.Sample, 0, len(in.tags)+1)
	for i, t := range in.tags {
		if !in.fresh[i] {
			continue
		}
		s := tag.Sample{Tag: t.ID, Quality: q, Time: plant.Later(now.Add(-in.skew), in.last[i].Time.Add(time.Microsecond))}.Clean()
		in.last[i] = s
		out = append(out, s)
	}
	return out
}

func worse(a, b tag.Quality) tag.Quality {
	if a>>30 >= b>>30 {
		return a
	}
	return b
}
