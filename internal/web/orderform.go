// The form of an order: its lines are typed one below the other, and Enter adds the next.

package web

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/plant/measure"
	orderview "millwright/views/order"
	"millwright/views/ui"
)

// lineColumns are the fields of a line, by their names.
func lineColumns() []ui.Input {
	return []ui.Input{
		{ID: "item", Label: "Item", Type: "text"},
		{ID: "quantity", Label: "Quantity", Type: "text"},
		{ID: "unit", Label: "Unit", Type: "text"},
		{ID: "price", Label: "Price", Type: "text"},
		{ID: "requested", Label: "Requested", Type: "text"},
		{ID: "due", Label: "Promised", Type: "text"},
		{ID: "revision", Label: "Revision", Type: "text"},
		{ID: "calls", Label: "Parts", Type: "text"},
	}
}

// typedLine is a line as it was typed.
type typedLine map[string]string

func (l typedLine) empty() bool {
	for name, value := range l {
		if name != "line" && strings.TrimSpace(value) != "" {
			return false
		}
	}
	return true
}

// typedLines reads the rows of the form.
func typedLines(c echo.Context) (all []typedLine) {
	for _, n := range rowsSent(c, "lines-item-") {
		if len(all) > order.MostLines {
			break
		}
		l := typedLine{"line": c.FormValue("lines-line-" + n)}
		for _, col := range lineColumns() {
			l[col.ID] = strings.TrimSpace(c.FormValue("lines-" + col.ID + "-" + n))
		}
		all = append(all, l)
	}
	return all
}

// wanted reads a row; what cannot be read is told at its field.
func (l typedLine) wanted(w *partner.Wrong, at string) order.Wanted {
	read := func(field string) plant.Quantity {
		q, err := plant.ParseQuantity(decimal(l[field]))
		if err != nil {
			w.Add(at+field, "%s.", upper(err.Error()))
		}
		return q
	}
	place, _ := strconv.Atoi(l["line"]) // what is no number is a new line
	want := order.Wanted{Place: place, Item: l["item"], Revision: l["revision"], Unit: l["unit"], Requested: l["requested"], Due: l["due"]}
	if l["quantity"] == "" {
		w.Add(at+"quantity", "Write a quantity.")
	} else {
		want.Quantity = read("quantity")
	}
	if l["price"] != "" {
		m := plant.Money(read("price"))
		want.Price = &m
	}
	for _, part := range strings.Split(l["calls"], ",") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		quantity, due, ok := strings.Cut(strings.TrimSpace(part), " on ")
		q, err := plant.ParseQuantity(decimal(quantity))
		if !ok || err != nil {
			w.Add(at+"calls", "Write parts as 40 on 2026-03-20, 60 on 2026-04-20.")
			break
		}
		want.Calls = append(want.Calls, order.Call{Due: strings.TrimSpace(due), Quantity: q})
	}
	return want
}

// decimal reads a number as people write it: with a point, or a comma.
func decimal(s string) string { return strings.Replace(strings.TrimSpace(s), ",", ".", 1) }

// draft reads the form. rows are the numbers of the rows that the lines stand in.
func (t trade) draft(c echo.Context) (d order.Draft, rows []int) {
	d = order.Draft{
		Side: t.side, Version: versionOf(c), Partner: strings.TrimSpace(c.FormValue("partner")), Reference: c.FormValue("reference"), Address: strings.ReplaceAll(c.FormValue("address"), "\r\n", "\n"),
		Terms: strings.ReplaceAll(c.FormValue("terms"), "\r\n", "\n"), Note: strings.ReplaceAll(c.FormValue("note"), "\r\n", "\n"), Today: t.today(),
	}
	var w partner.Wrong
	for i, l := range typedLines(c) {
		if l.empty() {
			continue
		}
		at := fmt.Sprintf("lines[%d].", len(rows))
		d.Lines, rows = append(d.Lines, l.wanted(&w, at)), append(rows, i)
	}
	d.Wrong = w
	return d, rows
}

