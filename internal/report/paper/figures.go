package paper

import (
	"strings"

	"millwright/internal/report"
)

// figures stand beside each other, four in a row.
func (s *sheet) figures(all []report.Figure) {
	const across = 4
	const room, high = inner / across, 15.0
	for i := 0; i < len(all); i += across {
		s.room(high + 2)
		s.SetFillColor(ground.r, ground.g, ground.b)
		for j, f := range all[i:min(i+across, len(all))] {
			x := left + float64(j)*room
			s.Rect(x, s.y, room-2, high, "F")
			s.face("", small, muted)
			s.put(x+2.5, s.y+1.5, room-7, s.fit(f.Name, room-7), "L")
			s.face("B", 14, moodOf(f.Mood))
			s.put(x+2.5, s.y+6.2, room-7, clean(f.Text), "L")
			w := s.GetStringWidth(clean(f.Text))
			s.face("", small, muted)
			s.put(x+2.5+w+1, s.y+6.8, room-7-w, s.fit(strings.TrimSpace(f.Unit), room-7-w), "L")
			s.put(x+2.5, s.y+10.8, room-7, s.fit(f.Note, room-7), "L")
		}
		s.y += high + 2
	}
}

// strip is the time drawn to scale, with what its colours mean.
func (s *sheet) strip(all []report.Stretch) {
	if len(all) == 0 {
		return
	}
	s.room(16)
	seen := map[string]bool{}
	x := left
	for _, one := range all {
		c := tones[one.Tone]
		s.SetFillColor(c.r, c.g, c.b)
		s.Rect(left+one.From*inner, s.y, max(0.15, (one.To-one.From)*inner), 6, "F")
	}
	s.y += 7.5
	for _, one := range all {
		if seen[one.Word] {
			continue
		}
		seen[one.Word] = true
		c := tones[one.Tone]
		s.SetFillColor(c.r, c.g, c.b)
		s.face("", small, muted)
		w := s.GetStringWidth(clean(one.Word)) + 8
		if x+w > width-right {
			x, s.y = left, s.y+line
		}
		s.Rect(x, s.y+0.6, 2.5, 2.5, "F")
		s.put(x+3.5, s.y, w, clean(one.Word), "L")
		x += w
	}
	s.y += line + 2
}
