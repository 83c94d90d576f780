package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"millwright/internal/access"
	"millwright/internal/access/rotation"
	"millwright/internal/mes/andon"
	"millwright/internal/mes/oee"
	"millwright/internal/plant"
	"millwright/internal/web"
)

// hallScreen adds a display and gives it what a form says.
func (w *world) hallScreen(admin *browser, walls ...string) (*browser, access.Token) {
	w.t.Helper()
	secret, t, err := access.AddToken(w.t.Context(), w.vault, access.NewToken{Name: "hall screen", Role: plant.Display, Page: "/wall/hall/filling"}, plant.Program())
	if err != nil {
		w.t.Fatal(err)
	}
	if len(walls) > 0 {
		if a := admin.post(tokenAt(t)+"/page", turnsForm("/wall/hall/filling", walls...)); a.status != http.StatusSeeOther {
			w.t.Fatalf("%d %s", a.status, a.short())
		}
	}
	b := w.browser()
	b.get("/wall/open/" + secret)
	return b, t
}

func tokenAt(t access.Token) string { return fmt.Sprintf("/admin/tokens/%d", t.ID) }

func displayAt(t access.Token) string { return fmt.Sprintf("/wall/display/%d", t.ID) }

// turnsForm says that a display, which was seen to show something, shows some walls for half a minute each.
func turnsForm(seen string, walls ...string) url.Values {
	f := url.Values{"seen": {seen}, "page-why": {"more to see"}}
	for i, page := range walls {
		f.Set(rotation.Field("page", i), page)
	}
	return f
}

func TestADisplayShowsItsWallsByTurns(t *testing.T) {
	w := newWorld(t).running()
	w.user("Ada", plant.Admin)
	w.user("Vera", plant.Viewer)
	ada := w.signedIn("Ada")
	b, token := w.hallScreen(ada, "/wall/line/filling-1", "/wall/line/packing-1", "/wall/orders/ulm")
	at := displayAt(token)
	seen := map[string]bool{}
	w.clock.stop()
	for range 3 {
		a := b.get(at)
		for _, wall := range []string{`aria-label="Filling-1"`, `aria-label="Packing-1"`, `aria-label="Orders of Ulm works"`} {
			seen[wall] = seen[wall] || a.status == 200 && strings.Contains(a.body, wall) && strings.Contains(a.body, " of 3</span>")
		}
		w.clock.pass(30 * time.Second)
	}
	if len(seen) != 3 || !seen[`aria-label="Filling-1"`] || !seen[`aria-label="Packing-1"`] || !seen[`aria-label="Orders of Ulm works"`] {
		t.Errorf("in a round the display showed %v", seen)
	}
	for _, other := range []string{"/wall/line/filling-1", "/wall/hall/filling", "/wall/orders/ulm", "/wall/display/99"} {
		if a := b.get(other); a.status != http.StatusSeeOther || a.header.Get("Location") != at {
			t.Errorf("%s: %d, led to %q", other, a.status, a.header.Get("Location"))
		}
	}
	if a := w.signedIn("Vera").get(at); a.status != 200 || !strings.Contains(a.body, " of 3</span>") {
		t.Errorf("who looks at what the display shows: %d", a.status)
	}
	if a := ada.get("/admin/tokens"); !strings.Contains(a.body, "3 walls by turns") {
		t.Error("the list of tokens does not tell of the turns")
	}
	panel := `wall/turns/` + between(b.get(at).body, `data-panel="wall/turns/`, `"`)
	socket := b.watch(panel)
	first := socket.sees("wall/turns", " of 3")
	w.clock.pass(30 * time.Second)
	for next := first; next == first; {
		next = socket.sees("wall/turns", " of 3")
	}
}

