package session

import (
	"bytes"
	"cmp"
	"crypto/rsa"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"millwright/internal/errs"
	"millwright/internal/ot/driver/opcua/pki"
	"millwright/internal/ot/driver/opcua/secure"

	"github.com/gopcua/opcua/ua"
	"github.com/gopcua/opcua/uapolicy"
)

// challenge is what the server wants us to sign or encrypt with.
type challenge struct {
	server *x509.Certificate // nil when the server has none that we trust
	nonce  []byte
}

// signed is the text that proves we answer this session of this server.
func (c challenge) signed() []byte { return append(bytes.Clone(c.server.Raw), c.nonce...) }

// activation makes the request that signs the user in.
func (l *Login) activation(end *ua.EndpointDescription, server *x509.Certificate, resp *ua.CreateSessionResponse) (*ua.ActivateSessionRequest, error) {
	c := challenge{server, resp.ServerNonce}
	req := &ua.ActivateSessionRequest{
		ClientSignature: &ua.SignatureData{}, UserTokenSignature: &ua.SignatureData{}, LocaleIDs: []string{"en"},
	}
	if server != nil {
		algo, err := uapolicy.Asymmetric(l.Policy, l.Own.Key, server.PublicKey.(*rsa.PublicKey))
		if err != nil {
			return nil, err
		}
		signature, err := algo.Signature(c.signed())
		if err != nil {
			return nil, err
		}
		req.ClientSignature = &ua.SignatureData{Algorithm: algo.SignatureURI(), Signature: signature}
	}
	kind := l.User.kind()
	policy, err := l.tokenPolicy(kind, offered(end, resp))
	if err != nil {
		return nil, err
	}
	if c.server == nil && kind != ua.UserTokenTypeAnonymous && policy.SecurityPolicyURI != ua.SecurityPolicyURINone {
		if c.server, err = l.Trust.Check(resp.ServerCertificate, l.peer(end), time.Now()); err != nil {
			return nil, err
		}
	}
	token, signature, err := l.token(kind, policy, c)
	if err != nil {
		return nil, err
	}
	req.UserIdentityToken = ua.NewExtensionObject(token)
	if signature != nil {
		req.UserTokenSignature = signature
	}
	return req, nil
}

// offered are the endpoint's ways to sign in, preferably as the session's server names them: on a
// secured channel nobody else can have changed these.
func offered(end *ua.EndpointDescription, resp *ua.CreateSessionResponse) []*ua.UserTokenPolicy {
	for _, e := range resp.ServerEndpoints {
		if e.SecurityPolicyURI == end.SecurityPolicyURI && e.SecurityMode == end.SecurityMode && len(e.UserIdentityTokens) > 0 {
			return e.UserIdentityTokens
		}
	}
	return end.UserIdentityTokens
}

func (u User) kind() ua.UserTokenType {
	switch {
	case u.Pair.Certificate != nil:
		return ua.UserTokenTypeCertificate
	case u.Name != "":
		return ua.UserTokenTypeUserName
	}
	return ua.UserTokenTypeAnonymous
}

// tokenPolicy picks the server's rules for our way to sign in: the first whose security we know,
// rather one that hides a password than one that does not.
func (l *Login) tokenPolicy(kind ua.UserTokenType, offers []*ua.UserTokenPolicy) (ua.UserTokenPolicy, error) {
	var plain *ua.UserTokenPolicy
	for _, o := range offers {
		if o.TokenType != kind {
			continue
		}
		p := *o
		if p.SecurityPolicyURI == "" {
			p.SecurityPolicyURI = l.Policy
		}
		switch {
		case kind == ua.UserTokenTypeAnonymous:
			return p, nil
		case p.SecurityPolicyURI == ua.SecurityPolicyURINone:
			plain = &p
		case PolicyName(p.SecurityPolicyURI) != "":
			return p, nil
		}
	}
	if plain != nil {
		return *plain, nil
	}
	if kind == ua.UserTokenTypeAnonymous && len(offers) == 0 {
		return ua.UserTokenPolicy{PolicyID: "anonymous"}, nil
	}
	return ua.UserTokenPolicy{}, errs.New(errs.Invalid, "sign in as %s: the server takes nobody so with this security; it takes %s", l.User.Who(), ways(offers))
}

// ways names how a server lets people sign in.
func ways(offers []*ua.UserTokenPolicy) string {
	var all []string
	for kind, name := range []string{
		ua.UserTokenTypeAnonymous: "anonymous users", ua.UserTokenTypeUserName: "user names", ua.UserTokenTypeCertificate: "certificates",
	} {
		if slices.ContainsFunc(offers, func(o *ua.UserTokenPolicy) bool { return o.TokenType == ua.UserTokenType(kind) }) {
			all = append(all, name)
		}
	}
	return cmp.Or(strings.Join(all, ", "), "nobody that is known here")
}

// Who names a user.
func (u User) Who() string {
	switch u.kind() {
	case ua.UserTokenTypeCertificate:
		return "the user of certificate " + pki.Describe(u.Pair.Certificate)
	case ua.UserTokenTypeUserName:
		return fmt.Sprintf("user %q", u.Name)
	}
	return "anonymous user"
}

