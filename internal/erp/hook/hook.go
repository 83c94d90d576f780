// Package hook is programs elsewhere that are told what happens in the business.
package hook

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Events are what can be told, by the kind of the document that it happens to. What exactly is its name in the audit:
// "item.add", "work.completed".
func Events() []string {
	return []string{"item", "bill", "tool", "partner", "sales", "purchase", "stock", "count", "lot", "plan", "work"}
}

// KindOf is which of them something that happens to a document is; "" for none.
func KindOf(on string) string {
	kind, _, _ := strings.Cut(on, "/")
	switch kind {
	case "posting":
		kind = "stock"
	case "note":
		kind = "sales"
	case "receipt":
		kind = "purchase"
	}
	if !slices.Contains(Events(), kind) {
		return ""
	}
	return kind
}

// Hook is one program that is told.
type Hook struct {
	ID       int64
	Name     string
	URL      string   // https, or http where the settings name the host
	Events   []string // none means all
	Mark     string   // by which its secret is found in the safe
	Active   bool
	Failures int64 // deliveries in a row that were given up
	Version  int64
}

// State is how far a delivery is.
type State string

// The states.
const (
	Waiting State = "waiting"
	Sent    State = "sent"
	Failed  State = "failed" // given up
)

// Delivery is one event told to one program.
type Delivery struct {
	ID       int64
	Hook     int64
	Name     string // of the hook
	URL      string
	Mark     string
	Event    string
	On       string // the document: "item/12"
	At       time.Time
	Payload  string // JSON
	State    State
	Attempts int
	Next     time.Time
	Status   int // of the last answer; 0 when there was none
	Took     time.Duration
	Answer   string // its beginning
	Fault    string
	Version  int64
}

// Making is who makes a hook and why; what comes again with a key makes no other.
type Making struct {
	By       plant.Person
	Why, Key string
}

// Ask says which deliveries; what is zero narrows nothing.
type Ask struct {
	Hook   int64
	State  State
	Before int64 // with lesser numbers
	Limit  int
}

// Tested is the event of a delivery that only tries whether a hook is reached.
const Tested = "webhook.test"

// Book keeps hooks and what they are told.
type Book interface {
	Hooks(ctx context.Context) ([]Hook, error)
	Add(ctx context.Context, h Hook, m Making) (Hook, error)             // the same key again gives what is there
	Save(ctx context.Context, h Hook, by plant.Person, why string) error // by ID and Version
	Deliveries(ctx context.Context, of Ask) ([]Delivery, error)          // the newest first
	Test(ctx context.Context, hook int64, by plant.Person) (Delivery, error)
	Again(ctx context.Context, delivery int64, by plant.Person) error
	Claim(ctx context.Context, now, until time.Time) (Delivery, bool, error)
	Settle(ctx context.Context, d Delivery) error // also counts failures of its hook, and ends one that has GiveUp
}

// The bounds.
const (
	GiveUp    = 10 // deliveries in a row that are given up end a hook
	MostHooks = 50
	mostTries = 12
	longest   = 500 // letters of an answer that are kept
)

// Allowed are the hosts that the program may speak to besides those of the internet: "host" or "host:port".
type Allowed []string

func (a Allowed) names(host, port string) bool {
	return slices.Contains(a, host) || slices.Contains(a, host+":"+port)
}

// Check tells what is wrong with a hook.
func (h Hook) Check(may Allowed) error {
	var wrong []errs.Field
	say := func(path, words string) { wrong = append(wrong, errs.Field{Path: path, Message: words}) }
	if n := len([]rune(strings.TrimSpace(h.Name))); n == 0 || n > 60 {
		say("name", "Give it a name of at most 60 letters.")
	}
	u, err := url.Parse(h.URL)
	switch {
	case err != nil || u.Host == "" || len(h.URL) > 500 || u.Scheme != "https" && u.Scheme != "http":
		say("url", "Write a whole address, like https://erp.example.com/millwright.")
	case u.User != nil || u.Fragment != "":
		say("url", "The address must have no user, password or fragment.")
	case u.Scheme == "http" && !may.names(u.Hostname(), port(u)):
		say("url", "Only https is allowed; plain http only to hosts that the settings name under webhooks.allow.")
	}
	for _, e := range h.Events {
		if !slices.Contains(Events(), e) {
			say("events", fmt.Sprintf("There is no event %q.", errs.Clip(e)))
		}
	}
	if wrong != nil {
		return &errs.Error{Kind: errs.Invalid, Words: "the webhook cannot be kept", Fields: wrong}
	}
	return nil
}

func port(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	return map[string]string{"https": "443", "http": "80"}[u.Scheme]
}

// NewSecret makes 256 random bits, with which what is sent is signed.
func NewSecret() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // it never fails; see crypto/rand
	return "whsec_" + base64.RawURLEncoding.EncodeToString(b[:])
}

// Sign is the HMAC-SHA256 over the time and the body, which only who has the secret can make.
func Sign(secret string, at time.Time, body []byte) string {
	m := hmac.New(sha256.New, []byte(secret))
	m.Write([]byte(strconv.FormatInt(at.Unix(), 10) + "."))
	m.Write(body)
	return "v1=" + hex.EncodeToString(m.Sum(nil))
}

// pause is how long a delivery waits after a number of tries: 10 s, 20 s, 40 s and so on, an hour at most.
func pause(tries int) time.Duration { return min(10*time.Second<<min(tries-1, 10), time.Hour) }

// After is a delivery after one more try.
func (d Delivery) After(now time.Time, ok bool) Delivery {
	d.Attempts++
	switch {
	case ok:
		d.State, d.Fault = Sent, ""
	case d.Attempts >= mostTries:
		d.State = Failed
	default:
		d.Next = now.Add(pause(d.Attempts))
	}
	return d
}
