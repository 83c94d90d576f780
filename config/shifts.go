package config

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"millwright/internal/plant"
)

var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

func (b *builder) shifts(path string, list []ShiftEntry) []plant.ShiftPattern {
	var patterns []plant.ShiftPattern
	for i, e := range list {
		at := fmt.Sprintf("%s.shifts[%d]", path, i)
		p := plant.ShiftPattern{Name: or(e.Name, fmt.Sprintf("Shift %d", i+1))}
		for _, d := range e.Days {
			n := slices.Index(weekdays, strings.ToLower(d))
			if n < 0 {
				b.add(at+".days", "%q is no weekday; use mon tue wed thu fri sat sun", d)
				continue
			}
			p.Days = append(p.Days, time.Weekday(n))
		}
		p.Start, p.End = b.clock(at+".start", e.Start), b.clock(at+".end", e.End)
		for j, text := range e.Breaks {
			from, to, ok := strings.Cut(text, "-")
			if !ok {
				b.add(fmt.Sprintf("%s.breaks[%d]", at, j), "%q is no break; write 10:00-10:30", text)
				continue
			}
			where := fmt.Sprintf("%s.breaks[%d]", at, j)
			p.Breaks = append(p.Breaks, plant.ClockSpan{Start: b.clock(where, from), End: b.clock(where, to)})
		}
		patterns = append(patterns, p)
	}
	return patterns
}

func (b *builder) clock(path, text string) plant.Clock {
	c, err := plant.ParseClock(strings.TrimSpace(text))
	if err != nil {
		b.add(path, "%v", err)
	}
	return c
}
