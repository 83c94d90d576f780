package kpi

import (
	"cmp"
	"slices"
	"strings"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Name is which one of the periods, and which one of each side.
type Name struct {
	Period string            // "2026-03-02", "2026-W10", "2026-03", "2026-03-02 Early", or the hour's beginning as RFC 3339
	Sides  [MostSides]string // identities or names, in the order of the question; "" is what is known of nobody
}

// Group is one part of what the ledger was divided into.
type Group struct {
	Name
	plant.Span // of the period
	Sums
	Line  Sums    // of a unit or a reason: all of its lines, which its stops are measured against; else zero
	Parts []*Part // what it is made of, by line and product
}

// Part is what a group has of one product of one line.
type Part struct {
	Line    plant.LineID
	Product string
	Sums
}

// Grouper puts rows together.
type Grouper struct {
	by      By
	sides   int
	within  plant.Span
	place   func(plant.LineID) (area, site string)
	most    int
	count   int
	periods map[string]*period
	last    *period // the one before: rows of a period often follow one another
	whole   map[base]*Sums
	names   map[[2]string]string // of periods that are put together from two words: they are few, and asked for often
	slab    []Part               // where parts are made: many at once
	made    int
	failed  bool
}

// period is the groups of one period.
type period struct {
	name   string
	span   plant.Span
	groups map[[MostSides]string]*gathered
	last   *gathered
}

// gathered is a group while rows come.
type gathered struct {
	Name
	parts []*Part // there may be more than one of a line and product
}

// base is what causes are measured against: a period and the sides besides, of a unit its line.
type base struct {
	Name
	line plant.LineID
}

// NewGrouper makes a grouper that knows where lines are, and makes so many groups at most of what lies within a window.
func NewGrouper(by By, within plant.Span, most int, place func(plant.LineID) (area, site string)) *Grouper {
	g := &Grouper{by: by, within: within, place: place, most: most, periods: map[string]*period{}, whole: map[base]*Sums{}, names: map[[2]string]string{}}
	for _, s := range by.Sides {
		if s != All {
			g.sides++
		}
	}
	return g
}

// Add takes a row, in any order; it may be changed afterwards.
func (g *Grouper) Add(r *Row) {
	if into := g.Place(r.Span, &r.Key); into != nil {
		into.Add(&r.Sums)
	}
}

// Place is where the numbers of a row are to be added; nil once there are more groups than the most.
func (g *Grouper) Place(span plant.Span, key *Key) *Sums {
	if g.failed {
		return nil
	}
	p := g.periodOf(span, key)
	var sides [MostSides]string
	for i := range g.sides {
		sides[i] = g.side(g.by.Sides[i], key)
	}
	group := p.last
	if group == nil || group.Sides != sides {
		if group = p.groups[sides]; group == nil {
			if g.failed = g.count >= g.most; g.failed {
				return nil
			}
			g.count++
			group = &gathered{Name: Name{Period: p.name, Sides: sides}}
			p.groups[sides] = group
		}
		p.last = group
	}
	g.widen(&p.span, span)
	return g.part(group, key)
}

// Full tells that there are more groups than the most: more rows are of no use.
func (g *Grouper) Full() bool { return g.failed }

func (g *Grouper) periodOf(span plant.Span, key *Key) *period {
	name := g.period(span, key)
	if g.last != nil && g.last.name == name {
		return g.last
	}
	p := g.periods[name]
	if p == nil {
		p = &period{name: name, groups: map[[MostSides]string]*gathered{}}
		g.periods[name] = p
	}
	g.last = p
	return p
}

// against is what a group of causes is measured against.
func (g *Grouper) against(n Name, line plant.LineID) (b base) {
	for i := range g.sides {
		if s := g.by.Sides[i]; s == Unit || s == Reason {
			n.Sides[i] = ""
		}
	}
	b.Name = n
	if g.by.Has(Unit) {
		b.line = line
	}
	return b
}

// widen makes a period reach over a slot, as far as that lies within the window.
func (g *Grouper) widen(p *plant.Span, slot plant.Span) {
	slot = plant.Span{From: plant.Later(slot.From, g.within.From), To: plant.Earlier(slot.To, g.within.To)}
	if p.From.IsZero() {
		*p = slot
	}
	p.From, p.To = plant.Earlier(p.From, slot.From), plant.Later(p.To, slot.To)
}

// lately is how far back a part is looked for: rows of one line and product come together.
const lately = 8

// part is where a row belongs.
func (g *Grouper) part(to *gathered, key *Key) *Sums {
	for i := len(to.parts) - 1; i >= max(0, len(to.parts)-lately); i-- {
		if p := to.parts[i]; p.Line == key.Line && p.Product == key.Product {
			return &p.Sums
		}
	}
	if len(g.slab) == 0 {
		g.slab = make([]Part, min(1024, 32+g.made))
	}
	p := &g.slab[0]
	g.slab = g.slab[1:]
	g.made++
	p.Line, p.Product = key.Line, key.Product
	to.parts = append(to.parts, p)
	return &p.Sums
}

// group adds the parts up, one of each line and product.
func (a *gathered) group() Group {
	slices.SortFunc(a.parts, func(x, y *Part) int {
		return cmp.Or(strings.Compare(string(x.Line), string(y.Line)), strings.Compare(x.Product, y.Product))
	})
	g := Group{Name: a.Name, Parts: a.parts[:0]}
	for _, p := range a.parts {
		g.Add(&p.Sums)
		if n := len(g.Parts) - 1; n >= 0 && p.Line == g.Parts[n].Line && p.Product == g.Parts[n].Product {
			g.Parts[n].Add(&p.Sums)
		} else {
			g.Parts = append(g.Parts, p)
		}
	}
	a.parts = g.Parts
	return g
}

// Groups gives the groups in the order of time and names; refused (errs.Invalid) are more than the most.
func (g *Grouper) Groups() ([]Group, error) {
	if g.failed {
		return nil, errs.New(errs.Invalid, "this makes more than %d groups; ask for a shorter time, fewer lines or longer periods", g.most)
	}
	all := make([]Group, 0, g.count)
	for _, p := range g.periods {
		g.apart(p)
		for _, gathered := range p.groups {
			group := gathered.group()
			group.Span = p.span
			all = append(all, group)
		}
	}
	if g.by.Causes() {
		g.measure(all)
	}
	slices.SortFunc(all, func(a, b Group) int {
		if order := cmp.Or(a.From.Compare(b.From), cmp.Compare(a.Period, b.Period)); g.by.Period != Whole && order != 0 {
			return order
		}
		return slices.Compare(a.Sides[:], b.Sides[:])
	})
	return all, nil
}

// measure finds what groups of causes are measured against: each is a part of that.
func (g *Grouper) measure(all []Group) {
	clear(g.whole)
	for i := range all {
		g.lines(&all[i], func(whole *Sums, part *Part) { whole.Add(&part.Sums) })
	}
	for i := range all {
		last := (*Sums)(nil)
		g.lines(&all[i], func(whole *Sums, _ *Part) {
			if whole != last {
				all[i].Line.Add(whole)
			}
			last = whole
		})
	}
}

// lines gives each part of a group with what it is measured against.
func (g *Grouper) lines(group *Group, each func(whole *Sums, part *Part)) {
	var last base
	var whole *Sums
	for i, p := range group.Parts {
		if key := g.against(group.Name, p.Line); i == 0 || key != last {
			if last = key; g.whole[key] == nil {
				g.whole[key] = &Sums{}
			}
			whole = g.whole[key]
		}
		each(whole, p)
	}
}
