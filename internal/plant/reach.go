package plant

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Place is where something is in the equipment tree: the identities on the way down to it, "ulm/filling/filling-1".
// "" is the whole plant. A connection to a machine is a place beside the tree: "connection:plc".
type Place string

// place is a site, an area or a line, or a connection.
var place = regexp.MustCompile(`^([a-z0-9][a-z0-9_-]{0,39}(/[a-z0-9][a-z0-9_-]{0,39}){0,2}|connection:[a-z0-9][a-z0-9_-]{0,39})$`)

// ParsePlace reads a place that is not the whole plant.
func ParsePlace(s string) (Place, error) {
	if !place.MatchString(s) {
		return "", fmt.Errorf("%q is no place: write site, site/area, site/area/line or connection:ID, as the plant file names them", clip(s))
	}
	return Place(s), nil
}

// ConnectionPlace is the place of a connection.
func ConnectionPlace(id string) Place { return Place("connection:" + id) }

// InTree tells a site, area or line from a connection and from the whole plant.
func (p Place) InTree() bool { return p != "" && !strings.HasPrefix(string(p), "connection:") }

// Covers tells whether q is p or a part of it.
func (p Place) Covers(q Place) bool {
	rest, ok := strings.CutPrefix(string(q), string(p))
	return ok && (p == "" || rest == "" || rest[0] == '/')
}

// Place is where the line is.
func (l Line) Place() Place { return Place(string(l.Site) + "/" + l.Area + "/" + string(l.ID)) }

// Grant is a role at a place and at all its parts.
type Grant struct {
	At   Place
	Role Role
}

// Reach is what somebody may do where: a role in the whole plant, and more at some places.
type Reach struct {
	Base   Role
	Grants []Grant
	Duties Duty // in the business, which is the whole plant's
}

// Everywhere is the reach of one role in the whole plant.
func Everywhere(r Role) Reach { return Reach{Base: r} }

// At gives the role at a place: the highest that covers it.
func (r Reach) At(p Place) Role {
	role := r.Base
	for _, g := range r.Grants {
		if g.At.Covers(p) {
			role = max(role, g.Role)
		}
	}
	return role
}

// Most is the highest role that is held anywhere.
func (r Reach) Most() Role {
	role := r.Base
	for _, g := range r.Grants {
		role = max(role, g.Role)
	}
	return role
}

// Does tells whether what is done by any of some duties is open.
func (r Reach) Does(any Duty) bool { return any.Open(r.Base, r.Duties) }

// Places gives where a role is held at least, in order and without parts of another; "" alone is the whole plant.
func (r Reach) Places(least Role) []Place {
	if r.Base >= least {
		return []Place{""}
	}
	var all []Place
	for _, g := range r.Grants {
		if g.Role >= least {
			all = append(all, g.At)
		}
	}
	slices.Sort(all)
	var outer []Place
	for _, p := range all {
		if !slices.ContainsFunc(outer, func(o Place) bool { return o.Covers(p) }) {
			outer = append(outer, p)
		}
	}
	return outer
}

// Within is the part of the plant that is seen: lines that are, areas that are or hold such a line, and their sites.
func (p *Plant) Within(sees func(Place) bool) *Plant {
	part := &Plant{Enterprise: p.Enterprise, Reasons: p.Reasons}
	for _, s := range p.Sites {
		site := s
		site.Areas = nil
		for _, a := range s.Areas {
			area := a
			area.Lines = slices.DeleteFunc(slices.Clone(a.Lines), func(l Line) bool { return !sees(l.Place()) })
			if len(area.Lines) > 0 || sees(Place(string(s.ID)+"/"+a.ID)) {
				site.Areas = append(site.Areas, area)
			}
		}
		if len(site.Areas) > 0 || sees(Place(s.ID)) {
			part.Sites = append(part.Sites, site)
		}
	}
	return part
}
