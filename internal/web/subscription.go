// One subscription: who gets which report, and when.

package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/mail"
	"millwright/internal/plant"
	"millwright/internal/report"
	"millwright/views/admin/letters"
	"millwright/views/ui"
)

const newSubscriptionHref = mailHome + "/subscription"

func subscriptionHref(id int64) string {
	return newSubscriptionHref + "/" + strconv.FormatInt(id, 10)
}

// subscriptionOf finds the subscription that an address names; without a number a new one.
func (s *Server) subscriptionOf(c echo.Context) (*mail.Desk, mail.Subscription, error) {
	fresh := mail.Subscription{Kind: mail.Shift, Delay: 15 * time.Minute, At: 7 * 60, Weekday: time.Monday, Format: report.PDF}
	desk, err := s.mailDesk()
	if err != nil || c.Param("number") == "" {
		return desk, fresh, err
	}
	id, err := numberOf(c, "such subscription")
	if err != nil {
		return desk, fresh, err
	}
	all, err := desk.Subscriptions(c.Request().Context())
	if err != nil {
		return desk, fresh, err
	}
	i := slices.IndexFunc(all, func(m mail.Subscription) bool { return m.ID == id })
	if i < 0 {
		return desk, fresh, errs.New(errs.NotFound, "there is no such subscription; look at the page of mail")
	}
	return desk, all[i], nil
}

// subscription shows the form of one.
func (s *Server) subscription(c echo.Context) error {
	_, m, err := s.subscriptionOf(c)
	if err != nil {
		return err
	}
	return s.subscriptionPage(c, http.StatusOK, m, nil)
}

func (s *Server) subscriptionPage(c echo.Context, status int, m mail.Subscription, wrong []ui.Fault) error {
	title, action := "New subscription", newSubscriptionHref
	if m.ID != 0 {
		title, action = m.Name, subscriptionHref(m.ID)
	}
	page, err := s.admin(c, mailHome, title, "")
	if err != nil {
		return err
	}
	page.Frame.Path = action
	page.Frame.Crumbs = []ui.Link{{Name: "Mail", Href: mailHome}, {Name: title}}
	f := letters.One{Page: page, Faults: wrong, Action: action, Known: m.ID != 0, Version: strconv.FormatInt(m.Version, 10), Fields: s.subscriptionFields(m)}
	f.Remove = whyInput("remove-why")
	f.Remove.Value, f.Remove.Fault = c.FormValue(f.Remove.ID), ui.FaultOf(wrong, f.Remove.ID)
	removing := strings.HasSuffix(c.Path(), "/remove")
	for i := range f.Fields {
		in := &f.Fields[i].Input
		in.Fault = ui.FaultOf(wrong, in.ID)
		if len(wrong) > 0 && !removing {
			in.Value = c.FormValue(in.ID)
		}
	}
	return s.showAs(c, status, letters.ShowOne(f))
}

func (s *Server) subscriptionFields(m mail.Subscription) []letters.Field {
	off := ""
	if m.Off {
		off = "on"
	}
	var formats []ui.Choice
	for _, f := range report.Formats() {
		formats = append(formats, ui.Choice{Value: string(f), Name: strings.ToUpper(string(f))})
	}
	var days []ui.Choice
	for i := range 7 {
		d := time.Weekday((i + 1) % 7)
		days = append(days, ui.Choice{Value: strconv.Itoa(int(d)), Name: d.String()})
	}
	kinds := []ui.Choice{
		{Value: string(mail.Shift), Name: "Shift report of each line, after each shift"},
		{Value: string(mail.Day), Name: "Losses and key figures of the day before, each day"},
		{Value: string(mail.Week), Name: "Losses and key figures of the week before (Monday to Sunday), each week"},
	}
	return []letters.Field{
		{Input: ui.Input{ID: "name", Label: "Name", Type: "text", Value: m.Name, Help: "What it is called among the others: Morning round, filling."}},
		{Choices: kinds, Input: ui.Input{ID: "kind", Label: "What is sent", Value: string(m.Kind)}},
		{Choices: append([]ui.Choice{{Name: "The whole plant"}}, s.places()...), Input: ui.Input{ID: "place", Label: "Of what", Value: string(m.Place)}},
		{Input: ui.Input{ID: "delay", Label: "After the shift's end", Type: "text", Unit: "min", Value: strconv.Itoa(int(m.Delay.Minutes())), Optional: true, Help: "Of shift reports: people have until then to give reasons. It waits longer until the shift is laid out to its end."}},
		{Input: ui.Input{ID: "time", Label: "Time of day", Type: "text", Value: clockText(int(m.At)), Optional: true, Help: "Of the others, by the clocks of the place: 07:00. A day's night shift belongs to the day on which it began."}},
		{Choices: days, Input: ui.Input{ID: "weekday", Label: "Day of the week", Value: strconv.Itoa(int(m.Weekday)), Help: "Of what is sent each week."}},
		{Choices: formats, Input: ui.Input{ID: "format", Label: "As", Value: string(m.Format)}},
		{Area: true, Input: ui.Input{ID: "to", Label: "To", Value: strings.Join(m.To, "\n"), Rows: 4, Help: "One address on each line. They get figures, names and comments: only people who may know them."}},
		{Check: true, Input: ui.Input{ID: "off", Label: "Switched off", Value: off}},
		{Input: whyInput("why")},
	}
}

