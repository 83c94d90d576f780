// Package probe finds out why a server cannot be used, in words for who set it up.
package probe

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"millwright/internal/errs"
	"millwright/internal/ot/driver/opcua"
	"millwright/internal/ot/driver/opcua/pki"
	"millwright/internal/ot/driver/opcua/secure"
	"millwright/internal/ot/driver/opcua/session"

	"github.com/gopcua/opcua/ua"
)

// Finding is what a trial found: for the one who set it up, then for the one who is asked for help.
type Finding struct {
	OK      bool
	Pending bool   // a certificate waits for a person
	Words   string // what is, as a sentence
	Next    string // what to do next, as a sentence
	Detail  string // the technical text
	Cause   error  // what went wrong; nil when nothing did
}

// The server's own description (OPC 10000-5 §12.5).
const (
	productName     = "i=2261"
	softwareVersion = "i=2264"
)

// Try opens a session, reads what the server says of itself, and ends the session.
func Try(ctx context.Context, cfg opcua.Config) Finding {
	d, err := opcua.New(cfg)
	if err != nil {
		return Finding{Words: "The settings do not fit together.", Next: "Mend them and try again.", Detail: err.Error()}
	}
	about, err := d.Read(ctx, []string{productName, softwareVersion})
	if err != nil {
		return Explain(err)
	}
	var product []string
	for _, s := range about {
		if text, is := s.Value.Text(); is && text != "" && s.Good() {
			product = append(product, text)
		}
	}
	f := Finding{OK: true, Words: fmt.Sprintf("It works: a session was opened as %s, and the server answered.", cfg.User.Who()), Next: "Look at what it offers, then publish.", Detail: "the server does not name itself"}
	if len(product) > 0 {
		f.Detail = fmt.Sprintf("the server calls itself %q", strings.Join(product, " "))
	}
	if cfg.Policy == "" || cfg.Policy == open {
		f.Next = better(ctx, cfg) + f.Next
	}
	if c := cfg.User.Pair.Certificate; c != nil && time.Until(c.NotAfter) < soon {
		f.Next += fmt.Sprintf(" The certificate of the user ends on %s: have another one ready before that.", c.NotAfter.Format(time.DateOnly))
	}
	return f
}

// open is the policy of no security.
const open = "None"

// better tells which securities a server offers that is spoken to without one; "" when it does not tell.
func better(ctx context.Context, cfg opcua.Config) string {
	l := session.Login{Endpoint: cfg.Endpoint, Timeout: question, Connect: question, Lifetime: time.Hour, Write: question, Dialer: cfg.Dialer}
	all, err := l.Offers(ctx)
	if err != nil {
		return "" // the session was opened, which is what was tried
	}
	all = slices.DeleteFunc(all, func(s string) bool { return strings.HasPrefix(s, open+"/") || strings.HasPrefix(s, "another/") })
	if len(all) == 0 {
		return "Whoever is on the network can read along: the server offers no security that is known here. "
	}
	return "Whoever is on the network can read along. The server offers security too: " + strings.Join(all, ", ") + ". "
}

// question is how long a server has to tell what it offers.
const question = 5 * time.Second

// soon is how long before its end a certificate is told of.
const soon = 30 * 24 * time.Hour

// Explain finds the sentences for an error of a connection.
func Explain(err error) Finding {
	detail := err.Error()
	words, next := session.Unreachable(err)
	if words != "" { // the error says already what to do
		detail = strings.TrimSuffix(detail, "; "+next)
		next = upper(next) + "."
	} else {
		words, next = refusal(err)
	}
	if words == "" {
		words, next = status(err)
	}
	if words == "" {
		words, next = "It does not work.", "Show the text below to whoever knows the machine."
	}
	var refused *pki.Refused
	pending := errors.As(err, &refused) && refused.Kept
	return Finding{Pending: pending, Words: words, Next: next, Detail: detail, Cause: err}
}

// refusal explains what we, or the server, do not take of the other.
func refusal(err error) (words, next string) {
	var refused *pki.Refused
	var offered *session.NotOffered
	var unknown *session.Unknown
	var notLetIn *session.NotLetIn
	var ours *errs.Error
	switch {
	case errors.As(err, &refused) && refused.Kept:
		return "The server is there, and its certificate is not known yet.", "Its certificate waits on the Certificates page now: compare its thumbprint with the one the machine shows, trust it, and try again."
	case errors.As(err, &refused):
		return "The certificate of the server is not taken.", upper(refused.Words) + "."
	case errors.As(err, &offered):
		next = "The server offers no security that is known here."
		if len(offered.Offers) > 0 {
			next = "Choose one that it offers: " + strings.Join(offered.Offers, ", ") + "."
		}
		return fmt.Sprintf("The server does not offer security %s/%s.", offered.Policy, offered.Mode), next
	case errors.As(err, &unknown):
		return "The server does not take our certificate.", "Have the machine trust it: download it from the Certificates page, or look for it among those the machine has rejected."
	case errors.As(err, &notLetIn):
		return fmt.Sprintf("The server refuses to let in %s.", notLetIn.User.Who()), upper(notLetIn.Next()) + "."
	case errors.As(err, &ours):
		return "The connection cannot be opened.", upper(ours.Words) + "."
	}
	return "", ""
}

// status explains what a server answers.
func status(err error) (words, next string) {
	var s secure.Status
	if !errors.As(err, &s) {
		if errors.Is(err, secure.ErrClosed) {
			return "The server hung up.", "Make sure that an OPC UA server listens at this port, then try again."
		}
		return "", ""
	}
	if ua.StatusCode(s) == ua.StatusBadTooManySessions {
		return "All sessions of the server are taken.", "Close other programs that read it, or allow it more sessions."
	}
	return "The server refuses.", "Show the text below to whoever knows the machine."
}

func upper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
