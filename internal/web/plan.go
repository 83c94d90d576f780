// The planner's worklist, and the plan of an item.

package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	planner "millwright/internal/erp/mrp/desk"
	"millwright/internal/errs"
	"millwright/internal/plant"
	planview "millwright/views/plan"
	"millwright/views/ui"
)

// mostMessages is how many messages one page shows.
const mostMessages = 500

// worklist shows what planning asks for.
func (s *Server) worklist(c echo.Context) error { return s.worklistPage(c, http.StatusOK, nil) }

func (s *Server) worklistPage(c echo.Context, status int, wrong []ui.Fault) error {
	ctx := c.Request().Context()
	st, err := s.Planning.Desk.Standing(ctx)
	if err != nil {
		return err
	}
	kept, err := s.Planning.Desk.Messages(ctx)
	if err != nil {
		return err
	}
	p := s.planPage(c, "Planning")
	p.Frame.Crumbs = nil
	p.Faults = wrong
	p.Links = []planview.Link{
		{Link: ui.Link{Name: "Promise a date", Href: planHome + "/promise"}},
		{Link: ui.Link{Name: "What if", Href: planHome + "/whatif"}},
		{Link: ui.Link{Name: "Forecast", Href: planHome + "/forecast"}},
		{Link: ui.Link{Name: "Kanban", Href: planHome + "/kanban"}},
		{Link: ui.Link{Name: "Work orders", Href: workHome}},
	}
	for _, w := range st.Plan.Warnings {
		p.Faults = append(p.Faults, ui.Fault{Text: upper(w.Say(st.Plan.Items)) + "."})
	}
	all := c.QueryParam("show") == "all"
	shown, hidden := []planview.Row{}, 0
	for _, m := range kept {
		if !all && (!m.Soon || m.IgnoredUntil > st.Calendar.Today()) || len(shown) == mostMessages {
			hidden++
			continue
		}
		shown = append(shown, messageRow(st, m, planMay(c, plant.Planner)))
	}
	t := planview.Table{
		ID: "messages", Title: "To do", Empty: "Nothing: all that is wanted is ordered, and comes in time.", Rows: shown,
		Columns: []planview.Column{{Name: "Item"}, {Name: "Do"}, {Name: "Quantity", Num: true}, {Name: "Now"}, {Name: "Wanted"}, {Name: "Why"}},
	}
	switch {
	case hidden > 0 && !all:
		t.Lead = plural(hidden, "more message is", "more messages are") + " not to be done yet, or ignored."
		p.Links = append(p.Links, planview.Link{Link: ui.Link{Name: "Show all messages", Href: planHome + "?show=all"}})
	case hidden > 0:
		t.Lead = plural(hidden, "more message does", "more messages do") + " not fit on this page; look at their items."
	}
	if planMay(c, plant.Planner) && len(shown) > 0 {
		t.Action, t.Hidden = planHome, []planview.Hidden{planKey()}
		t.Fields = []planview.Field{planOptional(planField("until", "Ignore until", "date", c.FormValue("until"), "Only for what is ignored.")), planOptional(planField("why", "Why", "text", c.FormValue("why"), "Asked for when something is ignored."))}
		t.Fields = planWrong(t.Fields, wrong)
		t.Buttons = []planview.Button{{Name: "Accept the chosen ones", Value: "accept", Primary: true}, {Name: "Ignore the chosen ones", Value: "ignore"}}
	}
	p.Tables = []planview.Table{t}
	return s.showAs(c, status, planview.Show(p))
}

// actionWords are what a planner is asked to do.
func actionWords(action string) string { return upper(action) }

func messageRow(st *planner.Standing, m planner.Message, picks bool) planview.Row {
	i, _ := st.Item(m.Item)
	r := planview.Row{Name: m.Action + " " + i.Number}
	if picks {
		r.Pick = strconv.FormatInt(m.ID, 10) + ":" + strconv.FormatInt(m.Version, 10)
	}
	do := planview.Cell{Text: actionWords(m.Action)}
	if m.Document != "" {
		do.Under = m.Document
		do.Href = planDocument(m.Document)
	}
	now := planview.Cell{Text: planDateText(m.From)}
	if m.Document == "" && m.From < st.Calendar.Today() {
		now.Mood, now.Under = ui.Warning, "late already"
	}
	quantity := planview.Cell{Text: m.Quantity.String()}
	if m.Was != m.Quantity && m.Document != "" {
		quantity.Under = "is " + m.Was.String()
	}
	why := planview.Cell{Text: upper(m.Reason)}
	if m.IgnoredUntil > 0 {
		why.Under = "ignored until " + m.IgnoredUntil.String() + ": " + m.Why
	}
	r.Cells = []planview.Cell{{Text: i.Number, Href: planItemHref(m.Item), Under: i.Name}, do, quantity, now, {Text: planDateText(m.To)}, why}
	return r
}

