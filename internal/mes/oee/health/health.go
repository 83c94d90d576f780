// Package health keeps what is to be mended about how lines are measured: ideal cycles that do not fit, stops that nobody
// explained, reasons that say little, come late or contradict the machine.
package health

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/mes/oee/health/before"
	"millwright/internal/mes/oee/health/given"
	"millwright/internal/mes/oee/health/hunch"
	"millwright/internal/mes/oee/health/sustain"
	"millwright/internal/mes/oee/logbook"
	"millwright/internal/ot/history"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// Options is what a Keeper needs.
type Options struct {
	Plant   *plant.Plant
	Book    Book
	Archive history.Archive
	Tags    *tag.Registry
	Signals []machine.Signals
	Now     func() time.Time
	Log     *slog.Logger  // nil means the default
	Pause   time.Duration // between two rounds; 0 means 30 s
}

// Book is the time of the lines, with what people say laid over it.
type Book interface {
	View(ctx context.Context, line plant.LineID, of plant.Span) (logbook.View, error)
	Segments(ctx context.Context, line plant.LineID, from, to time.Time) ([]oee.Segment, error)
}

// Days is how far back is looked unless somebody asks for more, and Longest how far one may.
const (
	Days    = 30
	Longest = 90
)

// Keeper answers from what it has read lately, and reads on in rounds. It may be used from many goroutines.
type Keeper struct {
	o     Options
	lines map[plant.LineID]*line
}

// line is what is known of one. What it holds is replaced, and never changed in place.
type line struct {
	plant.Line
	tree   *given.Tree
	before *before.Reader

	mu      sync.Mutex
	turn    int64 // grows with everything that is said
	days    map[int64]*day
	rates   map[int]Rates
	counted map[stretch][]plant.Quantity // at the pacer, by each minute
	mind    mind
	count   int // of findings, at the last round
}

// day is the stops that began in 24 hours, from midnight in UTC.
type day struct {
	read  time.Time
	open  []edit.Stop // that lack a reason
	told  []edit.Stop // whose reason somebody gave
	given given.Sums
}

// Rates is how fast a line runs at its best, as it was at a moment.
type Rates struct {
	All []sustain.Rate
	Of  plant.Span
}

// New makes a keeper that has read nothing yet.
func New(o Options) *Keeper {
	if o.Pause == 0 {
		o.Pause = 30 * time.Second
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	k := &Keeper{o: o, lines: map[plant.LineID]*line{}}
	for _, l := range o.Plant.Lines() {
		k.lines[l.ID] = &line{
			Line: l, tree: given.NewTree(o.Plant, l), before: before.New(o.Archive, o.Tags, l, o.Signals),
			days: map[int64]*day{}, rates: map[int]Rates{}, mind: mind{model: hunch.Learn(nil)},
		}
	}
	return k
}

func (k *Keeper) line(id plant.LineID) (*line, error) {
	if l := k.lines[id]; l != nil {
		return l, nil
	}
	return nil, errs.New(errs.NotFound, "there is no line %q", id)
}

// Run reads on until ctx ends.
func (k *Keeper) Run(ctx context.Context) error {
	look := time.NewTicker(k.o.Pause)
	defer look.Stop()
	for {
		k.Round(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-look.C:
		}
	}
}

// Round reads of all lines what is old, and learns from it.
func (k *Keeper) Round(ctx context.Context) {
	for _, l := range k.o.Plant.Lines() {
		if err := k.round(ctx, k.lines[l.ID]); err != nil && ctx.Err() == nil {
			k.o.Log.Warn("the health of a line could not be looked at; it is tried again", "line", l.ID, "err", err)
		}
	}
}

func (k *Keeper) round(ctx context.Context, l *line) error {
	if err := k.learn(ctx, l); err != nil {
		return err
	}
	if _, err := k.readRates(ctx, l, Days); err != nil {
		return err
	}
	found, err := k.Findings(ctx, l.ID)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count = len(found)
	return err
}

// Count is how many findings there were of a line at the last round.
func (k *Keeper) Count(id plant.LineID) int {
	l := k.lines[id]
	if l == nil {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.count
}

// Forget has what was said of a time looked at again.
func (k *Keeper) Forget(id plant.LineID, of plant.Span) {
	l := k.lines[id]
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.turn++
	if of.From.IsZero() {
		return
	}
	for i := dayOf(of.From) - 1; i <= dayOf(of.To); i++ { // a stop of that time may have begun the day before
		delete(l.days, i)
	}
}
