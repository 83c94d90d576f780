package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/plant"
	"millwright/views/admin"
	"millwright/views/figure"
	"millwright/views/ui"
)

// adminGroup is pages of the admin section that belong together.
type adminGroup struct {
	name  string
	pages []adminLink
}

// adminLink is a page, and what it is for.
type adminLink struct {
	ui.Link
	what string
}

// adminGroups are the pages of the admin section, in their order.
func adminGroups() []adminGroup {
	return []adminGroup{
		{"Connect", []adminLink{
			{ui.Link{Name: "Connections", Href: connectionsHome}, "How machines are reached, and how each does."},
			{ui.Link{Name: "Certificates", Href: certificatesHome}, "Whom machines know us by, and which we trust."},
			{ui.Link{Name: "Machine types", Href: machinesHome}, "What a kind of machine has for tags, and what they mean."},
			{ui.Link{Name: "Tags", Href: tagsHome}, "All of them; also as a table."},
		}},
		{"Plant", []adminLink{
			{ui.Link{Name: "Lines", Href: "/admin/lines"}, "Sites, areas, lines and their work units."},
			{ui.Link{Name: "Calendar", Href: "/admin/calendar"}, "Shifts, holidays and planned stops."},
			{reasonsHome(), "Why lines stand and pieces are scrapped."},
		}},
		{"Changes", []adminLink{
			{ui.Link{Name: "Plant file", Href: "/admin/plant"}, "What is drafted, in use, and was before."},
			{ui.Link{Name: "Requests", Href: requestsHome}, "What waits for owners to agree."},
		}},
		{"People", []adminLink{
			{ui.Link{Name: "People", Href: "/admin/people"}, "Who may do what where, and their sessions."},
			{ui.Link{Name: "Tokens", Href: "/admin/tokens"}, "What programs and displays come in with."},
			{ui.Link{Name: "Webhooks", Href: hooksHome}, "Which programs elsewhere are told what happens."},
			{ui.Link{Name: "Mail", Href: mailHome}, "Who gets which report by mail, and by which server."},
		}},
		{"System", []adminLink{
			{ui.Link{Name: "System", Href: "/admin/system"}, "How the program does; backups and licences."},
			{ui.Link{Name: "Audit", Href: "/admin/audit"}, "Who changed what, and why."},
		}},
	}
}

// openTo leaves of the groups what the reader may open; a group without a page is none.
func (s *Server) openTo(c echo.Context) (all []adminGroup) {
	for _, g := range adminGroups() {
		g.pages = slices.DeleteFunc(g.pages, func(l adminLink) bool {
			row, there := s.table[http.MethodGet+" "+l.Href]
			return !there || visitorOf(c).Role < row.role
		})
		if len(g.pages) > 0 {
			all = append(all, g)
		}
	}
	return all
}

// admin is the frame of a page that sets something up; home is the tab that it belongs to.
func (s *Server) admin(c echo.Context, home, title, lead string) (admin.Page, error) {
	f := s.frame(c, title)
	f.Refresh, f.Live, f.Setup = 0, false, true
	if c.Request().Method == http.MethodPost {
		f.Path = home // where a form was sent to, nothing can be got
	}
	p := admin.Page{Frame: f, Lead: lead, Done: said(c.QueryParam("done"))}
	waiting, err := s.waiting(c.Request().Context())
	if err != nil {
		return p, err
	}
	groups := s.openTo(c)
	if len(groups) > 1 {
		p.Groups = []admin.Tab{{Link: ui.Link{Name: "Overview", Href: adminHome}, Current: home == adminHome}}
	}
	for _, g := range groups {
		group := admin.Tab{Link: ui.Link{Name: g.name, Href: g.pages[0].Href}}
		tabs := make([]admin.Tab, len(g.pages))
		for i, l := range g.pages {
			tabs[i] = admin.Tab{Link: l.Link, Current: l.Href == home}
			if l.Href == requestsHome {
				tabs[i].Waiting, group.Waiting = waiting, waiting
			}
			group.Current = group.Current || tabs[i].Current
		}
		if group.Current {
			p.Tabs = tabs
		}
		p.Groups = append(p.Groups, group)
	}
	return p, s.unpublished(c, &p)
}

// unpublished tells on the page what is not published yet.
func (s *Server) unpublished(c echo.Context, p *admin.Page) error {
	if visitorOf(c).Role < plant.Admin {
		return nil
	}
	head, draft, differs, err := s.work(c.Request().Context())
	if err == nil && differs > 0 {
		p.Draft = &admin.Draft{By: draft.By.Name, Href: "/admin/plant"}
		for _, a := range s.drafts.compare(head.Text, draft.Text).amendments() {
			p.Draft.Changes = append(p.Draft.Changes, upper(cut(a.Words())))
		}
	}
	return err
}

// done answers a change with the page it leads to, which says what was done: a reload repeats nothing.
func done(c echo.Context, href, what string) error {
	sign := "?"
	if strings.Contains(href, "?") {
		sign = "&"
	}
	return c.Redirect(http.StatusSeeOther, href+sign+"done="+what)
}

// said is what has just been done, in words. Only these can be said: the address may come from anywhere.
func said(what string) string {
	return map[string]string{
		"saved":      "Saved.",
		"posted":     "Posted.",
		"drafted":    "Kept in the draft. Nothing on the lines changes before it is published.",
		"published":  "Published: it is in use now.",
		"asked":      "Handed in: it waits for approval. Nothing on the lines has changed.",
		"confirmed":  "Confirmed. Answer now: it counts for five minutes, for this request alone.",
		"answered":   "Signed and kept.",
		"withdrawn":  "Withdrawn. Nothing on the lines has changed.",
		"computed":   "Computed anew, up to now.",
		"dropped":    "The draft is dropped. Nothing on the lines has changed.",
		"takenback":  "Taken back. The other changes of the draft stand.",
		"takenlast":  "Taken back. Nothing is drafted any more.",
		"backup":     "A backup is being made.",
		"checking":   "It is being looked through, unless the page says that it is done.",
		"staged":     "Staged: the next start puts it in place.",
		"unstaged":   "Taken back: nothing is restored.",
		"removed":    "Removed.",
		"again":      "It waits to be sent again.",
		"inforce":    "It is in force.",
		"rulesasked": "In force, but for the rules of approval: they wait for those who lose their say.",
		"ended":      "Ended: it stops working within seconds.",
		"moved":      "The display shows its new wall within seconds.",
		"enabled":    "Enabled: its session is being opened.",
		"disabled":   "Disabled: no session is open.",
		"trusted":    "Trusted. Test the connection again; one that is in use connects by itself within seconds.",
		"refused":    "Refused: it is not asked about again.",
		"renewed":    "Renewed. Have every machine trust the new certificate before it connects anew.",
	}[what]
}

// stamp is a moment in the plant's zone: "Sat 28 Nov 2026, 14:05".
func (s *Server) stamp(t time.Time) string {
	l := figure.Locale{Zone: s.painter().site().Zone}
	return l.Date(t) + ", " + l.Time(t)
}

// by is who asks, for the audit.
func by(c echo.Context) plant.Person { return visitorOf(c).Person }
