// What people take away of orders: documents to print or send, and what accounting is handed.

package web

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/order"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/plant/measure"
	"millwright/internal/report"
	"millwright/internal/report/paper"
	"millwright/internal/web/api/orders"
	orderview "millwright/views/order"
	"millwright/views/ui"
)

// documentName is what an order is called where it is printed.
func (t trade) documentName(o order.Order) string {
	switch {
	case t.buys() && !o.Firm:
		return "Request"
	case t.buys():
		return "Purchase order"
	case !o.Firm:
		return "Quote"
	}
	return "Order confirmation"
}

// orderFile gives an order as a PDF.
func (t trade) orderFile(c echo.Context) error {
	_, o, err := t.orderOf(c)
	if err != nil {
		return err
	}
	l := t.locale()
	r := t.document(o, t.documentName(o), o.Number)
	part := report.Part{Title: "Lines", Columns: []report.Column{
		{Name: "#", Number: true}, {Name: "Item"}, {Name: "Quantity", Number: true}, {Name: "Unit"}, {Name: t.say("Promised", "Due")}, {Name: "Price", Number: true}, {Name: "Amount", Number: true},
	}}
	var sum plant.Money
	for _, line := range o.Lines {
		asked, rest := line.Asked, line.Ordered-line.Cancelled
		if line.Cancelled > 0 {
			asked = line.In(rest)
		}
		amount, _ := line.Amount(rest) // no more than the line, which fits
		if rest <= 0 {
			continue
		}
		sum += amount
		item := line.Number + " " + line.Text
		if line.Revision != "" {
			item += ", revision " + line.Revision
		}
		due := line.Due
		for _, call := range line.Calls {
			due += fmt.Sprintf("\n%s on %s", t.amount(l, line.In(call.Quantity)), call.Due)
		}
		part.Rows = append(part.Rows, report.Row{Cells: []report.Cell{
			{Text: strconv.Itoa(line.Place), Value: strconv.Itoa(line.Place)},
			report.Text(item),
			{Text: t.amount(l, asked), Value: asked.String()},
			report.Text(measure.Symbol(line.Unit)),
			report.Text(due),
			{Text: exactly(l, t.settled(line.Price)), Value: line.Price.String()},
			{Text: exactly(l, t.settled(amount)), Value: amount.String()},
		}})
	}
	total := []report.Cell{{}, report.Text("Total " + t.painter().site().Currency), {}, {}, {}, {}, {Text: exactly(l, t.settled(sum)), Value: sum.String()}}
	part.Rows = append(part.Rows, report.Row{Cells: total, Total: true})
	r.Parts = []report.Part{part}
	if o.Note != "" {
		r.Parts = append(r.Parts, report.Part{Title: "Note", Words: []report.Words{{Text: o.Note}}})
	}
	return t.print(c, r)
}

// document is what all documents of an order begin with.
func (t trade) document(o order.Order, name, number string) report.Report {
	p := t.painter()
	r := report.Report{
		Kind: name, Subject: name + " " + number, Title: o.Partner.Name, Plant: p.site().Name, Code: number, Made: t.stamp(t.Now()), Name: report.Name(number),
		Facts: []report.Fact{{Name: t.say("Customer", "Supplier"), Value: o.Partner.Number + " " + o.Partner.Name}, {Name: "Order", Value: o.Number}},
	}
	for _, f := range []report.Fact{{Name: "Their number", Value: o.Reference}, {Name: "Goods go to", Value: o.Address}, {Name: "Terms of payment", Value: o.Terms}, {Name: "Tax number", Value: o.Partner.Tax}} {
		if f.Value != "" {
			r.Facts = append(r.Facts, f)
		}
	}
	return r
}

// paperFile gives what went or came as a PDF: a delivery note, a receipt, a return.
func (t trade) paperFile(c echo.Context) error {
	book, o, err := t.orderOf(c)
	if err != nil {
		return err
	}
	all, err := book.Papers(c.Request().Context(), t.side, o.ID)
	if err != nil {
		return err
	}
	for _, p := range all {
		if strconv.FormatInt(p.ID, 10) == c.Param("paper") {
			return t.print(c, t.paperReport(o, p))
		}
	}
	return errs.New(errs.NotFound, "%s has no such paper", o.Number)
}

