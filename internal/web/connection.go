package web

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/internal/errs"
	"millwright/views/admin/connect"
	"millwright/views/ui"
)

// securities are what a connection may be secured with, as "policy/mode".
func securities() []ui.Choice {
	return []ui.Choice{
		{Value: "None/None", Name: "None: everybody on the network can read along"},
		{Value: "Basic256Sha256/SignAndEncrypt", Name: "Basic256Sha256, signed and encrypted"},
		{Value: "Basic256Sha256/Sign", Name: "Basic256Sha256, signed"},
		{Value: "Aes128_Sha256_RsaOaep/SignAndEncrypt", Name: "Aes128_Sha256_RsaOaep, signed and encrypted"},
		{Value: "Aes128_Sha256_RsaOaep/Sign", Name: "Aes128_Sha256_RsaOaep, signed"},
		{Value: "Aes256_Sha256_RsaPss/SignAndEncrypt", Name: "Aes256_Sha256_RsaPss, signed and encrypted"},
		{Value: "Aes256_Sha256_RsaPss/Sign", Name: "Aes256_Sha256_RsaPss, signed"},
	}
}

// formOf shows a connection in a form. The password is not in it.
func formOf(c config.Connection) connect.Form {
	policy := cmp.Or(c.Policy, "None")
	mode := c.Mode
	if mode == "" && policy == "None" {
		mode = "None"
	}
	return connect.Form{
		Seal: seal(c), Name: c.ID, Endpoint: c.Endpoint, Security: policy + "/" + cmp.Or(mode, "SignAndEncrypt"), User: c.User,
		HasPassword: c.Password != "",
	}
}

// newConnection shows an empty form.
func (s *Server) newConnection(c echo.Context) error {
	return s.newPage(c, http.StatusOK, connect.Form{Endpoint: "opc.tcp://", Security: "None/None"})
}

func (s *Server) newPage(c echo.Context, status int, form connect.Form) error {
	page, err := s.admin(c, connectionsHome, "Add a connection", "It goes into the draft, where you can test it before anything of it is used.")
	if err != nil {
		return err
	}
	page.Frame.Crumbs = []ui.Link{{Name: "Connections", Href: connectionsHome}, {Name: "Add"}}
	form.Securities = securities()
	return s.showAs(c, status, connect.ShowOne(connect.One{Page: page, Driver: "opcua", Href: "/admin/new-connection", Form: form}))
}

// connection shows one as it stands in the draft.
func (s *Server) connection(c echo.Context) error {
	one, err := s.drafted(c)
	if err != nil {
		return err
	}
	return s.connectionPage(c, http.StatusOK, one, formOf(one), nil)
}

func (s *Server) connectionPage(c echo.Context, status int, one config.Connection, form connect.Form, found *connect.Finding) error {
	page, err := s.admin(c, connectionsHome, "Connection "+one.ID, "")
	if err != nil {
		return err
	}
	page.Frame.Crumbs = []ui.Link{{Name: "Connections", Href: connectionsHome}, {Name: one.ID}}
	form.Securities = securities()
	p := connect.One{Page: page, ID: one.ID, Driver: one.Driver, Href: connectionHref(one.ID), Form: form, Found: found}
	if one.Driver == "opcua" {
		p.Browse = p.Href + "/browse"
	}
	st, used := s.stateOf(one.ID)
	p.InUse, p.Disabled = used, st.Disabled
	return s.showAs(c, status, connect.ShowOne(p))
}

