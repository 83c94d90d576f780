package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"millwright/internal/live"
	"millwright/internal/plant"
)

func TestATokenIsMadeShownOnceAndRevoked(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	ada := w.signedIn("Ada")
	a := ada.post("/admin/tokens", url.Values{"name": {"orders"}, "role": {"program"}, "scope-read": {"on"}, "why": {"the ERP reads"}})
	secret := a.secret()
	if a.status != http.StatusOK || !strings.HasPrefix(secret, "mw_") || a.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %q %s", a.status, secret, a.header.Get("Cache-Control"))
	}
	for _, path := range []string{"/admin/tokens", "/admin/tokens/1"} {
		if page := ada.get(path); page.status != http.StatusOK || strings.Contains(page.body, secret) || !strings.Contains(page.body, "orders") {
			t.Errorf("%s: %d, or it shows the secret once more", path, page.status)
		}
	}
	program := w.program(secret)
	if a := program.get("/api/v1/lines"); a.status != http.StatusOK {
		t.Errorf("the token does not open: %d", a.status)
	}
	if page := ada.get("/admin/tokens/1"); strings.Contains(page.body, "seen last: –") {
		t.Error("it was never seen")
	}
	for want, form := range map[string]url.Values{
		"Say in one sentence":         {"name": {"x"}, "role": {"program"}},
		"Choose the wall":             {"name": {"x"}, "role": {"display"}, "why": {"w"}},
		"of this name already":        {"name": {"orders"}, "role": {"program"}, "why": {"w"}},
		"Choose no wall":              {"name": {"x"}, "role": {"program"}, "scope-read": {"on"}, "page": {"/wall/hall/filling"}, "why": {"w"}},
		"Choose a display or":         {"name": {"x"}, "role": {"king"}, "why": {"w"}},
		"A name is made of letters":   {"name": {"<script>x"}, "role": {"program"}, "why": {"w"}},
		"Choose what the program may": {"name": {"x"}, "role": {"program"}, "why": {"w"}},
		"A place that was ticked":     {"name": {"x"}, "role": {"program"}, "scope-read": {"on"}, "at-ulm/filling": {"on"}, "at-ulm/nope": {"on"}, "why": {"w"}},
		"Choose no scope":             {"name": {"x"}, "role": {"display"}, "page": {"/wall/line/filling-1"}, "scope-read": {"on"}, "why": {"w"}},
		"Choose the wall that the di": {"name": {"x"}, "role": {"display"}, "page": {"/wall/line/nope"}, "why": {"w"}},
	} {
		if a := ada.post("/admin/tokens", form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, want) || strings.Contains(a.body, "<script>x") {
			t.Errorf("%s: %d", want, a.status)
		}
	}
	says(t, ada.post("/admin/tokens", url.Values{"name": {"<b>"}, "role": {"display"}, "page": {"/wall/line/nope"}, "scope-read": {"on"}}),
		"A name is made of letters", "Choose the wall", "Choose no scope", "Say in one sentence", "&lt;b&gt;")
	if a := ada.post("/admin/tokens/1/revoke", url.Values{}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("revoked without a reason: %d", a.status)
	}
	if a := ada.post("/admin/tokens/1/revoke", url.Values{"why": {"leaked"}}); a.status != http.StatusSeeOther {
		t.Errorf("%d", a.status)
	}
	if a := program.get("/api/v1/lines"); a.status != http.StatusUnauthorized {
		t.Errorf("the revoked token opens: %d", a.status)
	}
	if page := ada.get("/admin/tokens/1"); !strings.Contains(page.body, "Revoked") || strings.Contains(page.body, "Revoke for ever") {
		t.Error("the page does not say that it is revoked")
	}
	if e := w.trail("token.revoke"); e[0].Why != "leaked" || e[0].Who.Name != "Ada" || w.trail("token.add")[0].Why != "the ERP reads" {
		t.Errorf("%+v", e)
	}
	if strings.Contains(w.log.String(), secret) {
		t.Error("the log holds the secret")
	}
}

