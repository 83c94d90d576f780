// Key figures of single machines, and what a line's yield is made of.

package web

import (
	"context"
	"maps"

	"millwright/internal/mes/oee/kpi"
	"millwright/internal/mes/oee/workunit"
)

// machines reads the machines' own time: lines of the same time together.
func (f *figurer) machines(ctx context.Context, by kpi.By, g *kpi.Grouper) (workunit.Gathered, error) {
	if !workunit.Divides(by) && !workunit.Rolls(by, len(f.lines)) {
		return nil, nil
	}
	all := workunit.Gathered{}
	for _, q := range f.questions(by) {
		own, err := f.p.Alone.Gather(ctx, f.p.Sums, q, g)
		if err != nil {
			return nil, err
		}
		maps.Copy(all, own) // each group is of one line, and so of one question
	}
	return all, nil
}

// rolls tells whether the table has the rolled yield of lines.
func (f *figurer) rolls() bool { return workunit.Rolls(f.by, len(f.lines)) }

// values are the key figures of a group, with how they are made.
func (f *figurer) values(g *kpi.Group) []kpi.Value {
	switch {
	case workunit.Divides(f.by):
		return append(workunit.Values(f.own[g], kpi.Values), kpi.CauseValues(g)...)
	case f.by.Causes():
		return kpi.CauseValues(g)
	}
	return append(kpi.Values(&g.Sums, kpi.About{}), workunit.Rolled(f.own[g], g.Rework))
}
