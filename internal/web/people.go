package web

import (
	"cmp"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/access"
	"millwright/internal/access/chance"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/views/admin/people"
	"millwright/views/figure"
	"millwright/views/ui"
)

// people shows who may come in.
func (s *Server) people(c echo.Context) error {
	return s.peoplePage(c, http.StatusOK, people.Form{Role: plant.Viewer.String()})
}

func (s *Server) peoplePage(c echo.Context, status int, typed people.Form) error {
	page, err := s.admin(c, "/admin/people", "People", "Who may come in, and as what.")
	if err != nil {
		return err
	}
	users, err := s.Vault.Users(c.Request().Context())
	if err != nil {
		return err
	}
	p := people.List{Page: page, New: typed}
	places := s.places()
	for _, u := range users {
		p.People = append(p.People, people.Row{
			Name: u.Name, Href: personHref(u.ID), Role: baseWord(u.Role), Duties: dutyWords(u.Duties), Places: grantWords(places, u.Grants), Off: u.Disabled, SignedIn: s.sometime(u.SignedIn), Wayless: u.Wayless(),
		})
	}
	return s.showAs(c, status, people.ShowList(p))
}

func personHref(id int64) string { return "/admin/people/" + strconv.FormatInt(id, 10) }

// sometime is a moment that may be unknown.
func (s *Server) sometime(t time.Time) string {
	if t.IsZero() {
		return figure.Unknown
	}
	return s.stamp(t)
}

// addPerson adds a user, with the password that was typed or one that is made and shown once.
func (s *Server) addPerson(c echo.Context) error {
	duties := dutiesTyped(c)
	typed := people.Form{Name: strings.TrimSpace(c.FormValue("name")), Role: c.FormValue("role"), Duties: dutyTicks(duties)}
	password, made := passwordOf(c)
	var w wrong
	var u access.User
	var err error
	typed.Why, err = whyOf(c)
	w.take(err)
	n := access.NewUser{Account: access.Account{Name: typed.Name, Password: password}, Role: baseOf(typed.Role), Duties: duties, Why: typed.Why}
	w.take(n.CheckNew())
	if err = w.err(); err == nil {
		u, err = access.AddUser(c.Request().Context(), s.Vault, n, by(c))
	}
	switch errs.KindOf(err) {
	case errs.Invalid, errs.Conflict:
		typed.Name, typed.Faults = errs.Clip(typed.Name), faults(err)
		return s.peoplePage(c, http.StatusUnprocessableEntity, typed)
	}
	if err != nil {
		return err
	}
	if made {
		return s.passwordOnce(c, u, password)
	}
	return done(c, "/admin/people", "saved")
}

// baseWord is a role in the whole plant as a reader is told it.
func baseWord(r plant.Role) string {
	if r == plant.Nobody {
		return "no role in the whole plant"
	}
	return r.String()
}

// baseOf reads a role in the whole plant; what is none becomes one that no person can have, and is refused with the rest.
func baseOf(word string) plant.Role {
	role, err := plant.ParseBase(word)
	if err != nil {
		return plant.Display
	}
	return role
}

// passwordOf gives the password of a form; when none was typed, a made one.
func passwordOf(c echo.Context) (password string, made bool) {
	if password = c.FormValue("password"); password != "" {
		return password, false
	}
	return chance.Password(), true
}

// passwordOnce answers with a password that was made. It stands in this answer and nowhere else.
func (s *Server) passwordOnce(c echo.Context, u access.User, password string) error {
	page, err := s.admin(c, "/admin/people", u.Name, "")
	if err != nil {
		return err
	}
	page.Frame.Path = personHref(u.ID)
	return s.show(c, people.ShowSecret(people.Secret{
		Page: page, Label: "The password of " + u.Name, Secret: password,
		Help: "It is shown only now. Give it to the person, who can choose another under the name in the top bar.",
		Back: ui.Link{Name: "I have noted it", Href: personHref(u.ID)},
	}))
}

// personOf finds the user that an address names.
func (s *Server) personOf(c echo.Context) (access.User, error) {
	id, err := numberOf(c, "such user")
	if err != nil {
		return access.User{}, err
	}
	return s.Vault.User(c.Request().Context(), id)
}

// person shows one user.
func (s *Server) person(c echo.Context) error {
	u, err := s.personOf(c)
	if err != nil {
		return err
	}
	return s.personPage(c, http.StatusOK, u, people.One{Change: asIs(u)})
}

// asIs fills in a form with what a user is.
func asIs(u access.User) people.Form {
	f := people.Form{Role: u.Role.String(), Owner: u.Owner.String(), Duties: dutyTicks(u.Duties)}
	if u.Disabled {
		f.Off = "on"
	}
	return f
}

