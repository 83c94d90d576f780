// One order: what was agreed, how far it is, and what may be done.

package web

import (
	"crypto/rand"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/errs"
	"millwright/internal/plant"
	orderview "millwright/views/order"
	"millwright/views/ui"
)

// words of a side.
func (t trade) buys() bool { return t.side == partner.Purchase }

func (t trade) say(sales, purchase string) string {
	if t.buys() {
		return purchase
	}
	return sales
}

func (t trade) href(id int64) string { return t.home() + "/" + strconv.FormatInt(id, 10) }

// book keeps the orders; it is not there where the program keeps none.
func (s *Server) orderBook() (order.Book, error) {
	if s.Trade.Orders == nil {
		return nil, errs.New(errs.NotFound, "no orders are kept here")
	}
	return s.Trade.Orders, nil
}

// orderOf finds the order that an address names.
func (t trade) orderOf(c echo.Context) (order.Book, order.Order, error) {
	book, err := t.orderBook()
	if err != nil {
		return nil, order.Order{}, err
	}
	id, err := numberOf(c, "such order")
	if err != nil {
		return nil, order.Order{}, err
	}
	o, err := book.Order(c.Request().Context(), t.side, id)
	return book, o, err
}

// showOrder shows an order.
func (t trade) showOrder(c echo.Context) error {
	book, o, err := t.orderOf(c)
	if err != nil {
		return err
	}
	return t.orderPage(c, http.StatusOK, book, o, nil)
}

func (t trade) orderPage(c echo.Context, status int, book order.Book, o order.Order, wrong []ui.Fault) error {
	papers, err := book.Papers(c.Request().Context(), t.side, o.ID)
	if err != nil {
		return err
	}
	panel, err := t.hanging(c, string(t.side), o.ID)
	if err != nil {
		return err
	}
	l, f := t.locale(), t.frame(c, o.Number, ui.Link{Name: t.say("Sales orders", "Purchase orders"), Href: t.home()}, ui.Link{Name: o.Number})
	f.Live, f.Refresh, f.Path = false, 0, t.href(o.ID)
	state := o.State()
	page := orderview.One{
		Frame: f, Done: said(c.QueryParam("done")), Faults: wrong, Number: o.Number, Kind: t.say("Sales order", "Purchase order"), State: state.Word(t.side), Mood: orderMood(o, t.today()),
		Due: t.say("Promised", "Due"), Gone: t.say("Delivered", "Received"), Total: t.money(l, o.Total()), Folio: panel, Facts: t.orderFacts(o),
	}
	var makers map[int64][]ui.Link
	if !t.buys() {
		if makers, err = t.makers(c.Request().Context(), o); err != nil {
			return err
		}
		if page.Promise, err = t.salesPromise(c.Request().Context(), o); err != nil {
			return err
		}
	}
	for _, line := range o.Lines {
		v := t.lineView(l, line)
		v.Made = makers[line.ID]
		page.Lines = append(page.Lines, v)
	}
	if mayDo(c, t.duty()) {
		page.Steps, page.Links = t.steps(o), t.links(o, state)
	}
	if mayDo(c, plant.Storekeeper) {
		page.Links = append(t.moves(o), page.Links...)
	}
	if !t.buys() && mayDo(c, plant.Planner) {
		makes, err := t.makeLinks(c.Request().Context(), o)
		if err != nil {
			return err
		}
		page.Links = append(page.Links, makes...)
	}
	page.Links = append(page.Links, orderview.Link{Link: ui.Link{Name: t.documentName(o) + " as PDF", Href: t.href(o.ID) + "/order.pdf"}})
	if t.buys() && len(papers) > 0 && t.Trade.Material.Accounts != nil {
		page.Links = append(page.Links, orderview.Link{Link: ui.Link{Name: "Freight and duty", Href: t.href(o.ID) + "/landed"}})
	}
	if _, there := t.tracer(); there && len(papers) > 0 {
		page.Links = append(page.Links, orderview.Link{Link: ui.Link{Name: "Lots and traces", Href: traceAsk(o.Number)}})
	}
	for i := len(papers) - 1; i >= 0; i-- {
		page.Papers = append(page.Papers, t.paperView(l, o, papers[i], mayDo(c, plant.Storekeeper)))
	}
	return t.showAs(c, status, orderview.Show(page))
}

func (t trade) duty() plant.Duty {
	if t.buys() {
		return plant.Purchaser
	}
	return plant.Sales
}

// today is the date by the plant's clocks.
func (s *Server) today() string {
	zone := s.painter().site().Zone
	if zone == nil {
		zone = time.UTC
	}
	return s.Now().In(zone).Format(time.DateOnly)
}

