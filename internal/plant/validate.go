package plant

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

const minutesPerWeek = 7 * minutesPerDay

// Validate says everything that is wrong with the shifts of the week, a sentence each; nil when nothing is.
func (c Calendar) Validate() (wrong []error) {
	for i, p := range c.Shifts {
		wrong = append(wrong, p.validate(i)...)
	}
	if len(wrong) == 0 {
		wrong = c.overlaps()
	}
	return wrong
}

func (p ShiftPattern) validate(i int) (wrong []error) {
	say := func(format string, args ...any) {
		wrong = append(wrong, fmt.Errorf("shift %q "+format, append([]any{p.Name}, args...)...))
	}
	if strings.TrimSpace(p.Name) == "" {
		wrong = append(wrong, fmt.Errorf("shift %d has no name: give it one, like Early", i+1))
	}
	if p.Start < 0 || p.Start >= minutesPerDay {
		say("starts at %s: use 00:00 to 23:59", p.Start)
	}
	if p.End < 0 || p.End > minutesPerDay {
		say("ends at %s: use 00:00 to 24:00", p.End)
	}
	if len(wrong) > 0 {
		return wrong
	}
	for n, d := range p.Days {
		if d < time.Sunday || d > time.Saturday {
			say("opens on day %d: a week has the days 0 (Sunday) to 6", d)
		} else if slices.Contains(p.Days[:n], d) {
			say("names %s twice", d)
		}
	}
	return append(wrong, p.breaks()...)
}

// breaks finds breaks that leave the shift or overlap.
func (p ShiftPattern) breaks() (wrong []error) {
	from, to := p.on(0)
	for i, b := range p.Breaks {
		if min(b.Start, b.End) < 0 || max(b.Start, b.End) > minutesPerDay || b.Start == b.End {
			return append(wrong, fmt.Errorf("break %s of shift %q is no span of time: write it like 09:00–09:15", b, p.Name))
		}
		start, end := p.pause(b)
		if start < from || end > to || start == from && end == to {
			wrong = append(wrong, fmt.Errorf("break %s does not lie within shift %q (%s)", b, p.Name, ClockSpan{p.Start, p.End}))
		}
		for _, o := range p.Breaks[:i] {
			if oStart, oEnd := p.pause(o); oStart < end && start < oEnd {
				wrong = append(wrong, fmt.Errorf("breaks %s and %s of shift %q overlap: make one of them", o, b, p.Name))
			}
		}
	}
	return wrong
}

// weekly is one shift of the week, in minutes since Sunday 00:00.
type weekly struct {
	pattern  int
	day      time.Weekday
	from, to int
}

// overlaps finds shifts that run at the same time, each pair of patterns once.
func (c Calendar) overlaps() (wrong []error) {
	var week []weekly
	for i, p := range c.Shifts {
		for d := time.Sunday; d <= time.Saturday; d++ {
			if from, to := p.on(0); p.opens(d) {
				start := int(d) * minutesPerDay
				week = append(week, weekly{i, d, start + int(from/60), start + int(to/60)})
			}
		}
	}
	said := map[[2]int]bool{}
	for i, a := range week {
		for _, b := range week[i+1:] {
			if pair := [2]int{a.pattern, b.pattern}; a.meets(b) && !said[pair] {
				said[pair] = true
				wrong = append(wrong, c.collision(a, b))
			}
		}
	}
	return wrong
}

// meets tells whether two shifts share a minute; the week's end is followed by its start.
func (w weekly) meets(o weekly) bool {
	for _, turn := range [3]int{-minutesPerWeek, 0, minutesPerWeek} {
		if w.from < o.to+turn && o.from+turn < w.to {
			return true
		}
	}
	return false
}

func (c Calendar) collision(a, b weekly) error {
	name := func(w weekly) string {
		p := c.Shifts[w.pattern]
		return fmt.Sprintf("%q (%s %s)", p.Name, w.day, ClockSpan{p.Start, p.End})
	}
	return fmt.Errorf("shifts %s and %s overlap: let one end before the other starts", name(a), name(b))
}
