// Work orders: one with all that it takes, and what may be done with it.

package web

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/item"
	"millwright/internal/erp/tool"
	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/internal/plant"
	planview "millwright/views/plan"
	"millwright/views/ui"
)

func workLink() ui.Link { return ui.Link{Name: "Work orders", Href: workHome} }

func workHref(id int64) string { return workHome + "/" + strconv.FormatInt(id, 10) }

// oneWork is an order with what is known around it.
type oneWork struct {
	workorder.Order
	items map[int64]item.Item
	kit   tool.Kit
	ready workorder.Readiness
	can   plant.Quantity
	lacks map[int64]workorder.Lack
	free  map[int64]plant.Quantity
	peg   string // the line of a sales order that it is made for
	sold  workorder.Sold
}

// workOf finds the order that an address names.
func (s *Server) workOf(c echo.Context) (oneWork, error) {
	id, err := numberOf(c, "such work order")
	if err != nil {
		return oneWork{}, err
	}
	o, err := s.Planning.Work.Order(c.Request().Context(), id)
	if err != nil {
		return oneWork{}, err
	}
	return s.around(c.Request().Context(), o)
}

func (s *Server) around(ctx context.Context, o workorder.Order) (w oneWork, err error) {
	w.Order = o
	ids := []int64{o.Item}
	for _, c := range o.Components {
		ids = append(ids, c.Item)
	}
	if w.items, err = s.Planning.Items.Named(ctx, ids); err != nil {
		return w, err
	}
	if w.free, err = s.Planning.Accounts.Free(ctx, ids[1:]); err != nil {
		return w, err
	}
	if w.kit, err = s.Trade.Tools.Kit(ctx); err != nil {
		return w, err
	}
	var lacks []workorder.Lack
	if w.peg, w.sold, err = s.pegText(ctx, o); err != nil {
		return w, err
	}
	w.ready, w.can, lacks = workorder.Material(&w.Order, w.free)
	w.lacks = map[int64]workorder.Lack{}
	for _, l := range lacks {
		w.lacks[l.Position] = l
	}
	return w, nil
}

// workOrder shows an order.
func (s *Server) workOrder(c echo.Context) error {
	w, err := s.workOf(c)
	if err != nil {
		return err
	}
	return s.workPage(c, http.StatusOK, w, nil)
}

func (s *Server) workPage(c echo.Context, status int, w oneWork, wrong []ui.Fault) error {
	ctx := c.Request().Context()
	p := s.planPage(c, w.Number, planLink(), workLink())
	p.Frame.Path = workHref(w.ID)
	p.Faults = wrong
	late := w.Open() && w.Due < s.planDay()
	state := workorder.Stand(&w.Order, w.ready, late)
	p.State, p.Mood = upper(string(state)), workMood(state)
	p.Facts = s.workFacts(w, late)
	p.Links = []planview.Link{{Link: ui.Link{Name: "In time", Href: workHref(w.ID) + "/time"}}, {Link: ui.Link{Name: "Traveller as PDF", Href: workHref(w.ID) + "/traveller.pdf"}}, {Link: ui.Link{Name: "Performance as B2MML", Href: workHref(w.ID) + "/performance.xml"}}, {Link: ui.Link{Name: "Plan of the item", Href: planItemHref(w.Item)}}}
	p.Links = append(p.Links, s.tracedLinks(w.Number)...)
	costs, err := s.costTable(ctx, w.ID)
	if err != nil {
		return err
	}
	journal, err := s.journalTable(ctx, w.ID)
	if err != nil {
		return err
	}
	if p.Promise, err = s.workPromise(ctx, w); err != nil {
		return err
	}
	lines, jobs, err := s.jobTable(ctx, w)
	if err != nil {
		return err
	}
	if p.Tables = []planview.Table{w.componentTable(), w.operationTable()}; len(jobs) > 0 {
		p.Tables = append(p.Tables, lines)
	}
	scrap, err := s.scrapTable(ctx, w)
	if err != nil {
		return err
	}
	if p.Last = []planview.Table{costs, journal}; len(scrap.Rows) > 0 {
		p.Last = []planview.Table{scrap, costs, journal}
	}
	if p.Folio, err = s.hanging(c, "work", w.ID); err != nil {
		return err
	}
	if planMay(c, plant.Planner) {
		p.Steps = workSteps(w)
	}
	if planMay(c, plant.Planner|plant.Storekeeper) && w.Posts() == nil {
		p.Forms = append(p.Forms, reportForm(c, w, wrong))
	}
	if f, is := countForm(c, w, jobs, wrong); is {
		p.Forms = append(p.Forms, f)
	}
	if planMay(c, plant.Planner) && w.Open() {
		swaps, err := s.swapForms(c, w, wrong)
		if err != nil {
			return err
		}
		p.Forms = append(p.Forms, swaps...)
		p.Forms = append(p.Forms, s.changeForm(c, w, wrong), reasonForm(c, w, wrong), divideForm(c, w, wrong))
	}
	return s.showAs(c, status, planview.Show(p))
}

