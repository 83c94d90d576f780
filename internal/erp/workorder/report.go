package workorder

import (
	"cmp"
	"slices"

	"millwright/internal/erp/workorder/cost"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Move is material that a report moves.
type Move struct {
	Position int64 // of the component; 0 is the product
	Item     int64
	Revision string
	Lot      Lot
	Place    int64 // of the stock; 0: wherever new stock goes
	In       bool  // into the order; else out of it
	Reverses int64 // a move of the stock ledger; 0: none
}

// Placed is so much of a component in one lot at one place.
type Placed struct {
	Place    int64
	Revision string
	Lot
}

// Supply is the stock as an order meets it.
type Supply interface {
	// Lots gives what may be taken of a component, in the order in which it is to be used.
	Lots(c *Component) ([]Placed, error)
	// Past gives what was moved of an item into the order, or out of it, and not reversed since; the oldest first.
	Past(item int64, in bool) ([]Past, error)
	// Tracked tells how what comes out of the order beside its product is told apart.
	Tracked(item int64) (Tracking, error)
}

// Tracking is how the stock tells pieces of an item apart.
type Tracking string

// Anything else is told apart by its item alone.
const (
	ByLot    Tracking = "lot"
	BySerial Tracking = "serial"
)

// posting is a report being worked out.
type posting struct {
	*Order
	Report
	supply Supply
	drawn  map[Placed]plant.Quantity // by place and lot, with the item as its quantity
	moves  []Move
}

// Post works a report into the order and gives what it moves. What counts use and the stock does not have is kept as
// short; what people take and is not there is refused.
func (o *Order) Post(r Report, s Supply) ([]Move, error) {
	if err := o.takes(r); err != nil {
		return nil, err
	}
	if err := r.check(); err != nil {
		return nil, err
	}
	if r.Complete {
		o.Lifecycle = Completed
	} else if o.Lifecycle != Completed {
		o.Lifecycle = Started
	}
	p := posting{Order: o, Report: r, supply: s, drawn: map[Placed]plant.Quantity{}}
	before := o.begun()
	good, err := p.operate()
	if err != nil {
		return nil, err
	}
	o.Good, o.Scrap = o.Good+good, o.Scrap+r.Scrap
	if o.Good < 0 || o.Scrap < 0 || o.Good > Most || o.Scrap > Most {
		return nil, errs.New(errs.Invalid, "%s has %s good and %s scrapped; so much cannot be taken back or added", o.Number, o.Good-good, o.Scrap-r.Scrap)
	}
	for i, now := range o.begun() {
		if err := p.use(&o.Components[i], before[i], now); err != nil {
			return nil, err
		}
	}
	for _, i := range r.Issues {
		if err := p.issue(i); err != nil {
			return nil, err
		}
	}
	return p.moves, p.product(good)
}

func (r *Report) check() error {
	var wrong []errs.Field
	add := func(bad bool, path, message string) {
		if bad {
			wrong = append(wrong, errs.Field{Path: path, Message: message})
		}
	}
	within := func(q plant.Quantity) bool { return q <= Most && q >= -Most }
	nothing := r.Good == 0 && r.Scrap == 0 && r.SetUp == 0 && r.Run == 0 && r.Labour == 0 && r.Energy == 0 && len(r.Issues) == 0 && !r.Done && !r.Complete
	add(nothing, "good", "Say what was made, taken or spent.")
	add(!within(r.Good), "good", "That is more than can be counted; give less.")
	add(!within(r.Scrap), "scrap", "That is more than can be counted; give less.")
	for path, m := range map[string]Minutes{"set_up": r.SetUp, "run": r.Run, "labour": r.Labour} {
		add(m > mostMinutes || m < -mostMinutes, path, "That is more than a year; give less.")
	}
	add(r.Energy > 1<<50 || r.Energy < -1<<50, "energy", "That is more than can be counted; give less.")
	add((r.SetUp != 0 || r.Run != 0 || r.Labour != 0 || r.Energy != 0 || r.Done) && r.Operation == 0, "operation", "Say at which operation the time was spent.")
	add(len(r.Issues) > 1000, "issues", "Report at most 1,000 issues at once.")
	add(slices.ContainsFunc(r.Scraps, func(s Scrapped) bool { return len(s.Reason) > 80 }), "reason", "Give at most 80 letters.")
	add(len(r.Lot) > 80 || len(r.Serial) > 80, "lot", "Give at most 80 letters.")
	if len(wrong) == 0 {
		return nil
	}
	slices.SortFunc(wrong, func(a, b errs.Field) int { return cmp.Compare(a.Path, b.Path) })
	return &errs.Error{Kind: errs.Invalid, Words: "this cannot be reported", Fields: wrong}
}

// mostMinutes is a year.
const mostMinutes = 366 * 24 * 60 * plant.One

// operate reports at an operation, and gives what of it is product: the good of the last operation, or of the order.
func (p *posting) operate() (good plant.Quantity, err error) {
	ops := p.Operations
	if p.Report.Operation == 0 {
		p.through()
		return p.Report.Good, nil
	}
	at := slices.IndexFunc(ops, func(o Operation) bool { return o.Position == p.Report.Operation })
	if at < 0 {
		return 0, errs.New(errs.NotFound, "%s has no operation %d", p.Number, p.Report.Operation)
	}
	op := &ops[at]
	op.Good, op.Scrap = op.Good+p.Report.Good, op.Scrap+p.Report.Scrap
	op.SetUpIs, op.RunIs, op.Labour = op.SetUpIs+p.SetUp, op.RunIs+p.Run, op.Labour+p.Labour
	op.Done = op.Done || p.Done
	if op.Good < 0 || op.Scrap < 0 || op.SetUpIs < 0 || op.RunIs < 0 || op.Labour < 0 {
		return 0, errs.New(errs.Invalid, "operation %d of %s has less than that to take back", op.Position, p.Number)
	}
	if err := p.spend(op); err != nil {
		return 0, err
	}
	if at == len(ops)-1 {
		return p.Report.Good, nil
	}
	return 0, nil
}

// through reports the whole order: what its last operation made, all before it have made. An operation that has made no more
// than that goes back with it.
func (p *posting) through() {
	was := plant.Quantity(0)
	for i := len(p.Operations) - 1; i >= 0; i-- {
		op := &p.Operations[i]
		made := op.Good + op.Scrap
		if i == len(p.Operations)-1 {
			op.Good, op.Scrap = max(0, op.Good+p.Report.Good), max(0, op.Scrap+p.Report.Scrap)
		} else if next := &p.Operations[i+1]; op.Good == was {
			op.Good = next.Good + next.Scrap
		} else {
			op.Good = max(op.Good, next.Good+next.Scrap)
		}
		was = made
	}
}

// spend books time and energy.
func (p *posting) spend(op *Operation) error {
	hours := func(m Minutes, rate plant.Money) (plant.Money, error) {
		v, ok := rate.Times(int64(m), 60*int64(plant.One))
		if !ok || v > 1<<50 || v < -1<<50 {
			return 0, errs.New(errs.Invalid, "%s minutes at %s an hour are beyond counting", m, rate)
		}
		return v, nil
	}
	machine, err := hours(p.SetUp+p.Run, op.Rates.Machine)
	if err != nil {
		return err
	}
	labour, err := hours(p.Labour, op.Rates.Labour)
	if err != nil {
		return err
	}
	part := cost.Part{Machine: machine, Labour: labour, Energy: p.Energy}
	op.Spent.Machine, op.Spent.Labour, op.Spent.Energy = op.Spent.Machine+machine, op.Spent.Labour+labour, op.Spent.Energy+p.Energy
	p.Money.Booked += part.Sum()
	return nil
}

// take draws a quantity from the stock; short is what is not there.
func (p *posting) take(c *Component, q plant.Quantity, by Issue) (short plant.Quantity, err error) {
	lots, err := p.supply.Lots(c)
	if err != nil {
		return q, err
	}
	for _, l := range lots {
		if by.Place != 0 && by.Place != l.Place || by.Lot != "" && by.Lot != l.Lot.Lot || by.Serial != "" && by.Serial != l.Serial {
			continue
		}
		key := Placed{l.Place, l.Revision, Lot{l.Lot.Lot, l.Serial, plant.Quantity(c.Item)}}
		n := min(q, l.Quantity-p.drawn[key])
		if n <= 0 {
			continue
		}
		p.drawn[key] += n
		q -= n
		l.Quantity = n
		c.Issued += n
		p.moves = append(p.moves, Move{Position: c.Position, Item: c.Item, Revision: l.Revision, Lot: l.Lot, Place: l.Place, In: true})
		if q == 0 {
			break
		}
	}
	return q, nil
}

// back puts a quantity of a component back into the lots that it came from.
func (p *posting) back(c *Component, q plant.Quantity) error {
	past, err := p.supply.Past(c.Item, true)
	if err != nil {
		return err
	}
	for i := range past {
		past[i].Quantity -= p.drawn[Placed{Place: past[i].Move}] // what this report has put back already
	}
	back, unshort, left := Undo(past, c.Short, q)
	if left > 0 && c.Issued < q-unshort {
		return errs.New(errs.Conflict, "%s has no %s of component %d to put back", p.Number, left, c.Position)
	}
	c.Short -= unshort
	for _, b := range back {
		p.drawn[Placed{Place: b.Move}] += b.Quantity
		c.Issued -= b.Quantity
		p.moves = append(p.moves, Move{Position: c.Position, Item: c.Item, Revision: c.Revision, Lot: b.Lot, Reverses: b.Move})
	}
	return nil
}

// issue takes by hand, or gives back.
func (p *posting) issue(i Issue) error {
	c, is := p.Component(i.Position)
	switch {
	case !is || c.Output:
		return errs.New(errs.NotFound, "%s takes no component %d", p.Number, i.Position)
	case i.Settle:
		return p.settle(c, i)
	case i.Quantity > Most || i.Quantity < -Most || i.Quantity == 0:
		return &errs.Error{Kind: errs.Invalid, Words: "this cannot be issued", Fields: []errs.Field{{Path: "quantity", Message: "Give a quantity other than 0 that can be counted."}}}
	case i.Quantity < 0 && -i.Quantity > c.Issued:
		return errs.New(errs.Invalid, "only %s of component %d are issued; %s cannot be put back", c.Issued, c.Position, -i.Quantity)
	case i.Quantity < 0:
		short := c.Short
		c.Short = 0 // what is put back was there
		err := p.back(c, -i.Quantity)
		c.Short = short
		return err
	}
	short, err := p.take(c, i.Quantity, i)
	if err != nil {
		return err
	}
	if short > 0 {
		return errs.New(errs.Conflict, "%s of component %d are not there: of the %s that are asked for %s can be taken", short, c.Position, i.Quantity, i.Quantity-short)
	}
	c.Short -= min(c.Short, i.Quantity)
	return nil
}
