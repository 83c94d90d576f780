package calendar

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"millwright/internal/plant"
)

func (r *reader) shifts(path string, list []Shift) []plant.ShiftPattern {
	var patterns []plant.ShiftPattern
	for i, e := range list {
		at := fmt.Sprintf("%s.shifts[%d]", path, i)
		p := plant.ShiftPattern{Name: cmp.Or(e.Name, fmt.Sprintf("Shift %d", i+1))}
		for _, d := range e.Days {
			n := slices.Index([]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}, strings.ToLower(d))
			if n < 0 {
				r.add(at+".days", "%q is no weekday; use mon tue wed thu fri sat sun", d)
				continue
			}
			p.Days = append(p.Days, time.Weekday(n))
		}
		p.Start, p.End = r.clock(at+".start", e.Start), r.clock(at+".end", e.End)
		for j, text := range e.Breaks {
			from, to, ok := strings.Cut(text, "-")
			if !ok {
				r.add(fmt.Sprintf("%s.breaks[%d]", at, j), "%q is no break; write 10:00-10:30", text)
				continue
			}
			where := fmt.Sprintf("%s.breaks[%d]", at, j)
			p.Breaks = append(p.Breaks, plant.ClockSpan{Start: r.clock(where, from), End: r.clock(where, to)})
		}
		patterns = append(patterns, p)
	}
	return patterns
}
