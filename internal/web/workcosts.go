// What work orders cost, and what is in them.

package web

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/workorder"
	"millwright/internal/erp/workorder/cost"
	"millwright/internal/plant"
	"millwright/views/figure"
	planview "millwright/views/plan"
	"millwright/views/ui"
)

func (s *Server) costTable(ctx context.Context, id int64) (planview.Table, error) {
	t := planview.Table{
		ID: "costs", Title: s.inMoney("Costs"), Empty: "Nothing was planned or spent yet.",
		Columns: []planview.Column{{Name: "What"}, {Name: "Material", Num: true}, {Name: "Machine", Num: true}, {Name: "Labour", Num: true}, {Name: "Energy", Num: true}, {Name: "Sum", Num: true}},
	}
	sheet, err := s.Planning.Accounts.Sheet(ctx, id)
	if err != nil || sheet.Planned == (cost.Part{}) && sheet.Actual == (cost.Part{}) && sheet.Received == 0 {
		return t, err
	}
	row := func(name string, p cost.Part) {
		t.Rows = append(t.Rows, planview.Row{Cells: []planview.Cell{{Text: name}, {Text: s.planMoney(p.Material)}, {Text: s.planMoney(p.Machine)}, {Text: s.planMoney(p.Labour)}, {Text: s.planMoney(p.Energy)}, {Text: s.planMoney(p.Sum())}}})
	}
	sum := func(name string, m plant.Money) {
		t.Rows = append(t.Rows, planview.Row{Cells: []planview.Cell{{Text: name}, {}, {}, {}, {}, {Text: s.planMoney(m)}}})
	}
	row("Planned, at the release", sheet.Planned)
	row("Allowed for what is made", sheet.Allowed)
	row("Actual", sheet.Actual)
	sum("Received", sheet.Received)
	sum("In the order", sheet.WIP)
	for _, v := range sheet.Variances {
		sum("Variance: "+string(v.Cause), v.Amount)
	}
	return t, nil
}

func (s *Server) journalTable(ctx context.Context, id int64) (planview.Table, error) {
	t := planview.Table{
		ID: "journal", Title: "Reports", Empty: "Nothing was reported yet.",
		Columns: []planview.Column{{Name: "When"}, {Name: "By"}, {Name: "Operation"}, {Name: "Good", Num: true}, {Name: "Scrap", Num: true}, {Name: "Material", Num: true}, {Name: "Time", Num: true}, {Name: "Moves"}},
	}
	all, err := s.Planning.Accounts.Journal(ctx, id)
	if err != nil {
		return t, err
	}
	l := s.planLocale()
	for _, e := range all {
		at, moves := "–", "–"
		if e.Operation != 0 {
			at = strconv.FormatInt(e.Operation, 10)
		}
		if e.First != 0 {
			moves = strconv.FormatInt(e.First, 10) + " to " + strconv.FormatInt(e.Last, 10)
		}
		t.Rows = append(t.Rows, planview.Row{Cells: []planview.Cell{
			{Text: l.Moment(e.At)}, {Text: e.By, Under: e.Source}, {Text: at}, {Text: e.Good.String()}, {Text: e.Scrap.String()}, {Text: s.planMoney(e.Issued)}, {Text: s.planMoney(e.Cost)}, {Text: moves},
		}})
	}
	return t, nil
}

// scrapTable is why pieces of an order were scrapped.
func (s *Server) scrapTable(ctx context.Context, w oneWork) (planview.Table, error) {
	t := planview.Table{ID: "scrapped", Title: "Scrap", Columns: []planview.Column{{Name: "Why"}, {Name: "Scrapped", Num: true}}}
	all, err := s.Planning.Scrap.Scrapped(ctx, w.ID)
	for _, x := range all {
		why := upper(cmp.Or(x.Reason, "nobody gave a reason"))
		if unit, is := strings.CutPrefix(x.Reason, workorder.RejectedAt); is {
			why = "Rejected at " + unitNamed(s.painter(), plant.UnitID(unit))
		}
		t.Rows = append(t.Rows, planview.Row{Cells: []planview.Cell{{Text: why}, {Text: s.muchOf(x.Quantity, w.items[w.Item].Unit)}}})
	}
	return t, err
}

