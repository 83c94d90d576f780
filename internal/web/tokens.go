package web

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/views/admin/people"
	"millwright/views/ui"
)

const tokensShown = 500

// tokens shows which programs and displays may come in.
func (s *Server) tokens(c echo.Context) error {
	return s.tokensPage(c, http.StatusOK, people.Form{Role: plant.Display.String()})
}

func (s *Server) tokensPage(c echo.Context, status int, typed people.Form) error {
	page, err := s.admin(c, "/admin/tokens", "Tokens", "What programs and displays come in with.")
	if err != nil {
		return err
	}
	all, err := s.Vault.Tokens(c.Request().Context(), tokensShown)
	if err != nil {
		return err
	}
	p := people.Tokens{Page: page, More: len(all) == tokensShown, Walls: s.walls(), Places: s.reachable(), New: typed}
	for _, m := range access.Scopes() {
		p.Scopes = append(p.Scopes, ui.Choice{Value: string(m.Scope), Name: upper(m.Words) + "."})
	}
	for _, t := range all {
		p.Rows = append(p.Rows, s.tokenRow(t, p.Places))
	}
	return s.showAs(c, status, people.ShowTokens(p))
}

func (s *Server) tokenRow(t access.Token, places []ui.Choice) people.Token {
	row := people.Token{
		Name: t.Name, Href: tokenHref(t.ID), Role: "Display", Page: shownOn(t),
		Made: s.stamp(t.Created), Seen: s.sometime(t.Seen), Ended: t.Revoked, Keyless: t.Keyless(),
	}
	if t.Role == plant.Display {
		return row
	}
	row.Role, row.Page = "Program", "the whole plant"
	row.May = strings.ReplaceAll(access.Words(t.Scopes), " ", ", ")
	if len(t.At) > 0 {
		names := make([]string, len(t.At))
		for i, p := range t.At {
			names[i] = placeName(places, p)
		}
		row.Page = strings.Join(names, ", ")
	}
	return row
}

// reachable are the places that a program may be bound to: the tree, and the connections that bring its tags.
func (s *Server) reachable() []ui.Choice {
	all := s.places()
	connections := map[string]bool{}
	for _, t := range s.painter().Tags.All() {
		connections[t.Connection] = true
	}
	for _, id := range slices.Sorted(maps.Keys(connections)) {
		if id != "" {
			all = append(all, ui.Choice{Value: string(plant.ConnectionPlace(id)), Name: "Connection " + id})
		}
	}
	return all
}

func tokenHref(id int64) string { return "/admin/tokens/" + strconv.FormatInt(id, 10) }

// addToken makes a token. Its secret stands in this answer and nowhere else.
func (s *Server) addToken(c echo.Context) error {
	typed := people.Form{
		Name: strings.TrimSpace(c.FormValue("name")), Role: c.FormValue("role"), Page: c.FormValue("page"), Scopes: map[string]bool{}, At: placesOf(c),
	}
	for _, m := range access.Scopes() {
		typed.Scopes[string(m.Scope)] = c.FormValue("scope-"+string(m.Scope)) == "on"
	}
	var secret string
	var t access.Token
	n, err := s.newToken(c, &typed)
	if err == nil {
		secret, t, err = access.AddToken(c.Request().Context(), s.Vault, n, by(c))
	}
	if shown, err := shownAgain(err, func(wrong []ui.Fault) error {
		typed.Name, typed.Faults = errs.Clip(typed.Name), wrong
		return s.tokensPage(c, http.StatusUnprocessableEntity, typed)
	}); shown {
		return err
	}
	return s.secretOnce(c, t, secret)
}

