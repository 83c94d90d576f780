package web

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/config/bounds"
	"millwright/config/spoken"
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

// formOf shows a connection in a form. No secret is in it.
func (s *Server) formOf(c config.Connection) connect.Form {
	policy := cmp.Or(c.Policy, "None")
	mode := c.Mode
	if mode == "" && policy == "None" {
		mode = "None"
	}
	return connect.Form{
		Seal: seal(c), Name: c.ID, Endpoint: c.Endpoint, Security: policy + "/" + cmp.Or(mode, "SignAndEncrypt"), User: s.userShown(c),
		Limits: limitsShown(c.Limits),
	}
}

// limitsShown writes limits as a form has them; nothing for none.
func limitsShown(l config.Limits) (shown connect.Limits) {
	if l.Values != 0 {
		shown.Values = strconv.Itoa(l.Values)
	}
	if l.Interval != 0 {
		shown.Interval = secondsText(l.Interval)
	}
	if l.Batch != 0 {
		shown.Batch = strconv.Itoa(l.Batch)
	}
	return shown
}

func limitsTyped(c echo.Context) connect.Limits {
	return connect.Limits{Values: c.FormValue("limits.values"), Interval: c.FormValue("limits.interval"), Batch: c.FormValue("limits.batch")}
}

// limits reads them; what is no number is told at its field.
func limits(typed connect.Limits, w *wrong) (l config.Limits) {
	whole := func(field, text string) int {
		n, err := strconv.Atoi(cmp.Or(strings.TrimSpace(text), "0"))
		if err != nil || n < 0 {
			w.add(field, "%q is no whole number; leave it empty for no limit.", errs.Clip(text))
			return 0
		}
		return n
	}
	l.Values, l.Batch = whole("limits.values", typed.Values), whole("limits.batch", typed.Batch)
	f, ok := number(cmp.Or(strings.TrimSpace(typed.Interval), "0"))
	if !ok || f < 0 {
		w.add("limits.interval", "%q is no number of seconds; write one like 0.5, or leave it empty for no limit.", errs.Clip(typed.Interval))
		return l
	}
	l.Interval = seconds(f)
	return l
}

// newConnection shows an empty form.
func (s *Server) newConnection(c echo.Context) error {
	return s.newPage(c, http.StatusOK, connect.Form{Endpoint: "opc.tcp://", Security: "None/None", User: connect.User{SignIn: connect.Anonymous}}, nil)
}

func (s *Server) newPage(c echo.Context, status int, form connect.Form, found *connect.Finding) error {
	page, err := s.admin(c, connectionsHome, "Add a connection", "Test what you type before you keep it. It goes into the draft, and nothing of it is used until that is published.")
	if err != nil {
		return err
	}
	page.Frame.Crumbs = []ui.Link{{Name: "Connections", Href: connectionsHome}, {Name: "Add"}}
	form.Securities = securities()
	return s.showAs(c, status, connect.ShowOne(connect.One{Page: page, Driver: "opcua", Href: "/admin/new-connection", Form: form, Found: found}))
}

// findConnection gives a connection of a plant and its place in it.
func findConnection(d config.Document, id string) (config.Connection, int, error) {
	i := slices.IndexFunc(d.Connections, func(c config.Connection) bool { return c.ID == id })
	if i < 0 {
		return config.Connection{}, i, errs.New(errs.NotFound, "there is no connection %q in the draft", errs.Clip(id))
	}
	return d.Connections[i], i, nil
}

// connection shows one as it stands in the draft.
func (s *Server) connection(c echo.Context) error {
	one, err := s.drafted(c)
	if err != nil {
		return err
	}
	return s.connectionPage(c, http.StatusOK, one, s.formOf(one), nil)
}

func (s *Server) connectionPage(c echo.Context, status int, one config.Connection, form connect.Form, found *connect.Finding) error {
	page, err := s.admin(c, connectionsHome, "Connection "+one.ID, "")
	if err != nil {
		return err
	}
	page.Frame.Crumbs = []ui.Link{{Name: "Connections", Href: connectionsHome}, {Name: one.ID}}
	form.Securities = securities()
	st, used := s.painter().stateOf(one.ID)
	page.Frame.Live = used
	p := connect.One{Page: page, ID: one.ID, Driver: one.Driver, Href: connectionHref(one.ID), Form: form, Found: found, InUse: used, Disabled: st.Disabled}
	if used {
		p.States = s.painter().states(moment{Time: s.Now()}, one.ID)
	}
	if one.Driver == "opcua" {
		p.Browse = p.Href + "/browse"
	}
	return s.showAs(c, status, connect.ShowOne(p))
}

