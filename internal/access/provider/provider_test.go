package provider_test

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"millwright/internal/access"
	"millwright/internal/access/provider"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

func TestWhomTheProviderVouchesFor(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*forger)
		want   access.Guest
	}{
		"of several groups the highest counts": {func(*forger) {}, access.Guest{Subject: "4711", Name: "ada", Role: plant.Admin}},
		"one group as a text":                  {func(f *forger) { f.claims["groups"] = "mill-all" }, access.Guest{Subject: "4711", Name: "ada", Role: plant.Viewer}},
		"no group of ours":                     {func(f *forger) { f.claims["groups"] = []string{"Mill-IT", ""} }, access.Guest{Subject: "4711", Name: "ada"}},
		"groups that are none":                 {func(f *forger) { f.claims["groups"] = object{"mill-it": true} }, access.Guest{Subject: "4711", Name: "ada"}},
		"a name that is none":                  {func(f *forger) { f.claims["preferred_username"] = 7 }, access.Guest{Subject: "4711", Role: plant.Admin}},
		"claims of the userinfo": {func(f *forger) {
			delete(f.claims, "groups")
			f.info = object{"sub": "4711", "groups": []string{"mill-all"}, "preferred_username": "mallory"}
		}, access.Guest{Subject: "4711", Name: "ada", Role: plant.Viewer}},
		"a clock that is a little behind": {func(f *forger) { f.claims["exp"] = noon.Add(-30 * time.Second).Unix() }, access.Guest{Subject: "4711", Name: "ada", Role: plant.Admin}},
		"several audiences, made for us":  {func(f *forger) { f.claims["aud"], f.claims["azp"] = []string{"mw", "x"}, "mw" }, access.Guest{Subject: "4711", Name: "ada", Role: plant.Admin}},
	} {
		t.Run(name, func(t *testing.T) {
			f := newForger(t)
			c.change(f)
			p := f.provider()
			sealed, answer := f.begun(p)
			got, err := p.Finish(t.Context(), sealed, answer, noon)
			c.want.Issuer, c.want.Provider = f.http.URL, "Login"
			if want := (provider.Arrival{Guest: c.want, Next: "/lines"}); err != nil || got != want {
				t.Errorf("%+v %v; want %+v", got, err, want)
			}
			if f.form.Get("code") != "c0de" || len(f.form.Get("code_verifier")) < 43 || f.form.Get("redirect_uri") != "http://127.0.0.1/sign-in/callback" {
				t.Errorf("the exchange says %v", f.form)
			}
		})
	}
}

func TestWhatASignInAsksFor(t *testing.T) {
	f := newForger(t)
	p := f.provider()
	to, sealed, err := p.Begin(t.Context(), provider.Start{Redirect: "http://127.0.0.1/sign-in/callback"}, noon)
	if err != nil {
		t.Fatal(err)
	}
	u, _ := url.Parse(to)
	q := u.Query()
	if q.Get("code_challenge_method") != "S256" || q.Get("scope") != "openid profile" || q.Get("response_type") != "code" || q.Get("client_id") != "mw" {
		t.Errorf("%s", to)
	}
	plain, _ := base64.RawURLEncoding.DecodeString(sealed)
	for _, secret := range []string{q.Get("state"), q.Get("nonce")} {
		if len(secret) < 26 || strings.Contains(string(plain), secret) || strings.Contains(sealed, secret) {
			t.Errorf("%q is short, or is not sealed", secret)
		}
	}
	again, _, _ := p.Begin(t.Context(), provider.Start{}, noon)
	if v, _ := url.Parse(again); v.Query().Get("state") == q.Get("state") || v.Query().Get("nonce") == q.Get("nonce") {
		t.Error("state or nonce come twice")
	}
	if f.asked.Load() != 1 {
		t.Errorf("the provider was asked about itself %d times", f.asked.Load())
	}
	fixed := f.settings()
	fixed.Redirect = "https://mill.example/sign-in/callback"
	if p, err = provider.New(fixed); err != nil {
		t.Fatal(err)
	}
	to, _, _ = p.Begin(t.Context(), provider.Start{Redirect: "http://elsewhere/sign-in/callback", Next: "/" + strings.Repeat("x", 9000)}, noon)
	if !strings.Contains(to, url.QueryEscape(fixed.Redirect)) {
		t.Errorf("the set address is not used: %s", to)
	}
	if end := p.SignOut(t.Context(), "https://mill.example/sign-in", noon); !strings.HasPrefix(end, f.http.URL+"/end?client_id=mw&post_logout_redirect_uri=https") {
		t.Errorf("sign out at %s", end)
	}
}

