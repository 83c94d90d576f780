// Delivery schedules just in time: what customers call, and what suppliers are called for.

package web

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/order/calloff"
	"millwright/internal/erp/partner"
	"millwright/internal/plant"
	"millwright/internal/plant/measure"
	"millwright/internal/report"
	"millwright/internal/sheet"
	planview "millwright/views/plan"
	"millwright/views/ui"
)

const deliveriesHome = planHome + "/deliveries"

// deliveryAsk is what an address asks of the schedules.
type deliveryAsk struct {
	calloff.Ask
	side  partner.Side
	since plant.Date
	after calloff.Place // of a page
}

func (a deliveryAsk) query() url.Values {
	q := url.Values{"side": {string(a.side)}, "since": {a.Since}}
	for key, value := range map[string]string{"partner": a.Partner, "item": a.Item, "after-partner": a.after.Partner, "after-item": a.after.Item} {
		if value != "" {
			q.Set(key, value)
		}
	}
	return q
}

// deliveryAsked reads an address: customers' calls since the beginning of the year when nothing is said.
func (s *Server) deliveryAsked(c echo.Context) (a deliveryAsk, err error) {
	a.side = partner.Sales
	if c.QueryParam("side") == string(partner.Purchase) {
		a.side = partner.Purchase
	}
	year, err := plant.ParseDate(s.planDay().String()[:4] + "-01-01")
	if err != nil {
		return a, err
	}
	a.since, err = askedDate(c, "since", year)
	a.after = calloff.Place{Partner: c.QueryParam("after-partner"), Item: c.QueryParam("after-item")}
	a.Since, a.Partner, a.Item = a.since.String(), strings.TrimSpace(c.QueryParam("partner")), strings.TrimSpace(c.QueryParam("item"))
	return a, err
}

// deliveries shows how schedules stand; of one, its days.
func (s *Server) deliveries(c echo.Context) error {
	p := s.planPage(c, "Delivery schedules", planLink())
	p.Lead = "What is called of each item by its dates, counted from a day on, and how far ahead or behind what was delivered is. What was delivered covers the first calls first."
	a, err := s.deliveryAsked(c)
	var all []calloff.Schedule
	var next *calloff.Place
	if err == nil {
		all, next, err = s.Planning.Calloffs.Page(c.Request().Context(), a.side, a.Ask, a.after)
	}
	if planRefused(err) == 0 && err != nil {
		return err
	}
	status := http.StatusOK
	if p.Faults = faults(err); err != nil {
		status = http.StatusUnprocessableEntity
	}
	p.Forms = []planview.Form{s.deliveryForm(c, a, p.Faults)}
	if err != nil {
		return s.showAs(c, status, planview.Show(p))
	}
	p.Links = a.links(len(all) > 0, next)
	if a.side == partner.Purchase {
		p.Links = append(p.Links, s.callLinks(c, a)...)
	}
	p.Tables = []planview.Table{s.deliveryTable(a, all)}
	if next != nil || a.after != (calloff.Place{}) {
		p.Tables[0].Lead = "A page of them, by partner and item; the file has all."
	}
	if len(all) == 1 && next == nil && a.after == (calloff.Place{}) {
		p.Tables = append(p.Tables, s.deliveryDays(a, all[0]))
	}
	return s.showAs(c, status, planview.Show(p))
}

// links lead to the file of all, and to other pages.
func (a deliveryAsk) links(any bool, next *calloff.Place) (all []planview.Link) {
	add := func(name, home string, after calloff.Place) {
		at := a
		at.after = after
		all = append(all, planview.Link{Link: ui.Link{Name: name, Href: home + "?" + at.query().Encode()}})
	}
	if any {
		add("Download as CSV", deliveriesHome+".csv", calloff.Place{})
	}
	if a.after != (calloff.Place{}) {
		add("From the first", deliveriesHome, calloff.Place{})
	}
	if next != nil {
		add("Next schedules", deliveriesHome, *next)
	}
	return all
}

func (s *Server) deliveryForm(c echo.Context, a deliveryAsk, wrong []ui.Fault) planview.Form {
	side := planField("side", "Whose calls", "", string(a.side), "")
	side.Choices = []ui.Choice{{Value: string(partner.Sales), Name: "Of customers"}, {Value: string(partner.Purchase), Name: "To suppliers"}}
	since := planField("since", "Counted from", "date", a.Since, "")
	if ui.FaultOf(wrong, "since") != "" {
		since.Value = c.QueryParam("since")
	}
	fields := []planview.Field{
		side, planOptional(planField("partner", "Partner", "text", a.Partner, "The number; everybody when left out.")),
		planOptional(planField("item", "Item", "text", a.Item, "The number; everything when left out.")), since,
	}
	return planview.Form{ID: "which", Title: "Which schedules", Action: deliveriesHome, Ask: true, Button: "Show", Fields: planWrong(fields, wrong)}
}

