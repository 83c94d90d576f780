package office

import (
	"context"
	"fmt"
	"time"

	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/plant"
)

// Settle closes the work order of a completed job, and delivers the customer's order. What was made before the demo's
// company had its books is booked on a work order now.
func (o *Office) Settle(ctx context.Context, j execution.Job) error {
	s, err := o.Sell(ctx, j)
	if err != nil || s.over {
		return err
	}
	if s.work == 0 {
		if s.work, err = o.make(ctx, j, workorder.Order{Note: "For " + s.Number}); err != nil {
			return err
		}
		o.sold[key(j)] = s
	}
	if err := o.report(ctx, j, s); err != nil {
		return err
	}
	if err := o.deliver(ctx, j, s); err != nil {
		return err
	}
	s.over = true
	o.sold[key(j)] = s
	return nil
}

// report closes a job's work order. What no machine has reported of it is reported first.
func (o *Office) report(ctx context.Context, j execution.Job, s Sold) error {
	w, err := o.Store.Works().Order(ctx, s.work)
	if err != nil || w.Lifecycle == workorder.Closed || w.Lifecycle == workorder.Cancelled {
		return err
	}
	do := workorder.Doing{By: by(), Why: why, Key: "demo/made/" + key(j)}
	if w.Lifecycle == workorder.Released && j.Work == 0 {
		w, err = o.Store.Works().Report(ctx, workorder.Report{
			Order: s.work, Operation: 10, Good: j.Good, Scrap: j.Scrap, Lot: lotOf(j), Run: minutes(j), Labour: minutes(j), At: at(j, o.Now()), Source: "machine:" + string(j.Line),
		}, do)
	}
	if n := len(w.Operations); err == nil && w.Lifecycle == workorder.Started && n > 0 && w.Operations[n-1].RunIs == 0 && minutes(j) > 0 { // made before anybody booked time
		do.Key = "demo/time/" + key(j)
		w, err = o.Store.Works().Report(ctx, workorder.Report{Order: s.work, Operation: w.Operations[n-1].Position, Run: minutes(j), Labour: minutes(j), At: at(j, o.Now()), Source: "machine:" + string(j.Line)}, do)
	}
	if err == nil && w.Lifecycle == workorder.Started {
		w, err = o.hand(ctx, j, w, w.Good)
	}
	if err == nil && w.Lifecycle != workorder.Released {
		w, err = o.bear(ctx, j, w)
	}
	if err == nil && w.Lifecycle != workorder.Released {
		err = o.finish(ctx, w)
	}
	if err != nil {
		return fmt.Errorf("book what job %s made on its work order: %w", j.ID, err)
	}
	return nil
}

// tariff is what a kWh costs.
const tariff = plant.Currency * 24 / 100

// hand issues what an order takes by hand for so many pieces, as whole pieces. What is not there stays short.
func (o *Office) hand(ctx context.Context, j execution.Job, w workorder.Order, pieces plant.Quantity) (workorder.Order, error) {
	r := workorder.Report{Order: w.ID, Source: "person"}
	for i := range w.Components {
		c := &w.Components[i]
		if need := (c.Needed(pieces) + plant.One - 1) / plant.One * plant.One; c.Flow == workorder.ByHand && need > c.Issued {
			r.Issues = append(r.Issues, workorder.Issue{Position: c.Position, Quantity: need - c.Issued})
		}
	}
	if len(r.Issues) == 0 {
		return w, nil
	}
	done, err := o.Store.Works().Report(ctx, r, workorder.Doing{By: by(), Why: why, Key: "demo/hand/" + key(j)})
	if kind := errs.KindOf(err); kind == errs.Conflict || kind == errs.Invalid {
		return w, nil
	}
	return done, err
}

// bear books the energy of a job, as the machines' meters have it.
func (o *Office) bear(ctx context.Context, j execution.Job, w workorder.Order) (workorder.Order, error) {
	if n := len(w.Operations); o.Energy == nil || n == 0 || w.Operations[n-1].Spent.Energy != 0 || minutes(j) == 0 {
		return w, nil
	}
	used, known, err := o.Energy(ctx, j.Line, plant.Span{From: j.Started, To: j.Ended})
	if err != nil || !known || used <= 0 {
		return w, err
	}
	paid, _ := tariff.Times(int64(used), int64(plant.One)) // of one job, and small
	return o.Store.Works().Report(ctx, workorder.Report{
		Order: w.ID, Operation: w.Operations[len(w.Operations)-1].Position, Energy: paid, At: at(j, o.Now()), Source: "machine:" + string(j.Line),
	}, workorder.Doing{By: by(), Why: fmt.Sprintf("%s kWh by the meters of the line", used), Key: "demo/energy/" + key(j)})
}

