// The plan of an item.

package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	planner "millwright/internal/erp/mrp/desk"
	"millwright/internal/errs"
	"millwright/internal/plant"
	planview "millwright/views/plan"
	"millwright/views/ui"
)

// mostMessages is how many rows one table of planning shows.
const mostMessages = 500

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
	p.Lead, p.Tabs = i.Name, itemTabs(id, "plan")
	onHand, rows := st.Rows(id)
	p.Facts = []planview.Fact{
		{Name: "On hand", Value: s.muchOf(onHand, i.Unit)},
		{Name: "Planned by", Value: upper(string(i.Method))},
		{Name: "Lead time", Value: plural(int(i.Lead), "working day", "working days")},
		{Name: "Lot size", Value: i.Lot.Rule.String()},
		{Name: "Safety stock", Value: s.muchOf(i.Safety, i.Unit)},
	}
	p.Links = []planview.Link{{Link: ui.Link{Name: "Promise a date", Href: planHome + "/promise?item=" + url.QueryEscape(i.Number)}}, {Link: ui.Link{Name: "What if", Href: planHome + "/whatif?item=" + url.QueryEscape(i.Number)}}}
	p.Tables = []planview.Table{daysTable(rows), tiesTable(st.Ties(id))}
	if taken := st.Taken(id); len(taken) > 0 {
		p.Tables = append(p.Tables, takenTable(taken))
	}
	return s.showAs(c, http.StatusOK, planview.Show(p))
}

func daysTable(rows []planner.Row) planview.Table {
	t := planview.Table{
		ID: "days", Title: "By day", Lead: "Only days on which something happens. Each number leads to what it is made of. What comes and is planned counts what comes out besides other orders.", Empty: "Nothing is wanted, and nothing comes.",
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
		} else if x.Hard {
			from.Under = "made for it alone"
		}
		t.Rows = append(t.Rows, planview.Row{Cells: []planview.Cell{{Text: x.Wanted.String()}, {Text: x.By.Text, Href: sourceHref(x.By)}, {Text: x.Quantity.String()}, from, {Text: planDateText(x.Comes)}}})
	}
	if len(ties) > mostMessages {
		t.Lead = "Only the first " + strconv.Itoa(mostMessages) + " are shown."
	}
	return t
}

// takenTable tells which alternates are taken, and why.
func takenTable(taken []planner.Taken) planview.Table {
	t := planview.Table{
		ID: "instead", Title: "Taken instead", Lead: "What planning takes of alternates, when it may. A released order takes its own once its message is followed, any other when it is released.",
		Columns: []planview.Column{{Name: "Wanted"}, {Name: "By"}, {Name: "Quantity", Num: true}, {Name: "Of"}, {Name: "Why"}},
	}
	for _, x := range taken[:min(len(taken), mostMessages)] {
		t.Rows = append(t.Rows, planview.Row{Cells: []planview.Cell{
			{Text: x.Wanted.String()}, {Text: x.By.Text, Href: sourceHref(x.By)}, {Text: x.Instead.String()}, {Text: x.Number, Href: planItemHref(x.Item)}, {Text: x.Why},
		}})
	}
	return t
}

// sourceHref leads to one end of a peg.
func sourceHref(s planner.Source) string {
	if slices.Contains([]string{"order", "coming", "firm"}, s.Kind) {
		return planDocument(s.Document)
	}
	if s.Kind == "beside" && s.Document != "" {
		return planDocument(s.Document)
	}
	if (s.Kind == "plan" || s.Kind == "beside") && s.Item != 0 {
		return planItemHref(s.Item)
	}
	return ""
}
