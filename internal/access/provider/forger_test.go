package provider_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"millwright/internal/access/provider"
	"millwright/internal/plant"
)

var noon = time.Date(2026, 3, 28, 12, 0, 0, 0, time.UTC)

// object is JSON that a test writes by hand.
type object map[string]any

// forger is a provider that says what a test wants it to say.
type forger struct {
	t     *testing.T
	http  *httptest.Server
	key   *rsa.PrivateKey
	asked atomic.Int32 // how often for its metadata

	meta   func(object)              // changes what it says of itself
	head   object                    // of its tokens
	claims object                    // of its tokens; nonce is added
	token  func(http.ResponseWriter) // instead of a token
	raw    func(string) string       // changes a token that is signed
	info   object                    // what the userinfo says
	nonce  string
	form   url.Values // the last exchange
}

// oneKey is the key of all forgers: making one is slow.
var oneKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

func newForger(t *testing.T) *forger {
	t.Helper()
	key, err := oneKey()
	if err != nil {
		t.Fatal(err)
	}
	f := &forger{t: t, key: key, meta: func(object) {}, head: object{"alg": "RS256", "kid": "1"}, raw: func(s string) string { return s }}
	mux := http.NewServeMux()
	f.http = httptest.NewServer(mux)
	t.Cleanup(f.http.Close)
	f.claims = object{
		"iss": f.http.URL, "aud": "mw", "sub": "4711", "iat": noon.Unix(), "exp": noon.Add(time.Minute).Unix(),
		"preferred_username": "ada", "groups": []string{"none of ours", "mill-it", "mill-all"},
	}
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		f.asked.Add(1)
		meta := object{
			"issuer": f.http.URL, "authorization_endpoint": f.http.URL + "/auth", "token_endpoint": f.http.URL + "/token", "jwks_uri": f.http.URL + "/keys",
			"userinfo_endpoint": f.http.URL + "/me", "end_session_endpoint": f.http.URL + "/end", "id_token_signing_alg_values_supported": []string{"RS256", "none", "HS256"},
		}
		f.meta(meta)
		f.answer(w, meta)
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		n, e := base64.RawURLEncoding.EncodeToString(key.N.Bytes()), base64.RawURLEncoding.EncodeToString(big.NewInt(int64(key.E)).Bytes())
		f.answer(w, object{"keys": []object{{"kty": "RSA", "kid": "1", "use": "sig", "n": n, "e": e}}})
	})
	mux.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		f.form = r.PostForm
		if f.token != nil {
			f.token(w)
			return
		}
		f.answer(w, object{"access_token": "opens the userinfo", "token_type": "Bearer", "id_token": f.raw(f.signed())})
	})
	mux.HandleFunc("/me", func(w http.ResponseWriter, _ *http.Request) { f.answer(w, f.info) })
	return f
}

func (f *forger) answer(w http.ResponseWriter, o object) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(o)
}

func part(o object) string {
	text, _ := json.Marshal(o)
	return base64.RawURLEncoding.EncodeToString(text)
}

func (f *forger) signed() string {
	said := maps.Clone(f.claims)
	if _, own := said["nonce"]; !own {
		said["nonce"] = f.nonce
	}
	text := part(f.head) + "." + part(said)
	sum := sha256.Sum256([]byte(text))
	sig, err := rsa.SignPKCS1v15(rand.Reader, f.key, crypto.SHA256, sum[:])
	if err != nil {
		f.t.Error(err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(sig)
}

func (f *forger) settings() provider.Settings {
	return provider.Settings{
		Issuer: f.http.URL, Client: "mw", Secret: "s3cret", Name: "Login", Scopes: []string{"profile", "openid"}, Called: "preferred_username", Groups: "groups",
		Roles: map[string]plant.Role{"mill-all": plant.Viewer, "mill-it": plant.Admin},
	}
}

func (f *forger) provider() *provider.Provider {
	f.t.Helper()
	p, err := provider.New(f.settings())
	if err != nil {
		f.t.Fatal(err)
	}
	return p
}

// begun is a sign-in that has begun, with the answer that belongs to it.
func (f *forger) begun(p *provider.Provider) (sealed string, answer url.Values) {
	f.t.Helper()
	to, sealed, err := p.Begin(f.t.Context(), provider.Start{Redirect: "http://127.0.0.1/sign-in/callback", Next: "/lines"}, noon)
	if err != nil {
		f.t.Fatal(err)
	}
	u, err := url.Parse(to)
	if err != nil {
		f.t.Fatal(err)
	}
	f.nonce = u.Query().Get("nonce")
	return sealed, url.Values{"code": {"c0de"}, "state": {u.Query().Get("state")}}
}