// decide accepts or ignores the chosen messages; each stands for itself.
func (s *Server) decide(c echo.Context) error {
	form, err := c.FormParams()
	if err != nil {
		return err
	}
	if len(form["pick"]) == 0 {
		return s.worklistPage(c, http.StatusUnprocessableEntity, []ui.Fault{{Text: "Choose at least one message."}})
	}
	until, err := planDate(c, "until")
	ignores := c.FormValue("do") == "ignore"
	switch {
	case ignores && err == nil && until <= s.planDay():
		err = &errs.Error{Kind: errs.Invalid, Fields: []errs.Field{{Path: "until", Message: "Say until when: a date after today."}}}
	case ignores && err == nil && strings.TrimSpace(c.FormValue("why")) == "":
		err = &errs.Error{Kind: errs.Invalid, Fields: []errs.Field{{Path: "why", Message: "Say why."}}}
	}
	if err != nil && ignores {
		return s.worklistPage(c, http.StatusUnprocessableEntity, faults(err))
	}
	var wrong []ui.Fault
	for n, pick := range form["pick"] {
		if n == mostMessages {
			break
		}
		by := planner.Doing{By: visitorOf(c).Person, Why: strings.TrimSpace(c.FormValue("why")), Key: c.FormValue("key") + "/" + pick}
		if err := s.decideOne(c.Request().Context(), pick, ignores, until, by); planRefused(err) != 0 {
			wrong = append(wrong, ui.Fault{Text: upper(sentence(err))})
		} else if err != nil {
			return err
		}
	}
	if len(wrong) > 0 {
		return s.worklistPage(c, http.StatusConflict, wrong)
	}
	done := "accepted"
	if ignores {
		done = "ignored"
	}
	return c.Redirect(http.StatusSeeOther, planHome+"?done="+done)
}

func (s *Server) decideOne(ctx context.Context, pick string, ignores bool, until plant.Date, by planner.Doing) error {
	first, second, _ := strings.Cut(pick, ":")
	id, err1 := strconv.ParseInt(first, 10, 64)
	version, err2 := strconv.ParseInt(second, 10, 64)
	if err1 != nil || err2 != nil {
		return errs.New(errs.Invalid, "the form does not say which message; load the page again")
	}
	if ignores {
		return s.Planning.Decisions.Ignore(ctx, planner.Ignoring{ID: id, Version: version, Until: until}, by)
	}
	_, err := s.Planning.Decisions.Accept(ctx, planner.Acceptance{ID: id, Version: version, Today: s.planDay()}, by)
	return err
}

// itemPlan shows the plan of an item by day, and what each number is tied to.
func (s *Server) itemPlan(c echo.Context) error {
	id, err := numberOf(c, "such item")
	if err != nil {
		return err
	}
	st, err := s.Planning.Desk.Standing(c.Request().Context())
	if err != nil {
		return err
	}
	i, is := st.Item(id)
	if !is {
		return errs.New(errs.NotFound, "there is no such item in the plan")
	}
	p := s.planPage(c, i.Number, planLink())
	p.Lead = i.Name
	onHand, rows := st.Rows(id)
	p.Facts = []planview.Fact{
		{Name: "On hand", Value: onHand.String() + " " + i.Unit},
		{Name: "Planned by", Value: string(i.Method)},
		{Name: "Lead time", Value: plural(int(i.Lead), "working day", "working days")},
		{Name: "Lot size", Value: i.Lot.Rule.String()},
		{Name: "Safety stock", Value: i.Safety.String()},
	}
	p.Links = []planview.Link{{Link: ui.Link{Name: "Promise a date", Href: planHome + "/promise?item=" + url.QueryEscape(i.Number)}}, {Link: ui.Link{Name: "What if", Href: planHome + "/whatif?item=" + url.QueryEscape(i.Number)}}}
	p.Tables = []planview.Table{daysTable(rows), tiesTable(st.Ties(id))}
	return s.showAs(c, http.StatusOK, planview.Show(p))
}

func daysTable(rows []planner.Row) planview.Table {
	t := planview.Table{
		ID: "days", Title: "By day", Lead: "Only days on which something happens. Each number leads to what it is made of.", Empty: "Nothing is wanted, and nothing comes.",
		Columns: []planview.Column{{Name: "Day"}, {Name: "Wanted", Num: true}, {Name: "Comes", Num: true}, {Name: "Planned", Num: true}, {Name: "Balance", Num: true}, {Name: "To release", Num: true}},
	}
	for _, r := range rows {
		balance := planview.Cell{Text: r.Balance.String()}
		if r.Balance < 0 {
			balance.Mood, balance.Under = ui.Alarm, "short"
		}
		t.Rows = append(t.Rows, planview.Row{Cells: []planview.Cell{{Text: r.Date.String()}, pegged(r.Gross), pegged(r.Receipts), pegged(r.Planned), balance, pegged(r.Releases)}})
	}
	return t
}

// pegged is a number that leads to its pegs.
func pegged(q plant.Quantity) planview.Cell {
	if q == 0 {
		return planview.Cell{Text: "–"}
	}
	return planview.Cell{Text: q.String(), Href: "#pegs"}
}

func tiesTable(ties []planner.Tie) planview.Table {
	t := planview.Table{
		ID: "pegs", Title: "What is tied to what", Empty: "Nothing is wanted.",
		Columns: []planview.Column{{Name: "Wanted"}, {Name: "By"}, {Name: "Quantity", Num: true}, {Name: "Comes from"}, {Name: "On"}},
	}
	for _, x := range ties[:min(len(ties), mostMessages)] {
		from := planview.Cell{Text: x.From.Text, Href: sourceHref(x.From)}
		if x.From.Kind == "nothing" {
			from = planview.Cell{Text: "nothing", Mood: ui.Alarm}
		}
		t.Rows = append(t.Rows, planview.Row{Cells: []planview.Cell{{Text: x.Wanted.String()}, {Text: x.By.Text, Href: sourceHref(x.By)}, {Text: x.Quantity.String()}, from, {Text: planDateText(x.Comes)}}})
	}
	if len(ties) > mostMessages {
		t.Lead = "Only the first " + strconv.Itoa(mostMessages) + " are shown."
	}
	return t
}

// sourceHref leads to one end of a peg.
func sourceHref(s planner.Source) string {
	if slices.Contains([]string{"order", "coming", "firm"}, s.Kind) {
		return planDocument(s.Document)
	}
	if s.Kind == "plan" && s.Item != 0 {
		return planItemHref(s.Item)
	}
	return ""
}
