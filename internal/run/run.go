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

// ErrRunning is in what Run returns when a part was given up: it still runs, so nothing that it uses may be closed.
var ErrRunning = errors.New("it still runs")

// Group runs parts: started in order, stopped in reverse, each waited for.
type Group struct {
	Grace time.Duration // how long one part may take to stop before the next ones are stopped beside it; 0 means 10 s
	Limit time.Duration // how long all of them may take until they are given up; 0 means they are waited for
}

type running struct {
	name   string
	cancel context.CancelFunc
	done   chan error // how it ended; what it says while it is stopped is a failure too
}

// Run starts every part and blocks until ctx is done or a part ends by itself.
// It returns when all have ended: the first failure, joined with those met while stopping.
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
	var limit <-chan time.Time // never
	if g.Limit > 0 {
		limit = time.After(g.Limit)
	}
	first := failed
	heed := func(err error) {
		if first == nil || !errors.Is(err, first) { // that one is told already
			failed = errors.Join(failed, err)
		}
	}
	var slow []running
	for i := len(started) - 1; i >= 0; i-- {
		r := started[i]
		r.cancel()
		select {
		case err := <-r.done:
			heed(err)
		case <-time.After(grace):
			slow = append(slow, r)
		}
	}
	for _, r := range slow {
		select {
		case err := <-r.done:
			heed(err)
		case <-limit:
			limit = over()
			heed(r.left(g.Limit))
		}
	}
	return failed
}

// over is a time that has come, for everybody who still waits.
func over() <-chan time.Time {
	c := make(chan time.Time)
	close(c)
	return c
}

// left is how a part ended, or that it did not.
func (r running) left(limit time.Duration) error {
	select {
	case err := <-r.done:
		return err
	default:
		return fmt.Errorf("%s did not stop within %s: %w", r.name, limit, ErrRunning)
	}
}
