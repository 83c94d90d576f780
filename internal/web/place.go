// Where a thing stands in the plant, and what can be done with it there.

package web

import (
	"fmt"
	"slices"
	"strings"

	"millwright/config"
	"millwright/internal/ot/tag"
)

// place is a thing of the equipment tree in a document: the deepest of its pointers that is not nil is the thing.
type place struct {
	at   string // "ulm/filling/filling-1"
	path string // "sites[0].areas[1].lines[0]"
	kind string // "site", "area", "line", "unit"; "" is the plant itself
	i    int    // among its siblings
	doc  *config.Document
	site *config.SiteEntry
	area *config.AreaEntry
	line *config.LineEntry
	unit *config.UnitEntry

	peeked map[string]tag.Sample // of a unit: what stands at its tags that are not in use yet, as far as it was read
}

// placeOf finds a thing by the identities on the way to it; "" is the plant.
func placeOf(d *config.Document, at string) (place, bool) {
	p := place{doc: d, at: at}
	if at == "" {
		return p, true
	}
	for _, id := range strings.Split(at, "/") {
		if !p.enter(id) {
			return place{}, false
		}
	}
	return p, true
}

// enter goes down to the part of that identity.
func (p *place) enter(id string) (ok bool) {
	switch p.kind {
	case "":
		p.site, p.i = seek(p.doc.Sites, func(e config.SiteEntry) bool { return e.ID == id })
		p.path, p.kind, ok = fmt.Sprintf("sites[%d]", p.i), "site", p.site != nil
	case "site":
		p.area, p.i = seek(p.site.Areas, func(e config.AreaEntry) bool { return e.ID == id })
		p.path, p.kind, ok = fmt.Sprintf("%s.areas[%d]", p.path, p.i), "area", p.area != nil
	case "area":
		p.line, p.i = seek(p.area.Lines, func(e config.LineEntry) bool { return e.ID == id })
		p.path, p.kind, ok = fmt.Sprintf("%s.lines[%d]", p.path, p.i), "line", p.line != nil
	case "line":
		p.unit, p.i = seek(p.line.Units, func(e config.UnitEntry) bool { return e.ID == id })
		p.path, p.kind, ok = fmt.Sprintf("%s.units[%d]", p.path, p.i), "unit", p.unit != nil
	}
	return ok
}

func seek[T any](list []T, is func(T) bool) (*T, int) {
	i := slices.IndexFunc(list, is)
	if i < 0 {
		return nil, i
	}
	return &list[i], i
}

// lineAt finds a line by its identity alone.
func lineAt(d *config.Document, id string) (at string, ok bool) {
	for _, s := range d.Sites {
		for _, a := range s.Areas {
			for _, l := range a.Lines {
				if l.ID == id {
					return s.ID + "/" + a.ID + "/" + l.ID, true
				}
			}
		}
	}
	return "", false
}

func (p place) id() string { return p.at[strings.LastIndex(p.at, "/")+1:] }

// name is what people call it.
func (p place) name() string {
	name := ""
	switch p.kind {
	case "site":
		name = p.site.Name
	case "area":
		name = p.area.Name
	case "line":
		name = p.line.Name
	case "unit":
		name = p.unit.Name
	}
	if name == "" {
		return p.id()
	}
	return name
}

// partOf is the kind of what a kind of equipment is made of.
var partOf = map[string]string{"": "site", "site": "area", "area": "line", "line": "unit"}

// kindName is a kind of equipment in words.
func kindName(kind string) string {
	if kind == "unit" {
		return "work unit"
	}
	return kind
}

// thing is what stands there, with all its parts.
func (p place) thing() any {
	switch p.kind {
	case "site":
		return p.site
	case "area":
		return p.area
	case "line":
		return p.line
	case "unit":
		return p.unit
	}
	return p.doc
}

// parts are the things that a thing is made of.
func (p place) parts() []place {
	var ids []string
	switch p.kind {
	case "":
		ids = identities(p.doc.Sites, func(e config.SiteEntry) string { return e.ID })
	case "site":
		ids = identities(p.site.Areas, func(e config.AreaEntry) string { return e.ID })
	case "area":
		ids = identities(p.area.Lines, func(e config.LineEntry) string { return e.ID })
	case "line":
		ids = identities(p.line.Units, func(e config.UnitEntry) string { return e.ID })
	}
	all := make([]place, 0, len(ids))
	for _, id := range ids {
		part := p
		part.at = strings.TrimPrefix(p.at+"/"+id, "/")
		if part.enter(id) {
			all = append(all, part)
		}
	}
	return all
}

// size is how many lines and units lie below a thing, or are it.
func (p place) size() (lines, units int) {
	if p.kind == "line" {
		return 1, len(p.line.Units)
	}
	for _, q := range p.parts() {
		l, u := q.size()
		lines, units = lines+l, units+u
	}
	return lines, units
}

// siblings are the identities in whose order it stands.
func (p place) siblings() []string {
	switch p.kind {
	case "site":
		return identities(p.doc.Sites, func(e config.SiteEntry) string { return e.ID })
	case "area":
		return identities(p.site.Areas, func(e config.AreaEntry) string { return e.ID })
	case "line":
		return identities(p.area.Lines, func(e config.LineEntry) string { return e.ID })
	}
	return identities(p.line.Units, func(e config.UnitEntry) string { return e.ID })
}

func identities[T any](list []T, id func(T) string) []string {
	all := make([]string, len(list))
	for i, e := range list {
		all[i] = id(e)
	}
	return all
}

// move puts the thing before or after the sibling next to it.
func (p place) move(by int) {
	switch p.kind {
	case "site":
		shift(p.doc.Sites, p.i, by)
	case "area":
		shift(p.site.Areas, p.i, by)
	case "line":
		shift(p.area.Lines, p.i, by)
	case "unit":
		p.keepEnds()
		shift(p.line.Units, p.i, by)
	}
}

// shift takes one of a list to another place; beyond the ends it stays where it is.
func shift[T any](list []T, i, by int) {
	if by == 0 || by < -i || by >= len(list)-i {
		return
	}
	for step := by / max(by, -by); by != 0; by -= step {
		list[i], list[i+step] = list[i+step], list[i]
		i += step
	}
}

// remove takes the thing out of the tree, with all its parts.
func (p place) remove() {
	switch p.kind {
	case "site":
		p.doc.Sites = slices.Delete(p.doc.Sites, p.i, p.i+1)
	case "area":
		p.site.Areas = slices.Delete(p.site.Areas, p.i, p.i+1)
	case "line":
		p.area.Lines = slices.Delete(p.area.Lines, p.i, p.i+1)
	case "unit":
		p.keepEnds()
		p.line.Units = slices.Delete(p.line.Units, p.i, p.i+1)
	}
}

// keepEnds writes down which units pace the line and count for it, where that followed from the order of its units.
func (p place) keepEnds() {
	u := p.line.Units
	if p.line.Pacer == "" {
		p.line.Pacer = u[0].ID
	}
	if p.line.Output == "" {
		p.line.Output = u[len(u)-1].ID
	}
}
