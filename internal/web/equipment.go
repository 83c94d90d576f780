package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/internal/errs"
	"millwright/views/admin/equipment"
	"millwright/views/ui"
)

// partOf is the kind of what a kind of equipment is made of.
var partOf = map[string]string{"": "site", "site": "area", "area": "line", "line": "unit"}

// kindName is a kind of equipment in words.
func kindName(kind string) string {
	if kind == "unit" {
		return "work unit"
	}
	return kind
}

// equipmentTree shows the equipment of the draft.
func (s *Server) equipmentTree(c echo.Context) error { return s.treePage(c, http.StatusOK, nil) }

func (s *Server) treePage(c echo.Context, status int, wrong []ui.Fault) error {
	page, err := s.admin(c, "/admin/lines", "Lines", "The plant from its sites down to its machines. Changes go into the draft, and into use once it is published.")
	if err != nil {
		return err
	}
	d, err := s.document(c.Request().Context())
	if err != nil {
		return err
	}
	p := equipment.Tree{Page: page, Nodes: nodesOf(place{doc: &d}), Add: adding("", "site"), Faults: wrong}
	if len(p.Nodes) == 0 {
		p.Empty = &ui.Empty{Title: "No sites yet", Text: "Add the place where you produce; it gives your lines their time zone and shifts.", Next: p.Add}
	}
	return s.showAs(c, status, equipment.ShowTree(p))
}

