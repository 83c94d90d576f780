package health

import (
	"context"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/health/given"
	"millwright/internal/mes/oee/health/sustain"
	"millwright/internal/plant"
)

// What is found.
type What string

// The findings.
const (
	CycleTooSlow What = "ideal-cycle-too-slow"
	CycleLow     What = "ideal-cycle-not-reached"
	CycleUnset   What = "ideal-cycle-missing"
	Unexplained  What = "unexplained"
	Vague        What = "vague"
	Late         What = "late"
	Contradicts  What = "contradicts"
)

// Finding is something to be mended.
type Finding struct {
	What  What
	Rate  sustain.Rate // of one about a cycle
	Share oee.Ratio    // of the others: how much of the time or of the entries; unknown for contradictions
	Count int          // and how many stops
}

// When something is found: so many stops, and more than such a share of their time, or of what was said.
const (
	fewStops      = 10
	unexplained   = 0.10
	vague         = 0.20
	late          = 0.25
	contradicting = 3

	// LateAfter is when an entry counts as late among the findings.
	LateAfter = 30 * time.Minute
)

// Findings gives what is to be mended about a line, by its last days.
func (k *Keeper) Findings(ctx context.Context, id plant.LineID) ([]Finding, error) {
	rates, err := k.Rates(ctx, id, Days)
	if err != nil {
		return nil, err
	}
	sums, err := k.Given(ctx, id, plant.DateOf(k.o.Now().UTC())-Days+1)
	if err != nil {
		return nil, err
	}
	_, all := sums.Per(func(given.Key) string { return "" })
	return Judge(rates.All, &all), nil
}

// Judge finds what is to be mended.
func Judge(rates []sustain.Rate, t *given.Tally) (all []Finding) {
	about := map[sustain.Verdict]What{sustain.TooSlow: CycleTooSlow, sustain.Low: CycleLow, sustain.Unset: CycleUnset}
	for _, r := range rates {
		if what, ok := about[r.Verdict]; ok {
			all = append(all, Finding{What: what, Rate: r})
		}
	}
	over := func(what What, part, whole int64, limit float64, count int) {
		if whole > 0 && float64(part) > limit*float64(whole) {
			all = append(all, Finding{What: what, Share: oee.Ratio{Value: float64(part) / float64(whole), OK: true}, Count: count})
		}
	}
	if t.Stops >= fewStops {
		over(Unexplained, int64(t.NoneFor), int64(t.Lasted), unexplained, t.None)
		over(Vague, int64(t.Vaguely), int64(t.Lasted), vague, t.Vague)
	}
	if said := t.Said(); said >= fewStops {
		over(Late, int64(t.Later(LateAfter)), int64(said), late, t.Later(LateAfter))
	}
	if t.Against >= contradicting {
		all = append(all, Finding{What: Contradicts, Count: t.Against})
	}
	return all
}
