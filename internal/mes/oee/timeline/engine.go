// Package timeline lays out what the machines of a line said as the segments of its time.
package timeline

import (
	"slices"
	"sort"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
)

const (
	// disorder is how far facts of one line may come out of order and still be put in their places.
	disorder = 30 * time.Second
	// patience is how long a line says nothing before its time is laid out by the clock: facts of that time are late then.
	patience = time.Hour
)

// Engine derives the time ledger of one line from facts, in event time. It has no clock, no goroutine
// and no lock. The segments it gives are the same in whatever batches, and (within disorder) in
// whatever order, the facts come.
type Engine struct {
	m      *model
	roster *plant.Roster
	base   fold      // laid out up to where nothing is expected to come any more
	recent []entry   // facts since then, in the order of time
	begin  time.Time // of the line's ledger; zero when nobody says
	until  time.Time // segments are cut there, and what begins later is left out; zero means that nothing is
	begun  bool
	newest time.Time     // of all facts
	ticked time.Time     // the clock
	spoken time.Time     // what the clock was at the newest fact; zero before the first tick after it
	closed []oee.Segment // those of the shift that is shown
	late   time.Time     // of the oldest fact that came too late; zero when none
}

// entry is a fact with its place among those of the same time.
type entry struct {
	at   time.Time
	rank int
	fact machine.Fact
}

// Begins says where the line's ledger begins: of a shift that began before, what is shown begins there.
func (e *Engine) Begins(at time.Time) { e.begin = at }

// NewEngine makes an engine of a line that has said nothing yet. The signals of its units tell how it
// counts and whether its pacer has a state; without them a pacer is taken to say its state, and the
// output to have a counter of good pieces.
func NewEngine(line plant.Line, signals ...machine.Signals) *Engine {
	return &Engine{m: newModel(line, signals), roster: &plant.Roster{Calendar: line.Calendar}}
}

// Start says where the ledger begins; an engine that is not told begins with its first fact. Facts
// from warm on settle what was going on at that time: Reach says how much of them is needed.
func (e *Engine) Start(from, warm time.Time) {
	if warm.After(from) {
		warm = from
	}
	e.begun = true
	e.base = newFold(e.m, e.roster, warm, plant.Span{From: from, To: e.until})
}

// Reach is how far back the past can have a say in what a moment was.
func (e *Engine) Reach() time.Duration { return e.m.reach }

// Apply takes a fact and gives the segments that are closed by now: they stay as they are. A fact
// of another line is nothing. One that is too late to be put in its place is left out: see Late.
func (e *Engine) Apply(f machine.Fact) []oee.Segment {
	i, ok := e.m.index[f.Where()]
	_, order := f.(oee.OrderChanged)
	if !ok {
		return nil
	}
	at := f.When()
	if _, ok := f.(machine.Late); ok {
		e.tooLate(at)
		return nil
	}
	if !e.begun {
		e.Start(at, at)
	}
	if at.Before(e.base.at) {
		if !e.heard(f, i) {
			e.tooLate(at)
		}
		return nil
	}
	e.insert(entry{at: at, rank: rank(f, i), fact: f})
	if order { // by our clock: it says nothing of how far the machines have come
		return nil
	}
	if at.After(e.newest) {
		e.newest = at
	}
	e.spoken = e.ticked
	return e.settle(e.newest.Add(-disorder))
}

// stand takes a fact from before the start: it says how things stood then.
func (e *Engine) stand(f machine.Fact) {
	e.base.apply(f)
	_, order := f.(oee.OrderChanged)
	if at := f.When(); !order && at.After(e.newest) {
		e.newest = at
	}
}

// Tick says how late it is, so that a line which says nothing goes on too.
func (e *Engine) Tick(now time.Time) []oee.Segment {
	now = wall(now)
	if !e.begun || e.newest.IsZero() {
		return nil // all of the past may still come
	}
	if now.After(e.ticked) {
		e.ticked = now
	}
	if e.spoken.IsZero() {
		e.spoken = now
	}
	to := e.newest.Add(-disorder)
	if quiet := e.ticked.Add(-patience); !quiet.Before(e.spoken) && quiet.After(to) {
		to = quiet
	}
	return e.settle(to)
}

