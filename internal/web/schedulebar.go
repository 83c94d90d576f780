// One bar of the schedule, what would be if it came first, and all of it in words.

package web

import (
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/mes/board"
	"millwright/internal/mes/execution"
	"millwright/views/figure"
	"millwright/views/gantt"
	planview "millwright/views/plan"
	"millwright/views/ui"
)

// facts tell of a bar.
func (a boardAsk) facts(b *board.Bar) []planview.Fact {
	m := a.view.Machine(b.Machine)
	all := []planview.Fact{
		{Name: "Why it is there", Value: upper(b.Why) + "."},
		{Name: "Runs", Value: a.moment(b.Start) + " to " + a.moment(b.End)},
	}
	add := func(is bool, f planview.Fact) {
		if is {
			all = append(all, f)
		}
	}
	add(b.Status != string(execution.Running), planview.Fact{Name: "May begin", Value: barSlack(a, b)})
	add(b.SetUp.Before(b.Start), planview.Fact{Name: "Set-up from", Value: a.moment(b.SetUp)})
	add(true, planview.Fact{Name: "Makes", Value: b.Quantity.String() + " of " + barName(b)})
	add(b.Speed != "", planview.Fact{Name: "How fast", Value: upper(b.Speed) + "."})
	add(!b.Due.IsZero(), planview.Fact{Name: "Due", Value: a.moment(b.Due) + barLate(b.Late)})
	add(b.Work != 0, planview.Fact{Name: "Work order", Value: b.Key, Href: workHome + "/" + strconv.FormatInt(b.Work, 10)})
	add(b.Step != "", planview.Fact{Name: "Operation", Value: b.Step})
	add(b.Order != "", planview.Fact{Name: "For order", Value: b.Order})
	add(b.Job != "", planview.Fact{Name: "Job", Value: b.Job + ", " + b.Status})
	add(b.Job == "", planview.Fact{Name: "Job", Value: "none yet: it is in no line's queue"})
	add(b.Pinned, planview.Fact{Name: "Put there by", Value: b.PinnedBy})
	add(b.Takes != "", planview.Fact{Name: "Takes", Value: upper(b.Takes)})
	add(b.Assumed != "", planview.Fact{Name: "Assumed", Value: upper(b.Assumed) + "."})
	add(m.Assumed != "", planview.Fact{Name: "Calendar", Value: upper(m.Assumed) + "."})
	return all
}

// chosenBar adds how a bar can be moved.
func (a boardAsk) chosenBar(c echo.Context, p *planview.Page, b *board.Bar, wrong []ui.Fault) {
	if b.Status == string(execution.Running) {
		return
	}
	p.Links = append(p.Links, planview.Link{Link: ui.Link{Name: "What if " + b.Key + " came first?", Href: a.href(b.Key, "first", "1")}})
	if a.may {
		p.Forms = append(p.Forms, barForm(c, a, b, wrong))
	}
}

func barName(b *board.Bar) string {
	if b.Name == "" || b.Name == b.Product {
		return b.Product
	}
	return b.Product + ", " + b.Name
}

func barLate(late time.Duration) string {
	if late <= 0 {
		return ""
	}
	return ": " + figure.Span(late) + " late"
}

// barSlack says how much later a bar may begin.
func barSlack(a boardAsk, b *board.Bar) string {
	if b.Slack() < time.Minute {
		return "no later: an order is late then, or later than it is"
	}
	return "as late as " + a.moment(b.Latest.Start) + ": " + figure.Span(b.Slack()) + " later than planned"
}

func barHidden(a boardAsk, b *board.Bar, more ...planview.Hidden) []planview.Hidden {
	return append([]planview.Hidden{{Name: "version", Value: strconv.FormatInt(a.view.Version, 10)}, {Name: "days", Value: strconv.Itoa(a.days)}, {Name: "bar", Value: b.Key}}, more...)
}

// barSteps are the buttons that move a bar by one place, or let it go.
func barSteps(a boardAsk, b *board.Bar) (all []planview.Step) {
	if !a.may || b.Status == string(execution.Running) {
		return nil
	}
	on := a.view.On(b.Machine)
	at := slices.IndexFunc(on, func(o board.Bar) bool { return o.Key == b.Key })
	add := func(name string, h planview.Hidden) {
		all = append(all, planview.Step{ID: "step-" + h.Name, Name: name, Action: scheduleHome + "/move", Hidden: barHidden(a, b, h)})
	}
	if at > 0 && on[at-1].Status != string(execution.Running) {
		add("One place earlier", planview.Hidden{Name: "before", Value: on[at-1].Key})
	}
	if at < len(on)-1 {
		add("One place later", planview.Hidden{Name: "after", Value: on[at+1].Key})
	}
	if b.Pinned {
		add("Let it go", planview.Hidden{Name: "free", Value: "1"})
	}
	return all
}