// TestTokensThatCannotBeBelieved is what a hostile or broken provider, or somebody in between, may send.
func TestTokensThatCannotBeBelieved(t *testing.T) {
	none := func(s string) string { return part(object{"alg": "none"}) + "." + strings.Split(s, ".")[1] + "." }
	for name, c := range map[string]struct {
		change func(*forger)
		words  string
	}{
		"another nonce":          {func(f *forger) { f.claims["nonce"] = "another" }, "cannot be believed"},
		"no nonce":               {func(f *forger) { f.claims["nonce"] = nil }, "cannot be believed"},
		"for somebody else":      {func(f *forger) { f.claims["aud"] = "another" }, "cannot be believed"},
		"for several":            {func(f *forger) { f.claims["aud"] = []string{"mw", "another"} }, "cannot be believed"},
		"of somebody else":       {func(f *forger) { f.claims["iss"] = "https://another.example" }, "cannot be believed"},
		"expired":                {func(f *forger) { f.claims["exp"] = noon.Add(-2 * time.Minute).Unix() }, "out of date"},
		"without an end":         {func(f *forger) { delete(f.claims, "exp") }, "out of date"},
		"not yet":                {func(f *forger) { f.claims["nbf"] = noon.Add(time.Hour).Unix() }, "cannot be believed"},
		"without a signature":    {func(f *forger) { f.raw = none }, "cannot be believed"},
		"signed by no key":       {func(f *forger) { f.head["kid"] = "2" }, "cannot be believed"},
		"signed with our secret": {func(f *forger) { f.head["alg"] = "HS256" }, "cannot be believed"},
		"changed":                {func(f *forger) { f.raw = func(s string) string { return s[:len(s)-8] + "AAAAAAAA" } }, "cannot be believed"},
		"no token":               {func(f *forger) { f.raw = func(string) string { return "" } }, "cannot be believed"},
		"no JWT":                 {func(f *forger) { f.raw = func(string) string { return "a.b.c.d.e" } }, "cannot be believed"},
		"without a subject":      {func(f *forger) { delete(f.claims, "sub") }, "cannot be believed"},
		"a subject that is none": {func(f *forger) { f.claims["sub"] = "a\x00b" }, "cannot be believed"},
		"a subject too long":     {func(f *forger) { f.claims["sub"] = strings.Repeat("x", 256) }, "cannot be believed"},
		"a number as subject":    {func(f *forger) { f.claims["sub"] = 1 }, "cannot be believed"},
		"huge":                   {func(f *forger) { f.claims["more"] = strings.Repeat("x", 65<<10) }, "cannot be believed"},
		"more than huge":         {func(f *forger) { f.claims["more"] = strings.Repeat("x", 2<<20) }, "cannot be reached"},
		"userinfo of another": {func(f *forger) {
			delete(f.claims, "groups")
			f.info = object{"sub": "4712", "groups": []string{"mill-it"}}
		}, "cannot be believed"},
		"userinfo without anybody": {func(f *forger) { delete(f.claims, "groups"); f.info = object{} }, "cannot be believed"},
		"a code that was used": {func(f *forger) {
			f.token = func(w http.ResponseWriter) {
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(http.StatusBadRequest)
				_, _ = w.Write([]byte(`{"error":"invalid_grant","error_description":"` + strings.Repeat("x", 1000) + `"}`))
			}
		}, "used already"},
		"a secret that is not ours": {func(f *forger) {
			f.token = func(w http.ResponseWriter) {
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(http.StatusUnauthorized)
				_, _ = w.Write([]byte(`{"error":"invalid_client"}`))
			}
		}, "client id or secret"},
		"a page instead of a token": {func(f *forger) { f.token = func(w http.ResponseWriter) { _, _ = w.Write([]byte("<html>")) } }, "cannot be reached"},
		"led elsewhere": {func(f *forger) {
			f.token = func(w http.ResponseWriter) {
				w.Header().Set("Location", "http://127.0.0.1:1/")
				w.WriteHeader(http.StatusTemporaryRedirect)
			}
		}, "used already"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newForger(t)
			c.change(f)
			p := f.provider()
			sealed, answer := f.begun(p)
			got, err := p.Finish(t.Context(), sealed, answer, noon)
			kind := errs.KindOf(err)
			if kind != errs.SignedOut && kind != errs.Unavailable || !strings.Contains(err.Error(), c.words) || got.Next != "/lines" {
				t.Errorf("%v (%v); want it to say %q", err, kind, c.words)
			}
			if cause := errors.Unwrap(err); cause != nil && (len(cause.Error()) > 310 || strings.Contains(cause.Error(), "s3cret")) {
				t.Errorf("the log would hold %d bytes: %.400s", len(cause.Error()), cause)
			}
		})
	}
}

