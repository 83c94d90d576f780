package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/item"
	"millwright/internal/erp/stock"
	"millwright/internal/errs"
	stockview "millwright/views/stock"
	"millwright/views/ui"
)

// stockHome finds an item, a lot or a place by whatever is scanned, and tells what is held.
func (s *Server) stockHome(c echo.Context) error {
	code := strings.TrimSpace(c.QueryParam("find"))
	to, err := s.scanned(c, code)
	if err != nil {
		return err
	}
	if to != "" {
		return c.Redirect(http.StatusSeeOther, to)
	}
	page, status := s.stockPage(c, "Stock"), http.StatusOK
	page.Frame.Crumbs = nil
	page.Tabs = stockTabs("/stock")
	if storekeeper(c) {
		for _, k := range postKinds() {
			page.Actions = append(page.Actions, ui.Link{Name: k.name, Href: "/stock/post/" + k.path})
		}
	}
	in := field("find", "Item, lot, serial, place or document", errs.Clip(code), false)
	in.Help, in.Focus = "Scan or type its number or code.", true
	f := &stockview.Form{Action: "/stock", Get: true, Button: "Find", Fields: []stockview.Field{in}}
	if code != "" {
		status = http.StatusUnprocessableEntity
		f.Fields[0].Fault = "Nothing has the number or code " + errs.Clip(code) + "."
		f.Faults = []ui.Fault{{Field: "find", Text: f.Fields[0].Fault}}
	}
	held, err := s.heldLots(c)
	if err != nil {
		return err
	}
	page.Sections = []stockview.Section{{ID: "look", Title: "Find", Form: f}, held}
	return s.showAs(c, status, stockview.Show(page))
}

// scanned is the page of whatever has a number or code; "" for none.
func (s *Server) scanned(c echo.Context, code string) (string, error) {
	if code == "" || len(code) > 200 {
		return "", nil
	}
	ctx := c.Request().Context()
	i, err := s.Trade.Items.ByCode(ctx, code)
	if err == nil {
		return "/stock/item/" + asDigits(i.ID), nil
	} else if errs.KindOf(err) != errs.NotFound {
		return "", err
	}
	found, err := s.findDocument(c, code)
	if errs.KindOf(err) == errs.NotFound {
		return "", nil
	}
	return found.href, err
}

// heldLots are lots that are not free.
func (s *Server) heldLots(c echo.Context) (sec stockview.Section, err error) {
	ctx := c.Request().Context()
	t := &stockview.Table{Columns: columns("Lot or serial", "Item", "State", "Why", "By"), Empty: "No lot is on hold or in quarantine."}
	sec = stockview.Section{ID: "held", Title: "Held", Table: t}
	for _, state := range []stock.State{stock.OnHold, stock.Quarantine} {
		all, err := s.Trade.Material.Store.Lots(ctx, stock.Lots{State: state, Limit: movesShown})
		if err != nil {
			return sec, err
		}
		var ids []int64
		for _, l := range all {
			ids = append(ids, l.Item)
		}
		w, err := s.words(ctx, ids...)
		if err != nil {
			return sec, err
		}
		for _, l := range all {
			t.Rows = append(t.Rows, []stockview.Cell{{Text: l.Number, Href: "/stock/lot/" + asDigits(l.ID)}, w.item(l.Item), {Text: l.State.Words(), Mood: ui.Warning}, {Text: l.Why}, {Text: l.By.Name}})
		}
	}
	return sec, nil
}

// stepLabel is the name of a step's field.
func stepLabel(a postAsk, step string) string {
	if step == "lot" && a.item.Tracking == item.Serial {
		return "Serial"
	}
	return map[string]string{
		"item": "Item", "lot": "Lot", "from": "From", "to": "To", "quantity": "Quantity", "paid": "Paid for all of it", "document": "For", "why": "Why",
	}[step]
}
