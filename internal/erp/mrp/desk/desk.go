// Package desk is the planner's desk: it plans when something has changed, and keeps the list of what is to be done.
package desk

import (
	"context"
	"sync"
	"time"

	"millwright/internal/erp/mrp/workday"
	"millwright/internal/plant"
)

// Book keeps what planning reads, and what it says.
type Book interface {
	// Wish counts the changes that planning has to know of, and gives how many of them the kept list knows.
	Wish(ctx context.Context) (wished, done int64, err error)
	// Facts gives everything that planning reads, as it is at one moment.
	Facts(ctx context.Context) (Facts, error)
	// Messages gives the list as it is kept, ignored messages among it.
	Messages(ctx context.Context) ([]Message, error)
	// Keep writes what is different, and up to which wish that is; it gives how many rows it touched.
	Keep(ctx context.Context, d Difference) (rows int64, err error)
}

// Options are what a desk is made of.
type Options struct {
	Book  Book
	Open  func(plant.Date) bool // whether anything works on a date; nil means Monday to Friday
	Today func() plant.Date
	Now   func() time.Time // to leave time for others between two plans
	Told  func()           // the list has changed; may be nil
}

// Desk plans. It may be used from many goroutines.
type Desk struct {
	o      Options
	mu     sync.Mutex // held while it plans
	latest *Standing
}

// New makes a desk that has not planned yet.
func New(o Options) *Desk {
	if o.Told == nil {
		o.Told = func() {}
	}
	return &Desk{o: o}
}

// Pauses between looks: pause is how soon a change is planned for, and nap how long a failure is left alone.
const (
	pause = 250 * time.Millisecond
	nap   = 5 * time.Second
)

// Run plans whenever something has changed, until the context ends. failed hears of what could not be planned.
func (d *Desk) Run(ctx context.Context, failed func(error)) error {
	wait := time.NewTimer(0)
	defer wait.Stop()
	last := ""
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-wait.C:
		}
		_, took, err := d.plan(ctx)
		switch {
		case err == nil:
			last = ""
			wait.Reset(max(pause, took)) // no more than half of the time goes into planning
		case ctx.Err() != nil:
			return nil
		default:
			if err.Error() != last {
				failed(err)
			}
			last = err.Error()
			wait.Reset(nap)
		}
	}
}

// Standing gives the plan of what is known now. What has changed since the last one is planned first.
func (d *Desk) Standing(ctx context.Context) (*Standing, error) {
	s, _, err := d.plan(ctx)
	return s, err
}

// Messages gives the list as it is kept, ignored messages among it.
func (d *Desk) Messages(ctx context.Context) ([]Message, error) { return d.o.Book.Messages(ctx) }

// plan plans anew if something has changed, and keeps what is different.
func (d *Desk) plan(ctx context.Context) (s *Standing, took time.Duration, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	wished, done, err := d.o.Book.Wish(ctx)
	if err != nil {
		return nil, 0, err
	}
	today := d.o.Today()
	if s := d.latest; s != nil && s.Facts.Wish == wished && done == wished && s.Calendar.Today() == today {
		return s, 0, nil
	}
	begun := d.o.Now()
	s, err = d.make(ctx, today)
	if err != nil {
		return nil, 0, err
	}
	if err := d.keep(ctx, s); err != nil {
		return nil, 0, err
	}
	d.latest = s
	return s, d.o.Now().Sub(begun), nil
}

func (d *Desk) make(ctx context.Context, today plant.Date) (*Standing, error) {
	facts, err := d.o.Book.Facts(ctx)
	if err != nil {
		return nil, err
	}
	return Stand(facts, workday.New(today, d.o.Open))
}

// keep writes what is different from the list that is kept.
func (d *Desk) keep(ctx context.Context, s *Standing) error {
	kept, err := d.o.Book.Messages(ctx)
	if err != nil {
		return err
	}
	diff := Compare(kept, s.Messages())
	diff.Wish = s.Facts.Wish
	rows, err := d.o.Book.Keep(ctx, diff)
	if err == nil && rows > 0 {
		d.o.Told()
	}
	return err
}
