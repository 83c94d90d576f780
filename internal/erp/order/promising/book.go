package promising

import (
	"fmt"
	"slices"

	"millwright/internal/erp/mrp/desk"
	"millwright/internal/erp/order"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Book promises the orders of one table, none of which the plan knows yet: what is agreed in it is not promised to the
// next one.
type Book struct {
	st    *desk.Standing
	facts desk.Facts
	today plant.Date
	fresh bool // the plan knows all that is agreed
	left  int  // how many lines may still be promised
}

// enough bounds how many items all plans of one book go through: each promise plans anew, while nobody else may write.
const enough = 2_000_000

// NewBook makes a book from the plan as it stands.
func NewBook(st *desk.Standing, today plant.Date) *Book {
	f := st.Facts
	f.Wants = slices.Clone(f.Wants)
	return &Book{st: st, facts: f, today: today, fresh: true, left: max(20, enough/max(1, len(f.Items)))}
}

// Of promises the open lines of an order that have no date.
func (b *Book) Of(o order.Order) ([]order.Promised, error) {
	undated := 0
	for _, l := range o.Lines {
		if l.Due == "" && l.Open() > 0 {
			undated++
		}
	}
	if undated == 0 {
		return nil, nil
	}
	if b.left -= undated; b.left < 0 {
		return nil, errs.New(errs.Invalid, "one table promises %d lines at most: say when the others go, or take them in another table", max(20, enough/max(1, len(b.facts.Items))))
	}
	if !b.fresh {
		st, err := desk.Stand(b.facts, b.st.Calendar)
		if err != nil {
			return nil, err
		}
		b.st, b.fresh = st, true
	}
	return Of(b.st, o, b.today)
}

// Agreed notes an order that is agreed, as it is now.
func (b *Book) Agreed(o order.Order) {
	kept := map[int64]plant.Quantity{}
	b.facts.Wants = slices.DeleteFunc(b.facts.Wants, func(w desk.Want) bool {
		if w.Document == o.Ref() {
			kept[w.Line] = w.Kept
		}
		return w.Document == o.Ref()
	})
	for _, l := range o.Lines {
		due, err := plant.ParseDate(l.Due)
		if err != nil || l.Open() <= 0 {
			continue
		}
		b.facts.Wants = append(b.facts.Wants, desk.Want{
			Item: l.Item, Date: due, Quantity: l.Open(), Ordered: l.Ordered - l.Cancelled, Kept: kept[int64(l.Place)], Document: o.Ref(), Line: int64(l.Place), Text: fmt.Sprintf("%s/%d", o.Number, l.Place), ID: l.ID,
		})
	}
	b.fresh = false
}