// produce makes more of what is made for the lines: it is released, reported and closed at once.
func (o *Office) produce(ctx context.Context, g good) error {
	today, err := plant.ParseDate(o.today(0))
	if err != nil {
		return err
	}
	do := func(what string) workorder.Doing {
		return workorder.Doing{By: by(), Why: why, Key: fmt.Sprintf("demo/%s/%s/%d", what, g.number, o.Now().Unix()/60)}
	}
	w, err := o.Store.Works().Create(ctx, workorder.Order{Item: o.items[g.number], Quantity: o.lots(g), Begin: today, Due: today, Lifecycle: workorder.Firmed}, do("more"))
	if err == nil && w.Lifecycle == workorder.Firmed {
		w, err = o.Store.Works().Step(ctx, workorder.Stepping{ID: w.ID, Version: w.Version, Step: workorder.Release}, workorder.Doing{By: by(), Why: why})
	}
	if err == nil && w.Lifecycle == workorder.Released {
		r := workorder.Report{Order: w.ID, Good: w.Quantity, Source: "person"}
		if g.unit == "H87" {
			r.Scrap = w.Quantity / 100 / plant.One * plant.One // spoilt, as they are set up
		}
		if n := len(w.Operations); n > 0 {
			r.Operation = w.Operations[n-1].Position
		}
		if g.tracking == "lot" {
			r.Lot = w.Number + "-" + g.number
		}
		w, err = o.Store.Works().Report(ctx, r, do("there"))
	}
	if err == nil {
		err = o.finish(ctx, w)
	}
	if err != nil {
		return fmt.Errorf("make %s for the demo: %w", g.number, err)
	}
	return nil
}

// finish closes a work order that is made.
func (o *Office) finish(ctx context.Context, w workorder.Order) (err error) {
	for _, step := range []workorder.Step{workorder.Complete, workorder.Close} {
		if err == nil && w.Lifecycle != workorder.Closed && (step == workorder.Close || w.Lifecycle == workorder.Started) {
			w, err = o.Store.Works().Step(ctx, workorder.Stepping{ID: w.ID, Version: w.Version, Step: step}, workorder.Doing{By: by(), Why: why})
		}
	}
	return err
}

// deliver sends the customer what was ordered.
func (o *Office) deliver(ctx context.Context, j execution.Job, s Sold) error {
	was, err := o.Store.Orders().Order(ctx, partner.Sales, s.sales)
	if err != nil || was.State() != order.Firm {
		return err
	}
	l := was.Lines[0]
	pick := order.Pick{Place: l.Place, Quantity: l.In(min(l.Open(), j.Good)), Lot: lotOf(j), Rest: j.Good < l.Open()}
	_, err = o.Store.Orders().Move(ctx, order.Movement{Side: partner.Sales, ID: was.ID, Version: was.Version, Kind: order.Delivery, Picks: []order.Pick{pick}}, order.Doing{By: by(), Why: why, Key: "demo/out/" + key(j)})
	if err != nil && errs.KindOf(err) != errs.Conflict { // somebody has taken it
		return fmt.Errorf("deliver the demo's order %s: %w", was.Number, err)
	}
	return nil
}

// lotOf is the lot that a job makes; "" where its product has none.
func lotOf(j execution.Job) string {
	if f := family(j.Product); f == "boxes" || f == "housings" {
		return ""
	}
	if j.Work != 0 {
		return fmt.Sprintf("WO-%06d", j.Work)
	}
	return "L-" + j.ID
}

// minutes is how long a job has run, as far as anybody knows.
func minutes(j execution.Job) workorder.Minutes {
	if j.Started.IsZero() || !j.Ended.After(j.Started) {
		return 0
	}
	return plant.Quantity(j.Ended.Sub(j.Started).Microseconds() / 60)
}

// Spent books what a line worked on a job's order before the job was started.
func (o *Office) Spent(ctx context.Context, j execution.Job, span plant.Span) error {
	if j.Work == 0 || !span.From.Before(span.To) {
		return nil
	}
	w, err := o.Store.Works().Order(ctx, j.Work)
	if err != nil || len(w.Operations) == 0 {
		return err
	}
	run := workorder.Minutes(span.To.Sub(span.From).Microseconds() / 60)
	_, err = o.Store.Works().Report(ctx, workorder.Report{Order: w.ID, Operation: w.Operations[0].Position, Run: run, At: span.To, Source: "machine:" + string(j.Line)}, workorder.Doing{
		By: by(), Why: "before the job was started", Key: fmt.Sprintf("demo/spent/%s/%d", j.ID, span.To.Unix()),
	})
	return err
}

func at(j execution.Job, now time.Time) time.Time {
	if j.Ended.IsZero() || j.Ended.After(now) {
		return now
	}
	return j.Ended
}
