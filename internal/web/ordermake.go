// What of a sales order nothing makes yet, and the way to make it.

package web

import (
	"context"
	"net/url"

	"millwright/internal/erp/item"
	"millwright/internal/erp/order"
	"millwright/internal/erp/workorder"
	"millwright/internal/plant"
	orderview "millwright/views/order"
	"millwright/views/ui"
)

// makeLinks lead to a new work order for each line that only a planned order covers, or nothing does.
func (s *Server) makeLinks(ctx context.Context, o order.Order) (all []orderview.Link, err error) {
	if s.Planning.Desk == nil || !o.Firm {
		return nil, nil
	}
	st, err := s.Planning.Desk.Standing(ctx)
	if err != nil {
		return nil, err
	}
	for _, l := range o.Lines {
		short, due := plant.Quantity(0), plant.Date(0)
		for _, t := range st.Ties(l.Item) {
			of := t.By.Kind == "order" && t.By.Document == o.Ref() && t.By.Line == int64(l.Place)
			if of && (t.From.Kind == "plan" || t.From.Kind == "nothing") {
				short += t.Quantity
				due = t.Wanted
			}
		}
		if short == 0 {
			continue
		}
		made, err := s.Planning.Items.Find(ctx, l.Item)
		if err != nil {
			return nil, err
		}
		if made.Kind != item.Make && made.Kind != item.Both {
			continue
		}
		q := url.Values{"item": {l.Number}, "quantity": {short.String()}, "due": {due.String()}, "note": {"for " + o.Number}}
		all = append(all, orderview.Link{Link: ui.Link{Name: "Make " + s.muchOf(short, made.Unit) + " of " + l.Number, Href: workHome + "/new?" + q.Encode()}})
	}
	return all, nil
}

// askedWork is the work order that an address begins with.
func askedWork(q url.Values) (o workorder.Order) {
	o.Quantity, _ = plant.ParseQuantity(q.Get("quantity")) // what cannot be read is left to be typed
	o.Due, _ = plant.ParseDate(q.Get("due"))
	o.Note = q.Get("note")
	return o
}
