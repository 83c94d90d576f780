package workorder

import (
	"slices"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// takes tells whether the order takes a report. What a machine has counted is never refused, as it is made; nor is what is
// still owed to the stock, or is taken as the order is completed. People clock off when it is: their time comes after that.
func (o *Order) takes(r Report) error {
	settles := len(r.Issues) > 0 && !slices.ContainsFunc(r.Issues, func(i Issue) bool { return !i.Settle }) && r.Good == 0 && r.Scrap == 0
	spent := r.Good == 0 && r.Scrap == 0 && len(r.Issues) == 0 && !r.Done && o.Held == "" // time and energy alone: they are known when it is over
	late := spent && o.Lifecycle == Completed
	if !r.Counted && !r.Complete && !settles && !late {
		return o.Posts()
	}
	if o.Lifecycle != Released && o.Lifecycle != Started && o.Lifecycle != Completed {
		return errs.New(errs.Conflict, "%s is %s and takes nothing any more", o.Number, o.Lifecycle)
	}
	return nil
}

// Clip takes out of a machine's report what cannot be taken back: what the order was never told of, or what of its product
// has left the stock. It stays with who counted it until it can be reported.
func (o *Order) Clip(r Report, s Supply) (Report, error) {
	last := len(o.Operations) - 1
	at := slices.IndexFunc(o.Operations, func(p Operation) bool { return p.Position == r.Operation })
	if at < 0 && last >= 0 {
		at, r.Operation = last, o.Operations[last].Position // that one was left out since
	} else if at < 0 {
		r.Operation = 0
	}
	r.Scrap = max(r.Scrap, -o.Scrap)
	if at >= 0 {
		r.Good, r.Scrap = max(r.Good, -o.Operations[at].Good), max(r.Scrap, -o.Operations[at].Scrap)
	}
	if at < last {
		return r, nil
	}
	if r.Good = max(r.Good, -o.Good); r.Each {
		r.Good = r.Good / plant.One * plant.One
	}
	if r.Good >= 0 {
		return r, nil
	}
	past, err := s.Past(o.Item, false)
	there := plant.Quantity(0)
	for _, p := range past {
		there += p.Quantity
	}
	r.Good = max(r.Good, -there)
	return r, err
}

// begun is how many pieces each component is taken for: those that were begun at its operation, which is the first where
// none is named.
func (o *Order) begun() []plant.Quantity {
	all := make([]plant.Quantity, len(o.Components))
	for i := range o.Components {
		all[i] = o.Begun(&o.Components[i])
	}
	return all
}

// Begun is how many pieces a component was taken for: what later operations tell of, earlier ones have begun.
func (o *Order) Begun(c *Component) plant.Quantity {
	if len(o.Operations) == 0 {
		return o.Good + o.Scrap
	}
	first := max(0, slices.IndexFunc(o.Operations, func(p Operation) bool { return p.Position == c.Operation }))
	n := plant.Quantity(0)
	for i := len(o.Operations) - 1; i >= first; i-- {
		n = max(o.Operations[i].Good, n) + o.Operations[i].Scrap
	}
	return n
}

// due is what so many begun pieces have taken of a component by its policy; when all are made, to the last millionth.
func (c *Component) due(begun plant.Quantity, all bool) plant.Quantity {
	switch {
	case all:
	case c.Policy == PerCycle && c.Every > 0:
		begun = begun / c.Every * c.Every
	case c.Policy == AtCompletion:
		return 0
	}
	return c.Used(begun)
}

// use takes what the pieces begun take of a component, or puts it back.
func (p *posting) use(c *Component, before, now plant.Quantity) error {
	all := p.Lifecycle == Completed
	switch {
	case before == now && !p.Complete:
		return nil
	case c.Output:
		return p.byProduct(c, c.due(now, all || c.Issued != 0 && c.Policy == AtCompletion)-c.Issued)
	case c.Flow != Backflush:
		return nil
	case now < before:
		all = all || c.Policy == AtCompletion // what was taken at a completion before
		return p.back(c, min(c.due(before, all)-c.due(now, all), max(0, c.Issued+c.Short-c.due(now, all))))
	}
	q := c.due(now, all) - c.Issued - c.Short
	if q <= 0 {
		return nil // it was issued before
	}
	short, err := p.take(c, q, Issue{})
	c.Short += short
	return err
}

// settle takes what was short of a component, as far as it is there now.
func (p *posting) settle(c *Component, i Issue) error {
	q := c.Short
	if i.Quantity > 0 {
		q = min(q, i.Quantity)
	}
	if q <= 0 {
		return nil
	}
	short, err := p.take(c, q, i)
	c.Short -= q - short
	return err
}
