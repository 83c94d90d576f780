// Package labour is the time of people on jobs: they clock on at the line, and off, and the work order bears it.
package labour

import (
	"context"
	"slices"
	"time"

	"millwright/internal/mes/execution"
	"millwright/internal/plant"
)

// Stint is the time of somebody on a job. Nothing of it ever changes but that it ends earlier, once, and is reported.
type Stint struct {
	ID         int64
	Line       plant.LineID
	Job        string
	Work       int64 // the work order; 0 for none
	Operation  int64
	Who        plant.Person // Role is left out
	plant.Span              // until the person clocks off, to the end of the shift
	On, Off    plant.Person // who said so: at a shared tablet somebody else may be signed in
	Left       bool         // the person has clocked off; past its end, a stint of which nobody has is estimated
	Reported   bool
	Minutes    plant.Quantity // as reported
}

// Estimated tells whether a stint ended with the shift because nobody clocked off.
func (s Stint) Estimated(now time.Time) bool { return !s.Left && !now.Before(s.To) }

// longest is how long somebody is on a job who clocks on outside shifts, and does not clock off.
const longest = 12 * time.Hour

// Begun is the stint of somebody who begins on a job now. It ends with the shift.
func Begun(l plant.Line, j execution.Job, who, by plant.Person, now time.Time) Stint {
	s := Stint{Line: l.ID, Job: j.ID, Work: j.Work, Operation: j.Operation, Who: who, On: by, Span: plant.Span{From: now, To: now.Add(longest)}}
	if shift, ok := l.Calendar.At(now); ok {
		s.To = shift.To
	}
	return s
}

// Share is the time that one stint stands for, among all stints of the same person: while somebody is on several jobs,
// each bears an even part.
func Share(of Stint, all []Stint) (d time.Duration) {
	cuts := []time.Time{of.From, of.To}
	for _, s := range all {
		for _, t := range []time.Time{s.From, s.To} {
			if t.After(of.From) && t.Before(of.To) {
				cuts = append(cuts, t)
			}
		}
	}
	slices.SortFunc(cuts, time.Time.Compare)
	for i := 1; i < len(cuts); i++ {
		n := 0
		for _, s := range all {
			if !s.From.After(cuts[i-1]) && s.To.After(cuts[i-1]) {
				n++
			}
		}
		d += cuts[i].Sub(cuts[i-1]) / time.Duration(max(n, 1))
	}
	return d
}

// Minutes writes a time in minutes, to the millionth.
func Minutes(d time.Duration) plant.Quantity {
	return plant.Quantity(d.Microseconds()) * plant.One / plant.Quantity(time.Minute.Microseconds())
}

// Book keeps stints.
type Book interface {
	// On keeps a stint from now on. Who is on that job already stays so: that stint is given.
	On(ctx context.Context, s Stint) (Stint, error)
	// Off ends a stint now, and gives it. One that is over stays as it is.
	Off(ctx context.Context, line plant.LineID, id int64, by plant.Person) (Stint, error)
	// Present gives who is on jobs of a line at a moment, in the order of their coming.
	Present(ctx context.Context, line plant.LineID, at time.Time) ([]Stint, error)
	// Of gives all stints on a job, the oldest first.
	Of(ctx context.Context, job string) ([]Stint, error)
	// Due gives stints that are over and not reported yet, the oldest first, at most 100.
	Due(ctx context.Context) ([]Stint, error)
	// Beside gives all stints of a person that overlap a time.
	Beside(ctx context.Context, who int64, of plant.Span) ([]Stint, error)
	// Settle keeps that a stint was reported, and with how many minutes.
	Settle(ctx context.Context, id int64, minutes plant.Quantity) error
}
