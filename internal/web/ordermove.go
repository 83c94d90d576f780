// What goes and comes for an order: each row is a part of one line, of one lot.

package web

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/erp/stock"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/plant/measure"
	orderview "millwright/views/order"
	"millwright/views/ui"
)

// moveColumns are the fields of a row of what moves.
func (t trade) moveColumns(kind order.Kind) []ui.Input {
	text := func(id, label string) ui.Input { return ui.Input{ID: id, Label: label, Type: "text"} }
	place := "To"
	if t.takesOut(kind) {
		place = "From"
	}
	all := []ui.Input{text("quantity", "Quantity"), text("stock", place), text("lot", "Lot"), text("serial", "Serial number")}
	all[1].List = "typed-offers"
	switch {
	case t.buys() && kind == order.Delivery:
		all = append(all, text("theirs", "Their lot"), text("expires", "Expires"))
	case kind == order.Return:
		all = append(all, text("again", "Deliver again"))
	}
	if kind == order.Delivery {
		all = append(all, text("rest", "Cancel the rest"))
	}
	return all
}

// takesOut tells whether goods leave the stock.
func (t trade) takesOut(kind order.Kind) bool { return t.buys() == (kind == order.Return) }

func tickable(field string) bool { return field == "again" || field == "rest" }

// pathOf is the form of a kind of movement.
func (t trade) pathOf(o order.Order, kind order.Kind) string {
	if kind == order.Return {
		return t.href(o.ID) + "/return"
	}
	return t.href(o.ID) + "/deliver"
}

// shelves are the places that goods lie at.
func (s *Server) shelves(c echo.Context) ([]stock.Place, error) {
	if s.Trade.Places == nil {
		return nil, nil
	}
	all, err := s.Trade.Places.Places(c.Request().Context())
	return slices.DeleteFunc(all, func(p stock.Place) bool { return p.Virtual || p.Retired || p.ID == stock.Transit }), err
}

// showMove shows the form with what is suggested.
func (t trade) showMove(kind order.Kind) echo.HandlerFunc {
	return func(c echo.Context) error {
		_, o, err := t.orderOf(c)
		if err != nil {
			return err
		}
		places, err := t.shelves(c)
		if err != nil {
			return err
		}
		picks, err := t.suggested(c, o, kind)
		if err != nil {
			return err
		}
		var rows []typedLine
		for _, p := range picks {
			row := typedLine{"line": strconv.Itoa(p.Place), "quantity": p.Quantity.String(), "lot": p.Lot, "serial": p.Serial, "revision": p.Revision}
			if i := slices.IndexFunc(places, func(at stock.Place) bool { return at.ID == p.Stock }); i >= 0 {
				row["stock"] = places[i].Code
			}
			rows = append(rows, row)
		}
		return t.moveForm(c, http.StatusOK, moving{o, kind, places}, rows, nil)
	}
}

// suggested is what the form begins with: of goods that go out, where they lie; of others every line that they are of.
func (t trade) suggested(c echo.Context, o order.Order, kind order.Kind) (all []order.Pick, err error) {
	if kind == order.Delivery && !t.buys() && t.Trade.Stock != nil {
		var shelves []stock.Balance
		seen := map[int64]bool{}
		for _, l := range o.Lines {
			if l.Open() == 0 || seen[l.Item] {
				continue
			}
			seen[l.Item] = true
			some, err := t.Trade.Stock.Balances(c.Request().Context(), stock.Shelf{Item: l.Item, Limit: 1000})
			if err != nil {
				return nil, err
			}
			shelves = append(shelves, some...)
		}
		all = order.Suggest(o.Lines, shelves, t.Now())
	}
	for _, l := range o.Lines {
		most := l.Open()
		if kind == order.Return {
			most = l.Net()
		}
		if most == 0 || slices.ContainsFunc(all, func(p order.Pick) bool { return p.Place == l.Place }) {
			continue
		}
		p := order.Pick{Place: l.Place}
		if kind == order.Delivery && t.buys() && l.Stock.Tracking != "serial" {
			p.Quantity = l.In(most)
		}
		all = append(all, p)
	}
	return all, nil
}

