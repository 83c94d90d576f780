package store_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"millwright/internal/access"
	"millwright/internal/erp/hook"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/secret"
	"millwright/internal/store/storetest"
)

// listener is a program elsewhere that is told things.
type listener struct {
	*httptest.Server
	status int
	heard  []string
	signed bool
}

func newListener(t *testing.T, plain *string) *listener {
	l := &listener{status: 204}
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		sec, _ := strconv.ParseInt(r.Header.Get("X-Millwright-Time"), 10, 64)
		l.signed = r.Header.Get("X-Millwright-Signature") == hook.Sign(*plain, time.Unix(sec, 0), body)
		l.heard = append(l.heard, string(body))
		w.Header().Set("Location", "http://127.0.0.1:1/elsewhere")
		w.WriteHeader(l.status)
		_, _ = w.Write([]byte(strings.Repeat("no ", 1000)))
	}))
	t.Cleanup(l.Close)
	return l
}

func TestProgramsAreToldWhatHappened(t *testing.T) {
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		ctx, s := t.Context(), db.Open()
		plain := hook.NewSecret()
		l := newListener(t, &plain)
		safe := secret.New(filepath.Join(t.TempDir(), "key"), s.Secrets())
		now := time.Now().Add(time.Second)
		sender := &hook.Sender{Book: s.Hooks(), Safe: safe, May: hook.Allowed{"127.0.0.1"}, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return now }}
		h, err := s.Hooks().Add(ctx, hook.Hook{Name: "ERP", URL: l.URL, Events: []string{"item"}, Active: true}, hook.Making{By: anna})
		must(t, err)
		h.Mark, err = safe.Keep(ctx, hook.SecretName(h.ID), plain, anna)
		must(t, err)
		must(t, s.Hooks().Save(ctx, h, anna, "to begin with"))
		tell := func(on string) {
			t.Helper()
			_, err := s.Audit().Append(ctx, access.Entry{Who: anna, What: "item.add", On: on, New: "Cap", Why: "new"})
			must(t, err)
		}
		tell("item/1")
		tell("lot/1") // not asked for
		tell("anna")  // no document
		must(t, sender.Look(ctx))
		if len(l.heard) != 1 || !l.signed || !strings.Contains(l.heard[0], `"event":"item.add"`) || !strings.Contains(l.heard[0], `"on":"item/1"`) || !strings.Contains(l.heard[0], `"new":"Cap"`) {
			t.Fatalf("heard %v, signed %v", l.heard, l.signed)
		}
		l.status = 302
		tell("item/2")
		must(t, sender.Look(ctx))
		must(t, sender.Look(ctx)) // it waits before it tries again
		all, err := s.Hooks().Deliveries(ctx, hook.Ask{Limit: 10})
		must(t, err)
		if len(l.heard) != 2 || len(all) != 2 || all[0].State != hook.Waiting || all[0].Attempts != 1 || all[0].Status != 302 || len([]rune(all[0].Answer)) > 501 || all[1].State != hook.Sent || all[1].Status != 204 {
			t.Fatalf("heard %d, %+v", len(l.heard), all)
		}
		for range 30 {
			now = now.Add(2 * time.Hour)
			must(t, sender.Look(ctx))
		}
		all, err = s.Hooks().Deliveries(ctx, hook.Ask{Limit: 1})
		must(t, err)
		if all[0].State != hook.Failed || all[0].Attempts != 12 {
			t.Errorf("%+v", all[0])
		}
		l.status = 200
		must(t, s.Hooks().Again(ctx, all[0].ID, anna))
		wantKind(t, s.Hooks().Again(ctx, all[0].ID, anna), errs.Conflict)
		must(t, sender.Look(ctx))
		if all, err = s.Hooks().Deliveries(ctx, hook.Ask{Limit: 1}); err != nil || all[0].State != hook.Sent {
			t.Errorf("%+v %v", all, err)
		}
		sound(t, s)
	})
}

func TestAWebhookIsTried(t *testing.T) {
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		ctx, s := t.Context(), db.Open()
		plain := ""
		l := newListener(t, &plain)
		safe := secret.New(filepath.Join(t.TempDir(), "key"), s.Secrets())
		desk := hook.Desk{Book: s.Hooks(), Safe: safe, May: hook.Allowed{"127.0.0.1"}}
		h := hook.Hook{Name: "ERP", URL: l.URL, Events: []string{"item"}, Active: true}
		m := hook.Making{By: anna, Why: "it asks", Key: "k1"}
		_, err := s.Hooks().Add(ctx, h, m) // and then the program was killed
		must(t, err)
		made, plain, err := desk.Make(ctx, h, m)
		must(t, err)
		again, same, err := desk.Make(ctx, h, m)
		if err != nil || again.ID != made.ID || again.Version != made.Version || same != plain {
			t.Errorf("%+v, and again %+v, %v", made, again, err)
		}
		m.By = plant.Person{ID: 2, Name: "bert", Role: plant.Admin} // who has keys of their own
		if other, _, err := desk.Make(ctx, h, m); err != nil || other.ID == made.ID {
			t.Errorf("%+v %v", other, err)
		}
		first, err := s.Hooks().Test(ctx, made.ID, anna)
		must(t, err)
		second, err := s.Hooks().Test(ctx, made.ID, anna)
		if err != nil || second.ID != first.ID {
			t.Errorf("%+v, and again %+v, %v", first, second, err)
		}
		now := time.Now().Add(time.Second)
		must(t, (&hook.Sender{Book: s.Hooks(), Safe: safe, May: desk.May, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return now }}).Look(ctx))
		if len(l.heard) != 1 || !strings.Contains(l.heard[0], `"event":"webhook.test"`) {
			t.Errorf("%v", l.heard)
		}
		all, err := s.Hooks().Deliveries(ctx, hook.Ask{Hook: made.ID, State: hook.Sent, Limit: 9})
		if err != nil || len(all) != 1 || all[0].ID != first.ID {
			t.Errorf("%+v %v", all, err)
		}
		if all, err = s.Hooks().Deliveries(ctx, hook.Ask{Before: first.ID, Limit: 9}); err != nil || len(all) != 0 {
			t.Errorf("%+v %v", all, err)
		}
		made.Active = false
		off, err := desk.Change(ctx, made, anna, "no more")
		must(t, err)
		_, err = s.Hooks().Test(ctx, off.ID, anna)
		wantKind(t, err, errs.Conflict)
		_, err = s.Hooks().Test(ctx, 99, anna)
		wantKind(t, err, errs.NotFound)
		sound(t, s)
	})
}

