// What came later for a receipt: freight and duty, spread over its lines.

package web

import (
	"crypto/rand"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/costing"
	"millwright/internal/erp/item"
	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/errs"
	"millwright/internal/plant"
	stockview "millwright/views/stock"
	"millwright/views/ui"
)

// landedPages are those of costs that come after receipts.
func (s *Server) landedPages() []route {
	return []route{
		get("/purchase/:number/landed", plant.Viewer, s.landed),
		post("/purchase/:number/landed", plant.Viewer, s.land).by(plant.Purchaser),
	}
}

// landing is the receipts of a purchase order, with what a cost is spread by.
type landing struct {
	order  order.Order
	papers []order.Paper // receipts that stand, and moved something
	items  map[int64]item.Item
}

func (s *Server) landingOf(c echo.Context) (l landing, err error) {
	t, ctx := trade{s, partner.Purchase}, c.Request().Context()
	book, o, err := t.orderOf(c)
	if err != nil {
		return l, err
	}
	l.order = o
	papers, err := book.Papers(ctx, t.side, o.ID)
	if err != nil {
		return l, err
	}
	var ids []int64
	for _, p := range papers {
		var moved []order.Moved
		for _, m := range p.Lines {
			if m.Move != 0 && m.Quantity > 0 {
				moved, ids = append(moved, m), append(ids, m.Line.Item)
			}
		}
		if p.Lines = moved; p.Kind == order.Delivery && !p.Reversed && len(moved) > 0 {
			l.papers = append(l.papers, p)
		}
	}
	l.items, err = s.Trade.Items.Named(ctx, ids)
	return l, err
}

func (s *Server) landed(c echo.Context) error {
	l, err := s.landingOf(c)
	if err != nil {
		return err
	}
	return s.showLanded(c, http.StatusOK, l, nil)
}

func (s *Server) showLanded(c echo.Context, status int, l landing, why error) error {
	ctx := c.Request().Context()
	page := s.stockPage(c, "Freight and duty of "+l.order.Number, ui.Link{Name: l.order.Number, Href: documentPath(l.order.Ref())})
	page.Frame.Crumbs = append([]ui.Link{{Name: "Purchase orders", Href: "/purchase"}}, page.Frame.Crumbs[1:]...)
	page.Lead = "What came later for goods that are here is added to what is left of them; the part of what has gone is a variance."
	got := &stockview.Table{Columns: columns("Receipt", "Item", "#Quantity", "#"+s.inMoney("Paid"), "#Weight, kg"), Empty: "Nothing has come yet. What comes is received on the page of the order."}
	told := &stockview.Table{Columns: columns("When", "Item", "#"+s.inMoney("Into the stock"), "#"+s.inMoney("Variance"), "Document", "Why"), Empty: "Nothing was landed on these receipts."}
	moves := map[int64]bool{}
	var seen []int64
	for _, p := range l.papers {
		for _, m := range p.Lines {
			i := l.items[m.Line.Item]
			weight := "–"
			if w, ok := weightOf(i, m.Quantity); ok {
				weight = s.much(w)
			}
			got.Rows = append(got.Rows, []stockview.Cell{
				{Text: p.Number, Under: s.stamp(p.At)}, {Text: i.Number, Href: "/stock/item/" + asDigits(i.ID), Under: i.Name}, {Text: s.muchOf(m.Quantity, i.Unit)}, {Text: s.cents(m.Amount)}, {Text: weight},
			})
			if moves[m.Move] = true; !containsID(seen, i.ID) {
				seen = append(seen, i.ID)
			}
		}
	}
	for _, id := range seen {
		entries, err := s.Trade.Material.Accounts.Entries(ctx, costing.Entries{Item: id, Limit: movesShown})
		if err != nil {
			return err
		}
		for _, e := range entries {
			if e.Kind == "landed" && moves[e.Move] {
				told.Rows = append(told.Rows, []stockview.Cell{{Text: s.stamp(e.At), Under: e.By.Name}, {Text: l.items[id].Number}, {Text: s.cents(e.Gain)}, {Text: s.cents(e.Variance)}, {Text: e.Document}, {Text: e.Why}})
			}
		}
	}
	page.Sections = []stockview.Section{{ID: "got", Title: "What has come", Table: got}}
	if len(l.papers) > 0 && mayDo(c, plant.Purchaser) {
		page.Sections = append(page.Sections, stockview.Section{ID: "land", Title: "Add a cost", Form: landForm(c, l, why)})
	}
	page.Sections = append(page.Sections, stockview.Section{ID: "told", Title: "Landed so far", Table: told})
	if c.QueryParam("done") != "" {
		page.State, page.Mood = "Landed", ui.Well
	}
	return s.showAs(c, status, stockview.Show(page))
}

func containsID(all []int64, id int64) bool {
	for _, x := range all {
		if x == id {
			return true
		}
	}
	return false
}

