// Who holds what of the stock, and giving it free.

package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/stock"
	"millwright/internal/errs"
	"millwright/internal/plant"
	stockview "millwright/views/stock"
	"millwright/views/ui"
)

const reservedHome = "/stock/reserved"

// reservedPages are those of what is set aside.
func (s *Server) reservedPages() []route {
	return []route{
		get(reservedHome, plant.Viewer, s.reserved),
		post(reservedHome, plant.Viewer, s.releaseReserved).by(plant.Storekeeper),
	}
}

// reservedShown is how many reservations stand on a page.
const reservedShown = 100

func (s *Server) reserved(c echo.Context) error { return s.showReserved(c, http.StatusOK, 0, nil) }

// askedReserved reads which reservations are asked for.
func (s *Server) askedReserved(c echo.Context) (of stock.Meant, wrong []ui.Fault, err error) {
	of = stock.Meant{Every: true, Limit: reservedShown + 1}
	of.After, _ = strconv.ParseInt(c.QueryParam("after"), 10, 64) // what is no number begins at the first
	if text := strings.TrimSpace(c.QueryParam("item")); text != "" {
		i, err := s.Trade.Items.ByCode(c.Request().Context(), text)
		if errs.KindOf(err) == errs.NotFound {
			return of, []ui.Fault{{Field: "item", Text: "There is no item " + errs.Clip(text) + "."}}, nil
		} else if err != nil {
			return of, nil, err
		}
		of.Item = i.ID
	}
	of.Hard = c.QueryParam("all") == ""
	return of, nil, nil
}

// showReserved shows them; of is the one that could not be released, with why.
func (s *Server) showReserved(c echo.Context, status int, of int64, why error) error {
	ctx := c.Request().Context()
	asked, wrong, err := s.askedReserved(c)
	if err != nil {
		return err
	}
	var all []stock.Reservation
	if len(wrong) > 0 {
		status = http.StatusUnprocessableEntity
	} else if all, err = s.Trade.Material.Meant.Reserved(ctx, asked); err != nil {
		return err
	}
	page := s.stockPage(c, "Reserved")
	page.Tabs = stockTabs(reservedHome)
	page.Lead = "What is set aside for a document nobody else can take. What is only planned for is not kept from anybody."
	if c.QueryParam("done") != "" {
		page.State, page.Mood = "Released", ui.Well
	}
	in := field("item", "Item", errs.Clip(c.QueryParam("item")), true)
	in.Help, in.Fault = "Its number or barcode.", ui.FaultOf(wrong, "item")
	which := field("all", "Kind", c.QueryParam("all"), true)
	which.As, which.Choices = "select", []ui.Choice{{Name: "Set aside"}, {Value: "1", Name: "Planned for too"}}
	page.Sections = []stockview.Section{{ID: "which", Title: "Which", Form: &stockview.Form{Action: reservedHome, Get: true, Button: "Show", Fields: []stockview.Field{in, which}, Faults: wrong}}}
	t, err := s.reservedTable(c, &all)
	if err != nil {
		return err
	}
	held := stockview.Section{ID: "held", Title: "Who holds what", Table: t}
	if len(all) > reservedShown {
		held.More = []ui.Link{{Name: "Further ones", Href: reservedHome + "?after=" + asDigits(all[reservedShown-1].ID) + "&item=" + escape(c.QueryParam("item")) + "&all=" + escape(c.QueryParam("all"))}}
	}
	page.Sections = append(page.Sections, held)
	if storekeeper(c) && len(all) > 0 {
		page.Sections = append(page.Sections, stockview.Section{ID: "release", Title: "Release", Lead: "What is released may be taken by anybody. An order takes what is free again when it is changed.", Form: releaseForm(c, t, all, of, why)})
	}
	return s.showAs(c, status, stockview.Show(page))
}

func (s *Server) reservedTable(c echo.Context, all *[]stock.Reservation) (*stockview.Table, error) {
	ctx := c.Request().Context()
	var ids []int64
	var docs []string
	for _, r := range *all {
		ids, docs = append(ids, r.Item), append(docs, r.Document)
	}
	w, err := s.words(ctx, ids...)
	if err != nil {
		return nil, err
	}
	numbers, err := s.papers(ctx, docs...)
	if err != nil {
		return nil, err
	}
	t := &stockview.Table{Columns: columns("#No", "For", "Item", "#Quantity", "From", "Since", "Why"), Empty: "Nothing is reserved."}
	for _, r := range (*all)[:min(len(*all), reservedShown)] {
		whom := docCell(numbers, r.Document)
		if r.Line != 0 {
			whom.Under = "line " + asDigits(r.Line)
		}
		from := "wherever it lies"
		switch {
		case !r.Hard:
			from = "planned for only"
		case r.Place != 0:
			from = strings.TrimSpace(w.codes[r.Place] + " " + r.Lot + r.Serial)
		}
		t.Rows = append(t.Rows, []stockview.Cell{{Text: asDigits(r.ID)}, whom, w.item(r.Item), {Text: s.muchOf(r.Quantity, w.items[r.Item].Unit)}, {Text: from}, {Text: s.stamp(r.At), Under: r.By.Name}, {Text: r.Why}})
	}
	return t, nil
}

// releaseForm gives one of those that are shown free.
func releaseForm(c echo.Context, t *stockview.Table, all []stock.Reservation, of int64, why error) *stockview.Form {
	which := field("reservation", "Reservation", asDigits(of), false)
	which.As = "select"
	for i, r := range t.Rows {
		which.Choices = append(which.Choices, ui.Choice{Value: asDigits(all[i].ID), Name: r[1].Text + ", " + r[2].Text + ", " + r[3].Text})
	}
	reason := field("why", "Why", c.FormValue("why"), false)
	f := &stockview.Form{Action: reservedHome, Button: "Release", Fields: []stockview.Field{which, reason}}
	if why != nil {
		faulted(f, why)
	}
	return f
}

func (s *Server) releaseReserved(c echo.Context) error {
	id, err := strconv.ParseInt(c.FormValue("reservation"), 10, 64)
	if err != nil || id <= 0 {
		return errs.New(errs.NotFound, "there is no such reservation")
	}
	why := errs.Clip(strings.TrimSpace(c.FormValue("why")))
	if why == "" {
		err = &errs.Error{Kind: errs.Invalid, Words: "say why", Fields: []errs.Field{{Path: "why", Message: "Say why: whoever it was kept for will ask."}}}
	} else {
		err = s.Trade.Material.Meant.Release(c.Request().Context(), id, by(c), why)
	}
	switch errs.KindOf(err) {
	case errs.Invalid:
		return s.showReserved(c, http.StatusUnprocessableEntity, id, err)
	case errs.NotFound, errs.Conflict:
		return s.showReserved(c, http.StatusConflict, id, &errs.Error{Kind: errs.Conflict, Words: "it is released or used up already", Fields: []errs.Field{{Path: "reservation", Message: "It is released or used up already: look again."}}})
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, reservedHome+"?done=released")
}
