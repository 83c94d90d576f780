package web

import (
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/access"
	"millwright/internal/access/provider"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/revision/consent"
	"millwright/views/admin/requests"
	"millwright/views/figure"
	"millwright/views/ui"
)

// confirmationLasts is how long ago a provider may have asked somebody anew, for that to be a signature.
const confirmationLasts = 5 * time.Minute

// confirmedBy is how somebody whose password is kept elsewhere signs an answer to a request.
type confirmedBy struct {
	Provider string // "" when no provider here vouches for the person
	Until    string // how long the confirmation counts; "" when there is none
}

// matter names what a confirmation is for: this very request, and the effect of it that was looked at. It counts for
// nothing else.
func (a asking) matter() string {
	return fmt.Sprintf("%d %s %d %s", a.Number, a.Seal(), a.Effect.Number, a.Effect.Hash)
}

// confirmation tells how far somebody without a password here has come with confirming an answer.
func (s *Server) confirmation(c echo.Context, u access.User, a asking) (by confirmedBy, err error) {
	if s.Guests == nil || u.Issuer != s.Guests.Provider.Issuer() {
		return by, nil
	}
	by.Provider = s.Guests.Provider.Name()
	at, err := s.desk.vouched(c, a.matter())
	if ends := at.Add(confirmationLasts); err == nil && s.Now().Before(ends) {
		by.Until = figure.Locale{Zone: s.zone()}.Time(ends)
	}
	return by, err
}

// confirmAnswer has the provider ask the reader anew who he is, before an answer is signed. It is a link, as signing in is.
func (s *Server) confirmAnswer(c echo.Context) error {
	g, err := s.guests()
	if err != nil {
		return err
	}
	a, err := s.asking(c)
	if err != nil {
		return err
	}
	at := provider.Start{Redirect: s.address(c) + "/sign-in/callback", Next: requestHref(a.Number), Confirms: a.matter()}
	to, sealed, err := g.Provider.Begin(c.Request().Context(), at, s.Now())
	if errs.KindOf(err) == errs.Unavailable {
		return s.unconfirmed(c, a.Number, err)
	}
	if err != nil {
		return err
	}
	c.SetCookie(s.flowCookie(sealed, int(provider.FlowLasts.Seconds())))
	return c.Redirect(http.StatusSeeOther, to)
}

// confirmed keeps on the reader's session that the provider has just asked him, and for what.
func (s *Server) confirmed(c echo.Context, g *Guests, a provider.Arrival, failed error) error {
	ctx := c.Request().Context()
	v, err := s.desk.person(c)
	if err != nil {
		return err
	}
	if v.Role = v.reach.Base; v.Role < plant.Manager {
		return s.notIn(c, a.Next, errs.New(errs.SignedOut, "you are not signed in here any more; sign in, then confirm again"))
	}
	c.Set(visitorKey, v)
	var number int64
	if _, err := fmt.Sscan(a.Confirms, &number); err != nil {
		return errs.New(errs.NotFound, "there is no such request")
	}
	if failed != nil {
		return s.unconfirmed(c, number, failed)
	}
	u, err := s.Vault.User(ctx, v.ID)
	if err != nil {
		return err
	}
	if u.Issuer != a.Issuer || u.Subject != a.Subject {
		return s.unconfirmed(c, number, errs.New(errs.Forbidden, "%s vouched for somebody else than you, so nothing is signed", g.Provider.Name()))
	}
	if _, err := g.Reception.Admit(ctx, a.Guest); err != nil { // with the groups as they are now
		return s.unconfirmed(c, number, err)
	}
	e := access.Entry{Who: v.Person, What: "request.confirm", On: fmt.Sprintf("request %d", number), New: a.Issuer + " as " + a.Subject, Why: "asked anew by " + a.Provider}
	if _, err := g.Reception.Note(ctx, e); err != nil {
		return err
	}
	if err := s.desk.vouch(c, v, a.Confirms); err != nil {
		return err
	}
	return done(c, a.Next, "confirmed")
}

// unconfirmed shows the request again, with what stood in the way.
func (s *Server) unconfirmed(c echo.Context, number int64, err error) error {
	switch errs.KindOf(err) {
	case errs.SignedOut, errs.TooMany, errs.Forbidden, errs.Unavailable:
	default:
		return err
	}
	s.Log.Warn("an answer was not confirmed", slog.Int64("request", number), slog.String("by", by(c).Name), slog.Any("err", err))
	a, missing := s.askingOf(c.Request().Context(), number)
	if missing != nil {
		return missing
	}
	status := http.StatusUnprocessableEntity
	if errs.KindOf(err) == errs.Unavailable {
		status = http.StatusServiceUnavailable
	}
	return s.requestPage(c, status, a, requests.One{Form: &requests.Form{Faults: []ui.Fault{{Text: sentence(err)}}}})
}

// sure makes certain who sits there before something is signed: by the password once more, or, of those whose password
// is kept elsewhere, by the provider, which asked for this very request a moment ago.
func (s *Server) sure(c echo.Context, a asking) (access.User, error) {
	v := visitorOf(c)
	if !v.isPerson() {
		return access.User{}, errs.New(errs.Forbidden, "a program approves nothing; sign in as a person")
	}
	u, err := s.Vault.User(c.Request().Context(), v.ID)
	if err != nil {
		return u, err
	}
	if u.Hash != "" {
		return u, s.retyped(c, u)
	}
	how, err := s.confirmation(c, u, a)
	if err == nil && how.Until == "" {
		err = errs.New(errs.Invalid, "this is not signed: confirm first who you are, then answer within five minutes")
	}
	return u, err
}

// retyped asks for a password once more.
func (s *Server) retyped(c echo.Context, u access.User) error {
	wrong := func(words string) error {
		return &errs.Error{Kind: errs.Invalid, Words: "this is not signed", Fields: []errs.Field{{Path: "password", Message: words}}}
	}
	knock := access.Knock{Account: access.Account{Name: u.Name, Password: c.FormValue("password")}, Source: c.RealIP()}
	_, err := s.Gate.SignIn(c.Request().Context(), knock, s.Now())
	switch errs.KindOf(err) {
	case errs.SignedOut:
		return wrong("This is not your password.")
	case errs.TooMany:
		return wrong(sentence(err))
	}
	return err
}

// spend ends a confirmation: it is for one answer.
func (s *Server) spend(c echo.Context, u access.User, r consent.Request) {
	if u.Hash != "" {
		return
	}
	if err := s.desk.vouch(c, visitorOf(c), ""); err != nil { // it counts for nothing but this request, which has its answer
		s.Log.Warn("a confirmation could not be ended", slog.Int64("request", r.Number), slog.Any("err", err))
	}
}
