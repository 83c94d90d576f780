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
	done   chan error
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
	return errors.Join(first, g.stop(started))
}

func start(ctx context.Context, p Part, ended chan<- error) running {
	ctx, cancel := context.WithCancel(ctx)
	r := running{name: p.Name, cancel: cancel, done: make(chan error, 1)}
	go func() {
		err := p.Run(ctx)
		if errors.Is(err, context.Canceled) && ctx.Err() != nil {
			err = nil
		}
		r.done <- err
		if err == nil {
			err = fmt.Errorf("%s ended by itself", p.Name)
		} else {
			err = fmt.Errorf("%s: %w", p.Name, err)
		}
		ended <- err
	}()
	return r
}

func (g Group) stop(started []running) error {
	grace := g.Grace
	if grace == 0 {
		grace = 10 * time.Second
	}
	var failed error
	for i := len(started) - 1; i >= 0; i-- {
		r := started[i]
		r.cancel()
		select {
		case <-r.done:
		case <-time.After(grace):
			failed = errors.Join(failed, fmt.Errorf("%s did not stop within %s", r.name, grace))
		}
	}
	return failed
}
