package session

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"strings"
	"testing"
	"time"

	"millwright/internal/ot/driver/opcua/pki"
	"millwright/internal/ot/driver/opcua/secure"

	"github.com/gopcua/opcua/ua"
)

// A server that takes a password only in the clear gets it where the channel hides it, or where that was allowed.
func TestAPasswordTravelsInTheClearOnlyWhereThatIsAllowed(t *testing.T) {
	open := ua.UserTokenPolicy{PolicyID: "user", SecurityPolicyURI: ua.SecurityPolicyURINone}
	for _, c := range []struct {
		mode  ua.MessageSecurityMode
		plain bool
		sent  bool
	}{
		{ua.MessageSecurityModeNone, false, false},
		{ua.MessageSecurityModeSign, false, false},
		{ua.MessageSecurityModeSignAndEncrypt, false, true},
		{ua.MessageSecurityModeNone, true, true},
		{ua.MessageSecurityModeSign, true, true},
	} {
		l := Login{Mode: c.mode, User: User{Name: "mill", Password: "hunter2", Plain: c.plain}}
		token, err := l.password(open, challenge{})
		if c.sent && (err != nil || string(token.Password) != "hunter2") {
			t.Errorf("%v, allowed %v: %v", c.mode, c.plain, err)
		}
		if !c.sent && (err == nil || token != nil || !strings.Contains(err.Error(), "plain_password") || strings.Contains(err.Error(), "hunter2")) {
			t.Errorf("%v, allowed %v: %v", c.mode, c.plain, err)
		}
	}
}

func TestAWayThatTheServerDoesNotTakeIsToldWithThoseItTakes(t *testing.T) {
	l := Login{User: User{Name: "mill"}}
	_, err := l.tokenPolicy(l.User.kind(), []*ua.UserTokenPolicy{{TokenType: ua.UserTokenTypeCertificate}, {TokenType: ua.UserTokenTypeAnonymous}})
	if err == nil || !strings.Contains(err.Error(), "it takes anonymous users, certificates") {
		t.Error(err)
	}
	if _, err = l.tokenPolicy(l.User.kind(), nil); err == nil || !strings.Contains(err.Error(), "nobody that is known here") {
		t.Error(err)
	}
}

func TestTheTimeOfAUsersCertificateIsToldBeforeTheServerIsCalled(t *testing.T) {
	now := time.Date(2026, 3, 1, 6, 0, 0, 0, time.UTC)
	u := User{Pair: pki.Pair{Certificate: &x509.Certificate{Subject: pkix.Name{CommonName: "mill"}, NotBefore: now, NotAfter: now.AddDate(1, 0, 0)}}}
	for at, says := range map[time.Time]string{now.Add(-time.Second): "valid only from 2026-03-01 on", now: "", now.AddDate(1, 0, 0): "", now.AddDate(1, 0, 1): "valid only until 2027-03-01"} {
		err := u.valid(at)
		if says == "" && err != nil || says != "" && (err == nil || !strings.Contains(err.Error(), says)) {
			t.Errorf("%s: %v", at, err)
		}
	}
}

func TestWhoIsNotLetInIsToldWhatToDo(t *testing.T) {
	byCertificate := User{Pair: pki.Pair{Certificate: &x509.Certificate{Subject: pkix.Name{CommonName: "mill"}}}}
	for _, c := range []struct {
		user User
		code ua.StatusCode
		says string
	}{
		{User{Name: "mill"}, ua.StatusBadUserAccessDenied, "the name and the password"},
		{User{}, ua.StatusBadIdentityTokenRejected, "a user that the machine knows"},
		{byCertificate, ua.StatusBadIdentityTokenRejected, "trust this user's certificate"},
		{byCertificate, ua.StatusBadCertificateUntrusted, "trust this user's certificate"},
	} {
		l := Login{User: c.user}
		err := l.notLetIn(secure.Status(c.code))
		var told *NotLetIn
		if !errors.As(err, &told) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v: %v", c.code, err)
		}
	}
	l := Login{User: User{Name: "mill"}}
	var told *NotLetIn
	if err := l.notLetIn(secure.Status(ua.StatusBadTooManySessions)); errors.As(err, &told) || !strings.Contains(err.Error(), "all sessions") {
		t.Error(err)
	}
}
