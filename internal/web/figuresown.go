// Key figures of single machines, and what a line's yield is made of.

package web

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"time"

	"millwright/internal/mes/oee/kpi"
	"millwright/internal/mes/oee/workunit"
	"millwright/internal/plant"
)

// machines reads the machines' own time: lines of the same time together.
func (f *figurer) machines(ctx context.Context, by kpi.By, g *kpi.Grouper) (workunit.Gathered, error) {
	if !workunit.Divides(by) && !workunit.Rolls(by, len(f.lines)) {
		return nil, nil
	}
	all := workunit.Gathered{}
	for _, q := range f.questions(by) {
		own, hours, err := f.p.Alone.Gather(ctx, f.p.Sums, q, g)
		if err != nil {
			return nil, err
		}
		if _, wider := hours.Wider(); wider {
			f.hours = append(f.hours, hours)
		}
		maps.Copy(all, own) // each group is of one line, and so of one question
	}
	return all, nil
}

// rolls tells whether the table has the rolled yield of lines.
func (f *figurer) rolls() bool { return workunit.Rolls(f.by, len(f.lines)) }

// values are the key figures of a group, with how they are made.
func (f *figurer) values(g *kpi.Group) []kpi.Value { return f.valued(g, kpi.Values, kpi.CauseValues) }

// bare are the same without that.
func (f *figurer) bare(g *kpi.Group) []kpi.Value { return f.valued(g, kpi.Bare, kpi.BareCauses) }

func (f *figurer) valued(g *kpi.Group, of func(*kpi.Sums, kpi.About) []kpi.Value, causes func(*kpi.Group) []kpi.Value) []kpi.Value {
	switch {
	case workunit.Divides(f.by):
		return append(workunit.Values(f.own[g], of), causes(g)...)
	case f.by.Causes():
		return causes(g)
	}
	return append(of(&g.Sums, kpi.About{}), workunit.Rolled(f.own[g], g.Rework))
}

// lag says up to when the machines' own time is in the table, where that is not all of it; "" when it is.
func (f *figurer) lag() string {
	if !workunit.Divides(f.by) && !f.rolls() {
		return ""
	}
	var ends time.Time
	ids := make([]plant.LineID, len(f.lines))
	for i := range f.lines {
		ids[i] = f.lines[i].ID
		ends = plant.Later(ends, f.eras[i].ends(f.lines[i]))
	}
	at, ok := f.p.Alone.UpTo(ids)
	if !ok || !at.Before(ends) {
		return ""
	}
	return fmt.Sprintf("Of more than %d machines at once their own figures, and the yields that are rolled up of them, are laid out once a minute: they go to %s.", workunit.Few, f.locale.Clock(at))
}

// wholeHours says which hours are told of many machines in the place of a part of them; "" where the time is as it is asked for.
func (f *figurer) wholeHours() (words string) {
	var told plant.Span
	for i, h := range f.hours {
		w, _ := h.Wider()
		if i == 0 {
			told = w
		}
		told = plant.Span{From: plant.Earlier(told.From, w.From), To: plant.Later(told.To, w.To)}
	}
	if told.From.IsZero() {
		return ""
	}
	words = fmt.Sprintf("Of more than %d machines whole hours are told of their own figures, and of the yields that are rolled up of them: %s–%s.", workunit.Few, f.locale.Moment(told.From), f.locale.Moment(told.To))
	if len(f.lines) > 1 {
		words += " Choose a line for the exact time."
	}
	return words
}

// ownTimes tells whether machines' own time is in the table, and the time is typed.
func (f *figurer) ownTimes() bool {
	return f.over == customRange && (workunit.Divides(f.by) || f.rolls())
}

// ownTime is the time that is told of machines in a row; empty where it is that of the row.
func (f *figurer) ownTime(g *kpi.Group) (from, to string) {
	zone := cmp.Or(f.locale.Zone, time.UTC)
	for _, h := range f.hours {
		if told, wider := h.Of(g.Span); wider {
			return told.From.In(zone).Format(time.RFC3339), told.To.In(zone).Format(time.RFC3339)
		}
	}
	return "", ""
}
