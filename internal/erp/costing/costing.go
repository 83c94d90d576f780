// Package costing is what material is worth: every move takes its value when it is posted, and nothing is ever posted anew.
package costing

import (
	"slices"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Method is how what leaves the stock is valued.
type Method uint8

// The methods.
const (
	FIFO     Method = iota // by what came first
	Average                // by the mean of what is there
	Standard               // by a set cost; what was paid beside it is a variance
)

var methodNames = [...]string{"first in, first out", "moving average", "standard cost"}

// String names the method as accountants call it.
func (m Method) String() string {
	if int(m) < len(methodNames) {
		return methodNames[m]
	}
	return "an unknown method"
}

// Layer is what is left of one receipt: what came in, and is not valued out again. Only FIFO keeps more than one.
type Layer struct {
	Receipt  int64 // posting number of the move that brought it
	Quantity plant.Quantity
	Value    plant.Money
}

// Stock is one item's value at one site, in posting order. The zero Stock is empty and valued by FIFO. It has one owner.
type Stock struct {
	Method Method
	Cost   plant.Money // of one stock unit, with Standard
	Layers []Layer     // oldest first
}

// Quantity is what there is.
func (s *Stock) Quantity() (q plant.Quantity) {
	for _, l := range s.Layers {
		q += l.Quantity
	}
	return q
}

// Value is what it is worth.
func (s *Stock) Value() (v plant.Money) {
	for _, l := range s.Layers {
		v += l.Value
	}
	return v
}

// Receive values what comes in and was paid with so much in all. What it is not booked with is the variance.
func (s *Stock) Receive(posting int64, q plant.Quantity, paid plant.Money) (variance plant.Money, err error) {
	if q <= 0 || paid < 0 {
		return 0, errs.New(errs.Invalid, "value receipt %d: a receipt brings more than nothing and costs no less; it has %s for %s", posting, q, paid)
	}
	booked := paid
	if s.Method == Standard {
		if booked, err = s.standard(q); err != nil {
			return 0, err
		}
	}
	have, worth := s.Quantity(), s.Value()
	if have > most-q || worth > plant.Money(most)-booked {
		return 0, errs.New(errs.Invalid, "value receipt %d: %s for %s is beyond counting", posting, q, paid)
	}
	if s.Method == FIFO || len(s.Layers) == 0 {
		s.Layers = append(s.Layers, Layer{posting, q, booked})
	} else {
		s.Layers = []Layer{{posting, have + q, worth + booked}}
	}
	return paid - booked, nil
}

// most keeps sums within an int64.
const most = plant.Quantity(1) << 62

func (s *Stock) standard(q plant.Quantity) (plant.Money, error) {
	v, ok := plant.Money(q).Times(int64(s.Cost), int64(plant.One))
	if !ok {
		return 0, errs.New(errs.Invalid, "value %s at %s each: the value is beyond counting", q, s.Cost)
	}
	return v, nil
}

// Issue values what leaves. The last unit takes what is left of the value, so that no millionth is lost. More than
// there is cannot leave.
func (s *Stock) Issue(posting int64, q plant.Quantity) (worth plant.Money, err error) {
	if q <= 0 {
		return 0, errs.New(errs.Invalid, "value issue %d: an issue takes more than nothing; it has %s", posting, q)
	}
	if have := s.Quantity(); q > have {
		return 0, errs.New(errs.Conflict, "value issue %d: there are %s, and %s cannot leave; receive or count first", posting, have, q)
	}
	for q > 0 {
		l := &s.Layers[0]
		part := l.Value
		if q < l.Quantity {
			part, _ = l.Value.Times(int64(q), int64(l.Quantity)) // a share of what fits, fits
			l.Quantity, l.Value, q = l.Quantity-q, l.Value-part, 0
		} else {
			q -= l.Quantity
			s.Layers = s.Layers[1:]
		}
		worth += part
	}
	return worth, nil
}

// Land adds a cost that came after its receipt (freight, customs) to what is still there of it, by its share; the rest,
// for what has left, is a variance. With a standard cost all of it is one.
func (s *Stock) Land(receipt int64, received plant.Quantity, cost plant.Money) (variance plant.Money, err error) {
	if received <= 0 || cost < 0 {
		return 0, errs.New(errs.Invalid, "land a cost on receipt %d: %s on %s; neither can be below nothing", receipt, cost, received)
	}
	if s.Method == Standard || len(s.Layers) == 0 {
		return cost, nil
	}
	at := 0
	if s.Method == FIFO {
		if at = slices.IndexFunc(s.Layers, func(l Layer) bool { return l.Receipt == receipt }); at < 0 {
			return cost, nil
		}
	}
	l := &s.Layers[at]
	share, ok := cost.Times(int64(min(l.Quantity, received)), int64(received))
	if !ok || s.Value() > plant.Money(most)-share {
		return 0, errs.New(errs.Invalid, "land a cost on receipt %d: %s is beyond counting", receipt, cost)
	}
	l.Value += share
	return cost - share, nil
}

// Revalue sets another standard cost; what the stock gains by it, or loses, is a variance.
func (s *Stock) Revalue(cost plant.Money) (gain plant.Money, err error) {
	if s.Method != Standard || cost < 0 {
		return 0, errs.New(errs.Invalid, "revalue: only a standard cost is set, and to no less than nothing; this is %s and %s", s.Method, cost)
	}
	before, was := s.Value(), s.Cost
	s.Cost = cost
	now, err := s.standard(s.Quantity())
	if err != nil {
		s.Cost = was
		return 0, err
	}
	if len(s.Layers) > 0 {
		s.Layers[0].Value = now
	}
	return now - before, nil
}
