package bill

import (
	"cmp"
	"math/big"
	"time"

	"millwright/internal/erp/item"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Price is what one stock unit of an item costs that is not made; false where nobody knows.
type Price func(item.Item) (plant.Money, bool)

// Standard is the price by an item's standard cost; one of nothing is not known.
func Standard(i item.Item) (plant.Money, bool) { return i.Standard, i.Standard > 0 }

// Cost is what making a lot of an item costs, line by line.
type Cost struct {
	Item     int64
	Quantity plant.Quantity // over which set-ups are spread
	Lines    []CostLine
	Material plant.Money // of the whole lot, as the next three
	Machine  plant.Money
	Labour   plant.Money
	Shared   plant.Money // of that, what co-products and by-products bear
	Unit     plant.Money // of one stock unit
	Known    bool        // false: something has no price, and all sums are without it
}

// Total is what the lot costs, with what others bear.
func (c Cost) Total() plant.Money { return c.Material + c.Machine + c.Labour }

// CostLine is what one line or operation of the bill adds.
type CostLine struct {
	Position int64
	Item     int64          // of a component, or of what comes out besides; 0 of an operation
	Centre   int64          // of an operation
	Name     string         // of an operation
	Quantity plant.Quantity // of the item, for the lot
	Time     time.Duration  // at the operation, for the lot, with set-up
	Rate     plant.Money    // of one stock unit
	Machine  plant.Money    // of which the work centre
	Labour   plant.Money    // and its people
	Amount   plant.Money
	Rolled   bool // the rate is that of the item's own bill
	Known    bool
}

// unit is what one stock unit costs, exactly but for the eighteenth place.
type unit struct {
	material, machine, labour *big.Rat
	rolled, known             bool
}

func (u unit) total() *big.Rat {
	t := new(big.Rat).Add(u.material, u.machine)
	return t.Add(t, u.labour)
}

// Roll rolls up what an item costs by its bill and all beneath it. Set-ups are spread over quantity; 0 is the usual lot
// of the item, which is what those beneath it are made in.
func (g *Graph) Roll(root int64, quantity plant.Quantity, price Price) (Cost, error) {
	order, err := g.order(root)
	if err != nil {
		return Cost{}, err
	}
	if quantity < 0 || quantity > mostQuantity {
		return Cost{}, errs.New(errs.Invalid, "write a quantity of more than 0 and at most %s", mostQuantity)
	}
	units := map[int64]unit{}
	for n := len(order) - 1; n > 0; n-- {
		if units[order[n]], err = g.unit(order[n], units, price); err != nil {
			return Cost{}, err
		}
	}
	if quantity == 0 {
		quantity = g.lot(root)
	}
	if _, made := g.Bills[root]; !made {
		return g.bought(root, quantity, price)
	}
	return g.cost(root, quantity, units)
}

// bought is the cost of an item that has no bill.
func (g *Graph) bought(root int64, quantity plant.Quantity, price Price) (Cost, error) {
	rate, known := price(g.Items[root])
	c := Cost{Item: root, Quantity: quantity, Unit: rate, Known: known}
	amount, ok := rate.Times(int64(quantity), int64(plant.One))
	if !ok {
		return c, tooMuch()
	}
	c.Material = amount
	return c, nil
}

// lot is in how large lots an item is made as a rule.
func (g *Graph) lot(id int64) plant.Quantity {
	p, batch := g.Items[id].Planning, g.Bills[id].Batch
	if p.Rule == item.Fixed || p.Rule == item.Economic {
		return max(p.Lot, p.Min, 1)
	}
	return max(p.Min, cmp.Or(batch, plant.One))
}

func (g *Graph) unit(id int64, units map[int64]unit, price Price) (unit, error) {
	if _, made := g.Bills[id]; !made {
		m, known := price(g.Items[id])
		return unit{material: ratio(int64(m), 1), machine: new(big.Rat), labour: new(big.Rat), known: known}, nil
	}
	lot := g.lot(id)
	sum := zero()
	_, err := g.sum(id, lot, units, &sum)
	kept := new(big.Rat).Sub(big.NewRat(1, 1), ratio(int64(g.Bills[id].share()), int64(hundred)))
	kept.Mul(kept, ratio(int64(plant.One), int64(lot)))
	for _, part := range []*big.Rat{sum.material, sum.machine, sum.labour} {
		settle(part.Mul(part, kept))
	}
	sum.rolled = true
	return sum, err
}

func zero() unit {
	return unit{material: new(big.Rat), machine: new(big.Rat), labour: new(big.Rat), known: true}
}

// share is how much of the cost goes to what comes out besides, in per cent.
func (b Bill) share() (all plant.Quantity) {
	for _, l := range b.Lines {
		all += l.Share
	}
	return all
}

// settle cuts a sum of money, in millionths, off behind its twelfth place: fractions of fractions grow without bound.
func settle(r *big.Rat) {
	const places = 1_000_000_000_000
	n := new(big.Int).Mul(r.Num(), big.NewInt(places))
	half := new(big.Int).Rsh(r.Denom(), 1)
	n.Add(n, half).Div(n, r.Denom())
	r.SetFrac(n, big.NewInt(places))
}

// sum adds up what a lot costs, in millionths, and tells of every line.
func (g *Graph) sum(id int64, lot plant.Quantity, units map[int64]unit, into *unit) (lines []CostLine, err error) {
	for _, l := range g.Bills[id].Lines {
		if !l.Taken() {
			continue
		}
		u := units[l.Item]
		exact := new(big.Rat).Mul(ratio(l.Per.Num, max(l.Per.Den, 1)), ratio(int64(lot), 1))
		exact.Add(exact, ratio(int64(l.OnceOff), 1))
		exact.Mul(exact, ratio(1, int64(plant.One)))
		for _, part := range []struct{ into, of *big.Rat }{{into.material, u.material}, {into.machine, u.machine}, {into.labour, u.labour}} {
			part.into.Add(part.into, new(big.Rat).Mul(part.of, exact))
		}
		into.known = into.known && u.known
		line := CostLine{Position: l.Position, Item: l.Item, Rolled: u.rolled, Known: u.known}
		if line.Quantity, err = l.needs(lot); err != nil {
			return nil, err
		}
		if err := rounded(&line.Rate, u.total()); err != nil {
			return nil, err
		}
		if err := rounded(&line.Amount, exact.Mul(exact, u.total())); err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	for _, o := range g.Bills[id].Operations {
		line, err := g.work(o, g.Bills[id].Batch, lot, into)
		if err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// work adds what an operation costs.
func (g *Graph) work(o Operation, batch, lot plant.Quantity, into *unit) (CostLine, error) {
	line := CostLine{Position: o.Position, Centre: o.Centre, Name: o.Name, Known: true}
	centre := g.Centres[o.Centre]
	lasts := new(big.Rat).Mul(ratio(int64(o.Run), int64(time.Hour)), ratio(int64(lot), int64(batch)))
	lasts.Add(lasts, ratio(int64(o.Setup), int64(time.Hour)))
	machine := new(big.Rat).Mul(lasts, ratio(int64(centre.Machine), 1))
	labour := new(big.Rat).Mul(lasts, ratio(int64(centre.Labour), 1))
	labour.Mul(labour, ratio(int64(o.Crew), int64(plant.One)))
	into.machine.Add(into.machine, machine)
	into.labour.Add(into.labour, labour)
	line.Time = Snapshot{Batch: batch, Operations: []Operation{o}}.Times(lot)[0]
	if err := rounded(&line.Machine, machine); err != nil {
		return line, err
	}
	if err := rounded(&line.Labour, labour); err != nil {
		return line, err
	}
	return line, rounded(&line.Amount, machine.Add(machine, labour))
}

// cost is what a lot of the root costs.
func (g *Graph) cost(root int64, lot plant.Quantity, units map[int64]unit) (Cost, error) {
	c, sum := Cost{Item: root, Quantity: lot}, zero()
	lines, err := g.sum(root, lot, units, &sum)
	if err != nil {
		return c, err
	}
	c.Lines, c.Known = lines, sum.known
	shared := new(big.Rat).Mul(sum.total(), ratio(int64(g.Bills[root].share()), int64(hundred)))
	one := new(big.Rat).Sub(sum.total(), shared)
	one.Mul(one, ratio(int64(plant.One), int64(lot)))
	for into, exact := range map[*plant.Money]*big.Rat{&c.Material: sum.material, &c.Machine: sum.machine, &c.Labour: sum.labour, &c.Shared: shared, &c.Unit: one} {
		if err := rounded(into, exact); err != nil {
			return c, err
		}
	}
	for _, l := range g.Bills[root].Lines {
		if l.Kind == Component {
			continue
		}
		line := CostLine{Position: l.Position, Item: l.Item, Known: true}
		if line.Quantity, err = l.needs(lot); err != nil {
			return c, err
		}
		if err := rounded(&line.Amount, new(big.Rat).Mul(sum.total(), ratio(-int64(l.Share), int64(hundred)))); err != nil {
			return c, err
		}
		c.Lines = append(c.Lines, line)
	}
	return c, nil
}

// rounded writes money down, half away from zero.
func rounded(into *plant.Money, exact *big.Rat) error {
	num, den := new(big.Int).Abs(exact.Num()), exact.Denom()
	num.Add(num.Lsh(num, 1), den).Div(num, new(big.Int).Lsh(den, 1))
	if !num.IsInt64() {
		return tooMuch()
	}
	*into = plant.Money(num.Int64())
	if exact.Sign() < 0 {
		*into = -*into
	}
	return nil
}

func tooMuch() error {
	return errs.New(errs.Invalid, "the cost comes to more than can be told; look at the quantities and prices beneath the item")
}
