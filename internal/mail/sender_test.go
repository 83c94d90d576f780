package mail_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"millwright/internal/errs"
	mails "millwright/internal/mail"
	"millwright/internal/mail/mailtest"
	"millwright/internal/mail/post"
	"millwright/internal/plant"
	"millwright/internal/report"
	"millwright/internal/secret"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

var ada = plant.Person{ID: 1, Name: "Ada", Role: plant.Admin}

// office makes reports of nothing.
type office struct {
	mu   sync.Mutex
	wait string
	fail error
}

func (o *office) Placed(plant.Place) []plant.Line {
	l := aLine(time.UTC)
	l.Calendar.Shifts = append(l.Calendar.Shifts, plant.ShiftPattern{Name: "Late", Start: 14 * 60, End: 22 * 60})
	return []plant.Line{l}
}

func (o *office) Settled(context.Context, mails.Subscription, mails.Period) (string, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.wait, nil
}

func (o *office) Report(_ context.Context, _ mails.Subscription, p mails.Period) (report.Report, string, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return report.Report{Kind: "Shift report", Subject: "Füllung\r\nBcc: evil@example.com", Title: p.From.Format("15:04"), Name: "shift", Parts: []report.Part{{Figures: []report.Figure{{Name: "Good", Cell: report.Text("12 480")}}}}}, "https://plant.example/reports/shift", o.fail
}

func (o *office) File(report.Report, report.Format) ([]byte, error) { return []byte("%PDF-"), nil }

// clock is pushed ahead by hand.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// world is a store, a mail server, and a subscription to the shifts of a line that ended since.
type world struct {
	*mails.Sender
	box    *mailtest.Box
	office *office
	clock  *clock
	log    *bytes.Buffer
}

func newWorld(t *testing.T, s *store.Store, b *mailtest.Box) *world {
	t.Helper()
	ctx := t.Context()
	w := &world{box: b, office: &office{}, clock: &clock{at: time.Now()}, log: &bytes.Buffer{}}
	host := fmt.Sprintf("127.0.0.1:%d", b.Port)
	w.Sender = &mails.Sender{
		Office: w.office, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Desk: &mails.Desk{Book: s.Mail(), Safe: secret.New(filepath.Join(t.TempDir(), "key"), s.Secrets()), Post: post.Client{}.Send, May: mails.Allowed{host}, Now: w.clock.now},
	}
	was, err := w.Desk.Server(ctx)
	must(t, err)
	if was.Host == "" {
		must(t, w.Desk.SetServer(ctx, mails.Server{Host: "127.0.0.1", Port: b.Port, Security: mails.Open, From: "reports@plant.example"}, "", ada))
		_, err = w.Desk.Keep(ctx, fine(), ada)
		must(t, err)
	}
	one := fine()
	due := one.Due(w.office.Placed(""), w.clock.now(), w.clock.now().Add(24*time.Hour))
	w.clock.pass(due[1].At.Sub(w.clock.now()) + time.Minute) // two shifts have ended since
	return w
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) look(t *testing.T) {
	t.Helper()
	must(t, w.Look(t.Context()))
}

// states are the letters' states, and the fault of the newest.
func (w *world) states(t *testing.T) (states, fault string) {
	t.Helper()
	all, err := w.Desk.Letters(t.Context(), 10)
	must(t, err)
	for _, l := range all {
		states = strings.TrimSpace(states + " " + string(l.State))
	}
	return states, all[0].Fault
}

func TestALetterIsSentOnceForEachPeriod(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		b := mailtest.Open(t)
		first := newWorld(t, open(), b)
		second := newWorld(t, open(), b) // another program on the same data
		var both sync.WaitGroup
		for _, w := range []*world{first, second} {
			both.Go(func() {
				for range 3 {
					if err := w.Look(t.Context()); err != nil && errs.KindOf(err) != errs.Conflict {
						t.Error(err)
					}
				}
			})
		}
		both.Wait()
		again := newWorld(t, open(), b) // after a restart
		again.look(t)
		got := b.Letters()
		if states, _ := again.states(t); states != "sent sent" || len(got) != 2 {
			t.Fatalf("%q; %d letters came", states, len(got))
		}
		m, err := mail.ReadMessage(strings.NewReader(got[0]))
		must(t, err)
		if m.Header.Get("Bcc") != "" || m.Header.Get("To") != "<mara@example.com>" || !strings.Contains(m.Header.Get("Subject"), "=?UTF-8?") || m.Header.Get("Auto-Submitted") != "auto-generated" {
			t.Errorf("its head is %v", m.Header)
		}
		body, _ := io.ReadAll(m.Body)
		if !strings.Contains(string(body), "12 480") || !strings.Contains(string(body), "https://plant.example/reports/shift") || !strings.Contains(string(body), `filename="shift.pdf"`) {
			t.Errorf("it says %s", body)
		}
	})
}

