package andon

import (
	"context"
	"slices"
	"sync"
	"time"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Board knows the open calls of a plant, for screens that look every second. It may be used from many goroutines.
type Board struct {
	calls Calls
	now   func() time.Time

	mu    sync.Mutex
	open  []Call
	known bool
	turn  int64     // grows with every change
	retry time.Time // not read before: the database was away
}

// NewBoard makes a board of what is kept.
func NewBoard(calls Calls, now func() time.Time) *Board { return &Board{calls: calls, now: now} }

const (
	patience = 2 * time.Second
	pause    = 5 * time.Second
)

// Open gives the open calls of a line, the oldest first. While the database is away it gives those that were known.
func (b *Board) Open(line plant.LineID) (all []Call) {
	b.mu.Lock()
	known, turn, now := b.known || b.now().Before(b.retry), b.turn, b.now()
	b.mu.Unlock()
	if !known {
		b.read(turn, now)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.open {
		if c.Line == line {
			all = append(all, c)
		}
	}
	return all
}

func (b *Board) read(turn int64, now time.Time) {
	ctx, cancel := context.WithTimeout(context.Background(), patience) // a look has no context: it is answered from memory as a rule
	defer cancel()
	open, err := b.calls.Open(ctx)
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case err != nil:
		b.retry = now.Add(pause)
	case turn == b.turn: // nothing was changed meanwhile
		b.open, b.known, b.retry = open, true, time.Time{}
	}
}

func (b *Board) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.known, b.retry = false, time.Time{}
	b.turn++
}

// Raise takes a call for help; by.Role is the one at that line.
func (b *Board) Raise(ctx context.Context, l plant.Line, c Call) (Call, error) {
	if err := may(c.Raised.By, l); err != nil {
		return c, err
	}
	c.Line, c.Note = l.ID, clean(c.Note)
	if err := c.Check(); err != nil {
		return c, err
	}
	if c.Unit != "" && !slices.ContainsFunc(l.Units, func(u plant.Unit) bool { return u.ID == c.Unit }) {
		return c, &errs.Error{Kind: errs.Invalid, Words: "this is no call", Fields: []errs.Field{{Path: "unit", Message: "choose a machine of this line"}}}
	}
	kept, err := b.calls.Raise(ctx, c)
	b.forget()
	return kept, err
}

// Take takes a call of a line a step further; by.Role is the one at that line.
func (b *Board) Take(ctx context.Context, l plant.Line, t Taking) (Call, error) {
	if err := may(t.By, l); err != nil {
		return Call{}, err
	}
	t.Line = l.ID
	kept, err := b.calls.Take(ctx, t)
	b.forget()
	return kept, err
}

// Call gives a call; errs.NotFound when there is none.
func (b *Board) Call(ctx context.Context, id int64) (Call, error) { return b.calls.Call(ctx, id) }

// Between gives the calls of a line, or of all lines, that were raised in [from, to), in their order.
func (b *Board) Between(ctx context.Context, line plant.LineID, from, to time.Time) ([]Call, error) {
	return b.calls.Between(ctx, line, from, to)
}

func may(by plant.Person, l plant.Line) error {
	if by.Role < plant.Operator {
		return errs.New(errs.Forbidden, "calls at line %s are for its operators: %s is %s there", l.Name, by.Name, by.Role)
	}
	return nil
}
