package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
	"millwright/views/admin"
	"millwright/views/ui"
)

const adminHome = "/admin"

// overview tells what to do next, and where everything is. Who may open one page alone is led there.
func (s *Server) overview(c echo.Context) error {
	groups := s.openTo(c)
	switch {
	case len(groups) == 0:
		return errs.New(errs.NotFound, "nothing can be set up here yet")
	case len(groups) == 1 && len(groups[0].pages) == 1:
		return c.Redirect(http.StatusSeeOther, groups[0].pages[0].Href)
	}
	page, err := s.admin(c, adminHome, "Admin", "Where the plant, its people and the program itself are set up.")
	if err != nil {
		return err
	}
	p := admin.Home{Page: page}
	if p.Steps, err = s.nextSteps(c.Request().Context()); err != nil {
		return err
	}
	for _, g := range groups {
		one := admin.Contents{Name: g.name}
		for _, l := range g.pages {
			one.Pages = append(one.Pages, admin.Content{Link: l.Link, What: l.what})
		}
		p.Contents = append(p.Contents, one)
	}
	return s.show(c, admin.ShowHome(p))
}

// nextSteps are the way from nothing to a line whose figures can be trusted, each with whether it is done in the draft.
func (s *Server) nextSteps(ctx context.Context) ([]admin.Step, error) {
	_, draft, differs, err := s.work(ctx)
	if err != nil {
		return nil, err
	}
	u := s.drafts.understood(draft.Text)
	d, err := u.document()
	if err != nil {
		return nil, err
	}
	m, err := u.model()
	if err != nil {
		return nil, err
	}
	users, err := s.Vault.Users(ctx)
	if err != nil {
		return nil, err
	}
	all := append(machineSteps(d), lineSteps(m)...)
	all = append(all, admin.Step{
		Done: differs == 0 && len(m.Plant.Lines()) > 0, Name: "Publish", Text: "Look through what the draft changes, say why, and put it into use.", Link: ui.Link{Name: "Review and publish", Href: "/admin/plant"},
	})
	return append(all, admin.Step{
		Done: slices.ContainsFunc(users, func(u access.User) bool { return u.Role != plant.Admin && !u.Disabled }),
		Name: "Let people in", Text: "Each with a role in the whole plant, or at a site, an area or a line.", Link: ui.Link{Name: "Add people", Href: "/admin/people"},
	}), nil
}

// machineSteps are about what machines say.
func machineSteps(d config.Document) []admin.Step {
	read := admin.Step{Name: "Choose what is read", Text: "Look through the machine, tick what is worth keeping, and it becomes a machine type.", Link: ui.Link{Name: "Machine types", Href: machinesHome}}
	for _, c := range d.Connections {
		if c.Driver == "opcua" {
			read.Link = ui.Link{Name: "Browse " + c.ID, Href: connectionHref(c.ID) + "/browse"}
			break
		}
	}
	for _, t := range d.Machines {
		read.Done = read.Done || len(t.Tags) > 0
	}
	return []admin.Step{
		{
			Done: len(d.Connections) > 0, Name: "Connect a machine",
			Text: "Say where it is, and test it. A machine whose program sends samples by HTTP needs no connection.", Link: ui.Link{Name: "Add a connection", Href: "/admin/new-connection"},
		},
		read,
	}
}

// lineSteps are about lines: that there is one, what counts on it, how fast it may be, and when it works.
func lineSteps(m config.Model) []admin.Step {
	lines := m.Plant.Lines()
	counts := map[plant.UnitID]bool{}
	for _, g := range m.Signals {
		counts[g.Unit] = counting(g)
	}
	uncounted := func(l plant.Line) bool {
		return !slices.ContainsFunc(l.Units, func(u plant.Unit) bool { return counts[u.ID] })
	}
	step := func(name, text string, lacks func(plant.Line) bool, href func(plant.Line) string) admin.Step {
		st := admin.Step{Done: len(lines) > 0, Name: name, Text: text, Link: ui.Link{Name: "Lines", Href: "/admin/lines"}}
		missing := 0
		for _, l := range lines {
			if !lacks(l) {
				continue
			}
			if missing++; missing == 1 {
				st.Done, st.Link = false, ui.Link{Name: l.Name, Href: href(l)}
			}
		}
		if missing > 1 {
			st.Text += fmt.Sprintf(" %d lines lack it.", missing)
		}
		return st
	}
	setUp := func(l plant.Line) string { return "/admin/lines/" + string(l.ID) }
	return []admin.Step{
		{
			Done: slices.ContainsFunc(lines, func(l plant.Line) bool { return len(l.Units) > 0 }), Name: "Set up a line",
			Text: "A site, an area, a line, and the machines that stand in it.", Link: ui.Link{Name: "Lines", Href: "/admin/lines"},
		},
		step("Say what counts", "One counter is enough for OEE; a state tells why a line stands.", uncounted, func(l plant.Line) string {
			if len(l.Units) == 0 {
				return setUp(l)
			}
			return setUp(l) + "/unit/" + string(l.Units[0].ID)[len(l.ID)+1:]
		}),
		step("Say how fast", "Without the ideal cycle of its products a line has no performance.", func(l plant.Line) bool { return len(l.Rates) == 0 }, setUp),
		step("Say when it works", "Shifts, by site or by line; without them all time counts as planned.", func(l plant.Line) bool { return len(l.Calendar.Shifts) == 0 },
			func(l plant.Line) string { return "/admin/calendar/site/" + string(l.Site) }),
	}
}

// counting tells whether a unit says how many pieces it makes.
func counting(g machine.Signals) bool { return g.Good.Tag != 0 || g.Total.Tag != 0 }
