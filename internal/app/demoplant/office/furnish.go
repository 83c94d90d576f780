package office

import (
	"context"
	"fmt"
	"time"

	"millwright/internal/app/demoplant/purchasing"
	"millwright/internal/erp/mrp/desk"
	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/erp/stock"
	"millwright/internal/errs"
	"millwright/internal/mes/brief"
	"millwright/internal/mes/skill"
	"millwright/internal/plant"
)

// furnish writes what a company has besides its orders: forecasts, kanban cards, deliveries just in time, a count that is
// under way, skills and instructions. What is there stays as it is. It is done once, after the lines have their jobs, so
// that nothing waits for it.
func (o *Office) furnish(ctx context.Context) error {
	if o.furnished {
		return nil
	}
	for _, part := range []struct {
		name string
		keep func(context.Context) error
	}{
		{"forecast", o.forecast}, {"kanban loop", o.loop}, {"delivery schedule", o.schedule}, {"purchases", o.purchases}, {"count", o.count}, {"skills", o.skills}, {"instructions", o.instructions},
	} {
		if err := part.keep(ctx); err != nil {
			return fmt.Errorf("keep the demo's %s: %w", part.name, err)
		}
	}
	o.furnished = true
	return nil
}

// forecast expects so much of each drink in the next three months.
func (o *Office) forecast(ctx context.Context) error {
	now := o.Now().In(o.Zone)
	for product, pieces := range map[string]int64{"COLA-05": 60_000, "COLA-10": 24_000, "WATER-05": 36_000} {
		there, err := o.Store.Decisions().Forecasts(ctx, o.items[product])
		if err != nil {
			return err
		}
		if len(there) > 0 {
			continue
		}
		for month := 1; month <= 3; month++ {
			from := time.Date(now.Year(), now.Month()+time.Month(month), 1, 0, 0, 0, 0, o.Zone)
			f := desk.Forecast{Item: o.items[product], From: plant.DateOf(from), To: plant.DateOf(from.AddDate(0, 1, 0)), Quantity: plant.Pieces(pieces), Note: "by the season"}
			if _, err := o.Store.Decisions().SetForecast(ctx, f, desk.Doing{By: by(), Why: why}); err != nil {
				return err
			}
		}
	}
	return nil
}

// loop brings sealing tape to the packing line in boxes, by cards.
func (o *Office) loop(ctx context.Context) error {
	all, err := o.Store.Kanban().Loops(ctx)
	if err != nil || len(all) > 0 {
		return err
	}
	side, err := o.place(ctx, "P1-SIDE")
	if err != nil || side == 0 {
		return err
	}
	_, err = o.Store.Kanban().SetLoop(ctx, desk.Loop{Item: o.items["TAPE"], Supply: "buy", Place: side, Quantity: plant.Pieces(1980), Note: "two boxes a card"}, 4, desk.Doing{By: by(), Why: why, Key: "demo/loop/tape"})
	return err
}

// place finds a place by its code; 0 where there is none.
func (o *Office) place(ctx context.Context, code string) (int64, error) {
	all, err := o.Store.Places().Places(ctx)
	for _, p := range all {
		if p.Code == code {
			return p.ID, nil
		}
	}
	return 0, err
}

// schedule orders cartons and board for some weeks, to come a part each week.
func (o *Office) schedule(ctx context.Context) error {
	last := o.today(35)
	calls := func(q int64) (all []order.Call) {
		for week := 1; week <= 4; week++ {
			all = append(all, order.Call{Due: o.workday(7 * week), Quantity: plant.Pieces(q)})
		}
		return all
	}
	made, err := o.Store.Orders().Create(ctx, order.Draft{
		Side: partner.Purchase, Partner: "S-150", Reference: "FRAME-DEMO", Today: o.today(0), Note: "a part each week", Lines: []order.Wanted{
			{Item: "CARTON-12", Quantity: plant.Pieces(20_000), Requested: last, Due: o.workday(35), Calls: calls(5000)},
			{Item: "BOARD", Quantity: plant.Pieces(24_000), Requested: last, Due: o.workday(35), Calls: calls(6000)},
		},
	}, order.Doing{By: by(), Why: why, Key: "demo/frame"})
	if errs.KindOf(err) == errs.Invalid { // it was written on another day
		return nil
	}
	if err != nil || made.State() != order.Open {
		return err
	}
	_, err = o.Store.Orders().Step(ctx, order.Step{Side: partner.Purchase, ID: made.ID, Version: made.Version, Do: order.Confirm}, order.Doing{By: by(), Why: why})
	return err
}