func TestADisplayIsGivenOtherWallsWhileItShowsSome(t *testing.T) {
	w := newWorld(t).running()
	w.user("Ada", plant.Admin)
	ada := w.signedIn("Ada")
	b, token := w.hallScreen(ada, "/wall/line/filling-1", "/wall/line/packing-1")
	old := `wall/turns/` + between(b.get(displayAt(token)).body, `data-panel="wall/turns/`, `"`)
	b.watch(old).sees("wall/turns", " of 2")
	was := "/wall/line/filling-1=30 /wall/line/packing-1=30"
	form := turnsForm(was, "/wall/hall/filling", "/wall/hall/packing", "/wall/orders/packing")
	form.Set("seconds-3", "45")
	form.Set("calls", "on")
	for range 2 { // sent twice, changed once
		if a := ada.post(tokenAt(token)+"/page", form); a.status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.status, a.short())
		}
	}
	if a := ada.post(tokenAt(token)+"/page", turnsForm(was, "/wall/hall/packing")); a.status != 422 && a.status != 409 || !strings.Contains(a.body, "other walls meanwhile") {
		t.Errorf("who saw what it showed before: %d %s", a.status, a.short())
	}
	trail := w.trail("token.assign")
	if len(trail) != 2 || trail[0].Who.Name != "Ada" || !strings.Contains(trail[0].New, "/wall/orders/packing=45 calls") || trail[0].Old == trail[0].New || trail[0].Why != "more to see" {
		t.Errorf("%+v", trail)
	}
	w.clock.pass(time.Minute)         // what is known of a token is as old as that at most
	again := b.watch(old)             // the page asks for what it was made with
	again.sees("wall/turns", " of 3") // and gets what it is to show now
	if a := b.get(displayAt(token)); a.status != 200 || !strings.Contains(a.body, "calls") {
		t.Errorf("the page: %d", a.status)
	}
	if a := ada.post(tokenAt(token)+"/page", turnsForm("", "/wall/hall/packing")); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.short())
	}
	if a := b.get(displayAt(token)); a.status != http.StatusSeeOther || a.header.Get("Location") != "/wall/hall/packing" {
		t.Errorf("one wall alone: %d, led to %q", a.status, a.header.Get("Location"))
	}
}

func TestWhatADisplayCannotShowIsShownAsTyped(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	ada := w.signedIn("Ada")
	_, token := w.hallScreen(ada)
	for name, c := range map[string]struct {
		set  []string
		want []string
	}{
		"nothing":   {nil, []string{"Choose the wall"}},
		"no wall":   {[]string{"page", "/wall/hall/filling", "page-2", "/admin"}, []string{"not in the plant any more", `id="page-2-fault"`}},
		"too short": {[]string{"page", "/wall/hall/filling", "page-2", "/wall/hall/packing", "seconds-2", "1"}, []string{"5 to 3,600 seconds", `id="seconds-2-fault"`, `value="1"`}},
		"no number": {[]string{"page", "/wall/hall/filling", "page-2", "/wall/hall/packing", "seconds", "<b>"}, []string{`id="seconds-fault"`, `value="&lt;b&gt;"`}},
		"no reason": {[]string{"page", "/wall/hall/packing", "page-why", ""}, []string{"one sentence", `<option value="/wall/hall/packing" selected`}},
	} {
		a := ada.post(tokenAt(token)+"/page", with(url.Values{"page-why": {"because"}}, c.set...))
		if a.status != 422 {
			t.Errorf("%s: %d %s", name, a.status, a.short())
		}
		for _, want := range c.want {
			if !strings.Contains(a.body, want) {
				t.Errorf("%s: the page does not show %q", name, want)
			}
		}
	}
	if kept, err := w.vault.Token(t.Context(), token.ID); err != nil || !kept.Turns.None() || kept.Page != "/wall/hall/filling" {
		t.Errorf("%+v, %v", kept, err)
	}
}