// moving is a form of what moves.
type moving struct {
	order  order.Order
	kind   order.Kind
	places []stock.Place
}

// move posts what was typed, or shows it again.
func (t trade) move(kind order.Kind) echo.HandlerFunc {
	return func(c echo.Context) error {
		book, o, err := t.orderOf(c)
		if err != nil {
			return err
		}
		m := moving{o, kind, nil}
		if m.places, err = t.shelves(c); err != nil {
			return err
		}
		rows := t.movedRows(c, kind)
		if c.FormValue("do") == "more" {
			return t.moveForm(c, http.StatusOK, m, append(rows, typedLine{}), nil)
		}
		asked, at := t.movement(c, m, rows)
		_, err = book.Move(c.Request().Context(), asked, doing(c))
		switch k := errs.KindOf(err); {
		case err == nil:
			return done(c, t.href(o.ID), "posted")
		case k == errs.Invalid || k == errs.Conflict:
			status := http.StatusUnprocessableEntity
			if k == errs.Conflict {
				status = http.StatusConflict
			}
			return t.moveForm(c, status, m, rows, inRows(faults(err), at))
		}
		return err
	}
}

func (t trade) movedRows(c echo.Context, kind order.Kind) (all []typedLine) {
	for _, n := range rowsSent(c, "lines-quantity-") {
		l := typedLine{}
		for _, field := range []string{"line", "revision"} {
			l[field] = strings.TrimSpace(c.FormValue("lines-" + field + "-" + n))
		}
		for _, col := range t.moveColumns(kind) {
			l[col.ID] = strings.TrimSpace(c.FormValue("lines-" + col.ID + "-" + n))
		}
		all = append(all, l)
	}
	return all
}

// movement reads the rows in which a quantity stands; at are their numbers.
func (t trade) movement(c echo.Context, m moving, rows []typedLine) (asked order.Movement, at []int) {
	asked = order.Movement{Side: t.side, ID: m.order.ID, Version: versionOf(c), Kind: m.kind, Reference: c.FormValue("reference")}
	var w partner.Wrong
	if when := strings.TrimSpace(c.FormValue("at")); when != "" {
		moment, ok := localMoment(when, t.painter().site().Zone)
		if !ok {
			w.Add("at", "Write a date and a time of the plant's clocks, like 2026-03-02 06:30.")
		}
		asked.At = moment.UTC()
		if asked.At.After(t.Now().Add(time.Minute)) {
			w.Add("at", "This has not happened yet.")
		}
	}
	for i, l := range rows {
		if l["quantity"] == "" {
			continue
		}
		path := fmt.Sprintf("lines[%d].", len(at))
		at = append(at, i)
		q, err := plant.ParseQuantity(decimal(l["quantity"]))
		if err != nil {
			w.Add(path+"quantity", "%s.", upper(err.Error()))
		}
		place, _ := strconv.Atoi(l["line"]) // what is no number is no line
		pick := order.Pick{
			Place: place, Quantity: q, Revision: l["revision"], Lot: l["lot"], Serial: l["serial"], Theirs: l["theirs"], Expires: l["expires"],
			Again: l["again"] == "on", Rest: l["rest"] == "on",
		}
		if code := l["stock"]; code != "" {
			k := slices.IndexFunc(m.places, func(p stock.Place) bool { return strings.EqualFold(p.Code, code) })
			if k < 0 {
				w.Add(path+"stock", "There is no place %q.", errs.Clip(code))
			} else {
				pick.Stock = m.places[k].ID
			}
		}
		asked.Picks = append(asked.Picks, pick)
	}
	asked.Wrong = w
	return asked, at
}