// purchases are what the company has bought besides.
func (o *Office) purchases(ctx context.Context) error {
	return purchasing.Buyer{Store: o.Store, Today: o.today(0), Works: o.workday(0), Place: o.raw, By: by(), Why: why}.Buy(ctx)
}

// workday is the date in so many days, or the Monday after it.
func (o *Office) workday(days int) string {
	for ; ; days++ {
		day := o.Now().In(o.Zone).AddDate(0, 0, days)
		if w := day.Weekday(); w != time.Saturday && w != time.Sunday {
			return day.Format(time.DateOnly)
		}
	}
}

// count leaves a count of the cold store under way: some concentrate has been put there, and one bag of it is counted less.
func (o *Office) count(ctx context.Context) error {
	there, err := o.Store.Stocktakes().Counts(ctx, 0, 1)
	if err != nil || len(there) > 0 {
		return err
	}
	cold, err := o.place(ctx, "COLD")
	if err != nil || cold == 0 {
		return err
	}
	moved := plant.Pieces(200)
	_, err = o.Store.Stock().Post(ctx, stock.Posting{Key: "demo/cold", By: by(), Why: "kept cool", Moves: []stock.Move{{
		Item: o.items["CONC"], Lot: "OPEN-CONC", From: o.raw, To: cold, Quantity: moved, Document: "item/" + fmt.Sprint(o.items["CONC"]), Source: "person",
	}}})
	if kind := errs.KindOf(err); kind == errs.Invalid || kind == errs.Conflict { // it is used up already
		return nil
	} else if err != nil {
		return err
	}
	c, err := o.Store.Stocktakes().Begin(ctx, stock.Stocktake{Place: cold, Tolerance: plant.One / 100, By: by(), Why: why})
	if err != nil {
		return err
	}
	_, err = o.Store.Stocktakes().Enter(ctx, c.ID, []stock.Found{{Item: "CONC", Lot: "OPEN-CONC", Quantity: moved - plant.Pieces(25)}}, by())
	return err
}

// skills are some that people have; none of them keeps anybody from starting what the demo's lines make.
func (o *Office) skills(ctx context.Context) error {
	m, err := o.Store.Skills().Matrix(ctx)
	if err != nil || len(m.Skills) > 0 {
		return err
	}
	for i, name := range []string{"Milling, 5 axes", "Forklift licence", "Hygiene instruction"} {
		s, err := o.Store.Skills().Add(ctx, name, by())
		if err != nil {
			return err
		}
		for j, who := range crew() {
			if j > i+1 {
				break
			}
			until := o.Now().AddDate(0, 2+3*j, 0)
			if err := o.Store.Skills().Grant(ctx, skill.Holder{Skill: s.ID, Who: who, Until: until, By: by()}); err != nil {
				return err
			}
		}
		if i == 0 {
			if err := o.Store.Skills().Require(ctx, skill.Need{Skill: s.ID, Line: "mill-1", Operation: 10}, by()); err != nil {
				return err
			}
		}
	}
	return nil
}

// instructions are a sheet to read and one to answer, of the mill.
func (o *Office) instructions(ctx context.Context) error {
	there, err := o.Store.Briefs().Sheets(ctx)
	if err != nil || len(there) > 0 {
		return err
	}
	for _, s := range []brief.Sheet{
		{Kind: brief.Instruction, Line: "mill-1", Operation: 10, Title: "Clamping the billet", Words: "Clean the vice. Lay the billet against the stop. Clamp it with 35 Nm. Touch off the top face before the first cut."},
		{Kind: brief.Checklist, Line: "mill-1", Operation: 10, Title: "Set-up of the mill", Words: "Is the coolant above the mark?\nAre tools T1 to T6 measured?\nIs the first piece within its tolerances?"},
	} {
		s.By = by()
		if _, err := o.Store.Briefs().Keep(ctx, s); err != nil {
			return err
		}
	}
	return nil
}
