package costing

import (
	"slices"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Restore puts back what an issue took: with FIFO into the layers it came from, with the value it left with. With
// a moving average it comes back with that value; with a standard cost that was set anew since, the rest is a variance.
func (s *Stock) Restore(posting int64, parts []Layer) (worth, variance plant.Money, err error) {
	if s.Method != FIFO {
		var q plant.Quantity
		for _, p := range parts {
			q, worth = q+p.Quantity, worth+p.Value
		}
		variance, err = s.Receive(posting, q, worth)
		return worth - variance, variance, err
	}
	have, value := s.have, s.worth
	for _, p := range parts {
		if p.Quantity <= 0 || p.Value < 0 || have > most-p.Quantity || value > plant.Money(most)-p.Value {
			return 0, 0, errs.New(errs.Invalid, "value reversal %d: %s for %s cannot come back", posting, p.Quantity, p.Value)
		}
		have, value, worth = have+p.Quantity, value+p.Value, worth+p.Value
	}
	for _, p := range parts {
		at, there := s.find(p.Receipt)
		if !there {
			s.layers = slices.Insert(s.layers, at, p)
			continue
		}
		s.layers[at].Quantity += p.Quantity
		s.layers[at].Value += p.Value
	}
	s.have, s.worth = have, value
	return worth, 0, nil
}

// Undo takes back what a receipt brought: with FIFO what is left of that receipt first, then the oldest. What was paid
// for it and does not leave with it is a variance of whoever asks.
func (s *Stock) Undo(posting, receipt int64, q plant.Quantity) (parts []Layer, worth plant.Money, err error) {
	own, there := s.find(receipt)
	if s.Method != FIFO || !there || own == 0 {
		return s.Take(posting, q)
	}
	if q <= 0 || q > s.have {
		return nil, 0, errs.New(errs.Conflict, "value reversal %d: there are %s, and %s cannot leave", posting, s.have, q)
	}
	first := s.layers[own].part(q)
	if l := &s.layers[own]; first.Quantity == l.Quantity {
		s.layers = slices.Delete(s.layers, own, own+1)
	} else {
		l.Quantity, l.Value = l.Quantity-first.Quantity, l.Value-first.Value
	}
	s.have, s.worth = s.have-first.Quantity, s.worth-first.Value
	if q == first.Quantity {
		return []Layer{first}, first.Value, nil
	}
	rest, more, err := s.Take(posting, q-first.Quantity)
	return append([]Layer{first}, rest...), first.Value + more, err
}

// Adopt begins another method with what is there: its value stays, but for a standard cost, where the gain is told.
func (s *Stock) Adopt(m Method, cost plant.Money) (gain plant.Money, err error) {
	if m != s.Method && m != FIFO && len(s.layers) > 1 {
		s.only(Layer{s.layers[len(s.layers)-1].Receipt, s.have, s.worth})
	}
	s.Method = m
	if m != Standard {
		s.Cost = 0
		return 0, nil
	}
	return s.Revalue(cost)
}

// ParseMethod reads the word of an item's valuation: fifo, average or standard.
func ParseMethod(word string) (Method, error) {
	switch word {
	case "fifo":
		return FIFO, nil
	case "average":
		return Average, nil
	case "standard":
		return Standard, nil
	}
	return 0, errs.New(errs.Invalid, "%q is no valuation: use fifo, average or standard", errs.Clip(word))
}

// Word is the method as ParseMethod reads it.
func (m Method) Word() string { return [...]string{"fifo", "average", "standard"}[min(int(m), 2)] }
