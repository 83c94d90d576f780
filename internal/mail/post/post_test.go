package post_test

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"millwright/internal/mail"
	"millwright/internal/mail/post"
)

// doorman is a mail server that knows one user.
type doorman struct {
	auth bool
	got  atomic.Int32
}

type visit struct {
	*doorman
	in bool
}

func (d *doorman) NewSession(*smtp.Conn) (smtp.Session, error) { return &visit{doorman: d}, nil }
func (v *visit) AuthMechanisms() []string {
	if !v.auth {
		return nil
	}
	return []string{sasl.Plain}
}

func (v *visit) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if v.in = user == "plant" && password == "otters"; !v.in {
			return smtp.ErrAuthFailed
		}
		return nil
	}), nil
}

func (v *visit) Mail(string, *smtp.MailOptions) error {
	if v.auth && !v.in {
		return smtp.ErrAuthRequired
	}
	return nil
}
func (v *visit) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (v *visit) Data(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	v.got.Add(1)
	return err
}
func (v *visit) Reset()        {}
func (v *visit) Logout() error { return nil }

// certificate is one for 127.0.0.1 that signs itself.
func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

func serve(t *testing.T, d *doorman, c *tls.Certificate, fromFirst bool) mail.Server {
	t.Helper()
	server := smtp.NewServer(d)
	server.Domain = "localhost"
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	if c != nil {
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{*c}}
	}
	if fromFirst {
		l = tls.NewListener(l, server.TLSConfig)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.Serve(l) // until it is closed
	}()
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		<-ended
	})
	return mail.Server{Host: "127.0.0.1", Port: port, Security: mail.Open, From: "reports@plant.example"}
}

func message() mail.Message {
	return mail.Message{ID: "1@plant.example", To: []string{"mara@example.com"}, Subject: "Shift", Text: "Hello\n", At: time.Now(), File: []byte("%PDF-"), Name: "shift.pdf", Type: "application/pdf"}
}

func TestLettersGoByEverySecurity(t *testing.T) {
	c, pool := certificate(t)
	for name, k := range map[string]struct {
		security  mail.Security
		fromFirst bool
		user      string
	}{"open": {mail.Open, false, ""}, "STARTTLS with a password": {mail.StartTLS, false, "plant"}, "TLS with a password": {mail.TLS, true, "plant"}} {
		d := &doorman{auth: k.user != ""}
		s := serve(t, d, &c, k.fromFirst)
		s.Security, s.User = k.security, k.user
		if err := (post.Client{Roots: pool}).Send(t.Context(), s, "otters", message()); err != nil || d.got.Load() != 1 {
			t.Errorf("%s: %v, %d came", name, err, d.got.Load())
		}
	}
}

func TestWhatIsWrongIsToldInTwoLayers(t *testing.T) {
	c, pool := certificate(t)
	client := post.Client{Roots: pool}
	open, known := serve(t, &doorman{}, nil, false), serve(t, &doorman{auth: true}, &c, false)
	asking := func(s mail.Server, security mail.Security, user string) mail.Server {
		s.Security, s.User = security, user
		return s
	}
	closed := open
	closed.Port = 1
	for name, k := range map[string]struct {
		client   post.Client
		server   mail.Server
		password string
		want     string
		again    bool
	}{
		"nobody listens":          {client, closed, "", "cannot be reached", true},
		"no TLS where it must be": {client, asking(open, mail.StartTLS, ""), "", "cannot be reached", true},
		"not TLS at all":          {client, asking(open, mail.TLS, ""), "", "does not speak TLS", true},
		"a stranger's signature":  {post.Client{Roots: x509.NewCertPool()}, asking(known, mail.StartTLS, "plant"), "otters", "not trusted", true},
		"the wrong password":      {client, asking(known, mail.StartTLS, "plant"), "wrong", "does not know this user", true},
		"nobody signed in":        {client, asking(known, mail.StartTLS, ""), "", "refused the letter", false},
	} {
		err := k.client.Send(t.Context(), k.server, k.password, message())
		var r *mail.Refusal
		if !errors.As(err, &r) || !strings.Contains(r.Words, k.want) || r.Detail == "" || r.Again != k.again || r.Unsure {
			t.Errorf("%s: %+v", name, err)
		}
	}
}

// rude is a server that takes a letter to its last line, and hangs up instead of an answer, or says nothing at all.
func rude(t *testing.T, silent bool) mail.Server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go talk(conn, silent)
		}
	}()
	return mail.Server{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, Security: mail.Open, From: "a@b.c"}
}

func talk(conn net.Conn, silent bool) {
	defer func() { _ = conn.Close() }()
	lines := bufio.NewScanner(conn)
	if !silent {
		_, _ = io.WriteString(conn, "220 rude\r\n")
	}
	data := false
	for lines.Scan() {
		answer := "250 fine\r\n"
		switch text := lines.Text(); {
		case silent || data && text != ".":
			continue
		case data:
			return
		case text == "DATA":
			data, answer = true, "354 go on\r\n"
		}
		_, _ = io.WriteString(conn, answer)
	}
}

func TestABrokenEndIsNotKnownAndNotAFailure(t *testing.T) {
	err := post.Client{}.Send(t.Context(), rude(t, false), "", message())
	var r *mail.Refusal
	if !errors.As(err, &r) || !r.Unsure || r.Again {
		t.Errorf("%+v", err)
	}
}

func TestASilentServerIsNotWaitedForForever(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- post.Client{}.Send(ctx, rude(t, true), "", message()) }()
	select {
	case err := <-done:
		var r *mail.Refusal
		if !errors.As(err, &r) || !r.Again {
			t.Errorf("%+v", err)
		}
	case <-time.After(time.Minute):
		t.Fatal("it waits")
	}
}
