// Package once gives who repeats a request the answer to the first one.
package once

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// remembered is how many answers are kept for those who ask again.
const remembered = 10_000

// Answers remembers answers while the program runs; across a restart the number and version of what a request is about
// must keep a repetition from doing anything twice.
type Answers[T any] struct {
	mu      sync.Mutex
	answers map[Key]*answer[T]
	order   []Key // oldest first
}

// Key is one person's key for one request; a Key of "" is none.
type Key struct {
	By  plant.Person
	Key string
}

type answer[T any] struct {
	asked string // the request in JSON
	done  bool
	out   *T
}

// New makes a memory that holds nothing yet.
func New[T any]() *Answers[T] { return &Answers[T]{answers: map[Key]*answer[T]{}} }

// Do runs act for a key that is new. Failures are not remembered: they may be tried again.
func (o *Answers[T]) Do(k Key, request any, act func() (*T, error)) (*T, error) {
	if k.Key == "" {
		return act()
	}
	text, err := json.Marshal(request)
	if err != nil {
		return nil, fmt.Errorf("remember a request: %w", err)
	}
	mine, old, err := o.begin(k, string(text))
	if mine == nil {
		return old, err
	}
	out, err := act()
	o.mu.Lock()
	defer o.mu.Unlock()
	if err != nil {
		o.forget(k, mine)
		return nil, err
	}
	mine.out, mine.done = out, true // also when so many came meanwhile that it is forgotten
	return out, nil
}

// forget drops an answer, unless another one has its key by now; mu is held.
func (o *Answers[T]) forget(k Key, a *answer[T]) {
	if o.answers[k] == a {
		delete(o.answers, k)
		o.order = slices.DeleteFunc(o.order, func(other Key) bool { return other == k })
	}
}

// begin gives the answer to an earlier request, or notes that this one has begun.
func (o *Answers[T]) begin(k Key, asked string) (mine *answer[T], out *T, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	old, ok := o.answers[k]
	switch {
	case ok && old.asked != asked:
		return nil, nil, errs.New(errs.Invalid, "this Idempotency-Key was used for another request; make a new key for each")
	case ok && !old.done:
		return nil, nil, errs.New(errs.Conflict, "the same request is being worked on; ask again in a moment")
	case ok:
		return nil, old.out, nil
	}
	mine = &answer[T]{asked: asked}
	o.answers[k] = mine
	o.order = append(o.order, k)
	for len(o.order) > remembered {
		delete(o.answers, o.order[0])
		o.order = o.order[1:]
	}
	return mine, nil, nil
}
