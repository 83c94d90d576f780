// What is expected to be ordered, and cards that order what was used.

package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/item"
	planner "millwright/internal/erp/mrp/desk"
	"millwright/internal/errs"
	"millwright/internal/plant"
	planview "millwright/views/plan"
	"millwright/views/ui"
)

// forecast shows what is expected, and takes more of it.
func (s *Server) forecast(c echo.Context) error { return s.forecastPage(c, http.StatusOK, nil) }

func (s *Server) forecastPage(c echo.Context, status int, wrong []ui.Fault) error {
	ctx := c.Request().Context()
	st, err := s.Planning.Desk.Standing(ctx)
	if err != nil {
		return err
	}
	all, err := s.Planning.Decisions.Forecasts(ctx, 0)
	if err != nil {
		return err
	}
	p := s.planPage(c, "Forecast", planLink())
	p.Lead = "What is expected to be ordered of an item in a time. Orders that customers want in it consume it; what is left is planned for."
	p.Faults = wrong
	t := planview.Table{
		ID: "forecast", Title: "Expected", Empty: "Nothing is expected beside what is ordered.",
		Columns: []planview.Column{{Name: "Item"}, {Name: "From"}, {Name: "Until before"}, {Name: "Quantity", Num: true}, {Name: "Note"}},
	}
	for _, f := range all[:min(len(all), mostMessages)] {
		i, _ := st.Item(f.Item)
		t.Rows = append(t.Rows, planview.Row{Cells: []planview.Cell{{Text: i.Number, Href: planItemHref(f.Item), Under: i.Name}, {Text: f.From.String()}, {Text: f.To.String()}, {Text: f.Quantity.String()}, {Text: f.Note}}})
	}
	if len(all) > mostMessages {
		t.Lead = "Only the first " + strconv.Itoa(mostMessages) + " are shown."
	}
	p.Tables = []planview.Table{t}
	p.Links = []planview.Link{{Link: ui.Link{Name: "As a list", Href: planHome + "/forecasts"}}}
	if planMay(c, plant.Planner) {
		p.Links = append(p.Links, planview.Link{Link: ui.Link{Name: "Import", Href: "/lists/forecasts/import"}})
		p.Forms = forecastForms(c, wrong)
	}
	return s.showAs(c, status, planview.Show(p))
}

func forecastForms(c echo.Context, wrong []ui.Fault) []planview.Form {
	one := planWrong([]planview.Field{
		planField("item", "Item", "text", c.FormValue("item"), "Its number or barcode."),
		planField("from", "From", "date", c.FormValue("from"), ""),
		planField("to", "Until before", "date", c.FormValue("to"), "The first date that is not in it any more."),
		planField("quantity", "Quantity", "text", c.FormValue("quantity"), "0 takes it away."),
		planOptional(planField("note", "Note", "text", c.FormValue("note"), "")),
	}, wrong)
	table := planField("table", "Table", "", c.FormValue("table"), "One row a line: item, from, until before, quantity; apart by tabs, semicolons or commas. All rows are kept, or none.")
	table.Area, table.Rows = true, 8
	return []planview.Form{
		{ID: "one", Title: "Expect something", Action: planHome + "/forecast", Button: "Keep", Fields: one},
		{ID: "many", Title: "Paste a table", Action: planHome + "/forecast", Button: "Keep all rows", Fields: planWrong([]planview.Field{table}, wrong)},
	}
}

// keepForecast keeps one forecast, or a table of them.
func (s *Server) keepForecast(c echo.Context) error {
	var rows []planner.Forecast
	var err error
	if c.FormValue("table") != "" {
		rows, err = s.forecastTable(c.Request().Context(), c.FormValue("table"))
	} else {
		var f planner.Forecast
		f, err = s.forecastTyped(c)
		rows = append(rows, f)
	}
	by := planner.Doing{By: visitorOf(c).Person}
	for _, f := range rows {
		if err != nil {
			break
		}
		_, err = s.Planning.Decisions.SetForecast(c.Request().Context(), f, by)
	}
	if status := planRefused(err); status != 0 {
		return s.forecastPage(c, status, faults(err))
	} else if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, planHome+"/forecast?done=kept")
}

func (s *Server) forecastTyped(c echo.Context) (f planner.Forecast, err error) {
	i, wrongItem := s.planItem(c.Request().Context(), c.FormValue("item"))
	from, wrongFrom := planDate(c, "from")
	to, wrongTo := planDate(c, "to")
	q, wrongQuantity := planQuantity(c, "quantity")
	if err := planAll(wrongItem, wrongFrom, wrongTo, wrongQuantity); err != nil {
		return f, err
	}
	f = planner.Forecast{Item: i.ID, From: from, To: to, Quantity: q, Note: strings.TrimSpace(c.FormValue("note"))}
	return f, f.Check()
}

// mostForecastRows is how many rows one table may have.
const mostForecastRows = 5000

