package stocked

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/written"
	"millwright/internal/erp/partner"
	"millwright/internal/erp/register"
	"millwright/internal/erp/tabled"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Supplies are what suppliers deliver, by supplier and item.
type Supplies struct {
	Book  partner.Book
	Items item.Finder

	preferred map[string]int // by the folded item, the first row that prefers a supplier of it
}

// The columns of a table of what suppliers deliver.
const (
	sSupplier, sItem, sNumber  = "Supplier", "Item", "Their number"
	sUnit, sPrice, sLead       = "Unit", "Price", "Lead time, days"
	sLeast, sMultiple, sPrefer = "Least quantity", "In multiples of", "Preferred"
)

// Fields are the columns of a table of what suppliers deliver.
func (Supplies) Fields() []register.Field {
	return []register.Field{
		{Title: sSupplier, Key: true, Help: "The supplier's number."},
		{Title: sItem, Key: true, Help: "Its number. What there is already of the supplier's is changed."},
		{Title: sNumber, Help: "By which the supplier knows the item."},
		{Title: sUnit, Help: "Of the price, the least and the multiple; of what is new the item's stock unit when left out."},
		{Title: sPrice, Also: []string{"Price of one unit"}, Help: "Of one unit, where no other is agreed; none when empty."},
		{Title: sLead, Help: "The supplier's when empty."},
		{Title: sLeast, Help: "Any when empty."},
		{Title: sMultiple, Help: "Any when empty."},
		{Title: sPrefer, Help: "yes: planning orders from this supplier, and from no other any more."},
	}
}

// Key is the supplier, and the item.
func (Supplies) Key(r tabled.Row) []string { return []string{r.Cell(sSupplier), r.Cell(sItem)} }

// Single tells that what a supplier delivers of an item has one row.
func (Supplies) Single() bool { return true }

// Prepare finds the rows that prefer a supplier: of one item there is one.
func (k Supplies) Prepare(_ context.Context, all []tabled.Record) (tabled.Kind, error) {
	k.preferred = map[string]int{}
	for _, r := range all {
		of := strings.ToLower(r.Key[1])
		if _, there := k.preferred[of]; !there && prefers(r.Rows[0]) {
			k.preferred[of] = r.Rows[0].Line
		}
	}
	return k, nil
}

func prefers(row tabled.Row) bool {
	var w tabled.Wrong
	return w.Yes(row, sPrefer)
}

// Keep keeps what a supplier delivers of an item.
func (k Supplies) Keep(ctx context.Context, r tabled.Record) (tabled.Kept, error) {
	row := r.Rows[0]
	var w tabled.Wrong
	of, i, err := k.find(ctx, &w, row)
	if err != nil {
		return tabled.Kept{}, err
	}
	n := partner.Supply{Partner: of.ID, Item: i.ID, Unit: i.Unit}
	var was partner.Supply
	if of.ID != 0 && i.ID != 0 {
		known, err := k.Book.Supplies(ctx, of.ID, i.ID)
		if err != nil {
			return tabled.Kept{}, err
		}
		if len(known) == 1 {
			was, n = known[0], known[0]
		}
	}
	k.read(&w, row, &n)
	terms := tabled.Terms{Titles: map[string]string{"number": sNumber, "unit": sUnit, "price": sPrice, "lead": sLead, "least": sLeast, "multiple": sMultiple, "item": sItem}}
	if n.Unit == "" {
		n.Unit = "H87" // of an item that is not there: what else is wrong is told
	}
	if err := w.Also(r, n.Check(), terms); err != nil {
		return tabled.Kept{}, err
	}
	kept, err := k.Book.KeepSupply(ctx, n, r.By, r.Why)
	if err != nil {
		return tabled.Kept{}, w.Also(r, err, terms)
	}
	return tabled.Kept{ID: kept.ID, Added: was.ID == 0, Old: supplyTold(was), New: supplyTold(kept)}, nil
}

// find finds the supplier and the item of a row. What is not there is told beside the rest that is wrong.
func (k Supplies) find(ctx context.Context, w *tabled.Wrong, row tabled.Row) (of partner.Partner, i item.Item, err error) {
	of, err = k.Book.Numbered(ctx, row.Cell(sSupplier))
	switch {
	case errs.KindOf(err) == errs.NotFound:
		w.Add(row, sSupplier, "There is no partner %q.", errs.Clip(row.Cell(sSupplier)))
	case err != nil:
		return of, i, err
	case !of.Supplier:
		w.Add(row, sSupplier, "%s is no supplier.", of.Number)
	}
	i, err = k.Items.ByNumber(ctx, row.Cell(sItem))
	if errs.KindOf(err) == errs.NotFound {
		w.Add(row, sItem, "There is no item %q.", errs.Clip(row.Cell(sItem)))
		err = nil
	}
	return of, i, err
}

// read writes what a row says into what is delivered. A column that is not there leaves alone what it would say.
func (k Supplies) read(w *tabled.Wrong, row tabled.Row, n *partner.Supply) {
	tabled.Lay(row, map[string]*string{sNumber: &n.Number})
	n.Unit = cmp.Or(written.UnitCode(row.Cell(sUnit)), n.Unit)
	for title, at := range map[string]*plant.Quantity{sLeast: &n.Least, sMultiple: &n.Multiple} {
		if row.Has(title) {
			*at = w.Quantity(row, title)
		}
	}
	if row.Has(sPrice) {
		n.Price = nil
		if row.Cell(sPrice) != "" {
			m := plant.Money(w.Quantity(row, sPrice))
			n.Price = &m
		}
	}
	if row.Has(sLead) {
		n.LeadDays = nil
		if row.Cell(sLead) != "" {
			days := w.Whole(row, sLead)
			n.LeadDays = &days
		}
	}
	if !row.Has(sPrefer) {
		return
	}
	n.Preferred = w.Yes(row, sPrefer)
	if first := k.preferred[strings.ToLower(row.Cell(sItem))]; n.Preferred && first != row.Line {
		w.Add(row, sPrefer, "Row %d prefers another supplier of it; of one item one is preferred.", first)
	}
}

// supplyTold is what may be changed of what a supplier delivers.
func supplyTold(s partner.Supply) string {
	price, lead := "none", "the supplier's"
	if s.Price != nil {
		price = s.Price.String()
	}
	if s.LeadDays != nil {
		lead = fmt.Sprint(*s.LeadDays)
	}
	return strings.Join([]string{
		sNumber + ": " + cmp.Or(s.Number, "–"), sUnit + ": " + s.Unit, sPrice + ": " + price, sLead + ": " + lead,
		sLeast + ": " + s.Least.String(), sMultiple + ": " + s.Multiple.String(), sPrefer + ": " + said(s.Preferred),
	}, "\n")
}
