package amendment

import (
	"fmt"
	"maps"
	"slices"

	"millwright/config"
	"millwright/config/reasons"
)

func (w *walk) site(key, name string, was, now *config.SiteEntry) {
	field(w, about{key, name, "name"}, was.Name, &now.Name)
	field(w, about{key, name, "time zone"}, was.Zone, &now.Zone)
	field(w, about{key, name, "currency"}, was.Currency, &now.Currency)
	field(w, about{key, name, "language"}, was.Language, &now.Language)
	field(w, about{key, name, "shifts"}, was.Shifts, &now.Shifts)
	field(w, about{key, name, "holidays and exceptions"}, was.Holidays, &now.Holidays)
	field(w, about{key, name, "planned stops"}, was.Stops, &now.Stops)
	list(w, things[config.AreaEntry]{at: key, kind: "area", was: was.Areas, now: &now.Areas, id: func(a config.AreaEntry) string { return a.ID }}, w.area)
}

func (w *walk) area(key, name string, was, now *config.AreaEntry) {
	field(w, about{key, name, "name"}, was.Name, &now.Name)
	list(w, things[config.LineEntry]{at: key, kind: "line", was: was.Lines, now: &now.Lines, id: func(l config.LineEntry) string { return l.ID }}, w.line)
}

func (w *walk) line(key, name string, was, now *config.LineEntry) {
	field(w, about{key, name, "name"}, was.Name, &now.Name)
	field(w, about{key, name, "pacing unit"}, was.Pacer, &now.Pacer)
	field(w, about{key, name, "counting unit"}, was.Output, &now.Output)
	field(w, about{key, name, "shifts"}, was.Shifts, &now.Shifts)
	field(w, about{key, name, "holidays and exceptions"}, was.Holidays, &now.Holidays)
	field(w, about{key, name, "planned stops"}, was.Stops, &now.Stops)
	named(w, about{key, name, "rates"}, was.Rates, &now.Rates)
	field(w, about{key, name, "changeover targets"}, was.Changeover, &now.Changeover)
	field(w, about{key, name, "worth of its time"}, was.Worth, &now.Worth)
	field(w, about{key, name, "reasons"}, was.Reasons, &now.Reasons)
	field(w, about{key, name, "thresholds"}, was.Thresholds, &now.Thresholds)
	named(w, about{key, name, "thresholds of products"}, was.Special, &now.Special)
	list(w, things[config.UnitEntry]{at: key, kind: "unit", was: was.Units, now: &now.Units, id: func(u config.UnitEntry) string { return u.ID }}, func(at, unit string, was, now *config.UnitEntry) {
		w.unit(at, unit+" of "+name, was, now)
	})
}

func (w *walk) unit(key, name string, was, now *config.UnitEntry) {
	field(w, about{key, name, "name"}, was.Name, &now.Name)
	field(w, about{key, name, "parallel unit"}, was.Beside, &now.Beside)
	field(w, about{key, name, "buffer"}, was.Buffer, &now.Buffer)
	field(w, about{key, name, "connection"}, was.Connection, &now.Connection)
	field(w, about{key, name, "machine types"}, was.Machines, &now.Machines)
	field(w, about{key, name, "signals"}, was.Signals, &now.Signals)
	named(w, about{key, name, "fault codes"}, was.Faults, &now.Faults)
	field(w, about{key, name, "job orders"}, was.JobOrders, &now.JobOrders)
}

// reasons are told by their uppermost level: what belongs to one is taken back with it.
func (w *walk) reasons(kind string, was []reasons.Entry, now *[]reasons.Entry) {
	list(w, things[reasons.Entry]{kind: kind, was: was, now: now, id: func(e reasons.Entry) string { return e.ID }}, func(key, name string, was, now *reasons.Entry) {
		field(w, about{key, name, "words and parts"}, *was, now)
	})
}

// types looks at the machine types. Their numbers follow what they say (config/machines), so they are not looked at.
func (w *walk) types(used config.Document, draft *config.Document) {
	put := func(name string, t *config.MachineType) {
		types := maps.Clone(draft.Machines)
		if types == nil {
			types = map[string]config.MachineType{}
		}
		if delete(types, name); t != nil {
			types[name] = *t
		}
		draft.Machines = types
	}
	for _, name := range either(used.Machines, draft.Machines) {
		was, before := used.Machines[name]
		now, after := draft.Machines[name]
		thing := about{"machine type/" + name, "machine type " + name, ""}
		switch {
		case !before:
			w.add(Change{Key: thing.key, Thing: thing.thing, What: "is new", New: now, undo: func() { put(name, nil) }})
		case !after:
			w.add(Change{Key: thing.key, Thing: thing.thing, What: "is taken away", Old: was, undo: func() { put(name, &was) }})
		default:
			w.kind(thing, was, now, func(t *config.MachineType) { put(name, t) })
		}
	}
}

// kind looks at a machine type that both plants have.
func (w *walk) kind(a about, was, now config.MachineType, put func(*config.MachineType)) {
	first := len(w.all)
	namedBy(w, about{a.key, a.thing, "tags"}, was.Tags, &now.Tags, differing(was.Tags, now.Tags, sameTag))
	field(w, about{a.key, a.thing, "signals"}, was.Signals, &now.Signals)
	named(w, about{a.key, a.thing, "fault codes"}, was.Faults, &now.Faults)
	for _, n := range slices.Sorted(maps.Keys(was.Before)) {
		if _, still := now.Before[n]; still || n == now.Number() {
			continue
		}
		w.add(Change{Key: fmt.Sprintf("%s/version/%d", a.key, n), Thing: a.thing, What: fmt.Sprintf("no longer keeps its version %d", n), Old: was.Before[n], undo: func() {
			kept := maps.Clone(now.Before)
			if kept == nil {
				kept = map[int]config.MachineType{}
			}
			kept[n] = was.Before[n]
			now.Before = kept
		}})
	}
	for i, c := range w.all[first:] {
		w.all[first+i].undo = func() {
			c.undo()
			put(&now)
		}
	}
}

// sameTag tells of nearly all tags at once whether they say the same: a machine may have thousands.
func sameTag(a, b config.TagEntry) bool {
	x, y := a, b
	x.Low, x.High, y.Low, y.High = nil, nil, nil, nil
	bound := func(p, q *float64) bool { return p == q || p != nil && q != nil && *p == *q }
	return x == y && bound(a.Low, b.Low) && bound(a.High, b.High) || alike(a, b)
}

// either are the names that one table has or the other, in their order.
func either[V any](a, b map[string]V) (names []string) {
	all := maps.Clone(a)
	if all == nil {
		all = map[string]V{}
	}
	maps.Copy(all, b)
	return slices.Sorted(maps.Keys(all))
}
