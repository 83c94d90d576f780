package api

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

// once gives who repeats a request the answer to the first one. It remembers while the program runs; across a
// restart the job's number and version keep a repetition from doing anything twice.
type once struct {
	mu      sync.Mutex
	answers map[key]*answer
	order   []key // oldest first
}

// key is one person's key for one request.
type key struct {
	by  plant.Person
	key string
}

type answer struct {
	asked string // the request in JSON
	done  bool
	out   *jobOut
}

func newOnce() *once { return &once{answers: map[key]*answer{}} }

// do runs act for a key that is new. Failures are not remembered: they may be tried again.
func (o *once) do(k key, request any, act func() (*jobOut, error)) (*jobOut, error) {
	if k.key == "" {
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
func (o *once) forget(k key, a *answer) {
	if o.answers[k] == a {
		delete(o.answers, k)
		o.order = slices.DeleteFunc(o.order, func(other key) bool { return other == k })
	}
}

// begin gives the answer to an earlier request, or notes that this one has begun.
func (o *once) begin(k key, asked string) (mine *answer, out *jobOut, err error) {
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
	mine = &answer{asked: asked}
	o.answers[k] = mine
	o.order = append(o.order, k)
	for len(o.order) > remembered {
		delete(o.answers, o.order[0])
		o.order = o.order[1:]
	}
	return mine, nil, nil
}
