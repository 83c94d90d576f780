// Package cost is what a work order was planned to cost, what it has cost, and why these differ.
package cost

import (
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Rates are what an hour costs.
type Rates struct{ Machine, Labour plant.Money }

// Material is one component of an order.
type Material struct {
	Position int64
	Item     int64
	Needed   plant.Quantity // for what was planned
	Allowed  plant.Quantity // for what was made
	Cost     plant.Money    // of one stock unit, when the order was released
	Issued   plant.Quantity // and not put back
	Value    plant.Money    // of that, as the stock ledger posted it
}

// Work is one operation of an order. Times are millionths of minutes.
type Work struct {
	Position int64
	Name     string
	Rates    Rates          // when the order was released
	SetUp    plant.Quantity // planned
	Run      plant.Quantity // planned, for the whole quantity
	SetUpIs  plant.Quantity // booked
	RunIs    plant.Quantity
	LabourIs plant.Quantity
	Machine  plant.Money // booked for set-up and run
	Labour   plant.Money // booked
	Energy   plant.Money // booked; 0 where nobody knows it
}

// Order is all that an order's costs are made from.
type Order struct {
	Quantity  plant.Quantity // planned
	Made      plant.Quantity // received
	Materials []Material
	Works     []Work
	Received  plant.Money // value of what was received, as the stock ledger posted it
	Settled   plant.Money // what was settled at its close
}

// Part is one kind of cost.
type Part struct{ Material, Machine, Labour, Energy plant.Money }

// Sum adds the kinds up.
func (p Part) Sum() plant.Money { return p.Material + p.Machine + p.Labour + p.Energy }

// Cause is why an order cost something else.
type Cause string

// The causes.
const (
	Price    Cause = "material price"    // a unit was worth something else than at the release
	Usage    Cause = "material usage"    // more or less was taken than the bill allows for what was made
	Rate     Cause = "rates"             // an hour cost something else
	SetUp    Cause = "set-up time"       // it took longer or shorter
	Run      Cause = "run time"          //
	Crew     Cause = "labour time"       //
	Energy   Cause = "energy"            // it is not planned
	Quantity Cause = "quantity and rest" // fixed costs spread over another quantity, and what the receipt was valued with
)

// Variance is how much more was spent for one cause; less is negative.
type Variance struct {
	Cause  Cause
	Amount plant.Money
}

// Sheet is an order's costs.
type Sheet struct {
	Planned   Part // for the planned quantity
	Allowed   Part // for what was made
	Actual    Part
	Received  plant.Money
	WIP       plant.Money // what is in the order: actual − received − settled
	Variances []Variance  // they add up to actual − received
}

// Of works out the costs of an order. Nothing of it is rounded but each product, once.
func Of(o Order) (Sheet, error) {
	s := sums{}
	for i := range o.Materials {
		s.material(&o.Materials[i])
	}
	for i := range o.Works {
		s.work(&o.Works[i], o)
	}
	s.sheet.Received = o.Received
	spent := s.sheet.Actual.Sum() - o.Received
	s.sheet.WIP = spent - o.Settled
	named := s.price + s.usage + s.rate + s.setUp + s.run + s.crew + s.sheet.Actual.Energy
	for _, v := range []Variance{
		{Price, s.price},
		{Usage, s.usage},
		{Rate, s.rate},
		{SetUp, s.setUp},
		{Run, s.run},
		{Crew, s.crew},
		{Energy, s.sheet.Actual.Energy},
		{Quantity, spent - named},
	} {
		if v.Amount != 0 {
			s.sheet.Variances = append(s.sheet.Variances, v)
		}
	}
	if s.beyond {
		return Sheet{}, errs.New(errs.Invalid, "the costs of this order are beyond counting; look at the costs of its material and the rates of its work centres")
	}
	return s.sheet, nil
}

// sums gathers what a sheet is made of.
type sums struct {
	sheet                                Sheet
	price, usage, rate, setUp, run, crew plant.Money
	beyond                               bool
}

func (s *sums) times(m plant.Money, num, den int64) plant.Money {
	v, ok := m.Times(num, den)
	const most = 1 << 55 // some hundreds of them still add up
	if !ok || v > most || v < -most {
		s.beyond = true
		return 0
	}
	return v
}

// of is what a quantity costs at so much a unit.
func (s *sums) of(q plant.Quantity, cost plant.Money) plant.Money {
	return s.times(cost, int64(q), int64(plant.One))
}

// hours is what minutes cost at so much an hour.
func (s *sums) hours(minutes plant.Quantity, rate plant.Money) plant.Money {
	return s.times(rate, int64(minutes), 60*int64(plant.One))
}

func (s *sums) material(m *Material) {
	allowed, at := s.of(m.Allowed, m.Cost), s.of(m.Issued, m.Cost)
	s.sheet.Planned.Material += s.of(m.Needed, m.Cost)
	s.sheet.Allowed.Material += allowed
	s.sheet.Actual.Material += m.Value
	s.price += m.Value - at
	s.usage += at - allowed
}

func (s *sums) work(w *Work, o Order) {
	run := w.Run
	if o.Quantity > 0 {
		share, ok := w.Run.Times(int64(o.Made), int64(o.Quantity))
		run, s.beyond = share, s.beyond || !ok
	}
	p, a := &s.sheet.Planned, &s.sheet.Allowed
	p.Machine += s.hours(w.SetUp+w.Run, w.Rates.Machine)
	p.Labour += s.hours(w.SetUp+w.Run, w.Rates.Labour)
	setUp := plant.Quantity(0)
	if o.Made > 0 {
		setUp = w.SetUp
	}
	a.Machine += s.hours(setUp+run, w.Rates.Machine)
	a.Labour += s.hours(setUp+run, w.Rates.Labour)
	s.sheet.Actual.Machine += w.Machine
	s.sheet.Actual.Labour += w.Labour
	s.sheet.Actual.Energy += w.Energy
	s.setUp += s.hours(w.SetUpIs-setUp, w.Rates.Machine)
	s.run += s.hours(w.RunIs-run, w.Rates.Machine)
	s.crew += s.hours(w.LabourIs-setUp-run, w.Rates.Labour)
	s.rate += w.Machine - s.hours(w.SetUpIs+w.RunIs, w.Rates.Machine) + w.Labour - s.hours(w.LabourIs, w.Rates.Labour)
}

// Receipt is what is booked for so many pieces that are received: their share of what was planned, to the last millionth
// for the last of them. It is what a product is worth that has no standard cost.
func Receipt(planned plant.Money, quantity, before, now plant.Quantity) (plant.Money, error) {
	upTo := func(q plant.Quantity) (plant.Money, bool) { return planned.Times(int64(q), int64(max(quantity, 1))) }
	a, ok1 := upTo(before)
	b, ok2 := upTo(now)
	if !ok1 || !ok2 {
		return 0, errs.New(errs.Invalid, "what is received is worth more than can be counted; look at the costs of the order")
	}
	return b - a, nil
}
