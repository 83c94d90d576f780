// Package before reads what machines said in the minutes before a stop, as signs that can be counted.
package before

import (
	"context"
	"slices"
	"strings"
	"time"

	"millwright/internal/mes/oee/edit"
	"millwright/internal/mes/oee/health/hunch"
	"millwright/internal/ot/history"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// What is looked at of a stop. Clocks of several machines differ a little: what is told as the line stands counts too.
const (
	reach = 5 * time.Minute
	near  = time.Minute // before the stop: what a number did then is compared with the minutes before
	grace = 2 * time.Second
	most  = 100_000 // samples of one stop; with more its tags are left out
)

// The names of signs that are no tags: what the ledger knows of a stop.
const (
	Unit    = "unit"
	Fault   = "fault"
	Product = "product"
)

// Reader reads the signs of a line's stops.
type Reader struct {
	archive history.Archive
	tags    []watched
}

// watched is a tag of the line that may tell something.
type watched struct {
	tag.Tag
	codes machine.Signals // of a state or a mode: what its values mean
	plain bool            // its values are names of something, however they look
}

// New makes a reader of a line.
func New(archive history.Archive, tags *tag.Registry, line plant.Line, signals []machine.Signals) *Reader {
	first, names, dull := map[tag.ID]machine.Signals{}, map[tag.ID]bool{}, map[tag.ID]bool{}
	for _, s := range signals {
		for _, id := range []tag.ID{s.State, s.Mode, s.Fault} {
			first[id], names[id] = s, true
		}
		for _, id := range []tag.ID{s.Good.Tag, s.Reject.Tag, s.Total.Tag, s.Order, s.Product} {
			dull[id] = true // a counter goes on, an order comes once, and the ledger knows the product
		}
	}
	var said, rest []watched
	for _, t := range tags.All() {
		mine := slices.ContainsFunc(line.Units, func(u plant.Unit) bool { return strings.HasPrefix(t.Name, string(u.ID)+"/") })
		switch {
		case !mine || dull[t.ID]:
		case names[t.ID]:
			said = append(said, watched{Tag: t, codes: first[t.ID], plain: true})
		default:
			rest = append(rest, watched{Tag: t})
		}
	}
	all := slices.Concat(said, rest)
	const others = 3 // that are no tags
	return &Reader{archive, all[:min(len(all), hunch.MostSigns-others)]}
}

// Signs reads what was so before a stop. What is not known is left out.
func (r *Reader) Signs(ctx context.Context, x *edit.Stop) ([]hunch.Sign, error) {
	var all []hunch.Sign
	for _, s := range []hunch.Sign{{Name: Unit, Value: string(x.Unit)}, {Name: Fault, Value: x.Fault}, {Name: Product, Value: x.Product}} {
		if s.Value != "" {
			all = append(all, s)
		}
	}
	window := plant.Span{From: x.From.Add(-reach), To: x.From.Add(grace)}
	traces, ranges := make(map[tag.ID]*trace, len(r.tags)), make([]history.Range, len(r.tags))
	for i, w := range r.tags {
		traces[w.ID] = &trace{watched: w, stop: x.From, from: window.From}
		ranges[i] = history.Range{Tag: w.ID, From: window.From, To: window.To, Carry: true}
	}
	n := 0
	err := r.archive.Merge(ctx, ranges, func(s tag.Sample) bool {
		n++
		traces[s.Tag].hear(s)
		return n <= most
	})
	if err != nil || n > most {
		return all, err
	}
	for _, w := range r.tags {
		if value := traces[w.ID].sign(); value != "" {
			all = append(all, hunch.Sign{Name: w.Name, Value: value})
		}
	}
	return all, nil
}