// forecastTable reads a pasted table; all that is wrong with it is told at once.
func (s *Server) forecastTable(ctx context.Context, text string) (rows []planner.Forecast, err error) {
	var wrong []string
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	if len(lines) > mostForecastRows {
		return nil, &errs.Error{Kind: errs.Invalid, Words: "the table is too long", Fields: []errs.Field{{Path: "table", Message: "A table has " + strconv.Itoa(mostForecastRows) + " rows at most."}}}
	}
	for n, line := range lines {
		if strings.TrimSpace(line) == "" {
			continue
		}
		f, words, err := s.forecastRow(ctx, line)
		if err != nil {
			return nil, err
		}
		if words != "" && len(wrong) < 20 {
			wrong = append(wrong, "Row "+strconv.Itoa(n+1)+": "+words)
		}
		rows = append(rows, f)
	}
	if len(wrong) > 0 {
		return nil, &errs.Error{Kind: errs.Invalid, Words: "the table cannot be kept", Fields: []errs.Field{{Path: "table", Message: strings.Join(wrong, " ")}}}
	}
	return rows, nil
}

func (s *Server) forecastRow(ctx context.Context, line string) (f planner.Forecast, wrong string, err error) {
	cells := strings.FieldsFunc(line, func(r rune) bool { return r == '\t' || r == ';' || r == ',' })
	if len(cells) != 4 {
		return f, "it has not the four cells item, from, until before, quantity.", nil
	}
	i, err := s.planItem(ctx, cells[0])
	if errs.KindOf(err) == errs.Invalid {
		return f, "there is no item " + errs.Clip(strings.TrimSpace(cells[0])) + ".", nil
	} else if err != nil {
		return f, "", err
	}
	f, readable := forecastOf(i, cells)
	if !readable {
		return f, "write dates like 2026-12-24 and a quantity like 12 or 9.62.", nil
	}
	if err := f.Check(); err != nil {
		return f, faults(err)[0].Text, nil
	}
	return f, "", nil
}

// kanban shows loops and their cards.
func (s *Server) kanban(c echo.Context) error { return s.kanbanPage(c, http.StatusOK, nil) }

func (s *Server) kanbanPage(c echo.Context, status int, wrong []ui.Fault) error {
	loops, err := s.Planning.Kanban.Loops(c.Request().Context())
	if err != nil {
		return err
	}
	p := s.planPage(c, "Kanban", planLink())
	p.Lead = "A card stands at its box. Who empties the box scans the card, and it orders; who fills it scans it again."
	p.Faults = wrong
	t := planview.Table{
		ID: "cards", Title: "Cards", Empty: "There is no loop yet.",
		Columns: []planview.Column{{Name: "Card"}, {Name: "Item"}, {Name: "Quantity", Num: true}, {Name: "State"}, {Name: "Order"}},
	}
	for _, l := range loops {
		for _, k := range l.Cards {
			if len(t.Rows) < mostMessages {
				t.Rows = append(t.Rows, cardOf(l, k))
			}
		}
	}
	p.Tables = []planview.Table{t, loopTable(loops, planMay(c, plant.Planner))}
	if len(t.Rows) > 0 {
		p.Links = []planview.Link{{Link: ui.Link{Name: "Print the cards", Href: cardsFile}}}
	}
	if planMay(c, plant.Planner|plant.Storekeeper) {
		p.Forms = append(p.Forms, planview.Form{
			ID: "scan", Title: "Scan a card", Action: planHome + "/kanban/scan", Button: "Scan", Hidden: []planview.Hidden{planKey()},
			Fields: planWrong([]planview.Field{planField("code", "Code", "text", c.FormValue("code"), "As it stands on the card. A card that has ordered already orders no second time.")}, wrong),
		})
	}
	if planMay(c, plant.Planner) {
		p.Forms = append(p.Forms, s.loopForm(c, loops, wrong))
	}
	return s.showAs(c, status, planview.Show(p))
}

func cardOf(l planner.Loop, k planner.Card) planview.Row {
	state := planview.Cell{Text: upper(string(k.State))}
	switch k.State {
	case planner.Full:
		state.Mood = ui.Well
	case planner.Empty, planner.Ordered:
		state.Mood = ui.Warning
	}
	return planview.Row{Cells: []planview.Cell{{Text: k.Code, Href: cardHref(k.Code)}, {Text: l.Number, Href: planItemHref(l.Item), Under: l.Name}, {Text: l.Quantity.String()}, state, {Text: k.Document, Href: planDocument(k.Document)}}}
}

// forecastOf reads the cells of a row: item, from, until before, quantity.
func forecastOf(i item.Item, cells []string) (f planner.Forecast, ok bool) {
	from, err1 := plant.ParseDate(strings.TrimSpace(cells[1]))
	to, err2 := plant.ParseDate(strings.TrimSpace(cells[2]))
	q, err3 := plant.ParseQuantity(strings.TrimSpace(cells[3]))
	return planner.Forecast{Item: i.ID, From: from, To: to, Quantity: q}, err1 == nil && err2 == nil && err3 == nil
}
