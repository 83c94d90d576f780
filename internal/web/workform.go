// What is typed about work orders.

package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/internal/plant"
	planview "millwright/views/plan"
	"millwright/views/ui"
)

// typedOr is what was typed into a field, else what it begins with.
func typedOr(c echo.Context, field, value string) string {
	if c.Request().Method == http.MethodPost {
		if form, err := c.FormParams(); err == nil && form.Has(field) {
			return form.Get(field)
		}
	}
	return value
}

func workHidden(w oneWork) []planview.Hidden {
	return []planview.Hidden{{Name: "version", Value: strconv.FormatInt(w.Version, 10)}, planKey()}
}

// lineChoices are the lines on which an order may be made.
func (s *Server) lineChoices() []ui.Choice {
	all := []ui.Choice{{Value: "", Name: "Anywhere"}}
	for _, l := range s.painter().Plant.Lines() {
		all = append(all, ui.Choice{Value: string(l.ID), Name: l.Name})
	}
	return all
}

func (s *Server) workFields(c echo.Context, o workorder.Order, peg string) []planview.Field {
	line := planField("line", "Line", "", typedOr(c, "line", o.Line), "")
	line.Choices = s.lineChoices()
	quantity := ""
	if o.Quantity != 0 {
		quantity = o.Quantity.String()
	}
	return []planview.Field{
		planField("quantity", "Quantity", "text", typedOr(c, "quantity", quantity), "Good, in the item's stock unit."),
		planOptional(planField("begin", "Begin", "date", typedOr(c, "begin", planDateText(o.Begin)), "The due date when left out.")),
		planField("due", "Due", "date", typedOr(c, "due", planDateText(o.Due)), ""),
		line,
		planOptional(planField("for", "For a line of a sales order", "text", typedOr(c, "for", peg), "Like SO-000007/1: what is made is set aside for it, and meets nothing else. Empty: for what comes first.")),
		planOptional(planField("note", "Note", "text", typedOr(c, "note", o.Note), "")),
	}
}

// newWork shows the form of a new order.
func (s *Server) newWork(c echo.Context) error { return s.newWorkPage(c, http.StatusOK, nil) }

func (s *Server) newWorkPage(c echo.Context, status int, wrong []ui.Fault) error {
	p := s.planPage(c, "New work order", planLink(), workLink())
	p.Faults = wrong
	firm := planField("firm", "Firm it at once", "", typedOr(c, "firm", ""), "Planning leaves a firmed order alone.")
	firm.Tick = true
	fields := append([]planview.Field{planField("item", "Item", "text", typedOr(c, "item", c.QueryParam("item")), "Its number or barcode.")}, s.workFields(c, askedWork(c.QueryParams()), c.QueryParam("for"))...)
	p.Forms = []planview.Form{{ID: "new", Title: "What is to be made", Action: workHome + "/new", Button: "Add", Hidden: []planview.Hidden{planKey()}, Fields: planWrong(append(fields, firm), wrong)}}
	return s.showAs(c, status, planview.Show(p))
}

// workTyped reads the fields that orders have in common.
func workTyped(c echo.Context, o *workorder.Order) error {
	var wrongQuantity, wrongBegin, wrongDue error
	o.Quantity, wrongQuantity = planQuantity(c, "quantity")
	o.Begin, wrongBegin = planDate(c, "begin")
	o.Due, wrongDue = planDate(c, "due")
	if o.Begin == 0 {
		o.Begin = o.Due
	}
	o.Line, o.Note = c.FormValue("line"), strings.TrimSpace(c.FormValue("note"))
	return planAll(wrongQuantity, wrongBegin, wrongDue)
}

// addWork keeps a new order.
func (s *Server) addWork(c echo.Context) error {
	o := workorder.Order{Lifecycle: workorder.Created}
	i, wrongItem := s.planItem(c.Request().Context(), c.FormValue("item"))
	err := planAll(wrongItem, workTyped(c, &o), s.pegTyped(c, &o))
	if o.Item = i.ID; c.FormValue("firm") == "on" {
		o.Lifecycle = workorder.Firmed
	}
	if err == nil {
		o, err = s.Planning.Work.Create(c.Request().Context(), o, workDoing(c))
	}
	if status := planRefused(err); status != 0 {
		return s.newWorkPage(c, status, faults(err))
	} else if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, workHref(o.ID)+"?done=kept")
}

func (s *Server) changeForm(c echo.Context, w oneWork, wrong []ui.Fault) planview.Form {
	return planview.Form{
		ID: "change", Title: "Change", Action: workHref(w.ID) + "/change", Button: "Keep", Hidden: workHidden(w), Fields: planWrong(append(s.workFields(c, w.Order, w.peg), whyField(c, "change-why")), wrong),
	}
}

// whyField asks for a reason; each form of the page has its own.
func whyField(c echo.Context, id string) planview.Field {
	return planOptional(planField(id, "Why", "text", c.FormValue(id), "The history keeps it."))
}

// changeWork changes an order.
func (s *Server) changeWork(c echo.Context) error {
	w, err := s.workOf(c)
	if err != nil {
		return err
	}
	o := w.Order
	if o.Version, err = formVersion(c); err == nil {
		if err = planAll(workTyped(c, &o), s.pegTyped(c, &o)); err == nil {
			_, err = s.Planning.Work.Change(c.Request().Context(), o, workDoing(c, "change-why"))
		}
	}
	return s.workDone(c, w.ID, err)
}

