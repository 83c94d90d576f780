package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/views/admin/people"
	"millwright/views/ui"
)

// account is a person's own page.
func (s *Server) account(c echo.Context) error {
	return s.accountPage(c, http.StatusOK, people.Account{})
}

func (s *Server) accountPage(c echo.Context, status int, p people.Account) error {
	v := visitorOf(c)
	if !v.isPerson() {
		return errs.New(errs.Forbidden, "a program has no account; its token is looked after by an admin")
	}
	p.Frame = s.frame(c, v.Name)
	p.Frame.Refresh, p.Frame.Live, p.Frame.Path = 0, false, "/account"
	p.Role, p.Done, p.Least = s.roles(v.reach), said(c.QueryParam("done")), access.LeastPassword
	u, err := s.Vault.User(c.Request().Context(), v.ID)
	if err != nil {
		return err
	}
	p.Tied = u.Subject != ""
	if p.Stays.Rows, err = s.stays(c, v.ID); err != nil {
		return err
	}
	return s.showAs(c, status, people.ShowAccount(p))
}

// changePassword lets a person choose another password. The browser it is done in stays signed in.
func (s *Server) changePassword(c echo.Context) error {
	v := visitorOf(c)
	if !v.isPerson() {
		return s.account(c)
	}
	old := access.Knock{Account: access.Account{Name: v.Name, Password: c.FormValue("old")}, Source: c.RealIP()}
	chosen := access.Choice{Password: c.FormValue("password"), Again: c.FormValue("again")}
	u, err := s.Gate.ChangePassword(c.Request().Context(), old, chosen, s.Now())
	if shown, err := shownAgain(err, func(wrong []ui.Fault) error {
		return s.accountPage(c, http.StatusUnprocessableEntity, people.Account{Faults: wrong})
	}); shown {
		return err
	}
	return s.enter(c, u, "/account?done=saved")
}

// endOwnSessions ends sessions of the person who asks; the one by which it is asked goes on.
func (s *Server) endOwnSessions(c echo.Context) error {
	v := visitorOf(c)
	if !v.isPerson() {
		return s.account(c)
	}
	err := s.end(c, access.Ending{User: v.ID, Why: "by the person"})
	if shown, err := shownAgain(err, func(wrong []ui.Fault) error {
		return s.accountPage(c, http.StatusUnprocessableEntity, people.Account{Stays: people.Stays{Faults: wrong}})
	}); shown {
		return err
	}
	return done(c, "/account", "ended")
}
