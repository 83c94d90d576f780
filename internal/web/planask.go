// What can be promised, and what the plan would be if something were otherwise. Neither writes anything.

package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/mrp"
	planner "millwright/internal/erp/mrp/desk"
	"millwright/internal/errs"
	"millwright/internal/plant"
	planview "millwright/views/plan"
	"millwright/views/ui"
)

// promise answers when a quantity of an item can be delivered.
func (s *Server) promise(c echo.Context) error {
	p := s.planPage(c, "Promise a date", planLink())
	p.Lead = "What is asked for is planned beside all that is promised already. Nothing is written, and nobody else gets his later by it."
	status := http.StatusOK
	if c.QueryParam("item") != "" || c.QueryParam("quantity") != "" {
		a, st, err := s.promised(c)
		switch {
		case err == nil:
			p.State, p.Mood, p.Facts = answerFacts(st, a)
		case planRefused(err) != 0:
			status, p.Faults = http.StatusUnprocessableEntity, faults(err)
		default:
			return err
		}
	}
	p.Forms = []planview.Form{{
		ID: "ask", Title: "What is asked for", Action: planHome + "/promise", Ask: true, Button: "When can it be there?",
		Fields: planWrong([]planview.Field{
			planField("item", "Item", "text", c.QueryParam("item"), "Its number or barcode."),
			planField("quantity", "Quantity", "text", c.QueryParam("quantity"), ""),
			planOptional(planField("date", "Wanted by", "date", c.QueryParam("date"), "Today when left out.")),
		}, p.Faults),
	}}
	return s.showAs(c, status, planview.Show(p))
}

func (s *Server) promised(c echo.Context) (a planner.Answer, st *planner.Standing, err error) {
	ctx := c.Request().Context()
	i, wrongItem := s.planItem(ctx, c.QueryParam("item"))
	q, wrongQuantity := planQuantity(c, "quantity")
	if wrongQuantity == nil && q <= 0 {
		wrongQuantity = &errs.Error{Kind: errs.Invalid, Words: "nothing is asked for", Fields: []errs.Field{{Path: "quantity", Message: "Give a quantity greater than 0."}}}
	}
	day, wrongDate := planDate(c, "date")
	if err := planAll(wrongItem, wrongQuantity, wrongDate); err != nil {
		return a, nil, err
	}
	if st, err = s.Planning.Desk.Standing(ctx); err != nil {
		return a, nil, err
	}
	a, err = st.Promise(i.ID, q, day)
	return a, st, err
}

func answerFacts(st *planner.Standing, a planner.Answer) (state string, mood ui.Mood, facts []planview.Fact) {
	i, _ := st.Item(a.Item)
	facts = []planview.Fact{
		{Name: "Item", Value: i.Number + " " + i.Name, Href: planItemHref(a.Item)},
		{Name: "Quantity", Value: a.Quantity.String()},
		{Name: "Free by then", Value: a.Free.String() + " of stock and of orders that there are"},
	}
	if a.FreeOn != 0 {
		facts = append(facts, planview.Fact{Name: "All of it is free on", Value: a.FreeOn.String()})
	}
	state, mood = a.Capable.String(), ui.Well
	if a.Assuming {
		state, mood = "not before "+a.Capable.String(), ui.Warning
	}
	if a.Capable > a.Wanted {
		mood = ui.Warning
		w, _ := st.Item(a.Wait.Item)
		waits := "a new order of " + w.Number
		if a.Wait.Order != "" {
			waits = w.Number + " of " + a.Wait.Order
		}
		facts = append(facts, planview.Fact{Name: "Waiting on", Value: waits, Href: planItemHref(a.Wait.Item)})
		var path []string
		for _, id := range a.Wait.Path {
			step, _ := st.Item(id)
			path = append(path, step.Number)
		}
		if len(path) > 1 {
			facts = append(facts, planview.Fact{Name: "By way of", Value: strings.Join(path, " → ")})
		}
	}
	return state, mood, append(facts, planview.Fact{Name: "It can be there on", Value: a.Capable.String()})
}