func (s *Server) personPage(c echo.Context, status int, u access.User, p people.One) error {
	page, err := s.admin(c, "/admin/people", u.Name, "")
	if err != nil {
		return err
	}
	page.Frame.Crumbs = []ui.Link{{Name: "People", Href: "/admin/people"}, {Name: u.Name}}
	page.Frame.Path = personHref(u.ID)
	p.Page, p.Href, p.Version = page, personHref(u.ID), strconv.FormatInt(u.Version, 10)
	p.Now = upper(baseWord(u.Role)) + ", active"
	if u.Disabled {
		p.Now = upper(baseWord(u.Role)) + ", disabled"
	}
	if u.Duties != plant.NoDuty {
		p.Now += ", " + dutyWords(u.Duties)
	}
	if u.Wayless() {
		p.Now += ", no password yet"
	}
	p.Grants = s.grantsOf(u, p.Grants)
	if u.Owner != plant.NoSide {
		p.Now += ", owner for " + u.Owner.String()
	}
	s.tied(u, &p)
	p.Made, p.SignedIn = s.stamp(u.Created), s.sometime(u.SignedIn)
	if p.Stays.Rows, err = s.stays(c, u.ID); err != nil {
		return err
	}
	return s.showAs(c, status, people.ShowOne(p))
}

// shownAgain shows a form with what is wrong with it; other errors go their way. nil means that nothing is wrong.
func shownAgain(err error, show func(faults []ui.Fault) error) (shown bool, _ error) {
	switch errs.KindOf(err) {
	case errs.Invalid, errs.Conflict:
		return true, show(faults(err))
	}
	return err != nil, err
}

// changePerson gives a user another role or state.
func (s *Server) changePerson(c echo.Context) error {
	u, err := s.personOf(c)
	if err != nil {
		return err
	}
	var w wrong
	typed := people.Form{Role: c.FormValue("role"), Off: c.FormValue("off")}
	change := access.Change{ID: u.ID, Disabled: typed.Off == "on", Owner: sideTyped(c, &w, "owner", u.Owner), Duties: dutiesTyped(c)}
	typed.Owner, typed.Duties = change.Owner.String(), dutyTicks(change.Duties)
	change.Role = baseOf(typed.Role)
	change.Version, _ = strconv.ParseInt(c.FormValue("version"), 10, 64) // what is no number is no version
	typed.Why, err = whyOf(c)
	change.Why = typed.Why
	w.take(access.CheckRole(change.Role))
	w.take(err)
	if err = w.err(); err == nil {
		err = access.ChangeUser(c.Request().Context(), s.Vault, change, by(c))
	}
	if shown, err := shownAgain(err, func(wrong []ui.Fault) error {
		typed.Faults = wrong
		newest, err := s.Vault.User(c.Request().Context(), u.ID)
		if err != nil {
			return err
		}
		if newest.Version != change.Version && c.FormValue("version") != "" {
			typed.Theirs = personText(newest)
		}
		return s.personPage(c, http.StatusUnprocessableEntity, newest, people.One{Change: typed})
	}); shown {
		return err
	}
	return done(c, "/admin/people", "saved")
}

// personText writes what a form changes about a user, as a reader compares it with his own.
func personText(u access.User) string {
	owner, state := "for no side", "active"
	if u.Owner != plant.NoSide {
		owner = "for " + u.Owner.String()
	}
	if u.Disabled {
		state = "disabled"
	}
	return "Role: " + baseWord(u.Role) + "\nDuties: " + cmp.Or(dutyWords(u.Duties), "none") + "\nOwner: " + owner + "\nState: " + state
}

// resetPassword gives a user another password.
func (s *Server) resetPassword(c echo.Context) error {
	u, err := s.personOf(c)
	if err != nil {
		return err
	}
	password, made := passwordOf(c)
	var w wrong
	typed := people.Form{}
	w.take(access.Account{Name: u.Name, Password: password}.Check())
	typed.Why, err = reason(c, "password-why")
	w.take(err)
	if err = w.err(); err == nil {
		err = access.ResetPassword(c.Request().Context(), s.Vault, access.Reset{ID: u.ID, Password: password, Why: typed.Why}, by(c))
	}
	if shown, err := shownAgain(err, func(wrong []ui.Fault) error {
		typed.Faults = wrong
		return s.personPage(c, http.StatusUnprocessableEntity, u, people.One{Change: asIs(u), Password: typed})
	}); shown {
		return err
	}
	s.Log.Info("a password was reset", slog.String("user", u.Name), slog.String("by", by(c).Name))
	if made {
		return s.passwordOnce(c, u, password)
	}
	return done(c, personHref(u.ID), "saved")
}

// endSessions ends sessions of a user.
func (s *Server) endSessions(c echo.Context) error {
	u, err := s.personOf(c)
	if err != nil {
		return err
	}
	why, err := reason(c, "sessions-why")
	if err == nil {
		err = s.end(c, access.Ending{User: u.ID, Why: why})
	}
	if shown, err := shownAgain(err, func(wrong []ui.Fault) error {
		return s.personPage(c, http.StatusUnprocessableEntity, u, people.One{Change: asIs(u), Stays: people.Stays{Why: why, Faults: wrong}})
	}); shown {
		return err
	}
	return done(c, personHref(u.ID), "ended")
}
