package store

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"

	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
)

// workGroup is a group of reports being posted. Who changes an order meanwhile need not look again: its version stays.
type workGroup struct {
	works
	tx     *gorm.DB
	group  []*counted
	was    map[int64]workorder.Order
	orders map[int64]*workorder.Order
	shelf  *workShelves
	closed closedPeriods
	posted []*workMoving
	by     map[int64]workorder.Doing // of the orders that change
}

func (g *workGroup) post() error {
	if err := alone(g.tx); err != nil {
		return err
	}
	if err := g.load(); err != nil {
		return err
	}
	var items []int64
	for _, o := range g.orders {
		items = append(items, o.Item)
	}
	products, err := workProducts(g.tx, items)
	if err != nil {
		return err
	}
	for _, c := range g.group {
		o := g.orders[c.job.Work]
		if o == nil {
			return errs.New(errs.NotFound, "there is no such work order")
		}
		err := g.hear(c, o, products[o.Item])
		if known := (*errs.Error)(nil); errors.As(err, &known) && known.Kind != errs.Unavailable {
			c.fails(err)
		} else if err != nil {
			return err
		}
	}
	if len(g.posted) > 0 {
		if err := g.keep(g.tx, g.posted); err != nil {
			return err
		}
	}
	return g.save()
}

// load reads the orders, what they take, and when nothing may be posted any more.
func (g *workGroup) load() (err error) {
	var orders []int64
	from, to := g.group[0].at, g.group[0].now
	for _, c := range g.group {
		orders = append(orders, c.job.Work)
		if c.at.Before(from) {
			from = c.at
		}
	}
	if g.orders, err = wholeWorks(g.tx, orders); err != nil {
		return err
	}
	g.was = make(map[int64]workorder.Order, len(g.orders))
	all := make([]*workorder.Order, 0, len(g.orders))
	for id, o := range g.orders {
		was := *o
		was.Components, was.Operations = slices.Clone(o.Components), slices.Clone(o.Operations)
		g.was[id], all = was, append(all, o)
	}
	g.shelf = shelvesOf(g.tx, g.s.dialect.now(), all...)
	g.closed, err = closedIn(g.tx, from, to)
	return err
}

// hear works one report into its order; one that the order cannot take leaves it as it was.
func (g *workGroup) hear(c *counted, o *workorder.Order, product workProduct) error {
	r, before := c.asked, *o
	before.Components, before.Operations = slices.Clone(o.Components), slices.Clone(o.Operations)
	r.Each = product.Tracking == "serial"
	r, err := o.Clip(r, workStock{g.shelf, o})
	if err != nil {
		return err
	}
	last := len(o.Operations) == 0 || r.Operation == o.Operations[len(o.Operations)-1].Position
	r.Done, r.Complete = c.ends && r.Operation != 0, c.ends && last
	c.told, c.untold = r, ""
	if r.Good != c.asked.Good || r.Scrap != c.asked.Scrap {
		c.untold = fmt.Sprintf("%s good and %s scrap cannot be taken back: the order was not told of them, or they have left the stock", r.Good-c.asked.Good, r.Scrap-c.asked.Scrap)
	}
	if r.Good == 0 && r.Scrap == 0 && !r.Done && !r.Complete {
		return nil
	}
	if r.At.After(c.now) {
		r.At = c.now
	}
	if g.closed.open(r.At) != nil {
		r.At = time.Time{} // its period is closed: it is posted now
	}
	m := &workMoving{report: r, order: o, product: product, by: workorder.Doing{By: c.by, Why: "counted"}}
	if err := m.work(g.shelf); err != nil {
		*o = before
		return err
	}
	g.shelf.drew(m.moves)
	g.by[o.ID] = m.by
	if len(m.moves) > 0 || r.Good != 0 || r.Scrap != 0 || !r.Complete {
		g.posted = append(g.posted, m)
	}
	return nil
}

// save writes what reports change of orders.
func (g *workGroup) save() error {
	var orders, components, operations [][]any
	changed := slices.Sorted(maps.Keys(g.by))
	for _, id := range changed {
		o, was := g.orders[id], g.was[id]
		m := o.Money
		orders = append(orders, []any{int64(o.Good), int64(o.Scrap), string(o.Lifecycle), int64(m.Issued), int64(m.Booked), int64(m.Received), id, o.Version})
		for i, c := range o.Components {
			if c != was.Components[i] {
				components = append(components, []any{int64(c.Issued), int64(c.Short), int64(c.Value), id, c.Position})
			}
		}
		for i, p := range o.Operations {
			if p != was.Operations[i] {
				operations = append(operations, []any{int64(p.Good), int64(p.Scrap), p.Done, id, p.Position})
			}
		}
	}
	d, key := g.s.dialect, []string{"work_order bigint", "position bigint"}
	for _, b := range []struct {
		batch
		rows [][]any
	}{
		{updating("work_order", []string{"good bigint", "scrap bigint", "lifecycle text", "issued_value bigint", "booked_value bigint", "received_value bigint"}, []string{"id bigint", "version bigint"}), orders},
		{updating("work_component", []string{"issued bigint", "short bigint", "value bigint"}, key), components},
		{updating("work_operation", []string{"good bigint", "scrap bigint", "done boolean"}, key), operations},
	} {
		n, err := d.run(g.tx, b.batch, b.rows)
		if err == nil && int(n) != len(b.rows) {
			err = conflict("somebody has changed a work order meanwhile; look again")
		}
		if err != nil {
			return err
		}
	}
	return g.steps(changed)
}

// steps tells of the orders that were begun or completed.
func (g *workGroup) steps(changed []int64) error {
	for _, id := range changed {
		was, o := g.was[id], *g.orders[id]
		if o.Lifecycle == was.Lifecycle {
			continue
		}
		if err := g.dispatch(g.tx, was, o, g.by[id]); err != nil {
			return err
		}
		if err := g.tell(g.tx, "report", was, o, g.by[id]); err != nil {
			return err
		}
	}
	return nil
}
