// Package mailtest is a real mail server for tests: it listens on a socket of this machine, and keeps what it gets.
package mailtest

import (
	"io"
	"net"
	"slices"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"
)

// Box is a mail server that keeps what it gets.
type Box struct {
	Port int

	mu     sync.Mutex
	got    []string
	refuse func(step string) error
}

// Open makes a box that listens on 127.0.0.1 until the test ends.
func Open(t testing.TB) *Box {
	t.Helper()
	b := &Box{}
	server := smtp.NewServer(b)
	server.Domain = "localhost"
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at, _ := l.Addr().(*net.TCPAddr) // it is one
	b.Port = at.Port
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.Serve(l) // until it is closed
	}()
	t.Cleanup(func() {
		_ = server.Close() // with all who are still in
		<-ended
	})
	return b
}

// Letters are the messages that came, in their order.
func (b *Box) Letters() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.got)
}

// Answer sets what is said to the steps "mail", "rcpt" and "data"; nil takes everything.
func (b *Box) Answer(how func(step string) error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refuse = how
}

// NewSession lets somebody in.
func (b *Box) NewSession(*smtp.Conn) (smtp.Session, error) { return visit{b}, nil }

// visit is one conversation.
type visit struct{ *Box }

func (v visit) say(step string) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.refuse == nil {
		return nil
	}
	return v.refuse(step)
}

// Mail says whose letter comes.
func (v visit) Mail(string, *smtp.MailOptions) error { return v.say("mail") }

// Rcpt says for whom.
func (v visit) Rcpt(string, *smtp.RcptOptions) error { return v.say("rcpt") }

// Data takes a letter.
func (v visit) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := v.say("data"); err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.got = append(v.got, string(text))
	return nil
}

// Reset forgets what was begun.
func (v visit) Reset() {}

// Logout ends the conversation.
func (v visit) Logout() error { return nil }
