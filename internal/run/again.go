package run

import (
	"context"
	"errors"
)

// ErrAgain ends a group that is to be put together and run anew.
var ErrAgain = errors.New("it starts again")

// Again is a part that ends its group when it is asked to.
type Again struct{ asked chan struct{} }

// NewAgain makes one.
func NewAgain() Again { return Again{make(chan struct{}, 1)} }

// Ask has the group end soon, with ErrAgain.
func (a Again) Ask() {
	select {
	case a.asked <- struct{}{}:
	default: // it is about to
	}
}

// Run waits to be asked.
func (a Again) Run(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case <-a.asked:
		return ErrAgain
	}
}
