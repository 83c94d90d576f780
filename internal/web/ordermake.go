// What of a sales order nothing makes yet, and the way to make it.

package web

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/item"
	"millwright/internal/erp/order"
	"millwright/internal/erp/order/promising"
	"millwright/internal/erp/partner"
	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
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
		q := url.Values{"item": {l.Number}, "quantity": {short.String()}, "due": {due.String()}, "note": {"for " + o.Number}, "for": {lineText(o, l)}}
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

// lineText names a line of an order as people write it: "SO-000007/1".
func lineText(o order.Order, l order.Line) string { return o.Number + "/" + strconv.Itoa(l.Place) }

// makers are the work orders that are made for the lines of an order, by the line's ID.
func (s *Server) makers(ctx context.Context, o order.Order) (map[int64][]ui.Link, error) {
	if s.Planning.Pegs == nil {
		return nil, nil
	}
	all := map[int64][]ui.Link{}
	heads, err := s.Planning.Pegs.MadeFor(ctx, o.ID)
	for _, h := range heads {
		all[h.SalesLine] = append(all[h.SalesLine], ui.Link{Name: h.Number + ", " + h.Good.String() + " of " + h.Quantity.String() + " made", Href: workHref(h.ID)})
	}
	return all, err
}

// pegText names the line that a work order is made for, and the customer; "" for none.
func (s *Server) pegText(ctx context.Context, o workorder.Order) (line string, sold workorder.Sold, err error) {
	if o.SalesLine == 0 || s.Planning.Pegs == nil {
		return "", sold, nil
	}
	sold, err = s.Planning.Pegs.Sold(ctx, o.SalesLine)
	if errs.KindOf(err) == errs.NotFound { // the line was taken out of its order
		return "", workorder.Sold{}, nil
	}
	return sold.Text(), sold, err
}

// pegTyped reads the line that an order is to be made for.
func (s *Server) pegTyped(c echo.Context, o *workorder.Order) error {
	name := strings.TrimSpace(c.FormValue("for"))
	if o.SalesLine = 0; name == "" || s.Planning.Pegs == nil {
		return nil
	}
	sold, err := s.Planning.Pegs.Named(c.Request().Context(), name)
	if errs.KindOf(err) == errs.NotFound {
		return &errs.Error{Kind: errs.Invalid, Words: "there is no such line", Fields: []errs.Field{{Path: "for", Message: "There is no such line of a sales order: write it like SO-000007/1."}}}
	}
	o.SalesLine = sold.ID
	return err
}

// promises are those of the open lines of a sales order that nobody gave a date; nil where nothing is planned.
func (s *Server) promises(ctx context.Context, o order.Order) ([]order.Promised, error) {
	undated := slices.ContainsFunc(o.Lines, func(l order.Line) bool { return l.Due == "" && l.Open() > 0 })
	if s.Planning.Desk == nil || o.Side != partner.Sales || !undated {
		return nil, nil
	}
	st, err := s.Planning.Desk.Standing(ctx)
	if err != nil {
		return nil, err
	}
	return promising.Of(st, o, s.planDay())
}

// workDoing is who asks, and why: as it stands in the field of the form, else in "why".
func workDoing(c echo.Context, field ...string) workorder.Doing {
	why := c.FormValue("why")
	for _, name := range field {
		why = cmp.Or(c.FormValue(name), why)
	}
	return workorder.Doing{By: visitorOf(c).Person, Why: errs.Clip(strings.TrimSpace(why)), Key: c.FormValue("key")}
}
