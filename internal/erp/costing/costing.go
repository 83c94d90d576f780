// Package costing is what material is worth: every move takes its value when it is posted, and nothing is ever posted anew.
package costing

import (
	"cmp"
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
	layers []Layer     // oldest first
	have   plant.Quantity
	worth  plant.Money
}

// Put adds what was kept of later receipts than those that are there.
func (s *Stock) Put(layers ...Layer) {
	s.layers = append(s.layers, layers...)
	for _, l := range layers {
		s.have, s.worth = s.have+l.Quantity, s.worth+l.Value
	}
}

// Layers are what is left of receipts, the oldest first. They are the stock's own: read them before the next move.
func (s *Stock) Layers() []Layer { return s.layers }

// Quantity is what there is.
func (s *Stock) Quantity() plant.Quantity { return s.have }

// Value is what it is worth.
func (s *Stock) Value() plant.Money { return s.worth }

// only makes it one layer.
func (s *Stock) only(l Layer) { s.layers, s.have, s.worth = []Layer{l}, l.Quantity, l.Value }

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
	if s.have > most-q || s.worth > plant.Money(most)-booked {
		return 0, errs.New(errs.Invalid, "value receipt %d: %s for %s is beyond counting", posting, q, paid)
	}
	if s.Method == FIFO || len(s.layers) == 0 {
		s.Put(Layer{posting, q, booked})
	} else {
		s.only(Layer{posting, s.have + q, s.worth + booked})
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
	_, worth, err = s.Take(posting, q)
	return worth, err
}

// Take issues, and tells what was taken of which receipts.
func (s *Stock) Take(posting int64, q plant.Quantity) (parts []Layer, worth plant.Money, err error) {
	if q <= 0 {
		return nil, 0, errs.New(errs.Invalid, "value issue %d: an issue takes more than nothing; it has %s", posting, q)
	}
	if q > s.have {
		return nil, 0, errs.New(errs.Conflict, "value issue %d: there are %s, and %s cannot leave; receive or count first", posting, s.have, q)
	}
	for q > 0 {
		part := s.layers[0].part(q)
		if q -= part.Quantity; part.Quantity == s.layers[0].Quantity {
			s.layers = s.layers[1:]
		} else {
			s.layers[0].Quantity, s.layers[0].Value = s.layers[0].Quantity-part.Quantity, s.layers[0].Value-part.Value
		}
		s.have, s.worth = s.have-part.Quantity, s.worth-part.Value
		parts, worth = append(parts, part), worth+part.Value
	}
	return parts, worth, nil
}

// part is what leaves a layer that is asked for so much: its share of the value, or all of it.
func (l Layer) part(q plant.Quantity) Layer {
	if q >= l.Quantity {
		return l
	}
	v, _ := l.Value.Times(int64(q), int64(l.Quantity)) // a share of what fits, fits
	return Layer{l.Receipt, q, v}
}

// Land adds a cost that came after its receipt (freight, customs) to what is still there of it, by its share; the rest,
// for what has left, is a variance. With a standard cost all of it is one.
func (s *Stock) Land(receipt int64, received plant.Quantity, cost plant.Money) (variance plant.Money, err error) {
	if received <= 0 || cost < 0 {
		return 0, errs.New(errs.Invalid, "land a cost on receipt %d: %s on %s; neither can be below nothing", receipt, cost, received)
	}
	if s.Method == Standard || len(s.layers) == 0 {
		return cost, nil
	}
	at, there := s.find(receipt)
	if s.Method != FIFO {
		at, there = 0, true // all of it is one layer
	}
	if !there {
		return cost, nil
	}
	l := &s.layers[at]
	share, ok := cost.Times(int64(min(l.Quantity, received)), int64(received))
	if !ok || s.worth > plant.Money(most)-share {
		return 0, errs.New(errs.Invalid, "land a cost on receipt %d: %s is beyond counting", receipt, cost)
	}
	l.Value, s.worth = l.Value+share, s.worth+share
	return cost - share, nil
}

// find tells where the layer of a receipt is, or would be.
func (s *Stock) find(receipt int64) (at int, there bool) {
	return slices.BinarySearchFunc(s.layers, receipt, func(l Layer, receipt int64) int { return cmp.Compare(l.Receipt, receipt) })
}

// Revalue sets another standard cost; what the stock gains by it, or loses, is a variance.
func (s *Stock) Revalue(cost plant.Money) (gain plant.Money, err error) {
	if s.Method != Standard || cost < 0 {
		return 0, errs.New(errs.Invalid, "revalue: only a standard cost is set, and to no less than nothing; this is %s and %s", s.Method, cost)
	}
	before, was := s.worth, s.Cost
	s.Cost = cost
	now, err := s.standard(s.have)
	if err != nil {
		s.Cost = was
		return 0, err
	}
	if len(s.layers) > 0 {
		s.only(Layer{s.layers[len(s.layers)-1].Receipt, s.have, now})
	}
	return now - before, nil
}
