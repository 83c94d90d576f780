package order

import "millwright/internal/plant"

// Amount is what a quantity of stock units costs, in whole cents; ok is false when it is too large.
func (l Line) Amount(q plant.Quantity) (m plant.Money, ok bool) {
	in := l.Asked
	if q != l.Ordered {
		if in, ok = l.Factor.Of(q); !ok {
			return 0, false
		}
	}
	m, ok = l.Price.Times(int64(in), int64(plant.One))
	return m.Paid(l.Cent), ok
}

// Total is what the line costs: 0 where that cannot be written, which no kept line is.
func (l Line) Total() plant.Money {
	m, _ := l.Amount(l.Ordered)
	return m
}

// Total is what all lines cost.
func (o Order) Total() (sum plant.Money) {
	for _, l := range o.Lines {
		sum += l.Total()
	}
	return sum
}