func TestAProgramThatNeverAnswersIsNoLongerTold(t *testing.T) {
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		ctx, s := t.Context(), db.Open()
		h, err := s.Hooks().Add(ctx, hook.Hook{Name: "ERP", URL: "https://erp.example", Active: true}, hook.Making{By: anna})
		must(t, err)
		for range hook.GiveUp {
			_, err := s.Audit().Append(ctx, access.Entry{Who: anna, What: "item.add", On: "item/1"})
			must(t, err)
			d, ok, err := s.Hooks().Claim(ctx, monday, monday.Add(time.Minute))
			if err != nil || !ok {
				t.Fatalf("%v %v", ok, err)
			}
			if _, again, err := s.Hooks().Claim(ctx, monday, monday.Add(time.Minute)); again || err != nil {
				t.Fatalf("two work on one delivery: %v", err)
			}
			d.State, d.Attempts, d.Fault = hook.Failed, 12, "nobody answers"
			must(t, s.Hooks().Settle(ctx, d))
			must(t, s.Hooks().Settle(ctx, d)) // who comes late changes nothing
		}
		all, err := s.Hooks().Hooks(ctx)
		must(t, err)
		if all[0].Active || all[0].Failures != hook.GiveUp {
			t.Errorf("%+v", all[0])
		}
		_, err = s.Audit().Append(ctx, access.Entry{Who: anna, What: "item.add", On: "item/2"})
		must(t, err)
		if _, ok, err := s.Hooks().Claim(ctx, monday, monday.Add(time.Minute)); ok || err != nil {
			t.Errorf("one that is off is told: %v", err)
		}
		wantKind(t, s.Hooks().Save(ctx, h, anna, ""), errs.Conflict)
		sound(t, s)
	})
}

func TestWebhooksCallNoMachineOfOnesOwn(t *testing.T) {
	plain := ""
	l := newListener(t, &plain)
	db := storetest.SQLite(t)
	ctx, s := t.Context(), db.Open()
	safe := secret.New(filepath.Join(t.TempDir(), "key"), s.Secrets())
	secure := strings.Replace(l.URL, "http:", "https:", 1)
	for what, one := range map[string]struct {
		url   string
		may   hook.Allowed
		words string
	}{
		"itself":            {secure, nil, "network of one's own"},
		"by another name":   {strings.Replace(secure, "127.0.0.1", "localhost", 1), nil, "network of one's own"},
		"as IPv6":           {strings.Replace(secure, "127.0.0.1", "[::ffff:127.0.0.1]", 1), nil, "network of one's own"},
		"plain http":        {"http://example.com", nil, "cannot be kept"},
		"another port":      {l.URL, hook.Allowed{"127.0.0.1:1"}, "cannot be kept"},
		"a file":            {"file:///etc/passwd", hook.Allowed{""}, "cannot be kept"},
		"with a password":   {"https://a:b@example.com", nil, "cannot be kept"},
		"the cloud's words": {"https://169.254.169.254/latest", nil, "network of one's own"},
	} {
		h, err := s.Hooks().Add(ctx, hook.Hook{Name: what, URL: one.url, Active: true}, hook.Making{By: anna})
		must(t, err)
		h.Mark, err = safe.Keep(ctx, hook.SecretName(h.ID), "x", anna)
		must(t, err)
		must(t, s.Hooks().Save(ctx, h, anna, ""))
		_, err = s.Audit().Append(ctx, access.Entry{Who: anna, What: "item.add", On: "item/1"})
		must(t, err)
		sender := &hook.Sender{Book: s.Hooks(), Safe: safe, May: one.may, Log: slog.New(slog.DiscardHandler), Now: time.Now}
		now := time.Now().Add(time.Minute)
		sender.Now = func() time.Time { return now }
		must(t, sender.Look(ctx))
		all, err := s.Hooks().Deliveries(ctx, hook.Ask{Limit: 1})
		must(t, err)
		if all[0].State != hook.Waiting || !strings.Contains(all[0].Fault, one.words) {
			t.Errorf("%s: %+v", what, all[0])
		}
		h.Active, h.Version = false, h.Version+1
		must(t, s.Hooks().Save(ctx, h, anna, ""))
	}
	if len(l.heard) != 0 {
		t.Error("it was called")
	}
}