func TestAnswersThatBelongToNoSignIn(t *testing.T) {
	f := newForger(t)
	p, other := f.provider(), f.provider()
	for name, c := range map[string]struct {
		change func(sealed *string, a url.Values)
		after  time.Duration
		words  string
	}{
		"another state":         {func(_ *string, a url.Values) { a.Set("state", "guessed") }, 0, "does not belong"},
		"no state":              {func(_ *string, a url.Values) { a.Del("state") }, 0, "does not belong"},
		"an error, not for us":  {func(_ *string, a url.Values) { a.Set("state", "x"); a.Set("error", "call 0190 666") }, 0, "does not belong"},
		"another issuer":        {func(_ *string, a url.Values) { a.Set("iss", "https://evil.example") }, 0, "does not come from"},
		"turned back":           {func(_ *string, a url.Values) { a.Set("error", "access_denied"); a.Del("code") }, 0, "did not let you in"},
		"an error":              {func(_ *string, a url.Values) { a.Set("error", "call 0190 666") }, 0, "something is wrong"},
		"no code":               {func(_ *string, a url.Values) { a.Del("code") }, 0, "not complete"},
		"a huge code":           {func(_ *string, a url.Values) { a.Set("code", strings.Repeat("x", 5000)) }, 0, "not complete"},
		"no flow":               {func(s *string, _ url.Values) { *s = "" }, 0, "begun in another browser"},
		"no flow at all":        {func(s *string, _ url.Values) { *s = "!!!" }, 0, "begun in another browser"},
		"a flow that is forged": {func(s *string, _ url.Values) { *s = (*s)[:len(*s)-4] + "AAAA" }, 0, "begun in another browser"},
		"too late":              {func(*string, url.Values) {}, provider.FlowLasts, "too long ago"},
		"of another start": {func(s *string, _ url.Values) {
			_, *s, _ = other.Begin(t.Context(), provider.Start{}, noon)
		}, 0, "begun in another browser"},
	} {
		sealed, answer := f.begun(p)
		c.change(&sealed, answer)
		_, err := p.Finish(t.Context(), sealed, answer, noon.Add(c.after))
		if errs.KindOf(err) != errs.SignedOut || !strings.Contains(err.Error(), c.words) || strings.Contains(err.Error(), "0190") {
			t.Errorf("%s: %v; want it to say %q", name, err, c.words)
		}
	}
}

