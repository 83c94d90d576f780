// Parts of the plant: to add one, to name it anew, to take it away.

package web

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/internal/errs"
	"millwright/views/admin/equipment"
)

// atOf finds the thing that an address or a form is about, in the draft.
func (s *Server) atOf(c echo.Context) (place, error) {
	d, err := s.document(c.Request().Context())
	if err != nil {
		return place{}, err
	}
	p, ok := placeOf(&d, c.FormValue("at"))
	if !ok {
		return p, errs.New(errs.NotFound, "there is no such equipment in the plant")
	}
	return p, nil
}

// showAdd asks for a new part.
func (s *Server) showAdd(c echo.Context) error { return s.addPage(c, refusal{}) }

func (s *Server) addPage(c echo.Context, r refusal) error {
	p, err := s.atOf(c)
	if err != nil {
		return err
	}
	kind := partOf[p.kind]
	if kind == "" {
		return errs.New(errs.NotFound, "a work unit has no parts")
	}
	return s.onePage(c, linesHome(), "Add "+kindName(kind), addForm(p, kind), r)
}

// add puts a new part into the draft.
func (s *Server) add(c echo.Context) error {
	at, id := c.FormValue("at"), strings.TrimSpace(c.FormValue("id"))
	value := func(name string) string { return strings.TrimSpace(c.FormValue(name)) }
	var to place
	r, err := s.change(c, subject{
		at: at, part: func(place) any { return nil },
		names: func(p place) []renamed { return p.newNames() },
		apply: func(p place) error {
			to = p
			w := unnamed(value("name"))
			unit := config.UnitEntry{ID: id, Name: value("name"), Connection: value("connection")}
			if m := value("machine"); m != "" {
				unit.Machines = []string{m}
			}
			switch p.kind {
			case "":
				p.doc.Sites = append(p.doc.Sites, config.SiteEntry{ID: id, Name: value("name"), Zone: value("zone"), Currency: value("currency")})
			case "site":
				p.site.Areas = append(p.site.Areas, config.AreaEntry{ID: id, Name: value("name")})
			case "area":
				unit.ID, unit.Name = value("unit"), ""
				p.area.Lines = append(p.area.Lines, config.LineEntry{ID: id, Name: value("name"), Units: []config.UnitEntry{unit}})
			case "line":
				p.keepEnds()
				p.line.Units = append(p.line.Units, unit)
			default:
				return errs.New(errs.NotFound, "a work unit has no parts")
			}
			return w.err()
		},
	})
	if err != nil {
		return err
	}
	if len(r.Faults) > 0 {
		return s.addPage(c, r)
	}
	to.at = strings.TrimPrefix(at+"/"+id, "/")
	if to.kind == "area" { // a new line is set up next
		return done(c, "/admin/lines/"+url.PathEscape(id), "drafted")
	}
	return toLines(c, to.at)
}

// newNames say where the form of a new part shows what is wrong with it.
func (p place) newNames() []renamed {
	part := partOf[p.kind] + "s"
	n := 0
	switch p.kind {
	case "":
		n = len(p.doc.Sites)
	case "site":
		n = len(p.site.Areas)
	case "area":
		n = len(p.area.Lines)
	case "line":
		n = len(p.line.Units)
	}
	path := fmt.Sprintf("%s[%d]", part, n)
	if p.path != "" {
		path = p.path + "." + path
	}
	return []renamed{
		{path + ".id", "id"},
		{path + ".zone", "zone"},
		{path + ".currency", "currency"},
		{path + ".units[0].connection", "connection"},
		{path + ".units[0].machines", "machine"},
		{path + ".units[0]", "unit"},
		{path + ".connection", "connection"},
		{path + ".machines", "machine"},
		{path, "id"},
	}
}

// showName asks for another name of the enterprise, a site or an area.
func (s *Server) showName(c echo.Context) error { return s.namePage(c, refusal{}) }

func (s *Server) namePage(c echo.Context, r refusal) error {
	p, err := s.atOf(c)
	if err != nil {
		return err
	}
	if p.kind == "line" || p.kind == "unit" {
		return errs.New(errs.NotFound, "a line and a work unit are named on their own pages")
	}
	title := p.name()
	if p.kind == "" {
		title = "Enterprise"
	}
	return s.onePage(c, linesHome(), title, nameForm(p), r)
}

