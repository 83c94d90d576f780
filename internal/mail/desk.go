package mail

import (
	"context"
	"time"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Safe keeps the server's password.
type Safe interface {
	Keep(ctx context.Context, name, plain string, by plant.Person) (mark string, err error)
	Open(ctx context.Context, name, mark string) (string, error)
}

const passwordName = "mail/server"

// Message is a letter as it is handed to the server.
type Message struct {
	ID      string // of the message: the same for every attempt
	To      []string
	Subject string
	Text    string
	At      time.Time
	File    []byte // none when Name is ""
	Name    string
	Type    string
}

// Refusal says why a message did not go.
type Refusal struct {
	Words  string // for the person: what to do about it
	Detail string // what the server or the network said
	Again  bool   // it may go later
	Unsure bool   // the server may have taken it all the same
}

// Error gives both.
func (r *Refusal) Error() string { return r.Words + " (" + r.Detail + ")" }

// Post hands a message to a server.
type Post func(ctx context.Context, s Server, password string, m Message) error

// Desk is where an admin sets mail up.
type Desk struct {
	Book
	Safe Safe
	Post Post
	May  Allowed
	Now  func() time.Time
}

// SetServer keeps the mail server. An empty password leaves the one that is kept, as long as host and user stay the same.
func (d *Desk) SetServer(ctx context.Context, s Server, password string, by plant.Person) error {
	if err := s.Check(d.May); err != nil {
		return err
	}
	was, err := d.Server(ctx)
	if err != nil {
		return err
	}
	s.Mark = ""
	switch {
	case s.User == "":
	case password != "":
		if s.Mark, err = d.Safe.Keep(ctx, passwordName, password, by); err != nil {
			return err
		}
	case was.Mark == "" || was.User != s.User || was.Host != s.Host:
		return &errs.Error{Kind: errs.Invalid, Words: "letters cannot be sent by this server", Fields: []errs.Field{{Path: "password", Message: "Type the password: it is kept for one server and user alone."}}}
	default:
		s.Mark = was.Mark
	}
	return d.Book.SetServer(ctx, s, by)
}

// Test sends a letter to somebody at once.
func (d *Desk) Test(ctx context.Context, to string) error {
	address, err := Address(to)
	if err != nil {
		return &errs.Error{Kind: errs.Invalid, Words: "the test cannot be sent", Fields: []errs.Field{{Path: "test-to", Message: "Write one address, like mara@example.com."}}}
	}
	s, err := d.Server(ctx)
	if err != nil {
		return err
	}
	if s.Host == "" {
		return errs.New(errs.Invalid, "no mail server is set yet: fill in the form first")
	}
	return d.send(ctx, s, Message{
		ID: messageID("test", d.Now(), s), To: []string{address}, Subject: "Test of Millwright's mail", At: d.Now(),
		Text: "This letter was sent by an admin to test how Millwright sends reports. It came through.\n",
	})
}

// send hands a message to the server, if the program may speak to it.
func (d *Desk) send(ctx context.Context, s Server, m Message) error {
	if err := s.Check(d.May); err != nil {
		return &Refusal{Words: "the settings do not allow this mail server", Detail: err.Error()}
	}
	password := ""
	if s.User != "" {
		var err error
		if password, err = d.Safe.Open(ctx, passwordName, s.Mark); err != nil {
			return &Refusal{Words: "the password of the mail server cannot be read", Detail: err.Error(), Again: errs.KindOf(err) == errs.Unavailable}
		}
	}
	return d.Post(ctx, s, password, m)
}
