// Package run starts the parts of a program in order and stops them in reverse.
package run

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Part is something that works until its context ends.
// Run must return soon after ctx is done; an error before that stops the whole group.
type Part struct {
	Name string
	Run  func(ctx context.Context) error
}

// Group runs parts: started in order, stopped in reverse, each waited for.
type Group struct {
	Grace time.Duration // how long one part may take to stop; 0 means 10 s
}

type running struct {
	name   string
	cancel context.CancelFunc
	done   chan error // how it ended; what it says while it is stopped is a failure too
}

// Run starts every part and blocks until ctx is done or a part ends by itself.
// It returns the first failure, joined with those met while stopping.
func (g Group) Run(ctx context.Context, parts ...Part) error {
	ended := make(chan error, len(parts))
	started := make([]running, 0, len(parts))
	for _, p := range parts {
		started = append(started, start(context.WithoutCancel(ctx), p, ended))
	}
	var first error
	select {
	case <-ctx.Done():
	case first = <-ended:
	}
	return g.stop(started, first)
}

func start(ctx context.Context, p Part, ended chan<- error) running {
	ctx, cancel := context.WithCancel(ctx)
	r := running{name: p.Name, cancel: cancel, done: make(chan error, 1)}
	go func() {
		err := p.Run(ctx)
		if errors.Is(err, context.Canceled) && ctx.Err() != nil {
			err = nil
		}
		if err != nil {
			err = fmt.Errorf("%s: %w", p.Name, err)
		} else if ctx.Err() == nil {
			err = fmt.Errorf("%s ended by itself", p.Name)
		}
		r.done <- err
		ended <- err
	}()
	return r
}

// stop ends the parts in reverse, and joins what they say to the first failure.
func (g Group) stop(started []running, failed error) error {
	grace := g.Grace
	if grace == 0 {
		grace = 10 * time.Second
	}
	first := failed
	for i := len(started) - 1; i >= 0; i-- {
		r := started[i]
		r.cancel()
		select {
		case err := <-r.done:
			if first == nil || !errors.Is(err, first) { // that one is told already
				failed = errors.Join(failed, err)
			}
		case <-time.After(grace):
			failed = errors.Join(failed, fmt.Errorf("%s did not stop within %s", r.name, grace))
		}
	}
	return failed
}
