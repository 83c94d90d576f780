package kpi

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

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
	Line  Sums   // of a unit or a reason: all of its lines, which its stops are measured against; else zero
	Parts []Part // what it is made of, by line and product
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
	failed  bool
}

// period is the groups of one period.
type period struct {
	name   string
	span   plant.Span
	groups map[[MostSides]string]*gathered
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
	if g.failed {
		return
	}
	p := g.periodOf(r)
	var sides [MostSides]string
	for i := range g.sides {
		sides[i] = g.side(g.by.Sides[i], r)
	}
	group := p.groups[sides]
	if group == nil {
		if g.failed = g.count >= g.most; g.failed {
			return
		}
		g.count++
		group = &gathered{Name: Name{Period: p.name, Sides: sides}}
		p.groups[sides] = group
	}
	g.widen(&p.span, r.Span)
	g.part(group, r).Add(&r.Sums)
	if g.by.Causes() {
		key := g.against(group.Name, r.Line)
		if g.whole[key] == nil {
			g.whole[key] = &Sums{}
		}
		g.whole[key].Add(&r.Sums)
	}
}

// Full tells that there are more groups than the most: more rows are of no use.
func (g *Grouper) Full() bool { return g.failed }

func (g *Grouper) periodOf(r *Row) *period {
	name := g.period(r)
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
func (g *Grouper) part(to *gathered, r *Row) *Sums {
	for i := len(to.parts) - 1; i >= max(0, len(to.parts)-lately); i-- {
		if p := to.parts[i]; p.Line == r.Line && p.Product == r.Product {
			return &p.Sums
		}
	}
	if len(g.slab) == 0 {
		g.slab = make([]Part, 128)
	}
	p := &g.slab[0]
	g.slab = g.slab[1:]
	p.Line, p.Product = r.Line, r.Product
	to.parts = append(to.parts, p)
	return &p.Sums
}

// group adds the parts up, one of each line and product.
func (a *gathered) group() Group {
	g := Group{Name: a.Name, Parts: make([]Part, 0, len(a.parts))}
	slices.SortFunc(a.parts, func(x, y *Part) int {
		return cmp.Or(cmp.Compare(x.Line, y.Line), cmp.Compare(x.Product, y.Product))
	})
	for _, p := range a.parts {
		g.Add(&p.Sums)
		if n := len(g.Parts) - 1; n >= 0 && p.Line == g.Parts[n].Line && p.Product == g.Parts[n].Product {
			g.Parts[n].Add(&p.Sums)
		} else {
			g.Parts = append(g.Parts, *p)
		}
	}
	return g
}

// Groups gives the groups in the order of time and names; refused (errs.Invalid) are more than the most.
func (g *Grouper) Groups() ([]Group, error) {
	if g.failed {
		return nil, errs.New(errs.Invalid, "this makes more than %d groups; ask for a shorter time, fewer lines or longer periods", g.most)
	}
	all := make([]Group, 0, g.count)
	for _, p := range g.periods {
		for _, gathered := range p.groups {
			group := gathered.group()
			group.Span = p.span
			g.measure(&group)
			all = append(all, group)
		}
	}
	slices.SortFunc(all, func(a, b Group) int {
		if order := cmp.Or(a.From.Compare(b.From), cmp.Compare(a.Period, b.Period)); g.by.Period != Whole && order != 0 {
			return order
		}
		return slices.Compare(a.Sides[:], b.Sides[:])
	})
	return all, nil
}

// measure finds what a group of causes is measured against.
func (g *Grouper) measure(group *Group) {
	if !g.by.Causes() {
		return
	}
	last := base{}
	for i := range group.Parts {
		key := g.against(group.Name, group.Parts[i].Line)
		if i == 0 || key != last {
			group.Line.Add(g.whole[key])
		}
		last = key
	}
}

func (g *Grouper) period(r *Row) string {
	switch g.by.Period {
	case Hour:
		return r.From.UTC().Format(time.RFC3339Nano)
	case Shift:
		return g.named(r.Date, r.Shift, shiftOf)
	case Day:
		return r.Date
	case Week:
		return g.named(r.Date, "", weekOf)
	case Month:
		return r.Date[:min(len("2026-03"), len(r.Date))]
	}
	return ""
}

// named gives the name of a period that is made of a date and a shift.
func (g *Grouper) named(date, shift string, by func(date, shift string) string) string {
	key := [2]string{date, shift}
	name, ok := g.names[key]
	if !ok {
		name = by(date, shift)
		g.names[key] = name
	}
	return name
}

func shiftOf(date, shift string) string { return strings.TrimRight(date+" "+shift, " ") }

// weekOf is the ISO 8601 week of a date.
func weekOf(date, _ string) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	year, week := t.ISOWeek()
	return fmt.Sprintf("%04d-W%02d", year, week)
}

func (g *Grouper) side(of Side, r *Row) string {
	switch of {
	case Line:
		return string(r.Line)
	case Area:
		area, _ := g.place(r.Line)
		return area
	case Site:
		_, site := g.place(r.Line)
		return site
	case Unit:
		return string(r.Unit)
	case Reason:
		return r.Reason
	case ShiftName:
		return r.Shift
	case Product:
		return r.Product
	case Order:
		return r.Order
	case Operator:
		return r.Signer
	}
	return ""
}