func workMood(s workorder.State) ui.Mood {
	switch s {
	case workorder.OnHold, workorder.Late, workorder.Lacks:
		return ui.Warning
	case workorder.State(workorder.Completed), workorder.State(workorder.Closed):
		return ui.Well
	}
	return ui.Plain
}

func (s *Server) workFacts(w oneWork, late bool) []planview.Fact {
	i := w.items[w.Item]
	facts := []planview.Fact{
		{Name: "Item", Value: i.Number + " " + i.Name, Href: "/items/" + strconv.FormatInt(w.Item, 10)},
		{Name: "Quantity", Value: s.muchOf(w.Quantity, i.Unit)},
		{Name: "Good", Value: s.muchOf(w.Good, i.Unit)},
		{Name: "Scrap", Value: s.muchOf(w.Scrap, i.Unit)},
		{Name: "Left", Value: s.muchOf(w.Left(), i.Unit)},
		{Name: "Begin", Value: w.Begin.String()},
		{Name: "Due", Value: w.Due.String()},
		{Name: "Lifecycle", Value: string(w.Lifecycle)},
	}
	if late {
		facts = append(facts, planview.Fact{Name: "Late by", Value: plural(int(s.planDay()-w.Due), "day", "days")})
	}
	if w.Over() > 0 {
		facts = append(facts, planview.Fact{Name: "Over", Value: w.Over().String()})
	}
	if _, between := workorder.Made(w.Operations); between > 0 {
		facts = append(facts, planview.Fact{Name: "Between operations", Value: between.String()})
	}
	if w.ready != workorder.Unsaid {
		words := string(w.ready)
		if w.ready == workorder.Partly {
			words += ": enough for " + w.can.String()
		}
		facts = append(facts, planview.Fact{Name: "Material", Value: words})
	}
	for _, f := range []planview.Fact{{Name: "On hold", Value: w.Held}, {Name: "Their number", Value: w.Reference}, {Name: "Line", Value: w.Line, Href: lineHref(w.Line)}, {Name: "Product", Value: w.Product}, {Name: "Revision", Value: w.Revision}, {Name: "Note", Value: w.Note}} {
		if f.Value != "" {
			facts = append(facts, f)
		}
	}
	if w.peg != "" {
		facts = append(facts, planview.Fact{Name: "Made for", Value: w.peg + ", " + w.sold.For, Href: planDocument("sales/" + strconv.FormatInt(w.sold.Order, 10))})
	}
	if w.Parent != 0 {
		facts = append(facts, planview.Fact{Name: "Split off", Value: "an earlier order", Href: workHref(w.Parent)})
	}
	if w.Snapshot > 0 {
		facts = append(facts, planview.Fact{Name: "Copy of the bill", Value: "number " + strconv.FormatInt(w.Snapshot, 10)})
	}
	return facts
}

