package paper

import (
	"io"
	"time"

	"millwright/internal/report/label"
)

// The sheet of labels: three across and eight down on A4, as printers' label sheets have them.
const (
	labelsAcross, labelsDown = 3, 8
	labelWide, labelHigh     = 70.0, 37.125
	labelEdge                = 4.0 // white within a label
)

// Labels writes labels on sheets of 3 × 8. made is kept in the file as the time of its making.
func Labels(w io.Writer, all []label.Label, made time.Time) error {
	f := fields{title: "Labels", across: labelsAcross, down: labelsDown, wide: labelWide, high: labelHigh}
	return f.write(w, made, len(all), func(s *sheet, n int, x, y float64) { s.sticker(all[n], x, y) })
}

// sticker sets one label: a matrix code left of its words, bars above them.
func (s *sheet) sticker(l label.Label, x, y float64) {
	inside := labelHigh - 2*labelEdge
	x, y = x+labelEdge, y+labelEdge
	if l.Code.Square {
		s.stamp(l.Code, x, y, inside, inside)
		s.told(l, x+inside+2, y+4, labelWide-2*labelEdge-inside-2)
		return
	}
	wide := labelWide - 2*labelEdge
	s.stamp(l.Code, x, y, wide, inside*.5)
	s.told(l, x, y+inside*.5+1, wide)
}

func (s *sheet) stamp(c label.Code, x, y, wide, high float64) {
	s.SetFillColor(0, 0, 0)
	across, down := wide/float64(c.Across), high/float64(c.Down)
	for _, b := range c.Black {
		s.Rect(x+float64(b.X)*across, y+float64(b.Y)*down, float64(b.W)*across, float64(b.H)*down, "F")
	}
}

func (s *sheet) told(l label.Label, x, y, wide float64) {
	black := colour{0, 0, 0}
	s.face("B", 11, black)
	s.put(x, y, wide, s.fit(clean(l.Title), wide), "L")
	s.face("", 8, black)
	s.put(x, y+5, wide, s.fit(clean(l.Sub), wide), "L")
	s.put(x, y+9, wide, s.fit(clean(l.Text), wide), "L")
}