func TestALetterWaitsUntilItsShiftIsSettled(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t).Open(), mailtest.Open(t))
	w.office.wait = "It waits until the shift is laid out."
	w.look(t)
	if states, fault := w.states(t); states != "waiting waiting" || !strings.Contains(fault, "laid out") || len(w.box.Letters()) != 0 {
		t.Errorf("%q %q", states, fault)
	}
	w.office.wait = ""
	w.clock.pass(2 * time.Minute)
	w.look(t)
	if states, _ := w.states(t); states != "sent sent" {
		t.Error(states)
	}
	w.office.wait = "never"
	w.clock.pass(8 * time.Hour)
	w.look(t)
	w.clock.pass(13 * time.Hour) // nobody waits for ever
	w.look(t)
	if states, _ := w.states(t); strings.Count(states, "sent") < 3 {
		t.Error(states)
	}
}

func TestWhatTheServerRefusesIsTriedAgainOrToldAsFailed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		w := newWorld(t, open(), mailtest.Open(t))
		w.box.Answer(func(string) error { return &smtp.SMTPError{Code: 451, Message: "greylisted"} })
		w.look(t)
		if states, fault := w.states(t); states != "waiting waiting" || !strings.Contains(fault, "greylisted") {
			t.Errorf("%q %q", states, fault)
		}
		w.look(t) // not before its time
		if all, _ := w.Desk.Letters(t.Context(), 1); all[0].Attempts != 1 || !all[0].Next.After(w.clock.now()) {
			t.Errorf("%+v", all[0])
		}
		w.box.Answer(func(step string) error {
			if step == "rcpt" {
				return &smtp.SMTPError{Code: 550, Message: "no such user"}
			}
			return nil
		})
		w.clock.pass(5 * time.Minute)
		w.look(t)
		states, fault := w.states(t)
		if states != "failed failed" || !strings.Contains(fault, "one of the addresses") || !strings.Contains(fault, "no such user") {
			t.Errorf("%q %q", states, fault)
		}
		w.box.Answer(nil)
		w.clock.pass(time.Hour)
		w.look(t)
		if len(w.box.Letters()) != 0 {
			t.Error("a refused letter was sent by itself")
		}
		all, err := w.Desk.Letters(t.Context(), 10)
		must(t, err)
		must(t, w.Desk.Again(t.Context(), all[0].ID, w.clock.now(), ada))
		must(t, w.Desk.Again(t.Context(), all[0].ID, w.clock.now(), ada))
		w.look(t)
		if states, _ := w.states(t); states != "sent failed" || len(w.box.Letters()) != 1 {
			t.Error(states)
		}
		if err := w.Desk.Again(t.Context(), all[0].ID, w.clock.now(), ada); errs.KindOf(err) != errs.Conflict {
			t.Errorf("sent twice: %v", err)
		}
	})
}

// A program that ended while it handed a letter over leaves one of which nobody knows: it is not sent twice.
func TestALetterOfWhichNobodyKnowsIsNotSentByItself(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		w := newWorld(t, open(), mailtest.Open(t))
		died := errors.New("killed")
		w.Desk.Post = func(context.Context, mails.Server, string, mails.Message) error { panic(died) }
		func() {
			defer func() { _ = recover() }()
			_ = w.Look(t.Context())
		}()
		w.Desk.Post = post.Client{}.Send
		w.look(t)
		if states, _ := w.states(t); states != "sent sending" && states != "sending sent" {
			t.Errorf("%q: it is still somebody's", states)
		}
		w.clock.pass(11 * time.Minute)
		w.look(t)
		if states, _ := w.states(t); !strings.Contains(states, "unsure") || len(w.box.Letters()) != 1 {
			t.Errorf("%q, %d came", states, len(w.box.Letters()))
		}
	})
}

func TestThePasswordStaysWithItsServer(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t).Open(), mailtest.Open(t))
	ctx := t.Context()
	w.Desk.May = mails.Allowed{"mail", "evil"}
	s, err := w.Desk.Server(ctx)
	must(t, err)
	s.Host, s.Port, s.Security, s.User = "mail", 465, mails.TLS, "plant"
	if err := w.Desk.SetServer(ctx, s, "", ada); strings.Join(fieldsOf(err), "") != "password" {
		t.Errorf("no password: %v", err)
	}
	must(t, w.Desk.SetServer(ctx, s, "otters", ada))
	if err := w.Desk.SetServer(ctx, s, "otters", ada); errs.KindOf(err) != errs.Conflict {
		t.Errorf("an old version: %v", err)
	}
	s, err = w.Desk.Server(ctx)
	must(t, err)
	if s.Mark == "" || strings.Contains(s.String(), "otters") {
		t.Errorf("%+v", s)
	}
	s.Port = 25
	must(t, w.Desk.SetServer(ctx, s, "", ada)) // the same server and user
	s.Version++
	s.Host = "evil"
	if err := w.Desk.SetServer(ctx, s, "", ada); strings.Join(fieldsOf(err), "") != "password" {
		t.Errorf("the password goes to another server: %v", err)
	}
}
