// Package foretold is what a plant file would change, in the words of the API.
package foretold

import "millwright/internal/revision/plan"

// Plan is what a plant file changes.
type Plan struct {
	Request  int64      `json:"request,omitempty" doc:"The request that waits for approval in the place of a revision; its page is the Location."`
	Revision int64      `json:"revision" doc:"The one in use now."`
	Changed  bool       `json:"changed" doc:"Whether the file differs from the revision it was held against."`
	Diff     []DiffLine `json:"diff" doc:"The lines that differ, with a few around them."`
	Effects  []Effect   `json:"effects" doc:"What that is running feels of it."`
	Needs    []Need     `json:"needs" doc:"What owners have to approve before it is published."`
}

// Need is one thing that has to be approved.
type Need struct {
	Thing string   `json:"thing" example:"line filling-1: ideal cycles (COLA-05)"`
	By    []string `json:"by" doc:"OT, IT: an owner for each of these sides. Who asks has agreed for his own side."`
}

// DiffLine is one line of a comparison; 0 is the number of a line that does not stand in that text.
type DiffLine struct {
	Old  int    `json:"old"`
	New  int    `json:"new"`
	Text string `json:"text"`
}

// Effect is what one thing that is running feels.
type Effect struct {
	Thing string `json:"thing" example:"line filling-1"`
	What  string `json:"what" example:"changes its rates"`
}

// Of is a plan for programs.
func Of(p plan.Plan) Plan {
	out := Plan{Revision: p.Head.Number, Changed: !p.Same(), Diff: []DiffLine{}, Effects: []Effect{}, Needs: []Need{}}
	for _, h := range p.Hunks {
		for _, l := range h {
			out.Diff = append(out.Diff, DiffLine{Old: l.Old, New: l.New, Text: l.Text})
		}
	}
	for _, f := range p.Felt {
		out.Effects = append(out.Effects, Effect{Thing: f.Thing, What: f.What})
	}
	for _, t := range p.Rules.Governed(p.Touches) {
		n := Need{Thing: plan.Told(t)}
		for _, side := range p.Rules.Need[t.Kind].Each() {
			n.By = append(n.By, side.String())
		}
		out.Needs = append(out.Needs, n)
	}
	return out
}
