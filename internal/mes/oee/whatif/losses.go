package whatif

import (
	"cmp"
	"slices"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/plant"
)

// Loss is what was lost to one reason or unit.
type Loss struct {
	Key   string
	Lasts time.Duration
}

// Key is what a segment was lost to: of the plant's reasons, or else what kind of stop it is.
func Key(s *oee.Segment) string { return cmp.Or(s.Reason, "="+s.Category.String()) }

func keyOf(by Side, s *oee.Segment) string {
	if by == Unit {
		return string(s.Unit)
	}
	return Key(s)
}

// Losses are what was lost in a window by a side, the most first. What no unit caused is no unit's.
func Losses(window plant.Span, segments []oee.Segment, by Side) (all []Loss) {
	at := map[string]int{}
	for i := range segments {
		s := &segments[i]
		inside, key := s.Within(window), keyOf(by, s)
		if inside <= 0 || !edit.Stands(s.Category) || key == "" {
			continue
		}
		n, ok := at[key]
		if !ok {
			n = len(all)
			at[key] = n
			all = append(all, Loss{Key: key})
		}
		all[n].Lasts += inside
	}
	slices.SortStableFunc(all, func(a, b Loss) int { return cmp.Or(cmp.Compare(b.Lasts, a.Lasts), cmp.Compare(a.Key, b.Key)) })
	return all
}

// Planned is how many shifts a calendar plans in a time, and how long they are without their breaks.
func Planned(c plant.Calendar, from, to time.Time) (shifts int, lasts time.Duration) {
	for _, s := range c.Between(from, to) {
		if s.From.Before(from) {
			continue
		}
		shifts++
		lasts += s.To.Sub(s.From)
		for _, b := range s.Breaks {
			lasts -= b.Duration()
		}
	}
	return shifts, lasts
}
