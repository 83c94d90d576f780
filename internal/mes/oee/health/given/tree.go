package given

import (
	"slices"
	"strings"

	"millwright/internal/plant"
	"millwright/internal/plant/reason"
)

// Tree is what the reasons of a plant mean at a line.
type Tree struct {
	Plant *plant.Plant
	Line  plant.Line
	above map[reason.ID][]reason.ID // those that stand above one
}

// NewTree looks the reasons of a plant through.
func NewTree(p *plant.Plant, l plant.Line) *Tree {
	t := &Tree{Plant: p, Line: l, above: map[reason.ID][]reason.ID{}}
	var path []reason.ID
	p.Reasons.Stops.Walk(func(r reason.Reason, depth int) {
		path = path[:depth]
		t.above[r.ID] = slices.Clone(path)
		path = append(path, r.ID)
	})
	return t
}

// Meaning is what a fault code stands for.
func (t *Tree) Meaning(unit plant.UnitID, fault string) (reason.ID, bool) {
	r, ok := t.Plant.Why(t.Line, unit, fault)
	return r.ID, ok
}

// Vague tells whether a reason says nothing in particular: it is one with parts, which the terminal offers as "Technical,
// other", or it is called other itself.
func (t *Tree) Vague(id reason.ID) bool {
	r, ok := t.Plant.Reasons.Stop(id)
	if !ok {
		return false
	}
	other := func(word string) bool {
		return word == "other" || strings.HasPrefix(word, "other") && len(word) > 5 && strings.ContainsAny(word[5:6], " -_,:(")
	}
	return len(r.Parts) > 0 || other(strings.ToLower(r.Name)) || other(string(id)) || strings.HasSuffix(string(id), "-other")
}

// Kin tells whether two reasons do not contradict each other: they are one, or one stands above the other.
func (t *Tree) Kin(a, b reason.ID) bool {
	return a == b || slices.Contains(t.above[a], b) || slices.Contains(t.above[b], a)
}