func nameForm(p place) equipment.Form {
	f := equipment.Form{
		ID: "naming", Title: upper(p.kind) + " " + p.id(), Lead: "Its identity stays: ledgers and addresses hang on it.",
		Action: "/admin/equipment/name", At: p.at, Seal: seal(named(p)), Button: "Keep in the draft",
	}
	if p.kind == "" {
		f.Title, f.Lead = "Enterprise", "Reports name it as the plant."
		f.Groups = []equipment.Group{{Fields: []equipment.Field{text("name", "Name", "As people call it: Ulm Beverages.", p.doc.Enterprise)}}}
		return f
	}
	fields := []equipment.Field{text("name", "Name", "", p.name())}
	if p.kind == "site" {
		fields = append(fields,
			text("zone", "Time zone", "Like Europe/Berlin: shifts and clocks follow it.", p.site.Zone),
			optional(text("currency", "Currency", "The three letters of ISO 4217, like EUR.", p.site.Currency)),
			optional(text("language", "Language of reasons", "Like de: reasons that have a name in it are shown by that. Empty: en.", p.site.Language)))
	}
	f.Groups = []equipment.Group{{Fields: fields}}
	return f
}

// named is what the form of a name shows.
func named(p place) any {
	switch p.kind {
	case "":
		return p.doc.Enterprise
	case "site":
		return struct{ Name, Zone, Currency, Language string }{p.site.Name, p.site.Zone, p.site.Currency, p.site.Language}
	}
	return p.name()
}

func (s *Server) name(c echo.Context) error {
	value := func(name string) string { return strings.TrimSpace(c.FormValue(name)) }
	r, err := s.change(c, subject{
		at: c.FormValue("at"), part: named,
		names: func(p place) []renamed {
			return []renamed{{p.path + ".zone", "zone"}, {p.path + ".currency", "currency"}, {p.path + ".language", "language"}}
		},
		apply: func(p place) error {
			switch p.kind {
			case "":
				p.doc.Enterprise = value("name")
			case "site":
				p.site.Name, p.site.Zone, p.site.Currency, p.site.Language = value("name"), value("zone"), value("currency"), value("language")
			case "area":
				p.area.Name = value("name")
			default:
				return errs.New(errs.NotFound, "a line and a work unit are named on their own pages")
			}
			return unnamed(value("name")).err()
		},
	})
	if err != nil {
		return err
	}
	if len(r.Faults) > 0 {
		return s.namePage(c, r)
	}
	return done(c, "/admin/lines", "drafted")
}

// unnamed tells of a name that was left empty.
func unnamed(name string) (w wrong) {
	if name == "" {
		w.add("name", "Write what people call it.")
	}
	return w
}

// showRemove asks whether a thing is to go, and says what stays.
func (s *Server) showRemove(c echo.Context) error { return s.removePage(c, refusal{}) }

func (s *Server) removePage(c echo.Context, r refusal) error {
	p, err := s.atOf(c)
	if err != nil {
		return err
	}
	if p.kind == "" {
		return errs.New(errs.NotFound, "say what is to be removed")
	}
	f := equipment.Form{
		ID: "removing", Title: "Remove " + kindName(p.kind) + " " + p.name(), Lead: whatStays(p), Action: "/admin/equipment/remove", At: p.at,
		Seal: seal(p.thing()), Button: "Remove from the draft", Danger: true,
	}
	return s.onePage(c, linesHome(), "Remove "+p.name(), f, r)
}

// whatStays says what goes with a thing, and what is kept of it.
func whatStays(p place) string {
	lines, units := p.size()
	var goes []string
	if n := lines; n > 0 && p.kind != "line" {
		goes = append(goes, counted(n, "line"))
	}
	if units > 0 && p.kind != "unit" {
		goes = append(goes, counted(units, "work unit"))
	}
	words := "Once published, nothing is read from it any more."
	if len(goes) > 0 {
		words = "With it go " + strings.Join(goes, " and ") + ". Once published, nothing is read from them any more."
	}
	return words + " What the ledgers hold stays: the time laid out, the pieces counted, the jobs and the history of every tag. The same identity put back later goes on from there."
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func (s *Server) remove(c echo.Context) error {
	r, err := s.change(c, subject{
		at: c.FormValue("at"), part: func(p place) any { return p.thing() },
		apply: func(p place) error {
			if p.kind == "" {
				return errs.New(errs.NotFound, "say what is to be removed")
			}
			if role := p.endOf(); role != "" {
				return errs.New(errs.Invalid, "%s %s: let another unit of the line do that first", p.name(), role)
			}
			p.remove()
			return nil
		},
	})
	if err != nil {
		return err
	}
	if len(r.Faults) > 0 {
		return s.removePage(c, r)
	}
	return done(c, "/admin/lines", "drafted")
}

// endOf is what a unit does for its line that another would have to do; "" for nothing.
func (p place) endOf() string {
	if p.kind != "unit" || len(p.line.Units) == 1 {
		return ""
	}
	return strings.Join(p.roles(), " and ")
}
