package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"millwright/internal/access"
	"millwright/internal/plant"
	"millwright/internal/web"
)

func TestFirstStart(t *testing.T) {
	w := newWorld(t)
	secret, err := w.gate.Invite(t.Context(), w.clock.now())
	if err != nil {
		t.Fatal(err)
	}
	b := w.browser()
	if a := b.get("/setup/wrong"); a.status != http.StatusForbidden {
		t.Errorf("a wrong link: %d", a.status)
	}
	page := b.get("/setup/" + secret)
	if page.status != 200 || !strings.Contains(page.body, `name="again"`) || !strings.Contains(page.body, secret) {
		t.Fatalf("%d %s", page.status, page.body)
	}
	form := url.Values{"key": {secret}, "name": {"Ada"}, "password": {password}, "again": {"something else"}}
	if a := b.post("/setup", form); a.status != 422 || !strings.Contains(a.body, "same password twice") || strings.Contains(a.body, password) {
		t.Errorf("different passwords: %d %s", a.status, a.body)
	}
	says(t, b.post("/setup", url.Values{"key": {secret}, "password": {"short"}, "again": {"shirt"}}), "Give a name.", "at least 12 characters", "same password twice")
	form.Set("password", "ada ada ada ada")
	form.Set("again", "ada ada ada ada")
	if a := b.post("/setup", form); a.status != 422 || !strings.Contains(a.body, "must not be the name") {
		t.Errorf("a weak password: %d %s", a.status, a.body)
	}
	form.Set("password", password)
	form.Set("again", password)
	if a := b.post("/setup", form); a.status != http.StatusSeeOther || a.header.Get("Location") != "/" {
		t.Fatalf("set up: %d %s", a.status, a.body)
	}
	if a := b.get("/"); a.status != 200 || !strings.Contains(a.body, "Ada") {
		t.Errorf("the admin is not signed in: %d", a.status)
	}
	if a := w.browser().post("/setup", form); a.status != http.StatusForbidden {
		t.Errorf("the link works twice: %d", a.status)
	}
	if a := w.browser().get("/setup/" + secret); a.status != http.StatusSeeOther {
		t.Errorf("the used link: %d", a.status)
	}
	if strings.Contains(w.log.String(), secret) || strings.Contains(w.log.String(), password) {
		t.Error("the log holds a secret")
	}
}

func TestSignInAndOut(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Manager)
	b := w.browser()
	if a := b.get("/line/filling-1?tag=x"); a.status != http.StatusSeeOther || a.header.Get("Location") != "/sign-in?next=%2Fline%2Ffilling-1%3Ftag%3Dx" {
		t.Fatalf("%d %s", a.status, a.header.Get("Location"))
	}
	form := url.Values{"name": {"ada"}, "password": {"wrong wrong wrong"}, "next": {"/lines"}}
	a := b.post("/sign-in", form)
	if a.status != http.StatusUnauthorized || !strings.Contains(a.body, "is wrong") || b.cookie("session") != "" {
		t.Errorf("a wrong password: %d %s", a.status, a.body)
	}
	form.Set("password", password)
	if a = b.post("/sign-in", form); a.status != http.StatusSeeOther || a.header.Get("Location") != "/lines" {
		t.Fatalf("sign in: %d %s", a.status, a.header.Get("Location"))
	}
	cookie := a.header.Get("Set-Cookie")
	for _, want := range []string{"HttpOnly", "SameSite=Lax", "Path=/"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("the cookie is not %s: %s", want, cookie)
		}
	}
	if a = b.get("/lines"); a.status != 200 || a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("after sign-in: %d %v", a.status, a.header)
	}
	if a = b.get("/sign-in"); a.status != http.StatusSeeOther {
		t.Errorf("the door for one who is in: %d", a.status)
	}
	stolen := b.cookie("session")
	if a = b.post("/sign-out", nil); a.status != http.StatusSeeOther || b.cookie("session") != "" {
		t.Errorf("sign out: %d", a.status)
	}
	thief := w.browser()
	thief.header.Set("Cookie", "session="+stolen)
	if a = thief.get("/lines"); a.status != http.StatusSeeOther {
		t.Errorf("the session lives on after sign-out: %d", a.status)
	}
	if strings.Contains(w.log.String(), stolen) || strings.Contains(w.log.String(), password) {
		t.Error("the log holds a secret")
	}
}

