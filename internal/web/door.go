package web

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/views/ui"
	"millwright/views/user"
)

// showSetUp is the page behind the one-time link of the first start.
func (s *Server) showSetUp(c echo.Context) error {
	open, err := s.Gate.Open(c.Request().Context())
	if err != nil {
		return err
	}
	if open {
		return c.Redirect(http.StatusSeeOther, "/sign-in")
	}
	if !s.Gate.Invited(c.Param("key"), s.Now()) {
		return errs.New(errs.Forbidden, "this set-up link was used or is too old; start Millwright anew for another one")
	}
	return s.show(c, user.ShowSetUp(s.setUpPage(c, c.Param("key"))))
}

func (s *Server) setUpPage(c echo.Context, key string) user.SetUp {
	return user.SetUp{Frame: s.plain(c, "Set up"), Key: key, Least: access.LeastPassword}
}

// setUp makes the first admin, who is signed in at once.
func (s *Server) setUp(c echo.Context) error {
	key := c.FormValue("key")
	chosen := access.Account{Name: strings.TrimSpace(c.FormValue("name")), Password: c.FormValue("password")}
	var w wrong
	w.take(chosen.CheckNew())
	w.take(access.Choice{Password: chosen.Password, Again: c.FormValue("again")}.CheckAgain())
	var u access.User
	err := w.err()
	if err == nil {
		u, err = s.Gate.SetUp(c.Request().Context(), key, chosen, s.Now())
	}
	if errs.KindOf(err) == errs.Invalid {
		page := s.setUpPage(c, key)
		page.Name, page.Faults = chosen.Name, faults(err)
		return s.showAs(c, http.StatusUnprocessableEntity, user.ShowSetUp(page))
	}
	if err != nil {
		return err
	}
	s.Log.Info("the first admin was made", slog.String("user", u.Name), slog.String("source", c.RealIP()))
	return s.enter(c, u, "/")
}

// showSignIn asks who the reader is.
func (s *Server) showSignIn(c echo.Context) error {
	next := safePath(c.QueryParam("next"))
	v, err := s.desk.identify(c)
	if err == nil && v.known() && v.page == "" {
		return c.Redirect(http.StatusSeeOther, next)
	}
	return s.show(c, user.ShowSignIn(s.signInPage(c, next)))
}

// signInPage is the way in, by a password or by a provider where there is one.
func (s *Server) signInPage(c echo.Context, next string) user.SignIn {
	page := user.SignIn{Frame: s.plain(c, "Sign in"), Next: next}
	if s.Guests != nil {
		page.Provider = s.Guests.Provider.Name()
		page.Href = "/sign-in/provider?next=" + escape(next)
		page.Down = s.Guests.Provider.Down(s.Now())
	}
	return page
}

// signIn lets a person in.
func (s *Server) signIn(c echo.Context) error {
	name, next := strings.TrimSpace(c.FormValue("name")), safePath(c.FormValue("next"))
	knock := access.Knock{Account: access.Account{Name: name, Password: c.FormValue("password")}, Source: c.RealIP()}
	u, err := s.Gate.SignIn(c.Request().Context(), knock, s.Now())
	switch errs.KindOf(err) {
	case errs.SignedOut, errs.TooMany:
		s.Log.Warn("a sign-in was refused", slog.String("user", errs.Clip(name)), slog.String("source", knock.Source), slog.Any("err", err))
		page := s.signInPage(c, next)
		page.Name, page.Faults = errs.Clip(name), []ui.Fault{{Text: sentence(err)}}
		return s.showAs(c, s.explain(c, err).Status, user.ShowSignIn(page))
	}
	if err != nil {
		return err
	}
	s.Log.Info("somebody signed in", slog.String("user", u.Name), slog.String("source", knock.Source))
	return s.enter(c, u, next)
}

// enter begins a session and goes on.
func (s *Server) enter(c echo.Context, u access.User, next string) error {
	values := map[string]any{keyUser: u.ID, keyVersion: u.Version, keySeen: s.Now().Unix()}
	if err := s.desk.welcome(c, s.desk.people, values); err != nil {
		return err
	}
	if err := s.Vault.SignedIn(c.Request().Context(), u.ID, s.Now()); err != nil {
		s.Log.Warn("a sign-in could not be noted", slog.String("user", u.Name), slog.Any("err", err))
	}
	return c.Redirect(http.StatusSeeOther, next)
}

// signOut ends the session; its sockets follow within seconds.
func (s *Server) signOut(c echo.Context) error {
	elsewhere := s.signOutElsewhere(c)
	if err := s.desk.leave(c, s.desk.people); err != nil {
		return err
	}
	if elsewhere != "" {
		return s.leaving(c, elsewhere)
	}
	return c.Redirect(http.StatusSeeOther, "/sign-in")
}

// theme keeps light or dark in a cookie that scripts may read, and goes back.
func (s *Server) theme(c echo.Context) error {
	theme := c.FormValue("theme")
	if theme != "light" && theme != "dark" {
		theme = ""
	}
	age := 365 * 24 * 3600
	if theme == "" {
		age = -1
	}
	c.SetCookie(&http.Cookie{Name: "theme", Value: theme, Path: "/", MaxAge: age, SameSite: http.SameSiteLaxMode, Secure: s.secure()})
	return c.Redirect(http.StatusSeeOther, safePath(c.FormValue("back")))
}

// safePath keeps a redirect on this site.
func safePath(p string) string {
	u, err := url.Parse(p)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(u.Path, "/") ||
		strings.HasPrefix(p, "//") || strings.ContainsAny(p, "\\\r\n\t\x00") {
		return "/"
	}
	return p
}

func escape(s string) string { return url.QueryEscape(s) }

// faults gives the wrong fields of a form, or the whole error when it names none.
func faults(err error) []ui.Fault {
	if err == nil {
		return nil
	}
	var e *errs.Error
	if !errors.As(err, &e) || len(e.Fields) == 0 {
		return []ui.Fault{{Text: sentence(err)}}
	}
	all := make([]ui.Fault, 0, len(e.Fields))
	for _, f := range e.Fields {
		all = append(all, ui.Fault{Field: f.Path, Text: f.Message})
	}
	return all
}

// sentence writes an error's words as they stand on a page.
func sentence(err error) string {
	var e *errs.Error
	if !errors.As(err, &e) || e.Words == "" {
		return "Something went wrong."
	}
	return upper(e.Words) + "."
}

// numberOf reads the number of the thing that an address names.
func numberOf(c echo.Context, what string) (int64, error) {
	n, err := strconv.ParseInt(c.Param("number"), 10, 64)
	if err != nil {
		return 0, errs.New(errs.NotFound, "there is no %s", what)
	}
	return n, nil
}
