// Webhooks: which programs elsewhere are told what happens in the business.

package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/hook"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/web/api/operation"
	"millwright/internal/web/api/webhooks"
	"millwright/views/admin/hooks"
	"millwright/views/admin/people"
	"millwright/views/figure"
	"millwright/views/ui"
)

const (
	hooksHome       = "/admin/webhooks"
	deliveriesShown = 100
)

// hookRoom is the API of webhooks.
func (s *Server) hookRoom() operation.Room {
	return func(b *operation.Book) { webhooks.Mount(b, webhooks.Deps{Desk: s.Hooks, By: who}) }
}

// hookPages are those of webhooks.
func (s *Server) hookPages() []route {
	return []route{
		get(hooksHome, plant.Admin, s.hooks),
		post(hooksHome, plant.Admin, s.addHook),
		get(hooksHome+"/:number", plant.Admin, s.hook),
		post(hooksHome+"/:number", plant.Admin, s.changeHook),
		post(hooksHome+"/:number/test", plant.Admin, s.tryHook),
		post("/admin/webhook-delivery/:number/again", plant.Admin, s.deliverAgain),
	}
}

func (s *Server) hooks(c echo.Context) error { return s.hooksPage(c, hooks.Form{}) }

func (s *Server) hooksPage(c echo.Context, typed hooks.Form) error {
	page, err := s.admin(c, hooksHome, "Webhooks", "Programs elsewhere that are told what happens in the business.")
	if err != nil {
		return err
	}
	status := http.StatusOK
	if len(typed.Faults) > 0 {
		status = http.StatusUnprocessableEntity
	}
	ctx := c.Request().Context()
	all, err := s.Hooks.Hooks(ctx)
	if err != nil {
		return err
	}
	typed.All = hook.Events()
	p := hooks.Page{Page: page, New: typed}
	for _, h := range all {
		p.Hooks = append(p.Hooks, hooks.Row{Name: h.Name, Href: hookHref(h.ID), URL: h.URL, Events: toldOf(h), State: upper(hookState(h))})
	}
	deliveries, err := s.Hooks.Deliveries(ctx, hook.Ask{Limit: deliveriesShown})
	if err != nil {
		return err
	}
	for _, d := range deliveries {
		p.Deliveries = append(p.Deliveries, s.deliveryShown(d))
	}
	return s.showAs(c, status, hooks.Show(p))
}

func (s *Server) deliveryShown(d hook.Delivery) hooks.Delivery {
	shown := hooks.Delivery{
		When: s.stamp(d.At), Hook: d.Name, Event: d.Event, On: d.On, State: upper(string(d.State)), Attempts: strconv.Itoa(d.Attempts), Status: figure.Unknown, Took: figure.Unknown,
		Answer: errs.Clip(d.Answer), Wrong: d.State == hook.Failed,
	}
	if d.Attempts > 0 {
		shown.Took = fmt.Sprintf("%d ms", d.Took.Milliseconds())
	}
	if d.Status > 0 {
		shown.Status = strconv.Itoa(d.Status)
	}
	if d.Fault != "" {
		shown.Answer = upper(d.Fault) + ". " + shown.Answer
	}
	if d.State != hook.Waiting {
		shown.Again = fmt.Sprintf("/admin/webhook-delivery/%d/again", d.ID)
	}
	return shown
}

func hookHref(id int64) string { return hooksHome + "/" + strconv.FormatInt(id, 10) }

func toldOf(h hook.Hook) string {
	if len(h.Events) == 0 {
		return "everything"
	}
	return strings.Join(h.Events, ", ")
}

func hookState(h hook.Hook) string {
	switch {
	case h.Active:
		return "active"
	case h.Failures >= hook.GiveUp:
		return fmt.Sprintf("off: %d deliveries in a row were given up", h.Failures)
	}
	return "off"
}

// hookTyped reads a form.
func hookTyped(c echo.Context) (h hook.Hook, typed hooks.Form) {
	typed = hooks.Form{Name: strings.TrimSpace(c.FormValue("name")), URL: strings.TrimSpace(c.FormValue("url")), Active: c.FormValue("active"), Events: map[string]bool{}, All: hook.Events()}
	h = hook.Hook{Name: typed.Name, URL: typed.URL, Active: typed.Active == "on"}
	for _, e := range hook.Events() {
		if typed.Events[e] = c.FormValue("event-"+e) == "on"; typed.Events[e] {
			h.Events = append(h.Events, e)
		}
	}
	return h, typed
}

