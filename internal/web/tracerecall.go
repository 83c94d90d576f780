// What must be found again: who got it, and what is still on site.

package web

import (
	"context"
	"encoding/csv"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/stock"
	"millwright/internal/errs"
	"millwright/internal/mes/trace"
	"millwright/internal/sheet"
	stockview "millwright/views/stock"
	"millwright/views/ui"
)

// mostRecalled is how many lots a recall begins with.
const mostRecalled = 200

// recalling is a recall, and how what stands in it is called.
type recalling struct {
	trace.Recall
	lots   []stock.Lot // it begins with
	named  map[trace.Lot]trace.Named
	buyers map[string]trace.Buyer
	words  words
}

func (s *Server) recallOf(c echo.Context) (r recalling, err error) {
	d, err := s.traces()
	if err != nil {
		return r, err
	}
	ids, err := lotIDs(c)
	if err != nil {
		return r, err
	}
	if len(ids) == 0 || len(ids) > mostRecalled {
		return r, errs.New(errs.Invalid, "name 1 to %d lots to recall", mostRecalled)
	}
	ctx := c.Request().Context()
	var seeds []trace.Lot
	for _, id := range ids {
		l, err := s.Trade.Material.Store.Lot(ctx, id)
		if err != nil {
			return r, err
		}
		r.lots, seeds = append(r.lots, l), append(seeds, trace.Lot{Item: l.Item, Number: l.Number, Serial: l.Serial})
	}
	t, err := d.Walk(ctx, seeds, trace.Forward)
	if err != nil {
		return r, err
	}
	r.Recall = t.Recall()
	return r, s.nameRecall(ctx, d, &r)
}

// nameRecall finds how lots, items and customers are called.
func (s *Server) nameRecall(ctx context.Context, d trace.Desk, r *recalling) (err error) {
	var lots []trace.Lot
	var documents []string
	var items []int64
	for _, a := range r.Accounts {
		lots, items = append(lots, a.Lot), append(items, a.Item)
		for _, sent := range a.Shipped {
			documents = append(documents, sent.Document)
		}
	}
	for _, l := range r.Lost {
		items = append(items, l.Item)
	}
	slices.Sort(documents)
	slices.Sort(items)
	if r.named, err = d.Names.Named(ctx, lots); err != nil {
		return err
	}
	if r.buyers, err = d.Names.Buyers(ctx, slices.Compact(documents)); err != nil {
		return err
	}
	r.words, err = s.words(ctx, slices.Compact(items)...)
	return err
}

// recallPage is who got what a lot went into, and what of it is still on site.
func (s *Server) recallPage(c echo.Context) error {
	if len(c.QueryParams()["lot"]) == 0 {
		return c.Redirect(http.StatusSeeOther, traceHome)
	}
	r, err := s.recallOf(c)
	if err != nil {
		return err
	}
	title := "Recall of " + r.lots[0].Number
	if len(r.lots) > 1 {
		title = "Recall of " + asDigits(int64(len(r.lots))) + " lots"
	}
	page := s.stockPage(c, title, traceLink())
	page.Lead = "All that these lots went into, as the stock ledger knows it, with what customers have and what is still on site."
	page.Actions = []ui.Link{{Name: "As a file", Href: "/trace/recall.csv?" + c.QueryParams().Encode()}}
	s.fillRecall(&page, r)
	return s.show(c, stockview.Show(page))
}

// fillRecall puts a recall on a page.
func (s *Server) fillRecall(page *stockview.Page, r recalling) {
	customers := map[int64]bool{}
	for _, b := range r.buyers {
		customers[b.Partner] = true
	}
	page.Facts = []stockview.Fact{
		{Name: "Lots and serials", Text: s.locale().Whole(int64(len(r.Accounts)))},
		{Name: "Customers", Text: s.locale().Whole(int64(len(customers)))},
	}
	if r.Cut {
		page.Facts = append(page.Facts, stockview.Fact{Name: "Not all", Text: "there are more lots than a trace follows; recall them in parts"})
	}
	for _, l := range r.Lost {
		i := r.words.item(l.Item)
		page.Facts = append(page.Facts, stockview.Fact{Name: "Trail lost", Text: i.Text + " " + i.Under + " was made of it and is not kept by lots: its pieces cannot be told apart", Href: i.Href})
	}
	page.Sections = append(page.Sections,
		stockview.Section{ID: "customers", Title: "Who got it", Table: s.shippedTable(r)},
		stockview.Section{ID: "site", Title: "Still on site", Table: s.siteTable(r)},
		stockview.Section{ID: "rest", Title: "Every lot", Lead: "What came of it is what customers have, what is on site, what orders used, and what was lost.", Table: s.accountTable(r)},
	)
}

func (r recalling) lotCell(l trace.Lot) stockview.Cell {
	cell := stockview.Cell{Text: l.Number}
	if n, is := r.named[l]; is {
		cell.Href = traceHref(n.ID)
		if n.State != stock.Free {
			cell.Mood, cell.Under = ui.Warning, n.State.Words()
		}
	}
	return cell
}