// valid tells when the time of a user's certificate is over, or has not come.
func (u User) valid(now time.Time) error {
	c := u.Pair.Certificate
	switch {
	case c == nil:
	case now.After(c.NotAfter):
		return errs.New(errs.Invalid, "the certificate of the user was valid only until %s: give this connection a new one and its key", c.NotAfter.Format(time.DateOnly))
	case now.Before(c.NotBefore):
		return errs.New(errs.Invalid, "the certificate of the user is valid only from %s on: set the clocks right, or give this connection another one", c.NotBefore.Format(time.DateOnly))
	}
	return nil
}

// NotLetIn is a server's refusal of the user.
type NotLetIn struct {
	User  User
	Cause error
}

// Error names the user and says what to do.
func (n *NotLetIn) Error() string {
	return fmt.Sprintf("sign in as %s: the server refuses (%v): %s", n.User.Who(), n.Cause, n.Next())
}

// Unwrap gives the cause.
func (n *NotLetIn) Unwrap() error { return n.Cause }

// Next says what to do.
func (n *NotLetIn) Next() string {
	switch n.User.kind() {
	case ua.UserTokenTypeCertificate:
		return "have the machine trust this user's certificate, which is not the one of this program, and give the user the right to read"
	case ua.UserTokenTypeUserName:
		return "make sure of the name and the password, and that the machine knows this user"
	}
	return "it wants to know who signs in: give this connection a user that the machine knows, under Sign in"
}

// notLetIn makes a sentence of a refusal to sign in.
func (l *Login) notLetIn(err error) error {
	var status secure.Status
	if errors.As(err, &status) {
		switch code := ua.StatusCode(status); {
		case code == ua.StatusBadUserAccessDenied, code == ua.StatusBadIdentityTokenRejected, code == ua.StatusBadIdentityTokenInvalid,
			l.User.kind() == ua.UserTokenTypeCertificate && aboutCertificates(code):
			return &NotLetIn{l.User, err}
		}
	}
	return l.refused("sign in as "+l.User.Who(), err)
}

func aboutCertificates(code ua.StatusCode) bool {
	switch code {
	case ua.StatusBadCertificateUntrusted, ua.StatusBadCertificateInvalid, ua.StatusBadCertificateUseNotAllowed, ua.StatusBadSecurityChecksFailed,
		ua.StatusBadCertificateChainIncomplete, ua.StatusBadCertificateTimeInvalid, ua.StatusBadUserSignatureInvalid:
		return true
	}
	return false
}

// token makes the proof of who we are, with a signature where that is the proof.
func (l *Login) token(kind ua.UserTokenType, policy ua.UserTokenPolicy, c challenge) (any, *ua.SignatureData, error) {
	switch kind {
	case ua.UserTokenTypeUserName:
		token, err := l.password(policy, c)
		return token, nil, err
	case ua.UserTokenTypeCertificate:
		if policy.SecurityPolicyURI == ua.SecurityPolicyURINone {
			return nil, nil, errors.New("sign in by certificate: the server names no algorithm to sign with")
		}
		algo, err := uapolicy.Asymmetric(policy.SecurityPolicyURI, l.User.Pair.Key, nil)
		if err != nil {
			return nil, nil, err
		}
		signature, err := algo.Signature(c.signed())
		token := &ua.X509IdentityToken{PolicyID: policy.PolicyID, CertificateData: l.User.Pair.Certificate.Raw}
		return token, &ua.SignatureData{Algorithm: algo.SignatureURI(), Signature: signature}, err
	}
	return &ua.AnonymousIdentityToken{PolicyID: policy.PolicyID}, nil, nil
}

// password encrypts the password for the server (OPC 10000-4 §7.40.2.2).
func (l *Login) password(policy ua.UserTokenPolicy, c challenge) (*ua.UserNameIdentityToken, error) {
	u := l.User
	token := &ua.UserNameIdentityToken{PolicyID: policy.PolicyID, UserName: u.Name}
	if policy.SecurityPolicyURI == ua.SecurityPolicyURINone {
		if l.Mode != ua.MessageSecurityModeSignAndEncrypt && !u.Plain {
			return nil, errs.New(errs.Invalid, "sign in as %s: this server takes the password only in the clear, and nothing on the way would hide it: choose a security that encrypts, or allow this connection to send its password unprotected (plain_password)", l.User.Who())
		}
		token.Password = []byte(u.Password)
		return token, nil
	}
	public, is := c.server.PublicKey.(*rsa.PublicKey)
	if !is {
		return nil, errors.New("the server's certificate has no RSA key to encrypt the password for")
	}
	algo, err := uapolicy.Asymmetric(policy.SecurityPolicyURI, nil, public)
	if err != nil {
		return nil, err
	}
	secret := binary.LittleEndian.AppendUint32(nil, uint32(len(u.Password)+len(c.nonce)))
	secret = append(append(secret, u.Password...), c.nonce...)
	if token.Password, err = algo.Encrypt(secret); err != nil {
		return nil, err
	}
	token.EncryptionAlgorithm = algo.EncryptionURI()
	return token, nil
}
