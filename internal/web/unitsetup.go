// The page of one work unit: which machine it is, what its tags mean, which tags it derives.

package web

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/internal/errs"
	"millwright/views/admin/equipment"
	"millwright/views/ui"
)

// unitSetup is the page of one work unit.
func (s *Server) unitSetup(c echo.Context) error { return s.unitPage(c, "", refusal{}) }

func (s *Server) unitPlace(c echo.Context) (place, error) {
	p, err := s.linePlace(c)
	if err != nil {
		return p, err
	}
	u, ok := placeOf(p.doc, p.at+"/"+c.Param("unit"))
	if !ok || u.kind != "unit" {
		return u, errs.New(errs.NotFound, "line %s has no unit %q as it is drafted", p.id(), errs.Clip(c.Param("unit")))
	}
	return u, nil
}

func (s *Server) unitPage(c echo.Context, form string, r refusal) error {
	p, err := s.unitPlace(c)
	if err != nil {
		return err
	}
	line := ui.Link{Name: cmp.Or(p.line.Name, p.line.ID), Href: "/admin/lines/" + p.line.ID}
	page, err := s.admin(c, "/admin/lines", p.name(), fmt.Sprintf("Work unit %s of %s", p.id(), line.Name))
	if err != nil {
		return err
	}
	page.Frame.Crumbs = []ui.Link{{Name: "Lines", Href: "/admin/lines"}, line, {Name: p.name()}}
	inUse, err := s.inUse(c.Request().Context())
	if err != nil {
		return err
	}
	m := moment{Time: s.Now()}
	var trouble error
	p.peeked, trouble = s.peek(c, p, peekable(p, pageAsked(c)))
	now := s.unitValues(m, p, pageAsked(c))
	now.notRead(p, trouble)
	page.Frame.Live = now.Panel != ""
	seen, err := s.seenFaults(c.Request().Context(), p)
	if err != nil {
		return err
	}
	one := equipment.One{
		Page: page, Values: &now.Values, Versions: versionsOf(inUse, p), Title: "Derived tags", Parts: derivedParts(p),
		Forms: []equipment.Form{machineForm(p), unitSignals(p, s.choosable(m, p)), faultsForm(p, seen), ordersForm(p)},
	}
	one.Earlier, one.Later = now.turn(p.href())
	if form == versionsForm {
		one.Versions.Faults, one.Versions.Theirs, one.Versions.Seal = r.Faults, r.Theirs, r.Seal
	}
	return s.formsPage(c, one, form, r)
}

// unitForms are the forms of the page of a work unit.
func unitForms(c echo.Context, form string) subject {
	switch form {
	case versionsForm:
		return subject{part: machineOf, apply: func(p place) error { return readMove(c, p.unit) }}
	case "signals":
		return subject{
			part: func(p place) any { return p.unit.Signals },
			apply: func(p place) error {
				tags, _ := p.typeOf()
				return readSignals(c, tags, &p.unit.Signals)
			},
			names: signalNames,
		}
	case "orders":
		return subject{part: func(p place) any { return p.unit.JobOrders }, apply: func(p place) error { return readOrders(c, p.unit) }, names: ordersNames}
	case "faults":
		return subject{part: faultsOf, apply: func(p place) error { return readFaults(c, p) }, names: faultNames(c)}
	}
	return subject{
		part:  machineOf,
		apply: func(p place) error { return readMachine(c, p.unit) },
		names: func(p place) []renamed {
			return []renamed{{p.path + ".connection", "connection"}, {p.path + ".machines", "machine-0"}}
		},
	}
}

// keepUnit keeps a form of a work unit in the draft.
func (s *Server) keepUnit(form string) echo.HandlerFunc {
	return func(c echo.Context) error {
		p, err := s.unitPlace(c)
		if err != nil {
			return err
		}
		sub := unitForms(c, form)
		sub.at = p.at
		r, err := s.change(c, sub)
		if err != nil {
			return err
		}
		if len(r.Faults) > 0 {
			return s.unitPage(c, form, r)
		}
		return done(c, p.href(), "drafted")
	}
}

// machineOf is what the form of a unit's machine shows.
func machineOf(p place) any {
	return struct {
		Name, Connection string
		Machines         []string
	}{p.unit.Name, p.unit.Connection, p.unit.Machines}
}

// machineChoices are the connections and the machine types that a work unit may have, after none.
func machineChoices(p place) (connections, kinds []ui.Choice) {
	connections = []ui.Choice{{Value: "", Name: "None: it sends by HTTP, or not at all"}}
	for _, c := range p.doc.Connections {
		connections = append(connections, ui.Choice{Value: c.ID, Name: c.ID + " (" + cmp.Or(c.Endpoint, c.Driver) + ")"})
	}
	kinds = []ui.Choice{{Value: "", Name: "–"}}
	for _, m := range slices.Sorted(maps.Keys(p.doc.Machines)) {
		kinds = append(kinds, ui.Choice{Value: m, Name: fmt.Sprintf("%s (%s)", m, counted(len(p.doc.Machines[m].Tags), "tag"))})
		if p.kind != "unit" {
			continue
		}
		for _, ref := range p.unit.Machines { // which version it stays on is chosen beside
			if k, err := p.doc.Kind(ref); err == nil && k.Pinned && k.Name == m {
				kinds = append(kinds, ui.Choice{Value: ref, Name: fmt.Sprintf("%s, stays on version %d (%s)", m, k.Number(), counted(len(k.Tags), "tag"))})
			}
		}
	}
	return connections, kinds
}

func machineForm(p place) equipment.Form {
	connections, kinds := machineChoices(p)
	fields := []equipment.Field{
		text("name", "Name", "", p.name()),
		choose("connection", "Connection", "Where its tags are read.", p.unit.Connection, connections...),
	}
	for i := range len(p.unit.Machines) + 1 {
		label, help, value := "Machine type", "Says which tags it has and what they mean.", ""
		if i > 0 {
			label, help = "And also", "Adds to those before, and goes before them where both say something."
		}
		if i < len(p.unit.Machines) {
			value = p.unit.Machines[i]
		}
		fields = append(fields, choose(fmt.Sprintf("machine-%d", i), label, help, value, kinds...))
	}
	return equipment.Form{
		ID: "machine", Title: "Machine", Action: "/admin/lines/" + p.line.ID + "/unit/" + p.id() + "/machine", Seal: seal(machineOf(p)), Button: "Keep in the draft",
		Groups: []equipment.Group{{Fields: fields}},
	}
}

func readMachine(c echo.Context, u *config.UnitEntry) error {
	u.Name, u.Connection, u.Machines = strings.TrimSpace(c.FormValue("name")), c.FormValue("connection"), nil
	for _, i := range typedRows(c, "machine") {
		if m := c.FormValue(fmt.Sprintf("machine-%d", i)); m != "" && !slices.Contains(u.Machines, m) {
			u.Machines = append(u.Machines, m)
		}
	}
	return unnamed(u.Name).err()
}
