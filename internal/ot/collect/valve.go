package collect

import (
	"time"

	"millwright/internal/ot/tag"
)

// valve lets so many values a second through. Of what comes faster the newest of each tag is held, in the order in
// which the tags came, and follows as soon as there is room: what a tag says last is never lost, what it said between
// is. Nil lets everything through.
type valve struct {
	limit  int
	room   int
	until  time.Time // when there is room anew
	held   map[tag.ID]tag.Sample
	order  []tag.ID
	merged uint64
}

// newValve makes the valve of a limit; 0 means none.
func newValve(limit int) *valve {
	if limit <= 0 {
		return nil
	}
	return &valve{limit: limit, held: map[tag.ID]tag.Sample{}}
}

// pass gives what may go now: what was held, and then of the batch.
func (v *valve) pass(batch []tag.Sample, now time.Time) []tag.Sample {
	if v == nil {
		return batch
	}
	v.refill(now)
	through := v.release()
	for _, s := range batch {
		before, waits := v.held[s.Tag]
		switch {
		case waits && !s.Time.Before(before.Time):
			v.held[s.Tag] = s
			v.merged++
		case waits:
			v.merged++
		case v.room > 0:
			v.room--
			through = append(through, s)
		default:
			v.held[s.Tag] = s
			v.order = append(v.order, s.Tag)
		}
	}
	return through
}

func (v *valve) refill(now time.Time) {
	if now.Before(v.until) {
		return
	}
	v.room, v.until = v.limit, now.Add(time.Second)
}

// release gives what was held, as far as there is room.
func (v *valve) release() []tag.Sample {
	n := min(v.room, len(v.order))
	v.room -= n
	return v.take(n)
}

// empty gives everything that is held: the session ends.
func (v *valve) empty() []tag.Sample {
	if v == nil {
		return nil
	}
	return v.take(len(v.order))
}

func (v *valve) take(n int) []tag.Sample {
	out := make([]tag.Sample, n)
	for i, id := range v.order[:n] {
		out[i] = v.held[id]
		delete(v.held, id)
	}
	v.order = v.order[n:]
	if len(v.order) == 0 {
		v.order = nil
	}
	return out
}

// lost is how many values were merged into newer ones of their tags.
func (v *valve) lost() uint64 {
	if v == nil {
		return 0
	}
	return v.merged
}

// room beats when there may be room for what the valve holds: never without one.
func (s *Session) room() *time.Ticker {
	if s.valve == nil {
		idle := time.NewTicker(time.Hour)
		idle.Stop()
		return idle
	}
	return time.NewTicker(time.Second / 4)
}
