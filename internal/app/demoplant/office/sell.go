package office

import (
	"context"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
	"time"

	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/plant"
	"millwright/internal/store"
)

// Sold is the customer's order that a job is for, and the work order by which it is made.
type Sold struct {
	Number string // of the sales order
	sales  int64
	line   int64 // of it
	work   int64
	over   bool // made and delivered
}

// Turn is the place of a job in its line's programme: the first is 1.
func Turn(j execution.Job) int64 { return j.Rank % 1_000_000 }

// key is what a job is called in the demo's programme; one that is on the books has a name of its own.
func key(j execution.Job) string {
	if j.Work != 0 {
		return j.ID
	}
	return fmt.Sprintf("%s-%04d", j.Line, Turn(j))
}

// digits is the number at the end of a document's name; 0 when there is none.
func digits(number string) int64 {
	n, err := strconv.ParseInt(strings.TrimLeft(number[strings.LastIndex(number, "-")+1:], "0"), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// Sell gives the customer's order that a job is for: one is written where there is none, and confirmed.
func (o *Office) Sell(ctx context.Context, j execution.Job) (Sold, error) {
	if s, is := o.sold[key(j)]; is {
		return s, nil
	}
	if id := digits(j.Order); j.Work != 0 && id != 0 { // made for an order that its number names, wherever it stands in the queue
		was, err := o.Store.Orders().Order(ctx, partner.Sales, id)
		return Sold{Number: was.Number, sales: was.ID, work: j.Work, over: err == nil && was.State() != order.Firm}, err
	}
	made, err := o.ordered(ctx, j)
	if err != nil {
		return Sold{}, fmt.Errorf("write the demo's order for job %s: %w", key(j), err)
	}
	if made.State() == order.Open {
		if made, err = o.Store.Orders().Step(ctx, order.Step{Side: partner.Sales, ID: made.ID, Version: made.Version, Do: order.Confirm}, order.Doing{By: by(), Why: why}); err != nil {
			return Sold{}, fmt.Errorf("confirm the demo's order %s: %w", made.Number, err)
		}
	}
	s := Sold{Number: made.Number, sales: made.ID, line: made.Lines[0].ID, work: j.Work, over: made.State() != order.Firm}
	o.sold[key(j)] = s
	return s, nil
}

// ordered gives the customer's order for a job: the one that was written before a restart, else a new one.
func (o *Office) ordered(ctx context.Context, j execution.Job) (order.Order, error) {
	do := order.Doing{By: by(), Why: why, Key: "demo/sell/" + key(j)}
	id, err := o.Store.Answered(ctx, store.OrderCommands, do.By, do.Key)
	if err != nil {
		return order.Order{}, err
	}
	if id != 0 {
		return o.Store.Orders().Order(ctx, partner.Sales, id)
	}
	due, before := o.due(j).Format(time.DateOnly), o.due(j).AddDate(0, 0, -14).Format(time.DateOnly)
	return o.Store.Orders().Create(ctx, order.Draft{
		Side: partner.Sales, Partner: buyer(j), Reference: "A" + fmt.Sprint(40_000+Turn(j)), Today: before,
		Lines: []order.Wanted{{Item: j.Product, Quantity: j.Planned, Requested: due, Due: due}},
	}, do)
}

// due is when the customer wants what a job makes: in two months where nobody has said.
func (o *Office) due(j execution.Job) time.Time {
	if j.Due.IsZero() {
		return o.Now().In(o.Zone).AddDate(0, 2, 0)
	}
	return j.Due.In(o.Zone)
}

// buyer is who buys what a job makes: always the same for the same job.
func buyer(j execution.Job) string {
	var who []string
	for _, c := range customers() {
		if c.buys == family(j.Product) {
			who = append(who, c.number)
		}
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(key(j))) // never fails
	return who[int(h.Sum32())%len(who)]
}

// Release puts the work order of what is to be made next into the queue of its line: it is sold, and its lot carries the
// order's number.
func (o *Office) Release(ctx context.Context, j execution.Job) error {
	s, err := o.Sell(ctx, j)
	if err != nil || s.work != 0 || s.over {
		return err
	}
	s.work, err = o.make(ctx, j, workorder.Order{Line: string(j.Line), Rank: Turn(j), SalesLine: s.line, Note: "For " + s.Number})
	o.sold[key(j)] = s
	return err
}

// make releases a work order for what a job makes.
func (o *Office) make(ctx context.Context, j execution.Job, w workorder.Order) (id int64, err error) {
	if w, err = o.planned(ctx, j, w); err != nil {
		return 0, fmt.Errorf("write the demo's work order for job %s: %w", key(j), err)
	}
	if w.Lifecycle == workorder.Firmed {
		if w, err = o.Store.Works().Step(ctx, workorder.Stepping{ID: w.ID, Version: w.Version, Step: workorder.Release}, workorder.Doing{By: by(), Why: why}); err != nil {
			return 0, fmt.Errorf("release the demo's work order %s: %w", w.Number, err)
		}
	}
	return w.ID, nil
}

// planned gives the work order for a job: the one that was written before a restart, else a new one.
func (o *Office) planned(ctx context.Context, j execution.Job, w workorder.Order) (_ workorder.Order, err error) {
	do := workorder.Doing{By: by(), Why: why, Key: "demo/make/" + key(j)}
	id, err := o.Store.Answered(ctx, store.WorkCommands, do.By, do.Key)
	if err != nil {
		return w, err
	}
	if id != 0 {
		return o.Store.Works().Order(ctx, id)
	}
	w.Item, w.Product, w.Quantity, w.Lifecycle = o.items[j.Product], j.Product, j.Planned, workorder.Firmed
	if w.Due, err = plant.ParseDate(o.due(j).Format(time.DateOnly)); err != nil {
		return w, err
	}
	w.Begin = w.Due
	return o.Store.Works().Create(ctx, w, do)
}

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
	if err == nil && w.Lifecycle != workorder.Released {
		err = o.finish(ctx, w)
	}
	if err != nil {
		return fmt.Errorf("book what job %s made on its work order: %w", j.ID, err)
	}
	return nil
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

func at(j execution.Job, now time.Time) time.Time {
	if j.Ended.IsZero() || j.Ended.After(now) {
		return now
	}
	return j.Ended
}