// landForm asks what came, and by what it is spread.
func landForm(c echo.Context, l landing, why error) *stockview.Form {
	typed := c.FormValue
	receipt := field("receipt", "Receipt", typed("receipt"), false)
	receipt.As = "select"
	for _, p := range l.papers {
		receipt.Choices = append(receipt.Choices, ui.Choice{Value: strconv.FormatInt(p.ID, 10), Name: p.Number})
	}
	if len(l.papers) > 1 {
		receipt.Choices = append(receipt.Choices, ui.Choice{Value: "all", Name: "All of them together"})
	}
	by := field("by", "Spread by", typed("by"), false)
	by.As, by.Choices = "select", []ui.Choice{{Value: "value", Name: "What was paid"}, {Value: "quantity", Name: "Quantity"}, {Value: "weight", Name: "Weight"}}
	freight, duty := field("freight", "Freight", typed("freight"), true), field("duty", "Duty", typed("duty"), true)
	doc := field("document", "Their document", typed("document"), true)
	doc.Help = "The forwarder's or the customs' number."
	f := &stockview.Form{
		Action: documentPath(l.order.Ref()) + "/landed", Button: "Add to the goods", Hidden: []ui.Choice{{Value: rand.Text(), Name: "key"}},
		Fields: []stockview.Field{receipt, freight, duty, by, doc, field("why", "Why", typed("why"), false)},
		Note:   "The last line takes what rounding leaves.",
	}
	if why != nil {
		faulted(f, why)
	}
	return f
}

// weightOf is how many kilograms a quantity of an item is; false where its units do not tell.
func weightOf(i item.Item, q plant.Quantity) (plant.Quantity, bool) {
	w, err := i.Convert(q, "", "KGM")
	return w, err == nil
}

// land spreads what was typed, and adds it to the goods.
func (s *Server) land(c echo.Context) error {
	l, err := s.landingOf(c)
	if err != nil {
		return err
	}
	all, err := l.typed(c)
	if err == nil {
		_, err = s.Trade.Material.Accounts.LandAll(c.Request().Context(), all)
	}
	if status, again := mendable(err); again {
		return s.showLanded(c, status, l, err)
	} else if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, documentPath(l.order.Ref())+"/landed?done=saved")
}

// typed reads the form: a landing for each line and cost.
func (l landing) typed(c echo.Context) (all []costing.Landing, err error) {
	var w wrong
	var lines []order.Moved
	for _, p := range l.papers {
		if r := c.FormValue("receipt"); r == "all" || r == strconv.FormatInt(p.ID, 10) {
			lines = append(lines, p.Lines...)
		}
	}
	if len(lines) == 0 {
		w.add("receipt", "Choose a receipt that stands.")
	}
	shares := l.shares(lines, c.FormValue("by"), &w)
	why := errs.Clip(strings.TrimSpace(c.FormValue("why")))
	if why == "" {
		w.add("why", "Say why.")
	}
	if len(strings.TrimSpace(c.FormValue("document"))) > 80 {
		w.add("document", "Keep it under 80 characters.")
	}
	for _, kind := range []string{"freight", "duty"} {
		text := strings.TrimSpace(c.FormValue(kind))
		if text == "" {
			continue
		}
		cost, err := plant.ParseMoney(text)
		if err != nil || cost <= 0 || cost > mostLanded {
			w.add(kind, "Write an amount above 0, like 120.50.")
			continue
		}
		if len(w) > 0 {
			continue
		}
		parts, err := costing.Spread(cost, shares)
		if err != nil {
			w.add("by", "%s.", upper(err.Error()))
			continue
		}
		for i, m := range parts {
			if m > 0 {
				all = append(all, costing.Landing{
					Key: landKey(by(c).ID, c.FormValue("key"), kind, lines[i].Move), Receipt: lines[i].Move, Cost: m, Document: strings.TrimSpace(c.FormValue("document")), By: by(c), Why: kind + ": " + why,
				})
			}
		}
	}
	if len(w) == 0 && len(all) == 0 {
		w.add("freight", "Write what freight or duty came to.")
	}
	return all, w.err()
}

// mostLanded is more than any freight costs.
const mostLanded = 1_000_000_000 * plant.Currency

func landKey(who int64, key, kind string, move int64) string {
	if key = errs.Clip(key); key == "" {
		return ""
	}
	return strings.Join([]string{"land", asDigits(who), key, kind, asDigits(move)}, "/")
}

// shares is what each line has of what a cost is spread by.
func (l landing) shares(lines []order.Moved, by string, w *wrong) (all []int64) {
	for _, m := range lines {
		i := l.items[m.Line.Item]
		switch by {
		case "value":
			all = append(all, int64(m.Amount))
		case "quantity":
			if first := l.items[lines[0].Line.Item]; first.Unit != i.Unit {
				w.add("by", "%s and %s are counted in different units: spread by what was paid, or by weight.", first.Number, i.Number)
				return nil
			}
			all = append(all, int64(m.Quantity))
		case "weight":
			kg, ok := weightOf(i, m.Quantity)
			if !ok {
				w.add("by", "%s has no weight: add the unit kilogram to it, with how many %s one is.", i.Number, symbol(i.Unit))
				return nil
			}
			all = append(all, int64(kg))
		default:
			w.add("by", "Choose one of the list.")
			return nil
		}
	}
	return all
}