func TestSessionPlantedBeforeSignInIsWorthNothing(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Viewer)
	b := w.browser()
	b.header.Set("Cookie", "session=planted-by-somebody-else")
	a := b.post("/sign-in", url.Values{"name": {"Ada"}, "password": {password}})
	if a.status != http.StatusSeeOther || strings.Contains(a.header.Get("Set-Cookie"), "planted") {
		t.Fatalf("%d %s", a.status, a.header.Get("Set-Cookie"))
	}
	thief := w.browser()
	thief.header.Set("Cookie", "session=planted-by-somebody-else")
	if a := thief.get("/"); a.status != http.StatusSeeOther {
		t.Errorf("the planted session is signed in: %d", a.status)
	}
	// Signing in again ends the session there was.
	b = w.signedIn("Ada")
	first := b.cookie("session")
	b.post("/sign-in", url.Values{"name": {"Ada"}, "password": {password}})
	thief.header.Set("Cookie", "session="+first)
	if a := thief.get("/"); b.cookie("session") == first || a.status != http.StatusSeeOther {
		t.Errorf("the old session lives on: %d", a.status)
	}
}

func TestSessionsEnd(t *testing.T) {
	changes := map[string]func(*world, access.User) error{
		"disabled": func(w *world, u access.User) error {
			u.Disabled = true
			return w.vault.SaveUser(w.t.Context(), u, plant.Program(), "left")
		},
		"another role": func(w *world, u access.User) error {
			u.Role = plant.Operator
			return w.vault.SaveUser(w.t.Context(), u, plant.Program(), "")
		},
		"another password": func(w *world, u access.User) error {
			return access.SetPassword(w.t.Context(), w.vault, access.Account{Name: u.Name, Password: "another good one"}, plant.Program())
		},
		"a day without use": func(w *world, _ access.User) error { w.clock.pass(24 * time.Hour); return nil },
	}
	for what, change := range changes {
		t.Run(what, func(t *testing.T) {
			w := newWorld(t)
			u := w.user("Ada", plant.Viewer)
			b := w.signedIn("Ada")
			if a := b.get("/"); a.status != 200 {
				t.Fatal(a.status)
			}
			if err := change(w, u); err != nil {
				t.Fatal(err)
			}
			if a := b.get("/"); a.status != http.StatusSeeOther {
				t.Errorf("still signed in: %d", a.status)
			}
		})
	}
}

func TestSessionInUseLivesOn(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Viewer)
	b := w.signedIn("Ada")
	for range 10 {
		w.clock.pass(8 * time.Hour)
		if a := b.get("/"); a.status != 200 {
			t.Fatalf("signed out after use: %d", a.status)
		}
	}
}

func TestGuessingWaits(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Viewer)
	b := w.browser()
	w.clock.stop()
	var a answer
	for range 7 {
		a = b.post("/sign-in", url.Values{"name": {"Ada"}, "password": {"wrong wrong wrong"}})
	}
	if a.status != http.StatusTooManyRequests || !strings.Contains(a.body, "try again in") {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a = b.post("/sign-in", url.Values{"name": {"Nobody"}, "password": {"wrong wrong wrong"}}); a.status != http.StatusUnauthorized {
		t.Errorf("another account waits too: %d", a.status)
	}
}

func TestRedirectsStayOnThisSite(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Viewer)
	for next, want := range map[string]string{
		"/lines": "/lines", "/line/filling-1?tag=a/b#trend": "/line/filling-1?tag=a/b#trend", "": "/", "lines": "/",
		"//evil.example": "/", `/\evil.example`: "/", "https://evil.example/": "/", "javascript:alert(1)": "/", "/\t/evil.example": "/", "/\r\nX: y": "/",
	} {
		a := w.browser().post("/sign-in", url.Values{"name": {"Ada"}, "password": {password}, "next": {next}})
		if got := a.header.Get("Location"); got != want {
			t.Errorf("next %q leads to %q", next, got)
		}
		a = w.browser().post("/theme", url.Values{"theme": {"dark"}, "back": {next}})
		if got := a.header.Get("Location"); got != want {
			t.Errorf("back %q leads to %q", next, got)
		}
	}
}

func TestThemeIsKept(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Viewer)
	b := w.signedIn("Ada")
	b.post("/theme", url.Values{"theme": {"dark"}, "back": {"/"}})
	if a := b.get("/"); !strings.Contains(a.body, `data-theme="dark"`) {
		t.Error("the page is not dark")
	}
	b.post("/theme", url.Values{"theme": {`"><script>`}, "back": {"/"}})
	if a := b.get("/"); strings.Contains(a.body, `data-theme="`) || strings.Contains(a.body, "<script>") {
		t.Error("a theme that is none is kept")
	}
}

