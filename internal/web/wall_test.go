package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"millwright/internal/access"
	"millwright/internal/plant"
	"millwright/internal/web"
)

func (w *world) display(page string) *browser {
	w.t.Helper()
	b := w.browser()
	if a := b.get("/wall/open/" + w.token(plant.Display, page)); a.status != http.StatusSeeOther || a.header.Get("Location") != page {
		w.t.Fatalf("the display cannot come in: %d %s", a.status, a.header.Get("Location"))
	}
	return b
}

func TestDisplaySeesItsWallAndNothingElse(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	b := w.display("/wall/line/filling-1")
	a := b.get("/wall/line/filling-1")
	if a.status != 200 || !strings.Contains(a.body, `data-panel="wall/line/filling-1"`) || strings.Contains(a.body, "mw_") {
		t.Errorf("%d %s", a.status, a.body)
	}
	for _, path := range []string{"/wall/line/packing-1", "/wall/hall/filling"} {
		if a := b.get(path); a.status != http.StatusSeeOther || a.header.Get("Location") != "/wall/line/filling-1" || strings.Contains(a.body, "acking") {
			t.Errorf("%s: %d, led to %q", path, a.status, a.header.Get("Location"))
		}
	}
	for _, path := range []string{"/", "/lines", "/line/filling-1", "/trends", "/api/v1/lines"} {
		if a := b.get(path); a.status != http.StatusForbidden {
			t.Errorf("%s: %d", path, a.status)
		} else if path != "/api/v1/lines" && !strings.Contains(a.body, `href="/wall/line/filling-1">To this display`) {
			t.Errorf("%s: the display is not led back to its wall: %s", path, a.body)
		}
	}
	if a := w.display("/wall/hall/filling").get("/wall/hall/filling"); a.status != 200 || !strings.Contains(a.body, "Filling-1") {
		t.Errorf("the hall: %d", a.status)
	}
}

func TestDisplayStaysForMonthsAndThroughARestart(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	b := w.display("/wall/line/filling-1")
	w.clock.pass(300 * 24 * time.Hour)
	if a := b.get("/wall/line/filling-1"); a.status != 200 {
		t.Fatalf("after months: %d", a.status)
	}
	restarted := newWorld(t, func(d *web.Deps) { d.Vault, d.Gate = w.vault, access.NewGate(w.vault) })
	again := restarted.browser()
	again.header.Set("Cookie", "display="+b.cookie("display"))
	if a := again.get("/wall/line/filling-1"); a.status != 200 {
		t.Errorf("after a restart: %d", a.status)
	}
}

func TestRevokedDisplayIsOut(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	secret, token, err := access.AddToken(t.Context(), w.vault, access.NewToken{Name: "hall", Role: plant.Display, Page: "/wall/hall/filling"}, plant.Program())
	if err != nil {
		t.Fatal(err)
	}
	b := w.browser()
	b.get("/wall/open/" + secret)
	if a := b.get("/wall/hall/filling"); a.status != 200 {
		t.Fatal(a.status)
	}
	if err := w.vault.RevokeToken(t.Context(), token.ID, plant.Program(), ""); err != nil {
		t.Fatal(err)
	}
	if a := b.get("/wall/hall/filling"); a.status != http.StatusSeeOther {
		t.Errorf("still in: %d", a.status)
	}
	if a := w.browser().get("/wall/open/" + secret); a.status != http.StatusUnauthorized {
		t.Errorf("the link still works: %d", a.status)
	}
	if strings.Contains(w.log.String(), secret) {
		t.Error("the log holds the secret")
	}
}

func TestOnlyDisplayTokensOpenWalls(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	b := w.browser()
	if a := b.get("/wall/open/" + w.token(plant.Operator, "")); a.status != http.StatusForbidden || b.cookie("display") != "" {
		t.Errorf("a program's token: %d", a.status)
	}
	if a := b.get("/wall/open/mw_nonsense"); a.status != http.StatusUnauthorized {
		t.Errorf("no token: %d", a.status)
	}
}
