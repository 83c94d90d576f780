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
	begun  bool // its work order is released
}

// Turn is the place of a job in its line's programme: the first is 1.
func Turn(j execution.Job) int64 { return j.Rank % 1_000_000 }

// Turn is the place of a work order's job in its line's programme, wherever people have put it in the queue; 0 when it is
// none of the programme's.
func (o *Office) Turn(j execution.Job) int64 { return o.turns[j.Work] }

// ours begins the note on work orders that the demo writes.
const ours = "For SO-"

// Learn looks up which of the jobs are the programme's, after a restart.
func (o *Office) Learn(ctx context.Context, jobs []execution.Job) error {
	for _, j := range jobs {
		if _, known := o.turns[j.Work]; known || j.Work == 0 {
			continue
		}
		w, err := o.Store.Works().Order(ctx, j.Work)
		if err != nil {
			return err
		}
		o.turns[j.Work] = 0
		if strings.HasPrefix(w.Note, ours) {
			o.turns[j.Work] = w.Rank
		}
	}
	return nil
}

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
		return Sold{Number: was.Number, sales: was.ID, work: j.Work, begun: true, over: err == nil && was.State() != order.Firm}, err
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
	s := Sold{Number: made.Number, sales: made.ID, line: made.Lines[0].ID, work: j.Work, begun: j.Work != 0, over: made.State() != order.Firm}
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
	due, before := o.wanted(j).Format(time.DateOnly), o.due(j).AddDate(0, 0, -14).Format(time.DateOnly)
	return o.Store.Orders().Create(ctx, order.Draft{
		Side: partner.Sales, Partner: buyer(j), Reference: "A" + fmt.Sprint(40_000+Turn(j)), Today: before,
		Lines: []order.Wanted{{Item: j.Product, Quantity: j.Planned, Requested: due, Due: due}},
	}, do)
}

// due is when a job is to be done, with some hours to spare before the evening of that day: in two months where nobody has
// said. Work goes by this date, so that it never falls from one turn to the next.
func (o *Office) due(j execution.Job) time.Time {
	if j.Due.IsZero() {
		return o.Now().In(o.Zone).AddDate(0, 2, 0)
	}
	const spare, night = 8 * time.Hour, 6 * time.Hour
	return j.Due.UTC().Add(time.Duration(float64(spare)/max(o.Speed, 1)) + night)
}

// hurry is how often a customer wants something a day sooner than the line is done with it.
const hurry = 7

// wanted is when the customer wants what a job makes.
func (o *Office) wanted(j execution.Job) time.Time {
	if Turn(j)%hurry == hurry-2 && !j.Due.IsZero() {
		return j.Due.In(o.Zone).AddDate(0, 0, -1)
	}
	return o.due(j)
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

// Plan sells what is to be made later, and writes the work order for it.
func (o *Office) Plan(ctx context.Context, j execution.Job) error {
	s, err := o.Sell(ctx, j)
	if err != nil || s.work != 0 || s.over {
		return err
	}
	w, err := o.planned(ctx, j, o.work(j, s))
	if err != nil {
		return fmt.Errorf("plan the demo's work order for job %s: %w", key(j), err)
	}
	s.work, s.begun = w.ID, w.Lifecycle != workorder.Firmed
	o.sold[key(j)], o.turns[w.ID] = s, Turn(j)
	return nil
}

// work is what is said of the work order that makes what is sold.
func (o *Office) work(j execution.Job, s Sold) workorder.Order {
	return workorder.Order{Line: string(j.Line), Rank: Turn(j), SalesLine: s.line, Note: "For " + s.Number}
}

// Release puts the work order of what is to be made next into the queue of its line: it is sold, and its lot carries the
// order's number.
func (o *Office) Release(ctx context.Context, j execution.Job) error {
	s, err := o.Sell(ctx, j)
	if err != nil || s.begun || s.over {
		return err
	}
	s.work, err = o.make(ctx, j, o.work(j, s))
	if err != nil {
		return err
	}
	s.begun = true
	o.sold[key(j)], o.turns[s.work] = s, Turn(j)
	return nil
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