// newToken reads what token is to be made, and tells all that is wrong with it.
func (s *Server) newToken(c echo.Context, typed *people.Form) (n access.NewToken, err error) {
	all, err := s.Vault.Tokens(c.Request().Context(), tokensShown)
	if err != nil {
		return n, err
	}
	var w wrong
	if slices.ContainsFunc(all, func(o access.Token) bool { return !o.Revoked && o.Name == typed.Name }) {
		w.add("name", "There is a token of this name already; give another name, or revoke that one first.")
	}
	n = access.NewToken{Name: typed.Name, Page: typed.Page}
	for _, m := range access.Scopes() {
		if typed.Scopes[string(m.Scope)] {
			n.Scopes = append(n.Scopes, m.Scope)
		}
	}
	switch typed.Role {
	case "display":
		n.Role = plant.Display
		w.take(s.isThere(typed.Page))
	case "program":
		n.At, err = s.chosen(typed.At)
		w.take(err)
	default:
		w.add("role", "Choose a display or a program.")
	}
	w.takeOther(n.Check())
	typed.Why, err = whyOf(c)
	n.Why = typed.Why
	w.take(err)
	return n, w.err()
}

// placesOf are the places that a form names: by a box each, at-PLACE, or as at.
func placesOf(c echo.Context) map[string]bool {
	all := map[string]bool{}
	form, err := c.FormParams()
	if err != nil {
		return all
	}
	for name, values := range form {
		if place, box := strings.CutPrefix(name, "at-"); box && values[0] == "on" {
			all[place] = true
		}
	}
	for _, place := range form["at"] {
		if place != "" {
			all[place] = true
		}
	}
	return all
}

// chosen are places that were ticked, in their order and without parts of another; none is the whole plant.
func (s *Server) chosen(at map[string]bool) ([]plant.Place, error) {
	var r plant.Reach
	there := s.reachable()
	for _, place := range slices.Sorted(maps.Keys(at)) {
		if !slices.ContainsFunc(there, func(c ui.Choice) bool { return c.Value == place }) {
			return nil, &errs.Error{Kind: errs.Invalid, Words: "there is no such place", Fields: []errs.Field{{Path: "at", Message: "A place that was ticked is not in the plant any more: look again where the program may do that."}}}
		}
		r.Grants = append(r.Grants, plant.Grant{At: plant.Place(place), Role: plant.Viewer})
	}
	if len(r.Grants) == 0 {
		return nil, nil
	}
	return r.Places(plant.Viewer), nil
}

// origin is how the browser that asks reaches the site.
func (s *Server) origin(c echo.Context) string {
	if s.public != nil {
		return s.public.Scheme + "://" + s.public.Host
	}
	return c.Scheme() + "://" + c.Request().Host
}

// tokenOf finds the token that an address names.
func (s *Server) tokenOf(c echo.Context) (access.Token, error) {
	id, err := numberOf(c, "such token")
	if err != nil {
		return access.Token{}, err
	}
	return s.Vault.Token(c.Request().Context(), id)
}

// token shows one token.
func (s *Server) token(c echo.Context) error {
	t, err := s.tokenOf(c)
	if err != nil {
		return err
	}
	return s.tokenPage(c, http.StatusOK, t, people.OneToken{Move: displayed(t)})
}

func (s *Server) tokenPage(c echo.Context, status int, t access.Token, p people.OneToken) error {
	page, err := s.admin(c, "/admin/tokens", t.Name, "")
	if err != nil {
		return err
	}
	page.Frame.Crumbs = []ui.Link{{Name: "Tokens", Href: "/admin/tokens"}, {Name: t.Name}}
	page.Frame.Path = tokenHref(t.ID)
	p.Page, p.Token = page, s.tokenRow(t, s.reachable())
	if t.Role == plant.Display {
		p.Walls, p.Shown = s.wallsFor(t), ui.Link{Name: "See what it shows now", Href: t.Wall()}
	}
	return s.showAs(c, status, people.ShowToken(p))
}

// revokeToken ends a token for ever.
func (s *Server) revokeToken(c echo.Context) error {
	t, err := s.tokenOf(c)
	if err != nil {
		return err
	}
	why, err := whyOf(c)
	if err == nil {
		err = s.Vault.RevokeToken(c.Request().Context(), t.ID, by(c), why)
	}
	if shown, err := shownAgain(err, func(wrong []ui.Fault) error {
		return s.tokenPage(c, http.StatusUnprocessableEntity, t, people.OneToken{Move: displayed(t), End: people.Form{Why: why, Faults: wrong}})
	}); shown {
		return err
	}
	return done(c, "/admin/tokens", "ended")
}
