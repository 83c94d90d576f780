package consent

import (
	"context"
	"slices"
	"strings"
	"time"

	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/revision"
)

// Subject is what a request would change.
type Subject string

// The subjects.
const (
	Plant Subject = "plant"
	Law   Subject = "rules" // of approval themselves
)

// Status is how far a request has come. It never ends by itself.
type Status string

// The statuses.
const (
	Open      Status = "open"
	Published Status = "published"
	Refused   Status = "refused"
	Withdrawn Status = "withdrawn"
)

// Author is somebody whose hand was in a change.
type Author struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// AuthorOf is a person as an author.
func AuthorOf(p plant.Person) Author { return Author{p.ID, p.Name} }

// is tells whether the author is a user. A token has a number of its own row, which a user may have as well.
func (a Author) is(user plant.Person) bool {
	return a.ID == user.ID && (a.Name == user.Name || !strings.HasPrefix(a.Name, "token "))
}

// Request is a change that waits for owners to agree. What it would do never changes.
type Request struct {
	Number  int64
	Subject Subject
	Base    int64 // the revision, or the version of the rules, that it was made from
	At      time.Time
	By      plant.Person
	Side    plant.Side // whose owner the asker is: that side agrees by asking
	Authors []Author   // everybody who had a hand in it; none of them can approve
	Why     string
	Origin  string
	Since   string // from when it is to hold: "now", "shift", or a moment (RFC 3339)
	Text    string // the plant file, or the rules; "" in lists
	Hash    string // SHA-256 of the text, in hexadecimal
	Touches []Touch
	Needs   plant.Side // that the rules asked for when it was made

	Status  Status
	Ended   time.Time
	EndedBy string
	EndWhy  string
	Outcome int64 // the revision, or version of the rules, that it became
	Again   int64 // the request that it takes the place of; only while it is handed in

	Effect  Effect // the newest; its number is 0 when none was computed yet
	Answers []Answer
}

// Effect is what a change would have made of the past, as it was shown to those who agreed.
type Effect struct {
	Number int64 // from 1, within the request
	At     time.Time
	Text   string // as it is kept; Hash covers it
	Hash   string
}

// Verdict is what an owner says to a request.
type Verdict string

// The verdicts.
const (
	Approve Verdict = "approve"
	Refuse  Verdict = "refuse"
)

// Answer is what an owner said to a request, signed.
type Answer struct {
	Number    int64
	Request   int64
	At        time.Time
	By        plant.Person
	Side      plant.Side
	Verdict   Verdict
	Comment   string
	Effect    int64 // the effect that was looked at
	Key       int64
	Signature string // hexadecimal
}

// Missing gives the sides that have still to agree. Rules that were made stricter meanwhile count as well.
func (q Request) Missing(rules Rules) plant.Side {
	need := q.Needs | rules.Needs(q.Touches)
	need &^= q.Side
	for _, a := range q.Answers {
		if a.Verdict == Approve {
			need &^= a.Side
		}
	}
	return need
}

// Admits tells whether a user who is an owner of a side may answer a request that still misses some; the error
// is a sentence to the user.
func (q Request) Admits(user plant.Person, owner, missing plant.Side) error {
	switch {
	case q.Status != Open:
		return errs.New(errs.Conflict, "request %d has ended: it is %s", q.Number, q.Status)
	case slices.ContainsFunc(q.Authors, func(a Author) bool { return a.is(user) }):
		return errs.New(errs.Forbidden, "you had a hand in this change, so somebody else must approve it")
	case user.Role < plant.Manager || owner == plant.NoSide:
		return errs.New(errs.Forbidden, "this waits for %s; an admin makes somebody an owner on the page People", missing.Owners())
	case owner&missing == 0:
		return errs.New(errs.Forbidden, "this waits for %s, and you are an owner for %s", missing.Owners(), owner)
	}
	return nil
}

// Releases tells whether somebody may withdraw the request: its authors, and any admin where a program asked.
func (q Request) Releases(by plant.Person) error {
	byPerson := func(a Author) bool { return a.ID != 0 && !strings.HasPrefix(a.Name, "token ") }
	switch {
	case q.Status != Open:
		return errs.New(errs.Conflict, "request %d has ended: it is %s", q.Number, q.Status)
	case slices.ContainsFunc(q.Authors, func(a Author) bool { return a.is(by) }):
		return nil
	case by.Role >= plant.Admin && !byPerson(AuthorOf(q.By)):
		return nil
	}
	return errs.New(errs.Forbidden, "only who asked for this may withdraw it; an owner may refuse it")
}

// Change is a revision that somebody wants to be published.
type Change struct {
	revision.Revision
	Since   string // from when it is to hold: "now", "shift", or a moment (RFC 3339)
	Draft   int64  // the version of the draft that ends when it is published; 0 for none. The audit keeps what is lost
	Again   int64  // the overtaken request that it takes the place of; 0 for none. Its authors are authors of this one
	Unasked bool   // published without the approval that it needs; only for who owns the data folder, and told in the audit
}

// Outcome is what became of a change: it is published, or it waits.
type Outcome struct {
	Revision revision.Revision // the head: what was published, or what the request was made beside
	Request  int64             // 0 when it is published
	Needs    plant.Side        // who has still to agree
}

// Waits tells that the change is not published.
func (o Outcome) Waits() bool { return o.Request != 0 }

// Said is what somebody says to a request.
type Said struct {
	Request int64
	User    int64 // who must be an owner when it is kept
	Verdict Verdict
	Comment string
	Effect  int64 // the number of the effect that was looked at
	Anew    []revision.Anew
}

// Desk is where changes are handed in and answered. Every step is audited in its own transaction.
type Desk interface {
	// Submit publishes a change, or makes a request of it when a rule wants others to agree. The same change again
	// gives the request that waits already. errs.Conflict when it was not made from the head.
	Submit(ctx context.Context, c Change) (Outcome, error)
	// Rules gives those in force.
	Rules(ctx context.Context) (Rules, error)
	// Govern puts rules in the place of those of their version, or makes a request of it when they are weaker.
	Govern(ctx context.Context, r Rules, by plant.Person, why string) (Outcome, error)
	// Requests gives them from the newest on, without texts, effects and answers: open ones alone, or all.
	Requests(ctx context.Context, open bool, limit int) ([]Request, error)
	// Request gives one with all that belongs to it; errs.NotFound when there is none.
	Request(ctx context.Context, number int64) (Request, error)
	// Answer keeps what an owner says. The last approval that was missing publishes the change in the same
	// transaction; errs.Conflict when another revision is in use since. Saying it twice changes nothing.
	Answer(ctx context.Context, a Said, with Signer) (Request, error)
	// Withdraw ends a request by one of its authors.
	Withdraw(ctx context.Context, number int64, by plant.Person, why string) error
	// Foresee keeps what a change would have made of the past.
	Foresee(ctx context.Context, number int64, text string, by plant.Person) error
}
