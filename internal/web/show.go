package web

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"millwright/internal/plant"
	"millwright/internal/web/api"
	"millwright/static"
	"millwright/views/layout"
	"millwright/views/ui"
	"millwright/views/user"
)

// show answers with a page.
func (s *Server) show(c echo.Context, page templ.Component) error {
	return s.showAs(c, http.StatusOK, page)
}

// showAs draws a page in full before a byte of it is sent, so that a page is whole or not there.
func (s *Server) showAs(c echo.Context, status int, page templ.Component) error {
	html, err := draw(c.Request().Context(), page)
	if err != nil {
		return err
	}
	return c.HTMLBlob(status, html)
}

func draw(ctx context.Context, page templ.Component) ([]byte, error) {
	var b bytes.Buffer
	if err := page.Render(ctx, &b); err != nil {
		return nil, fmt.Errorf("draw: %w", err)
	}
	return b.Bytes(), nil
}

// refresh is how often a page without scripts loads itself anew.
const refresh = 30

// frame is what surrounds a page of the plant.
func (s *Server) frame(c echo.Context, title string, crumbs ...ui.Link) layout.Frame {
	v := visitorOf(c)
	f := s.plain(c, title)
	f.Nav = nav(c.Path(), v.reach)
	f.Crumbs = crumbs
	f.Person = &layout.Person{Name: v.Name, Role: v.Role.String()}
	f.Shift = s.sight(c).shiftNow(s.Now())
	f.Site, f.Zone = "", ""
	if site := s.sight(c).site(); site.Zone != nil {
		f.Site, f.Zone = site.Name, site.Zone.String()
	}
	f.Refresh = refresh
	f.Live = true
	return f
}

// plain is what surrounds a page that stands alone.
func (s *Server) plain(c echo.Context, title string) layout.Frame {
	f := layout.Frame{
		Title: title,
		Asset: static.Path,
		Build: s.buildNow(),
		Now:   s.Now().UnixMilli(),
		Path:  c.Request().URL.RequestURI(),
	}
	if cookie, err := c.Cookie("theme"); err == nil && (cookie.Value == "light" || cookie.Value == "dark") {
		f.Theme = cookie.Value
	}
	if site := s.painter().site(); site.Zone != nil {
		f.Site, f.Zone = site.Name, site.Zone.String()
	}
	return f
}

// explain turns an error into what the reader may know.
func (s *Server) explain(c echo.Context, err error) *api.Problem {
	log := s.Log.With(slog.Any("request", c.Get("id")), slog.String("method", c.Request().Method), slog.String("route", c.Path()))
	return api.Explain(c.Request().Context(), log, routed(err))
}

// fail is the one path by which errors reach a reader: as a page, or for programs as a problem in JSON.
func (s *Server) fail(err error, c echo.Context) {
	p := s.explain(c, err)
	res := c.Response()
	if res.Committed {
		return
	}
	for name, values := range p.GetHeaders() {
		res.Header()[name] = values
	}
	if c.Request().Method == http.MethodHead {
		_ = c.NoContent(p.Status) // a connection that broke meanwhile is nobody's problem
		return
	}
	if !wantsPage(c.Request()) {
		res.Header().Set("Content-Type", p.ContentType(""))
		_ = c.JSON(p.Status, p)
		return
	}
	if err := s.showAs(c, p.Status, user.ShowProblem(s.problemPage(c, p))); err != nil {
		_ = c.String(p.Status, p.Detail)
	}
}

func (s *Server) problemPage(c echo.Context, p *api.Problem) user.Problem {
	page := user.Problem{
		Frame:     s.plain(c, p.Title),
		Code:      fmt.Sprint(p.Status),
		Title:     titles[p.Status],
		Text:      upper(strings.TrimSuffix(p.Detail, ".")) + ".",
		Reference: p.Reference,
		Next:      ui.Link{Name: "To the first page", Href: "/"},
	}
	if page.Title == "" {
		page.Title = p.Title
	}
	from := cameFrom(c.Request())
	next, led := c.Get(nextField).(ui.Link)
	switch {
	case led:
		page.Next = next
	case p.Status == http.StatusUnauthorized:
		page.Next = ui.Link{Name: "Sign in", Href: "/sign-in"}
	case p.Status == http.StatusServiceUnavailable && c.Request().Method == http.MethodGet:
		page.Next = ui.Link{Name: "Try again", Href: page.Frame.Path} // the first page is as closed as this one
	case from != "":
		page.Next = ui.Link{Name: "Back", Href: from}
	}
	if v := visitorOf(c); v.Role == plant.Display && v.page != "" {
		page.Next = ui.Link{Name: "To this display's wall", Href: v.page}
	}
	return page
}

// cameFrom is the page of ours on which a refused form was sent.
func cameFrom(r *http.Request) string {
	at, err := url.Parse(r.Referer())
	if err != nil || r.Method != http.MethodPost || at.Host != r.Host {
		return ""
	}
	return at.RequestURI()
}

var titles = map[int]string{
	http.StatusUnauthorized:          "Please sign in",
	http.StatusForbidden:             "This is not open to you",
	http.StatusNotFound:              "There is no such page",
	http.StatusMethodNotAllowed:      "This cannot be done here",
	http.StatusConflict:              "Somebody else was first",
	http.StatusRequestEntityTooLarge: "That is too much at once",
	http.StatusUnprocessableEntity:   "This cannot be done",
	http.StatusTooManyRequests:       "Too many requests",
	http.StatusInternalServerError:   "Something went wrong",
	http.StatusServiceUnavailable:    "Not available at this moment",
}

// upper makes a sentence of words that begin small.
func upper(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return ""
	}
	return string(unicode.ToUpper(r)) + s[n:]
}
