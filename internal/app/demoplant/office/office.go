// Package office is what the demo plant's company has on its books: items with their bills, partners, stock, and the
// orders that its lines make.
package office

import (
	"context"
	"fmt"
	"time"

	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/store"
)

// Office keeps the books of the demo's company. It has one owner.
type Office struct {
	Store *store.Store
	Zone  *time.Location
	Now   func() time.Time
	Speed float64 // of the machines; suppliers keep up with them
	// Energy is how many kWh a line's machines have used in a time; false where nobody counts. nil: nowhere.
	Energy func(ctx context.Context, line plant.LineID, of plant.Span) (plant.Quantity, bool, error)

	items  map[string]int64
	raw    int64                  // where bought material goes
	coming map[string]coming      // purchase orders that are open, by item
	sold   map[string]Sold        // by the job's place in the programme
	turns  map[int64]int64        // of work orders in the programme, by their ids; 0 for those of others
	looked time.Time              // after the stock
	handed map[plant.LineID]int64 // the last work order that has what is issued by hand

	furnished bool
}

// why stands in the audit beside what the demo does.
const why = "the demo's company"

func by() plant.Person { return plant.Program() }

// today is the date in the plant in so many days, working or not.
func (o *Office) today(days int) string {
	return o.Now().In(o.Zone).AddDate(0, 0, days).Format(time.DateOnly)
}

// Open puts the company on the books; what is there stays as it is.
func (o *Office) Open(ctx context.Context) error {
	if o.sold != nil {
		return nil
	}
	suppliers, err := o.keepPartners(ctx)
	if err != nil {
		return err
	}
	if o.items, err = o.keepGoods(ctx, suppliers); err != nil {
		return err
	}
	if err = o.keepRecipes(ctx, o.items); err != nil {
		return err
	}
	if err = o.keepPrices(ctx, o.items, suppliers); err != nil {
		return err
	}
	if o.raw, err = o.keepPlaces(ctx); err != nil {
		return err
	}
	if err = o.open(ctx, o.items, o.raw); err != nil {
		return err
	}
	if err = o.recall(ctx); err != nil {
		return err
	}
	o.sold, o.turns, o.handed = map[string]Sold{}, map[int64]int64{}, map[plant.LineID]int64{}
	return nil
}

// recall finds the purchase orders that are open.
func (o *Office) recall(ctx context.Context) error {
	o.coming = map[string]coming{}
	for id := int64(1); ; id++ {
		p, err := o.Store.Orders().Order(ctx, partner.Purchase, id)
		if errs.KindOf(err) == errs.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		if p.State() == order.Firm && len(p.Lines) == 1 && p.By == by().Name {
			o.coming[p.Lines[0].Number] = coming{id, p.Created}
		}
	}
}

// coming is a purchase order, and when it was placed.
type coming struct {
	id     int64
	placed time.Time
}

// Look looks after the stock once a minute: what comes to its end is bought or made, and what is due is taken in.
func (o *Office) Look(ctx context.Context) error {
	if o.Now().Sub(o.looked) < time.Minute {
		return nil
	}
	if err := o.furnish(ctx); err != nil {
		return err
	}
	there, err := o.low(ctx)
	for _, g := range there {
		switch {
		case err != nil:
		case g.from == "":
			err = o.produce(ctx, g)
		case o.coming[g.number].id == 0:
			err = o.purchase(ctx, g)
		}
	}
	if err == nil {
		err = o.takeIn(ctx)
	}
	if err != nil {
		return fmt.Errorf("look after the demo's stock: %w", err)
	}
	o.looked = o.Now()
	return nil
}

// low gives the goods of which there is less than there should be.
func (o *Office) low(ctx context.Context) (all []good, err error) {
	ids := make([]int64, 0, len(o.items))
	for _, id := range o.items {
		ids = append(ids, id)
	}
	standing, err := o.Store.Stock().OnHand(ctx, ids...)
	free := map[int64]plant.Quantity{}
	for _, s := range standing {
		free[s.Item] = s.Available()
	}
	for _, g := range goods() {
		if g.point != "" && free[o.items[g.number]] < o.keeps(g) {
			all = append(all, g)
		}
	}
	return all, err
}

// keeps is how much of a good has to be there: more where the machines are faster than the clock.
func (o *Office) keeps(g good) plant.Quantity {
	q, _ := quantity(g.point).Times(int64(min(max(o.Speed, 1), 60)), 1) // of the tables here, and small
	return q
}

// lots is how much of a good is bought or made at once: enough for some days, in its lots.
func (o *Office) lots(g good) plant.Quantity {
	n, lot := o.keeps(g)*3/2, max(quantity(g.lot), plant.One)
	return max((n+lot-1)/lot*lot, quantity(g.least))
}
