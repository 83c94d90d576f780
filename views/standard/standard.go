// Package standard draws how measured things are spread.
package standard

import (
	"math"
	"strconv"
)

// Spreads are several, one beside the other. Component: Draw(s Spreads).
type Spreads struct {
	Title string
	Lead  string
	All   []Spread
}

// Spread is one of them.
type Spread struct {
	ID       string
	Title    string
	Note     string // "n 31: 9.8 s, 10.2 s, 12.4 s"
	From, To string // under the ends of the axis
	Bars     []Bar
	Marks    []float64 // of the axis, 0 to 1
	Empty    string
}

// Bar is a part of the axis.
type Bar struct {
	Height float64 // of the highest, 0 to 1
	Title  string
}

func percent(share float64) string {
	return strconv.FormatFloat(math.Round(min(max(share, 0), 1)*1e5)/1e3, 'f', -1, 64) + "%"
}

func (s Spread) x(i int) string  { return percent(float64(i) / float64(len(s.Bars))) }
func (s Spread) width() string   { return percent(.92 / float64(max(len(s.Bars), 1))) }
func (b Bar) y() string          { return percent(1 - b.Height) }
func (b Bar) height() string     { return percent(b.Height) }
func (s Spread) summary() string { return s.Title + ", " + s.Note }
