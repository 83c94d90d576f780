package calendar

import (
	"fmt"
	"strings"
	"time"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Book reads the calendars of a plant, site by site.
type Book struct{ r reader }

// NewBook begins with the first.
func NewBook() *Book { return &Book{reader{left: Most}} }

// Wrong is what is wrong with those that were read.
func (b *Book) Wrong() []errs.Field { return b.r.wrong }

// Site is the calendar of a site, which its lines go by.
type Site struct {
	book  *Book
	as    Written
	sound bool
	plant.Calendar

	clashes []errs.Field            // of its lines, each once
	lines   map[errs.Field][]string // the names of those that have it
}

// Site reads the calendar of a site.
func (b *Book) Site(w Written, zone *time.Location) *Site {
	s := &Site{book: b, as: w, lines: map[errs.Field][]string{}}
	s.Calendar, s.sound = b.r.read(w)
	s.Zone = zone
	if s.sound {
		clashes := clashes(s.Calendar, w)
		b.r.wrong = append(b.r.wrong, clashes...)
		s.sound = len(clashes) == 0
	}
	return s
}

// Line is the calendar of a line of the site: the site's, with what it says itself.
func (s *Site) Line(name string, w Written) plant.Calendar {
	own, sound := s.book.r.read(w)
	both := Over(s.Calendar, own)
	if !sound || !s.sound || len(own.Shifts)+len(own.Closed)+len(own.Other) == 0 { // nothing is asked of what cannot be read
		return both
	}
	for _, c := range clashes(both, w, s.as) {
		if s.lines[c] == nil {
			s.clashes = append(s.clashes, c)
		}
		s.lines[c] = append(s.lines[c], name)
	}
	return both
}

// Close tells which shifts of lines run into each other, once for all lines that have them.
func (s *Site) Close() {
	for _, c := range s.clashes {
		s.book.r.add(c.Path, "%s: %s", onLines(s.lines[c]), c.Message)
	}
}

// onLines names a few lines and counts the rest.
func onLines(names []string) string {
	const most = 3
	switch n := len(names); {
	case n == 1:
		return "on line " + names[0]
	case n <= most:
		return "on lines " + strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	default:
		return fmt.Sprintf("on lines %s and %d more", strings.Join(names[:most], ", "), n-most)
	}
}

// clashes are the shifts of a calendar that run into each other, each at the entry that puts shifts on one of their
// dates: that of the first level which has one.
func clashes(of plant.Calendar, levels ...Written) (wrong []errs.Field) {
	all := of.Collisions()
	if len(all) == 0 {
		return nil
	}
	entries := make([]map[plant.Date]int, len(levels))
	for i, l := range levels {
		entries[i] = l.others()
	}
	for _, c := range all {
		wrong = append(wrong, errs.Field{Path: entryOf(c, levels, entries), Message: c.String()})
	}
	return wrong
}

// others are the dates that have shifts of their own, with the entry that gives them.
func (w Written) others() map[plant.Date]int {
	all := map[plant.Date]int{}
	r := reader{left: Most}
	for i, e := range w.Days {
		if len(e.Shifts) == 0 {
			continue
		}
		for _, d := range r.days("", e) {
			if _, ok := all[d]; !ok {
				all[d] = i
			}
		}
	}
	return all
}

// entryOf is where the entry stands that puts shifts on a date of a collision.
func entryOf(c plant.Collision, levels []Written, entries []map[plant.Date]int) string {
	for i, l := range levels {
		for _, d := range [2]plant.Date{c.Date, c.Date + 1} {
			if n, ok := entries[i][d]; ok {
				return fmt.Sprintf("%s.holidays[%d].shifts", l.Path, n)
			}
		}
	}
	return levels[0].Path + ".holidays"
}