func (t trade) paperReport(o order.Order, p order.Paper) report.Report {
	l, name := t.locale(), p.Title()
	if p.Kind == order.Delivery {
		name = t.say("Delivery note", "Goods received")
	}
	r := t.document(o, name, p.Number)
	r.Facts = append(r.Facts, report.Fact{Name: "When", Value: t.stamp(p.At)}, report.Fact{Name: "By", Value: p.By})
	part := report.Part{Title: "Goods", Columns: []report.Column{{Name: "#", Number: true}, {Name: "Item"}, {Name: "Quantity", Number: true}, {Name: "Unit"}, {Name: "Lot"}, {Name: "Serial number"}}}
	for _, m := range p.Lines {
		q := m.Line.In(m.Quantity)
		if p.Kind == order.Return {
			q = -q
		}
		part.Rows = append(part.Rows, report.Row{Cells: []report.Cell{
			{Text: strconv.Itoa(m.Line.Place), Value: strconv.Itoa(m.Line.Place)},
			report.Text(m.Line.Number + " " + m.Line.Text),
			{Text: t.amount(l, q), Value: q.String()},
			report.Text(measure.Symbol(m.Line.Unit)), report.Text(m.Lot), report.Text(m.Serial),
		}})
	}
	r.Parts = []report.Part{part}
	if p.Note != "" {
		r.Parts = append(r.Parts, report.Part{Title: "Note", Words: []report.Words{{Text: p.Note}}})
	}
	return r
}

// print gives a document as a file that browsers show.
func (t trade) print(c echo.Context, r report.Report) error {
	var b bytes.Buffer
	if err := paper.Write(&b, r, t.Now()); err != nil {
		return err
	}
	c.Response().Header().Set("Content-Disposition", `inline; filename="`+r.Name+`.pdf"`)
	return c.Blob(http.StatusOK, report.PDF.Type(), b.Bytes())
}

// exportPage tells what accounting is handed.
func (t trade) exportPage(c echo.Context) error {
	if _, err := t.orderBook(); err != nil {
		return err
	}
	title := t.say("Sales for accounting", "Purchases for accounting")
	f := t.frame(c, title, ui.Link{Name: t.say("Sales orders", "Purchase orders"), Href: t.home()}, ui.Link{Name: title})
	f.Live, f.Refresh, f.Path = false, 0, t.home()+"/export"
	page := orderview.Handover{
		Frame: f, Title: title,
		Lead: t.say("What was delivered, each line once, as a file. What came back or was reversed is a credit line.", "What was received, each line once, as a file. What went back or was reversed is a credit line."),
		Step: orderview.Step{Name: "Hand over what is waiting", Action: t.home() + "/export", Key: rand.Text(), Primary: true},
	}
	switch id, err := strconv.ParseInt(c.QueryParam("export"), 10, 64); {
	case err != nil:
	case id == 0:
		page.Done = "Nothing is waiting."
	default:
		page.Done, page.Step.Primary = fmt.Sprintf("Export %d was made.", id), false
		page.File = ui.Link{Name: fmt.Sprintf("Download export %d as CSV", id), Href: fmt.Sprintf("%s/export/%d", t.home(), id)}
	}
	return t.show(c, orderview.ShowExport(page))
}

// exportNow hands over everything that waits.
func (t trade) exportNow(c echo.Context) error {
	book, err := t.orderBook()
	if err != nil {
		return err
	}
	e, err := book.Export(c.Request().Context(), t.side, doing(c))
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, fmt.Sprintf("%s/export?export=%d", t.home(), e.ID))
}

// exportFile gives an export as a table.
func (t trade) exportFile(c echo.Context) error {
	book, err := t.orderBook()
	if err != nil {
		return err
	}
	id, err := numberOf(c, "such export")
	if err != nil {
		return err
	}
	e, err := book.Exported(c.Request().Context(), t.side, id)
	if err != nil {
		return err
	}
	text, err := orders.CSV(e)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s-export-%d.csv"`, t.side, id))
	return c.Blob(http.StatusOK, report.CSV.Type(), text)
}
