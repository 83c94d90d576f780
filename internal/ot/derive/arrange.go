package derive

import (
	"fmt"
	"strings"

	"millwright/internal/ot/tag"
)

// Deepest is how many derived tags may stand one behind another.
const Deepest = 8

// Knot is a derived tag that cannot be reckoned, and why.
type Knot struct {
	Tag   tag.ID
	Words string
}

// Arrange orders formulas so that each comes behind those it reads. Derived tags that read themselves in the end, or
// stand too far behind others, are given back as knots, and left out.
func Arrange(formulas []Formula) (ordered []Formula, knots []Knot) {
	a := arrangement{of: map[tag.ID]*Formula{}, depth: map[tag.ID]int{}}
	for i := range formulas {
		a.of[formulas[i].Tag.ID] = &formulas[i]
	}
	for _, f := range formulas {
		a.place(f.Tag.ID, nil)
	}
	return a.ordered, a.knots
}

type arrangement struct {
	of      map[tag.ID]*Formula
	depth   map[tag.ID]int // of those that were looked at; knotted for one that cannot be reckoned
	ordered []Formula
	knots   []Knot
}

const (
	open    = -1
	knotted = -2
)

// place puts a formula behind those it reads, and gives its depth; way is how it was come to.
func (a *arrangement) place(id tag.ID, way []tag.ID) int {
	f := a.of[id]
	if f == nil {
		return 0
	}
	way = append(way, id)
	if d, seen := a.depth[id]; seen {
		if d == open {
			a.tie(id, "it reads itself: %s", a.words(way))
		}
		return d
	}
	a.depth[id] = open
	depth := 1
	for _, in := range f.Inputs {
		d := a.place(in, way)
		if d < 0 || a.depth[id] == knotted {
			a.depth[id] = knotted
			return knotted
		}
		depth = max(depth, d+1)
	}
	if depth > Deepest {
		a.tie(id, "it stands behind %d other derived tags; at most %d may follow each other", depth-1, Deepest)
		return knotted
	}
	a.depth[id] = depth
	a.ordered = append(a.ordered, *f)
	return depth
}

func (a *arrangement) tie(id tag.ID, format string, args ...any) {
	a.depth[id] = knotted
	a.knots = append(a.knots, Knot{id, fmt.Sprintf(format, args...)})
}

// words writes the circle at the end of a way: "a → b → a".
func (a *arrangement) words(way []tag.ID) string {
	last := way[len(way)-1]
	from := len(way) - 2
	for way[from] != last {
		from--
	}
	var names []string
	for _, id := range way[from:] {
		names = append(names, a.of[id].Tag.Name)
	}
	return strings.Join(names, " → ")
}