func (s *Server) deliveryTable(a deliveryAsk, all []calloff.Schedule) planview.Table {
	whom := "Customer"
	if a.side == partner.Purchase {
		whom = "Supplier"
	}
	t := planview.Table{
		ID: "schedules", Title: "How they stand today", Empty: "Nothing is called since that day.",
		Columns: []planview.Column{{Name: whom}, {Name: "Item"}, {Name: "Called until today", Num: true}, {Name: "Delivered", Num: true}, {Name: "Backlog", Num: true}, {Name: "Ahead", Num: true}, {Name: "Still to come", Num: true}, {Name: "Next call"}, {Name: "Of it open", Num: true}},
	}
	today := s.planDay().String()
	for _, one := range all {
		st := one.Stand(today)
		of := a
		of.after, of.Partner, of.Item = calloff.Place{}, one.Partner.Number, one.Item.Number
		backlog, next, open := planview.Cell{Text: "–"}, planview.Cell{Text: "–"}, planview.Cell{Text: "–"}
		if st.Backlog > 0 {
			backlog = planview.Cell{Text: st.Backlog.String(), Mood: ui.Alarm}
		}
		if st.Next.Day != "" {
			next, open = planview.Cell{Text: st.Next.Day}, planview.Cell{Text: st.Next.Open.String()}
			if st.Next.Day < today {
				next.Mood, next.Under = ui.Warning, "late"
			}
		}
		t.Rows = append(t.Rows, planview.Row{Cells: []planview.Cell{
			{Text: one.Partner.Number, Under: one.Partner.Name, Href: deliveriesHome + "?" + of.query().Encode()},
			{Text: one.Item.Number, Under: one.Item.Name, Href: planItemHref(one.Item.ID)},
			{Text: st.Due.String() + " " + measure.Symbol(one.Unit)},
			{Text: one.Done.String()},
			backlog, dashed(st.Ahead), dashed(st.Open), next, open,
		}})
	}
	return t
}

// dashed writes a quantity; none is a dash.
func dashed(q plant.Quantity) planview.Cell {
	if q == 0 {
		return planview.Cell{Text: "–"}
	}
	return planview.Cell{Text: q.String()}
}

func (s *Server) deliveryDays(a deliveryAsk, one calloff.Schedule) planview.Table {
	t := planview.Table{
		ID: "days", Title: "Day by day", Lead: "In " + measure.Symbol(one.Unit) + ". Delivered so far: " + one.Done.String() + ".",
		Columns: []planview.Column{{Name: "Day"}, {Name: "Called", Num: true}, {Name: "Cumulative", Num: true}, {Name: "Open", Num: true}, {Name: "Orders"}},
	}
	today := s.planDay().String()
	for _, d := range one.Stand(today).Days {
		open := planview.Cell{Text: "delivered", Mood: ui.Well}
		if d.Open > 0 {
			open = planview.Cell{Text: d.Open.String()}
		}
		if d.Open > 0 && d.Day < today {
			open.Mood, open.Under = ui.Alarm, "late"
		}
		orders := planview.Cell{Text: d.Calls[0].Number, Href: planDocument(string(a.side) + "/" + asDigits(d.Calls[0].Order))}
		if more := len(d.Calls) - 1; more > 0 {
			orders.Under = "and " + plural(more, "more call", "more calls")
		}
		t.Rows = append(t.Rows, planview.Row{Cells: []planview.Cell{{Text: d.Day}, {Text: d.Called.String()}, {Text: d.Cumulative.String()}, open, orders}})
	}
	return t
}

// deliveryFile gives the schedules day by day as a table.
func (s *Server) deliveryFile(c echo.Context) error {
	a, err := s.deliveryAsked(c)
	if err != nil {
		return err
	}
	rows := [][]string{{"partner", "partner name", "item", "item name", "unit", "day", "called", "cumulative called", "cumulative delivered", "open", "orders"}}
	for next := new(calloff.Place); next != nil; {
		var all []calloff.Schedule
		if all, next, err = s.Planning.Calloffs.Page(c.Request().Context(), a.side, a.Ask, *next); err != nil {
			return err
		}
		rows = append(rows, s.deliveryRows(all)...)
	}
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
		return err
	}
	c.Response().Header().Set("Content-Disposition", `attachment; filename="`+report.Name("delivery schedules", string(a.side), s.planDay().String())+`.csv"`)
	return c.Blob(http.StatusOK, report.CSV.Type(), b.Bytes())
}

// deliveryRows are the days of schedules.
func (s *Server) deliveryRows(all []calloff.Schedule) (rows [][]string) {
	today := s.planDay().String()
	for _, one := range all {
		for _, d := range one.Stand(today).Days {
			var orders []string
			for _, call := range d.Calls {
				orders = append(orders, call.Number)
			}
			rows = append(rows, []string{
				sheet.Inert(one.Partner.Number), sheet.Inert(one.Partner.Name), sheet.Inert(one.Item.Number), sheet.Inert(one.Item.Name), one.Unit, d.Day,
				d.Called.String(), d.Cumulative.String(), one.Done.String(), d.Open.String(), strings.Join(orders, " "),
			})
		}
	}
	return rows
}