// barForm moves a bar to another line, or before another one.
func barForm(c echo.Context, a boardAsk, b *board.Bar, wrong []ui.Fault) planview.Form {
	machine := c.FormValue("machine")
	if machine == "" {
		machine = b.Machine
	}
	line := planField("machine", "Line", "", machine, "")
	for _, key := range b.Open {
		if m := a.view.Machine(key); m != nil {
			line.Choices = append(line.Choices, ui.Choice{Value: key, Name: m.Name})
		}
	}
	before := planField("before", "Before", "", c.FormValue("before"), "")
	before.Choices = []ui.Choice{{Value: "", Name: "At the end"}}
	for _, key := range b.Open {
		for _, o := range a.view.On(key) {
			if o.Key != b.Key && o.Status != string(execution.Running) {
				before.Choices = append(before.Choices, ui.Choice{Value: o.Key, Name: o.Key + " on " + a.view.Machine(key).Name + ", " + a.moment(o.Start)})
			}
		}
	}
	why := planOptional(planField("why", "Why", "text", c.FormValue("why"), ""))
	return planview.Form{
		ID: "move", Title: "Move " + b.Key, Action: scheduleHome + "/move", Button: "Move", Hidden: barHidden(a, b),
		Lead:   "There it stays, until it is let go. Others make room.",
		Fields: planWrong([]planview.Field{line, before, why}, wrong),
	}
}

// supposeFirst compares the schedule with the one in which a bar's order comes first.
func (s *Server) supposeFirst(c echo.Context, a boardAsk, b *board.Bar) (planview.Table, error) {
	t := planview.Table{
		ID: "first", Title: "If " + b.Key + " came first", Lead: "Nothing of this is kept. It shows what ends at another time; the rest stays as it is.", Empty: "Nothing would change.",
		Columns: []planview.Column{{Name: "Operation"}, {Name: "Ends now"}, {Name: "Would end"}, {Name: "Difference", Num: true}, {Name: "Late by then"}},
	}
	is, would, err := s.Planning.Board.Suppose(c.Request().Context(), b.Key)
	if err != nil {
		return t, err
	}
	for i := range would.Bars {
		n := &would.Bars[i]
		old, ok := is.Find(n.Key)
		if !ok || n.End.Sub(old.End).Abs() < time.Minute || len(t.Rows) == mostMessages {
			continue
		}
		sign, mood := "+", ui.Warning
		if n.End.Before(old.End) {
			sign, mood = "−", ui.Well
		}
		late := planview.Cell{Text: "–"}
		if n.Late > 0 {
			late = planview.Cell{Text: figure.Span(n.Late), Mood: ui.Alarm}
		}
		t.Rows = append(t.Rows, planview.Row{Cells: []planview.Cell{
			{Text: n.Key, Href: a.href(n.Key), Under: n.Product},
			{Text: a.moment(old.End)},
			{Text: a.moment(n.End)},
			{Text: sign + figure.Span(n.End.Sub(old.End).Abs()), Mood: mood},
			late,
		}})
	}
	return t, nil
}

// barsInWords is how many operations of one line are told in words.
const barsInWords = 60

// scheduleTables are the schedule in words, and what is not in it.
func scheduleTables(a boardAsk) (all []planview.Table) {
	for i := range a.view.Machines {
		m := &a.view.Machines[i]
		t := planview.Table{
			ID: gantt.ID("words", m.Key), Title: m.Name, Lead: upper(m.Assumed), Empty: "Nothing is to be made here.",
			Columns: []planview.Column{{Name: "Operation"}, {Name: "Makes"}, {Name: "Quantity", Num: true}, {Name: "From"}, {Name: "To"}, {Name: "Due"}, {Name: "Slack", Num: true}, {Name: "Why it is there", Words: true}},
		}
		for _, b := range a.view.On(m.Key) {
			if len(t.Rows) == barsInWords {
				t.Lead = "Only the first " + strconv.Itoa(barsInWords) + " are shown."
				break
			}
			due := planview.Cell{Text: "–"}
			if !b.Due.IsZero() {
				due.Text = a.moment(b.Due)
			}
			if b.Late > 0 {
				due.Mood, due.Under = ui.Alarm, figure.Span(b.Late)+" late"
			}
			spare := planview.Cell{Text: figure.Span(b.Slack())}
			switch {
			case b.Status == string(execution.Running):
				spare.Text = "–"
			case b.Slack() < time.Minute:
				spare = planview.Cell{Text: "none", Mood: ui.Warning}
			}
			t.Rows = append(t.Rows, planview.Row{ID: gantt.ID("row", b.Key), Cells: []planview.Cell{
				{Text: b.Key, ID: gantt.ID("told", b.Key), Href: a.href(b.Key), Under: b.Step}, {Text: b.Product, Under: nameUnder(&b)}, {Text: b.Quantity.String()}, {Text: a.moment(b.Start)}, {Text: a.moment(b.End)}, due, spare, {Text: upper(b.Why), Under: b.Assumed},
			}})
		}
		all = append(all, t)
	}
	if len(a.view.Unplaced) == 0 {
		return all
	}
	t := planview.Table{ID: "unplaced", Title: "Not placed", Columns: []planview.Column{{Name: "Order"}, {Name: "Why", Words: true}}}
	for _, u := range a.view.Unplaced[:min(len(a.view.Unplaced), mostMessages)] {
		t.Rows = append(t.Rows, planview.Row{Cells: []planview.Cell{{Text: u.Key}, {Text: upper(u.Why)}}})
	}
	return append(all, t)
}

func nameUnder(b *board.Bar) string {
	if b.Name == b.Product {
		return ""
	}
	return b.Name
}