// supposed tells how the plan would differ.
func (s *Server) supposed(c echo.Context) error {
	p := s.planPage(c, "What if", planLink())
	p.Lead = "The plan with something otherwise, beside the plan as it is. Nothing is written."
	status := http.StatusOK
	if c.QueryParam("asked") != "" {
		x, st, err := s.supposing(c)
		switch {
		case err == nil:
			p.Last = differenceTables(st, x)
		case planRefused(err) != 0:
			status, p.Faults = http.StatusUnprocessableEntity, faults(err)
		default:
			return err
		}
	}
	typed := c.QueryParam
	p.Forms = []planview.Form{{
		ID: "ask", Title: "What is supposed", Action: planHome + "/whatif", Ask: true, Button: "Show the differences", Hidden: []planview.Hidden{{Name: "asked", Value: "1"}},
		Fields: planWrong([]planview.Field{
			planField("item", "Item", "text", typed("item"), "Its number or barcode."),
			planOptional(planField("demand", "Demand that is added", "text", typed("demand"), "")),
			planOptional(planField("date", "Wanted by", "date", typed("date"), "Today when left out.")),
			planOptional(planField("lead", "Another lead time", "text", typed("lead"), "In working days.")),
			planOptional(planField("lot", "Another fixed lot", "text", typed("lot"), "0 is lot for lot.")),
			planOptional(planField("safety", "Another safety stock", "text", typed("safety"), "")),
		}, p.Faults),
	}}
	return s.showAs(c, status, planview.Show(p))
}

func (s *Server) supposing(c echo.Context) (x planner.Supposed, st *planner.Standing, err error) {
	ctx := c.Request().Context()
	i, wrongItem := s.planItem(ctx, c.QueryParam("item"))
	change := planner.Change{Item: i.ID}
	day, wrongDate := planDate(c, "date")
	demand, wrongDemand := planQuantity(c, "demand")
	lot, wrongLot := planQuantity(c, "lot")
	safety, wrongSafety := planQuantity(c, "safety")
	lead, wrongLead := int64(0), error(nil)
	if text := c.QueryParam("lead"); text != "" {
		if lead, err = strconv.ParseInt(text, 10, 64); err != nil || lead < 0 || lead > 3650 {
			wrongLead = &errs.Error{Kind: errs.Invalid, Words: "this is no time", Fields: []errs.Field{{Path: "lead", Message: "Write whole days from 0 to 3650."}}}
		}
		change.Lead = &lead
	}
	if err := planAll(wrongItem, wrongDemand, wrongDate, wrongLead, wrongLot, wrongSafety); err != nil {
		return x, nil, err
	}
	change.Demand, change.Date = demand, max(day, s.planDay())
	if c.QueryParam("lot") != "" {
		change.Lot = &mrp.Lot{}
		if lot > 0 {
			change.Lot = &mrp.Lot{Rule: mrp.Fixed, Quantity: lot}
		}
	}
	if c.QueryParam("safety") != "" {
		change.Safety = &safety
	}
	if st, err = s.Planning.Desk.Standing(ctx); err != nil {
		return x, nil, err
	}
	x, err = st.Suppose(change)
	return x, st, err
}

func differenceTables(st *planner.Standing, x planner.Supposed) []planview.Table {
	t := planview.Table{
		ID: "differences", Title: "What would be otherwise", Empty: "Nothing.",
		Columns: []planview.Column{{Name: "Item"}, {Name: "Change"}, {Name: "Do"}, {Name: "Quantity", Num: true}, {Name: "From"}, {Name: "To"}},
	}
	add := func(change string, m planner.Message, was *planner.Message) {
		i, _ := st.Item(m.Item)
		cells := []planview.Cell{{Text: i.Number, Href: planItemHref(m.Item), Under: i.Name}, {Text: change}, {Text: upper(m.Action), Under: m.Document}, {Text: m.Quantity.String()}, {Text: planDateText(m.From)}, {Text: planDateText(m.To)}}
		if was != nil {
			for at, old := range map[int]string{3: was.Quantity.String(), 4: planDateText(was.From), 5: planDateText(was.To)} {
				if old != cells[at].Text {
					cells[at].Under = "is " + old
				}
			}
		}
		if len(t.Rows) < mostMessages {
			t.Rows = append(t.Rows, planview.Row{Cells: cells})
		}
	}
	for _, m := range x.Add {
		add("new", m, nil)
	}
	for _, pair := range x.Change {
		add("changed", pair[1], &pair[0])
	}
	for _, m := range x.Drop {
		add("not any more", m, nil)
	}
	late := planview.Table{
		ID: "late", Title: "Who would get it at another time", Empty: "Nobody.",
		Columns: []planview.Column{{Name: "For"}, {Name: "Quantity", Num: true}, {Name: "Wanted"}, {Name: "Is met"}, {Name: "Would be met"}},
	}
	for _, l := range x.Late[:min(len(x.Late), mostMessages)] {
		then := planview.Cell{Text: planDateText(l.After)}
		if l.After > max(l.Date, l.Before, plant.Date(0)) {
			then.Mood = ui.Warning
		}
		late.Rows = append(late.Rows, planview.Row{Cells: []planview.Cell{{Text: l.Text, Href: planDocument(l.Document)}, {Text: l.Quantity.String()}, {Text: planDateText(l.Date)}, {Text: planDateText(l.Before)}, then}})
	}
	return []planview.Table{t, late}
}