func TestATokenIsBoundToSeveralPlaces(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	ada := w.signedIn("Ada")
	form := url.Values{"name": {"lines"}, "role": {"program"}, "scope-read": {"on"}, "at-ulm/filling": {"on"}, "at-ulm/filling/filling-1": {"on"}, "at-ulm/packing/packing-1": {"on"}}
	if a := ada.post("/admin/tokens", form); a.status != http.StatusUnprocessableEntity || strings.Count(a.body, " checked") != 4 {
		t.Errorf("without a reason: %d, %d boxes are ticked", a.status, strings.Count(a.body, " checked"))
	}
	form.Set("why", "two halls")
	secret := ada.post("/admin/tokens", form).secret()
	made, err := w.vault.Token(t.Context(), 1)
	if err != nil || !slices.Equal(made.At, []plant.Place{"ulm/filling", "ulm/packing/packing-1"}) {
		t.Fatalf("%v, %v", made.At, err)
	}
	ada.get("/admin/tokens/1").mustSay(t, "Ulm works › Filling, Ulm works › Packing › Packing-1")
	if a := w.program(secret).get("/api/v1/lines"); a.status != http.StatusOK || !strings.Contains(a.body, "filling-1") || !strings.Contains(a.body, "packing-1") {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestADisplayMovesToAnotherWallUntouched(t *testing.T) {
	t.Parallel()
	w := newWorld(t).running()
	w.user("Ada", plant.Admin)
	ada := w.signedIn("Ada")
	link := ada.post("/admin/tokens", url.Values{"name": {"hall screen"}, "role": {"display"}, "page": {"/wall/line/filling-1"}, "why": {"new screen"}}).secret()
	path, ours := strings.CutPrefix(link, w.http.URL)
	screen := w.browser()
	if a := screen.get(path); !ours || a.header.Get("Location") != "/wall/line/filling-1" {
		t.Fatalf("the link %q leads to %q", link, a.header.Get("Location"))
	}
	open := screen.watch("wall/line/filling-1")
	open.sees("wall/line/filling-1", "Filling-1")

	for _, form := range []url.Values{{"page": {"/wall/line/packing-1"}}, {"page": {"/wall/line/nope"}, "page-why": {"w"}}, {"page": {"https://evil.example/"}, "page-why": {"w"}}} {
		if a := ada.post("/admin/tokens/1/page", form); a.status != http.StatusUnprocessableEntity {
			t.Errorf("%v: %d", form, a.status)
		}
	}
	if a := ada.post("/admin/tokens/1/page", url.Values{"page": {"/wall/line/packing-1"}, "page-why": {"the filler stands"}}); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.short())
	}
	// The socket's end makes the page ask for itself, and the answer leads it on.
	if code := open.closed(); code != live.CloseSignedOut {
		t.Errorf("the socket closed with %d", code)
	}
	if a := screen.get("/wall/line/filling-1"); a.status != http.StatusSeeOther || a.header.Get("Location") != "/wall/line/packing-1" {
		t.Errorf("%d, led to %q", a.status, a.header.Get("Location"))
	}
	screen.watch("wall/line/packing-1").sees("wall/line/packing-1", "Packing-1")
	if e := w.trail("token.assign"); len(e) != 1 || e[0].Why != "the filler stands" || !strings.HasSuffix(e[0].New, "/wall/line/packing-1") || !strings.HasSuffix(e[0].Old, "/wall/line/filling-1") {
		t.Errorf("%+v", e)
	}
}

// A wall that is open for weeks asks for nothing: its socket is what is seen.
func TestADisplayIsSeenWhileItIsOpen(t *testing.T) {
	t.Parallel()
	w := newWorld(t).running()
	w.user("Ada", plant.Admin)
	b := w.display("/wall/line/filling-1")
	b.watch("wall/line/filling-1").sees("wall/line/filling-1", "Filling-1")
	w.clock.pass(2 * time.Minute)
	later := w.clock.now().Add(-time.Minute)
	eventually(t, "the display is seen", func() bool {
		token, err := w.vault.Token(t.Context(), 1)
		return err == nil && token.Seen.After(later)
	})
}
