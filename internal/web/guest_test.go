package web_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"millwright/internal/access"
	"millwright/internal/access/provider"
	"millwright/internal/plant"
	"millwright/internal/web"
)

const providerFolder = "../access/provider/testdata/oidc-provider"

// realProvider starts a provider of another implementation on loopback, and gives its issuer.
func realProvider(t *testing.T, flags ...string) string {
	t.Helper()
	if _, err := os.Stat(filepath.Join(providerFolder, "node_modules", "oidc-provider")); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("oidc-provider is not installed: run " + providerFolder + "/install.sh")
		}
		t.Skip("SKIPPED: oidc-provider is not installed: run internal/access/provider/testdata/oidc-provider/install.sh")
	}
	cmd := exec.Command("node", append([]string{filepath.Join(providerFolder, "server.js")}, flags...)...)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close(); _ = cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the provider does not start: %v", err)
	}
	return strings.TrimSpace(line)
}

// vouching makes a world whose people a provider may vouch for.
func vouching(t *testing.T, issuer string, change ...func(*provider.Settings)) *world {
	t.Helper()
	return newWorld(t, vouchedBy(t, issuer, change...))
}

func vouchedBy(t *testing.T, issuer string, change ...func(*provider.Settings)) option {
	t.Helper()
	s := provider.Settings{
		Issuer: issuer, Client: "millwright", Secret: "a secret between the two", Name: "Keycloak", Scopes: []string{"profile", "groups"},
		Called: "preferred_username", Groups: "groups",
		Roles: map[string]plant.Role{"mill": plant.Viewer, "fillers": plant.Operator, "it": plant.Admin},
	}
	for _, c := range change {
		c(&s)
	}
	p, err := provider.New(s)
	if err != nil {
		t.Fatal(err)
	}
	return func(d *web.Deps) {
		audit, ok := d.Chain.(interface {
			access.Chain
			Append(ctx context.Context, e access.Entry) (access.Entry, error)
		})
		if !ok {
			t.Fatal("the trail cannot be written")
		}
		d.Guests = &web.Guests{Provider: p, Reception: access.Reception{Vault: d.Vault, Adds: true, Note: audit.Append}}
	}
}