// Late gives the time of the oldest fact since the last call that came too late to be taken: the
// ledger has to be derived anew from there, from the history.
func (e *Engine) Late() (at time.Time, ok bool) {
	at, e.late = e.late, time.Time{}
	return at, !at.IsZero()
}

// Recent gives the facts that are not laid out for good yet, in the order of time.
func (e *Engine) Recent() []machine.Fact {
	all := make([]machine.Fact, len(e.recent))
	for i := range e.recent {
		all[i] = e.recent[i].fact
	}
	return all
}

// Horizon is up to where the time is laid out for good.
func (e *Engine) Horizon() time.Time { return e.base.at }

func (e *Engine) tooLate(at time.Time) {
	if e.late.IsZero() || at.Before(e.late) {
		e.late = at
	}
}

// heard tells whether a fact from the time that is laid out was taken then. Of a count from before the start it cannot
// be known, though the counter has gone on since: whoever laid that time out may have been gone before it came.
func (e *Engine) heard(f machine.Fact, unit int) bool {
	if c, ok := f.(machine.Counted); ok {
		return !c.At.Before(e.base.cutAt) && e.base.counted(c)
	}
	return e.base.units[unit].knows(f)
}

// insert puts a fact in its place; among those of one time and rank it comes last.
func (e *Engine) insert(x entry) {
	i := len(e.recent)
	for i > 0 && x.before(&e.recent[i-1]) {
		i--
	}
	e.recent = slices.Insert(e.recent, i, x)
}

func (x *entry) before(y *entry) bool {
	if !x.at.Equal(y.at) {
		return x.at.Before(y.at)
	}
	return x.rank < y.rank
}

// rank puts what a machine does before what it counts, as a count belongs to what goes on from its moment on.
func rank(f machine.Fact, unit int) int {
	const units = 1 << 16
	switch x := f.(type) {
	case machine.StateChanged:
		return unit
	case machine.ProductChanged:
		return units + unit
	case oee.OrderChanged:
		return 2*units + unit
	case machine.OrderNamed:
		return 3*units + unit
	case machine.FaultChanged:
		return 4*units + unit
	case machine.SightChanged:
		return 5*units + unit
	case machine.Counted:
		return (6+int(x.What))*units + unit
	}
	return 10 * units
}

// settle lays out the time for which no more facts are expected. What lies ahead of the clock is not.
func (e *Engine) settle(to time.Time) []oee.Segment {
	if now := e.ticked.Add(-disorder); !e.ticked.IsZero() && now.Before(to) {
		to = now
	}
	if !to.After(e.base.at) {
		return nil
	}
	n := sort.Search(len(e.recent), func(i int) bool { return !e.recent[i].at.Before(to) })
	for i := range n {
		e.base.apply(e.recent[i].fact)
	}
	e.recent = slices.Delete(e.recent, 0, n)
	e.base.advance(to)
	e.base.release()
	done := e.base.stops.Take()
	if len(done) > 0 {
		e.remember(done)
	}
	return done
}

// remember keeps closed segments while they belong to the shift that is shown. Snapshots share the
// old ones: they are never changed in place.
func (e *Engine) remember(done []oee.Segment) {
	shown := e.roster.Shift(e.base.at).From
	old := 0
	for old < len(e.closed) && !e.closed[old].To.After(shown) {
		old++
	}
	e.closed = append(slices.Clip(e.closed[old:]), done...)
}

// Recall tells the engine of segments that were closed before it started: the shift that is shown began with them.
func (e *Engine) Recall(kept []oee.Segment) { e.closed = slices.Concat(kept, e.closed) }

// Open gives the segments since those that are closed, as they stand now: the next fact may change them.
func (e *Engine) Open(now time.Time) []oee.Segment {
	if !e.begun {
		return nil
	}
	f, now := e.look(wall(now))
	return f.finish(now)
}

// look is how it all stands at a moment.
func (e *Engine) look(now time.Time) (f fold, at time.Time) {
	f = e.base.clone()
	if now.Before(f.at) {
		now = f.at
	}
	for i := range e.recent {
		if e.recent[i].at.After(now) {
			break
		}
		f.apply(e.recent[i].fact)
	}
	return f, now
}

// wall is what the clock on the wall shows. The monotonic reading that a time may carry goes on when that
// clock is put back: laid out by it, a segment could end before it begins.
func wall(now time.Time) time.Time { return now.Round(0) }