var linePath = regexp.MustCompile(`^(lines|contacts|places)\[(\d+)\]\.(.+)$`)

// inRows ties what is wrong with rows to the fields that they stand in; rows are their numbers, nil where none was left out.
func inRows(all []ui.Fault, rows []int) []ui.Fault {
	for i, f := range all {
		m := linePath.FindStringSubmatch(f.Field)
		if m == nil {
			continue
		}
		n, err := strconv.Atoi(m[2])
		if rows != nil && n < len(rows) {
			n = rows[n]
		}
		if err == nil {
			field, _, _ := strings.Cut(m[3], "[")
			all[i] = ui.Fault{Field: fmt.Sprintf("%s-%s-%d", m[1], field, n), Text: fmt.Sprintf("Row %d: %s", n+1, f.Text)}
		}
	}
	return all
}

// newOrder shows the empty form.
func (t trade) newOrder(c echo.Context) error {
	if _, err := t.orderBook(); err != nil {
		return err
	}
	return t.orderForm(c, http.StatusOK, order.Order{Side: t.side}, []typedLine{{"item": c.QueryParam("item")}, {}, {}}, nil)
}

// addOrder keeps a new order, or shows the form with another row.
func (t trade) addOrder(c echo.Context) error {
	book, err := t.orderBook()
	if err != nil {
		return err
	}
	return t.keepOrder(c, order.Order{Side: t.side}, book.Create)
}

// showChange shows the form of an order.
func (t trade) showChange(c echo.Context) error {
	_, o, err := t.orderOf(c)
	if err != nil {
		return err
	}
	return t.orderForm(c, http.StatusOK, o, rowsOfOrder(o), nil)
}

// rowsOfOrder writes the lines of an order into rows.
func rowsOfOrder(o order.Order) (all []typedLine) {
	for _, l := range o.Lines {
		row := typedLine{
			"line": strconv.Itoa(l.Place), "item": l.Number, "quantity": l.Asked.String(), "unit": measure.Symbol(l.Unit), "price": l.Price.String(),
			"requested": l.Requested, "due": l.Due, "revision": l.Revision,
		}
		var calls []string
		for _, call := range l.Calls {
			calls = append(calls, l.In(call.Quantity).String()+" on "+call.Due)
		}
		row["calls"] = strings.Join(calls, ", ")
		all = append(all, row)
	}
	return append(all, typedLine{})
}

// changeOrder keeps a changed order.
func (t trade) changeOrder(c echo.Context) error {
	book, o, err := t.orderOf(c)
	if err != nil {
		return err
	}
	return t.keepOrder(c, o, book.Change)
}

// keepOrder keeps what was typed, or shows it again: with another row, or with all that is wrong.
func (t trade) keepOrder(c echo.Context, was order.Order, keep func(context.Context, order.Draft, order.Doing) (order.Order, error)) error {
	typed := typedLines(c)
	if c.FormValue("do") == "more" {
		if n := len(typed); n == 0 || !typed[n-1].empty() {
			typed = append(typed, typedLine{})
		}
		return t.orderForm(c, http.StatusOK, was, typed, nil)
	}
	d, rows := t.draft(c)
	d.ID = was.ID
	var (
		o   order.Order
		err error
	)
	by := doing(c)
	if was.Firm && by.Why == "" {
		err = &errs.Error{Kind: errs.Invalid, Words: "say why", Fields: []errs.Field{{Path: ui.WhyField, Message: "It is agreed: say why it is changed."}}}
	} else {
		o, err = keep(c.Request().Context(), d, by)
	}
	switch kind := errs.KindOf(err); {
	case err == nil:
		return done(c, t.href(o.ID), "saved")
	case kind == errs.Invalid || kind == errs.Conflict:
		status := http.StatusUnprocessableEntity
		if kind == errs.Conflict {
			status = http.StatusConflict
		}
		return t.orderForm(c, status, was, typed, inRows(faults(err), rows))
	}
	return err
}