// fetch asks any site, as a browser that follows nobody.
func (b *browser) fetch(method, address string, form url.Values) answer {
	b.w.t.Helper()
	r, err := http.NewRequest(method, address, strings.NewReader(form.Encode()))
	if err != nil {
		b.w.t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := b.client.Do(r)
	if err != nil {
		b.w.t.Fatalf("%s %s: %v", method, address, err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.w.t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, string(text)}
}

// there is a person as the provider knows them.
type there struct{ sub, name, groups string }

// follow goes from one redirect to the next, until a page is shown or our callback is asked for. The form that sends
// itself when another person signs in there is sent, as a browser does.
func (b *browser) follow(issuer string, a answer, callback string) (answer, string) {
	b.w.t.Helper()
	for range 10 {
		to := a.header.Get("Location")
		switch {
		case to == "" && strings.Contains(a.body, "<title>Submitting Callback</title>"):
			form := url.Values{}
			for _, in := range strings.Split(a.body, "<input ")[1:] {
				form.Set(between(in, `name="`, `"`), between(in, `value="`, `"`))
			}
			a = b.fetch(http.MethodPost, between(a.body, `action="`, `"`), form)
			continue
		case to == "" || strings.HasPrefix(to, callback):
			return a, to
		case strings.HasPrefix(to, "/"):
			to = issuer + to
		}
		a = b.fetch(http.MethodGet, to, nil)
	}
	b.w.t.Fatal("the provider leads in circles")
	return answer{}, ""
}

// atProvider begins a sign-in and goes through it at the provider; it gives the path by which the provider leads back.
func (b *browser) atProvider(issuer string, who there) (back string) {
	b.w.t.Helper()
	back, _ = b.through(issuer, "/sign-in/provider?next=%2Flines", who)
	return back
}

// through goes the way that an address of ours begins; asked tells whether the provider wanted to know who it is.
func (b *browser) through(issuer, from string, who there) (back string, asked bool) {
	b.w.t.Helper()
	a := b.get(from)
	if a.status != http.StatusSeeOther || !strings.HasPrefix(a.header.Get("Location"), issuer+"/auth?") {
		b.w.t.Fatalf("%d %s %s", a.status, a.header.Get("Location"), a.short())
	}
	callback := b.w.http.URL + "/sign-in/callback"
	page, to := b.follow(issuer, a, callback)
	if to == "" { // it asks who it is
		asked = true
		form := between(page.body, `action="`, `"`)
		if form == "" {
			b.w.t.Fatalf("the provider shows %d %s", page.status, page.short())
		}
		if who.sub == "" {
			a = b.fetch(http.MethodGet, issuer+form+"/refuse", nil)
		} else {
			a = b.fetch(http.MethodPost, issuer+form, url.Values{"sub": {who.sub}, "name": {who.name}, "groups": {who.groups}})
		}
		if page, to = b.follow(issuer, a, callback); to == "" {
			b.w.t.Fatalf("the provider shows %d %s", page.status, page.short())
		}
	}
	return strings.TrimPrefix(to, b.w.http.URL), asked
}

func TestAPersonComesInByARealProvider(t *testing.T) {
	for name, flags := range map[string][]string{"claims in the token": nil, "claims by the userinfo endpoint": {"--userinfo"}} {
		t.Run(name, func(t *testing.T) {
			issuer := realProvider(t, flags...)
			w := vouching(t, issuer)
			w.user("Ada", plant.Admin)
			b := w.browser()
			if a := b.get("/sign-in?next=%2Flines"); !strings.Contains(a.body, `href="/sign-in/provider?next=%2Flines"`) || !strings.Contains(a.body, "Sign in with Keycloak") || !strings.Contains(a.body, `name="password"`) {
				t.Errorf("the way in shows %s", a.short())
			}
			back := b.atProvider(issuer, there{"4711", "bert", "mill,fillers,others"})
			if !strings.Contains(back, "iss=") {
				t.Errorf("the provider leads back by %s", back)
			}
			a := b.get(back)
			if a.status != http.StatusSeeOther || a.header.Get("Location") != "/lines" {
				t.Fatalf("%d %s %s", a.status, a.header.Get("Location"), a.short())
			}
			if page := b.get("/account"); !strings.Contains(page.body, ">bert<") || !strings.Contains(page.body, "Operator") || strings.Contains(page.body, `name="old"`) || strings.Count(page.body, "(this one)") != 1 {
				t.Errorf("the person's own page shows %s", page.short())
			}
			if e := w.trail("user.add"); e[0].On != "bert" || e[0].Why != "the first sign-in by Keycloak" {
				t.Errorf("%+v", e[0])
			}
			if e := w.trail("sign-in"); e[0].Who.Name != "bert" || e[0].New != issuer+" as 4711" {
				t.Errorf("%+v", e[0])
			}
			// What led in once leads in no more, neither here nor elsewhere.
			for _, c := range []*browser{b, w.browser()} {
				if a := c.get(back); a.status != http.StatusUnauthorized || !strings.Contains(a.body, "begin again") {
					t.Errorf("the answer works twice: %d %s", a.status, a.short())
				}
			}
			out := b.post("/sign-out", nil)
			if out.status != http.StatusOK || !strings.HasPrefix(out.header.Get("Refresh"), "0; url="+issuer+"/session/end?client_id=millwright&") || !strings.Contains(out.header.Get("Content-Security-Policy"), "form-action 'self';") {
				t.Errorf("signing out: %d %s", out.status, out.header.Get("Refresh"))
			}
			if a := b.get("/lines"); a.status != http.StatusSeeOther {
				t.Errorf("still signed in: %d", a.status)
			}
			end := b.fetch(http.MethodGet, strings.TrimPrefix(out.header.Get("Refresh"), "0; url="), nil)
			if end.status != http.StatusOK || !strings.Contains(end.body, "/session/end/confirm") {
				t.Errorf("the provider does not sign out: %d %s", end.status, end.short())
			}
			if said := w.log.String(); strings.Contains(said, "a secret between") || strings.Contains(said, between(back+"&", "code=", "&")) {
				t.Error("the log holds a secret")
			}
		})
	}
}

func TestACodeStolenFromABrowserIsWorthNothing(t *testing.T) {
	issuer := realProvider(t)
	w := vouching(t, issuer)
	w.user("Ada", plant.Admin)
	victim, thief := w.browser(), w.browser()
	back := victim.atProvider(issuer, there{"4711", "bert", "it"})
	if a := thief.get(back); a.status != http.StatusUnauthorized {
		t.Errorf("without a cookie: %d", a.status)
	}
	// With a flow of the thief's own the state differs; with the state made to fit, the verifier does.
	_ = thief.atProvider(issuer, there{"666", "mallory", "mill"})
	if a := thief.get(back); a.status != http.StatusUnauthorized || !strings.Contains(a.body, "does not belong") {
		t.Errorf("another state: %d %s", a.status, a.short())
	}
	thief = w.browser()
	own := thief.atProvider(issuer, there{"666", "mallory", "mill"})
	mixed := strings.Replace(own, between(own+"&", "code=", "&"), between(back+"&", "code=", "&"), 1)
	if a := thief.get(mixed); a.status != http.StatusUnauthorized || !strings.Contains(a.body, "did not accept its own answer") {
		t.Errorf("a code injected: %d %s", a.status, a.short())
	}
	if thief.cookie("session") != "" || len(w.trail("user.add")) != 1 {
		t.Error("somebody came in")
	}
}

func TestGroupsDecideAtEverySignIn(t *testing.T) {
	issuer := realProvider(t)
	w := vouching(t, issuer)
	w.user("Ada", plant.Admin)
	in := func(groups string) (*browser, answer) {
		b := w.browser()
		return b, b.get(b.atProvider(issuer, there{"4711", "bert", groups}))
	}
	first, a := in("mill")
	if a.status != http.StatusSeeOther || first.get("/admin/people").status != http.StatusForbidden {
		t.Fatalf("%d", a.status)
	}
	second, a := in("it")
	if a.status != http.StatusSeeOther || second.get("/admin/people").status != http.StatusOK {
		t.Fatalf("%d", a.status)
	}
	if a := first.get("/"); a.status != http.StatusSeeOther {
		t.Errorf("the session of the old role lives on: %d", a.status)
	}
	if e := w.trail("user.change"); !strings.HasPrefix(e[0].Old, "bert, viewer") || !strings.HasPrefix(e[0].New, "bert, admin") {
		t.Errorf("%+v", e[0])
	}
	refused, a := in("others")
	if a.status != http.StatusForbidden || !strings.Contains(a.body, "None of your groups at Keycloak has a role here; ask an admin.") || refused.cookie("session") != "" {
		t.Errorf("%d %s", a.status, a.short())
	}
	if a := second.get("/"); a.status != http.StatusSeeOther {
		t.Errorf("who has no role any more is still signed in: %d", a.status)
	}
	if e := w.trail("sign-in.refuse"); e[0].On != "bert" || e[0].Who != plant.Program() {
		t.Errorf("%+v", e[0])
	}
}

func TestAUserIsTiedToAPersonAtTheProvider(t *testing.T) {
	issuer := realProvider(t)
	w := vouching(t, issuer)
	w.user("Ada", plant.Admin)
	w.user("Bert", plant.Viewer)
	b := w.browser()
	a := b.get(b.atProvider(issuer, there{"4711", "bert", "fillers"}))
	if a.status != http.StatusForbidden || !strings.Contains(a.body, "ask an admin") || strings.Contains(a.body, "another user") {
		t.Fatalf("a local user is taken over, or told of: %d %s", a.status, a.short())
	}
	ada := w.signedIn("Ada")
	if e := w.trail("sign-in.refuse"); !strings.HasSuffix(e[0].New, " as 4711") || !strings.Contains(e[0].Why, "another user has this name") {
		t.Errorf("%+v", e[0])
	}
	form := url.Values{"version": {ada.get("/admin/people/2").hidden("version")}, "subject": {"4711 ü"}, "provider-why": {""}}
	if a := ada.post("/admin/people/2/provider", form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `value="4711 ü"`) || !strings.Contains(a.body, "Say in one sentence") {
		t.Errorf("%d %s", a.status, a.short())
	}
	form.Set("provider-why", "it is he")
	if a := ada.post("/admin/people/2/provider", form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "plain letters") {
		t.Errorf("%d %s", a.status, a.short())
	}
	form.Set("subject", "4711")
	if a := ada.post("/admin/people/2/provider", form); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.short())
	}
	page := ada.get("/admin/people/2")
	if !strings.Contains(page.body, `value="4711"`) || strings.Contains(page.body, "New password") {
		t.Errorf("the page shows %s", page.short())
	}
	form.Set("subject", "4712") // by the version before
	if a := ada.post("/admin/people/2/provider", form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "changed by somebody else") {
		t.Errorf("%d %s", a.status, a.short())
	}
	if a := w.browser().post("/sign-in", url.Values{"name": {"Bert"}, "password": {password}}); a.status != http.StatusUnauthorized || !strings.Contains(a.body, "name or the password is wrong") {
		t.Errorf("the password still works: %d", a.status)
	}
	b = w.browser()
	if a := b.get(b.atProvider(issuer, there{"4711", "bert", "fillers"})); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.short())
	}
	if page := b.get("/account"); !strings.Contains(page.body, ">Bert<") {
		t.Errorf("somebody else came in: %s", page.short())
	}
}