func (s *Server) shippedTable(r recalling) *stockview.Table {
	t := &stockview.Table{Columns: columns("Customer", "Order", "Lot or serial", "Item", "#Quantity", "Shipped"), Empty: "No customer has any of it."}
	for _, one := range r.shipments() {
		b, known := r.buyers[one.Document]
		whom, paper := stockview.Cell{Text: "nobody says"}, stockview.Cell{Text: one.Document}
		if known {
			whom = stockview.Cell{Text: b.Name, Href: "/partners/" + asDigits(b.Partner)}
			paper = stockview.Cell{Text: b.Number, Href: documentPath(one.Document)}
		}
		q := stockview.Cell{Text: s.muchOf(one.Quantity, r.words.items[one.Lot.Item].Unit)}
		if one.Back > 0 {
			q.Under = s.much(one.Back) + " came back"
		}
		t.Rows = append(t.Rows, []stockview.Cell{whom, paper, r.lotCell(one.Lot), r.words.item(one.Lot.Item), q, {Text: s.stamp(one.Last)}})
	}
	return t
}

// shipments are what customers got, by customer, order and lot.
func (r recalling) shipments() (all []trace.Shipment) {
	for _, a := range r.Accounts {
		all = append(all, a.Shipped...)
	}
	slices.SortStableFunc(all, func(a, b trace.Shipment) int {
		x, y := r.buyers[a.Document], r.buyers[b.Document]
		if x.Name != y.Name {
			return compareText(x.Name, y.Name)
		}
		return compareText(x.Number, y.Number)
	})
	return all
}

func compareText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func (s *Server) siteTable(r recalling) *stockview.Table {
	t := &stockview.Table{Columns: columns("Place", "Lot or serial", "Item", "#Quantity", "State"), Empty: "Nothing of it is on site."}
	for _, a := range r.Accounts {
		for _, spot := range a.OnSite {
			t.Rows = append(t.Rows, []stockview.Cell{
				r.words.place(spot.Place), r.lotCell(a.Lot), r.words.item(a.Item), {Text: s.muchOf(spot.Quantity, r.words.items[a.Item].Unit)}, stateCell(r.named[a.Lot].State),
			})
		}
		if a.Open > 0 {
			t.Rows = append(t.Rows, []stockview.Cell{{Text: "in work"}, r.lotCell(a.Lot), r.words.item(a.Item), {Text: s.muchOf(a.Open, r.words.items[a.Item].Unit)}, {Text: "in an order that has made nothing of it yet"}})
		}
	}
	return t
}

func (s *Server) accountTable(r recalling) *stockview.Table {
	t := &stockview.Table{Columns: columns("Lot or serial", "Item", "#Steps on", "#Came", "#With customers", "#On site", "#Used", "#Scrapped", "#Given back", "#Missing")}
	for _, a := range r.Accounts[:min(len(r.Accounts), mostLotsShown)] {
		t.Rows = append(t.Rows, []stockview.Cell{
			r.lotCell(a.Lot), r.words.item(a.Item),
			{Text: asDigits(int64(a.Depth))},
			{Text: s.muchOf(a.Came, r.words.items[a.Item].Unit)},
			{Text: s.much(a.Gone())},
			{Text: s.much(a.There())},
			{Text: s.much(a.Used)},
			{Text: s.much(a.Scrapped)},
			{Text: s.much(a.GaveBack)},
			{Text: s.much(a.Missing)},
		})
	}
	return t
}

// recallFile is the same as a table: a row for each lot at each place and with each customer.
func (s *Server) recallFile(c echo.Context) error {
	r, err := s.recallOf(c)
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("Content-Type", "text/csv; charset=utf-8; header=present")
	h.Set("Content-Disposition", `attachment; filename="recall-`+s.Now().In(s.zone()).Format(time.DateOnly)+`.csv"`)
	c.Response().WriteHeader(http.StatusOK)
	_, err = c.Response().Write([]byte("\ufeff")) // without it spreadsheets take it for another alphabet
	out := csv.NewWriter(c.Response())
	err = errors.Join(err, out.Write([]string{"Where", "Customer", "Order", "Place", "Item", "Name", "Lot or serial", "Quantity", "Unit", "State", "First", "Last"}))
	for _, row := range s.recallRows(r) {
		err = errors.Join(err, out.Write(row))
	}
	out.Flush()
	return errors.Join(err, out.Error())
}

func (s *Server) recallRows(r recalling) (all [][]string) {
	row := func(where string, l trace.Lot, rest ...string) []string {
		i, n := r.words.items[l.Item], r.named[l]
		// customer, order, place, quantity, first, last
		return []string{where, sheet.Inert(rest[0]), sheet.Inert(rest[1]), sheet.Inert(rest[2]), sheet.Inert(i.Number), sheet.Inert(i.Name), sheet.Inert(l.Number), rest[3], i.Unit, string(n.State), rest[4], rest[5]}
	}
	at := func(t time.Time) string { return t.In(s.zone()).Format("2006-01-02 15:04") }
	for _, one := range r.shipments() {
		b := r.buyers[one.Document]
		all = append(all, row("customer", one.Lot, b.Name, b.Number, "", one.Quantity.String(), at(one.First), at(one.Last)))
	}
	for _, a := range r.Accounts {
		for _, spot := range a.OnSite {
			all = append(all, row("on site", a.Lot, "", "", r.words.codes[spot.Place], spot.Quantity.String(), "", ""))
		}
		if a.Open > 0 {
			all = append(all, row("in work", a.Lot, "", "", "", a.Open.String(), "", ""))
		}
	}
	return all
}
