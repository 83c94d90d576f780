package survey

import (
	"context"

	"millwright/internal/ot/driver"
)

// mostTelling bounds the nodes by which companions are recognised.
const mostTelling = 1000

// Recognised is a companion that was recognised.
type Recognised struct {
	Companion
	Match
	At    string // address of what it was recognised in
	Above string // name of that, when it stands above the level that was looked at; else ""
}

// Recognise gives the companions that a level and what is below shows. A level inside a machine shows a part of it only, so
// that each is taken from the level above that shows more of it, as far as that was seen on the way down.
func (s *Survey) Recognise(ctx context.Context, at string) (all []Recognised, err error) {
	here, _, err := s.Search(ctx, at, Telling(), mostTelling)
	if err != nil {
		return nil, err
	}
	way := s.Trail(at)
	above := make([][]Found, max(len(way)-1, 0)) // as way: what is seen below each level on it
	for i := range above {
		if above[i], _, err = s.search(ctx, way[i].Address, false, Telling(), mostTelling); err != nil {
			return nil, err
		}
	}
	for _, c := range Companions() {
		r := Recognised{Companion: c, At: at}
		var ok bool
		r.Match, ok = c.Match(here)
		for i := len(above) - 1; i >= 0; i-- {
			if r.widen(way[i], above[i], ok) {
				ok = true
			}
		}
		if ok {
			all = append(all, r)
		}
	}
	return all, nil
}

// widen takes the match of a level above, if that shows more of the same machine: it holds what is known already, or, when
// nothing is, the level itself follows the companion; and it is not of several machines.
func (r *Recognised) widen(level driver.Node, below []Found, known bool) bool {
	m, ok := r.Companion.Match(below)
	if !ok || m.More && !r.More || len(m.Roles) <= len(r.Roles) || !known && level.Type.URI != r.URI {
		return false
	}
	for role, f := range r.Roles {
		if m.Roles[role].Address != f.Address {
			return false
		}
	}
	r.Match, r.At, r.Above = m, level.Address, level.Name
	return true
}
