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

// countList is all counts of the stock, and where one begins.
func (s *Server) countList(c echo.Context) error { return s.showCounts(c, http.StatusOK, nil) }

func (s *Server) showCounts(c echo.Context, status int, why error) error {
	ctx := c.Request().Context()
	all, err := s.Trade.Material.Counts.Counts(ctx, numbered(c.QueryParam("before")), movesShown)
	if err != nil {
		return err
	}
	w, err := s.words(ctx)
	if err != nil {
		return err
	}
	page := s.stockPage(c, "Counts")
	page.Tabs = stockTabs("/stock/counts")
	page.Lead = "A count finds what is there. What moves while it goes on is taken into account."
	t := &stockview.Table{Columns: columns("Count", "Place", "State", "#Counted", "Began", "By"), Empty: "Nothing was counted yet. Begin a count below, of a place and all that lies in it."}
	sec := stockview.Section{ID: "counts", Title: "All counts", Table: t}
	for _, k := range all {
		t.Rows = append(t.Rows, []stockview.Cell{
			{Text: k.Number, Href: "/stock/count/" + asDigits(k.ID)}, w.place(k.Place), {Text: upper(k.State)}, {Text: asDigits(k.Counted) + " of " + asDigits(k.Lines)}, {Text: s.stamp(k.Began)}, {Text: k.By.Name},
		})
	}
	if len(all) == movesShown {
		sec.More = []ui.Link{{Name: "Earlier counts", Href: "/stock/counts?before=" + asDigits(all[movesShown-1].ID)}}
	}
	page.Sections = []stockview.Section{sec}
	if storekeeper(c) {
		page.Sections = append(page.Sections, stockview.Section{ID: "new", Title: "Begin a count", Form: beginForm(c, w, why)})
	}
	return s.showAs(c, status, stockview.Show(page))
}

func beginForm(c echo.Context, w words, why error) *stockview.Form {
	place := field("place", "Place", c.FormValue("place"), false)
	place.Help, place.Offers = "With all places in it.", w.places(true)
	blind := field("blind", "Blind: who counts does not see what is expected", c.FormValue("blind"), true)
	freeze := field("freeze", "Freeze: nothing moves there until it is done", c.FormValue("freeze"), true)
	blind.As, freeze.As = "check", "check"
	tolerance := field("tolerance", "Tolerance", c.FormValue("tolerance"), true)
	tolerance.Unit, tolerance.Help = "%", "A line that differs more is counted a second time."
	f := &stockview.Form{Action: "/stock/counts", Button: "Begin", Fields: []stockview.Field{place, blind, freeze, tolerance, field("why", "Why", c.FormValue("why"), true)}}
	if why != nil {
		faulted(f, why)
	}
	return f
}

func (s *Server) beginCount(c echo.Context) error {
	ctx := c.Request().Context()
	w, err := s.words(ctx)
	if err != nil {
		return err
	}
	var bad wrong
	k := stock.Stocktake{Blind: c.FormValue("blind") == "on", Freeze: c.FormValue("freeze") == "on", By: by(c), Why: strings.TrimSpace(c.FormValue("why"))}
	place, err := w.placed(c.FormValue("place"))
	if k.Place = place.ID; err != nil {
		bad.add("place", "Name a place of ours.")
	}
	if typed := strings.TrimSpace(c.FormValue("tolerance")); typed != "" {
		q, err := plant.ParseQuantity(strings.Replace(typed, ",", ".", 1))
		if k.Tolerance = q / 100; err != nil || q < 0 || q > 100*plant.One {
			bad.add("tolerance", "Write a number from 0 to 100.")
		}
	}
	if err = bad.err(); err == nil {
		k, err = s.Trade.Material.Counts.Begin(ctx, k)
	}
	if status, is := mendable(err); is {
		return s.showCounts(c, status, err)
	} else if err != nil {
		return err
	}
	return done(c, "/stock/count/"+asDigits(k.ID), "saved")
}

