package tabled

import (
	"cmp"
	"context"
	"slices"

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

// Orders are sales orders, by customer and their number: each row is a line.
type Orders struct {
	Book  order.Book
	Known Referred
	Today func() string // by the plant's clocks
	// Plan is what lines without a date are promised by; nil where nothing is planned.
	Plan func(ctx context.Context) (*desk.Standing, error)

	promises *promising.Book // of the table that is taken; nil where it needs none
}

// The columns of a table of orders.
const (
	oPartner, oReference, oConfirm          = "Customer", "Their number", "Confirmed"
	oAddress, oTerms, oNote                 = "Address", "Terms", "Note"
	oLine, oItem, oQuantity, oUnit          = "Line", "Item", "Quantity", "Unit"
	oPrice, oRequested, oPromised, oEdition = "Price", "Requested", "Promised", "Revision"
)

// Fields are the columns of a table of orders.
func (Orders) Fields() []register.Field {
	return []register.Field{
		{Title: oPartner, Key: true, Help: "The customer's number."},
		{Title: oReference, Also: []string{"Reference"}, Key: true, Help: "By which the customer knows the order. All rows of one are its lines; what there is already is changed."},
		{Title: oConfirm, Help: "yes: it is confirmed. no: it is a quote."},
		{Title: oAddress, Help: "Where the goods go; the customer's first when left out."},
		{Title: oTerms, Help: "Of payment; the customer's when left out."},
		{Title: oNote},
		{Title: oLine, Help: "Of the order; in the order of the rows when left out."},
		{Title: oItem, Help: "Its number."},
		{Title: oQuantity, Help: "In the unit."},
		{Title: oUnit, Help: "The item's stock unit when left out."},
		{Title: oPrice, Help: "Of one unit; as the price lists say when left out."},
		{Title: oRequested, Help: "A date like 2026-12-24."},
		{Title: oPromised, Help: "A date; the first day from the requested one on, on which goods go to the customer, when left out. A line that is confirmed without either is promised: from when it is free of the stock and of what is on its way, else when it can be made or bought."},
		{Title: oEdition, Help: "Of the item."},
	}
}

// Key is the customer, and their number.
func (Orders) Key(r Row) []string { return []string{r.Cell(oPartner), r.Cell(oReference)} }

// Single tells that an order has many rows.
func (Orders) Single() bool { return false }

func orderTitles() map[string]string {
	return map[string]string{
		"partner": oPartner, "reference": oReference, "address": oAddress, "terms": oTerms, "note": oNote, "lines": oLine,
		"lines.item": oItem, "lines.quantity": oQuantity, "lines.unit": oUnit, "lines.price": oPrice, "lines.requested": oRequested,
		"lines.due": oPromised, "lines.revision": oEdition,
	}
}

// Prepare plans, where a row is to be confirmed that says no date.
func (k Orders) Prepare(ctx context.Context, all []Record) (Kind, error) {
	undated := slices.ContainsFunc(all, func(r Record) bool {
		return r.Rows[0].Cell(oConfirm) != "" && slices.ContainsFunc(r.Rows, func(row Row) bool { return row.Cell(oRequested) == "" && row.Cell(oPromised) == "" })
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
	id, err := k.Known.Referred(ctx, partner.Sales, r.Key[0], r.Key[1])
	if err != nil {
		return Kept{}, err
	}
	was := order.Order{Side: partner.Sales}
	if id != 0 {
		if was, err = k.Book.Order(ctx, partner.Sales, id); err != nil {
			return Kept{}, err
		}
	}
	var w Wrong
	confirm := w.yes(r.Rows[0], oConfirm)
	d := k.draft(&w, was, r)
	terms := Terms{Titles: orderTitles(), Rows: map[string][]Row{"lines": r.Rows}}
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
			promised = promisedRows(d, o)
		}
	}
	if err != nil || unread != nil {
		return Kept{}, w.also(r, err, terms)
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
func promisedRows(d order.Draft, o order.Order) map[int][]register.FieldChange {
	all := map[int][]register.FieldChange{}
	for n, want := range d.Lines {
		place := cmp.Or(want.Place, n+1)
		if l, ok := o.Line(place); ok && want.Due == "" && l.Promise != "" {
			all[n] = []register.FieldChange{{Title: oPromised, New: l.Due + ": " + l.Promise}}
		}
	}
	return all
}

// draft is an order as the rows say it. A column that is not there leaves alone what it would say.
func (k Orders) draft(w *Wrong, was order.Order, r Record) order.Draft {
	head := r.Rows[0]
	d := order.Draft{Side: partner.Sales, ID: was.ID, Version: was.Version, Partner: r.Key[0], Reference: r.Key[1], Today: k.Today()}
	for title, at := range map[string][2]*string{oAddress: {&d.Address, &was.Address}, oTerms: {&d.Terms, &was.Terms}, oNote: {&d.Note, &was.Note}} {
		if *at[0] = head.Cell(title); !head.Has(title) {
			*at[0] = *at[1]
		}
	}
	for n, row := range r.Rows {
		place := n + 1
		if row.Cell(oLine) != "" {
			place = w.whole(row, oLine)
		}
		before, there := was.Line(place)
		d.Lines = append(d.Lines, wantedLine(w, row, before))
		if there {
			d.Lines[n].Place = place
		}
	}
	return d
}

func wantedLine(w *Wrong, row Row, was order.Line) order.Wanted {
	l := order.Wanted{
		Item: row.Cell(oItem), Revision: row.Cell(oEdition), Unit: row.Cell(oUnit), Quantity: w.quantity(row, oQuantity),
		Requested: row.Cell(oRequested), Due: cmp.Or(row.Cell(oPromised), was.Due),
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
	if row.Cell(oPrice) != "" {
		m := plant.Money(w.quantity(row, oPrice))
		l.Price = &m
	}
	return l
}