// unitNamed is a machine's name, with its line's; its id where there is none any more.
func unitNamed(p *painter, id plant.UnitID) string {
	for _, l := range p.lines {
		for _, u := range l.Units {
			if u.ID == id {
				return u.Name + ", " + l.Name
			}
		}
	}
	return string(id)
}

func (s *Server) planLocale() figure.Locale { return figure.Locale{Zone: s.painter().site().Zone} }

const (
	costsHome   = workHome + "/costs"
	inWorkShown = 200 // orders on a page
)

// workCosts shows what is in the orders, and what they are short of.
func (s *Server) workCosts(c echo.Context) error {
	ctx := c.Request().Context()
	after, _ := strconv.ParseInt(c.QueryParam("after"), 10, 64) // from the first when it is no number
	all, count, wip, err := s.Planning.Accounts.Progress(ctx, after, inWorkShown+1)
	if err != nil {
		return err
	}
	short, more, err := s.shortAfter(ctx, workorder.Shortage{})
	if err != nil {
		return err
	}
	p := s.planPage(c, "In work", planLink(), workLink())
	p.Lead = "Issued material and booked time, less what was received, of each order that is not closed."
	t := planview.Table{
		ID: "wip", Title: s.inMoney("Work in progress"), Empty: "Nothing is in any order.",
		Columns: []planview.Column{{Name: "Order"}, {Name: "State"}, {Name: "Issued", Num: true}, {Name: "Booked", Num: true}, {Name: "Received", Num: true}, {Name: "In the order", Num: true}, {Name: "Stock ledger"}},
	}
	ties := true
	next := len(all) > inWorkShown
	all = all[:min(len(all), inWorkShown)]
	for _, o := range all {
		ties = ties && o.Ties()
		ledger := planview.Cell{Text: "ties", Mood: ui.Well}
		if !o.Ties() {
			ledger = planview.Cell{Text: "says " + s.planMoney(o.Ledger), Mood: ui.Alarm}
		}
		t.Rows = append(t.Rows, planview.Row{Cells: []planview.Cell{
			{Text: o.Number, Href: workHref(o.ID), Under: o.Name}, {Text: string(o.State)}, {Text: s.planMoney(o.Issued)}, {Text: s.planMoney(o.Booked)}, {Text: s.planMoney(o.Received)}, {Text: s.planMoney(o.WIP)}, ledger,
		}})
	}
	p.Links = []planview.Link{{Link: ui.Link{Name: "Shortages", Href: shortHome}}, {Link: ui.Link{Name: "Parked counts", Href: parkedHome}}}
	tied := planview.Fact{Name: "Ties to the stock ledger", Value: map[bool]string{true: "yes", false: "no"}[ties]}
	if after > 0 || next {
		tied.Name = "Those shown tie to the stock ledger"
		t.Lead = "A page of " + plural(int(count), "order", "orders") + ", by their numbers; the API gives all."
	}
	if after > 0 {
		p.Links = append(p.Links, planview.Link{Link: ui.Link{Name: "From the first order", Href: costsHome}})
	}
	if next {
		p.Links = append(p.Links, planview.Link{Link: ui.Link{Name: "Next orders", Href: costsHome + "?after=" + asDigits(all[len(all)-1].ID)}})
	}
	p.Facts = []planview.Fact{{Name: "In work", Value: s.worth(wip)}, tied}
	q := planview.Table{
		ID: "short", Title: "Used by counts and not issued", Empty: "Nothing.",
		Columns: []planview.Column{{Name: "Order"}, {Name: "Component"}, {Name: "Short", Num: true}},
	}
	if more {
		q.Lead = "Only the first are shown; Shortages has all of them."
	}
	for _, x := range short {
		q.Rows = append(q.Rows, planview.Row{Cells: []planview.Cell{{Text: x.Number, Href: workHref(x.Order)}, {Text: x.Name, Href: planItemHref(x.Item)}, {Text: x.Short.String()}}})
	}
	p.Tables = []planview.Table{t, q}
	return s.showAs(c, http.StatusOK, planview.Show(p))
}