func TestWhoConfirmsIsAskedAnew(t *testing.T) {
	f := newForger(t)
	p := f.provider()
	if to, _, err := p.Begin(t.Context(), provider.Start{}, noon); err != nil || strings.Contains(to, "prompt=") || strings.Contains(to, "max_age=") {
		t.Errorf("a sign-in asks by %s, %v", to, err)
	}
	for name, c := range map[string]struct {
		asked  any           // auth_time
		issued time.Duration // after the flow began, by the provider's clock
		ahead  time.Duration // of that clock
		took   time.Duration // here
		words  string
	}{
		"at once":                    {noon.Unix(), 0, 0, 0, ""},
		"after thinking":             {noon.Add(50 * time.Second).Unix(), 55 * time.Second, 0, 56 * time.Second, ""},
		"just after it began":        {noon.Unix(), 55 * time.Second, 0, 56 * time.Second, ""},
		"by a clock ahead":           {noon.Add(30 * time.Minute).Unix(), 0, 30 * time.Minute, time.Second, ""},
		"by a clock behind":          {noon.Add(-30 * time.Second).Unix(), 0, -30 * time.Second, time.Second, ""},
		"renewed in silence":         {noon.Add(-10 * time.Second).Unix(), 0, 0, time.Second, "without asking you anew"},
		"silent, by a clock ahead":   {noon.Add(29 * time.Minute).Unix(), 0, 30 * time.Minute, time.Second, "without asking you anew"},
		"silent, after some time":    {noon.Add(-4 * time.Minute).Unix(), time.Minute, 0, time.Minute, "without asking you anew"},
		"in the future":              {noon.Add(time.Minute).Unix(), 0, 0, 0, "without asking you anew"},
		"not told":                   {nil, 0, 0, 0, "does not say when"},
		"told as a text":             {"now", 0, 0, 0, "does not say when"},
		"before there was a program": {0, 0, 0, 0, "without asking you anew"},
	} {
		t.Run(name, func(t *testing.T) {
			to, sealed, err := p.Begin(t.Context(), provider.Start{Next: "/admin/requests/7", Confirms: "7"}, noon)
			if err != nil || !strings.Contains(to, "prompt=login") || !strings.Contains(to, "max_age=0") {
				t.Fatalf("%s, %v", to, err)
			}
			u, _ := url.Parse(to)
			issued := noon.Add(c.issued + c.ahead)
			f.nonce = u.Query().Get("nonce")
			f.claims["iat"], f.claims["exp"] = issued.Unix(), issued.Add(time.Hour).Unix()
			delete(f.claims, "auth_time")
			if c.asked != nil {
				f.claims["auth_time"] = c.asked
			}
			got, err := p.Finish(t.Context(), sealed, url.Values{"code": {"c0de"}, "state": {u.Query().Get("state")}}, noon.Add(c.took))
			if got.Confirms != "7" || got.Next != "/admin/requests/7" {
				t.Errorf("%+v", got)
			}
			if c.words == "" && (err != nil || got.Subject != "4711") || c.words != "" && (errs.KindOf(err) != errs.SignedOut || !strings.Contains(err.Error(), c.words)) {
				t.Errorf("%+v, %v; want %q", got, err, c.words)
			}
		})
	}
}

func TestAProviderThatIsDown(t *testing.T) {
	for name, meta := range map[string]func(f *forger, o object){
		"another issuer":         func(_ *forger, o object) { o["issuer"] = "https://evil.example" },
		"huge":                   func(_ *forger, o object) { o["more"] = strings.Repeat("x", 2<<20) },
		"a door anybody can tap": func(_ *forger, o object) { o["authorization_endpoint"] = "http://login.example/auth" },
		"a script as its door":   func(_ *forger, o object) { o["authorization_endpoint"] = "javascript:alert(1)" },
		"tokens anybody reads":   func(_ *forger, o object) { o["token_endpoint"] = "http://192.0.2.1/token" },
		"keys of the network":    func(_ *forger, o object) { o["jwks_uri"] = "http://169.254.169.254/latest" },
		"no keys":                func(_ *forger, o object) { delete(o, "jwks_uri") },
		"an end of its own":      func(_ *forger, o object) { o["end_session_endpoint"] = "data:text/html,x" },
	} {
		t.Run(name, func(t *testing.T) {
			f := newForger(t)
			f.meta = func(o object) { meta(f, o) }
			p := f.provider()
			begin := func(at time.Time) error {
				_, _, err := p.Begin(t.Context(), provider.Start{}, at)
				return err
			}
			if p.Down(noon) {
				t.Error("it is down before it was asked")
			}
			for range 3 {
				if err := begin(noon); errs.KindOf(err) != errs.Unavailable || !strings.HasPrefix(err.Error(), "Login cannot be reached at this moment") {
					t.Errorf("%v", err)
				}
			}
			if f.asked.Load() != 1 || !p.Down(noon) || p.Down(noon.Add(2*time.Minute)) {
				t.Errorf("asked %d times; down %v", f.asked.Load(), p.Down(noon))
			}
			f.meta = func(object) {}
			if err := begin(noon.Add(6 * time.Second)); err != nil || p.Down(noon.Add(6*time.Second)) {
				t.Errorf("it is up again: %v", err)
			}
		})
	}
	t.Run("gone", func(t *testing.T) {
		f := newForger(t)
		p := f.provider()
		sealed, answer := f.begun(p)
		f.http.Close()
		if _, err := p.Finish(t.Context(), sealed, answer, noon); errs.KindOf(err) != errs.Unavailable {
			t.Errorf("%v", err)
		}
		// What it said of itself is still believed when it cannot be asked again.
		if _, _, err := p.Begin(t.Context(), provider.Start{}, noon.Add(2*time.Hour)); err != nil || !p.Down(noon.Add(2*time.Hour)) {
			t.Errorf("%v", err)
		}
	})
	t.Run("the reader does not wait", func(t *testing.T) {
		f := newForger(t)
		ctx, cancel := context.WithCancel(t.Context())
		left := make(chan struct{})
		defer close(left)
		f.meta = func(object) {
			cancel()
			<-left // the answer does not come before the reader has gone
		}
		if _, _, err := f.provider().Begin(ctx, provider.Start{}, noon); errs.KindOf(err) != errs.Unavailable {
			t.Errorf("%v", err)
		}
	})
}

