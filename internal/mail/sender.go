package mail

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"time"

	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/report"
)

// Office makes the reports that are sent, of the plant in use.
type Office interface {
	// Placed gives the lines at a place; none when there is no such place.
	Placed(at plant.Place) []plant.Line
	// Settled tells why a period is not yet what it will be; "" when it is.
	Settled(ctx context.Context, s Subscription, p Period) (wait string, err error)
	// Report makes the report of a period, and gives the address of its page.
	Report(ctx context.Context, s Subscription, p Period) (r report.Report, page string, err error)
	// File writes a report.
	File(r report.Report, f report.Format) ([]byte, error)
}

// Sender sends letters when they are due.
type Sender struct {
	Desk   *Desk
	Office Office
	Log    *slog.Logger
	Every  time.Duration // between two looks; 0 means 20 s

	planned map[int64]planned // by subscription; of the goroutine that looks
}

// planned is up to when the letters of a version of a subscription are in the outbox.
type planned struct {
	version int64
	to      time.Time
}

const (
	lookBack = 3 * 24 * time.Hour // a program that was away longer sends no older ones
	lease    = 10 * time.Minute   // to make and send one letter
	oneTry   = 2 * time.Minute
	patience = 12 * time.Hour // how long a period may stay unsettled before it is sent as it is
	givesUp  = 24 * time.Hour // of attempts
	longest  = 500            // characters of a fault that are kept
	atOnce   = 100            // letters in one look
)

// Run sends until ctx ends.
func (s *Sender) Run(ctx context.Context) error {
	every := s.Every
	if every == 0 {
		every = 20 * time.Second
	}
	look := time.NewTicker(every)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-look.C:
		}
		if err := s.Look(ctx); err != nil && ctx.Err() == nil {
			s.Log.Warn("letters could not be looked after; it is tried again", "err", err)
		}
	}
}

// Look puts what is due into the outbox, and sends what waits there.
func (s *Sender) Look(ctx context.Context) error {
	server, err := s.Desk.Server(ctx)
	if err != nil || server.Host == "" {
		return err
	}
	all, err := s.Desk.Subscriptions(ctx)
	if err != nil {
		return err
	}
	by := map[int64]Subscription{}
	for _, one := range all {
		by[one.ID] = one
		if err := s.plan(ctx, one); err != nil {
			return err
		}
	}
	for range atOnce {
		now := s.Desk.Now()
		l, ok, err := s.Desk.Claim(ctx, now, now.Add(lease))
		if err != nil || !ok {
			return err
		}
		if err := s.work(ctx, server, by[l.Subscription], l); err != nil {
			return err
		}
	}
	return nil
}

// plan puts the letters of a subscription that are due into the outbox.
func (s *Sender) plan(ctx context.Context, one Subscription) error {
	now := s.Desk.Now().UTC()
	from := now.Add(-lookBack)
	if one.Since.After(from) {
		from = one.Since
	}
	if was := s.planned[one.ID]; was.version == one.Version && was.to.After(from) {
		from = was.to
	}
	var letters []Letter
	for _, o := range one.Due(s.Office.Placed(one.Place), from, now) {
		letters = append(letters, Letter{Subscription: one.ID, Period: o.String(), Due: o.At, State: Waiting, Next: o.At})
	}
	if len(letters) > 0 {
		if err := s.Desk.Put(ctx, letters); err != nil {
			return err
		}
	}
	if s.planned == nil {
		s.planned = map[int64]planned{}
	}
	s.planned[one.ID] = planned{one.Version, now}
	return nil
}

// work makes one letter and sends it. An error is about the outbox; what becomes of the letter is kept there.
func (s *Sender) work(ctx context.Context, server Server, one Subscription, l Letter) error {
	m, wait, err := s.write(ctx, server, one, l)
	now := s.Desk.Now()
	switch {
	case ctx.Err() != nil:
		return ctx.Err() // the next program takes it when its time is over
	case wait != "":
		l.Fault, l.Next, l.Until = clipped(wait), now.Add(time.Minute), time.Time{}
		_, err = s.Desk.Settle(ctx, l)
		return err
	case err != nil:
		s.Log.Warn("a letter could not be made", "letter", l.ID, "subscription", one.Name, "err", err)
		_, err = s.Desk.Settle(ctx, after(l, err, now))
		return err
	}
	l.State = Sending
	if l, err = s.Desk.Settle(ctx, l); err != nil {
		return err // it is somebody else's by now
	}
	trying, cancel := context.WithTimeout(ctx, oneTry)
	err = s.Desk.send(trying, server, m)
	cancel()
	l = after(l, err, s.Desk.Now())
	if l.State != Sent {
		s.Log.Warn("a letter did not go", "letter", l.ID, "subscription", one.Name, "state", string(l.State), "err", err)
	}
	keep, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second) // it has gone, whoever stops us now
	defer cancel()
	_, err = s.Desk.Settle(keep, l)
	return err
}

