package timekeeper

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/timeline"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
)

// longest is how long late facts that keep coming can put off the deriving.
const longest = 10 * time.Second

// keeper holds one line's ledger. What mu does not guard belongs to the service's goroutine.
type keeper struct {
	line    plant.Line
	signals []machine.Signals
	touched bool // changed since it was announced

	asked  bool      // the ledger is to be derived anew
	late   time.Time // because of a fact of then; zero means from where it ends
	again  time.Time // because somebody wants it from then on; zero when nobody does
	first  time.Time // since when
	latest time.Time // of the asking
	early  time.Time // the oldest count that was told before the ledger was derived
	rest   time.Time // not before
	keepAt time.Time

	refused bool // what is kept is not what this ledger goes on from: nothing is kept before it is derived anew

	mu     sync.Mutex
	engine *timeline.Engine // nil until the ledger is derived
	unkept []oee.Segment    // closed, and not kept yet
	from   time.Time        // where unkept begins
	stale  bool             // what is kept from there on is to be replaced

	version atomic.Int64 // grows when what is kept changes
}

// apply takes a fact.
func (k *keeper) apply(f machine.Fact, now time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.engine == nil { // it will be in the history when the ledger is derived
		switch x := f.(type) {
		case machine.Late:
			k.tooLate(x.At, now)
		case machine.Counted:
			if k.early.IsZero() || x.When().Before(k.early) {
				k.early = x.When()
			}
		}
		return
	}
	k.close(k.engine.Apply(f))
	k.touched = true
	if at, ok := k.engine.Late(); ok {
		k.tooLate(at, now)
	}
}

// tick says how late it is. When the clock was ahead, and is put right, the time that it laid out is derived anew.
func (k *keeper) tick(now time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.engine == nil {
		return
	}
	k.close(k.engine.Tick(now))
	if !k.asked && k.engine.Horizon().After(now.Round(0)) {
		k.tooLate(now.Round(0), now)
	}
}

// close takes segments that are closed; mu is held.
func (k *keeper) close(done []oee.Segment) {
	if len(done) > 0 {
		k.unkept = append(k.unkept, done...)
		k.stale = true
	}
}

// tooLate asks for the ledger to be derived anew from a time on.
func (k *keeper) tooLate(at, now time.Time) {
	if !k.asked {
		k.asked, k.first = true, now
	}
	if k.late.IsZero() || at.Before(k.late) {
		k.late = at
	}
	k.latest = now
}

// missed asks for the ledger to be derived anew because facts were lost on the way here.
func (k *keeper) missed(now time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.engine != nil && !k.engine.Horizon().IsZero() {
		k.tooLate(k.engine.Horizon(), now)
	}
}

// ask asks for the ledger to be derived from where it ends, after a while.
func (k *keeper) ask(now time.Time, after time.Duration) {
	k.asked, k.first, k.latest = true, now, time.Time{}
	k.rest = now.Add(after)
}

// due tells whether the time for deriving has come.
func (k *keeper) due(now time.Time, quiet time.Duration) bool {
	if !k.asked || now.Before(k.rest) {
		return false
	}
	return now.Sub(k.latest) >= quiet || now.Sub(k.first) >= longest
}

// settle says that nothing is asked for any more.
func (k *keeper) settle() {
	k.asked, k.late, k.again, k.early = false, time.Time{}, time.Time{}, time.Time{}
}

// want asks for the ledger to be derived anew from a time on, at once.
func (k *keeper) want(from, now time.Time) {
	if k.again.IsZero() || from.Before(k.again) {
		k.again = from
	}
	if !k.asked {
		k.ask(now, 0)
	}
	k.first = now.Add(-longest)
}

// install puts a ledger that was derived from a time on in the place of the one there. Facts that came
// meanwhile, and may not be in the history yet, are told again.
func (k *keeper) install(fresh *timeline.Engine, from time.Time, closed []oee.Segment) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.engine != nil {
		for _, f := range k.engine.Recent() {
			closed = append(closed, fresh.Apply(f)...)
		}
		fresh.Late() // those are from before what the history holds
	}
	k.engine, k.unkept, k.from, k.stale = fresh, closed, from, true
	k.touched, k.refused = true, false
	k.version.Add(1)
	k.settle()
}

// keep writes down what is closed, in the place of what was kept from there on. If that is refused, as
// a database that failed over may have lost what went before, the ledger is to be derived from where it ends.
func (k *keeper) keep(ctx context.Context, ledger oee.Ledger) error {
	k.mu.Lock()
	closed, from, stale := k.unkept, k.from, k.stale
	k.mu.Unlock()
	if !stale || k.refused {
		return nil
	}
	if err := ledger.Replace(ctx, k.line.ID, from, closed); err != nil {
		k.refused = errs.KindOf(err) == errs.Invalid
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.touched, k.stale = true, false
	k.version.Add(1)
	k.unkept = nil
	if n := len(closed); n > 0 {
		k.from = closed[n-1].To
	}
	return nil
}

// snapshot gives the line as it stands.
func (k *keeper) snapshot(now time.Time) (oee.Snapshot, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.engine == nil {
		return oee.Snapshot{}, false
	}
	return k.engine.At(now), true
}

// recent gives the segments that are not kept, and where they begin.
func (k *keeper) recent(now time.Time) (open []oee.Segment, from time.Time, version int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.engine == nil {
		return nil, time.Time{}, k.version.Load()
	}
	return slices.Concat(k.unkept, k.engine.Open(now)), k.from, k.version.Load()
}
