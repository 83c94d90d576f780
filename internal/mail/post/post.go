// Package post hands letters to a mail server by SMTP.
package post

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/textproto"
	"sync"
	"time"

	gomail "github.com/wneessen/go-mail"

	"millwright/internal/mail"
)

// Client hands letters over. The zero Client trusts whom the system trusts.
type Client struct {
	Roots *x509.CertPool // nil means the system's
}

// patience is how long a server may take for one step.
const patience = 45 * time.Second

// Send hands one message to a server; what is wrong is a mail.Refusal.
func (c Client) Send(ctx context.Context, s mail.Server, password string, m mail.Message) error {
	letter, err := write(s, m)
	if err != nil {
		return &mail.Refusal{Words: "the letter could not be written", Detail: err.Error()}
	}
	line := &line{}
	client, err := gomail.NewClient(s.Host, c.options(s, password, line)...)
	if err != nil {
		return &mail.Refusal{Words: "the settings of the mail server do not fit", Detail: err.Error()}
	}
	defer line.close() // also where signing in failed
	stop := context.AfterFunc(ctx, line.close)
	defer stop()
	if err := client.DialWithContext(ctx); err != nil {
		return unreached(err)
	}
	err = client.Send(letter)
	if letter.IsDelivered() { // whatever went wrong on the way out
		_ = client.Close()
		return nil
	}
	return refused(err)
}

func (c Client) options(s mail.Server, password string, l *line) []gomail.Option {
	config := &tls.Config{ServerName: s.Host, RootCAs: c.Roots, MinVersion: tls.VersionTLS12}
	all := []gomail.Option{gomail.WithPort(s.Port), gomail.WithTimeout(patience), gomail.WithTLSConfig(config), gomail.WithoutNoop()}
	switch s.Security {
	case mail.TLS:
		all = append(all, gomail.WithSSL()) // with a dialer of ours the library would not know that it is secret
	case mail.StartTLS:
		all = append(all, gomail.WithTLSPolicy(gomail.TLSMandatory), gomail.WithDialContextFunc(l.dial))
	default:
		all = append(all, gomail.WithTLSPolicy(gomail.NoTLS), gomail.WithDialContextFunc(l.dial))
	}
	if s.User != "" {
		all = append(all, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(s.User), gomail.WithPassword(password))
	}
	return all
}

// line is the connection to the server, which ends with us and not with the library.
type line struct {
	mu   sync.Mutex
	conn net.Conn
}

func (l *line) dial(ctx context.Context, network, address string) (conn net.Conn, err error) {
	if conn, err = (&net.Dialer{}).DialContext(ctx, network, address); err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conn = conn
	return conn, nil
}

func (l *line) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn != nil {
		_ = l.conn.Close() // it has served
	}
}

func write(s mail.Server, m mail.Message) (*gomail.Msg, error) {
	letter := gomail.NewMsg()
	if err := letter.From(s.From); err != nil {
		return nil, err
	}
	if err := letter.To(m.To...); err != nil {
		return nil, err
	}
	letter.Subject(m.Subject)
	letter.SetMessageIDWithValue(m.ID)
	letter.SetDateWithValue(m.At)
	letter.SetUserAgent("Millwright")
	letter.SetGenHeader("Auto-Submitted", "auto-generated") // nobody's holiday note answers it
	letter.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.Name == "" {
		return letter, nil
	}
	return letter, letter.AttachReader(m.Name, bytes.NewReader(m.File), gomail.WithFileContentType(gomail.ContentType(m.Type)))
}

// unreached tells why the server was not reached, or did not let us in.
func unreached(err error) *mail.Refusal {
	r := &mail.Refusal{Words: "the mail server cannot be reached: check its name, its port and the network", Detail: err.Error(), Again: true}
	var unknown *net.DNSError
	var said *textproto.Error
	var authority x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	switch {
	case errors.As(err, &unknown):
		r.Words = "the name of the mail server is not known: check how it is written"
	case errors.As(err, &authority), errors.As(err, &name), errors.As(err, &invalid):
		r.Words = "the certificate of the mail server is not trusted: check its name, or have the system trust who signed it"
	case errors.As(err, &record):
		r.Words = "the mail server does not speak TLS there: choose STARTTLS, or another port"
	case errors.As(err, &said) && said.Code == 535, errors.As(err, &said) && said.Code == 534:
		r.Words = "the mail server does not know this user and password"
	case errors.As(err, &said):
		r.Words = "the mail server did not let us in"
	case errors.Is(err, context.DeadlineExceeded):
		r.Words = "the mail server did not answer in time: check its port, and whether it expects TLS from the first byte"
	}
	return r
}

// refused tells why a server that was reached did not take the letter.
func refused(err error) *mail.Refusal {
	r := &mail.Refusal{Words: "the connection to the mail server broke", Again: true}
	if err == nil {
		r.Detail = "nothing was delivered"
		return r
	}
	r.Detail = err.Error()
	var why *gomail.SendError
	if !errors.As(err, &why) {
		return r
	}
	switch code := why.ErrorCode(); {
	case code >= 500:
		r.Words, r.Again = "the mail server refused the letter", false
	case code >= 400:
		r.Words = "the mail server does not take the letter now"
	case why.Reason == gomail.ErrSMTPDataClose:
		r.Words, r.Unsure, r.Again = "the connection broke when the letter had been handed over: nobody knows whether it was taken", true, false
	}
	if why.Reason == gomail.ErrSMTPRcptTo && why.ErrorCode() >= 500 {
		r.Words = "the mail server does not know, or does not take letters for, one of the addresses"
	}
	return r
}
