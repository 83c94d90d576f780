// Which orders a stop or a call endangers.

package web

import (
	"millwright/internal/mes/execution"
	"millwright/internal/mes/execution/promise"
	"millwright/internal/mes/execution/promise/wording"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/plant"
)

// stands tells whether a line keeps orders waiting.
func (p *painter) stands(id plant.LineID) bool {
	f := p.forecast()
	return f != nil && len(f.Endangered(id)) > 0
}

// endangeredBy tells which order a stop endangers: while it lasts, those that wait for the line; afterwards the one that it
// interrupted, as long as that is not made and is late or has so much slack left.
func (p *painter) endangeredBy(l lineInfo, s oee.Snapshot, x edit.Stop) string {
	j, known := p.Jobs.Job(x.Order)
	switch {
	case s.Now == x.Category && !x.From.Before(s.Since):
		j, _ = p.Jobs.Current(l.ID)
		return p.endangers(l, j)
	case x.Order == "" || !known || !j.Open():
		return ""
	}
	return p.standing(j)
}

// standing tells how late the order of a job is foretold to be, or how much slack it has.
func (p *painter) standing(j execution.Job) string {
	f, ref := p.forecast(), promise.JobRef(j.ID)
	if f == nil {
		return ""
	}
	if j.Work != 0 {
		ref = promise.WorkRef(j.Work)
	}
	o, ok := f.Of(ref)
	switch {
	case !ok || o.Due.IsZero() || o.Unknown():
		return ""
	case o.Lateness > 0 && p.view != "":
		return "its order is " + wording.Lasting(o.Lateness) + " late"
	case o.Lateness > 0:
		return "it endangers " + o.Text + ", " + wording.Lasting(o.Lateness) + " late"
	}
	return o.Text + " has " + wording.Lasting(o.Due.Sub(o.Likely)) + " of slack"
}
