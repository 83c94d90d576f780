package kpi

import (
	"context"

	"millwright/internal/mes/oee/kpi"
	"millwright/internal/mes/oee/rollup"
	"millwright/internal/mes/oee/workunit"
)

// machines reads the machines' own time, where a figure that is wanted is made of it.
func (a *asked) machines(ctx context.Context, q rollup.Question, g *kpi.Grouper) (workunit.Gathered, workunit.Hours, error) {
	if !workunit.Divides(q.By) && !a.wants(kpi.RolledYield) {
		return nil, workunit.Hours{}, nil
	}
	return a.Alone.Gather(ctx, a.Sums, q, g)
}

// ownValues are the figures of a group that are made of its machines' own time.
func (a *asked) ownValues(g *kpi.Group) []kpi.Value {
	switch {
	case workunit.Divides(a.by) && a.formulas:
		return workunit.Values(a.own[g], kpi.Values)
	case workunit.Divides(a.by):
		return workunit.Values(a.own[g], kpi.Bare)
	case a.by.Causes():
		return nil
	}
	return []kpi.Value{workunit.Rolled(a.own[g], g.Rework)}
}
