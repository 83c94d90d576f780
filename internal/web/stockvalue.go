package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/costing"
	"millwright/internal/plant"
	stockview "millwright/views/stock"
	"millwright/views/ui"
)

// stockValue is what the stock is worth, now or after a day.
func (s *Server) stockValue(c echo.Context) error {
	page, status := s.stockPage(c, "Value of the stock"), http.StatusOK
	day := field("at", "At the end of", strings.TrimSpace(c.QueryParam("at")), true)
	day.Type, day.Help = "date", "Now when left empty: what was posted until then, in posting order."
	f := &stockview.Form{Action: "/stock/value", Get: true, Button: "Show", Fields: []stockview.Field{day}}
	var m costing.Moment
	if day.Value != "" {
		at, err := time.ParseInLocation("2006-01-02", day.Value, s.zone())
		if err != nil {
			f.Fields[0].Fault, status = "Write a day like 2026-11-30.", http.StatusUnprocessableEntity
			f.Faults = []ui.Fault{{Field: "at", Text: f.Fields[0].Fault}}
		} else {
			m.At = at.AddDate(0, 0, 1).Add(-time.Microsecond)
		}
	}
	all, err := s.Trade.Material.Accounts.Sheet(c.Request().Context(), m, c.QueryParam("after"))
	if err != nil {
		return err
	}
	t := &stockview.Table{Columns: columns("Item", "Valued by", "#Quantity", "#"+s.inMoney("Value")), Empty: "There is no stock."}
	for _, w := range all.Rows {
		t.Rows = append(t.Rows, []stockview.Cell{{Text: w.Number, Href: "/stock/item/" + asDigits(w.Item), Under: w.Name}, {Text: upper(w.Method)}, {Text: s.much(w.Quantity)}, {Text: s.cents(w.Value)}})
	}
	page.Tabs = stockTabs("/stock/value")
	page.Figures = []ui.Figure{{Name: "All of it", Value: s.cents(all.Value), Unit: s.painter().site().Currency}}
	if m == (costing.Moment{}) {
		page.Figures = append(page.Figures, ui.Figure{Name: "Items", Value: s.locale().Whole(all.Items)})
	}
	sec := stockview.Section{ID: "value", Title: "By item", Table: t}
	if all.Next != "" || c.QueryParam("after") != "" {
		sec.Lead, t.Empty = "A page of them, by their numbers; the API gives all.", "There is no stock of these items; go on to the next."
	}
	at := func(name, after string) {
		q := url.Values{}
		for key, value := range map[string]string{"at": day.Value, "after": after} {
			if value != "" {
				q.Set(key, value)
			}
		}
		sec.More = append(sec.More, ui.Link{Name: name, Href: "/stock/value?" + q.Encode()})
	}
	if c.QueryParam("after") != "" {
		at("From the first item", "")
	}
	if all.Next != "" {
		at("Next items", all.Next)
	}
	page.Sections = []stockview.Section{{ID: "when", Title: "When", Form: f}, sec}
	return s.showAs(c, status, stockview.Show(page))
}

// periodPage is the periods, and whether the accounts agree.
func (s *Server) periodPage(c echo.Context) error { return s.showPeriods(c, http.StatusOK, nil) }

// quickTie is how many moves are compared with the accounts at once; more than these somebody has to ask for.
const quickTie = 10_000

func (s *Server) showPeriods(c echo.Context, status int, why error) error {
	ctx := c.Request().Context()
	all, err := s.Trade.Material.Accounts.Periods(ctx)
	if err != nil {
		return err
	}
	page := s.stockPage(c, "Periods")
	page.Lead = "Nothing is posted into a month that is closed. It closes when the accounts of the stock agree."
	page.Tabs = stockTabs("/stock/periods")
	tie, err := s.tiedOut(c, &page)
	if err != nil {
		return err
	}
	t := &stockview.Table{Columns: columns("Month", "State", "#"+s.inMoney("Value at its end"), "By", "Why"), Empty: "No month was closed yet. Close the first one below, when all of it is posted."}
	for _, p := range all {
		state, value := "open", ""
		if p.Closed {
			state, value = "closed", s.cents(p.Value)
		}
		t.Rows = append(t.Rows, []stockview.Cell{{Text: p.Name}, {Text: upper(state)}, {Text: value}, {Text: p.By.Name, Under: s.stamp(p.Set)}, {Text: p.Why}})
	}
	page.Sections = []stockview.Section{{ID: "months", Title: "Months", Table: t}}
	if !tie.Green() {
		page.Sections = append(page.Sections, stockview.Section{ID: "differences", Title: "What does not agree", Table: differencesTable(tie)})
	}
	if visitorOf(c).reach.Base >= plant.Manager {
		page.Sections = append(page.Sections, stockview.Section{ID: "close", Title: "Close or open a month", Form: s.periodForm(c, all, why)})
	}
	return s.showAs(c, status, stockview.Show(page))
}

