package kpi

import (
	"slices"
	"strings"
	"time"

	"millwright/internal/plant"
)

// Attendance is when somebody was at a line.
type Attendance struct {
	Who string
	plant.Span
}

// several stands between the names of those who were at a line together.
const several = "\n"

// crew names who was at the line at a moment: each once, however often signed on.
func (d *desk) crew(at time.Time) string {
	if len(d.Crew) == 0 {
		return ""
	}
	var all []string
	for i := range d.Crew {
		if a := &d.Crew[i]; a.Contains(at) {
			all = append(all, strings.ReplaceAll(a.Who, several, " "))
		}
	}
	slices.Sort(all)
	return strings.Join(slices.Compact(all), several)
}

// next is the first moment after one at which somebody comes or goes, or an end before that.
func (d *desk) next(after, end time.Time) time.Time {
	for i := range d.Crew {
		for _, at := range [2]time.Time{d.Crew[i].From, d.Crew[i].To} {
			if at.After(after) && at.Before(end) {
				end = at
			}
		}
	}
	return end
}

// apart lets each of those who were at a line together have all of that time: what they share is counted for each.
func (g *Grouper) apart(p *period) {
	at := slices.Index(g.by.Sides[:], Operator)
	if at < 0 {
		return
	}
	for sides, from := range p.groups {
		names := strings.Split(sides[at], several)
		if len(names) == 1 {
			continue
		}
		delete(p.groups, sides)
		for _, name := range names {
			sides[at] = name
			to := p.groups[sides]
			if to == nil {
				to = &gathered{Name: Name{Period: p.name, Sides: sides}}
				p.groups[sides] = to
			}
			for _, part := range from.parts {
				own := *part
				to.parts = append(to.parts, &own)
			}
		}
	}
}