// typedSubscription reads the form of a subscription; what is no number is refused with the rest.
func typedSubscription(c echo.Context, m mail.Subscription) mail.Subscription {
	number := func(field string) int {
		n, err := strconv.Atoi(strings.TrimSpace(c.FormValue(field)))
		if err != nil || n < -1 || n > 1<<20 {
			return -1
		}
		return n
	}
	m.Name, m.Kind, m.Place = c.FormValue("name"), mail.Kind(c.FormValue("kind")), plant.Place(c.FormValue("place"))
	m.Format, m.Off, m.To = report.Format(c.FormValue("format")), c.FormValue("off") == "on", nil
	m.Weekday = time.Weekday(number("weekday"))
	if m.Kind == mail.Shift || c.FormValue("delay") != "" {
		m.Delay = time.Duration(number("delay")) * time.Minute
	}
	if at, err := time.Parse("15:04", strings.TrimSpace(c.FormValue("time"))); err == nil {
		m.At = plant.Clock(at.Hour()*60 + at.Minute())
	} else if m.Kind != mail.Shift || c.FormValue("time") != "" {
		m.At = -1
	}
	for line := range strings.Lines(c.FormValue("to")) {
		if line = strings.TrimSpace(line); line != "" && len(m.To) <= 100 {
			m.To = append(m.To, line)
		}
	}
	m.Version, _ = strconv.ParseInt(c.FormValue("version"), 10, 64) // what is no number has seen nothing
	return m
}

// keepSubscription keeps a new subscription, or a changed one.
func (s *Server) keepSubscription(c echo.Context) error {
	desk, was, err := s.subscriptionOf(c)
	if err != nil {
		return err
	}
	m := typedSubscription(c, was)
	var all wrong
	m.Why, err = whyOf(c)
	all.take(err)
	all.take(m.Check())
	if m.Place != was.Place && m.Place != "" && !slices.ContainsFunc(s.places(), func(p ui.Choice) bool { return p.Value == string(m.Place) }) {
		all.add("place", "Choose a place of the plant.")
	}
	if err = all.err(); err == nil {
		_, err = desk.Keep(c.Request().Context(), m, by(c))
	}
	if shown, err := shownAgain(err, func(wrong []ui.Fault) error {
		return s.subscriptionPage(c, http.StatusUnprocessableEntity, was, wrong)
	}); shown {
		return err
	}
	return done(c, mailHome, "saved")
}

// removeSubscription removes one with what it has sent.
func (s *Server) removeSubscription(c echo.Context) error {
	desk, m, err := s.subscriptionOf(c)
	if err != nil {
		return err
	}
	why, err := reason(c, "remove-why")
	if err == nil {
		err = desk.Remove(c.Request().Context(), m.ID, by(c), why)
	}
	if shown, err := shownAgain(err, func(wrong []ui.Fault) error {
		return s.subscriptionPage(c, http.StatusUnprocessableEntity, m, wrong)
	}); shown {
		return err
	}
	return done(c, mailHome, "removed")
}
