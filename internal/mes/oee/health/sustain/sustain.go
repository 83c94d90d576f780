// Package sustain finds how fast a line runs at its best for a while, against the ideal cycle that is asked of it.
package sustain

import (
	"cmp"
	"slices"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

// The sustained rate of a product is the 95th percentile (nearest rank) of the rates of all its windows. A window is as
// long as Least, or as 100 pieces take on average where that is longer; one begins with each minute of a stretch in which
// the whole of it fits. A stretch is running without any interruption: segments of running that touch and are of one
// product. The ledger knows how many pieces a segment made and not when, so they are spread evenly over it: a burst within
// a segment is no rate that was sustained. What people counted by hand is left out.
const (
	Least   = 10 * time.Minute
	Longest = 4 * time.Hour // of a window: slower products have none
	step    = time.Minute
	grain   = 100 // pieces of a window, so that one more or less is a hundredth
	rank    = 95
)

// What is enough to judge by.
const (
	EnoughWindows   = 60
	EnoughStretches = 3
)

// within is how far above its ideal speed a line may run before that counts as too slow.
const within = 1.01

// Counter tells how many pieces the pacer itself had made by each minute of a stretch, from none on; ok is false where that
// is not known. The line's own pieces come out of its last machine, which may run faster for a while from what is buffered.
type Counter func(from time.Time, minutes int) (sums []plant.Quantity, ok bool)

// mostRuns is how many runs are given as evidence.
const mostRuns = 5

// Verdict is what is to be said of an ideal cycle.
type Verdict string

// The verdicts.
const (
	Few     Verdict = "few"      // not enough to judge by
	Unset   Verdict = "unset"    // there is no ideal cycle
	TooSlow Verdict = "too-slow" // the line runs faster than its ideal, and sustains it
	Low     Verdict = "low"      // even at its best it runs below what counts as slow
	Fits    Verdict = "fits"
)

// Run is a time in which a line ran at its sustained rate or faster.
type Run struct {
	plant.Span
	Made  plant.Quantity
	Speed oee.Ratio // against the ideal cycle
}

// Rate is how fast a line makes a product at its best, and what that says of the ideal cycle in use.
type Rate struct {
	Product   string
	Ideal     time.Duration // in use; 0 when there is none
	Verdict   Verdict
	Cycle     time.Duration // sustained, per piece; 0 when there are not enough windows
	Speed     oee.Ratio     // the ideal cycle over the sustained one
	Fitting   time.Duration // the ideal cycle that would fit: the sustained one, cut to three digits
	Window    time.Duration // 0 when too little was made to say how long one is
	Windows   int
	Stretches int // in which a window fits
	Ran       time.Duration
	Made      plant.Quantity
	Best      []Run // the longest first
}

// piece is running that was cut by nothing but the ledger.
type piece struct {
	from, to time.Time
	made     plant.Quantity
	on       bool // it goes on where the one before ended
}

// Auditor hears a line's time and judges its ideal cycles. The zero Auditor has heard nothing.
type Auditor struct {
	last     oee.Segment
	products map[string][]piece
}

// Hear takes the next segments of a line, in the order of time. Several calls are as one.
func (a *Auditor) Hear(segments []oee.Segment) {
	if a.products == nil {
		a.products = map[string][]piece{}
	}
	for i := range segments {
		s := &segments[i]
		if s.Category == oee.Running && s.From.Before(s.To) {
			on := a.last.Category == oee.Running && a.last.Product == s.Product && a.last.To.Equal(s.From)
			a.products[s.Product] = append(a.products[s.Product], piece{s.From, s.To, max(0, s.Good+s.Reject-s.Manual-s.UnseenPieces()), on})
		}
		a.last = *s
	}
}

// Rates judges the ideal cycle of each product that ran, and of those that have one and did not, by their names. Without
// a counter of the pacer the line's pieces count.
func (a *Auditor) Rates(line plant.Line, pacer Counter) (all []Rate) {
	for product, pieces := range a.products {
		ideal, _ := line.Ideal(product)
		r := Rate{Product: product, Ideal: ideal, Verdict: Few}
		r.judge(pieces, pacer, line.Limits(product).Low())
		all = append(all, r)
	}
	for _, r := range line.Rates {
		if _, ran := a.products[r.Product]; !ran && r.Product != "" {
			all = append(all, Rate{Product: r.Product, Ideal: r.IdealCycle, Verdict: Few})
		}
	}
	slices.SortFunc(all, func(x, y Rate) int { return cmp.Compare(x.Product, y.Product) })
	return all
}

func (r *Rate) judge(pieces []piece, pacer Counter, low float64) {
	for _, p := range pieces {
		r.Ran += p.to.Sub(p.from)
		r.Made += p.made
	}
	if r.Made < plant.Pieces(grain) {
		return
	}
	r.Window = windowOf(r.Ran, r.Made)
	if r.Window > Longest {
		return
	}
	minutes := int(r.Window / step)
	var all []plant.Quantity
	stretches := slices.DeleteFunc(stretchesOf(pieces), func(s stretch) bool { return len(s.sums) <= minutes })
	if pacer != nil {
		stretches = recounted(stretches, pacer)
	}
	for _, s := range stretches {
		for k := 0; k+minutes < len(s.sums); k++ {
			all = append(all, s.made(k, k+minutes))
		}
	}
	r.Windows, r.Stretches = len(all), len(stretches)
	if r.Windows < EnoughWindows || r.Stretches < EnoughStretches {
		return
	}
	slices.Sort(all)
	best := all[(rank*len(all)+99)/100-1]
	if best <= 0 {
		return
	}
	r.Cycle = perPiece(r.Window, best)
	r.Fitting = cut(r.Cycle + r.Cycle/1_000_000) // pieces are shared out to a millionth
	r.Speed = speed(r.Ideal, r.Window, best)
	for _, s := range stretches {
		r.Best = append(r.Best, s.runs(minutes, best, r.Ideal)...)
	}
	slices.SortStableFunc(r.Best, func(a, b Run) int {
		return cmp.Or(cmp.Compare(b.Duration(), a.Duration()), cmp.Compare(b.Made, a.Made))
	})
	r.Best = r.Best[:min(len(r.Best), mostRuns)]
	r.Verdict = r.verdict(low)
}

func (r *Rate) verdict(low float64) Verdict {
	switch {
	case !r.Speed.OK:
		return Unset
	case r.Speed.Value > within:
		return TooSlow
	case r.Speed.Value < low:
		return Low
	}
	return Fits
}

// windowOf is how long a window is: whole minutes.
func windowOf(ran time.Duration, made plant.Quantity) time.Duration {
	hundred, _ := plant.Quantity(ran).Times(int64(plant.Pieces(grain)), int64(made))
	return max(Least, (time.Duration(hundred) + step - 1).Truncate(step))
}

// perPiece is how long a piece takes: rounded half away from zero.
func perPiece(d time.Duration, made plant.Quantity) time.Duration {
	cycle, _ := plant.Quantity(d).Times(int64(plant.One), int64(made)) // no longer than a window by a hundredth of a piece
	return time.Duration(cycle)
}

// speed is that of making pieces in a time, against an ideal cycle.
func speed(ideal, d time.Duration, made plant.Quantity) oee.Ratio {
	if ideal <= 0 || d <= 0 {
		return oee.Ratio{}
	}
	return oee.Ratio{Value: float64(oee.IdealTime(ideal, made)) / float64(d), OK: true}
}

// cut leaves three digits of a cycle: a shorter one, so that the sustained rate is no more than ideal.
func cut(d time.Duration) time.Duration {
	unit := time.Duration(1)
	for d/unit >= 1000 {
		unit *= 10
	}
	return d.Truncate(unit)
}
