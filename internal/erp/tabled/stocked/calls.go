package stocked

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/erp/register"
	"millwright/internal/erp/tabled"
	"millwright/internal/errs"
)

// Calls are the dated parts of purchase lines, by order, line and day.
type Calls struct {
	Book  order.Book
	Find  func(ctx context.Context, number string) (document string, err error) // errs.NotFound when there is none
	Today func() string                                                         // by the plant's clocks
}

// The columns of a table of calls.
const (
	dOrder, dLine, dDay, dQuantity = "Order", "Line", "Day", "Quantity"
	mostCalls                      = 500 // of one line
)

// Fields are the columns of a table of calls.
func (Calls) Fields() []register.Field {
	return []register.Field{
		{Title: dOrder, Key: true, Help: "The number of the purchase order."},
		{Title: dLine, Key: true, Help: "Of the order: 1, 2 and so on."},
		{Title: dDay, Key: true, Help: "A date like 2026-12-24. What is called of the line for that day is changed; other days stay."},
		{Title: dQuantity, Help: "In the line's unit; 0 takes the day away."},
	}
}

// CallsTold are the columns that a file of calls has besides.
func CallsTold() []register.Column {
	return []register.Column{{Key: "supplier", Title: "Supplier"}, {Key: "item", Title: "Item"}, {Key: "unit", Title: "Unit"}}
}

// Key is the order and its line: all rows of one are its schedule.
func (Calls) Key(r tabled.Row) []string { return []string{r.Cell(dOrder), r.Cell(dLine)} }

// Single tells that a line has many rows.
func (Calls) Single() bool { return false }

// Keep keeps the schedule of a line.
func (k Calls) Keep(ctx context.Context, r tabled.Record) (tabled.Kept, error) {
	var w tabled.Wrong
	head := r.Rows[0]
	was, err := k.ordered(ctx, head.Cell(dOrder))
	if errs.KindOf(err) == errs.NotFound {
		w.Add(head, dOrder, "There is no purchase order %q.", errs.Clip(head.Cell(dOrder)))
		return tabled.Kept{}, w.Err()
	} else if err != nil {
		return tabled.Kept{}, err
	}
	place := w.Whole(head, dLine)
	d := order.Draft{Side: was.Side, ID: was.ID, Version: was.Version, Partner: was.Partner.Number, Reference: was.Reference, Address: was.Address, Terms: was.Terms, Note: was.Note, Today: k.Today()}
	at := -1
	terms := tabled.Terms{Titles: map[string]string{"lines.calls": dDay}, Rows: map[string][]tabled.Row{}}
	for n, l := range was.Lines {
		if d.Lines = append(d.Lines, tabled.AsItIs(l)); l.Place == place {
			at = n
		}
		terms.Rows["lines"] = append(terms.Rows["lines"], head)
	}
	if at < 0 {
		w.Add(head, dLine, "%s has no line %q.", was.Number, errs.Clip(head.Cell(dLine)))
		return tabled.Kept{}, w.Err()
	}
	before := calledWords(was.Lines[at])
	d.Lines[at].Calls = k.called(&w, d.Lines[at].Calls, r.Rows)
	if err := w.Err(); err != nil {
		return tabled.Kept{}, err
	}
	o, err := k.Book.Change(ctx, d, order.Doing{By: r.By, Why: r.Why})
	if err != nil {
		return tabled.Kept{}, w.Also(r, err, terms)
	}
	l, _ := o.Line(place)
	return tabled.Kept{ID: o.ID, Old: before, New: calledWords(l)}, nil
}

func (k Calls) ordered(ctx context.Context, number string) (order.Order, error) {
	on, err := k.Find(ctx, number)
	if err != nil {
		return order.Order{}, err
	}
	kind, digits, _ := strings.Cut(on, "/")
	id, err := strconv.ParseInt(digits, 10, 64)
	if kind != string(partner.Purchase) || err != nil {
		return order.Order{}, errs.New(errs.NotFound, "there is no purchase order %s", errs.Clip(number))
	}
	o, err := k.Book.Order(ctx, partner.Purchase, id)
	if err == nil && !strings.EqualFold(o.Number, strings.TrimSpace(number)) {
		err = errs.New(errs.NotFound, "there is no purchase order %s", errs.Clip(number)) // it was the number of a receipt
	}
	return o, err
}

// called are the calls of a line with what the rows say.
func (k Calls) called(w *tabled.Wrong, calls []order.Call, rows []tabled.Row) []order.Call {
	seen := map[string]bool{}
	for _, row := range rows {
		due, q := day(w, row, dDay).String(), w.Quantity(row, dQuantity)
		switch {
		case row.Cell(dQuantity) == "":
			w.Add(row, dQuantity, "Write a quantity; 0 takes the day away.")
		case q < 0:
			w.Add(row, dQuantity, "Less than nothing cannot be called.")
		case seen[due]:
			w.Add(row, dDay, "This day stands here twice.")
		}
		seen[due] = true
		n := slices.IndexFunc(calls, func(c order.Call) bool { return c.Due == due })
		switch {
		case n >= 0 && q == 0:
			calls = slices.Delete(calls, n, n+1)
		case n >= 0:
			calls[n].Quantity = q
		case q > 0:
			calls = append(calls, order.Call{Due: due, Quantity: q})
		}
	}
	if len(calls) > mostCalls {
		w.Add(rows[0], dDay, "A line is called for %d days at most.", mostCalls)
	}
	return calls
}

// calledWords tells a line's schedule, day by day.
func calledWords(l order.Line) string {
	words := make([]string, len(l.Calls))
	for i, c := range l.Calls {
		words[i] = c.Due + ": " + l.In(c.Quantity).String()
	}
	return strings.Join(words, "\n")
}
