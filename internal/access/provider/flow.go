package provider

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"millwright/internal/access"
	"millwright/internal/errs"
)

// FlowLasts is how long somebody may take to sign in at the provider.
const FlowLasts = 10 * time.Minute

// The longest parts of an answer: what is longer was never sent by a provider.
const (
	longestToken = 64 << 10
	longestCode  = 4 << 10
	longestNext  = 1 << 10
)

// Start is where a sign-in begins.
type Start struct {
	Redirect string // where the provider leads back to, unless the settings say it
	Next     string // where the reader wants to go
	Confirms string // what somebody who is in already signs by being asked anew; "" for a sign-in, which may be silent
}

// Arrival is who came back from the provider. Next and Confirms are what Start said, and known on errors as well when
// the flow is.
type Arrival struct {
	access.Guest
	Next     string
	Confirms string
}

// flow is a sign-in that has begun. It is kept, sealed, by the browser that began it, and nowhere else.
type flow struct {
	State, Nonce, Verifier string
	Redirect, Next         string
	Confirms               string
	Began                  time.Time
}

// Begin gives the address to send the browser to, and the sealed flow that the browser has to keep.
func (p *Provider) Begin(ctx context.Context, at Start, now time.Time) (address, sealed string, err error) {
	k, err := p.ask(ctx, now)
	if err != nil {
		return "", "", err
	}
	f := flow{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), Redirect: at.Redirect, Next: at.Next, Confirms: at.Confirms, Began: now}
	if p.s.Redirect != "" {
		f.Redirect = p.s.Redirect
	}
	if len(f.Next) > longestNext {
		f.Next = "/"
	}
	if sealed, err = p.seal(f); err != nil {
		return "", "", err
	}
	oauth := k.oauth
	oauth.RedirectURL = f.Redirect
	with := []oauth2.AuthCodeOption{oidc.Nonce(f.Nonce), oauth2.S256ChallengeOption(f.Verifier)}
	if f.Confirms != "" {
		with = append(with, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
	}
	return oauth.AuthCodeURL(f.State, with...), sealed, nil
}

const purpose = "sign-in by a provider"

func (p *Provider) seal(f flow) (string, error) {
	plain, err := json.Marshal(f)
	if err != nil {
		return "", fmt.Errorf("seal a sign-in: %w", err)
	}
	nonce := make([]byte, p.box.NonceSize())
	_, _ = rand.Read(nonce) // it never fails; see crypto/rand
	return base64.RawURLEncoding.EncodeToString(p.box.Seal(nonce, nonce, plain, []byte(purpose))), nil
}

func (p *Provider) open(sealed string) (f flow, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(sealed)
	if n := p.box.NonceSize(); err != nil || len(raw) < n {
		return f, false
	}
	plain, err := p.box.Open(nil, raw[:p.box.NonceSize()], raw[p.box.NonceSize():], []byte(purpose))
	return f, err == nil && json.Unmarshal(plain, &f) == nil
}

// Finish reads the provider's answer to a flow and gives whom it vouches for. Errors carry a sentence for the reader,
// their cause one for the log.
func (p *Provider) Finish(ctx context.Context, sealed string, answer url.Values, now time.Time) (Arrival, error) {
	f, ok := p.open(sealed)
	if !ok || !now.Before(f.Began.Add(FlowLasts)) {
		return Arrival{}, p.refuse(errs.SignedOut, "this sign-in with %s was begun in another browser, before a restart, or too long ago; begin again", nil)
	}
	a := Arrival{Next: f.Next, Confirms: f.Confirms}
	said, err := p.redeem(ctx, f, answer, now)
	if err == nil {
		a.Guest, err = p.guest(said)
	}
	return a, err
}

// redeem makes claims of the code in an answer.
func (p *Provider) redeem(ctx context.Context, f flow, answer url.Values, now time.Time) (claims, error) {
	code, err := p.code(f, answer)
	if err != nil {
		return nil, err
	}
	k, err := p.ask(ctx, now)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(oidc.ClientContext(ctx, p.client), 2*patience)
	defer cancel()
	oauth := k.oauth
	oauth.RedirectURL = f.Redirect
	token, err := oauth.Exchange(ctx, code, oauth2.VerifierOption(f.Verifier))
	if err != nil {
		return nil, p.unredeemed(err)
	}
	return p.vouched(ctx, k, token, f, now)
}

// code takes the code out of an answer that belongs to the flow.
func (p *Provider) code(f flow, answer url.Values) (string, error) {
	if subtle.ConstantTimeCompare([]byte(answer.Get("state")), []byte(f.State)) != 1 {
		return "", p.refuse(errs.SignedOut, "the answer of %s does not belong to the sign-in that was begun here; begin again", errors.New("another state"))
	}
	if iss := answer.Get("iss"); iss != "" && iss != p.s.Issuer { // RFC 9207
		return "", p.refuse(errs.SignedOut, "the answer does not come from %s; begin again", errors.New("another issuer"))
	}
	switch said := answer.Get("error"); {
	case said == "access_denied":
		return "", p.refuse(errs.SignedOut, "%s did not let you in, or you turned back there", errors.New(said))
	case said != "":
		return "", p.refuse(errs.SignedOut, "%s answered that something is wrong; try again, or tell an admin", fmt.Errorf("error %.60q", said))
	}
	code := answer.Get("code")
	if code == "" || len(code) > longestCode {
		return "", p.refuse(errs.SignedOut, "the answer of %s is not complete; begin again", errors.New("no code"))
	}
	return code, nil
}

// unredeemed says why a code got us no token.
func (p *Provider) unredeemed(err error) error {
	var refused *oauth2.RetrieveError
	switch {
	case !errors.As(err, &refused):
		return p.unreachable(err)
	case refused.ErrorCode == "invalid_client" || refused.ErrorCode == "unauthorized_client":
		return p.refuse(errs.Unavailable, "%s does not accept this program's client id or secret; tell an admin, and sign in with name and password", err)
	}
	return p.refuse(errs.SignedOut, "%s did not accept its own answer, which was used already or is too old; begin again", err)
}
