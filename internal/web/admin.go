package web

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/views/admin"
	"millwright/views/figure"
	"millwright/views/ui"
)

// adminTabs are the pages of the admin section, in their order; those that are not in the table of routes are left out.
func adminTabs() []ui.Link {
	return []ui.Link{
		{Name: "Lines", Href: "/admin/lines"},
		{Name: "Calendar", Href: "/admin/calendar"},
		{Name: "Connections", Href: "/admin/connections"},
		{Name: "Certificates", Href: "/admin/certificates"},
		{Name: "Plant file", Href: "/admin/plant"},
		{Name: "People", Href: "/admin/people"},
		{Name: "Tokens", Href: "/admin/tokens"},
		{Name: "Audit", Href: "/admin/audit"},
		{Name: "System", Href: "/admin/system"},
	}
}

// admin is the frame of a page that sets something up; home is the tab that it belongs to.
func (s *Server) admin(c echo.Context, home, title, lead string) (admin.Page, error) {
	f := s.frame(c, title)
	f.Refresh, f.Live = 0, false
	if c.Request().Method == http.MethodPost {
		f.Path = home // where a form was sent to, nothing can be got
	}
	p := admin.Page{Frame: f, Lead: lead, Done: said(c.QueryParam("done"))}
	for _, link := range adminTabs() {
		if row, there := s.table[http.MethodGet+" "+link.Href]; there && visitorOf(c).Role >= row.role {
			p.Tabs = append(p.Tabs, admin.Tab{Link: link, Current: link.Href == home})
		}
	}
	return p, s.unpublished(c, &p)
}

// unpublished tells on the page what is not published yet.
func (s *Server) unpublished(c echo.Context, p *admin.Page) error {
	_, draft, differs, err := s.work(c.Request().Context())
	if err == nil && differs > 0 {
		p.Draft = &admin.Draft{Changes: differs, By: draft.By.Name, Href: "/admin/plant"}
	}
	return err
}

// adminHome leads to the first page that the reader may open.
func (s *Server) adminHome(c echo.Context) error {
	for _, link := range adminTabs() {
		if row, there := s.table[http.MethodGet+" "+link.Href]; there && visitorOf(c).Role >= row.role {
			return c.Redirect(http.StatusSeeOther, link.Href)
		}
	}
	return errs.New(errs.NotFound, "nothing can be set up here yet")
}

// done answers a change with the page it leads to, which says what was done: a reload repeats nothing.
func done(c echo.Context, href, what string) error {
	return c.Redirect(http.StatusSeeOther, href+"?done="+what)
}

// said is what has just been done, in words. Only these can be said: the address may come from anywhere.
func said(what string) string {
	return map[string]string{
		"saved":     "Saved.",
		"drafted":   "Kept in the draft. Nothing on the lines changes before it is published.",
		"published": "Published: it is in use now.",
		"dropped":   "The draft is dropped. Nothing on the lines has changed.",
		"backup":    "A backup is being made.",
		"removed":   "Removed.",
		"ended":     "Ended: it stops working within seconds.",
		"moved":     "The display shows its new wall within seconds.",
		"enabled":   "Enabled: its session is being opened.",
		"disabled":  "Disabled: no session is open.",
		"trusted":   "Trusted: the next attempt takes it, within seconds.",
		"refused":   "Refused: it is not asked about again.",
		"renewed":   "Renewed. Have every machine trust the new certificate before it connects anew.",
	}[what]
}

// stamp is a moment in the plant's zone: "Sat 28 Nov 2026, 14:05".
func (s *Server) stamp(t time.Time) string {
	l := figure.Locale{Zone: s.painter().site().Zone}
	return l.Date(t) + ", " + l.Time(t)
}

// by is who asks, for the audit.
func by(c echo.Context) plant.Person { return visitorOf(c).Person }
