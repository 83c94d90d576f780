package andon

import (
	"cmp"
	"slices"
	"time"

	"millwright/internal/plant"
)

// Times is how long something took, of those calls to which it happened.
type Times struct {
	N       int
	Median  time.Duration // by the nearest rank, so that it is one that happened; 0 when none did
	Longest time.Duration
}

// Response is how calls of one kind at one line were answered.
type Response struct {
	Line     plant.LineID
	Kind     Kind
	Calls    int
	Waiting  int   // that nobody has answered
	Open     int   // that are not done, those included
	Answered Times // from the call until somebody came
	Done     Times // from the call until it was done
}

// Responses gives how calls were answered, by line and kind.
func Responses(calls []Call) (all []Response) {
	type group struct {
		line plant.LineID
		kind Kind
	}
	by := map[group][]*Call{}
	for i := range calls {
		g := group{calls[i].Line, calls[i].Kind}
		by[g] = append(by[g], &calls[i])
	}
	for g, some := range by {
		r := Response{Line: g.line, Kind: g.kind, Calls: len(some)}
		var answered, done []time.Duration
		for _, c := range some {
			if c.Answered.At.IsZero() {
				r.Waiting++
			} else {
				answered = append(answered, c.Answered.At.Sub(c.Raised.At))
			}
			if c.Open() {
				r.Open++
			} else {
				done = append(done, c.Done.At.Sub(c.Raised.At))
			}
		}
		r.Answered, r.Done = times(answered), times(done)
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b Response) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), slices.Index(Kinds(), a.Kind)-slices.Index(Kinds(), b.Kind))
	})
	return all
}

// times sums up durations; one that a clock which was set back made negative is none.
func times(took []time.Duration) (t Times) {
	if t.N = len(took); t.N == 0 {
		return t
	}
	slices.Sort(took)
	t.Median, t.Longest = max(0, took[(t.N+1)/2-1]), max(0, took[t.N-1])
	return t
}
