package session

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

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
	kind := l.tokenType()
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

func (l *Login) tokenType() ua.UserTokenType {
	switch {
	case l.User.Pair.Certificate != nil:
		return ua.UserTokenTypeCertificate
	case l.User.Name != "":
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
	return ua.UserTokenPolicy{}, fmt.Errorf("sign in as %s: the server does not offer that with this security policy", l.who())
}

func (l *Login) who() string {
	switch l.tokenType() {
	case ua.UserTokenTypeCertificate:
		return fmt.Sprintf("the user of certificate %s", l.User.Pair.File)
	case ua.UserTokenTypeUserName:
		return fmt.Sprintf("user %q", l.User.Name)
	}
	return "anonymous user"
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
			return nil, fmt.Errorf("sign in as %s: the password would travel in the clear: use mode SignAndEncrypt, or allow plain passwords for this connection", l.who())
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
