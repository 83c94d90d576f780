// The page of an item.

package web

import (
	"context"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/plant"
	itemview "millwright/views/item"
	"millwright/views/ui"
)

// usesShown is how many direct uses stand on the page of an item.
const usesShown = 20

// itemPage shows an item.
func (s *Server) itemPage(c echo.Context) error {
	i, err := s.itemOf(c)
	if err != nil {
		return err
	}
	page := s.itemView(c, i.Number, ui.Link{Name: i.Number})
	page.Sub = i.Name
	page.State, page.Mood = upper(string(i.Kind)), ui.Plain
	if i.Retired {
		page.State, page.Mood = "Retired", ui.Warning
	}
	if s.keeps(c) {
		page.Links = append(page.Links, ui.Link{Name: "Change", Href: itemHref(i.ID) + "/change"})
	}
	page.Links = append(page.Links, ui.Link{Name: "Labels", Href: "/labels?item=" + url.QueryEscape(i.Number)})
	if i.Kind == item.Make || i.Kind == item.Both {
		page.Links = append(page.Links, ui.Link{Name: "Made of", Href: itemHref(i.ID) + "/tree"}, ui.Link{Name: "Cost", Href: itemHref(i.ID) + "/cost"})
	}
	page.Tabs = itemTabs(i.ID, "item")
	page.Facts = []itemview.Facts{s.itemFacts(i), planningFacts(i)}
	if err := s.itemTables(c, i, &page); err != nil {
		return err
	}
	return s.show(c, itemview.Show(page))
}

func (s *Server) itemFacts(i item.Item) itemview.Facts {
	f := itemview.Facts{ID: "facts", Title: "Facts", Rows: []itemview.Fact{
		{Name: "Stock unit", Value: symbol(i.Unit) + " (" + i.Unit + ")"},
		{Name: "Tracked by", Value: string(i.Tracking)},
		{Name: "Valued by", Value: string(i.Valuation)},
	}}
	add := func(is bool, name, value string) {
		if is {
			f.Rows = append(f.Rows, itemview.Fact{Name: name, Value: value})
		}
	}
	add(i.Standard > 0, "Standard cost", s.priced(i.Standard)+" for 1 "+symbol(i.Unit))
	add(i.ShelfDays > 0, "Keeps", plural(int(i.ShelfDays), "day", "days"))
	add(i.Product != "", "Reported by lines as", i.Product)
	add(i.Barcode != "", "Barcode", i.Barcode)
	add(i.Phantom, "Phantom", "never ordered or stocked: its parts are taken when it is")
	if r, ok := i.RevisionAt(s.Now()); ok {
		add(true, "Revision in effect", r.Name)
	}
	add(i.Note != "", "Note", i.Note)
	return f
}

// priced writes money with the plant's currency.
func (s *Server) priced(m plant.Money) string {
	text := s.settled(m)
	if currency := s.painter().site().Currency; currency != "" {
		text += " " + currency
	}
	return text
}

func planningFacts(i item.Item) itemview.Facts {
	p, unit := i.Planning, " "+symbol(i.Unit)
	f := itemview.Facts{ID: "planning", Title: "Planning", Rows: []itemview.Fact{
		{Name: "Ordered by", Value: string(p.Method)}, {Name: "Lead time", Value: plural(int(p.LeadDays), "working day", "working days")}, {Name: "Lot size", Value: string(p.Rule)},
	}}
	for _, q := range []struct {
		name string
		is   plant.Quantity
	}{{"Lot quantity", p.Lot}, {"At least", p.Min}, {"At most", p.Max}, {"Multiples of", p.Multiple}, {"Safety stock", p.Safety}, {"Reorder point", p.Point}} {
		if q.is > 0 {
			f.Rows = append(f.Rows, itemview.Fact{Name: q.name, Value: q.is.String() + unit})
		}
	}
	for _, d := range []struct {
		name string
		is   int64
	}{{"One order for", p.LotDays}, {"Safety time", p.SafetyDays}, {"Time fence", p.FenceDays}} {
		if d.is > 0 {
			f.Rows = append(f.Rows, itemview.Fact{Name: d.name, Value: plural(int(d.is), "day", "days")})
		}
	}
	if p.Yield.Whole() != item.One() {
		f.Rows = append(f.Rows, itemview.Fact{Name: "Yield", Value: p.Yield.String()})
	}
	return f
}

func (s *Server) itemTables(c echo.Context, i item.Item, page *itemview.Page) error {
	ctx := c.Request().Context()
	if i.Kind == item.Make || i.Kind == item.Both {
		bills, err := s.billsTable(c, i)
		if err != nil {
			return err
		}
		page.Tables = append(page.Tables, bills)
	}
	uses, err := s.usedIn(ctx, i, true)
	if err != nil {
		return err
	}
	page.Tables = append(page.Tables, uses)
	units := itemview.Table{ID: "units", Title: "Units", Columns: heads("Unit", "Code", "#Is", "Rounded once, half away from zero")}
	for _, u := range i.Units {
		units.Rows = append(units.Rows, cells(plainCell(symbol(u.Code)), plainCell(u.Code), num(u.Factor.String(), symbol(i.Unit)), plainCell("exact")))
	}
	revisions := itemview.Table{ID: "revisions", Title: "Revisions", Columns: heads("Revision", "In effect from", "Note")}
	now, inEffect := i.RevisionAt(s.Now())
	for _, r := range i.Revisions {
		from := s.day(r.From)
		if from == "" {
			from = "not yet"
		}
		cell := plainCell(from)
		if inEffect && r.Name == now.Name {
			cell.Note = "in effect now"
		}
		revisions.Rows = append(revisions.Rows, cells(plainCell(r.Name), cell, plainCell(r.Note)))
	}
	alternates := itemview.Table{ID: "alternates", Title: "Alternates", Lead: "What may be taken in its place, the best first. " + alternatesTaken(i.Planning), Columns: heads("Item", "#Instead of one")}
	for _, a := range i.Alternates {
		alternates.Rows = append(alternates.Rows, cells(linked(a.Number, itemHref(a.Item)), num(a.Factor.String())))
	}
	for _, t := range []itemview.Table{units, revisions, alternates} {
		if len(t.Rows) > 0 {
			page.Tables = append(page.Tables, t)
		}
	}
	page.Folio, err = s.hanging(c, "item", i.ID)
	return err
}

