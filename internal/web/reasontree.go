// The trees of all reasons: their page, and the order of what stands in them.

package web

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/config/reasons"
	"millwright/views/admin/equipment"
	"millwright/views/ui"
)

// reasonsHome is the page that all reasons stand on.
func reasonsHome() ui.Link { return ui.Link{Name: "Reasons", Href: "/admin/reasons"} }

// reasonTrees shows the reasons of the draft.
func (s *Server) reasonTrees(c echo.Context) error { return s.reasonsPage(c, http.StatusOK, nil) }

func (s *Server) reasonsPage(c echo.Context, status int, wrong []ui.Fault) error {
	home := reasonsHome()
	page, err := s.admin(c, home.Href, home.Name, "Why lines stand, and why pieces are scrapped. What a fault code of a machine means is said on the page of its work unit.")
	if err != nil {
		return err
	}
	d, err := s.document(c.Request().Context())
	if err != nil {
		return err
	}
	p := equipment.Tree{Page: page, Title: "Fault codes of the running shift that mean nothing yet", Parts: s.unexplained(), Faults: wrong}
	for _, one := range []struct{ tree, words string }{
		{stopTree, "Say what keeps your lines from running, from the general to the particular: technical, jams, bottle fallen."},
		{scrapTree, "Say what makes pieces bad, by the part of the line or by the process."},
	} {
		t, _ := twigOf(&d, one.tree)
		g := equipment.Grove{ID: one.tree, Title: t.name(), Move: home.Href + "/move", Nodes: reasonNodes(t), Add: ui.Link{Name: "Add reason", Href: reasonLink("add", one.tree)}}
		if len(g.Nodes) == 0 {
			g.Empty = &ui.Empty{Title: "No reasons yet", Text: one.words, Next: g.Add}
		}
		p.Groves = append(p.Groves, g)
	}
	return s.showAs(c, status, equipment.ShowTree(p))
}

func reasonLink(step, at string) string {
	return "/admin/reasons/" + step + "?at=" + url.QueryEscape(at)
}

// reasonNodes are what stands below a twig.
func reasonNodes(t twig) []equipment.Node {
	list := *t.parts()
	order := seal(identities(list, func(e reasons.Entry) string { return e.ID }))
	nodes := make([]equipment.Node, 0, len(list))
	for i, e := range list {
		one := twig{tree: t.tree, list: t.parts(), i: i, level: t.level + 1}
		n := equipment.Node{
			ID: mark(one.at()), At: one.at(), Name: one.name(), Short: e.ID, Note: reasonNote(e), Href: reasonLink("edit", one.at()), Seal: order,
			First: i == 0, Last: i == len(list)-1, Remove: reasonLink("remove", one.at()), Parts: reasonNodes(one),
		}
		if one.level < t.deepest() {
			n.Add = ui.Link{Name: "Add part", Href: reasonLink("add", one.at())}
		}
		nodes = append(nodes, n)
	}
	return nodes
}

// reasonNote says what a reason explains, and in which languages it has a name.
func reasonNote(e reasons.Entry) string {
	var all []string
	if e.Category != "" {
		all = append(all, "explains "+e.Category)
	}
	if len(e.Names) > 0 {
		all = append(all, "also "+strings.Join(slices.Sorted(maps.Keys(e.Names)), ", "))
	}
	return strings.Join(all, "; ")
}

// toReasons leads back to a reason on the page of all.
func toReasons(c echo.Context, at string) error {
	return c.Redirect(http.StatusSeeOther, "/admin/reasons?done=drafted#"+url.PathEscape(mark(at)))
}

// moveReason puts a reason elsewhere among its neighbours.
func (s *Server) moveReason(c echo.Context) error {
	by, err := stepsOf(c.FormValue("to"))
	if err != nil {
		return err
	}
	at := c.FormValue("at")
	r, err := s.change(c, subject{
		part: func(p place) any {
			if t, ok := twigOf(p.doc, at); ok && t.i >= 0 {
				return t.siblings()
			}
			return nil
		},
		apply: func(p place) error {
			t, ok := twigOf(p.doc, at)
			if !ok || t.i < 0 {
				return noReason()
			}
			shift(*t.list, t.i, by)
			return nil
		},
	})
	if err != nil {
		return err
	}
	if len(r.Faults) > 0 {
		return s.reasonsPage(c, http.StatusUnprocessableEntity, otherOrder())
	}
	return toReasons(c, at)
}
