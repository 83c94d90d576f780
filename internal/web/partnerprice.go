// The forms of a price, and of what a supplier delivers.

package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/item"
	"millwright/internal/erp/partner"
	"millwright/internal/erp/tabled"
	"millwright/internal/errs"
	"millwright/internal/plant"
	orderview "millwright/views/order"
	"millwright/views/ui"
)

// newPrice shows the form of a price.
func (s *Server) newPrice(c echo.Context) error {
	_, p, err := s.partnerOf(c)
	if err != nil {
		return err
	}
	return s.priceForm(c, http.StatusOK, p, nil)
}

func (s *Server) priceForm(c echo.Context, status int, p partner.Partner, wrong []ui.Fault) error {
	line := func(id, label, help string) orderview.Field {
		return orderview.Field{Input: ui.Input{ID: id, Label: label, Help: help, Type: "text", Optional: true}}
	}
	sides := []ui.Choice{}
	if p.Customer {
		sides = append(sides, ui.Choice{Value: "sales", Name: "What they pay"})
	}
	if p.Supplier {
		sides = append(sides, ui.Choice{Value: "purchase", Name: "What they are paid"})
	}
	of := []ui.Choice{{Value: "", Name: "Agreed with " + p.Number}}
	if p.List != "" {
		of = append(of, ui.Choice{Value: p.List, Name: "List " + p.List + ", for all who buy by it"})
	}
	return s.partForm(c, status, orderview.Form{
		Title: "Add a price for " + p.Number, Action: partnerHref(p.ID) + "/price", Faults: wrong, Button: "Save", Back: ui.Link{Name: "Back", Href: partnerHref(p.ID)},
		Fields: []orderview.Field{
			{Choices: sides, Input: ui.Input{ID: "side", Label: "For"}},
			{Choices: of, Input: ui.Input{ID: "list", Label: "By"}},
			line("item", "Item", "Its number."), line("unit", "Unit", "Empty: the stock unit."), line("from", "From a quantity of", "Empty: any."),
			line("price", "Price of one unit", ""), line("validFrom", "Valid from", "A date like 2026-03-02. Empty: always."), line("validTo", "Valid to", "The last day. Empty: for ever."),
		},
	})
}

// itemTyped finds the item that is typed; what is wrong is told.
func (s *Server) itemTyped(c echo.Context, w *partner.Wrong) (item.Item, error) {
	number := strings.TrimSpace(c.FormValue("item"))
	if s.Trade.Items == nil || number == "" {
		w.Add("item", "Write an item's number.")
		return item.Item{}, nil
	}
	i, err := s.Trade.Items.ByNumber(c.Request().Context(), number)
	if errs.KindOf(err) == errs.NotFound {
		w.Add("item", "There is no item %q.", errs.Clip(number))
		err = nil
	}
	return i, err
}

// exactTyped reads an exact number; nothing is 0.
func exactTyped(c echo.Context, w *partner.Wrong, id string) plant.Quantity {
	value := decimal(c.FormValue(id))
	if value == "" {
		return 0
	}
	q, err := plant.ParseQuantity(value)
	if err != nil {
		w.Add(id, "%s.", upper(err.Error()))
	}
	return q
}

// keepPrice keeps a price.
func (s *Server) keepPrice(c echo.Context) error {
	book, p, err := s.partnerOf(c)
	if err != nil {
		return err
	}
	var w partner.Wrong
	price := partner.Price{
		Side: partner.Side(c.FormValue("side")), List: strings.TrimSpace(c.FormValue("list")), Unit: strings.TrimSpace(c.FormValue("unit")),
		Least: exactTyped(c, &w, "from"), Amount: plant.Money(exactTyped(c, &w, "price")), From: c.FormValue("validFrom"), To: c.FormValue("validTo"),
	}
	if !mayDo(c, sideDuty(price.Side)) {
		return errs.New(errs.Forbidden, "sales prices are kept by who has the duty sales, the others by purchasers; ask an admin")
	}
	if price.List == "" {
		price.Partner = p.ID
	}
	if strings.TrimSpace(c.FormValue("price")) == "" {
		w.Add("price", "Write a price.")
	}
	i, err := s.itemTyped(c, &w)
	if err != nil {
		return err
	}
	if price.Item = i.ID; price.Unit == "" {
		price.Unit = i.Unit
	}
	if err = w.Err("this price cannot be kept"); err == nil {
		_, err = book.KeepPrice(c.Request().Context(), price, by(c), "")
	}
	return s.kept(c, p, err, s.priceForm)
}

