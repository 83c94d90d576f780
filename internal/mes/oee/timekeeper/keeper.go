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
	course  *course
	touched bool // changed since it was announced

	asked  bool      // the ledger is to be derived anew
	late   time.Time // because of a fact of then; zero means from where it ends
	change oee.Wish  // because the line is set up otherwise; its From is zero when it is not
	first  time.Time // since when
	latest time.Time // of the asking
	early  time.Time // the oldest count that was told before the ledger was derived
	rest   time.Time // not before

	behind plant.Span // from the clock at the last derivation to where the ledger ended, when that lay ahead; else zero
	keepAt time.Time

	grants  []oee.Wish // what keeping the ledger grants
	refused bool       // what is kept is not what this ledger goes on from: nothing is kept before it is derived anew

	mu     sync.Mutex
	engine *timeline.Engine // nil until the ledger is derived
	unkept []oee.Segment    // closed, and not kept yet
	begin  time.Time        // nothing before is laid out; the service's goroutine, which sets it, reads it without mu
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
	if b := k.behind; !b.To.IsZero() && !now.Before(b.To) { // the clock was behind, and not the ledger ahead
		k.behind = plant.Span{}
		k.tooLate(b.From, now)
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
	k.asked, k.late, k.early = false, time.Time{}, time.Time{}
}

// recall takes a wish from before the service began.
func (k *keeper) recall(w oee.Wish) {
	switch {
	case w.Why == oee.Change:
		k.change = w
	case k.late.IsZero() || w.From.Before(k.late):
		k.late = w.From
	}
}

// install puts a ledger that was derived from a time on in the place of the one there. Facts that came
// meanwhile, and may not be in the history yet, are told again.
func (k *keeper) install(fresh *timeline.Engine, from, now time.Time, closed []oee.Segment) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.engine != nil {
		for _, f := range k.engine.Recent() {
			closed = append(closed, fresh.Apply(f)...)
		}
	}
	k.engine, k.unkept, k.from, k.stale = fresh, closed, from, true
	k.touched, k.refused = true, false
	k.version.Add(1)
	k.settle()
	if at, ok := fresh.Late(); ok { // the history did not have it yet
		k.tooLate(at, now)
	}
}

// keep writes down what is closed, in the place of what was kept from there on. If that is refused, as
// a database that failed over may have lost what went before, the ledger is to be derived from where it ends.
func (k *keeper) keep(ctx context.Context, ledger oee.Ledger, wishes *Wishes) error {
	k.mu.Lock()
	closed, from, stale := k.unkept, k.from, k.stale
	if stale {
		k.course.lay(k.engine.Horizon())
	}
	k.mu.Unlock()
	if !stale || k.refused {
		return nil
	}
	if err := ledger.Replace(ctx, k.line.ID, from, closed, k.grants...); err != nil {
		k.refused = errs.KindOf(err) == errs.Invalid
		return err
	}
	for _, w := range k.grants {
		switch w.Why {
		case oee.Change:
			k.change = oee.Wish{}
		case oee.Late:
			wishes.granted(k.course, w)
		}
	}
	k.grants = nil
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

// begins says where the ledger begins.
func (k *keeper) begins(at time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.begin = at
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
