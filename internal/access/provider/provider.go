// Package provider asks a provider of identities (OpenID Connect Core 1.0) who somebody is.
package provider

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Settings say which provider is believed, and what of it.
type Settings struct {
	Issuer   string                // "https://login.example/realms/mill"; http only on loopback
	Client   string                // our identity there
	Secret   string                // "" for a public client
	Name     string                // as people call it: "Keycloak"
	Scopes   []string              // beside openid
	Called   string                // the claim with the person's name
	Groups   string                // the claim with the groups
	Roles    map[string]plant.Role // group → role; of several the highest counts
	Redirect string                // where it leads back to; "" is told by each Start
}

// How long what a provider says of itself is believed, how long it is left alone after it failed, and what one
// answer of it may take.
const (
	believed = time.Hour
	rest     = 5 * time.Second
	downFor  = time.Minute // how long the door tells of it
	patience = 5 * time.Second
	largest  = 1 << 20
)

// Provider is one provider of identities. It is safe for concurrent use, and never called before somebody needs it.
type Provider struct {
	s      Settings
	client *http.Client
	box    cipher.AEAD   // seals flows; made anew with every start
	turn   chan struct{} // held by who asks it about itself

	mu     sync.Mutex
	known  *known
	failed time.Time // the last time that it could not be asked; zero when it could
}

// known is what a provider said of itself.
type known struct {
	oidc     *oidc.Provider
	oauth    oauth2.Config
	userInfo bool
	end      string // where one signs out; "" when it has no such place
	at       time.Time
}

// New makes a provider of settings; errs.Invalid tells all that is wrong with them.
func New(s Settings) (*Provider, error) {
	if wrong := s.Faults(); wrong != nil {
		return nil, &errs.Error{Kind: errs.Invalid, Words: "the settings of the sign-in by a provider are wrong; mend them and start again", Fields: wrong}
	}
	key := make([]byte, 32)
	_, _ = rand.Read(key) // it never fails; see crypto/rand
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("seal sign-ins: %w", err)
	}
	box, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("seal sign-ins: %w", err)
	}
	s.Scopes = slices.Compact(append([]string{oidc.ScopeOpenID}, slices.DeleteFunc(slices.Clone(s.Scopes), func(x string) bool { return x == oidc.ScopeOpenID })...))
	return &Provider{s: s, client: newClient(), box: box, turn: make(chan struct{}, 1)}, nil
}

// Faults tells all that is wrong with settings.
func (s Settings) Faults() (wrong []errs.Field) {
	add := func(key, format string, args ...any) {
		wrong = append(wrong, errs.Field{Path: "oidc." + key, Message: fmt.Sprintf(format, args...)})
	}
	if u, err := url.Parse(s.Issuer); err != nil || !safe(u) || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		add("issuer", "%q is no address of a provider; write https://…, or http://… on this machine alone", s.Issuer)
	}
	if s.Client == "" {
		add("client_id", "is empty; write the identity that the provider gave this program")
	}
	if s.Name == "" || len(s.Name) > 40 {
		add("name", "is %q; write up to 40 letters, which stand on the button", s.Name)
	}
	if s.Called == "" {
		add("name_claim", "is empty; write preferred_username or email")
	}
	if s.Groups == "" {
		add("groups_claim", "is empty; write the claim with the groups of a person, such as groups")
	}
	if len(s.Roles) == 0 {
		add("roles", "is empty: nobody could come in; write which group has which role")
	}
	for group, role := range s.Roles {
		if role < plant.Viewer || role > plant.Admin {
			add("roles."+group, "is no role of a person; use viewer, operator, manager or admin")
		}
	}
	if u, err := url.Parse(s.Redirect); s.Redirect != "" && (err != nil || !safe(u)) {
		add("redirect_url", "%q is no address; write https://millwright.example/sign-in/callback", s.Redirect)
	}
	return wrong
}

// safe tells whether nobody between us and an address can listen: https, or this machine.
func safe(u *url.URL) bool {
	if u.Scheme == "https" {
		return u.Host != ""
	}
	at, err := netip.ParseAddr(u.Hostname())
	return u.Scheme == "http" && (u.Hostname() == "localhost" || err == nil && at.IsLoopback())
}

func safeAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && safe(u)
}