func adding(at, kind string) ui.Link {
	return ui.Link{Name: "Add " + kindName(kind), Href: "/admin/equipment/add?at=" + url.QueryEscape(at)}
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

func nodesOf(p place) []equipment.Node {
	parts := p.parts()
	nodes := make([]equipment.Node, 0, len(parts))
	order := ""
	for i, q := range parts {
		if i == 0 {
			order = seal(q.siblings())
		}
		n := equipment.Node{
			ID: "at-" + strings.ReplaceAll(q.at, "/", "."), At: q.at, Kind: upper(kindName(q.kind)), Name: q.name(), Short: q.id(), Note: q.note(), Href: q.href(),
			Seal: order, First: i == 0, Last: i == len(parts)-1, Remove: "/admin/equipment/remove?at=" + url.QueryEscape(q.at),
			Parts: nodesOf(q),
		}
		if kind := partOf[q.kind]; kind != "" {
			n.Add = adding(q.at, kind)
		}
		nodes = append(nodes, n)
	}
	return nodes
}

// href is where a thing is set up.
func (p place) href() string {
	switch p.kind {
	case "line":
		return "/admin/lines/" + p.id()
	case "unit":
		return "/admin/lines/" + p.line.ID + "/unit/" + p.id()
	}
	return "/admin/equipment/name?at=" + url.QueryEscape(p.at)
}

// note says what is worth knowing of a thing at a glance.
func (p place) note() string {
	switch p.kind {
	case "site":
		return p.site.Zone
	case "line":
		return counted(len(p.line.Rates), "rate")
	case "unit":
		return strings.Join(p.roles(), ", ")
	}
	return ""
}

// roles are what a unit is for its line.
func (p place) roles() []string {
	var all []string
	units := p.line.Units
	if p.id() == p.line.Pacer || p.line.Pacer == "" && p.i == 0 {
		all = append(all, "paces the line")
	}
	if p.id() == p.line.Output || p.line.Output == "" && p.i == len(units)-1 {
		all = append(all, "counts for the line")
	}
	return all
}

// moveEquipment puts a thing before or after its neighbour.
func (s *Server) moveEquipment(c echo.Context) error {
	by, ok := map[string]int{"up": -1, "down": 1}[c.FormValue("to")]
	if !ok {
		return errs.New(errs.Invalid, "say whether it moves up or down")
	}
	at := c.FormValue("at")
	r, err := s.change(c, subject{
		at:   at,
		part: func(p place) any { return p.order() },
		apply: func(p place) error {
			p.move(by)
			return nil
		},
	})
	if err != nil {
		return err
	}
	if len(r.Faults) > 0 {
		return s.treePage(c, http.StatusUnprocessableEntity, []ui.Fault{{Text: "Somebody else has changed the order meanwhile: it stands below as it is now."}})
	}
	return c.Redirect(http.StatusSeeOther, "/admin/lines?done=drafted#at-"+url.PathEscape(strings.ReplaceAll(at, "/", ".")))
}

// order is what a move changes.
func (p place) order() []string {
	if p.kind == "" {
		return nil
	}
	return p.siblings()
}

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

// onePage shows forms about one thing; the one that was refused as it was typed.
func (s *Server) onePage(c echo.Context, title string, f equipment.Form, r refusal) error {
	page, err := s.admin(c, "/admin/lines", title, "")
	if err != nil {
		return err
	}
	page.Frame.Crumbs = []ui.Link{{Name: "Lines", Href: "/admin/lines"}, {Name: title}}
	status := http.StatusOK
	if len(r.Faults) > 0 {
		status = http.StatusUnprocessableEntity
		f = f.Typed(c.FormValue, r.Faults)
		f.Theirs, f.Seal = r.Theirs, r.Seal
	}
	return s.showAs(c, status, equipment.ShowOne(equipment.One{Page: page, Forms: []equipment.Form{f}}))
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
	return s.onePage(c, "Add "+kindName(kind), addForm(p, kind), r)
}

func addForm(p place, kind string) equipment.Form {
	f := equipment.Form{ID: "add", Title: "New " + kindName(kind), Action: "/admin/equipment/add", At: p.at, Button: "Add to the draft", Seal: seal(nil)}
	if p.kind != "" {
		f.Lead = "It becomes part of " + p.name() + "."
	}
	fields := []equipment.Field{
		text("name", "Name", "As people call it: Filling 1.", ""),
		text("id", "Identity", "Short and for ever: it stands in addresses, tags and ledgers. Small letters, digits, - and _.", ""),
	}
	switch kind {
	case "site":
		fields = append(fields, text("zone", "Time zone", "Like Europe/Berlin: shifts and clocks follow it.", ""), optional(text("currency", "Currency", "Like EUR.", "")))
	case "line":
		fields = append(fields, text("unit", "Identity of its first work unit", "A line has at least one machine; others can be added after it.", ""))
	}
	f.Groups = []equipment.Group{{Fields: fields}}
	return f
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
			switch p.kind {
			case "":
				p.doc.Sites = append(p.doc.Sites, config.SiteEntry{ID: id, Name: value("name"), Zone: value("zone"), Currency: value("currency")})
			case "site":
				p.site.Areas = append(p.site.Areas, config.AreaEntry{ID: id, Name: value("name")})
			case "area":
				p.area.Lines = append(p.area.Lines, config.LineEntry{ID: id, Name: value("name"), Units: []config.UnitEntry{{ID: value("unit")}}})
			case "line":
				p.keepEnds()
				p.line.Units = append(p.line.Units, config.UnitEntry{ID: id, Name: value("name")})
			default:
				return errs.New(errs.NotFound, "a work unit has no parts")
			}
			return nil
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
	return c.Redirect(http.StatusSeeOther, "/admin/lines?done=drafted#at-"+url.PathEscape(strings.ReplaceAll(to.at, "/", ".")))
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
	return []renamed{{path + ".id", "id"}, {path + ".zone", "zone"}, {path + ".units[0]", "unit"}, {path, "id"}}
}

// showName asks for another name of a site or an area.
func (s *Server) showName(c echo.Context) error { return s.namePage(c, refusal{}) }

func (s *Server) namePage(c echo.Context, r refusal) error {
	p, err := s.atOf(c)
	if err != nil {
		return err
	}
	if p.kind != "site" && p.kind != "area" {
		return errs.New(errs.NotFound, "only sites and areas are named here")
	}
	return s.onePage(c, p.name(), nameForm(p), r)
}

func nameForm(p place) equipment.Form {
	f := equipment.Form{
		ID: "naming", Title: upper(p.kind) + " " + p.id(), Lead: "Its identity stays: ledgers and addresses hang on it.",
		Action: "/admin/equipment/name", At: p.at, Seal: seal(named(p)), Button: "Keep in the draft",
	}
	fields := []equipment.Field{text("name", "Name", "", p.name())}
	if p.kind == "site" {
		fields = append(fields, text("zone", "Time zone", "Like Europe/Berlin: shifts and clocks follow it.", p.site.Zone), optional(text("currency", "Currency", "Like EUR.", p.site.Currency)))
	}
	f.Groups = []equipment.Group{{Fields: fields}}
	return f
}

// named is what the form of a site's or an area's name shows.
func named(p place) any {
	if p.kind == "site" {
		return []string{p.site.Name, p.site.Zone, p.site.Currency}
	}
	return p.name()
}

func (s *Server) name(c echo.Context) error {
	value := func(name string) string { return strings.TrimSpace(c.FormValue(name)) }
	r, err := s.change(c, subject{
		at: c.FormValue("at"), part: named,
		names: func(p place) []renamed { return []renamed{{p.path + ".zone", "zone"}} },
		apply: func(p place) error {
			switch p.kind {
			case "site":
				p.site.Name, p.site.Zone, p.site.Currency = value("name"), value("zone"), value("currency")
			case "area":
				p.area.Name = value("name")
			default:
				return errs.New(errs.NotFound, "only sites and areas are named here")
			}
			return nil
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
	return s.onePage(c, "Remove "+p.name(), f, r)
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

// text is a field of one line.
func text(id, label, help, value string) equipment.Field {
	return equipment.Field{Input: ui.Input{ID: id, Label: label, Help: help, Type: "text", Value: value}}
}

func optional(f equipment.Field) equipment.Field {
	f.Optional = true
	return f
}

func choose(id, label, help, value string, choices ...ui.Choice) equipment.Field {
	if !slices.ContainsFunc(choices, func(c ui.Choice) bool { return c.Value == value }) {
		choices = append(choices, ui.Choice{Value: value, Name: value + " (not there any more)"})
	}
	return equipment.Field{Kind: equipment.Choose, Choices: choices, Input: ui.Input{ID: id, Label: label, Help: help, Value: value}}
}
