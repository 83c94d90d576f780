// Mail: the server that reports go by, who gets which, and what became of every letter.

package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/mail"
	"millwright/views/admin/letters"
	"millwright/views/figure"
	"millwright/views/ui"
)

const (
	mailHome      = "/admin/mail"
	lettersListed = 100
)

// mailDesk is where mail is set up; without one there is no such page.
func (s *Server) mailDesk() (*mail.Desk, error) {
	if s.Mail == nil {
		return nil, errs.New(errs.NotFound, "this program sends no mail")
	}
	return s.Mail, nil
}

// mail shows all of it.
func (s *Server) mail(c echo.Context) error { return s.mailPage(c, http.StatusOK, nil, nil) }

// mailPage shows all of it; a form that was refused, as it was typed; and what a test found.
func (s *Server) mailPage(c echo.Context, status int, wrong []ui.Fault, found *letters.Finding) error {
	desk, err := s.mailDesk()
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	page, err := s.admin(c, mailHome, "Mail", "Reports that are sent by themselves: by which server, to whom, and what became of each letter.")
	if err != nil {
		return err
	}
	server, err := desk.Server(ctx)
	if err != nil {
		return err
	}
	p := letters.Page{Page: page, Server: serverForm(server), Faults: wrong, Found: found, Ready: server.Host != ""}
	p.Test = ui.Input{ID: "test-to", Label: "Send a test to", Type: "email", Complete: "email", Value: c.FormValue("test-to")}
	if c.Request().Method == http.MethodPost && strings.HasSuffix(c.Path(), "/mail") {
		p.Server.Typed(c.FormValue, wrong)
	}
	p.Test.Fault = ui.FaultOf(wrong, "test-to")
	all, err := desk.Subscriptions(ctx)
	if err != nil {
		return err
	}
	for _, one := range all {
		p.Subscriptions = append(p.Subscriptions, s.subscriptionRow(one))
	}
	outbox, err := desk.Letters(ctx, lettersListed)
	if err != nil {
		return err
	}
	for _, l := range outbox {
		p.Letters = append(p.Letters, s.letterRow(l, all))
	}
	return s.showAs(c, status, letters.Show(p))
}

func serverForm(m mail.Server) letters.Server {
	f := letters.Server{
		Host:     ui.Input{ID: "host", Label: "Server", Type: "text", Help: "Its name or address, like smtp.example.com.", Value: m.Host},
		Port:     ui.Input{ID: "port", Label: "Port", Type: "text", Help: "587 for STARTTLS, 465 for TLS, 25 for a relay of your own.", Value: "587"},
		Security: ui.Input{ID: "security", Label: "Secured by", Value: string(mail.StartTLS)},
		User:     ui.Input{ID: "user", Label: "User", Type: "text", Optional: true, Complete: "off", Help: "Empty where the server asks for none.", Value: m.User},
		Password: ui.Input{ID: "password", Label: "Password", Type: "password", Optional: true, Complete: "new-password"},
		From:     ui.Input{ID: "from", Label: "Letters are from", Type: "email", Value: m.From},
		Why:      whyInput("why"),
		Version:  strconv.FormatInt(m.Version, 10),
		Securities: []ui.Choice{
			{Value: string(mail.StartTLS), Name: "STARTTLS: it begins in the open and must turn to TLS"},
			{Value: string(mail.TLS), Name: "TLS from the first byte"},
			{Value: string(mail.Open), Name: "Nothing: everybody on the network can read along; no password"},
		},
	}
	if m.Host != "" {
		f.Port.Value, f.Security.Value = strconv.Itoa(m.Port), string(m.Security)
	}
	if m.Mark != "" {
		f.Password.Help = "One is kept, sealed. Empty leaves it, as long as server and user stay the same."
	}
	return f
}

// whyInput asks why something of mail is changed.
func whyInput(id string) ui.Input {
	return ui.Input{ID: id, Label: "Why (required)", Help: "One sentence for the audit.", Type: "text", Complete: "off"}
}

// setMail keeps the mail server.
func (s *Server) setMail(c echo.Context) error {
	desk, err := s.mailDesk()
	if err != nil {
		return err
	}
	port, err := strconv.Atoi(strings.TrimSpace(c.FormValue("port")))
	if err != nil {
		port = 0 // which is refused with the rest
	}
	version, _ := strconv.ParseInt(c.FormValue("version"), 10, 64) // what is no number has seen nothing
	why, missing := whyOf(c)
	set := mail.Server{
		Host: strings.TrimSpace(c.FormValue("host")), Port: port, Security: mail.Security(c.FormValue("security")), User: strings.TrimSpace(c.FormValue("user")),
		From: strings.TrimSpace(c.FormValue("from")), Version: version, Why: why,
	}
	var all wrong
	all.take(missing)
	all.take(set.Check(desk.May))
	if err = all.err(); err == nil {
		err = desk.SetServer(c.Request().Context(), set, c.FormValue("password"), by(c))
	}
	if shown, err := shownAgain(err, func(wrong []ui.Fault) error { return s.mailPage(c, http.StatusUnprocessableEntity, wrong, nil) }); shown {
		return err
	}
	return done(c, mailHome, "saved")
}

