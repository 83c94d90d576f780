package trace

import (
	"context"
	"slices"
	"time"

	"millwright/internal/ot/history"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// Desk answers what people ask of traces.
type Desk struct {
	Ledger  Ledger
	Floor   Floor
	Names   Registry
	Archive history.Archive
}

// Walk follows lots as far as it goes.
func (d Desk) Walk(ctx context.Context, lots []Lot, way Way) (*Trace, error) {
	return Walk(ctx, d.Ledger, lots, way, Wide())
}

// Stays tells where and when lots were made, the earliest first. Of what was bought there is nothing to tell.
func (d Desk) Stays(ctx context.Context, lots []Lot) ([]Stay, error) {
	moves, err := d.Ledger.Moves(ctx, lots)
	if err != nil {
		return nil, err
	}
	by := map[string]map[Lot]bool{}
	for _, m := range moves {
		if !m.makes() || !isWork(m.Document) {
			continue
		}
		if by[m.Document] == nil {
			by[m.Document] = map[Lot]bool{}
		}
		by[m.Document][m.Lot] = true
	}
	return d.staysOf(ctx, sorted(by), func(order string, l Lot) bool { return by[order][l] })
}

// staysOf gives the stays of the lots of orders that are wanted.
func (d Desk) staysOf(ctx context.Context, orders []string, wanted func(order string, l Lot) bool) (all []Stay, err error) {
	if len(orders) == 0 {
		return nil, nil
	}
	found, err := d.Ledger.Orders(ctx, orders)
	if err != nil {
		return nil, err
	}
	told, err := d.Floor.Runs(ctx, orders)
	if err != nil {
		return nil, err
	}
	homes, err := d.Floor.Homes(ctx, orders)
	if err != nil {
		return nil, err
	}
	moves, runs, made := map[string][]Move{}, map[string][]Run{}, map[string]map[Lot]bool{}
	for _, m := range found {
		moves[m.Document] = append(moves[m.Document], m)
		if made[m.Document] == nil {
			made[m.Document] = map[Lot]bool{}
		}
		if m.makes() && m.Lot.Tracked() && wanted(m.Document, m.Lot) {
			made[m.Document][m.Lot] = true
		}
	}
	for _, r := range told {
		runs[r.Order] = append(runs[r.Order], r)
	}
	for _, o := range orders {
		for l := range made[o] {
			all = append(all, Stays(l, o, moves[o], runs[o], homes[o])...)
		}
	}
	slices.SortFunc(all, func(a, b Stay) int {
		if n := a.Span.From.Compare(b.Span.From); n != 0 {
			return n
		}
		return a.Lot.compare(b.Lot)
	})
	return all, nil
}

// Probe is a signal that is looked at, and the line whose lots it touches.
type Probe struct {
	Tag   tag.ID
	Line  plant.LineID
	Limit Limit
	Span  plant.Span
	Least time.Duration // what is shorter does not count
}

// Radius is how far an excursion reaches.
type Radius struct {
	Found  []Excursion
	Stays  []Stay // of the lots that were being made then
	Recall Recall // of these lots, and of all that they went into
	Trace  *Trace
}

// Lots are the lots that were being made then, each once.
func (r Radius) Lots() (all []Lot) {
	for _, s := range r.Stays {
		if !slices.Contains(all, s.Lot) {
			all = append(all, s.Lot)
		}
	}
	return all
}

// Reach finds the excursions of a signal, the lots that were made then, and where these are.
func (d Desk) Reach(ctx context.Context, p Probe) (r Radius, err error) {
	w := NewWatch(p.Limit, p.Span)
	err = d.Archive.Samples(ctx, history.Range{Tag: p.Tag, From: p.Span.From, To: p.Span.To, Carry: true}, func(s tag.Sample) bool {
		w.Apply(s)
		return true
	})
	if err != nil {
		return r, err
	}
	if r.Found = w.Found(p.Least); len(r.Found) == 0 {
		return r, nil
	}
	whole := plant.Span{From: r.Found[0].Span.From, To: r.Found[len(r.Found)-1].Span.To}
	orders, err := d.Floor.Busy(ctx, p.Line, whole)
	if err != nil {
		return r, err
	}
	stays, err := d.staysOf(ctx, orders, func(string, Lot) bool { return true })
	if err != nil {
		return r, err
	}
	stays = slices.DeleteFunc(stays, func(s Stay) bool { return s.Line != p.Line })
	if r.Stays = Touched(stays, r.Found); len(r.Stays) == 0 {
		return r, nil
	}
	if r.Trace, err = d.Walk(ctx, r.Lots(), Forward); err != nil {
		return r, err
	}
	r.Recall = r.Trace.Recall()
	return r, nil
}

// Signal is a tag over the time in which a lot was made at a line, over the same time of the lots before.
type Signal struct {
	Tag      tag.ID
	Points   []history.Bucket // with what lies between stays left out
	Envelope []Band
	Counts   bool // it only rises: each lot's begins at 0
}

// steps is into how many parts the time of a lot is cut.
const steps = 120

// Past are the stays of the last good lots of an item before a time, each lot's by itself; those at other lines are
// left out.
func (d Desk) Past(ctx context.Context, of Lot, line plant.LineID, before time.Time, n int) (all [][]Stay, err error) {
	good, err := d.Names.Good(ctx, of.Item, before, n)
	if err != nil || len(good) == 0 {
		return nil, err
	}
	stays, err := d.Stays(ctx, good)
	if err != nil {
		return nil, err
	}
	by := map[Lot][]Stay{}
	for _, s := range stays {
		if s.Line == line && s.Lot != of {
			by[s.Lot] = append(by[s.Lot], s)
		}
	}
	for _, l := range good {
		if len(by[l]) > 0 {
			all = append(all, by[l])
		}
	}
	return all, nil
}

// Draw reads tags over the stays of a lot at one line, and over those of others.
func (d Desk) Draw(ctx context.Context, tags []tag.ID, stays []Stay, past [][]Stay) (all []Signal, err error) {
	var whole time.Duration
	for _, s := range stays {
		whole += s.Span.Duration()
	}
	if whole <= 0 {
		return nil, nil
	}
	step := max(whole/steps, time.Second).Truncate(time.Millisecond)
	for _, id := range tags {
		s := Signal{Tag: id}
		if s.Points, err = d.points(ctx, id, stays, step); err != nil {
			return nil, err
		}
		var others [][]history.Bucket
		for _, p := range past {
			points, err := d.points(ctx, id, p, step)
			if err != nil {
				return nil, err
			}
			others = append(others, points)
		}
		s.Counts = fromNothing(append(others, s.Points))
		s.Envelope = Envelope(others)
		s.Envelope = s.Envelope[:min(len(s.Envelope), len(s.Points))]
		all = append(all, s)
	}
	return all, nil
}

// fromNothing lets counters begin at 0 with each lot; false, and nothing is changed, when one falls, or none rises.
func fromNothing(lots [][]history.Bucket) bool {
	rises := false
	for _, l := range lots {
		last, seen := 0.0, false
		for _, b := range l {
			if !b.Known() {
				continue
			}
			if seen && b.Mean < last {
				return false
			}
			rises = rises || seen && b.Mean > last
			last, seen = b.Mean, true
		}
	}
	if !rises {
		return false
	}
	for _, l := range lots {
		first := slices.IndexFunc(l, history.Bucket.Known)
		if first < 0 {
			continue
		}
		from := l[first].Mean
		for i := range l {
			l[i].Min, l[i].Max, l[i].Mean, l[i].Last = l[i].Min-from, l[i].Max-from, l[i].Mean-from, l[i].Last-from
		}
	}
	return true
}

// points are a tag over stays, one after the other.
func (d Desk) points(ctx context.Context, id tag.ID, stays []Stay, step time.Duration) (all []history.Bucket, err error) {
	for _, s := range stays {
		span := s.Span
		if most := step * 2 * steps; span.Duration() > most { // a lot that took far longer is compared at its beginning
			span.To = span.From.Add(most)
		}
		if span.Duration() <= 0 || len(all) >= 2*steps {
			continue
		}
		some, err := d.Archive.Buckets(ctx, history.Range{Tag: id, From: span.From, To: span.To, Carry: true}, step)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}