func TestWhoTurnsBackAtTheProviderIsToldSo(t *testing.T) {
	issuer := realProvider(t)
	w := vouching(t, issuer)
	w.user("Ada", plant.Admin)
	b := w.browser()
	a := b.get(b.atProvider(issuer, there{}))
	if a.status != http.StatusUnauthorized || !strings.Contains(a.body, "Keycloak did not let you in, or you turned back there.") || strings.Contains(a.body, "thanks") {
		t.Errorf("%d %s", a.status, a.short())
	}
	if !strings.Contains(a.body, `name="next" value="/lines"`) || b.cookie("sign-in") != "" {
		t.Error("it is forgotten where the reader wanted to go, or the flow is not")
	}
}

func TestAWrongClientSecretIsToldToAnAdmin(t *testing.T) {
	issuer := realProvider(t)
	w := vouching(t, issuer, func(s *provider.Settings) { s.Secret = "an old secret" })
	w.user("Ada", plant.Admin)
	b := w.browser()
	a := b.get(b.atProvider(issuer, there{"4711", "bert", "it"}))
	if a.status != http.StatusServiceUnavailable || !strings.Contains(a.body, "does not accept this program") || strings.Contains(w.log.String(), "an old secret") {
		t.Errorf("%d %s", a.status, a.short())
	}
}

