// Package outlook keeps the forecast of everything that is ordered as it stands: it is made anew on every fact.
package outlook

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"millwright/internal/mes/execution"
	"millwright/internal/mes/execution/promise"
	"millwright/internal/mes/execution/promise/cycle"
	"millwright/internal/mes/oee"
	"millwright/internal/ot/bus"
	"millwright/internal/plant"
)

// Business is what a forecast reads of the business.
type Business struct {
	Sales  []promise.Sale
	Work   []promise.Work
	Coming []promise.Coming
	Items  map[int64]promise.Item
	Places map[promise.Spot]plant.Quantity
}

// Book reads the business, and keeps what is promised.
type Book interface {
	// Wish counts the changes of the business that a forecast has to know of.
	Wish(ctx context.Context) (int64, error)
	Business(ctx context.Context) (Business, error)
	// Told gives what is kept of everything that is still foretold.
	Told(ctx context.Context) ([]Told, error)
	// Keep writes forecasts. A baseline is kept once.
	Keep(ctx context.Context, all []Told) error
	// Forget drops how forecasts were before a time, of what is not foretold any more.
	Forget(ctx context.Context, before time.Time) error
	// Dates gives the four dates of something, and how its forecast has changed.
	Dates(ctx context.Context, r promise.Ref, zone *time.Location) (Dates, error)
	// Course gives how a work order went, in so many steps of time.
	Course(ctx context.Context, work int64, steps int) (Course, error)
}

// Lines is the time of the lines.
type Lines interface {
	Snapshot(line plant.LineID) (oee.Snapshot, bool)
	Segments(ctx context.Context, line plant.LineID, from, to time.Time) ([]oee.Segment, error)
}

// Queues are the jobs of the lines.
type Queues interface {
	Jobs(line plant.LineID) []execution.Job
}

// Floor is the plant in use.
type Floor struct {
	Revision int64
	Plant    *plant.Plant
	Lines    Lines
	Queues   Queues
}

// Options are what an Outlook is made of.
type Options struct {
	Book  Book
	Floor func() Floor
	News  *bus.Topic[oee.Changed] // both may be nil
	Jobs  *bus.Topic[execution.Changed]
	Told  func() // there is another forecast; may be nil
	Now   func() time.Time
	Log   *slog.Logger
}

// Outlook makes forecasts. One goroutine, Run, makes them; anybody may look.
type Outlook struct {
	o        Options
	latest   atomic.Pointer[promise.Forecast]
	remedies atomic.Pointer[remedies]
	fresh    chan struct{} // something has happened on a line
	business Business
	wish     int64
	read     bool
	learned  map[plant.LineID]learned
	revision int64
	kept     map[promise.Ref]Told
	keptAt   time.Time
	swept    time.Time
	took     atomic.Int64
}

// New makes an outlook that has foretold nothing yet.
func New(o Options) *Outlook {
	if o.Told == nil {
		o.Told = func() {}
	}
	return &Outlook{o: o, fresh: make(chan struct{}, 1), learned: map[plant.LineID]learned{}}
}

// Forecast gives the newest forecast; nil before there is one.
func (k *Outlook) Forecast() *promise.Forecast { return k.latest.Load() }

// Speed gives how a line makes a product, as the newest forecast has it.
func (k *Outlook) Speed(line plant.LineID, product string) cycle.Speed {
	return k.Forecast().Speed(line, product)
}

// Took is how long the newest forecast took to make.
func (k *Outlook) Took() time.Duration { return time.Duration(k.took.Load()) }

// Dates gives the four dates of something: the forecast in them is the newest.
func (k *Outlook) Dates(ctx context.Context, r promise.Ref) (Dates, error) {
	f := k.Forecast()
	zone := time.UTC
	if f != nil {
		zone = f.Zone()
	}
	d, err := k.o.Book.Dates(ctx, r, zone)
	if x, ok := f.Of(r); ok && err == nil {
		d.Best, d.Likely, d.At, d.Open = x.Best, x.Likely, f.At, true
	}
	return d, err
}

// Course gives how a work order went, in so many steps of time.
func (k *Outlook) Course(ctx context.Context, work int64, steps int) (Course, error) {
	return k.o.Book.Course(ctx, work, steps)
}

// How often it looks: news are waited for a little, as they seldom come alone; time itself moves what stands.
const (
	debounce = 250 * time.Millisecond
	look     = 500 * time.Millisecond
	moves    = 2 * time.Second
	nap      = 5 * time.Second
)

// Run foretells whenever something has happened, until ctx ends.
func (k *Outlook) Run(ctx context.Context) error {
	var parts sync.WaitGroup
	defer parts.Wait()
	bus.Wake(ctx, &parts, k.o.News, k.wake)
	bus.Wake(ctx, &parts, k.o.Jobs, k.wake)
	wait := time.NewTimer(0)
	defer wait.Stop()
	made, last := time.Time{}, ""
	for {
		woken := false
		select {
		case <-ctx.Done():
			return nil
		case <-k.fresh:
			woken = true
			if !sleep(ctx, debounce) {
				return nil
			}
		case <-wait.C:
		}
		changed, err := k.look(ctx)
		if err == nil && (woken || changed || k.o.Now().Sub(made) >= moves) {
			made = k.o.Now()
			err = k.make(ctx)
		}
		pause := max(look, k.Took()) // no more than half of the time goes into it
		if err != nil && ctx.Err() == nil {
			if err.Error() != last {
				k.o.Log.Warn("what is promised could not be foretold; it is tried again", "err", err)
			}
			pause = nap
		}
		last = words(err)
		wait.Reset(pause)
	}
}

func words(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

func (k *Outlook) wake() {
	select {
	case k.fresh <- struct{}{}:
	default:
	}
}

// Foretell makes a forecast now; Run does it whenever something has happened. Only one of both at a time.
func (k *Outlook) Foretell(ctx context.Context) error {
	if _, err := k.look(ctx); err != nil {
		return err
	}
	return k.make(ctx)
}

// look reads the business if it has changed.
func (k *Outlook) look(ctx context.Context) (changed bool, err error) {
	wish, err := k.o.Book.Wish(ctx)
	if err != nil || k.read && wish == k.wish {
		return false, err
	}
	b, err := k.o.Book.Business(ctx)
	if err != nil {
		return false, err
	}
	k.business, k.wish, k.read = b, wish, true
	return true, nil
}

// make makes a forecast, shows it, and keeps what is worth keeping of it.
func (k *Outlook) make(ctx context.Context) error {
	begun := k.o.Now()
	f, err := k.facts(ctx, begun)
	if err != nil {
		return err
	}
	forecast := promise.Foretell(f)
	k.latest.Store(forecast)
	k.took.Store(int64(k.o.Now().Sub(begun)))
	k.o.Told()
	k.think(forecast)
	return k.keep(ctx, forecast)
}