func TestAWallIsHeldWhileSomethingIsTheMatterOnIt(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	otto := w.user("Otto", plant.Operator)
	ada := w.signedIn("Ada")
	b, token := w.hallScreen(ada)
	form := turnsForm("", "/wall/hall/packing", "/wall/line/filling-1", "/wall/line/packing-1")
	form.Set("calls", "on")
	form.Set("stops", "on")
	if a := ada.post(tokenAt(token)+"/page", form); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.short())
	}
	w.clock.stop()
	holds := func(wall string) {
		t.Helper()
		for range 3 {
			if a := b.get(displayAt(token)); !strings.Contains(a.body, `aria-label="`+wall+`"`) || !strings.Contains(a.body, ">held<") {
				t.Errorf("the display does not stay at %s: %d", wall, a.status)
			}
			w.clock.pass(30 * time.Second)
		}
	}
	w.lines.change("packing-1", func(s *oee.Snapshot) { s.Now = oee.Breakdown })
	holds("Packing-1")
	w.lines.change("packing-1", func(s *oee.Snapshot) { s.Now = oee.Running })
	line, _ := thePlant(t).Line("filling-1")
	by := otto.Person()
	c, err := w.calls.Raise(t.Context(), line, andon.Call{Kind: andon.Quality, Raised: andon.Mark{By: by}})
	if err != nil {
		t.Fatal(err)
	}
	holds("Filling-1")
	if _, err := w.calls.Take(t.Context(), line, andon.Taking{ID: c.ID, Step: andon.Finish, Version: c.Version, By: by}); err != nil {
		t.Fatal(err)
	}
	if a := b.get(displayAt(token)); !strings.Contains(a.body, " of 3<") {
		t.Error("nothing holds it any more, and it stays")
	}
}

func TestTurnsGoOnAfterARestartAndWithoutAWallThatIsGone(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	b, token := w.hallScreen(w.signedIn("Ada"), "/wall/line/filling-1", "/wall/line/packing-1")
	smaller := thePlant(t)
	smaller.Sites[0].Areas = smaller.Sites[0].Areas[:1]
	restarted := newWorld(t, func(d *web.Deps) { d.Vault, d.Gate, d.Plant = w.vault, access.NewGate(w.vault), smaller }).running()
	again := restarted.browser()
	again.header.Set("Cookie", "display="+b.cookie("display"))
	a := again.get(displayAt(token))
	if a.status != 200 || !strings.Contains(a.body, `aria-label="Filling-1"`) || !strings.Contains(a.body, "1 of 1") {
		t.Errorf("%d %s", a.status, a.short())
	}
	again.watch(`wall/turns/`+between(a.body, `data-panel="wall/turns/`, `"`)).sees("wall/turns", "1 of 1")
}

func TestNobodySeesByTurnsWhatIsNotTheirs(t *testing.T) {
	w := newWorld(t).running()
	w.user("Ada", plant.Admin)
	ben := w.user("Ben", plant.Nobody)
	if err := access.ChangeGrant(t.Context(), w.vault, access.Regrant{ID: ben.ID, Version: ben.Version, At: "ulm/filling", Role: plant.Viewer}, plant.Program()); err != nil {
		t.Fatal(err)
	}
	b, token := w.hallScreen(w.signedIn("Ada"), "/wall/line/filling-1", "/wall/line/packing-1")
	_ = b
	benny := w.signedIn("Ben")
	if a := benny.get(displayAt(token)); a.status == 200 {
		t.Errorf("who sees one hall sees a display of two: %d", a.status)
	}
	if a := benny.get("/wall/orders/filling"); a.status != 200 {
		t.Errorf("the orders of one's own hall: %d", a.status)
	}
	for _, path := range []string{"/wall/orders/packing", "/wall/orders/ulm"} {
		if a := benny.get(path); a.status != http.StatusNotFound && a.status != http.StatusForbidden {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	benny.watch("wall/turns//wall/line/filling-1=30 /wall/line/filling-1=30").sees("wall/turns", " of 2")
	for _, panel := range []string{"wall/turns//wall/line/filling-1=30 /wall/line/packing-1=30", "wall/orders/packing", "wall/orders/ulm", "wall/turns/x"} {
		if benny.watch(panel).closed() != websocket.ClosePolicyViolation {
			t.Errorf("%s is drawn for who may not see all of it", panel)
		}
	}
}
