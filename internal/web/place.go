package web

import (
	"fmt"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/internal/errs"
	"millwright/views/ui"
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
		swap(p.doc.Sites, p.i, by)
	case "area":
		swap(p.site.Areas, p.i, by)
	case "line":
		swap(p.area.Lines, p.i, by)
	case "unit":
		p.keepEnds()
		swap(p.line.Units, p.i, by)
	}
}

func swap[T any](list []T, i, by int) {
	if j := i + by; j >= 0 && j < len(list) {
		list[i], list[j] = list[j], list[i]
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

// subject is a part of the plant that a form shows and changes.
type subject struct {
	at    string                // the place it belongs to
	part  func(place) any       // what the form shows; it is sealed
	apply func(place) error     // changes it
	names func(place) []renamed // what places in a plant file are called in the form
}

// renamed says that what is wrong at a path of the plant file is shown at a field of the form. A field that ends in -
// is a row: what follows the path is its column.
type renamed struct{ path, field string }

// refusal is why a form is shown again; without faults it is not.
type refusal struct {
	Faults []ui.Fault
	Theirs string // the part as somebody else has changed it meanwhile
	Seal   string // of that
}

// change applies a form to the draft. What is wrong with it, or that somebody else was first, is a refusal.
func (s *Server) change(c echo.Context, sub subject) (refusal, error) {
	r := refusal{Seal: c.FormValue("seal")}
	var names []renamed
	err := s.edit(c.Request().Context(), by(c), func(d *config.Document) error {
		p, ok := placeOf(d, sub.at)
		if !ok {
			return errs.New(errs.NotFound, "%s is not in the plant any more", sub.at)
		}
		if sub.names != nil {
			names = sub.names(p)
		}
		if now := sub.part(p); seal(now) != r.Seal {
			text, err := config.Marshal(now)
			r.Theirs, r.Seal = string(text), seal(now)
			if err != nil {
				return err
			}
			return errs.New(errs.Conflict, "somebody else has changed this since you opened the page: it stands below as it is now")
		}
		return sub.apply(p)
	})
	switch errs.KindOf(err) {
	case errs.Invalid, errs.Conflict:
		r.Faults = inForm(faults(err), names)
		return r, nil
	}
	return r, err
}

// inForm ties what is wrong with the plant to the fields of a form; the rest keeps the words alone.
func inForm(all []ui.Fault, names []renamed) []ui.Fault {
	for i, f := range all {
		for _, n := range names {
			column, ok := strings.CutPrefix(f.Field, n.path)
			if !ok {
				continue
			}
			all[i].Field = n.field
			if strings.HasSuffix(n.field, "-") {
				column, _, _ = strings.Cut(column, "[") // of a list: breaks[0]
				all[i].Field += column
			}
			break
		}
	}
	return all
}

// wrong collects what is wrong with a form.
type wrong []errs.Field

func (w *wrong) add(field, format string, args ...any) {
	*w = append(*w, errs.Field{Path: field, Message: fmt.Sprintf(format, args...)})
}

// err is all of it as one error; nil when nothing is wrong.
func (w wrong) err() error {
	if len(w) == 0 {
		return nil
	}
	return &errs.Error{Kind: errs.Invalid, Words: "the form cannot be kept as it is", Fields: w}
}
