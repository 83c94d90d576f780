// Package foretold is what a plant file would change, in the words of the API.
package foretold

import "millwright/internal/revision/plan"

// Plan is what a plant file changes.
type Plan struct {
	Revision int64      `json:"revision" doc:"The one in use now."`
	Changed  bool       `json:"changed" doc:"Whether the file differs from the revision it was held against."`
	Diff     []DiffLine `json:"diff" doc:"The lines that differ, with a few around them."`
	Effects  []Effect   `json:"effects" doc:"What that is running feels of it."`
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
	out := Plan{Revision: p.Head.Number, Changed: !p.Same(), Diff: []DiffLine{}, Effects: []Effect{}}
	for _, h := range p.Hunks {
		for _, l := range h {
			out.Diff = append(out.Diff, DiffLine{Old: l.Old, New: l.New, Text: l.Text})
		}
	}
	for _, f := range p.Felt {
		out.Effects = append(out.Effects, Effect{Thing: f.Thing, What: f.What})
	}
	return out
}
