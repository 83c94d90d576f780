// Package solve is `millwright schedule solve`: a scheduling problem in a file, solved and told.
package solve

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"millwright/internal/erp/schedule"
	"millwright/internal/erp/schedule/shop"
	"millwright/internal/errs"
)

// Options are how a problem is read, and for how long a better plan is looked for.
type Options struct {
	Form  string        // "jsp", "fjs", or "" as it looks
	Steps int           // plans that are looked at
	Seed  uint64        // the same gives the same plan
	For   time.Duration // 0: as long as the steps take
	JSON  bool          // the whole plan, as JSON
}

// Run solves the problem of a file.
func Run(ctx context.Context, file string, o Options, out io.Writer) error {
	switch shop.Form(o.Form) {
	case shop.JobShop, shop.Flexible, shop.Either:
	default:
		return errs.New(errs.Invalid, "there is no format %q: use jsp or fjs", o.Form)
	}
	if o.Steps < 0 {
		return errs.New(errs.Invalid, "the steps are below 0")
	}
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	p, err := shop.Read(f, shop.Form(o.Form))
	_ = f.Close()
	if err != nil {
		return fmt.Errorf("read %s: %w", file, err)
	}
	begin := time.Now()
	plan, err := schedule.Solve(&p, schedule.Search{Steps: o.Steps, Seed: o.Seed, Stop: func() bool {
		return ctx.Err() != nil || o.For > 0 && time.Since(begin) >= o.For
	}})
	if err != nil {
		return err
	}
	if o.JSON {
		return told(&p, &plan, out)
	}
	operations := 0
	for _, j := range plan.Jobs {
		operations += len(j)
	}
	proven := ""
	if plan.Gap() == 0 {
		proven = " (proven: there is none shorter)"
	}
	_, err = fmt.Fprintf(out, "jobs       %d\nmachines   %d\noperations %d\nmakespan   %d\nbound      %d\ngap        %s%s\nsteps      %d\n",
		len(p.Jobs), len(p.Machines), operations, plan.Makespan, plan.Bound, percent(plan.Gap()), proven, plan.Steps)
	return err
}

// percent writes millionths as a share with two places.
func percent(millionths int64) string {
	return fmt.Sprintf("%d.%02d %%", millionths/10_000, millionths%10_000/100)
}

// told writes the plan as JSON.
func told(p *schedule.Problem, plan *schedule.Plan, out io.Writer) error {
	type operation struct {
		Job       int           `json:"job"`
		Operation int           `json:"operation"`
		Machine   int           `json:"machine"`
		Start     schedule.Tick `json:"start"`
		End       schedule.Tick `json:"end"`
		Why       string        `json:"why"`
	}
	answer := struct {
		Jobs       int           `json:"jobs"`
		Machines   int           `json:"machines"`
		Makespan   schedule.Tick `json:"makespan"`
		Bound      int64         `json:"bound"`
		Gap        float64       `json:"gap"`
		Proven     bool          `json:"proven"`
		Steps      int           `json:"steps"`
		Operations []operation   `json:"operations"`
	}{
		Jobs: len(p.Jobs), Machines: len(p.Machines), Makespan: plan.Makespan, Bound: plan.Bound, Gap: float64(plan.Gap()) / 1e6,
		Proven: plan.Gap() == 0, Steps: plan.Steps, Operations: []operation{},
	}
	for j, ops := range plan.Jobs {
		for k, at := range ops {
			answer.Operations = append(answer.Operations, operation{j, k, at.Machine, at.Start, at.End, at.Why.Bind.String()})
		}
	}
	to := json.NewEncoder(out)
	to.SetIndent("", "  ")
	return to.Encode(answer)
}
