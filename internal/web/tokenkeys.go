package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"millwright/internal/access"
	"millwright/internal/access/accessfile"
	"millwright/internal/plant"
	"millwright/views/admin/people"
	"millwright/views/ui"
)

// rekeyToken makes another secret for a token. It stands in this answer and nowhere else.
func (s *Server) rekeyToken(c echo.Context) error {
	t, err := s.tokenOf(c)
	if err != nil {
		return err
	}
	why, err := reason(c, "secret-why")
	var secret string
	if err == nil {
		secret, err = accessfile.Rekey(c.Request().Context(), s.Vault, t, by(c), why)
	}
	if shown, err := shownAgain(err, func(wrong []ui.Fault) error {
		return s.tokenPage(c, http.StatusUnprocessableEntity, t, people.OneToken{Move: displayed(t), Key: people.Form{Why: why, Faults: wrong}})
	}); shown {
		return err
	}
	return s.secretOnce(c, t, secret)
}

// secretOnce answers with a secret that was made.
func (s *Server) secretOnce(c echo.Context, t access.Token, secret string) error {
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