// reasonForm is for the steps that ask for a reason.
func reasonForm(c echo.Context, w oneWork, wrong []ui.Fault) planview.Form {
	step := planField("step", "Step", "", c.FormValue("step"), "")
	for _, can := range w.Steps() {
		if can == workorder.Hold || can == workorder.Cancel {
			step.Choices = append(step.Choices, ui.Choice{Value: string(can), Name: upper(string(can))})
		}
	}
	if len(step.Choices) == 0 {
		step.Choices = []ui.Choice{{Value: string(workorder.Resume), Name: "Resume"}}
	}
	return planview.Form{
		ID: "stop", Title: "Hold or cancel", Action: workHref(w.ID) + "/step", Button: "Do it", Hidden: workHidden(w),
		Fields: planWrong([]planview.Field{step, planField("why", "Why", "text", c.FormValue("why"), "")}, wrong),
	}
}

func divideForm(c echo.Context, w oneWork, wrong []ui.Fault) planview.Form {
	return planview.Form{
		ID: "divide", Title: "Split or merge", Action: workHref(w.ID) + "/divide", Button: "Do it", Hidden: workHidden(w),
		Lead: "Split a quantity off into an order of its own, or put another order into this one.",
		Fields: planWrong([]planview.Field{
			planOptional(planField("off", "Quantity to split off", "text", c.FormValue("off"), "")), planOptional(planField("with", "Number of the order to put into it", "text", c.FormValue("with"), "WO-000012; it is cancelled by that.")), whyField(c, "divide-why"),
		}, wrong),
	}
}

// divideWork splits an order, or puts another into it.
func (s *Server) divideWork(c echo.Context) error {
	id, err := numberOf(c, "such work order")
	if err != nil {
		return err
	}
	d := workorder.Division{ID: id}
	d.Version, err = formVersion(c)
	if err == nil {
		d.Quantity, err = planQuantity(c, "off")
	}
	if with := strings.TrimSpace(c.FormValue("with")); with != "" && err == nil {
		if d.With, err = strconv.ParseInt(strings.TrimPrefix(strings.ToUpper(with), "WO-"), 10, 64); err != nil {
			err = &errs.Error{Kind: errs.Invalid, Words: "there is no such order", Fields: []errs.Field{{Path: "with", Message: "Write the number of a work order like WO-000012."}}}
		}
	}
	if err == nil && d.With == 0 && d.Quantity <= 0 {
		err = &errs.Error{Kind: errs.Invalid, Words: "nothing is asked for", Fields: []errs.Field{{Path: "off", Message: "Give a quantity to split off, or an order to put in."}}}
	}
	if err != nil {
		return s.workDone(c, id, err)
	}
	o, err := s.Planning.Work.Divide(c.Request().Context(), d, workDoing(c, "divide-why"))
	return s.workDone(c, o.ID, err)
}

func reportForm(c echo.Context, w oneWork, wrong []ui.Fault) planview.Form {
	at := planField("operation", "Operation", "", c.FormValue("operation"), "")
	at.Choices = []ui.Choice{{Value: "", Name: "The order as a whole"}}
	for _, p := range w.Operations {
		at.Choices = append(at.Choices, ui.Choice{Value: strconv.FormatInt(p.Position, 10), Name: strconv.FormatInt(p.Position, 10) + " " + p.Name})
	}
	component := planField("position", "Issue of", "", c.FormValue("position"), "")
	component.Choices = []ui.Choice{{Value: "", Name: "Nothing by hand"}}
	for _, k := range w.Components {
		if !k.Output {
			component.Choices = append(component.Choices, ui.Choice{Value: strconv.FormatInt(k.Position, 10), Name: strconv.FormatInt(k.Position, 10) + " " + w.items[k.Item].Number})
		}
	}
	text := func(id, label, help string) planview.Field {
		return planOptional(planField(id, label, "text", c.FormValue(id), help))
	}
	return planview.Form{
		ID: "report", Title: "Report", Action: workHref(w.ID) + "/report", Button: "Report", Hidden: []planview.Hidden{planKey()},
		Lead: "What is below 0 is taken back.",
		Fields: planWrong([]planview.Field{
			at, text("good", "Good", ""), text("scrap", "Scrap", ""), text("reason", "Why scrapped", ""), text("setup", "Set-up, minutes", "Times belong to an operation."), text("run", "Run, minutes", ""), text("labour", "People, minutes", ""),
			component, text("issued", "Quantity issued", ""), text("lot", "Lot of it", "Any lot when left out: what expires first is taken first."),
		}, wrong),
	}
}

// reportWork posts what was made, taken and spent.
func (s *Server) reportWork(c echo.Context) error {
	id, err := numberOf(c, "such work order")
	if err != nil {
		return err
	}
	r := workorder.Report{Order: id}
	r.Operation, _ = strconv.ParseInt(c.FormValue("operation"), 10, 64) // none is the order
	var all []error
	for field, q := range map[string]*plant.Quantity{"good": &r.Good, "scrap": &r.Scrap, "setup": &r.SetUp, "run": &r.Run, "labour": &r.Labour} {
		n, err := planQuantity(c, field)
		*q = n
		all = append(all, err)
	}
	if why := strings.TrimSpace(c.FormValue("reason")); why != "" && r.Scrap != 0 {
		r.Scraps = []workorder.Scrapped{{Reason: why, Quantity: r.Scrap}}
	}
	issue := workorder.Issue{Lot: strings.TrimSpace(c.FormValue("lot"))}
	if issue.Position, err = strconv.ParseInt(c.FormValue("position"), 10, 64); err == nil {
		issue.Quantity, err = planQuantity(c, "issued")
		all = append(all, err)
		r.Issues = []workorder.Issue{issue}
	}
	if err = planAll(all...); err == nil {
		_, err = s.Planning.Work.Report(c.Request().Context(), r, workDoing(c))
	}
	return s.workDone(c, id, err)
}

// lineHref leads to the line that an order is made on.
func lineHref(line string) string {
	if line == "" {
		return ""
	}
	return "/line/" + line
}
