package execution

import (
	"time"

	"millwright/internal/plant"
)

// Ahead is what people counted of a job in the place of its machines: what these tell later of that time is the same pieces,
// and takes its place. What they tell beyond it is counted as well.
type Ahead struct {
	plant.Span                // that they counted; From is zero where it is all since the job began
	Said       plant.Quantity // pieces, good ones and scrap together
	Rest       plant.Quantity // of them what no machine has told yet
}

// Recount is what people said that a job has in all, as it differs from what it had.
type Recount struct {
	Job         string
	Line        plant.LineID
	Product     string
	Good, Scrap plant.Quantity // more than it had, below zero where it is less
	At          time.Time
	Cycle       time.Duration // ideal; 0 when none is known
	Was         string        // what it had, in words
}

// Add takes more that people counted, or less.
func (a *Ahead) Add(pieces plant.Quantity, of plant.Span) {
	if pieces <= 0 {
		less := min(-pieces, a.Rest)
		a.Said, a.Rest = a.Said-less, a.Rest-less
		return
	}
	if a.Said == 0 || of.From.Before(a.From) {
		a.From = of.From
	}
	a.To = plant.Later(a.To, of.To)
	a.Said, a.Rest = a.Said+pieces, a.Rest+pieces
}

// told is how much of a share people had counted before; below zero where it takes back what was. Of a reading that spans
// the end of their time those are the ones before it: of a counter that was watched, its part of the time. One that was out
// of sight may have counted all of them before.
func (a *Ahead) told(h share, watched bool) plant.Quantity {
	if a.Said == 0 || !h.since.Before(a.To) || h.at.Before(a.From) {
		return 0
	}
	n := h.qty
	if h.at.After(a.To) {
		switch {
		case one(n):
			return 0
		case watched:
			n = part(n, a.To.Sub(h.since), h.at.Sub(h.since))
		}
	}
	return max(min(n, a.Rest), a.Rest-a.Said)
}

// counts takes over what another state of the same job has counted.
func (j *Job) counts(o *Job) {
	j.Good, j.Scrap, j.Estimated, j.Ahead = o.Good, o.Scrap, o.Estimated, o.Ahead
}
