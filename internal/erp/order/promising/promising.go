// Package promising is when the lines of an order can go that nobody gave a date.
package promising

import (
	"fmt"

	"millwright/internal/erp/mrp/desk"
	"millwright/internal/erp/order"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Of promises the open lines of a sales order that have no date, by the plan as it stands: of what is promised to nobody
// where that is enough, else when it can be made or bought without anybody else getting his later. Lines of one item are
// promised one after the other. A line that nothing can be promised of has no date, and why.
func Of(st *desk.Standing, o order.Order, today plant.Date) (all []order.Promised, err error) {
	asked := map[int64]plant.Quantity{}
	for _, l := range o.Lines {
		if l.Due != "" || l.Open() <= 0 {
			continue
		}
		if l.Stock.Service {
			all = append(all, order.Promised{Place: l.Place, Due: today.String(), Why: "a service: nothing has to be there"})
			continue
		}
		asked[l.Item] += l.Open()
		a, err := st.Promise(l.Item, asked[l.Item], today)
		switch kind := errs.KindOf(err); {
		case err == nil:
			all = append(all, promised(st, l, a))
		case kind == errs.Invalid || kind == errs.NotFound:
			all = append(all, order.Promised{Place: l.Place, Why: err.Error()})
		default:
			return nil, err
		}
	}
	return all, nil
}

// promised puts an answer into words.
func promised(st *desk.Standing, l order.Line, a desk.Answer) order.Promised {
	p := order.Promised{Place: l.Place, Due: a.Capable.String()}
	wait, _ := st.Item(a.Wait.Item)
	switch {
	case a.FreeOn != 0 && a.FreeOn <= a.Wanted:
		p.Due, p.Why = max(a.FreeOn, a.Wanted).String(), "free in the stock"
	case a.FreeOn != 0 && a.FreeOn <= a.Capable:
		p.Due, p.Why = a.FreeOn.String(), "free of what is on its way"
	case a.Assuming:
		p.Due, p.Why = "", fmt.Sprintf("no date was found up to %s on which nobody else gets his later", a.Capable)
	case a.Capable <= a.Wanted:
		p.Why = "can be made or bought by then"
	case a.Wait.Order != "":
		p.Why = fmt.Sprintf("waits for %s of %s", wait.Number, a.Wait.Order)
	case a.Wait.Item == l.Item:
		p.Why = "has to be made or bought first"
	default:
		p.Why = fmt.Sprintf("waits for a new order of %s", wait.Number)
	}
	return p
}