// tiedOut tells whether the accounts agree: at once where that is quick, else when it is asked for.
func (s *Server) tiedOut(c echo.Context, page *stockview.Page) (tie costing.Tie, err error) {
	ctx := c.Request().Context()
	n, err := s.Trade.Material.Accounts.Since(ctx, quickTie)
	if err != nil {
		return tie, err
	}
	if n > quickTie && c.QueryParam("compare") != "now" {
		page.Lead += " More than " + s.locale().Whole(quickTie) + " moves came since the last one was closed: they are compared when you ask for it, and before a month closes."
		page.Actions = []ui.Link{{Name: "Compare the accounts now", Href: "/stock/periods?compare=now"}}
		return tie, nil
	}
	if tie, err = s.Trade.Material.Accounts.TieOut(ctx); err != nil {
		return tie, err
	}
	if page.State, page.Mood = "The accounts agree", ui.Well; !tie.Green() {
		page.State, page.Mood = "The accounts do not agree", ui.Alarm
	}
	for _, f := range []struct {
		name string
		sum  plant.Money
	}{{"Came in", tie.In}, {"Went out", tie.Out}, {"Booked beside", tie.Gain}, {"Is there", tie.Value}} {
		page.Figures = append(page.Figures, ui.Figure{Name: f.name, Value: s.cents(f.sum), Unit: s.painter().site().Currency})
	}
	page.Figures = append(page.Figures, ui.Figure{Name: "Moves", Value: s.locale().Whole(tie.Moves)})
	return tie, nil
}

func differencesTable(tie costing.Tie) *stockview.Table {
	t := &stockview.Table{Columns: columns("Item", "#At places", "#In layers", "#By moves", "#Value of layers", "#By moves", "#Kept")}
	for _, d := range tie.Differences {
		t.Rows = append(t.Rows, []stockview.Cell{
			{Text: d.Number, Href: "/stock/item/" + asDigits(d.Item)},
			{Text: d.Balances.String()},
			{Text: d.Layers.String()},
			{Text: d.Moves.String()},
			{Text: d.LayerValue.String()},
			{Text: d.MovedValue.String()},
			{Text: d.KeptValue.String()},
		})
	}
	return t
}

// periodForm closes the month after the last closed one, or opens that again.
func (s *Server) periodForm(c echo.Context, all []costing.Period, why error) *stockview.Form {
	month := s.Now().In(s.zone()).AddDate(0, -1, -s.Now().In(s.zone()).Day()+1).Format("2006-01")
	for _, p := range all {
		if p.Closed {
			month = p.To.In(s.zone()).Format("2006-01")
			break
		}
	}
	step := field("step", "What", "close", false)
	step.As, step.Choices = "select", []ui.Choice{{Value: "close", Name: "Close"}, {Value: "open", Name: "Open again"}}
	name := field("month", "Month", month, false)
	name.Help = "Like 2026-11."
	if why != nil {
		name.Value, step.Value = c.FormValue("month"), c.FormValue("step")
	}
	f := &stockview.Form{Action: "/stock/periods", Button: "Keep", Fields: []stockview.Field{name, step, field("why", "Why", c.FormValue("why"), true)}, Note: "To open one again takes a reason."}
	if why != nil {
		faulted(f, why)
	}
	return f
}

func (s *Server) setPeriod(c echo.Context) error {
	ctx := c.Request().Context()
	p, err := costing.MonthOf(strings.TrimSpace(c.FormValue("month")), s.zone())
	if err != nil {
		return s.showPeriods(c, http.StatusUnprocessableEntity, err)
	}
	all, err := s.Trade.Material.Accounts.Periods(ctx)
	if err != nil {
		return err
	}
	p.Closed, p.By, p.Why = c.FormValue("step") != "open", by(c), strings.TrimSpace(c.FormValue("why"))
	for _, o := range all {
		if o.Name == p.Name {
			p.Version = o.Version
		}
	}
	_, err = s.Trade.Material.Accounts.Close(ctx, p)
	if status, is := mendable(err); is {
		return s.showPeriods(c, status, err)
	} else if err != nil {
		return err
	}
	return done(c, "/stock/periods", "saved")
}