// countPage is one count.
func (s *Server) countPage(c echo.Context) error { return s.showCount(c, http.StatusOK, "", nil) }

// showCount shows a count; form is the one of its forms that something is wrong with.
func (s *Server) showCount(c echo.Context, status int, form string, why error) error {
	id, err := numberOf(c, "such count")
	if err != nil {
		return err
	}
	const lines = 200
	k, all, err := s.Trade.Material.Counts.Count(c.Request().Context(), id, numbered(c.QueryParam("after")), lines)
	if err != nil {
		return err
	}
	page := s.stockPage(c, k.Number, ui.Link{Name: "Counts", Href: "/stock/counts"})
	page.State = upper(k.State)
	page.Facts = []stockview.Fact{
		{Name: "Counted", Text: asDigits(k.Counted) + " of " + asDigits(k.Lines)},
		{Name: "Blind", Text: yesNo(k.Blind)},
		{Name: "Frozen", Text: yesNo(k.Freeze)},
		{Name: "Tolerance", Text: (k.Tolerance * 100).String() + " %"},
		{Name: "Began", Text: s.stamp(k.Began)},
		{Name: "By", Text: k.By.Name},
	}
	sec := stockview.Section{ID: "lines", Title: "Lines", Table: countTable(k, all)}
	if len(all) == lines {
		sec.More = []ui.Link{{Name: "Further lines", Href: "/stock/count/" + asDigits(id) + "?after=" + asDigits(all[lines-1].Line)}}
	}
	page.Sections = []stockview.Section{sec}
	if storekeeper(c) && k.State == "open" {
		page.Sections = append(page.Sections, countForms(c, k, form, why)...)
	}
	if page.Folio, err = s.hanging(c, "count", id); err != nil {
		return err
	}
	return s.showAs(c, status, stockview.Show(page))
}

func yesNo(is bool) string { return map[bool]string{true: "yes", false: "no"}[is] }

