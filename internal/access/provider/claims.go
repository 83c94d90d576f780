package provider

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"millwright/internal/access"
	"millwright/internal/errs"
)

// claims are what the provider says of a person.
type claims map[string]json.RawMessage

// text gives a claim that is a text; "" for every other.
func (c claims) text(name string) (s string) {
	_ = json.Unmarshal(c[name], &s) // what is no text is none
	return s
}

// texts gives a claim that is a list of texts, or one text.
func (c claims) texts(name string) (all []string) {
	if json.Unmarshal(c[name], &all) == nil {
		return all
	}
	if one := c.text(name); one != "" {
		return []string{one}
	}
	return nil
}

// leeway is how far the provider's clock may be behind ours.
const leeway = time.Minute

// vouched reads what the provider says in a token that is signed by it, for us, for this flow and not too old.
// What is missing there it is asked for.
func (p *Provider) vouched(ctx context.Context, k *known, t *oauth2.Token, f flow, now time.Time) (claims, error) {
	raw, _ := t.Extra("id_token").(string)
	if raw == "" || len(raw) > longestToken {
		return nil, p.unbelieved(fmt.Errorf("an ID token of %d bytes", len(raw)))
	}
	at := func() time.Time { return now.Add(-leeway) }
	id, err := k.oidc.Verifier(&oidc.Config{ClientID: p.s.Client, Now: at}).Verify(ctx, raw)
	var late *oidc.TokenExpiredError
	switch {
	case errors.As(err, &late):
		return nil, p.refuse(errs.SignedOut, "what %s says of you is out of date; begin again, and if it stays so, tell an admin to look at the clocks", err)
	case err != nil:
		return nil, p.unbelieved(err)
	}
	var said claims
	if err := id.Claims(&said); err != nil {
		return nil, p.unbelieved(err)
	}
	switch {
	case subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(f.Nonce)) != 1:
		return nil, p.unbelieved(errors.New("another nonce"))
	case len(id.Audience) > 1 && said.text("azp") != p.s.Client:
		return nil, p.unbelieved(errors.New("a token that several may use, and not made for us"))
	}
	if err := p.anew(id.IssuedAt, said, f, now); err != nil {
		return nil, err
	}
	if k.userInfo && (said[p.s.Called] == nil || said[p.s.Groups] == nil) {
		return p.asked(ctx, k, t, said)
	}
	return said, nil
}

// rounding is what whole seconds may hide of a moment.
const rounding = 2 * time.Second

// anew makes sure that a person who confirms something was asked after that began, and was not let through by what the
// provider remembered. Both moments are of the provider's own clock: between them lies no more time than passed here.
func (p *Provider) anew(issued time.Time, said claims, f flow, now time.Time) error {
	if f.Confirms == "" {
		return nil
	}
	var seconds int64
	if err := json.Unmarshal(said["auth_time"], &seconds); err != nil {
		return p.refuse(errs.SignedOut, "%s does not say when it asked you, so nothing can be signed by it; tell an admin", fmt.Errorf("auth_time %.40q", said["auth_time"]))
	}
	if since := issued.Sub(time.Unix(seconds, 0)); since > now.Sub(f.Began)+rounding || since < -rounding {
		return p.refuse(errs.SignedOut, "%s let you through without asking you anew, so nothing is signed; sign out there, then confirm again", fmt.Errorf("auth_time is %s before the token", since))
	}
	return nil
}

// asked adds the claims of the userinfo endpoint to those of the token, which win.
func (p *Provider) asked(ctx context.Context, k *known, t *oauth2.Token, said claims) (claims, error) {
	info, err := k.oidc.UserInfo(ctx, oauth2.StaticTokenSource(t))
	if err != nil {
		return nil, p.unreachable(err)
	}
	var more claims
	if err := info.Claims(&more); err != nil || info.Subject != said.text("sub") {
		return nil, p.unbelieved(errors.New("the userinfo is of somebody else"))
	}
	maps.Copy(more, said)
	return more, nil
}

func (p *Provider) unbelieved(cause error) error {
	return p.refuse(errs.SignedOut, "what %s says of you cannot be believed; begin again, and if it stays so, tell an admin", cause)
}

// guest reads who the person is and what the groups allow.
func (p *Provider) guest(said claims) (access.Guest, error) {
	g := access.Guest{Issuer: p.s.Issuer, Provider: p.s.Name, Subject: said.text("sub"), Name: strings.TrimSpace(said.text(p.s.Called))}
	if !access.IsSubject(g.Subject) {
		return g, p.unbelieved(errors.New("no subject, or none that can be one"))
	}
	if p.s.Called == "email" && slices.Contains([]string{"false", `"false"`}, string(said["email_verified"])) {
		return g, p.refuse(errs.Forbidden, "%s does not know whether your mail address is yours; confirm it there first", errors.New("the mail address is not verified"))
	}
	for _, group := range said.texts(p.s.Groups) {
		g.Role = max(g.Role, p.s.Roles[group])
	}
	return g, nil
}