func TestChangesThatAnotherSiteAsksForAreRefused(t *testing.T) {
	w := newWorld(t)
	w.user("Otto", plant.Operator)
	b := w.signedIn("Otto")
	tests := []struct {
		name   string
		header http.Header
		ok     bool
	}{
		{"a form of ours", http.Header{"Sec-Fetch-Site": {"same-origin"}}, true},
		{"typed by hand", http.Header{"Sec-Fetch-Site": {"none"}}, true},
		{"an old browser, our form", http.Header{"Origin": {w.http.URL}}, true},
		{"no browser", http.Header{}, true},
		{"another site", http.Header{"Sec-Fetch-Site": {"cross-site"}}, false},
		{"a neighbour of the same site", http.Header{"Sec-Fetch-Site": {"same-site"}}, false},
		{"an old browser, another site", http.Header{"Origin": {"https://evil.example"}}, false},
		{"a page without origin", http.Header{"Origin": {"null"}}, false},
	}
	for _, tt := range tests {
		for _, path := range []string{"/jobs/J-1/nonsense", "/api/v1/samples", "/sign-out", "/sign-in", "/theme"} {
			if tt.ok && path == "/sign-out" {
				continue
			}
			h := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
			for k, v := range tt.header {
				h[k] = v
			}
			a := b.do(http.MethodPost, path, strings.NewReader("version=1"), h)
			if (a.status != http.StatusForbidden) != tt.ok {
				t.Errorf("%s: POST %s: %d %s", tt.name, path, a.status, a.body)
			}
		}
	}
	if a := b.do(http.MethodGet, "/", nil, http.Header{"Sec-Fetch-Site": {"cross-site"}}); a.status != 200 {
		t.Errorf("a link from another site: %d", a.status)
	}
}

func TestBehindAProxyWithTLS(t *testing.T) {
	w := newWorld(t, func(d *web.Deps) { d.PublicURL = "https://millwright.example" })
	w.user("Ada", plant.Viewer)
	b := w.browser()
	form := url.Values{"name": {"Ada"}, "password": {password}}
	a := b.do(http.MethodPost, "/sign-in", strings.NewReader(form.Encode()), http.Header{
		"Content-Type": {"application/x-www-form-urlencoded"}, "Origin": {"https://millwright.example"}, "X-Forwarded-For": {"evil, 203.0.113.9"},
	})
	cookie := a.header.Get("Set-Cookie")
	if a.status != http.StatusSeeOther || !strings.HasPrefix(cookie, "__Host-session=") || !strings.Contains(cookie, "Secure") {
		t.Errorf("%d %s", a.status, cookie)
	}
	if a.header.Get("Strict-Transport-Security") == "" {
		t.Error("no HSTS")
	}
	if !strings.Contains(w.log.String(), "source=203.0.113.9") {
		t.Error("the source is not what the proxy says")
	}
	// A client that speaks to us directly cannot say that it comes from elsewhere when no proxy is meant to be there.
	w = newWorld(t)
	w.user("Ada", plant.Viewer)
	b = w.browser()
	for i := range 7 {
		b.header.Set("X-Forwarded-For", "198.51.100."+string(rune('0'+i)))
		a = b.post("/sign-in", url.Values{"name": {"Ada"}, "password": {"wrong wrong wrong"}})
	}
	if a.status != http.StatusTooManyRequests {
		t.Errorf("a forged source is believed: %d", a.status)
	}
	if _, err := web.New(web.Deps{PublicURL: "not an address"}); err == nil {
		t.Error("a public_url that is none is taken")
	}
}

func TestTokensComeInWithoutCookies(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	viewer, operator := w.program(w.token(plant.Viewer, "")), w.program(w.token(plant.Operator, ""))
	if a := viewer.get("/api/v1/lines"); a.status != 200 || a.header.Get("Set-Cookie") != "" {
		t.Errorf("%d %v", a.status, a.header)
	}
	if a := viewer.send("/api/v1/samples", `{"samples":[]}`); a.status != http.StatusForbidden {
		t.Errorf("a viewer sends samples: %d", a.status)
	}
	if a := operator.send("/api/v1/samples", `{"samples":[]}`); a.status != 200 {
		t.Errorf("an operator sends samples: %d %s", a.status, a.body)
	}
	for _, h := range []string{"Bearer", "Bearer ", "Bearer nonsense", "Basic YWRhOmFkYQ==", "mw_x", "Bearer mw_" + strings.Repeat("A", 43), "Bearer " + strings.Repeat("x", 20000)} {
		b := w.browser()
		b.header.Set("Authorization", h)
		if a := b.get("/api/v1/lines"); a.status != http.StatusUnauthorized || a.header.Get("WWW-Authenticate") == "" {
			t.Errorf("%.40q: %d", h, a.status)
		}
	}
}