func (w oneWork) componentTable() planview.Table {
	t := planview.Table{
		ID: "components", Title: "Components", Empty: "They are copied from the bill of material when the order is released. From then on another item can be taken here in the place of one; before, planning takes alternates as the items say, and the bill says what is made.",
		Columns: []planview.Column{{Name: "#", Num: true}, {Name: "Item"}, {Name: "Needed", Num: true}, {Name: "Issued", Num: true}, {Name: "Short", Num: true}, {Name: "Taken"}, {Name: "There", Num: true}},
	}
	if w.Snapshot > 0 {
		t.Empty = "It takes no components."
	}
	for i := range w.Components {
		c := &w.Components[i]
		it := w.items[c.Item]
		short, there := planview.Cell{Text: "–"}, planview.Cell{Text: w.free[c.Item].String()}
		if c.Short > 0 {
			short = planview.Cell{Text: c.Short.String(), Mood: ui.Alarm}
		}
		if l, is := w.lacks[c.Position]; is {
			there.Mood, there.Under = ui.Warning, (l.Open-l.There).String()+" lack"
		}
		taken := string(c.Flow)
		if c.Output {
			taken = "comes out"
		}
		t.Rows = append(t.Rows, planview.Row{Cells: []planview.Cell{
			{Text: strconv.FormatInt(c.Position, 10)}, {Text: it.Number, Href: planItemHref(c.Item), Under: it.Name}, {Text: c.Needed(w.Good+w.Scrap+w.Left()).String() + " " + symbol(it.Unit)}, {Text: c.Issued.String()}, short, {Text: taken}, there,
		}})
	}
	return t
}

// workSteps are the buttons of an order; what asks for a reason has a form of its own.
func workSteps(w oneWork) (all []planview.Step) {
	for _, step := range w.Steps() {
		if step == workorder.Hold || step == workorder.Cancel {
			continue
		}
		all = append(all, planview.Step{
			Name: upper(string(step)), Action: workHref(w.ID) + "/step", Primary: len(all) == 0,
			Hidden: []planview.Hidden{{Name: "step", Value: string(step)}, {Name: "version", Value: strconv.FormatInt(w.Version, 10)}, planKey()},
		})
	}
	if w.Snapshot > 0 && w.Open() {
		all = append(all, planview.Step{
			Name: "Copy the bill anew", Action: workHref(w.ID) + "/step", Hidden: []planview.Hidden{{Name: "step", Value: "amend"}, {Name: "version", Value: strconv.FormatInt(w.Version, 10)}, planKey()},
		})
	}
	return all
}

func formVersion(c echo.Context) (int64, error) {
	v, err := strconv.ParseInt(c.FormValue("version"), 10, 64)
	if err != nil || v <= 0 {
		return 0, errs.New(errs.Invalid, "the form does not say which state of the order it is about; load the page again")
	}
	return v, nil
}

// workDone answers a form about an order: with its page, or the form again.
func (s *Server) workDone(c echo.Context, to int64, err error) error {
	status := planRefused(err)
	if err == nil {
		return c.Redirect(http.StatusSeeOther, workHref(to)+"?done=kept")
	} else if status == 0 {
		return err
	}
	w, failed := s.workOf(c)
	if failed != nil {
		return failed
	}
	return s.workPage(c, status, w, faults(err))
}

// stepWork takes an order a step on.
func (s *Server) stepWork(c echo.Context) error {
	id, err := numberOf(c, "such work order")
	if err != nil {
		return err
	}
	version, err := formVersion(c)
	switch {
	case err != nil:
	case c.FormValue("step") == "amend":
		_, err = s.Planning.Work.Amend(c.Request().Context(), id, version, workDoing(c))
	case c.FormValue("step") == "swap":
		err = s.swapWork(c, id, version)
	default:
		_, err = s.Planning.Work.Step(c.Request().Context(), workorder.Stepping{ID: id, Version: version, Step: workorder.Step(c.FormValue("step"))}, workDoing(c))
	}
	return s.workDone(c, id, err)
}
