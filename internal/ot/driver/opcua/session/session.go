// Package session is one OPC UA session: a server made sure of, a user signed in, namespaces and limits known.
package session

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"millwright/internal/ot/driver/opcua/pki"
	"millwright/internal/ot/driver/opcua/secure"

	"github.com/gopcua/opcua/ua"
	"github.com/gopcua/opcua/uapolicy"
)

// Login says which server to call, how securely, and as whom.
type Login struct {
	Endpoint string
	Policy   string // the security policy's URI
	Mode     ua.MessageSecurityMode
	Own      pki.Pair // needed unless Mode is None
	User     User
	Trust    pki.Store

	Timeout  time.Duration // of one request
	Connect  time.Duration // of all that opening takes
	Lifetime time.Duration // of the channel's keys
	Write    time.Duration // of putting one message on the wire, and of renewing keys
	Dialer   *net.Dialer   // nil for the ordinary one
}

// User is who signs in: somebody with a name, the owner of a certificate, or nobody in particular.
type User struct {
	Name, Password string
	Plain          bool     // send the password even where the connection does not hide it
	Pair           pki.Pair // zero unless a certificate signs in
}

// How we present ourselves.
const (
	productURI      = "urn:millwright"
	sessionName     = "millwright"
	sessionTimeout  = time.Minute // after which the server forgets a session that fell silent
	nonceSize       = 32
	maxResponse     = 16 << 20
	farewell        = time.Second // for taking leave of a server
	binaryTransport = "http://opcfoundation.org/UA-Profile/Transport/uatcp-uasc-uabinary"
)

// Session is one activated session over its own channel.
type Session struct {
	*secure.Channel
	Limits  Limits
	timeout time.Duration // of one request
	names   atomic.Pointer[[]string]
}

// Open opens a session: it asks what the server offers, makes sure who it is, and signs in.
func (l *Login) Open(ctx context.Context) (*Session, error) {
	ctx, cancel := context.WithTimeout(ctx, l.Connect)
	defer cancel()
	s, err := l.open(ctx)
	if err != nil {
		return nil, notOpened(l.Endpoint, err)
	}
	return s, nil
}

func (l *Login) open(ctx context.Context) (*Session, error) {
	if c := l.Own.Certificate; c != nil && time.Now().After(c.NotAfter) {
		return nil, fmt.Errorf("our own certificate %s was valid only until %s: delete it and its key to get new ones, and have the machine trust them", l.Own.File, c.NotAfter.Format(time.DateOnly))
	}
	if err := l.User.valid(time.Now()); err != nil {
		return nil, err
	}
	ch, err := l.channel(ctx, nil)
	if err != nil {
		return nil, err
	}
	end, err := l.choose(ctx, ch)
	if err != nil {
		leave(ctx, ch)
		return nil, err
	}
	var server *x509.Certificate
	if l.Mode != ua.MessageSecurityModeNone {
		leave(ctx, ch)
		if server, err = l.Trust.Check(end.ServerCertificate, l.peer(end), time.Now()); err != nil {
			return nil, err
		}
		if ch, err = l.channel(ctx, server); err != nil {
			return nil, l.explain(err)
		}
	}
	s := &Session{Channel: ch, timeout: l.Timeout}
	if err = l.signIn(ctx, ch, end, server); err == nil {
		err = s.learn(ctx)
	}
	if err != nil {
		s.End(ctx, true)
		return nil, err
	}
	return s, nil
}

// leave closes a channel, with time for it even when ctx has ended.
func leave(ctx context.Context, ch *secure.Channel) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	ch.Close(ctx)
}

// channel opens a channel: an open one to ask what there is, or one secured for the server's certificate.
func (l *Login) channel(ctx context.Context, server *x509.Certificate) (*secure.Channel, error) {
	cfg := secure.Config{
		Endpoint: l.Endpoint, Policy: ua.SecurityPolicyURINone, Mode: ua.MessageSecurityModeNone,
		Lifetime: l.Lifetime, Timeout: l.Write, Dialer: l.Dialer,
	}
	if server != nil {
		cfg.Policy, cfg.Mode, cfg.Server = l.Policy, l.Mode, server
		cfg.Certificate, cfg.Key = l.Own.Certificate.Raw, l.Own.Key
	}
	return secure.Open(ctx, cfg)
}

// explain adds what to do when a server ends a secured conversation: most often it does not know us.
func (l *Login) explain(err error) error {
	return &Unknown{fmt.Errorf("%w; if the machine does not know our certificate yet, have it trust %s (thumbprint %s)", err, l.Own.File, pki.Thumbprint(l.Own.Certificate))}
}

// Unknown is a server's refusal that most often means that it does not know our certificate.
type Unknown struct{ Cause error }

// Error gives the words of the cause.
func (u *Unknown) Error() string { return u.Cause.Error() }

// Unwrap gives the cause.
func (u *Unknown) Unwrap() error { return u.Cause }

// NotOffered is a security that the server does not offer; Offers are those it does, as "policy/mode".
type NotOffered struct {
	Policy, Mode string
	Offers       []string
}

// Error names both.
func (n *NotOffered) Error() string {
	return fmt.Sprintf("the server does not offer security policy %s with mode %s; it offers: %s", n.Policy, n.Mode, strings.Join(n.Offers, " "))
}