// after is a letter after an attempt.
func after(l Letter, err error, now time.Time) Letter {
	l.Until, l.Fault = time.Time{}, ""
	l.Attempts++
	if err == nil {
		l.State, l.Sent = Sent, now
		return l
	}
	var refused *Refusal
	l.State, l.Fault = Waiting, "Something went wrong; the log has it."
	again := errs.KindOf(err) != errs.NotFound && errs.KindOf(err) != errs.Invalid
	switch {
	case errors.As(err, &refused):
		l.Fault, again = clipped(refused.Error()), refused.Again
		if refused.Unsure {
			l.State = Unsure
			return l
		}
	case errs.KindOf(err) != errs.Internal:
		l.Fault = clipped(err.Error())
	}
	l.Next = now.Add(backOff(l.Attempts))
	if !again || l.Next.Sub(l.Due) > givesUp && l.Attempts > 3 {
		l.State = Failed
	}
	return l
}

// backOff is how long is waited after so many attempts: longer each time, and never the same.
func backOff(attempts int) time.Duration {
	d := min(time.Minute<<min(attempts-1, 10), time.Hour)
	return d*4/5 + rand.N(d*2/5)
}

func clipped(text string) string {
	text = strings.Map(func(c rune) rune {
		if c < ' ' {
			return ' '
		}
		return c
	}, text)
	r := []rune(text)
	return string(r[:min(len(r), longest)])
}

// write makes the message of a letter; wait says why it has to wait.
func (s *Sender) write(ctx context.Context, server Server, one Subscription, l Letter) (m Message, wait string, err error) {
	p, err := ParsePeriod(l.Period)
	if err != nil {
		return m, "", err
	}
	if one.ID == 0 || one.Off {
		return m, "", errs.New(errs.NotFound, "its subscription is switched off")
	}
	now := s.Desk.Now()
	if now.Sub(l.Due) < patience {
		if wait, err = s.Office.Settled(ctx, one, p); err != nil || wait != "" {
			return m, wait, err
		}
	}
	r, page, err := s.Office.Report(ctx, one, p)
	if err != nil {
		return m, "", err
	}
	m = Message{
		ID: messageID(fmt.Sprintf("%d/%s", one.ID, l.Period), one.Since, server), To: one.To, Subject: oneLine(r.Kind + ": " + r.Subject + ", " + r.Title),
		Text: words(r, page, one), At: now, Name: r.Name + "." + string(one.Format), Type: one.Format.Type(),
	}
	m.File, err = s.Office.File(r, one.Format)
	return m, "", err
}

// oneLine makes a text fit for a header.
func oneLine(text string) string { return strings.Join(strings.Fields(clipped(text)), " ") }

// words is what a letter says: the figures that the report begins with, and where its page is.
func words(r report.Report, page string, one Subscription) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n%s\n\n", r.Kind, oneLine(r.Subject), oneLine(r.Title))
	for _, p := range r.Parts[:min(1, len(r.Parts))] {
		for _, f := range p.Figures {
			fmt.Fprintf(&b, "%s: %s\n", f.Name, oneLine(f.Text+" "+f.Unit+" "+f.Note))
		}
		for _, w := range p.Words {
			fmt.Fprintf(&b, "%s\n", oneLine(w.Text))
		}
	}
	fmt.Fprintf(&b, "\nThe whole report is attached, and stands at\n%s\n\nMade %s. You get this letter by the subscription %q; an admin of Millwright can change it.\n", page, r.Made, one.Name)
	return b.String()
}

// messageID is the same for every attempt, so that a server that gets a letter twice can tell.
func messageID(of string, at time.Time, s Server) string {
	sum := sha256.Sum256([]byte(of + at.UTC().Format(time.RFC3339Nano)))
	_, host, _ := strings.Cut(s.From, "@")
	return hex.EncodeToString(sum[:12]) + "@" + host
}
