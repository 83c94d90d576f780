// Package edit is what people say about a line's time: it lies over what the machines say, and never changes it.
package edit

import (
	"context"
	"fmt"
	"strings"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

// Kind is what somebody says.
type Kind string

// The kinds of an Edit.
const (
	Reason  Kind = "reason"  // why the line stood
	Split   Kind = "split"   // one stop is two, from Cut on
	Merge   Kind = "merge"   // several stops are one
	Comment Kind = "comment" // in words
	Scrap   Kind = "scrap"   // pieces that the machine counted as good are not
	Count   Kind = "count"   // pieces that no machine counted
	Rework  Kind = "rework"  // good pieces were right only after rework
	Recount Kind = "recount" // how many pieces of a job there are more, or less, than were counted
	Reading Kind = "reading" // a counter that no program reads: what it counted in that time, with what was counted else
	Note    Kind = "note"    // what was done about an hour: a countermeasure
	Undo    Kind = "undo"    // an earlier edit does not count any more
)

// Edit is one thing that somebody said about a stretch of a line's time. It holds the stretch and not the segments it
// was said about, so that it holds whatever is derived of that time later. Edits are added and never changed.
type Edit struct {
	ID       int64 // grows from edit to edit
	Line     plant.LineID
	Kind     Kind
	From, To time.Time      // what it is about
	Cut      time.Time      // of a Split
	Reason   string         // of the reasons for stops, or of a Scrap of those for scrap; a Merge may give one
	Category oee.Category   // as which the time counts; NoData leaves it as it is derived
	Comment  string         // at most longestComment characters
	Good     plant.Quantity // of a Count, a Rework, and what a Reading's counter counted; of a Reading 0 only notes the counter; of a Recount also below zero
	Reject   plant.Quantity // of a Count or a Scrap; of a Recount also below zero
	Booked   *Booked        // of a Reading that added pieces to jobs; nil otherwise
	Job      string         // of a Recount: whose pieces they are
	Cycle    time.Duration  // of a Count: the ideal cycle of what was counted; 0 when none is known
	Product  string         // of pieces, where the line made several products in that time; "" is whatever it made
	Counter  plant.Quantity // of a Reading: what the counter said at the end
	Undoes   int64          // of an Undo
	By       plant.Person
	At       time.Time // when it was said
	Key      string    // tells a repetition from another edit of the same person; "" is none
	Shapes   bool      // it says what a stop is, or undoes what did: Add fills it in
}

// Booked is what a Reading added to jobs, less what machines told of it later.
type Booked struct{ Good, Reject plant.Quantity }

// The bounds of what is taken.
const (
	Longest        = 7 * 24 * time.Hour // of what one edit is about
	longestComment = 500
	longestReason  = 80
	longestProduct = 200
	longestKey     = 100
	mostPieces     = 1_000_000_000 * plant.One
)

// Edits keeps what people say. The store proves it fits.
type Edits interface {
	// Edits gives those about a time that overlaps [from, to), in the order in which they were said, undone ones too.
	Edits(ctx context.Context, line plant.LineID, from, to time.Time) ([]Edit, error)
	// Edit finds one.
	Edit(ctx context.Context, id int64) (Edit, error)
	// Add keeps one and gives it its ID and time. seen is the newest edit about that time which who says it has seen: a
	// Conflict tells of one that shapes the same stop and is newer. The same key of the same person gives what is kept.
	// In a signed shift nothing is added.
	Add(ctx context.Context, e Edit, seen int64) (Edit, error)
	// Signed gives the signed shifts that overlap [from, to), by their beginnings.
	Signed(ctx context.Context, line plant.LineID, from, to time.Time) ([]Signed, error)
	// Sign freezes a shift. seen is the newest edit of it that went into what is signed.
	Sign(ctx context.Context, s Signed, seen int64) (Signed, error)
	// Reopen lets a signed shift be read as it is derived again.
	Reopen(ctx context.Context, s Signed, by plant.Person, why string) error
	// HandedOver gives the newest signed shift that left a comment to the next one, while nobody has taken that over, else
	// the newest signed shift, without its segments.
	HandedOver(ctx context.Context, line plant.LineID) (s Signed, ok bool, err error)
	// Acknowledge keeps who took a signed shift over; of several the first.
	Acknowledge(ctx context.Context, s Signed, by plant.Person) error
}

// Span is what it is about.
func (e *Edit) Span() plant.Span { return plant.Span{From: e.From, To: e.To} }

// Shapes tells whether it says what a stop is: two people who say such things of one stop must know of each other.
func (k Kind) Shapes() bool { return k == Reason || k == Split || k == Merge || k == Comment }

// Pieces tells whether it says how many pieces were made, or how.
func (k Kind) Pieces() bool {
	return k == Scrap || k == Count || k == Recount || k == Rework || k == Reading
}

// Same tells whether two say the same, whoever says it, and whenever.
func (e *Edit) Same(o *Edit) bool {
	return e.Line == o.Line && e.Kind == o.Kind && e.From.Equal(o.From) && e.To.Equal(o.To) && e.Cut.Equal(o.Cut) && e.Undoes == o.Undoes &&
		e.Product == o.Product && e.Counter == o.Counter && e.Reason == o.Reason && e.Comment == o.Comment && e.Good == o.Good && e.Reject == o.Reject
}

// Repeats tells whether one was said by the same person with the same key.
func (e *Edit) Repeats(o Edit) bool {
	return e.Key != "" && e.Key == o.Key && e.By.ID == o.By.ID && e.By.Name == o.By.Name
}

// Conflict says that somebody else has said something about the same stop meanwhile.
type Conflict struct{ Yours, Theirs Edit }

// Error says so to the person at the screen.
func (c *Conflict) Error() string {
	return fmt.Sprintf("%s has changed this stop since you looked at it (%s); look at both and say yours again if it still holds", c.Theirs.By.Name, c.Theirs)
}

// Unwrap gives the kind of failure.
func (c *Conflict) Unwrap() error { return &errs.Error{Kind: errs.Conflict, Words: c.Error()} }

// String tells what was said, for the audit chain: "reason film-jam as breakdown, 2026-03-02 06:00:00–06:10:00Z".
func (e Edit) String() string {
	words := string(e.Kind)
	add := func(format string, args ...any) { words += " " + fmt.Sprintf(format, args...) }
	if e.Undoes != 0 {
		add("of %d", e.Undoes)
	}
	if e.Reason != "" {
		add("%s", e.Reason)
	}
	if e.Category != oee.NoData {
		add("as %s", e.Category)
	}
	if e.Good != 0 {
		add("%s good", e.Good)
	}
	if e.Reject != 0 {
		add("%s reject", e.Reject)
	}
	if e.Product != "" {
		add("for %s", e.Product)
	}
	if e.Job != "" {
		add("of job %s", e.Job)
	}
	if e.Kind == Reading {
		add("counter %s", e.Counter)
	}
	if !e.Cut.IsZero() {
		add("at %s", e.Cut.UTC().Format(time.RFC3339))
	}
	add("of %s/%s", e.From.UTC().Format(time.RFC3339), e.To.UTC().Format(time.RFC3339))
	if e.Comment != "" {
		add("(%s)", e.Comment)
	}
	return words
}

// Check refuses what makes no sense whatever the line did.
func (e *Edit) Check() error {
	f := faults{}
	f.when(e.Line == "", "line", "say which line")
	f.when(!e.From.Before(e.To), "to", "the end must come after the beginning")
	f.when(e.To.Sub(e.From) > Longest, "from", "say it of a week at most")
	f.when(len([]rune(e.Comment)) > longestComment, "comment", fmt.Sprintf("keep it under %d characters", longestComment))
	f.when(len(e.Reason) > longestReason, "reason", "there is no such reason")
	f.when(len(e.Key) > longestKey, "key", fmt.Sprintf("keep it under %d characters", longestKey))
	f.when(e.Category != oee.NoData && !movable(e.Category), "category", "a reason cannot make it that")
	f.when(!e.Kind.Pieces() && e.Product != "", "product", "only pieces have a product")
	f.when(len(e.Product) > longestProduct, "product", "there is no such product")
	f.when((e.Job == "") == (e.Kind == Recount), "job", "a recount is of a job, and nothing else is")
	if e.Kind != Recount {
		e.checkPieces(&f)
	}
	e.checkKind(&f)
	return f.err()
}

// checkPieces refuses numbers that are none.
func (e *Edit) checkPieces(f *faults) {
	f.when(e.Good != 0 && e.Kind != Count && e.Kind != Rework && e.Kind != Reading, "good", "only a count has good pieces")
	f.when(e.Reject != 0 && (e.Kind == Rework || e.Kind == Reading), "reject", "report scrap by itself")
	f.when(e.Counter < 0 || e.Counter > mostPieces || e.Counter != 0 && e.Kind != Reading, "counter", "give what the counter said")
	f.when(e.Good < 0 || e.Good > mostPieces, "good", "give a number from 0 on; undo what was too much")
	f.when(e.Reject < 0 || e.Reject > mostPieces, "reject", "give a number from 0 on; undo what was too much")
}

// checkKind asks for what each kind needs.
func (e *Edit) checkKind(f *faults) {
	switch e.Kind {
	case Reason:
		f.when(e.Reason == "", "reason", "choose a reason")
	case Split:
		f.when(!e.From.Before(e.Cut) || !e.Cut.Before(e.To), "cut", "split it between its beginning and its end")
	case Merge:
	case Comment, Note:
		f.when(strings.TrimSpace(e.Comment) == "", "comment", "write something")
	case Scrap:
		f.when(e.Reject == 0, "reject", "say how many")
	case Count:
		f.when(e.Good == 0 && e.Reject == 0, "good", "say how many")
	case Rework:
		f.when(e.Good == 0, "good", "say how many")
	case Reading, Recount:
	case Undo:
		f.when(e.Undoes == 0, "undoes", "say which edit is to be undone")
	default:
		f.when(true, "kind", "it is one of reason, split, merge, comment, scrap, count, rework, reading, note and undo")
	}
}

// faults collects what is wrong.
type faults struct{ fields []errs.Field }

func (f *faults) when(wrong bool, path, message string) {
	if wrong {
		f.fields = append(f.fields, errs.Field{Path: path, Message: message})
	}
}

func (f *faults) err() error {
	if len(f.fields) == 0 {
		return nil
	}
	return &errs.Error{Kind: errs.Invalid, Words: "this cannot be taken", Fields: f.fields}
}

// movable tells whether a reason can move time to a category.
func movable(c oee.Category) bool { return c >= oee.PlannedStop && c <= oee.MicroStop }

// Standing gives the edits that still count.
func Standing(edits []Edit) []Edit {
	undone := map[int64]bool{}
	for i := range edits {
		if edits[i].Kind == Undo {
			undone[edits[i].Undoes] = true
		}
	}
	var all []Edit
	for i := range edits {
		if e := &edits[i]; e.Kind != Undo && !undone[e.ID] {
			all = append(all, *e)
		}
	}
	return all
}

// Newest is the newest edit that shapes a stop of a time; 0 when there is none. Undone ones and undoing count too: who
// goes on from there must have seen them.
func Newest(edits []Edit, of plant.Span) (newest int64) {
	for i := range edits {
		if e := &edits[i]; e.Shapes && e.From.Before(of.To) && of.From.Before(e.To) {
			newest = max(newest, e.ID)
		}
	}
	return newest
}
