package tabled

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"millwright/internal/erp/mrp/desk"
	"millwright/internal/erp/order"
	"millwright/internal/erp/order/promising"
	"millwright/internal/erp/partner"
	"millwright/internal/erp/register"
	"millwright/internal/plant"
)

// Referred finds the order that a partner knows by a number; 0 for none.
type Referred interface {
	Referred(ctx context.Context, side order.Side, partner, reference string) (id int64, err error)
}

// Orders are the orders of one side, by partner and their number: each row is a line.
type Orders struct {
	Side  order.Side
	Book  order.Book
	Known Referred
	Today func() string // by the plant's clocks
	// Plan is what lines without a date are promised by; nil where nothing is planned.
	Plan func(ctx context.Context) (*desk.Standing, error)

	promises *promising.Book // of the table that is taken; nil where it needs none
}

// The columns of a table of orders.
const (
	oReference                     = "Their number"
	oAddress, oTerms, oNote        = "Address", "Terms", "Note"
	oLine, oItem, oQuantity, oUnit = "Line", "Item", "Quantity", "Unit"
	oPrice, oRequested, oEdition   = "Price", "Requested", "Revision"
)

// sideWords are the columns that sales and purchases call otherwise.
type sideWords struct{ partner, agreed, due string }

func (k Orders) words() sideWords {
	if k.Side == partner.Purchase {
		return sideWords{"Supplier", "Ordered", "Due"}
	}
	return sideWords{"Customer", "Confirmed", "Promised"}
}

// Fields are the columns of a table of orders.
func (k Orders) Fields() []register.Field {
	if k.Side == partner.Purchase {
		return k.fields("yes: it is ordered. no: it is a request.", "Where it is to be delivered.", "A date; when the supplier can deliver, when left out.")
	}
	return k.fields("yes: it is confirmed. no: it is a quote.", "Where the goods go; the customer's first when left out.",
		"A date; the first day from the requested one on, on which goods go to the customer, when left out. A line that is confirmed without either is promised: from when it is free of the stock and of what is on its way, else when it can be made or bought.")
}

func (k Orders) fields(agreed, address, due string) []register.Field {
	w := k.words()
	whom := strings.ToLower(w.partner)
	return []register.Field{
		{Title: w.partner, Key: true, Help: "The " + whom + "'s number."},
		{Title: oReference, Also: []string{"Reference"}, Key: true, Help: "By which the " + whom + " knows the order. All rows of one are its lines; what there is already is changed."},
		{Title: w.agreed, Help: agreed},
		{Title: oAddress, Help: address},
		{Title: oTerms, Help: "Of payment; the " + whom + "'s when left out."},
		{Title: oNote},
		{Title: oLine, Help: "Of the order; in the order of the rows when left out."},
		{Title: oItem, Help: "Its number."},
		{Title: oQuantity, Help: "In the unit."},
		{Title: oUnit, Help: "The item's stock unit when left out."},
		{Title: oPrice, Help: "Of one unit; as the price lists say when left out."},
		{Title: oRequested, Help: "A date like 2026-12-24."},
		{Title: w.due, Help: due},
		{Title: oEdition, Help: "Of the item."},
	}
}

// Key is the partner, and their number.
func (k Orders) Key(r Row) []string { return []string{r.Cell(k.words().partner), r.Cell(oReference)} }

// Single tells that an order has many rows.
func (Orders) Single() bool { return false }

func (k Orders) titles() map[string]string {
	w := k.words()
	return map[string]string{
		"partner": w.partner, "reference": oReference, "address": oAddress, "terms": oTerms, "note": oNote, "lines": oLine,
		"lines.item": oItem, "lines.quantity": oQuantity, "lines.unit": oUnit, "lines.price": oPrice, "lines.requested": oRequested,
		"lines.due": w.due, "lines.revision": oEdition,
	}
}

// Prepare plans, where a row is to be confirmed that says no date.
func (k Orders) Prepare(ctx context.Context, all []Record) (Kind, error) {
	undated := slices.ContainsFunc(all, func(r Record) bool {
		return r.Rows[0].Cell(k.words().agreed) != "" && slices.ContainsFunc(r.Rows, func(row Row) bool { return row.Cell(oRequested) == "" && row.Cell(k.words().due) == "" })
	})
	if k.Plan == nil || !undated {
		return k, nil
	}
	today, err := plant.ParseDate(k.Today())
	if err != nil {
		return nil, err
	}
	st, err := k.Plan(ctx)
	if err != nil {
		return nil, err
	}
	k.promises = promising.NewBook(st, today)
	return k, nil
}

