// The tree of all equipment: its page, and the order of what stands in it.

package web

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/views/admin/equipment"
	"millwright/views/ui"
)

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
	g := equipment.Grove{
		ID: "tree", Title: "Enterprise, sites, areas, lines and work units", Move: "/admin/equipment/move", Nodes: nodesOf(place{doc: &d}), Add: adding("", "site"),
		Root: &ui.Link{Name: cmp.Or(d.Enterprise, "No name yet"), Href: place{}.href()},
	}
	if len(g.Nodes) == 0 {
		g.Empty = &ui.Empty{Title: "No sites yet", Text: "Add the place where you produce, an area and a line, say on the page of its work unit what its tags mean, and publish.", Next: g.Add}
		if len(d.Connections) == 0 {
			g.Empty.Text, g.Empty.Next = "Connect a machine first, and take its tags. Then come back: add the place where you produce, an area and a line.", ui.Link{Name: "Add a connection", Href: "/admin/new-connection"}
		}
	}
	return s.showAs(c, status, equipment.ShowTree(equipment.Tree{Page: page, Groves: []equipment.Grove{g}, Faults: wrong}))
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
			ID: mark(q.at), At: q.at, Kind: upper(kindName(q.kind)), Name: q.name(), Short: q.id(), Note: q.note(), Href: q.href(),
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

func adding(at, kind string) ui.Link {
	return ui.Link{Name: "Add " + kindName(kind), Href: "/admin/equipment/add?at=" + url.QueryEscape(at)}
}

// linesHome is the page that all equipment stands on.
func linesHome() ui.Link { return ui.Link{Name: "Lines", Href: "/admin/lines"} }

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
		return strings.Join(append(p.roles(), p.flow()...), ", ")
	}
	return ""
}

// flow is how a unit stands to its neighbours.
func (p place) flow() (all []string) {
	u := p.line.Units[p.i]
	if u.Beside != "" {
		all = append(all, "beside "+u.Beside)
	}
	if u.Buffer > 0 {
		all = append(all, "buffer of "+bufferText(u.Buffer)+" after it")
	}
	return all
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

// mark is the id of a thing's element on the page of a tree.
func mark(at string) string { return "at-" + strings.ReplaceAll(at, "/", ".") }

// toLines leads back to a thing on the page of all.
func toLines(c echo.Context, at string) error {
	return c.Redirect(http.StatusSeeOther, "/admin/lines?done=drafted#"+url.PathEscape(mark(at)))
}

// otherOrder tells that a move came too late.
func otherOrder() []ui.Fault {
	return []ui.Fault{{Text: "Somebody else has changed the order meanwhile: it stands below as it is now."}}
}

// stepsOf says how far a thing is to move among its neighbours: up, down, or so many places.
func stepsOf(to string) (int, error) {
	switch to {
	case "up":
		return -1, nil
	case "down":
		return 1, nil
	}
	steps, err := strconv.Atoi(to)
	if err != nil || steps == 0 {
		return 0, errs.New(errs.Invalid, "say whether it moves up or down, or by how many places")
	}
	return steps, nil
}

// moveEquipment puts a thing elsewhere among its neighbours.
func (s *Server) moveEquipment(c echo.Context) error {
	by, err := stepsOf(c.FormValue("to"))
	if err != nil {
		return err
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
		return s.treePage(c, http.StatusUnprocessableEntity, otherOrder())
	}
	return toLines(c, at)
}

// order is what a move changes.
func (p place) order() []string {
	if p.kind == "" {
		return nil
	}
	return p.siblings()
}