// testMail sends a letter at once, and tells in two layers how that went.
func (s *Server) testMail(c echo.Context) error {
	desk, err := s.mailDesk()
	if err != nil {
		return err
	}
	err = desk.Test(c.Request().Context(), c.FormValue("test-to"))
	var refused *mail.Refusal
	switch {
	case err == nil:
		return s.mailPage(c, http.StatusOK, nil, &letters.Finding{OK: true, Words: "The server took the letter to " + errs.Clip(c.FormValue("test-to")) + ".", Next: "See whether it arrives; it may lie among what is taken for spam."})
	case errors.As(err, &refused):
		return s.mailPage(c, http.StatusOK, nil, &letters.Finding{Words: upper(refused.Words) + ".", Detail: refused.Detail})
	}
	_, err = shownAgain(err, func(wrong []ui.Fault) error { return s.mailPage(c, http.StatusUnprocessableEntity, wrong, nil) })
	return err
}

// whenSent tells when a subscription sends.
func whenSent(m mail.Subscription) string {
	switch m.Kind {
	case mail.Day:
		return "each day at " + clockText(int(m.At))
	case mail.Week:
		return "each " + m.Weekday.String() + " at " + clockText(int(m.At))
	}
	return fmt.Sprintf("%d min after each shift", int(m.Delay.Minutes()))
}

func clockText(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

func (s *Server) subscriptionRow(m mail.Subscription) letters.Row {
	row := letters.Row{Name: m.Name, Href: subscriptionHref(m.ID), When: whenSent(m), Place: "the whole plant", Format: strings.ToUpper(string(m.Format)), To: m.To, Off: m.Off, Report: "Losses and key figures"}
	if m.Place != "" {
		row.Place = placeName(s.places(), m.Place)
	}
	if m.Kind == mail.Shift {
		row.Report = "Shift report"
	}
	return row
}

func (s *Server) letterRow(l mail.Letter, all []mail.Subscription) letters.Letter {
	row := letters.Letter{
		Due: s.stamp(l.Due), About: l.Period, Attempts: strconv.Itoa(l.Attempts), Fault: l.Fault, Again: mailHome + "/letter/" + strconv.FormatInt(l.ID, 10) + "/again",
		May: l.State == mail.Failed || l.State == mail.Unsure,
	}
	if i := slices.IndexFunc(all, func(m mail.Subscription) bool { return m.ID == l.Subscription }); i >= 0 {
		row.Subscription = all[i].Name
	}
	if p, err := mail.ParsePeriod(l.Period); err == nil {
		row.About = s.periodWords(p)
	}
	switch l.State {
	case mail.Sent:
		row.State, row.Mood = "sent "+s.stamp(l.Sent), ui.Well
	case mail.Failed:
		row.State, row.Mood = "failed", ui.Alarm
	case mail.Unsure:
		row.State, row.Mood = "not known", ui.Warning
	case mail.Sending:
		row.State = "is being sent"
	default:
		row.State = "waits"
		if l.Attempts > 0 {
			row.State, row.Mood = "waits until "+s.stamp(l.Next), ui.Warning
		}
	}
	return row
}

// periodWords tells what a letter is about.
func (s *Server) periodWords(p mail.Period) string {
	if p.Line == "" {
		if p.First == p.Last {
			return p.First.String()
		}
		return p.First.String() + " to " + p.Last.String()
	}
	l, ok := s.painter().line(p.Line)
	if !ok {
		return errs.Clip(string(p.Line)) + ", " + s.stamp(p.From)
	}
	return l.Name + ", shift of " + figure.Locale{Zone: l.site.Zone}.Date(p.From) + ", " + l.locale.Time(p.From)
}

// sendAgain lets a letter wait once more.
func (s *Server) sendAgain(c echo.Context) error {
	desk, err := s.mailDesk()
	if err != nil {
		return err
	}
	id, err := numberOf(c, "such letter")
	if err != nil {
		return err
	}
	if err := desk.Again(c.Request().Context(), id, s.Now(), by(c)); err != nil {
		return err
	}
	return done(c, mailHome, "again")
}
