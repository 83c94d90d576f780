package collect

import (
	"slices"
	"time"

	"millwright/internal/ot/tag"
)

// proven is how long ago a reading must have held to be repeated: a session that lives on so long after it would have told
// of a change meanwhile, and a link that is dead is found out sooner.
const proven = 10 * time.Second

// echo repeats what tags with a heartbeat said last, where their machine tells only changes. It belongs to the session's
// goroutine; nil repeats nothing.
type echo struct {
	repeated []bool      // is the newest of the tag passed on a repetition?
	said     []time.Time // stamp of the newest that the machine said itself in this session
}

func newEcho(tags []tag.Tag) *echo {
	if !slices.ContainsFunc(tags, func(t tag.Tag) bool { return t.Heartbeat > 0 }) {
		return nil
	}
	return &echo{repeated: make([]bool, len(tags)), said: make([]time.Time, len(tags))}
}

// begin starts a session: what the one before repeated is not mended.
func (e *echo) begin() {
	if e != nil {
		clear(e.repeated)
		clear(e.said)
	}
}

// heard takes a reading of the machine that is passed on. One that held before something older was repeated comes with a
// repetition of its own behind that.
func (e *echo) heard(i int, s, last tag.Sample) (again tag.Sample, wrong bool) {
	if e == nil {
		return s, false
	}
	newest := !s.Time.Before(e.said[i])
	if newest {
		e.said[i] = s.Time
	}
	if wrong = e.repeated[i] && newest && !s.Time.After(last.Time); wrong {
		again = s
		again.Time = last.Time.Add(time.Microsecond)
		return again, true
	}
	if !s.Time.Before(last.Time) {
		e.repeated[i] = false
	}
	return s, false
}

// repeat gives the readings whose heartbeat is due, as they held a moment ago by the machine's clock.
func (in *intake) repeat(now time.Time) (all []tag.Sample) {
	if in.echo == nil {
		return nil
	}
	at := now.Add(-in.skew - proven).UTC().Truncate(time.Microsecond)
	for i, t := range in.tags {
		last := in.last[i]
		if t.Heartbeat <= 0 || !in.fresh[i] || last.Quality.Bad() || at.Sub(last.Time) < t.Heartbeat {
			continue
		}
		last.Time = at
		in.last[i], in.echo.repeated[i] = last, true
		all = append(all, last)
	}
	return all
}

// echoes beats when something may have to be repeated: never where no tag has a heartbeat.
func (s *Session) echoes() *time.Ticker {
	t := time.NewTicker(time.Second)
	if s.intake.echo == nil {
		t.Stop()
	}
	return t
}
