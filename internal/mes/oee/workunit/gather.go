package workunit

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"millwright/internal/mes/oee/kpi"
	"millwright/internal/mes/oee/rollup"
	"millwright/internal/plant"
)

// Own is what a machine's own time adds up to.
type Own struct {
	*Unit
	kpi.Sums
}

// Gathered is that of the machines in each group of a division.
type Gathered map[kpi.Name][]*Own

// Divides tells whether machines have their own figures in each group of a division: by reason or by
// operator their time is not divided.
func Divides(by kpi.By) bool { return by.Has(kpi.Unit) && !by.Has(kpi.Reason) && !by.Has(kpi.Operator) }

// Rolls tells whether each group is of one line, so that its yields can be rolled up.
func Rolls(by kpi.By, lines int) bool {
	return (by.Has(kpi.Line) || lines == 1) && !by.Causes() && !by.Has(kpi.Operator)
}

// Gather reads the machines' own time for a question, where it Divides or Rolls. Divided by unit, each machine has
// a group, whether it caused something or not. Of more than a few, hours that are kept are told as a whole.
func (u *Units) Gather(ctx context.Context, book rollup.Book, q rollup.Question, g *kpi.Grouper) (all Gathered, hours Hours, err error) {
	hours = Hours{q.Span, q.Span}
	if u == nil || !Divides(q.By) && !Rolls(q.By, len(q.Lines)) {
		return nil, hours, nil
	}
	all = Gathered{}
	asked := q
	asked.By, asked.Lines = without(q.By), nil
	for _, l := range q.Lines {
		for _, one := range u.of[l.Line] {
			own := one.layout
			own.Begin = l.Begin
			asked.Lines = append(asked.Lines, own)
		}
	}
	if len(asked.Lines) == 0 {
		return all, hours, nil
	}
	many := len(asked.Lines) > few
	if many {
		asked.Whole = hours.widen
	}
	if book != nil {
		book = Book{book}
	}
	read := rollup.Reader{Book: book, Lines: rest{u.sharing(), !many, q.By.Period == kpi.Hour}}
	err = read.Rows(ctx, asked, func(span plant.Span, key *kpi.Key) *kpi.Sums {
		one := u.all[plant.UnitID(key.Line)]
		own := kpi.Key{Line: one.Line, Unit: one.ID, Shift: key.Shift, Date: key.Date, Product: key.Product, Order: key.Order}
		if q.By.Has(kpi.Unit) {
			g.Place(span, &own)
		}
		return all.of(g.Name(span, &own), one)
	})
	return all, hours, err
}

// of is where a machine's sums in a group are added up.
func (all Gathered) of(n kpi.Name, one *Unit) *kpi.Sums {
	for _, o := range all[n] {
		if o.Unit == one {
			return &o.Sums
		}
	}
	o := &Own{Unit: one}
	all[n] = append(all[n], o)
	slices.SortFunc(all[n], func(a, b *Own) int { return cmp.Or(a.Stage-b.Stage, compare(a.ID, b.ID)) })
	return &o.Sums
}

// without leaves of a division what the time of single machines is divided by.
func without(by kpi.By) kpi.By {
	less := kpi.By{Period: by.Period}
	n := 0
	for _, s := range by.Sides {
		if s == kpi.ShiftName || s == kpi.Product || s == kpi.Order {
			less.Sides[n] = s
			n++
		}
	}
	return less
}

func compare[S ~string](a, b S) int { return strings.Compare(string(a), string(b)) }

// lineOf is the line of a machine, whose name begins with it.
func lineOf(unit plant.LineID) plant.LineID {
	line, _, _ := strings.Cut(string(unit), "/")
	return plant.LineID(line)
}