func TestWithoutItsProviderThePasswordsGoOn(t *testing.T) {
	w := vouching(t, "http://127.0.0.1:1")
	w.user("Ada", plant.Viewer)
	b := w.browser()
	if a := b.get("/sign-in"); a.status != http.StatusOK || strings.Contains(a.body, "could not be reached") {
		t.Errorf("%d %s", a.status, a.short())
	}
	a := b.get("/sign-in/provider?next=//evil.example")
	if a.status != http.StatusServiceUnavailable || !strings.Contains(a.body, "Keycloak cannot be reached at this moment; sign in with name and password, or try again.") || strings.Contains(a.body, "evil") {
		t.Errorf("%d %s", a.status, a.short())
	}
	if a := b.get("/sign-in"); !strings.Contains(a.body, "Keycloak could not be reached a moment ago") {
		t.Errorf("%s", a.short())
	}
	w.clock.pass(2 * time.Minute)
	if a := b.get("/sign-in"); strings.Contains(a.body, "could not be reached") {
		t.Errorf("%s", a.short())
	}
	if a := b.post("/sign-in", url.Values{"name": {"Ada"}, "password": {password}}); a.status != http.StatusSeeOther {
		t.Errorf("a password does not let in: %d", a.status)
	}
	if out := b.post("/sign-out", nil); out.status != http.StatusSeeOther || out.header.Get("Refresh") != "" {
		t.Errorf("who came by a password signs out elsewhere: %d", out.status)
	}
	w.clock.stop()
	for i := range 22 {
		a = b.get("/sign-in/callback?state=guess&code=guess")
		if want := http.StatusUnauthorized; i < 20 && (a.status != want || b.cookie("session") != "") {
			t.Fatalf("%d: %d %s", i, a.status, a.short())
		}
	}
	if a.status != http.StatusTooManyRequests || !strings.Contains(a.body, "try again in") {
		t.Errorf("guessing does not wait: %d %s", a.status, a.short())
	}
}

func TestWithoutAProviderThereIsNone(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	for _, path := range []string{"/sign-in/provider", "/sign-in/callback?code=x&state=y"} {
		if a := w.browser().get(path); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	if a := w.browser().get("/sign-in"); strings.Contains(a.body, "/sign-in/provider") {
		t.Error("there is a way to nowhere")
	}
	if a := w.signedIn("Ada").get("/admin/people/1"); strings.Contains(a.body, "Subject at") {
		t.Error("a user can be tied to nobody")
	}
}

func TestTheFlowsCookieIsCareful(t *testing.T) {
	issuer := realProvider(t)
	w := vouching(t, issuer)
	w.user("Ada", plant.Admin)
	a := w.browser().get("/sign-in/provider")
	cookie := a.header.Get("Set-Cookie")
	for _, want := range []string{"sign-in=", "HttpOnly", "SameSite=Lax", "Max-Age=600", "Path=/"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("the cookie is %s, without %s", cookie, want)
		}
	}
	if to := a.header.Get("Location"); !strings.Contains(to, url.QueryEscape(w.http.URL+"/sign-in/callback")) {
		t.Errorf("the provider would lead back elsewhere: %s", to)
	}
}
