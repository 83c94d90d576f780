package kpi

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"millwright/internal/plant"
)

func (g *Grouper) period(span plant.Span, r *Key) string {
	switch g.by.Period {
	case Hour:
		return span.From.UTC().Format(time.RFC3339Nano)
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

// Name is which group a row belongs to.
func (g *Grouper) Name(span plant.Span, key *Key) Name {
	n := Name{Period: g.period(span, key)}
	for i := range g.sides {
		n.Sides[i] = g.side(g.by.Sides[i], key)
	}
	return n
}

func (g *Grouper) side(of Side, r *Key) string {
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
		return r.Crew
	}
	return ""
}

// Picker picks the pieces that are of one group of a division.
type Picker struct {
	group Name
	by    *Grouper
}

// NewPicker makes a picker of a group. Where nothing is divided by, all is of it.
func NewPicker(by By, group Name, place func(plant.LineID) (area, site string)) *Picker {
	return &Picker{group: group, by: NewGrouper(by, plant.Span{}, 1, place)}
}

// Picks tells whether a piece is of the group. What several operators share is of each of them.
func (k *Picker) Picks(p *Piece) bool {
	if k.by.by.Period != Whole && k.by.period(plant.Span{From: p.Slot}, &p.Key) != k.group.Period {
		return false
	}
	for i := range k.by.sides {
		is := k.by.side(k.by.by.Sides[i], &p.Key)
		if is == k.group.Sides[i] || k.by.by.Sides[i] == Operator && slices.Contains(strings.Split(is, several), k.group.Sides[i]) {
			continue
		}
		return false
	}
	return true
}
