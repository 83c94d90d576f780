package tabled

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/written"
	"millwright/internal/erp/partner"
	"millwright/internal/erp/register"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Prices are prices by what they are for: an item, for whom, from which quantity and day on.
type Prices struct {
	Book  partner.Book
	Items item.Finder
}

// The columns of a table of prices.
const (
	cSide, cList, cPartner, cItem = "For", "Price list", "Partner", "Item"
	cUnit, cLeast, cFrom, cTo     = "Unit", "From quantity", "Valid from", "Valid to"
	cPrice                        = "Price"
)

// Fields are the columns of a table of prices.
func (Prices) Fields() []register.Field {
	return []register.Field{
		{Title: cItem, Key: true, Help: "Its number. A price of the same item, for the same, from the same quantity and day on is changed."},
		{Title: cSide, Help: "sales or purchase; sales when left out."},
		{Title: cList, Help: "Of all customers who buy by it. Name a list or a partner."},
		{Title: cPartner, Help: "The number of whom it is agreed with."},
		{Title: cUnit, Help: "The item's stock unit when left out."},
		{Title: cLeast, Help: "Any quantity when left out."},
		{Title: cFrom, Help: "A date like 2026-12-24; always when left out."},
		{Title: cTo, Help: "The last day; for ever when left out."},
		{Title: cPrice, Also: []string{"Price of one unit"}, Help: "Of one unit."},
	}
}

// Key is what the price is for.
func (Prices) Key(r Row) []string {
	return []string{r.Cell(cItem), r.Cell(cSide), r.Cell(cList), r.Cell(cPartner), r.Cell(cUnit), r.Cell(cLeast), r.Cell(cFrom)}
}

// Single tells that each price has a row.
func (Prices) Single() bool { return true }

// Keep keeps a price.
func (k Prices) Keep(ctx context.Context, r Record) (Kept, error) {
	row := r.Rows[0]
	var w Wrong
	p, err := k.read(ctx, &w, row)
	if err != nil {
		return Kept{}, err
	}
	terms := Terms{Titles: map[string]string{
		"side": cSide, "list": cList, "unit": cUnit, "from": cLeast, "price": cPrice, "validFrom": cFrom, "validTo": cTo, "item": cItem,
	}}
	if err := w.Take(r, p.Clean().Check(), terms); err != nil {
		return Kept{}, err
	}
	duty := plant.Sales
	if p.Side == partner.Purchase {
		duty = plant.Purchaser
	}
	mayNot := func() {
		if r.May != nil && !r.May(duty) {
			w.Add(row, cSide, "This takes the duty %s, or the role manager; ask an admin.", duty.Or())
		}
	}
	if w.Err() != nil {
		mayNot()
		return Kept{}, w.Err()
	}
	all, err := k.Book.Prices(ctx, partner.Ask{Side: p.Side, Partner: p.Partner, List: p.List, Item: p.Item})
	if err != nil {
		return Kept{}, err
	}
	var was partner.Price
	if i := slices.IndexFunc(all, func(o partner.Price) bool {
		return o.Unit == p.Unit && o.Least == p.Least && o.From == p.From && o.Partner == p.Partner && o.List == p.List
	}); i >= 0 {
		was = all[i]
		p.ID, p.Version = was.ID, was.Version
		if !row.Has(cTo) {
			p.To = was.To
		}
	}
	if was.ID == 0 || priceTold(p) != priceTold(was) { // what is unchanged takes no duty
		mayNot()
	}
	if err := w.Err(); err != nil {
		return Kept{}, err
	}
	kept, err := k.Book.KeepPrice(ctx, p, r.By, r.Why)
	if err != nil {
		return Kept{}, w.Also(r, err, terms)
	}
	return Kept{ID: kept.ID, Added: was.ID == 0, Old: priceTold(was), New: priceTold(kept)}, nil
}

// priceTold is what may be changed of a price.
func priceTold(p partner.Price) string {
	return cPrice + ": " + p.Amount.String() + "\n" + cTo + ": " + cmp.Or(p.To, "–")
}

// read reads a price. What cannot be found is told beside the rest that is wrong.
func (k Prices) read(ctx context.Context, w *Wrong, row Row) (partner.Price, error) {
	p := partner.Price{
		Side: partner.Side(cmp.Or(strings.ToLower(row.Cell(cSide)), string(partner.Sales))), List: row.Cell(cList), Unit: written.UnitCode(row.Cell(cUnit)),
		Least: w.Quantity(row, cLeast), Amount: plant.Money(w.Quantity(row, cPrice)), From: row.Cell(cFrom), To: row.Cell(cTo),
	}
	if row.Cell(cPrice) == "" {
		w.Add(row, cPrice, "Write a price.")
	}
	i, err := k.Items.ByNumber(ctx, row.Cell(cItem))
	switch {
	case errs.KindOf(err) == errs.NotFound || row.Cell(cItem) == "":
		w.Add(row, cItem, "There is no item %q.", errs.Clip(row.Cell(cItem)))
		i.Unit = "H87" // what else is wrong is told
	case err != nil:
		return p, err
	}
	if p.Item = i.ID; p.Unit == "" {
		p.Unit = i.Unit
	}
	number := row.Cell(cPartner)
	if number == "" {
		return p, nil
	}
	of, err := k.Book.Numbered(ctx, number)
	switch {
	case errs.KindOf(err) == errs.NotFound:
		w.Add(row, cPartner, "There is no partner %q.", errs.Clip(number))
		p.Partner = -1
	case err != nil:
		return p, err
	case p.Side == partner.Sales && !of.Customer:
		w.Add(row, cPartner, "%s is no customer.", of.Number)
	case p.Side == partner.Purchase && !of.Supplier:
		w.Add(row, cPartner, "%s is no supplier.", of.Number)
	}
	if of.ID != 0 {
		p.Partner = of.ID
	}
	return p, nil
}
