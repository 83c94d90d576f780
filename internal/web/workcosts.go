// What work orders cost, what is in them, and the papers that go with them.

package web

import (
	"bytes"
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/workorder/cost"
	"millwright/internal/plant"
	"millwright/internal/report"
	"millwright/internal/report/paper"
	"millwright/views/figure"
	planview "millwright/views/plan"
	"millwright/views/ui"
)

func (s *Server) costTable(ctx context.Context, id int64) (planview.Table, error) {
	t := planview.Table{
		ID: "costs", Title: "Costs", Empty: "Nothing was planned or spent yet.",
		Columns: []planview.Column{{Name: "What"}, {Name: "Material", Num: true}, {Name: "Machine", Num: true}, {Name: "Labour", Num: true}, {Name: "Energy", Num: true}, {Name: "Sum", Num: true}},
	}
	sheet, err := s.Planning.Accounts.Sheet(ctx, id)
	if err != nil || sheet.Planned == (cost.Part{}) && sheet.Actual == (cost.Part{}) && sheet.Received == 0 {
		return t, err
	}
	row := func(name string, p cost.Part) {
		t.Rows = append(t.Rows, planview.Row{Cells: []planview.Cell{{Text: name}, {Text: planMoney(p.Material)}, {Text: planMoney(p.Machine)}, {Text: planMoney(p.Labour)}, {Text: planMoney(p.Energy)}, {Text: planMoney(p.Sum())}}})
	}
	sum := func(name string, m plant.Money) {
		t.Rows = append(t.Rows, planview.Row{Cells: []planview.Cell{{Text: name}, {}, {}, {}, {}, {Text: planMoney(m)}}})
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
			{Text: l.Moment(e.At)}, {Text: e.By, Under: e.Source}, {Text: at}, {Text: e.Good.String()}, {Text: e.Scrap.String()}, {Text: planMoney(e.Issued)}, {Text: planMoney(e.Cost)}, {Text: moves},
		}})
	}
	return t, nil
}

func (s *Server) planLocale() figure.Locale { return figure.Locale{Zone: s.painter().site().Zone} }

// workCosts shows what is in the orders, and what they are short of.
func (s *Server) workCosts(c echo.Context) error {
	ctx := c.Request().Context()
	all, err := s.Planning.Accounts.Progress(ctx)
	if err != nil {
		return err
	}
	short, err := s.Planning.Accounts.Shortages(ctx)
	if err != nil {
		return err
	}
	p := s.planPage(c, "In work", planLink(), workLink())
	p.Lead = "Issued material and booked time, less what was received, of each order that is not closed."
	t := planview.Table{
		ID: "wip", Title: "Work in progress", Empty: "Nothing is in any order.",
		Columns: []planview.Column{{Name: "Order"}, {Name: "State"}, {Name: "Issued", Num: true}, {Name: "Booked", Num: true}, {Name: "Received", Num: true}, {Name: "In the order", Num: true}, {Name: "Stock ledger"}},
	}
	sum, ties := plant.Money(0), true
	for _, o := range all {
		sum, ties = sum+o.WIP, ties && o.Ties()
		ledger := planview.Cell{Text: "ties", Mood: ui.Well}
		if !o.Ties() {
			ledger = planview.Cell{Text: "says " + planMoney(o.Ledger), Mood: ui.Alarm}
		}
		t.Rows = append(t.Rows, planview.Row{Cells: []planview.Cell{
			{Text: o.Number, Href: workHref(o.ID), Under: o.Name}, {Text: string(o.State)}, {Text: planMoney(o.Issued)}, {Text: planMoney(o.Booked)}, {Text: planMoney(o.Received)}, {Text: planMoney(o.WIP)}, ledger,
		}})
	}
	p.Facts = []planview.Fact{{Name: "In work", Value: planMoney(sum)}, {Name: "Ties to the stock ledger", Value: map[bool]string{true: "yes", false: "no"}[ties]}}
	q := planview.Table{
		ID: "short", Title: "Used by counts and not issued", Empty: "Nothing.",
		Columns: []planview.Column{{Name: "Order"}, {Name: "Component"}, {Name: "Short", Num: true}},
	}
	for _, x := range short {
		q.Rows = append(q.Rows, planview.Row{Cells: []planview.Cell{{Text: x.Number, Href: workHref(x.Order)}, {Text: x.Name, Href: planItemHref(x.Item)}, {Text: x.Short.String()}}})
	}
	p.Tables = []planview.Table{t, q}
	return s.showAs(c, http.StatusOK, planview.Show(p))
}

// traveller writes the papers that go with an order.
func (s *Server) traveller(c echo.Context) error {
	w, err := s.workOf(c)
	if err != nil {
		return err
	}
	l := s.planLocale()
	i := w.items[w.Item]
	r := report.Report{
		Kind: "Traveller", Subject: w.Number, Title: w.Quantity.String() + " " + i.Unit + " of " + i.Number + " " + i.Name, Plant: s.painter().site().Name, Made: l.Moment(s.Now()), Name: report.Name("traveller", w.Number), Code: w.Number,
		Facts: []report.Fact{{Name: "Begin", Value: w.Begin.String()}, {Name: "Due", Value: w.Due.String()}, {Name: "Line", Value: w.Line}, {Name: "Revision", Value: w.Revision}, {Name: "State", Value: string(w.Lifecycle)}, {Name: "Note", Value: w.Note}},
	}
	parts := report.Part{Title: "Components", None: "None.", Columns: []report.Column{{Name: "#", Number: true}, {Name: "Item"}, {Name: "Name"}, {Name: "Needed", Number: true}, {Name: "Unit"}, {Name: "Issued", Number: true}, {Name: "Signed"}}}
	for n := range w.Components {
		k := &w.Components[n]
		it := w.items[k.Item]
		parts.Rows = append(parts.Rows, report.Row{Cells: report.Texts(strconv.FormatInt(k.Position, 10), it.Number, it.Name, k.Needed(w.Quantity).String(), it.Unit, k.Issued.String(), "")})
	}
	steps := report.Part{Title: "Operations", None: "None.", Columns: []report.Column{{Name: "#", Number: true}, {Name: "Operation"}, {Name: "Set-up, min", Number: true}, {Name: "Run, min", Number: true}, {Name: "Good"}, {Name: "Scrap"}, {Name: "Signed"}}}
	for _, p := range w.Operations {
		steps.Rows = append(steps.Rows, report.Row{Cells: report.Texts(strconv.FormatInt(p.Position, 10), p.Name, p.SetUp.String(), p.Run.String(), "", "", "")})
	}
	r.Parts = []report.Part{parts, steps}
	var b bytes.Buffer
	if err := paper.Write(&b, r, s.Now()); err != nil {
		return err
	}
	c.Response().Header().Set("Content-Disposition", `inline; filename="`+r.Name+`.pdf"`)
	return c.Blob(http.StatusOK, "application/pdf", b.Bytes())
}