// orderMood tells how an order stands: late ones want somebody.
func orderMood(o order.Order, today string) ui.Mood {
	switch state := o.State(); {
	case (state == order.Firm || state == order.Partly) && o.Due() != "" && o.Due() < today:
		return ui.Alarm
	case state == order.Delivered || state == order.Closed:
		return ui.Well
	}
	return ui.Plain
}

// steps are what may be done by a button.
func (t trade) steps(o order.Order) (all []orderview.Step) {
	version := strconv.FormatInt(o.Version, 10)
	step := func(name, path, help string, primary, danger bool) {
		all = append(all, orderview.Step{Name: name, Action: t.href(o.ID) + "/" + path, Version: version, Key: rand.Text(), Help: help, Primary: primary, Danger: danger})
	}
	switch o.State() {
	case order.Open:
		step(t.say("Confirm", "Order"), "confirm", t.say("The customer has agreed.", "It is sent to the supplier."), true, false)
		step(t.say("The quote is lost", "Drop the request"), "cancel", "Nothing of it will go.", false, true)
	case order.Firm, order.Partly:
		step("Cancel the rest", "cancel", "What is open will not go.", false, true)
	}
	return all
}

func (t trade) links(o order.Order, state order.State) (all []orderview.Link) {
	if state == order.Open || state == order.Firm || state == order.Partly {
		all = append(all, orderview.Link{Link: ui.Link{Name: "Change", Href: t.href(o.ID) + "/change"}})
	}
	return all
}

// moves are the forms of what goes and comes.
func (t trade) moves(o order.Order) (all []orderview.Link) {
	open, gone := false, false
	for _, l := range o.Lines {
		open = open || l.Open() > 0
		gone = gone || l.Net() > 0
	}
	if o.Firm && open {
		all = append(all, orderview.Link{Link: ui.Link{Name: t.say("Deliver", "Receive"), Href: t.href(o.ID) + "/deliver"}, Primary: true})
	}
	if gone {
		all = append(all, orderview.Link{Link: ui.Link{Name: t.say("Take goods back", "Send goods back"), Href: t.href(o.ID) + "/return"}})
	}
	return all
}

// mayDo tells whether who asks has a duty; managers have all.
func mayDo(c echo.Context, d plant.Duty) bool {
	v := visitorOf(c)
	return d.Open(v.Role, v.reach.Duties)
}

// step takes an order a step on.
func (t trade) step(do order.Do) echo.HandlerFunc {
	return func(c echo.Context) error {
		book, o, err := t.orderOf(c)
		if err != nil {
			return err
		}
		step := order.Step{Side: t.side, ID: o.ID, Version: versionOf(c), Do: do}
		if do == order.Confirm {
			if step.Promised, err = t.promises(c.Request().Context(), o); err != nil {
				return err
			}
		}
		_, err = book.Step(c.Request().Context(), step, doing(c))
		return t.answered(c, book, o, err)
	}
}

// reverse takes a paper back.
func (t trade) reverse(c echo.Context) error {
	book, o, err := t.orderOf(c)
	if err != nil {
		return err
	}
	paper, err := strconv.ParseInt(c.Param("paper"), 10, 64)
	if err != nil {
		return errs.New(errs.NotFound, "there is no such paper")
	}
	_, err = book.Move(c.Request().Context(), order.Movement{Side: t.side, ID: o.ID, Version: versionOf(c), Kind: order.Reversal, Reverses: paper}, doing(c))
	return t.answered(c, book, o, err)
}

// answered leads back to the order, or shows it with why nothing was done.
func (t trade) answered(c echo.Context, book order.Book, o order.Order, err error) error {
	switch kind := errs.KindOf(err); {
	case err == nil:
		return done(c, t.href(o.ID), "saved")
	case kind == errs.Invalid || kind == errs.Conflict:
		status := http.StatusUnprocessableEntity
		if kind == errs.Conflict {
			status = http.StatusConflict
		}
		var wrong []ui.Fault
		for _, f := range faults(err) {
			wrong = append(wrong, ui.Fault{Text: f.Text})
		}
		return t.orderPage(c, status, book, o, wrong)
	}
	return err
}

func versionOf(c echo.Context) int64 {
	v, _ := strconv.ParseInt(c.FormValue("version"), 10, 64) // what is no number has seen nothing
	return v
}

func doing(c echo.Context) order.Doing {
	return order.Doing{By: by(c), Why: strings.TrimSpace(c.FormValue(ui.WhyField)), Key: c.FormValue("key")}
}
