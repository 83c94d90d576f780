package web

import (
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/access"
	"millwright/internal/access/provider"
	"millwright/internal/errs"
	"millwright/views/admin/people"
	"millwright/views/ui"
	"millwright/views/user"
)

// Guests is the way in by a provider of identities.
type Guests struct {
	Provider  *provider.Provider
	Reception access.Reception
}

func (s *Server) guests() (*Guests, error) {
	if s.Guests == nil {
		return nil, errs.New(errs.NotFound, "no provider signs people in here")
	}
	return s.Guests, nil
}

// toProvider sends the reader to sign in at the provider. It is a link and no form, so that no form of ours may lead
// anywhere else.
func (s *Server) toProvider(c echo.Context) error {
	g, err := s.guests()
	if err != nil {
		return err
	}
	at := provider.Start{Redirect: s.address(c) + "/sign-in/callback", Next: safePath(c.QueryParam("next"))}
	to, sealed, err := g.Provider.Begin(c.Request().Context(), at, s.Now())
	if err != nil {
		return s.notIn(c, at.Next, err)
	}
	c.SetCookie(s.flowCookie(sealed, int(provider.FlowLasts.Seconds())))
	return c.Redirect(http.StatusSeeOther, to)
}

// address is how the reader's browser reaches the site.
func (s *Server) address(c echo.Context) string {
	if s.public != nil {
		return s.public.Scheme + "://" + s.public.Host
	}
	return "http://" + c.Request().Host
}

// flowCookie ties a sign-in to the browser that began it.
func (s *Server) flowCookie(sealed string, age int) *http.Cookie {
	name := "sign-in"
	if s.secure() {
		name = "__Host-" + name
	}
	return &http.Cookie{Name: name, Value: sealed, Path: "/", MaxAge: age, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.secure()}
}

// fromProvider takes the provider's answer and lets in whom it vouches for.
func (s *Server) fromProvider(c echo.Context) error {
	g, err := s.guests()
	if err != nil {
		return err
	}
	if err := s.Gate.Arrive(c.RealIP(), s.Now()); err != nil {
		return s.notIn(c, "/", err)
	}
	sealed, err := c.Cookie(s.flowCookie("", 0).Name)
	if err != nil {
		sealed = &http.Cookie{}
	}
	c.SetCookie(s.flowCookie("", -1))
	ctx := c.Request().Context()
	a, err := g.Provider.Finish(ctx, sealed.Value, c.QueryParams(), s.Now())
	if a.Confirms != "" {
		return s.confirmed(c, g, a, err)
	}
	if err != nil {
		return s.notIn(c, a.Next, err)
	}
	u, err := g.Reception.Admit(ctx, a.Guest)
	if err != nil {
		return s.notIn(c, a.Next, err)
	}
	s.Gate.Arrived(c.RealIP())
	s.Log.Info("somebody signed in", slog.String("user", u.Name), slog.String("source", c.RealIP()), slog.String("by", g.Provider.Name()))
	return s.enter(c, u, safePath(a.Next))
}

// notIn shows the way in again, with the reason in a sentence.
func (s *Server) notIn(c echo.Context, next string, err error) error {
	switch errs.KindOf(err) {
	case errs.SignedOut, errs.TooMany, errs.Forbidden, errs.Unavailable:
	default:
		return err
	}
	s.Log.Warn("a sign-in by a provider was refused", slog.String("source", c.RealIP()), slog.Any("err", err), slog.Any("cause", errors.Unwrap(err)))
	page := s.signInPage(c, safePath(next))
	page.Frame.Path = "/sign-in"                                      // the address here holds what the provider answered
	page.Down, page.Faults = false, []ui.Fault{{Text: sentence(err)}} // the sentence tells already when it is down
	return s.showAs(c, s.explain(c, err).Status, user.ShowSignIn(page))
}

// signOutElsewhere gives where the reader, whom a provider vouched for, signs out there as well; "" for nobody else.
func (s *Server) signOutElsewhere(c echo.Context) string {
	v, err := s.desk.person(c)
	if s.Guests == nil || err != nil || v.ID == 0 {
		return ""
	}
	ctx := c.Request().Context()
	u, err := s.Vault.User(ctx, v.ID)
	if err != nil || u.Issuer != s.Guests.Provider.Issuer() {
		return ""
	}
	return s.Guests.Provider.SignOut(ctx, s.address(c)+"/sign-in", s.Now())
}

// leaving goes on to the provider by itself. A redirect would be one of a form, which may lead nowhere else.
func (s *Server) leaving(c echo.Context, to string) error {
	c.Response().Header().Set("Refresh", "0; url="+to)
	return s.show(c, user.ShowLeaving(user.Leaving{Frame: s.plain(c, "Signed out"), Provider: s.Guests.Provider.Name(), Href: to}))
}

// tied fills in what a person's page says of the provider.
func (s *Server) tied(u access.User, p *people.One) {
	p.Tied = u.Subject != ""
	p.Provider = u.Issuer // also one that is no longer in the settings, so that the person can be untied from it
	if s.Guests != nil {
		p.Provider = s.Guests.Provider.Name()
	}
	if p.Tie.Faults == nil && u.Issuer == s.issuer(u) {
		p.Tie.Name = u.Subject
	}
}

// issuer is who a user can be tied to.
func (s *Server) issuer(u access.User) string {
	if s.Guests == nil {
		return u.Issuer
	}
	return s.Guests.Provider.Issuer()
}

// tiePerson ties a user to a person at the provider, or unties it.
func (s *Server) tiePerson(c echo.Context) error {
	u, err := s.personOf(c)
	if err != nil {
		return err
	}
	typed := people.Form{Name: strings.TrimSpace(c.FormValue("subject"))}
	tie := access.Tie{ID: u.ID, Issuer: s.issuer(u), Subject: typed.Name}
	tie.Version, _ = strconv.ParseInt(c.FormValue("version"), 10, 64) // what is no number is no version
	typed.Why, err = reason(c, "provider-why")
	tie.Why = typed.Why
	if err == nil {
		err = access.TieUser(c.Request().Context(), s.Vault, tie, by(c))
	}
	if shown, err := shownAgain(err, func(wrong []ui.Fault) error {
		typed.Faults = wrong
		return s.personPage(c, http.StatusUnprocessableEntity, u, people.One{Change: asIs(u), Tie: typed})
	}); shown {
		return err
	}
	return done(c, personHref(u.ID), "saved")
}
