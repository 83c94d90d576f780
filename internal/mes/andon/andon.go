// Package andon is calling for help at a line: somebody calls, somebody answers, somebody says that it is done.
package andon

import (
	"context"
	"slices"
	"strings"
	"time"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Kind is what is called for.
type Kind string

// The kinds of a Call.
const (
	Material    Kind = "material"
	Maintenance Kind = "maintenance"
	Quality     Kind = "quality"
)

// Kinds are all of them, in the order in which they are offered.
func Kinds() []Kind { return []Kind{Material, Maintenance, Quality} }

// Step is what happens to a call.
type Step string

// The steps of a Call, in their order.
const (
	Raise  Step = "raise"
	Answer Step = "answer" // somebody comes
	Finish Step = "done"   // the line has what it called for, or needs it no more
)

// Mark is who did something, and when; the zero Mark is not yet.
type Mark struct {
	By plant.Person
	At time.Time
}

// Call is one call for help.
type Call struct {
	ID       int64
	Line     plant.LineID
	Unit     plant.UnitID // "" is the line
	Kind     Kind
	Note     string
	Raised   Mark
	Answered Mark
	Done     Mark
	Version  int64  // grows with every step
	Key      string // tells a repetition from another call of the same person; "" is none
}

// Taking is somebody's step with a call, from the version that they saw.
type Taking struct {
	Line    plant.LineID
	ID      int64
	Step    Step
	Version int64
	By      plant.Person
}

const (
	longestNote = 200 // characters
	longestKey  = 100
)

// Calls keeps calls. The store proves it fits.
type Calls interface {
	// Open gives the calls that are not done, the oldest first.
	Open(ctx context.Context) ([]Call, error)
	// Between gives the calls of a line, or of all lines, that were raised in [from, to), in their order.
	Between(ctx context.Context, line plant.LineID, from, to time.Time) ([]Call, error)
	// Raise keeps a call. The same key of the same person gives what is kept. What is called for already is a conflict.
	Raise(ctx context.Context, c Call) (Call, error)
	// Call gives a call; errs.NotFound when there is none.
	Call(ctx context.Context, id int64) (Call, error)
	// Take takes a call a step further from the version that was seen. The same step of the same person from the same
	// version gives what is kept.
	Take(ctx context.Context, t Taking) (Call, error)
}

// Check refuses what is no call.
func (c *Call) Check() error {
	var fields []errs.Field
	when := func(wrong bool, path, message string) {
		if wrong {
			fields = append(fields, errs.Field{Path: path, Message: message})
		}
	}
	when(c.Line == "", "line", "say at which line")
	when(!slices.Contains(Kinds(), c.Kind), "call", "call for material, maintenance or quality")
	when(len([]rune(c.Note)) > longestNote, "note", "keep it under 200 characters")
	when(len(c.Key) > longestKey, "key", "keep it under 100 characters")
	if len(fields) == 0 {
		return nil
	}
	return &errs.Error{Kind: errs.Invalid, Words: "this is no call", Fields: fields}
}

// Open tells whether somebody is still needed.
func (c *Call) Open() bool { return c.Done.At.IsZero() }

// Last is the step that was taken last, and by whom.
func (c *Call) Last() (Step, Mark) {
	switch {
	case !c.Done.At.IsZero():
		return Finish, c.Done
	case !c.Answered.At.IsZero():
		return Answer, c.Answered
	}
	return Raise, c.Raised
}

// Taken gives the call after a step. Whoever says that an unanswered call is done has answered it.
func (c Call) Taken(step Step, m Mark) (Call, error) {
	last, who := c.Last()
	switch {
	case last == Finish:
		return c, errs.New(errs.Conflict, "%s has said already that this call is done", who.By.Name)
	case step == Answer && last == Answer:
		return c, errs.New(errs.Conflict, "%s has answered this call already", who.By.Name)
	case step == Answer:
		c.Answered = m
	case step == Finish:
		if last == Raise {
			c.Answered = m
		}
		c.Done = m
	default:
		return c, errs.New(errs.Invalid, "a call is answered, or done")
	}
	c.Version++
	return c, nil
}

// Then gives the call as it stood at a moment; ok is false when nobody called then.
func (c Call) Then(at time.Time) (was Call, ok bool) {
	if c.Raised.At.After(at) || !c.Open() && !c.Done.At.After(at) {
		return Call{}, false
	}
	c.Done = Mark{}
	if c.Answered.At.After(at) {
		c.Answered = Mark{}
	}
	return c, true
}

// Same tells whether two call for the same.
func (c *Call) Same(o *Call) bool {
	return c.Line == o.Line && c.Unit == o.Unit && c.Kind == o.Kind && c.Note == o.Note
}

// String tells what was called for, for the audit chain: "maintenance at filling-1/filler (it leaks)".
func (c Call) String() string {
	words := string(c.Kind)
	if c.Unit != "" {
		words += " at " + string(c.Unit)
	}
	if c.Note != "" {
		words += " (" + c.Note + ")"
	}
	return words
}

// clean is a note as it is kept.
func clean(note string) string { return strings.Join(strings.Fields(note), " ") }