// Keep keeps an order.
func (k Orders) Keep(ctx context.Context, r Record) (Kept, error) {
	id, err := k.Known.Referred(ctx, k.Side, r.Key[0], r.Key[1])
	if err != nil {
		return Kept{}, err
	}
	was := order.Order{Side: k.Side}
	if id != 0 {
		if was, err = k.Book.Order(ctx, k.Side, id); err != nil {
			return Kept{}, err
		}
	}
	var w Wrong
	confirm := w.Yes(r.Rows[0], k.words().agreed)
	d := k.draft(&w, was, r)
	terms := Terms{Titles: k.titles(), Rows: map[string][]Row{"lines": r.Rows}}
	doing := order.Doing{By: r.By, Why: r.Why}
	unread := w.Err() // what the book finds wrong is told with it
	var o order.Order
	if id == 0 {
		o, err = k.Book.Create(ctx, d, doing)
	} else {
		o, err = k.Book.Change(ctx, d, doing)
	}
	promised := map[int][]register.FieldChange{}
	if err == nil && unread == nil && confirm && !o.Firm {
		if o, err = k.confirm(ctx, o, doing); err == nil {
			promised = k.promisedRows(d, o)
		}
	}
	if err != nil || unread != nil {
		return Kept{}, w.Also(r, err, terms)
	}
	if k.promises != nil && o.Firm {
		k.promises.Agreed(o)
	}
	old, now := order.Changes(was, o)
	return Kept{o.ID, id == 0, old, now, promised}, nil
}

// confirm agrees an order, with dates that are promised for lines without one.
func (k Orders) confirm(ctx context.Context, o order.Order, doing order.Doing) (order.Order, error) {
	s := order.Step{Side: o.Side, ID: o.ID, Version: o.Version, Do: order.Confirm}
	if k.promises != nil {
		var err error
		if s.Promised, err = k.promises.Of(o); err != nil {
			return o, err
		}
	}
	return k.Book.Step(ctx, s, doing)
}

// promisedRows tells by row what was promised, and why.
func (k Orders) promisedRows(d order.Draft, o order.Order) map[int][]register.FieldChange {
	all := map[int][]register.FieldChange{}
	for n, want := range d.Lines {
		place := cmp.Or(want.Place, n+1)
		if l, ok := o.Line(place); ok && want.Due == "" && l.Promise != "" {
			all[n] = []register.FieldChange{{Title: k.words().due, New: l.Due + ": " + l.Promise}}
		}
	}
	return all
}

// draft is an order as the rows say it. A column that is not there leaves alone what it would say.
func (k Orders) draft(w *Wrong, was order.Order, r Record) order.Draft {
	head := r.Rows[0]
	d := order.Draft{Side: k.Side, ID: was.ID, Version: was.Version, Partner: r.Key[0], Reference: r.Key[1], Today: k.Today()}
	for title, at := range map[string][2]*string{oAddress: {&d.Address, &was.Address}, oTerms: {&d.Terms, &was.Terms}, oNote: {&d.Note, &was.Note}} {
		if *at[0] = head.Cell(title); !head.Has(title) {
			*at[0] = *at[1]
		}
	}
	if was.ID != 0 && !head.Has(oItem) && !head.Has(oQuantity) { // it tells of orders, and not of their lines
		for _, l := range was.Lines {
			d.Lines = append(d.Lines, AsItIs(l))
		}
		return d
	}
	for n, row := range r.Rows {
		place := n + 1
		if row.Cell(oLine) != "" {
			place = w.Whole(row, oLine)
		}
		before, there := was.Line(place)
		d.Lines = append(d.Lines, k.wantedLine(w, row, before))
		if there {
			d.Lines[n].Place = place
		}
	}
	return d
}

// AsItIs is a line that stays.
func AsItIs(l order.Line) order.Wanted {
	w := order.Wanted{Place: l.Place, Item: l.Number, Revision: l.Revision, Unit: l.Unit, Quantity: l.Asked, Price: &l.Price, Requested: l.Requested, Due: l.Due}
	for _, c := range l.Calls {
		w.Calls = append(w.Calls, order.Call{Due: c.Due, Quantity: l.In(c.Quantity)})
	}
	return w
}

func (k Orders) wantedLine(w *Wrong, row Row, was order.Line) order.Wanted {
	l := order.Wanted{
		Item: row.Cell(oItem), Revision: row.Cell(oEdition), Unit: row.Cell(oUnit), Quantity: w.Quantity(row, oQuantity),
		Requested: row.Cell(oRequested), Due: cmp.Or(row.Cell(k.words().due), was.Due),
	}
	if !row.Has(oEdition) {
		l.Revision = was.Revision
	}
	if !row.Has(oRequested) {
		l.Requested = was.Requested
	}
	if l.Unit == "" && order.Fold(l.Item) == order.Fold(was.Number) {
		l.Unit = was.Unit
	}
	for _, c := range was.Calls { // a table does not tell of them
		if l.Unit == was.Unit {
			l.Calls = append(l.Calls, order.Call{Due: c.Due, Quantity: was.In(c.Quantity)})
		}
	}
	if row.Cell(oPrice) != "" {
		m := plant.Money(w.Quantity(row, oPrice))
		l.Price = &m
	}
	return l
}