func (t trade) orderForm(c echo.Context, status int, o order.Order, lines []typedLine, wrong []ui.Fault) error {
	title, action := t.say("New quote", "New request"), t.home()+"/new"
	if o.ID != 0 {
		title, action = "Change "+o.Number, t.href(o.ID)+"/change"
	}
	f := t.frame(c, title, ui.Link{Name: t.say("Sales orders", "Purchase orders"), Href: t.home()}, ui.Link{Name: title})
	f.Live, f.Refresh, f.Path = false, 0, action
	form := orderview.Form{
		Frame: f, Title: title, Faults: wrong, Action: action, Version: strconv.FormatInt(o.Version, 10), Key: cmp.Or(c.FormValue("key"), rand.Text()), Button: "Save",
		Lead: "Enter adds a row. What is left empty is found: the price by the price lists, the date by the days on which goods go" +
			t.say(", from the requested one on. A line without either date is promised when the order is confirmed, by what is free and what can be made.", "."),
		Fields: t.headFields(o), Table: t.lineTable(lines, wrong, c.FormValue("do") == "more"), Back: ui.Link{Name: "Back", Href: t.home()},
	}
	if o.ID != 0 {
		form.Back.Href = t.href(o.ID)
		form.After = []orderview.Field{{Input: ui.Input{ID: ui.WhyField, Label: "Why", Type: "text", Optional: !o.Firm, Help: "The history keeps it."}}}
	}
	if c.Request().Method == http.MethodPost {
		form.Version = c.FormValue("version")
		for _, all := range [][]orderview.Field{form.Fields, form.After} {
			for i := range all {
				all[i].Value, all[i].Fault = c.FormValue(all[i].ID), ui.FaultOf(wrong, all[i].ID)
			}
		}
	} else if o.ID == 0 {
		form.Fields[0].Value, form.Fields[0].Focus = c.QueryParam("partner"), true
	}
	return t.showAs(c, status, orderview.ShowForm(form))
}

func (t trade) headFields(o order.Order) []orderview.Field {
	return []orderview.Field{
		{Input: ui.Input{ID: "partner", Label: t.say("Customer", "Supplier"), Type: "text", Value: o.Partner.Number, Help: "Their number here."}},
		{Input: ui.Input{ID: "reference", Label: "Their number of it", Type: "text", Value: o.Reference, Optional: true}},
		{Area: true, Input: ui.Input{ID: "address", Label: "Goods go to", Value: o.Address, Optional: true, Rows: 3, Help: t.say("Empty: their first address.", "Empty: to the plant.")}},
		{Area: true, Input: ui.Input{ID: "terms", Label: "Terms of payment", Value: o.Terms, Optional: true, Rows: 2, Help: "Empty: as agreed with them."}},
		{Area: true, Input: ui.Input{ID: "note", Label: "Note", Value: o.Note, Optional: true, Rows: 2, Help: "It is printed."}},
	}
}

func (t trade) lineTable(lines []typedLine, wrong []ui.Fault, more bool) *orderview.Table {
	table := &orderview.Table{Title: "Lines", More: "Add a line"}
	for _, col := range lineColumns() {
		if col.ID == "calls" && !t.buys() {
			continue
		}
		if col.ID == "due" {
			col.Label = t.say("Promised", "Due")
		}
		table.Columns = append(table.Columns, col.Label)
	}
	for i, l := range lines {
		n := strconv.Itoa(i)
		row := orderview.Row{Head: "row " + strconv.Itoa(i+1)}
		for j, col := range lineColumns() {
			if col.ID == "calls" && !t.buys() {
				continue
			}
			name := col.ID
			col.ID, col.Value = "lines-"+name+"-"+n, l[name]
			col.Fault, col.Focus = ui.FaultOf(wrong, col.ID), more && i == len(lines)-1 && j == 0
			row.Cells = append(row.Cells, orderview.Cell{Input: col, Number: name == "quantity" || name == "price"})
		}
		if l["line"] != "" {
			row.Keep = append(row.Keep, ui.Choice{Name: "lines-line-" + n, Value: l["line"]})
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}
