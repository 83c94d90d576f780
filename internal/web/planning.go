// What is planned and made to order: what its pages have in common.

package web

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/item"
	planner "millwright/internal/erp/mrp/desk"
	"millwright/internal/erp/order/calloff"
	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/internal/mes/board"
	"millwright/internal/mes/execution/parked"
	"millwright/internal/plant"
	"millwright/internal/web/api/operation"
	planapi "millwright/internal/web/api/plan"
	boardapi "millwright/internal/web/api/schedule"
	workapi "millwright/internal/web/api/work"
	planview "millwright/views/plan"
	"millwright/views/ui"
)

// Planning is what plans, and keeps what is made to order. A Desk that is nil means that nothing is planned.
type Planning struct {
	Desk      *planner.Desk
	Decisions planner.Decisions
	Kanban    planner.Kanban
	Work      workorder.Book
	Accounts  workorder.Accounts
	Scrap     workorder.Scrap
	Exchange  workorder.Exchange
	Pegs      workorder.Pegs
	Calloffs  calloff.Book
	Items     item.Catalogue
	Board     *board.Board // the schedule; nil means that nothing is scheduled
	Jobs      WorkJobs
	Parked    parked.Book
}

// Where the pages begin.
const (
	planHome = "/plan"
	workHome = "/work"
)

func planLink() ui.Link { return ui.Link{Name: "Planning", Href: planHome} }

// planPages are those of planning and of work orders.
func (s *Server) planPages() []route {
	const plans, either = plant.Planner, plant.Planner | plant.Storekeeper
	return []route{
		get(planHome, plant.Viewer, s.worklist()),
		get(planHome+"/message/:number", plant.Viewer, s.planned(s.message)),
		get(planHome+"/item/:number", plant.Viewer, s.planned(s.itemPlan)),
		get(planHome+"/promise", plant.Viewer, s.planned(s.promise)),
		get(planHome+"/whatif", plant.Viewer, s.planned(s.supposed)),
		get(planHome+"/forecast", plant.Viewer, s.planned(s.forecast)),
		post(planHome+"/forecast", plant.Viewer, s.planned(s.keepForecast)).by(plans),
		get(planHome+"/forecasts", plant.Viewer, s.planned(s.listPage("forecasts"))),
		get(planHome+"/forecasts/:number", plant.Viewer, s.planned(s.expected)),
		get(planHome+"/kanban", plant.Viewer, s.planned(s.kanban)),
		post(planHome+"/kanban", plant.Viewer, s.planned(s.keepLoop)).by(plans),
		get(deliveriesHome, plant.Viewer, s.planned(s.deliveries)),
		get(deliveriesHome+".csv", plant.Viewer, s.planned(s.deliveryFile)),
		get(calledFile, plant.Viewer, s.planned(s.giveCalls)),
		get(cardsFile, plant.Viewer, s.planned(s.kanbanCards)),
		get(planHome+"/kanban/card/:code", plant.Viewer, s.planned(s.kanbanCard)),
		post(planHome+"/kanban/card/:code", plant.Viewer, s.planned(s.turnCard)).by(either),
		post(planHome+"/kanban/scan", plant.Viewer, s.planned(s.scanCard)).by(either),
		get(workHome, plant.Viewer, s.planned(s.listPage("work"))),
		get(workHome+"/new", plant.Viewer, s.planned(s.newWork)).by(plans),
		post(workHome+"/new", plant.Viewer, s.planned(s.addWork)).by(plans),
		get(workHome+"/performance", plant.Viewer, s.planned(s.performance)),
		get(workHome+"/performance.xml", plant.Viewer, s.planned(s.performanceFile)),
		get(workHome+"/:number/performance.xml", plant.Viewer, s.planned(s.workPerformance)),
		get(workHome+"/costs", plant.Viewer, s.planned(s.workCosts)),
		get(workHome+"/:number", plant.Viewer, s.planned(s.workOrder)),
		get(workHome+"/:number/traveller.pdf", plant.Viewer, s.planned(s.traveller)),
		post(workHome+"/:number/change", plant.Viewer, s.planned(s.changeWork)).by(plans),
		post(workHome+"/:number/step", plant.Viewer, s.planned(s.stepWork)).by(plans),
		post(workHome+"/:number/divide", plant.Viewer, s.planned(s.divideWork)).by(plans),
		post(workHome+"/:number/report", plant.Viewer, s.planned(s.reportWork)).by(either),
	}
}

// planned lets nobody in where nothing is planned.
func (s *Server) planned(h echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if s.Planning.Desk == nil {
			return errs.New(errs.NotFound, "nothing is planned here")
		}
		return h(c)
	}
}

// planRooms are what the API answers about planning and work orders.
func (s *Server) planRooms() []operation.Room {
	if s.Planning.Desk == nil {
		return nil
	}
	return []operation.Room{
		func(b *operation.Book) { planapi.Mount(b, s.planAPI()) },
		func(b *operation.Book) { boardapi.Mount(b, boardapi.Deps{Board: s.Planning.Board, By: who}) },
		func(b *operation.Book) { workapi.Mount(b, s.workAPI()) },
		s.shopRoom(),
	}
}

// planAPI is what the API answers about planning.
func (s *Server) planAPI() planapi.Deps {
	p := s.Planning
	return planapi.Deps{Desk: p.Desk, Decisions: p.Decisions, Kanban: p.Kanban, Items: p.Items, By: who, Today: s.planDay}
}

