package web

import (
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
	p := people.Tokens{Page: page, More: len(all) == tokensShown, Walls: s.walls(), New: typed}
	for _, t := range all {
		p.Rows = append(p.Rows, s.tokenRow(t))
	}
	return s.showAs(c, status, people.ShowTokens(p))
}

func (s *Server) tokenRow(t access.Token) people.Token {
	row := people.Token{
		Name: t.Name, Href: tokenHref(t.ID), Role: "Program, " + t.Role.String(), Page: t.Page,
		Made: s.stamp(t.Created), Seen: s.sometime(t.Seen), Ended: t.Revoked,
	}
	if t.Role == plant.Display {
		row.Role = "Display"
	}
	return row
}

func tokenHref(id int64) string { return "/admin/tokens/" + strconv.FormatInt(id, 10) }

// walls are the pages that a display can show.
func (s *Server) walls() (all []ui.Choice) {
	for _, site := range s.painter().Plant.Sites {
		for _, a := range site.Areas {
			all = append(all, ui.Choice{Value: "/wall/hall/" + a.ID, Name: "Hall " + a.Name})
			for _, l := range a.Lines {
				all = append(all, ui.Choice{Value: "/wall/line/" + string(l.ID), Name: "Line " + l.Name})
			}
		}
	}
	return all
}

// isThere refuses a wall that the plant does not have.
func (s *Server) isThere(page string) error {
	if slices.ContainsFunc(s.walls(), func(w ui.Choice) bool { return w.Value == page }) {
		return nil
	}
	return &errs.Error{Kind: errs.Invalid, Words: "there is no such wall", Fields: []errs.Field{{Path: "page", Message: "Choose the wall that the display shows."}}}
}

// addToken makes a token. Its secret stands in this answer and nowhere else.
func (s *Server) addToken(c echo.Context) error {
	typed := people.Form{Name: strings.TrimSpace(c.FormValue("name")), Role: c.FormValue("role"), Page: c.FormValue("page")}
	var secret string
	var t access.Token
	var err error
	if typed.Why, err = whyOf(c); err == nil {
		secret, t, err = s.makeToken(c, typed)
	}
	if shown, err := shownAgain(err, func(wrong []ui.Fault) error {
		typed.Name, typed.Faults = clip(typed.Name), wrong
		return s.tokensPage(c, http.StatusUnprocessableEntity, typed)
	}); shown {
		return err
	}
	page, err := s.admin(c, "/admin/tokens", t.Name, "")
	if err != nil {
		return err
	}
	page.Frame.Path = tokenHref(t.ID)
	p := people.Secret{
		Page: page, Label: "The token of " + t.Name, Secret: secret, Back: ui.Link{Name: "I have noted it", Href: tokenHref(t.ID)},
		Help: "It is shown only now. The program sends it as Authorization: Bearer.",
	}
	if t.Role == plant.Display {
		p.Label, p.Secret = "The link of "+t.Name, s.origin(c)+"/wall/open/"+secret
		p.Help = "It is shown only now. Open it once in the browser of the display, which then shows its wall for good. Treat it like a key."
	}
	return s.show(c, people.ShowSecret(p))
}

func (s *Server) makeToken(c echo.Context, typed people.Form) (secret string, t access.Token, err error) {
	ctx := c.Request().Context()
	all, err := s.Vault.Tokens(ctx, tokensShown)
	if err != nil {
		return "", t, err
	}
	if slices.ContainsFunc(all, func(o access.Token) bool { return !o.Revoked && o.Name == typed.Name }) {
		return "", t, &errs.Error{Kind: errs.Conflict, Words: "there is a token of this name", Fields: []errs.Field{{Path: "name", Message: "There is a token of this name already; give another name, or revoke that one first."}}}
	}
	role, _ := plant.ParseRole(typed.Role) // what is no role is refused with the rest
	if role == plant.Display {
		if err := s.isThere(typed.Page); err != nil {
			return "", t, err
		}
	}
	return access.AddToken(ctx, s.Vault, access.NewToken{Name: typed.Name, Role: role, Page: typed.Page, Why: typed.Why}, by(c))
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
	id, err := strconv.ParseInt(c.Param("number"), 10, 64)
	if err != nil {
		return access.Token{}, errs.New(errs.NotFound, "there is no such token")
	}
	return s.Vault.Token(c.Request().Context(), id)
}

// token shows one token.
func (s *Server) token(c echo.Context) error {
	t, err := s.tokenOf(c)
	if err != nil {
		return err
	}
	return s.tokenPage(c, http.StatusOK, t, people.OneToken{Move: people.Form{Page: t.Page}})
}

func (s *Server) tokenPage(c echo.Context, status int, t access.Token, p people.OneToken) error {
	page, err := s.admin(c, "/admin/tokens", t.Name, "")
	if err != nil {
		return err
	}
	page.Frame.Crumbs = []ui.Link{{Name: "Tokens", Href: "/admin/tokens"}, {Name: t.Name}}
	page.Frame.Path = tokenHref(t.ID)
	p.Page, p.Token = page, s.tokenRow(t)
	if t.Role == plant.Display {
		p.Walls = s.walls()
		if s.isThere(t.Page) != nil {
			p.Walls = append([]ui.Choice{{Value: t.Page, Name: t.Page + " (not in the plant)"}}, p.Walls...)
		}
	}
	return s.showAs(c, status, people.ShowToken(p))
}

// moveDisplay gives a display another wall.
func (s *Server) moveDisplay(c echo.Context) error {
	t, err := s.tokenOf(c)
	if err != nil {
		return err
	}
	typed := people.Form{Page: c.FormValue("page")}
	if typed.Why, err = reason(c, "page-why"); err == nil {
		err = s.isThere(typed.Page)
	}
	if err == nil {
		err = access.Assign(c.Request().Context(), s.Vault, access.Assignment{Token: t.ID, Page: typed.Page, Why: typed.Why}, by(c))
	}
	if shown, err := shownAgain(err, func(wrong []ui.Fault) error {
		typed.Faults = wrong
		return s.tokenPage(c, http.StatusUnprocessableEntity, t, people.OneToken{Move: typed})
	}); shown {
		return err
	}
	return done(c, tokenHref(t.ID), "moved")
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
		return s.tokenPage(c, http.StatusUnprocessableEntity, t, people.OneToken{Move: people.Form{Page: t.Page}, End: people.Form{Why: why, Faults: wrong}})
	}); shown {
		return err
	}
	return done(c, "/admin/tokens", "ended")
}