// typed reads the form over what the connection was, and tells all that cannot be read.
func (s *Server) typed(c echo.Context, was config.Connection) (config.Connection, wrong) {
	var w wrong
	security := c.FormValue("security")
	if slices.ContainsFunc(securities(), func(o ui.Choice) bool { return o.Value == security }) {
		was.Policy, was.Mode, _ = strings.Cut(security, "/")
	} else {
		w.add("security", "Choose one of the list.")
	}
	was.Endpoint = strings.TrimSpace(c.FormValue("endpoint"))
	s.userTyped(c, &was, &w)
	was.Limits = limits(limitsTyped(c), &w)
	return was, w
}

// whole tells all that is wrong with a form of which something could not be read: what the plant makes of the rest
// too. It is nil when everything could be read: then the plant is asked as it is kept.
func (w wrong) whole(d config.Document, place string) error {
	if len(w) == 0 {
		return nil
	}
	return w.checked(d, place)
}

// checked tells what could not be read, and what the plant makes of the rest.
func (w wrong) checked(d config.Document, place string) error {
	var all wrong
	for _, f := range w {
		all.add(place+f.Path, "%s", f.Message)
	}
	var e *errs.Error
	if _, err := bounds.Check("the plant", nil, d); errors.As(err, &e) {
		for _, f := range e.Fields {
			if strings.HasPrefix(f.Path, place) {
				all = append(all, f)
			}
		}
	}
	return all.err()
}

// shown is the form with what was typed; a secret is not shown again.
func (s *Server) shown(c echo.Context, f formTyped, err error) connect.Form {
	form := connect.Form{
		Seal: c.FormValue("seal"), Name: c.FormValue("id"), Endpoint: c.FormValue("endpoint"), Security: c.FormValue("security"),
		User: s.userAgain(c, f.was), Theirs: f.theirs, Limits: limitsTyped(c), Why: c.FormValue(ui.WhyField),
	}
	if f.theirs != "" {
		form.Seal = f.seal
	}
	if err != nil {
		form.Faults = here(faults(err), f.place)
	}
	return form
}

// formTyped is what of a form is not typed.
type formTyped struct {
	was          config.Connection
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
	one, w := s.typed(c, config.Connection{ID: strings.TrimSpace(c.FormValue("id")), Driver: "opcua"})
	var f formTyped
	err := s.edit(c.Request().Context(), authorOf(c), func(d *config.Document) error {
		f.place = connectionPlace(len(d.Connections))
		d.Connections = append(d.Connections, one)
		return w.whole(*d, f.place)
	})
	if errs.KindOf(err) == errs.Invalid {
		return s.newPage(c, http.StatusUnprocessableEntity, s.shown(c, f, err), nil)
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
	f := formTyped{was: was}
	one, w := s.typed(c, was)
	err = s.edit(c.Request().Context(), authorOf(c), func(d *config.Document) error {
		now, i, err := findConnection(*d, one.ID)
		if err != nil {
			return err
		}
		f.place = connectionPlace(i)
		if seal(now) != c.FormValue("seal") {
			text, err := spoken.Of(now)
			if err != nil {
				return err
			}
			f.theirs, f.seal = text, seal(now)
			return errs.New(errs.Conflict, "somebody else has changed this connection since you opened the page: it stands below as it is now")
		}
		d.Connections[i] = one
		return w.whole(*d, f.place)
	})
	switch errs.KindOf(err) {
	case errs.Invalid, errs.Conflict:
		return s.connectionPage(c, http.StatusUnprocessableEntity, was, s.shown(c, f, err), nil)
	}
	if err != nil {
		return err
	}
	return done(c, connectionHref(one.ID), "drafted")
}

// connectionPlace is where a connection stands in a plant.
func connectionPlace(i int) string { return fmt.Sprintf("connections[%d].", i) }