// workAPI is what the API answers about work orders.
func (s *Server) workAPI() workapi.Deps {
	p := s.Planning
	return workapi.Deps{Book: p.Work, Accounts: p.Accounts, Scrap: p.Scrap, Items: p.Items, Tools: s.Trade.Tools, Exchange: p.Exchange, Pegs: p.Pegs, Importer: s.Importers["work"], By: who, Zone: s.zone, Now: s.Now}
}

// planDay is the date by the plant's clocks.
func (s *Server) planDay() plant.Date {
	zone := s.painter().site().Zone
	if zone == nil {
		zone = time.UTC
	}
	return plant.DateIn(s.Now(), zone)
}

// planPage is a page of planning, still without what it is about.
func (s *Server) planPage(c echo.Context, title string, crumbs ...ui.Link) planview.Page {
	f := s.frame(c, title, append(crumbs, ui.Link{Name: title})...)
	f.Live, f.Refresh = false, 0
	return planview.Page{Frame: f, Title: title, Done: planDone(c.QueryParam("done"))}
}

// planDone says what was done; what stands in an address is nobody's word.
func planDone(what string) string {
	switch what {
	case "kept":
		return "Kept."
	case "accepted":
		return "Done. The list is planned anew."
	case "ignored":
		return "It is left out until then."
	case "scanned":
		return "The card is scanned."
	case "ordered":
		return "This card has ordered already."
	}
	return ""
}

// planMay tells whether the reader may do what takes any of some duties.
func planMay(c echo.Context, d plant.Duty) bool {
	v := visitorOf(c)
	return d.Open(v.reach.Base, v.reach.Duties)
}

// planKey is the field that keeps a form from being taken twice.
func planKey() planview.Hidden { return planview.Hidden{Name: "key", Value: rand.Text()} }

// refused is the status of what cannot be taken; 0 for an error that is no refusal.
func planRefused(err error) int {
	switch errs.KindOf(err) {
	case errs.Invalid:
		return http.StatusUnprocessableEntity
	case errs.Conflict:
		return http.StatusConflict
	case errs.NotFound:
		return http.StatusNotFound
	}
	return 0
}

// planItem finds an item by what was typed: its number or barcode.
func (s *Server) planItem(ctx context.Context, typed string) (item.Item, error) {
	typed = strings.TrimSpace(typed)
	wrong := &errs.Error{Kind: errs.Invalid, Words: "there is no such item", Fields: []errs.Field{{Path: "item", Message: "Write the number of an item."}}}
	if typed == "" {
		return item.Item{}, wrong
	}
	i, err := s.Planning.Items.ByCode(ctx, typed)
	if errs.KindOf(err) == errs.NotFound {
		wrong.Fields[0].Message = "There is no item " + errs.Clip(typed) + "."
		return i, wrong
	}
	return i, err
}

// planQuantity reads a quantity; nothing is 0.
func planQuantity(c echo.Context, field string) (plant.Quantity, error) {
	typed := strings.Replace(strings.TrimSpace(c.FormValue(field)), ",", ".", 1)
	if typed == "" {
		return 0, nil
	}
	q, err := plant.ParseQuantity(typed)
	if err != nil {
		return 0, &errs.Error{Kind: errs.Invalid, Words: "this is no quantity", Fields: []errs.Field{{Path: field, Message: "Write a number like 12 or 9.62."}}}
	}
	return q, nil
}

// planDate reads a date; nothing is 0.
func planDate(c echo.Context, field string) (plant.Date, error) {
	typed := strings.TrimSpace(c.FormValue(field))
	if typed == "" {
		return 0, nil
	}
	d, err := plant.ParseDate(typed)
	if err != nil || d <= 0 {
		return 0, &errs.Error{Kind: errs.Invalid, Words: "this is no date", Fields: []errs.Field{{Path: field, Message: "Write a date like 2026-12-24."}}}
	}
	return d, nil
}

// planAll joins refusals of several fields into one.
func planAll(all ...error) error {
	joined := &errs.Error{Kind: errs.Invalid, Words: "this cannot be taken"}
	for _, err := range all {
		known := (*errs.Error)(nil)
		if err == nil {
			continue
		} else if !errors.As(err, &known) || len(known.Fields) == 0 {
			return err
		}
		joined.Fields = append(joined.Fields, known.Fields...)
	}
	if len(joined.Fields) == 0 {
		return nil
	}
	return joined
}

// planWrong puts what is wrong beside the fields of a form.
func planWrong(fields []planview.Field, wrong []ui.Fault) []planview.Field {
	for i := range fields {
		fields[i].Fault = ui.FaultOf(wrong, fields[i].ID)
	}
	return fields
}

func planField(id, label, kind, value, help string) planview.Field {
	return planview.Field{Input: ui.Input{ID: id, Label: label, Type: kind, Value: value, Help: help}}
}

func planOptional(f planview.Field) planview.Field {
	f.Optional = true
	return f
}

// planDateText writes a date for a field or a cell; none is empty.
func planDateText(d plant.Date) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

// planMoney writes money in whole cents.
func (s *Server) planMoney(m plant.Money) string {
	cent := s.cent()
	return strings.Replace(m.Paid(cent).In(cent), "-", "−", 1)
}

// planDocument leads to a document that planning names.
func planDocument(document string) string {
	for _, kind := range []string{"work", "sales", "purchase"} {
		if strings.HasPrefix(document, kind+"/") {
			return "/" + document
		}
	}
	return ""
}

// planItemHref leads to the plan of an item.
func planItemHref(id int64) string { return planHome + "/item/" + strconv.FormatInt(id, 10) }