func countTable(k stock.Stocktake, all []stock.Line) *stockview.Table {
	t := &stockview.Table{Columns: columns("#Line", "Item", "Place", "Lot or serial", "#Expected", "#Counted", "#Difference", "State"), Empty: "Nothing was there when it began."}
	open := !k.Blind || k.State != "open"
	for _, l := range all {
		row := []stockview.Cell{{Text: asDigits(l.Line)}, {Text: l.Number, Href: "/stock/item/" + asDigits(l.Item)}, {Text: l.Code}, {Text: l.Lot + l.Serial}, {}, {}, {}, {}}
		if open {
			row[4].Text = l.Expected.String()
		}
		if l.Counted != nil {
			row[5] = stockview.Cell{Text: l.Counted.String(), Under: l.By.Name}
			if open {
				row[6].Text = l.Difference().String()
			}
		}
		if l.Again(k.Tolerance) {
			row[7] = stockview.Cell{Text: "Count again", Mood: ui.Warning}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func countForms(c echo.Context, k stock.Stocktake, which string, why error) []stockview.Section {
	home := "/stock/count/" + asDigits(k.ID)
	value := func(name string) string { return c.FormValue(name) }
	line := field("item", "Line or item", value("item"), false)
	line.Help = "The number of the line, or the item's number with place and lot."
	line.Focus = true
	enter := &stockview.Form{Action: home, Button: "Keep", Fields: []stockview.Field{
		line, field("place", "Place", value("place"), true), field("lot", "Lot or serial", value("lot"), true), field("quantity", "Counted", value("quantity"), false),
	}}
	file := field("file", "Table", "", false)
	file.Type, file.Help = "file", "CSV or XLSX with the columns item, place, lot, serial, revision, quantity; all of it is kept, or nothing with every fault."
	load := &stockview.Form{Action: home + "/file", File: true, Button: "Read it", Fields: []stockview.Field{file}}
	rest := field("rest", "Leave what was not counted as it is", value("rest"), true)
	accept := field("accept", "Take what is beyond the tolerance as it was counted", value("accept"), true)
	cancel := field("cancel", "Drop the count, and post nothing", value("cancel"), true)
	rest.As, accept.As, cancel.As = "check", "check", "check"
	end := &stockview.Form{Action: home + "/finish", Button: "Finish", Hidden: []ui.Choice{{Name: "version", Value: asDigits(k.Version)}}, Fields: []stockview.Field{
		rest, accept, cancel, field("why", "Why", value("why"), true),
	}, Note: "The differences are posted."}
	if f := map[string]*stockview.Form{"enter": enter, "file": load, "finish": end}[which]; f != nil && why != nil {
		faulted(f, why)
	}
	return []stockview.Section{{ID: "enter", Title: "Enter a line", Form: enter}, {ID: "load", Title: "Enter a table", Form: load}, {ID: "finish", Title: "Finish", Form: end}}
}

// enterCount keeps one line.
func (s *Server) enterCount(c echo.Context) error {
	q, err := plant.ParseQuantity(strings.Replace(strings.TrimSpace(c.FormValue("quantity")), ",", ".", 1))
	if err != nil || q < 0 {
		return s.showCount(c, http.StatusUnprocessableEntity, "enter", &errs.Error{Kind: errs.Invalid, Words: "enter a count", Fields: []errs.Field{{Path: "quantity", Message: "Write how much is there, or 0."}}})
	}
	f := stock.Found{Item: strings.TrimSpace(c.FormValue("item")), Place: c.FormValue("place"), Lot: strings.TrimSpace(c.FormValue("lot")), Quantity: q}
	if line, err := strconv.ParseInt(f.Item, 10, 64); err == nil && f.Place == "" && f.Lot == "" {
		f.Line = line
	}
	if i, err := s.Trade.Items.ByCode(c.Request().Context(), f.Item); err == nil && f.Line == 0 {
		if f.Item = i.Number; i.Tracking == "serial" {
			f.Serial, f.Lot = f.Lot, ""
		}
	}
	return s.found(c, "enter", []stock.Found{f})
}

// found keeps what was counted.
func (s *Server) found(c echo.Context, form string, found []stock.Found) error {
	id, err := numberOf(c, "such count")
	if err != nil {
		return err
	}
	_, err = s.Trade.Material.Counts.Enter(c.Request().Context(), id, found, by(c))
	if status, is := mendable(err); is {
		return s.showCount(c, status, form, unlined(err, form == "enter"))
	} else if err != nil {
		return err
	}
	return done(c, "/stock/count/"+asDigits(id), "saved")
}

// unlined tells the faults of lines as a page does: beside the fields of the one line, or by the rows of the table.
func unlined(err error, one bool) error {
	w := wrong{}
	w.take(err)
	if len(w) == 0 {
		return err
	}
	for i, f := range w {
		at, name, _ := strings.Cut(strings.TrimPrefix(f.Path, "lines["), "].")
		if one {
			w[i].Path = map[string]string{"line": "item", "serial": "lot"}[name]
			if w[i].Path == "" {
				w[i].Path = name
			}
			continue
		}
		row, _ := strconv.Atoi(at) // the path is our own
		w[i] = errs.Field{Message: "Row " + strconv.Itoa(row+2) + ": " + f.Message}
	}
	return &errs.Error{Kind: errs.KindOf(err), Words: err.Error(), Fields: w}
}

func (s *Server) finishCount(c echo.Context) error {
	id, err := numberOf(c, "such count")
	if err != nil {
		return err
	}
	_, err = s.Trade.Material.Counts.Finish(c.Request().Context(), stock.Taking{
		Count: id, Version: numbered(c.FormValue("version")), Cancel: c.FormValue("cancel") == "on", Rest: c.FormValue("rest") == "on", Accept: c.FormValue("accept") == "on",
		By: by(c), Why: strings.TrimSpace(c.FormValue("why")),
	})
	if status, is := mendable(err); is {
		return s.showCount(c, status, "finish", err)
	} else if err != nil {
		return err
	}
	return done(c, "/stock/count/"+asDigits(id), "saved")
}