// billsTable is the versions of how an item is made.
func (s *Server) billsTable(c echo.Context, i item.Item) (itemview.Table, error) {
	t := itemview.Table{ID: "bills", Title: "How it is made", Columns: heads("Version", "State", "#For", "Holds from", "Revision", "Note"), Empty: "There is no bill of material yet."}
	if s.keeps(c) {
		t.Next = ui.Link{Name: "New version", Href: itemHref(i.ID) + "/bill"}
	}
	ctx := c.Request().Context()
	all, err := s.Trade.Bills.Of(ctx, i.ID)
	if err != nil {
		return t, err
	}
	g, err := s.Trade.Bills.Below(ctx, []int64{i.ID}, s.Now())
	if err != nil {
		return t, err
	}
	if inForce, ok := g.Bills[i.ID]; ok && s.keeps(c) {
		t.Next.Href += "?from=" + strconv.FormatInt(inForce.ID, 10)
	}
	for _, b := range all {
		state := itemview.Cell{Text: upper(string(b.State)), Mood: billMood(b)}
		if g.Bills[i.ID].ID == b.ID {
			state.Note = "in force now"
		}
		t.Rows = append(t.Rows, cells(linked("Version "+strconv.FormatInt(b.Number, 10), billHref(b.ID)), state, num(b.Batch.String(), symbol(i.Unit)), plainCell(s.day(b.From)), plainCell(b.Revision), plainCell(b.Note)))
	}
	return t, nil
}

func billMood(b bill.Bill) ui.Mood {
	return map[bill.State]ui.Mood{bill.Draft: ui.Warning, bill.Released: ui.Well}[b.State]
}

// usedIn is where an item is used: directly, or at all levels.
func (s *Server) usedIn(ctx context.Context, i item.Item, directly bool) (itemview.Table, error) {
	t := itemview.Table{ID: "uses", Title: "Where it is used", Columns: heads("Item", "Name", "Version", "State", "#Takes", "Of", "#For"), Empty: "No bill of material takes it."}
	all, err := s.Trade.Bills.Above(ctx, i.ID)
	if err != nil {
		return t, err
	}
	ids := []int64{i.ID}
	for _, u := range all {
		ids = append(ids, u.Bill.Item)
	}
	items, err := s.Trade.Items.Named(ctx, ids)
	for _, u := range all {
		if directly && (u.Level > 1 || len(t.Rows) == usesShown) {
			break
		}
		of := items[u.Bill.Item]
		name := linked(of.Number, itemHref(of.ID))
		name.Depth = u.Level - 1
		t.Rows = append(t.Rows, cells(
			name, plainCell(of.Name), linked("Version "+strconv.FormatInt(u.Bill.Number, 10), billHref(u.Bill.ID)), itemview.Cell{Text: upper(string(u.Bill.State)), Mood: billMood(u.Bill)},
			num(u.Line.Quantity.String(), symbol(u.Line.Unit)), plainCell(items[u.Of].Number), num(u.Bill.Batch.String(), symbol(of.Unit)),
		))
	}
	if directly && len(all) > len(t.Rows) {
		t.Next = ui.Link{Name: "At all levels", Href: itemHref(i.ID) + "/uses"}
	}
	return t, err
}

// usesPage shows where an item is used, at all levels.
func (s *Server) usesPage(c echo.Context) error {
	i, err := s.itemOf(c)
	if err != nil {
		return err
	}
	page := s.itemView(c, i.Number, ui.Link{Name: i.Number, Href: itemHref(i.ID)}, ui.Link{Name: "Where it is used"})
	page.Sub, page.Lead = i.Name, "By bills of material that are not obsolete, the nearest first; what is set in takes it by others."
	t, err := s.usedIn(c.Request().Context(), i, false)
	if err != nil {
		return err
	}
	page.Tables = []itemview.Table{t}
	return s.show(c, itemview.Show(page))
}

// alternatesTaken tells when alternates stand for an item.
func alternatesTaken(p item.Planning) string {
	const byHand = "People take one on the page of the order to make, once it is released and has its bill."
	switch p.Method {
	case item.MRP:
		return "Planning takes them " + string(p.Alternates) + ". " + byHand
	case item.Never:
		return "Planning takes none, as it leaves the item alone. " + byHand
	}
	return "Planning takes none: the item is ordered when its stock has fallen, whatever orders want of it, so that planning does not know which of them would lack it. " + byHand
}
