package costing

import (
	"cmp"
	"slices"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Take issues, and tells what was taken of which receipts.
func (s *Stock) Take(posting int64, q plant.Quantity) (parts []Layer, worth plant.Money, err error) {
	before := slices.Clone(s.Layers)
	if worth, err = s.Issue(posting, q); err != nil {
		return nil, 0, err
	}
	return taken(before, s.Layers), worth, nil
}

// taken is what is missing of layers.
func taken(before, after []Layer) (parts []Layer) {
	left := map[int64]Layer{}
	for _, l := range after {
		left[l.Receipt] = l
	}
	for _, l := range before {
		if is := left[l.Receipt]; is.Quantity < l.Quantity {
			parts = append(parts, Layer{l.Receipt, l.Quantity - is.Quantity, l.Value - is.Value})
		}
	}
	return parts
}

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
	have, value := s.Quantity(), s.Value()
	for _, p := range parts {
		if p.Quantity <= 0 || p.Value < 0 || have > most-p.Quantity || value > plant.Money(most)-p.Value {
			return 0, 0, errs.New(errs.Invalid, "value reversal %d: %s for %s cannot come back", posting, p.Quantity, p.Value)
		}
		have, value, worth = have+p.Quantity, value+p.Value, worth+p.Value
	}
	for _, p := range parts {
		at, there := slices.BinarySearchFunc(s.Layers, p.Receipt, func(l Layer, receipt int64) int { return cmp.Compare(l.Receipt, receipt) })
		if !there {
			s.Layers = slices.Insert(s.Layers, at, p)
			continue
		}
		s.Layers[at].Quantity += p.Quantity
		s.Layers[at].Value += p.Value
	}
	return worth, 0, nil
}

// Undo takes back what a receipt brought: with FIFO what is left of that receipt first, then the oldest. What was paid
// for it and does not leave with it is a variance of whoever asks.
func (s *Stock) Undo(posting, receipt int64, q plant.Quantity) (parts []Layer, worth plant.Money, err error) {
	own := slices.IndexFunc(s.Layers, func(l Layer) bool { return l.Receipt == receipt })
	if s.Method != FIFO || own <= 0 {
		return s.Take(posting, q)
	}
	if have := s.Quantity(); q <= 0 || q > have {
		return nil, 0, errs.New(errs.Conflict, "value reversal %d: there are %s, and %s cannot leave", posting, have, q)
	}
	alone := Stock{Layers: []Layer{s.Layers[own]}}
	first := min(q, alone.Quantity())
	if parts, worth, err = alone.Take(posting, first); err != nil {
		return nil, 0, err
	}
	s.Layers = slices.Replace(s.Layers, own, own+1, alone.Layers...)
	if q == first {
		return parts, worth, nil
	}
	rest, more, err := s.Take(posting, q-first)
	return append(parts, rest...), worth + more, err
}

// Adopt begins another method with what is there: its value stays, but for a standard cost, where the gain is told.
func (s *Stock) Adopt(m Method, cost plant.Money) (gain plant.Money, err error) {
	if m != s.Method && m != FIFO && len(s.Layers) > 1 {
		s.Layers = []Layer{{s.Layers[len(s.Layers)-1].Receipt, s.Quantity(), s.Value()}}
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