// kept leads back to the partner, or shows the form again.
func (s *Server) kept(c echo.Context, p partner.Partner, err error, again func(echo.Context, int, partner.Partner, []ui.Fault) error) error {
	switch kind := errs.KindOf(err); {
	case err == nil:
		return done(c, partnerHref(p.ID), "saved")
	case kind == errs.Invalid:
		return again(c, http.StatusUnprocessableEntity, p, faults(err))
	case kind == errs.Conflict:
		return again(c, http.StatusConflict, p, faults(err))
	}
	return err
}

// dropPrice removes a price.
func (s *Server) dropPrice(c echo.Context) error {
	book, p, err := s.partnerOf(c)
	if err != nil {
		return err
	}
	id, err := strconv.ParseInt(c.Param("price"), 10, 64)
	if err != nil {
		return errs.New(errs.NotFound, "there is no such price")
	}
	if !mayDo(c, tabled.Duty(p)) {
		return errs.New(errs.Forbidden, "sales prices are kept by who has the duty sales, the others by purchasers; ask an admin")
	}
	if err := book.DropPrice(c.Request().Context(), id, versionOf(c), by(c)); err != nil {
		return err
	}
	return done(c, partnerHref(p.ID), "removed")
}

// newSupply shows the form of what a supplier delivers.
func (s *Server) newSupply(c echo.Context) error {
	_, p, err := s.partnerOf(c)
	if err != nil {
		return err
	}
	return s.supplyForm(c, http.StatusOK, p, nil)
}

func (s *Server) supplyForm(c echo.Context, status int, p partner.Partner, wrong []ui.Fault) error {
	line := func(id, label, help string) orderview.Field {
		return orderview.Field{Input: ui.Input{ID: id, Label: label, Help: help, Type: "text", Optional: true}}
	}
	return s.partForm(c, status, orderview.Form{
		Title: "What " + p.Number + " delivers", Action: partnerHref(p.ID) + "/supply", Faults: wrong, Button: "Save", Back: ui.Link{Name: "Back", Href: partnerHref(p.ID)},
		Lead: "What was said of the item before is replaced.",
		Fields: []orderview.Field{
			line("item", "Item", "Its number."), line("number", "Their number", ""), line("unit", "Unit", "Of the price, the least and the multiple. Empty: the stock unit."),
			line("price", "Price of one unit", "Where no other is agreed. Empty: none."), line("lead", "Lead time in days", "Empty: the supplier's."),
			line("least", "Least quantity", "Empty: any."), line("multiple", "In multiples of", "Empty: any."),
			{Check: true, Input: ui.Input{ID: "preferred", Label: "Preferred for this item"}},
		},
	})
}

// keepSupply keeps what a supplier delivers of an item, in the place of what was said before.
func (s *Server) keepSupply(c echo.Context) error {
	book, p, err := s.partnerOf(c)
	if err != nil {
		return err
	}
	var w partner.Wrong
	n := partner.Supply{
		Partner: p.ID, Number: strings.TrimSpace(c.FormValue("number")), Unit: strings.TrimSpace(c.FormValue("unit")), Least: exactTyped(c, &w, "least"), Multiple: exactTyped(c, &w, "multiple"),
		Preferred: c.FormValue("preferred") == "on",
	}
	if strings.TrimSpace(c.FormValue("price")) != "" {
		m := plant.Money(exactTyped(c, &w, "price"))
		n.Price = &m
	}
	if lead := strings.TrimSpace(c.FormValue("lead")); lead != "" {
		days, err := strconv.Atoi(lead)
		if err != nil {
			w.Add("lead", "Write a number of days.")
		}
		n.LeadDays = &days
	}
	i, err := s.itemTyped(c, &w)
	if err != nil {
		return err
	}
	if n.Item = i.ID; n.Unit == "" {
		n.Unit = i.Unit
	}
	if err = w.Err("what this supplier delivers cannot be kept"); err == nil {
		known, found := book.Supplies(c.Request().Context(), p.ID, n.Item)
		if err = found; len(known) == 1 {
			n.Version = known[0].Version
		}
	}
	if err == nil {
		_, err = book.KeepSupply(c.Request().Context(), n, by(c), "")
	}
	return s.kept(c, p, err, s.supplyForm)
}
