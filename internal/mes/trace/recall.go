package trace

import (
	"cmp"
	"slices"
	"time"

	"millwright/internal/erp/stock"
	"millwright/internal/plant"
)

// Account is what became of one lot. Came is what all else adds up to.
type Account struct {
	Lot
	Depth    int
	Came     plant.Quantity // bought, made, opened or found
	OnSite   []Spot
	Shipped  []Shipment     // less what came back
	Used     plant.Quantity // in orders
	Waste    plant.Quantity // of Used, in scrapped pieces
	Open     plant.Quantity // of Used, in orders that have made nothing of it yet
	Scrapped plant.Quantity
	GaveBack plant.Quantity // to its supplier
	Missing  plant.Quantity // at counts
}

// Spot is a place where some of a lot lies.
type Spot struct {
	Place    int64
	Quantity plant.Quantity
}

// Shipment is what a customer's order got of a lot.
type Shipment struct {
	Lot         Lot
	Document    string // "sales/7"; "" where nobody said
	Quantity    plant.Quantity
	Back        plant.Quantity // besides, that came back
	First, Last time.Time
}

// There is how much of it is on site.
func (a Account) There() (q plant.Quantity) {
	for _, s := range a.OnSite {
		q += s.Quantity
	}
	return q
}

// Gone is how much of it customers have.
func (a Account) Gone() (q plant.Quantity) {
	for _, s := range a.Shipped {
		q += s.Quantity
	}
	return q
}

// Adds tells whether everything that came is accounted for.
func (a Account) Adds() bool {
	return a.Came == a.There()+a.Gone()+a.Used+a.Scrapped+a.GaveBack+a.Missing
}

// Recall is what has to be found again: where the lots of a trace are.
type Recall struct {
	Accounts []Account // the nearest first
	Lost     []Lot     // what they went into is not kept by lots: its pieces cannot be told apart
	Cut      bool
	at       map[Lot]int
}

// Of gives the account of a lot.
func (r Recall) Of(l Lot) (Account, bool) {
	i, is := r.at[l]
	if !is {
		return Account{}, false
	}
	return r.Accounts[i], true
}

// Recall tells what became of every lot of a trace.
func (t *Trace) Recall() Recall {
	at := map[Lot]int{}
	r := Recall{Cut: t.Cut, at: at}
	for _, n := range t.Nodes {
		if !n.Tracked() {
			r.Lost = append(r.Lost, n.Lot)
			continue
		}
		at[n.Lot] = len(r.Accounts)
		r.Accounts = append(r.Accounts, Account{Lot: n.Lot, Depth: n.Depth})
	}
	spots, ships := map[Lot]map[int64]plant.Quantity{}, map[Lot]map[string]*Shipment{}
	for _, m := range t.Moves {
		i, is := at[m.Lot]
		if !is {
			continue
		}
		if spots[m.Lot] == nil {
			spots[m.Lot], ships[m.Lot] = map[int64]plant.Quantity{}, map[string]*Shipment{}
		}
		r.Accounts[i].enter(m, spots[m.Lot], ships[m.Lot])
	}
	for i := range r.Accounts {
		a := &r.Accounts[i]
		a.close(spots[a.Lot], ships[a.Lot])
	}
	for _, b := range t.bound {
		for l, q := range b.Waste {
			if i, is := at[l]; is {
				r.Accounts[i].Waste += q
			}
		}
		for l, q := range b.Open {
			if i, is := at[l]; is {
				r.Accounts[i].Open += q
			}
		}
	}
	return r
}

// enter takes a move into an account.
func (a *Account) enter(m Move, spots map[int64]plant.Quantity, ships map[string]*Shipment) {
	q := m.Quantity
	if !stock.Virtual(m.From) {
		spots[m.From] -= q
	}
	if !stock.Virtual(m.To) {
		spots[m.To] += q
	}
	switch m.To {
	case stock.Production:
		a.Used += q
	case stock.Scrapped:
		a.Scrapped += q
	case stock.Supplier:
		a.GaveBack += q
	case stock.Difference:
		a.Missing += q
	case stock.Customer:
		s := ship(m, ships)
		s.Quantity += q
	}
	switch {
	case m.From == stock.Customer:
		s := ship(m, ships)
		s.Quantity, s.Back = s.Quantity-q, s.Back+q
	case stock.Virtual(m.From):
		a.Came += q
	}
}

func ship(m Move, ships map[string]*Shipment) *Shipment {
	s := ships[m.Document]
	if s == nil {
		s = &Shipment{Lot: m.Lot, Document: m.Document, First: m.At, Last: m.At}
		ships[m.Document] = s
	}
	if m.At.Before(s.First) {
		s.First = m.At
	}
	if m.At.After(s.Last) {
		s.Last = m.At
	}
	return s
}

// close puts what was summed in order.
func (a *Account) close(spots map[int64]plant.Quantity, ships map[string]*Shipment) {
	for _, place := range sorted(spots) {
		if spots[place] != 0 {
			a.OnSite = append(a.OnSite, Spot{place, spots[place]})
		}
	}
	for _, document := range sorted(ships) {
		a.Shipped = append(a.Shipped, *ships[document])
	}
	slices.SortFunc(a.Shipped, func(x, y Shipment) int { return cmp.Or(x.First.Compare(y.First), cmp.Compare(x.Document, y.Document)) })
}