func TestSettingsAreChecked(t *testing.T) {
	f := newForger(t)
	for key, change := range map[string]func(*provider.Settings){
		"oidc.issuer": func(s *provider.Settings) { s.Issuer = "http://login.example" }, "oidc.client_id": func(s *provider.Settings) { s.Client = "" },
		"oidc.name": func(s *provider.Settings) { s.Name = "" }, "oidc.roles": func(s *provider.Settings) { s.Roles = nil },
		"oidc.roles.all":  func(s *provider.Settings) { s.Roles = map[string]plant.Role{"all": plant.Display} },
		"oidc.name_claim": func(s *provider.Settings) { s.Called = "" }, "oidc.groups_claim": func(s *provider.Settings) { s.Groups = "" },
		"oidc.redirect_url": func(s *provider.Settings) { s.Redirect = "http://mill.example/sign-in/callback" },
	} {
		s := f.settings()
		change(&s)
		if _, err := provider.New(s); errs.KindOf(err) != errs.Invalid || !strings.Contains(err.Error(), key+": ") || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v", key, err)
		}
	}
	for _, issuer := range []string{"", "login", "ftp://login.example", "https://", "http://192.0.2.1", "https://login.example?x", "https://login.example#x", "https://me:pass@login.example", "http://localhost.evil.example", "javascript:x"} {
		s := f.settings()
		s.Issuer = issuer
		if _, err := provider.New(s); err == nil {
			t.Errorf("%q is taken", issuer)
		}
	}
	for _, issuer := range []string{"https://login.example/realms/mill", "http://localhost:8081", "http://[::1]:8081", "http://127.0.0.2"} {
		s := f.settings()
		s.Issuer = issuer
		if _, err := provider.New(s); err != nil {
			t.Errorf("%q: %v", issuer, err)
		}
	}
}

func TestAMailAddressThatIsNotVerifiedIsNoName(t *testing.T) {
	for verified, ok := range map[any]bool{true: true, nil: true, false: false, "false": false} {
		f := newForger(t)
		f.claims["email"], f.claims["email_verified"] = "ada@mill.example", verified
		s := f.settings()
		s.Called = "email"
		p, err := provider.New(s)
		if err != nil {
			t.Fatal(err)
		}
		sealed, answer := f.begun(p)
		g, err := p.Finish(t.Context(), sealed, answer, noon)
		if (err == nil) != ok || ok && g.Name != "ada@mill.example" {
			t.Errorf("%v: %+v %v", verified, g, err)
		}
	}
}

func FuzzAnswersNobodyAskedForLetNobodyIn(f *testing.F) {
	p, err := provider.New(provider.Settings{
		Issuer: "http://127.0.0.1:1", Client: "mw", Name: "Login", Called: "email", Groups: "groups", Roles: map[string]plant.Role{"all": plant.Viewer},
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Add("", "state=&code=x")
	f.Add("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "error=x&state=%00")
	f.Fuzz(func(t *testing.T, sealed, query string) {
		answer, _ := url.ParseQuery(query)
		if g, err := p.Finish(t.Context(), sealed, answer, noon); errs.KindOf(err) != errs.SignedOut || g != (provider.Arrival{}) {
			t.Errorf("%+v %v", g, err)
		}
	})
}