// addHook keeps a new one with a secret of its own, which is shown once.
func (s *Server) addHook(c echo.Context) error {
	h, typed := hookTyped(c)
	h.Active = true
	var w wrong
	var err error
	typed.Why, err = whyOf(c)
	w.take(err)
	w.take(h.Check(s.Hooks.May))
	var plain string
	if err = w.err(); err == nil {
		h, plain, err = s.Hooks.Make(c.Request().Context(), h, hook.Making{By: by(c), Why: typed.Why})
	}
	if shown, err := shownAgain(err, func(faults []ui.Fault) error {
		typed.Faults = faults
		return s.hooksPage(c, typed)
	}); shown {
		return err
	}
	page, err := s.admin(c, hooksHome, h.Name, "")
	if err != nil {
		return err
	}
	page.Frame.Path = hookHref(h.ID)
	return s.show(c, people.ShowSecret(people.Secret{
		Page: page, Label: "The secret of " + h.Name, Secret: plain, Back: ui.Link{Name: "I have noted it", Href: hooksHome},
		Help: "It is shown only now. What is sent is signed with it: X-Millwright-Signature is v1= and the HMAC-SHA256, in hexadecimal, of X-Millwright-Time, a full stop and the body.",
	}))
}

func (s *Server) hookOf(c echo.Context) (hook.Hook, error) {
	id, err := numberOf(c, "such webhook")
	if err != nil {
		return hook.Hook{}, err
	}
	return s.Hooks.One(c.Request().Context(), id)
}

func (s *Server) hook(c echo.Context) error {
	h, err := s.hookOf(c)
	if err != nil {
		return err
	}
	f := hooks.Form{Name: h.Name, URL: h.URL, Events: map[string]bool{}}
	if h.Active {
		f.Active = "on"
	}
	for _, e := range h.Events {
		f.Events[e] = true
	}
	return s.hookPage(c, h, f)
}

func (s *Server) hookPage(c echo.Context, h hook.Hook, f hooks.Form) error {
	page, err := s.admin(c, hooksHome, h.Name, "")
	if err != nil {
		return err
	}
	status := http.StatusOK
	if len(f.Faults) > 0 {
		status = http.StatusUnprocessableEntity
	}
	page.Frame.Crumbs = []ui.Link{{Name: "Webhooks", Href: hooksHome}, {Name: h.Name}}
	f.All, f.Version = hook.Events(), strconv.FormatInt(h.Version, 10)
	return s.showAs(c, status, hooks.ShowOne(hooks.One{Page: page, Href: hookHref(h.ID), Now: upper(hookState(h)), Active: h.Active, Change: f}))
}

// changeHook keeps a changed one.
func (s *Server) changeHook(c echo.Context) error {
	was, err := s.hookOf(c)
	if err != nil {
		return err
	}
	h, typed := hookTyped(c)
	h.ID = was.ID
	h.Version, _ = strconv.ParseInt(c.FormValue("version"), 10, 64) // what is no number is no version
	var w wrong
	typed.Why, err = whyOf(c)
	w.take(err)
	w.take(h.Check(s.Hooks.May))
	if err = w.err(); err == nil {
		_, err = s.Hooks.Change(c.Request().Context(), h, by(c), typed.Why)
	}
	if shown, err := shownAgain(err, func(faults []ui.Fault) error {
		typed.Faults = faults
		return s.hookPage(c, was, typed)
	}); shown {
		return err
	}
	return done(c, hooksHome, "saved")
}

// tryHook has a webhook told that it is tried.
func (s *Server) tryHook(c echo.Context) error {
	id, err := numberOf(c, "such webhook")
	if err == nil {
		_, err = s.Hooks.Test(c.Request().Context(), id, by(c))
	}
	if err != nil {
		return err
	}
	return done(c, hooksHome, "saved")
}

// deliverAgain has something told once more.
func (s *Server) deliverAgain(c echo.Context) error {
	id, err := numberOf(c, "such delivery")
	if err == nil {
		err = s.Hooks.Again(c.Request().Context(), id, by(c))
	}
	if err != nil {
		return err
	}
	return done(c, hooksHome, "saved")
}
