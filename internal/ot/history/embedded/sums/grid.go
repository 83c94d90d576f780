package sums

import "millwright/internal/ot/history/rollup"

// Grid is a range cut into equal steps; the last one may be shorter. Times are microseconds.
type Grid struct{ From, To, Step int64 }

// Len is the number of steps.
func (g Grid) Len() int { return int((g.To - g.From + g.Step - 1) / g.Step) }

// Start is where a step begins.
func (g Grid) Start(i int) int64 { return g.From + int64(i)*g.Step }

// End is where a step ends.
func (g Grid) End(i int) int64 { return min(g.To, g.Start(i+1)) }

// within gives the step that a time is in.
func (g Grid) within(t int64) (i int, ok bool) {
	if t < g.From || t >= g.To {
		return 0, false
	}
	return int((t - g.From) / g.Step), true
}

// Stretch is a sum of samples that all are in one step.
type Stretch struct {
	Step int
	Span rollup.Span
}

// Stretches are in the order of time; no two are of one step.
type Stretches []Stretch

func (ss *Stretches) join(step int, s rollup.Span) {
	if n := len(*ss); n > 0 && (*ss)[n-1].Step == step {
		(*ss)[n-1].Span.Join(s)
		return
	}
	*ss = append(*ss, Stretch{step, s})
}

func (ss *Stretches) add(step int, t int64, v float64, state rollup.State) {
	if n := len(*ss); n == 0 || (*ss)[n-1].Step != step {
		*ss = append(*ss, Stretch{Step: step})
	}
	(*ss)[len(*ss)-1].Span.Add(t, v, state)
}