func (l *Login) peer(end *ua.EndpointDescription) pki.Peer {
	u, _ := url.Parse(l.Endpoint) // New has read it before
	return pki.Peer{Host: u.Hostname(), URI: end.Server.ApplicationURI}
}

// choose asks for the server's endpoints and takes the one with our policy and mode. The addresses
// in them are not called: a server behind a router or a hostile one may name any.
func (l *Login) choose(ctx context.Context, ch *secure.Channel) (*ua.EndpointDescription, error) {
	var resp ua.GetEndpointsResponse
	if err := ch.Call(ctx, &ua.GetEndpointsRequest{EndpointURL: l.Endpoint}, &resp); err != nil {
		return nil, fmt.Errorf("ask for its endpoints: %w", err)
	}
	if len(resp.Endpoints) == 0 && l.Mode == ua.MessageSecurityModeNone {
		// Some servers show only endpoints whose address is the one that was called, which it is not
		// behind a router. An open session needs nothing of them.
		return &ua.EndpointDescription{SecurityPolicyURI: l.Policy, SecurityMode: l.Mode, Server: &ua.ApplicationDescription{}}, nil
	}
	all := usable(resp.Endpoints)
	for _, e := range all {
		if e.SecurityPolicyURI == l.Policy && e.SecurityMode == l.Mode {
			return e, nil
		}
	}
	return nil, &NotOffered{PolicyName(l.Policy), modeName(l.Mode), offers(all)}
}

// signIn creates the session and activates it for the user.
func (l *Login) signIn(ctx context.Context, ch *secure.Channel, end *ua.EndpointDescription, server *x509.Certificate) error {
	nonce := make([]byte, nonceSize)
	if _, err := rand.Read(nonce); err != nil {
		return err
	}
	req := &ua.CreateSessionRequest{
		ClientDescription: l.description(), EndpointURL: l.Endpoint, SessionName: sessionName, ClientNonce: nonce,
		RequestedSessionTimeout: float64(sessionTimeout / time.Millisecond), MaxResponseMessageSize: maxResponse,
	}
	if server != nil {
		req.ClientCertificate = l.Own.Certificate.Raw
	}
	var resp ua.CreateSessionResponse
	if err := ch.Call(ctx, req, &resp); err != nil {
		return l.refused("open a session", err)
	}
	if server != nil {
		if err := l.proves(server, nonce, &resp); err != nil {
			return err
		}
	}
	ch.Authenticate(resp.AuthenticationToken)
	activate, err := l.activation(end, server, &resp)
	if err != nil {
		return err
	}
	if err := ch.Call(ctx, activate, new(ua.ActivateSessionResponse)); err != nil {
		return l.notLetIn(err)
	}
	return nil
}

// proves makes sure that the session's server owns the certificate that was trusted.
func (l *Login) proves(server *x509.Certificate, nonce []byte, resp *ua.CreateSessionResponse) error {
	chain, err := x509.ParseCertificates(resp.ServerCertificate)
	if err != nil || len(chain) == 0 || !bytes.Equal(chain[0].Raw, server.Raw) {
		return errors.New("the server opens the session with another certificate than it announced")
	}
	algo, err := uapolicy.Asymmetric(l.Policy, l.Own.Key, server.PublicKey.(*rsa.PublicKey))
	if err != nil {
		return err
	}
	if len(resp.ServerNonce) < nonceSize {
		return errors.New("the server's challenge is too short to prove anything")
	}
	signed := append(bytes.Clone(l.Own.Certificate.Raw), nonce...)
	if algo.VerifySignature(signed, resp.ServerSignature.Signature) != nil {
		return errors.New("the server could not prove that it owns its certificate")
	}
	return nil
}

func (l *Login) description() *ua.ApplicationDescription {
	uri := productURI
	if l.Own.Certificate != nil {
		uri = pki.URI(l.Own.Certificate)
	} else if host, err := os.Hostname(); err == nil {
		uri += ":" + host
	}
	return &ua.ApplicationDescription{
		ApplicationURI: uri, ProductURI: productURI,
		ApplicationName: ua.NewLocalizedText("Millwright"), ApplicationType: ua.ApplicationTypeClient,
	}
}

// refused makes a sentence of a server's refusal that says what to do.
func (l *Login) refused(what string, err error) error {
	var status secure.Status
	if !errors.As(err, &status) {
		return fmt.Errorf("%s: %w", what, err)
	}
	switch ua.StatusCode(status) {
	case ua.StatusBadTooManySessions:
		return fmt.Errorf("%s: all sessions of the server are taken (%w): close other programs that read it, or allow it more sessions", what, err)
	case ua.StatusBadCertificateUntrusted, ua.StatusBadSecurityChecksFailed, ua.StatusBadCertificateURIInvalid, ua.StatusBadCertificateInvalid:
		if l.Own.Certificate != nil {
			return fmt.Errorf("%s: %w", what, l.explain(err))
		}
	}
	return fmt.Errorf("%s: %w", what, err)
}

// End closes the session, politely while the server answers, and waits until nothing of it runs. It
// takes its time for that even when ctx has ended.
func (s *Session) End(ctx context.Context, polite bool) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	if !polite {
		cancel()
	} else {
		_ = s.Channel.Call(ctx, &ua.CloseSessionRequest{DeleteSubscriptions: true}, new(ua.CloseSessionResponse)) // the cut ends the session too, only later
	}
	s.Close(ctx)
}