func (t trade) moveForm(c echo.Context, status int, m moving, rows []typedLine, wrong []ui.Fault) error {
	o := m.order
	title := map[bool]map[order.Kind]string{
		false: {order.Delivery: "Deliver " + o.Number, order.Return: "Take back goods of " + o.Number},
		true:  {order.Delivery: "Receive " + o.Number, order.Return: "Send back goods of " + o.Number},
	}[t.buys()][m.kind]
	f := t.frame(c, title, ui.Link{Name: t.say("Sales orders", "Purchase orders"), Href: t.home()}, ui.Link{Name: o.Number, Href: t.href(o.ID)}, ui.Link{Name: title})
	f.Live, f.Refresh, f.Path = false, 0, t.pathOf(o, m.kind)
	lead := o.Partner.Name + ". A row without a quantity is left out."
	switch {
	case m.kind == order.Delivery && !t.buys():
		lead += " Suggested is what expires first, then what came first."
	case m.kind == order.Return && !t.buys():
		lead += " Without a place it goes into quarantine."
	}
	form := orderview.Form{
		Frame: f, Title: title, Lead: lead, Faults: wrong, Action: f.Path, Version: strconv.FormatInt(o.Version, 10), Key: cmp.Or(c.FormValue("key"), rand.Text()), Button: "Post",
		Back: ui.Link{Name: "Back", Href: t.href(o.ID)}, Table: t.moveTable(m, rows, wrong),
		After: []orderview.Field{
			{Input: ui.Input{ID: "reference", Label: t.say("Reference", "Their delivery note"), Type: "text", Optional: true}},
			{Input: ui.Input{ID: "at", Label: "When it happened", Type: "text", Optional: true, Help: "Empty: now. Else like 2026-03-02 06:30, by the plant's clocks."}},
			{Input: ui.Input{ID: ui.WhyField, Label: "Note", Type: "text", Optional: true, Help: "It stands on the paper and in the history."}},
		},
	}
	if c.Request().Method == http.MethodPost {
		form.Version = c.FormValue("version")
		for i := range form.After {
			form.After[i].Value, form.After[i].Fault = c.FormValue(form.After[i].ID), ui.FaultOf(wrong, form.After[i].ID)
		}
	}
	return t.showAs(c, status, orderview.ShowForm(form))
}

func (t trade) moveTable(m moving, rows []typedLine, wrong []ui.Fault) *orderview.Table {
	l := t.locale()
	table := &orderview.Table{Title: "Goods", Columns: []string{"Line"}, More: "Add a row"}
	for _, p := range m.places {
		table.Offers = append(table.Offers, ui.Choice{Value: p.Code, Name: p.Name})
	}
	for _, col := range t.moveColumns(m.kind) {
		table.Columns = append(table.Columns, col.Label)
	}
	for i, r := range rows {
		n := strconv.Itoa(i)
		place, _ := strconv.Atoi(r["line"]) // what is no number is no line
		line, known := m.order.Line(place)
		row := orderview.Row{Head: "row " + strconv.Itoa(i+1), Keep: []ui.Choice{{Name: "lines-revision-" + n, Value: r["revision"]}}}
		if known {
			most := line.Open()
			if m.kind == order.Return {
				most = line.Net()
			}
			row.Note = t.amount(l, line.In(most)) + " " + measure.Symbol(line.Unit)
			row.Keep = append(row.Keep, ui.Choice{Name: "lines-line-" + n, Value: r["line"]})
			row.Cells = append(row.Cells, orderview.Cell{Text: r["line"] + " · " + line.Number})
		} else {
			row.Cells = append(row.Cells, orderview.Cell{Input: ui.Input{ID: "lines-line-" + n, Label: "Line", Type: "text", Value: r["line"], Fault: ui.FaultOf(wrong, "lines-line-"+n)}})
		}
		for _, col := range t.moveColumns(m.kind) {
			name := col.ID
			col.ID, col.Value = "lines-"+name+"-"+n, r[name]
			col.Fault = ui.FaultOf(wrong, col.ID)
			row.Cells = append(row.Cells, orderview.Cell{Input: col, Number: name == "quantity", Check: tickable(name)})
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}