// typed reads the form over what the connection was. An empty password leaves the one that is set.
func typed(c echo.Context, was config.Connection) (config.Connection, error) {
	security := c.FormValue("security")
	if !slices.ContainsFunc(securities(), func(o ui.Choice) bool { return o.Value == security }) {
		return was, &errs.Error{Kind: errs.Invalid, Words: "the security is not known", Fields: []errs.Field{{Path: "security", Message: "Choose one of the list."}}}
	}
	was.Policy, was.Mode, _ = strings.Cut(security, "/")
	was.Endpoint, was.User = strings.TrimSpace(c.FormValue("endpoint")), strings.TrimSpace(c.FormValue("user"))
	if c.FormValue("forget") == "on" {
		was.Password = ""
	}
	password := c.FormValue("password")
	switch {
	case password == "":
	case len(password) > 1000:
		return was, &errs.Error{Kind: errs.Invalid, Words: "the password is too long", Fields: []errs.Field{{Path: "password", Message: "A password has at most 1,000 letters."}}}
	case strings.HasPrefix(password, "${sealed:"):
		return was, &errs.Error{Kind: errs.Invalid, Words: "the password is a mark", Fields: []errs.Field{{Path: "password", Message: "This is the mark of a sealed password; type the password itself."}}}
	default:
		was.Password = password
	}
	return was, nil
}

// shown is the form with what was typed; a password is not shown again.
func (f formTyped) shown(c echo.Context, err error) connect.Form {
	form := connect.Form{
		Seal: c.FormValue("seal"), Name: c.FormValue("id"), Endpoint: c.FormValue("endpoint"), Security: c.FormValue("security"),
		User: c.FormValue("user"), HasPassword: f.hasPassword, Theirs: f.theirs,
	}
	if f.theirs != "" {
		form.Seal = f.seal
	}
	form.Faults = here(faults(err), f.place)
	return form
}

// formTyped is what of a form is not typed.
type formTyped struct {
	hasPassword  bool
	theirs, seal string // as somebody else left it
	place        string // of the connection in the plant: "connections[2]."
}

// here ties faults of one thing of the plant to the fields of its form.
func here(all []ui.Fault, place string) []ui.Fault {
	for i, f := range all {
		if rest, mine := strings.CutPrefix(f.Field, place); mine {
			all[i].Field = rest
		} else if strings.ContainsAny(f.Field, ".[") {
			all[i] = ui.Fault{Text: f.Field + ": " + f.Text}
		}
	}
	return all
}

// addConnection puts a new connection into the draft.
func (s *Server) addConnection(c echo.Context) error {
	one, err := typed(c, config.Connection{ID: strings.TrimSpace(c.FormValue("id")), Driver: "opcua"})
	var f formTyped
	if err == nil {
		err = s.edit(c.Request().Context(), by(c), func(d *config.Document) error {
			f.place = connectionPlace(len(d.Connections))
			d.Connections = append(d.Connections, one)
			return nil
		})
	}
	if errs.KindOf(err) == errs.Invalid {
		return s.newPage(c, http.StatusUnprocessableEntity, f.shown(c, err))
	}
	if err != nil {
		return err
	}
	return done(c, connectionHref(one.ID), "drafted")
}

// keepConnection changes a connection in the draft, if nobody else did meanwhile.
func (s *Server) keepConnection(c echo.Context) error {
	was, err := s.drafted(c)
	if err != nil {
		return err
	}
	f := formTyped{hasPassword: was.Password != ""}
	one, err := typed(c, was)
	if err == nil {
		err = s.edit(c.Request().Context(), by(c), func(d *config.Document) error {
			now, i, err := findConnection(*d, one.ID)
			if err != nil {
				return err
			}
			f.place = connectionPlace(i)
			if seal(now) != c.FormValue("seal") {
				text, err := config.Marshal(now)
				if err != nil {
					return err
				}
				f.theirs, f.seal = string(text), seal(now)
				return errs.New(errs.Conflict, "somebody else has changed this connection since you opened the page: it stands below as it is now")
			}
			d.Connections[i] = one
			return nil
		})
	}
	switch errs.KindOf(err) {
	case errs.Invalid, errs.Conflict:
		return s.connectionPage(c, http.StatusUnprocessableEntity, was, f.shown(c, err), nil)
	}
	if err != nil {
		return err
	}
	return done(c, connectionHref(one.ID), "drafted")
}

// connectionPlace is where a connection stands in a plant.
func connectionPlace(i int) string { return fmt.Sprintf("connections[%d].", i) }