// newClient makes a client that is bounded in time and size, goes to safe places only and follows nobody elsewhere.
func newClient() *http.Client {
	t := &http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true, ForceAttemptHTTP2: true, TLSHandshakeTimeout: patience, MaxResponseHeaderBytes: 64 << 10}
	return &http.Client{
		Timeout: patience, Transport: bounded{t},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

type bounded struct{ http.RoundTripper }

// RoundTrip refuses addresses that are not safe, and answers that are too large.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	if !safe(r.URL) {
		return nil, fmt.Errorf("%s is neither https nor on this machine", r.URL.Redacted())
	}
	resp, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		resp.Body = http.MaxBytesReader(nil, resp.Body, largest)
	}
	return resp, err
}

// Name is what people call the provider.
func (p *Provider) Name() string { return p.s.Name }

// Issuer is the provider's identity.
func (p *Provider) Issuer() string { return p.s.Issuer }

// Down tells whether the provider could not be reached when it was needed last, within the last minute.
func (p *Provider) Down(now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.failed.IsZero() && now.Sub(p.failed) < downFor
}

// ask gives what the provider says of itself: from memory for an hour, and longer when it cannot be asked again.
func (p *Provider) ask(ctx context.Context, now time.Time) (*known, error) {
	if k, err := p.remembered(now); k != nil || err != nil {
		return k, err
	}
	select {
	case p.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, p.unreachable(ctx.Err())
	}
	defer func() { <-p.turn }()
	if k, err := p.remembered(now); k != nil || err != nil { // somebody else has asked meanwhile
		return k, err
	}
	k, err := p.discover(ctx, now)
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil {
		p.failed = now
		if p.known != nil {
			return p.known, nil
		}
		return nil, p.unreachable(err)
	}
	p.known, p.failed = k, time.Time{}
	return k, nil
}

func (p *Provider) remembered(now time.Time) (*known, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	resting := !p.failed.IsZero() && now.Sub(p.failed) < rest
	switch {
	case p.known != nil && (resting || now.Sub(p.known.at) < believed):
		return p.known, nil
	case resting:
		return nil, p.unreachable(errors.New("it failed a moment ago"))
	}
	return nil, nil
}

// discover reads the provider's metadata (OpenID Connect Discovery 1.0).
func (p *Provider) discover(ctx context.Context, now time.Time) (*known, error) {
	ctx, cancel := context.WithTimeout(oidc.ClientContext(ctx, p.client), patience)
	defer cancel()
	found, err := oidc.NewProvider(ctx, p.s.Issuer)
	if err != nil {
		return nil, err
	}
	var more struct {
		Keys    string   `json:"jwks_uri"`
		End     string   `json:"end_session_endpoint"`
		Methods []string `json:"token_endpoint_auth_methods_supported"`
	}
	if err := found.Claims(&more); err != nil {
		return nil, err
	}
	at := found.Endpoint()
	if !safeAddress(at.AuthURL) || !safeAddress(at.TokenURL) || !safeAddress(more.Keys) || more.End != "" && !safeAddress(more.End) {
		return nil, errors.New("it names places that are neither https nor on this machine")
	}
	at.AuthStyle = oauth2.AuthStyleInHeader
	if p.s.Secret == "" || more.Methods != nil && !slices.Contains(more.Methods, "client_secret_basic") {
		at.AuthStyle = oauth2.AuthStyleInParams
	}
	return &known{
		oidc: found, end: more.End, at: now, userInfo: safeAddress(found.UserInfoEndpoint()),
		oauth: oauth2.Config{ClientID: p.s.Client, ClientSecret: p.s.Secret, Endpoint: at, Scopes: p.s.Scopes},
	}, nil
}

func (p *Provider) unreachable(cause error) error {
	return p.refuse(errs.Unavailable, "%s cannot be reached at this moment; sign in with name and password, or try again", cause)
}

// refuse makes an error whose words name the provider. The cause is for the log alone, and bounded: it may hold what
// the provider answered.
func (p *Provider) refuse(k errs.Kind, words string, cause error) error {
	if cause != nil && len(cause.Error()) > 300 {
		cause = errors.New(strings.ToValidUTF8(cause.Error()[:300], "") + "…")
	}
	return &errs.Error{Kind: k, Words: fmt.Sprintf(words, p.s.Name), Cause: cause}
}

// SignOut gives the address at which the reader signs out at the provider as well, and is led back from; "" when
// there is none.
func (p *Provider) SignOut(ctx context.Context, back string, now time.Time) string {
	k, err := p.ask(ctx, now)
	if err != nil || k.end == "" {
		return ""
	}
	u, err := url.Parse(k.end)
	if err != nil {
		return ""
	}
	q := u.Query()
	q.Set("client_id", p.s.Client)
	q.Set("post_logout_redirect_uri", back)
	u.RawQuery = q.Encode()
	return u.String()
}
