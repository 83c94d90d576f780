package web_test

import (
	"net/http"
	"net/url"
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
	a := ada.post("/admin/tokens", url.Values{"name": {"orders"}, "role": {"viewer"}, "why": {"the ERP reads"}})
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
		"Say in one sentence":         {"name": {"x"}, "role": {"viewer"}},
		"Choose the wall":             {"name": {"x"}, "role": {"display"}, "why": {"w"}},
		"of this name already":        {"name": {"orders"}, "role": {"viewer"}, "why": {"w"}},
		"Choose no wall":              {"name": {"x"}, "role": {"viewer"}, "page": {"/wall/hall/filling"}, "why": {"w"}},
		"The role is display":         {"name": {"x"}, "role": {"king"}, "why": {"w"}},
		"A name is made of letters":   {"name": {"<script>x"}, "role": {"viewer"}, "why": {"w"}},
		"Choose the wall that the di": {"name": {"x"}, "role": {"display"}, "page": {"/wall/line/nope"}, "why": {"w"}},
	} {
		if a := ada.post("/admin/tokens", form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, want) || strings.Contains(a.body, "<script>x") {
			t.Errorf("%s: %d", want, a.status)
		}
	}
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

func TestADisplayMovesToAnotherWallUntouched(t *testing.T) {
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
	start := time.Now()
	if a := ada.post("/admin/tokens/1/page", url.Values{"page": {"/wall/line/packing-1"}, "page-why": {"the filler stands"}}); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.short())
	}
	// The socket's end makes the page ask for itself, and the answer leads it on.
	if code := open.closed(); code != live.CloseSignedOut || time.Since(start) > 5*time.Second {
		t.Errorf("the socket closed with %d after %s", code, time.Since(start))
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
