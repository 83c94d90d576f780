// Package revision keeps every state that the plant's configuration ever had: who made it, when, and why.
package revision

import (
	"context"
	"time"

	"millwright/internal/plant"
)

// Revision is one state of the configuration. It never changes once it is published.
type Revision struct {
	Number int64 // from 1
	Parent int64 // the revision it was made from; 0 for the first
	At     time.Time
	By     plant.Person
	Why    string
	Origin string // where it came from: "demo.yaml", "browser", "revision 7"
	Text   string // the plant file, without secrets
	Anew   []Anew // the lines that go by it from before it was published
}

// Anew says that the time of a line is laid out anew from a moment on, as the revision sets the line up.
type Anew struct {
	Line plant.LineID
	From time.Time
}

// Draft is what admins are working on together and what nobody's line follows yet.
type Draft struct {
	Base    int64 // the revision it was begun from
	Version int64 // grows with each change
	At      time.Time
	By      plant.Person // who changed it last
	Why     string       // of that change, for the audit alone; it is not read back
	Text    string
}

// Loses tells whether something of the draft would be lost when it ends with a text that is published on top of a head.
func (d Draft) Loses(head Revision, text string) bool {
	return d.Base == head.Number && d.Text != text && d.Text != head.Text
}

// Book keeps revisions, and the one draft that there may be. Every change is audited in its own transaction.
type Book interface {
	// Head gives the revision in use, without what it lays out anew; errs.NotFound when there is none yet.
	Head(ctx context.Context) (Revision, error)
	// Revision gives one by its number; errs.NotFound when there is none.
	Revision(ctx context.Context, number int64) (Revision, error)
	// Revisions gives them from the newest on, without their texts: only those below before, unless that is 0.
	Revisions(ctx context.Context, before int64, limit int) ([]Revision, error)
	// Publish puts a revision in the place of its Parent, which must be the head (else errs.Conflict), and
	// gives it its number and, when it has none, its time. The same text again changes nothing and gives the head.
	// A draft of the same text ends; any other stays.
	Publish(ctx context.Context, r Revision) (Revision, error)
	// Amend is Publish of a change that the draft goes on with: the draft of d's version gets d's text and goes on from
	// the new revision, when it was begun from its parent. errs.Conflict when the head or the draft was changed since.
	Amend(ctx context.Context, r Revision, d Draft) (Revision, error)
	// Draft gives the draft; errs.NotFound when nobody is working on one.
	Draft(ctx context.Context) (Draft, error)
	// SaveDraft keeps a draft in the place of the version it was made from; 0 begins one. errs.Conflict when
	// somebody else was first.
	SaveDraft(ctx context.Context, d Draft) (Draft, error)
	// DropDraft ends the draft of a version; errs.Conflict when it was changed since. The audit keeps what it changed.
	DropDraft(ctx context.Context, version int64, by plant.Person, why string) error
}
