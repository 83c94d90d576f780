package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/register"
	"millwright/internal/errs"
	"millwright/internal/plant"
	registerview "millwright/views/register"
	"millwright/views/ui"
)

// mostAtOnce is how many rows are acted on at once.
const mostAtOnce = 1000

// acting is one row, and who does something to it. The key is the form's and the row's: what is done twice with it is
// done once.
type acting struct {
	id, version int64 // as who ticked it has seen it; 0 where that does not matter
	by          plant.Person
	key, why    string
	until       plant.Date
}

// act does something to one record, and tells what it is called; "" for as the list calls it.
type act func(ctx context.Context, a acting) (name string, err error)

// acts are what can be done to the rows of lists, by "list/action". A new one is a line here, and an Action of the list.
func (s *Server) acts() map[string]act {
	all := map[string]act{"messages/follow": s.followsMessage(false), "messages/release": s.followsMessage(true), "messages/dismiss": s.dismissMessage}
	s.tradeActs(all)
	for _, step := range workListSteps() {
		all["work/"+string(step)] = s.stepsWork(step)
	}
	return all
}

// actOnList does something to the rows that are ticked, once the reader is sure, and tells each row's outcome.
func (s *Server) actOnList(c echo.Context) error {
	d, err := s.definition(c.Param("list"))
	if err != nil {
		return err
	}
	at := slices.IndexFunc(d.Actions, func(a register.Action) bool { return a.Key == c.FormValue("action") })
	do := s.acts()[d.Name+"/"+c.FormValue("action")]
	if at < 0 || do == nil {
		return errs.New(errs.NotFound, "nothing of that kind is done to %s", d.Many)
	}
	a := d.Actions[at]
	if !visitorOf(c).reach.Does(a.Duty) {
		return errs.New(errs.Forbidden, "this takes the duty %s, or the role manager; ask an admin", a.Duty.Or())
	}
	form, err := c.FormParams()
	if err != nil {
		return errs.New(errs.Invalid, "the form cannot be read; open the list again")
	}
	rows, err := ticked(form["row"])
	if err != nil {
		return s.showList(c, d, listAsked{faults: faults(err)})
	}
	if c.FormValue("sure") != "on" {
		return s.askSure(c, d, a, nil)
	}
	said, err := s.said(c, a)
	if err != nil {
		return s.askSure(c, d, a, faults(err))
	}
	return s.actOnRows(c, acted{d, a, do}, rows, said)
}

// acted is what is done to the rows of a list.
type acted struct {
	register.Definition
	register.Action
	do act
}

func (s *Server) actOnRows(c echo.Context, a acted, rows []acting, said acting) error {
	done, told := 0, []registerview.Told{}
	for _, r := range rows {
		r.by, r.why, r.until, r.key = by(c), said.why, said.until, fmt.Sprintf("%s/%d", c.FormValue("key"), r.id)
		name, err := a.do(c.Request().Context(), r)
		if errs.KindOf(err) == errs.Internal && err != nil {
			return err
		}
		row := registerview.Told{Link: ui.Link{Name: cmp.Or(name, fmt.Sprintf("%s %d", upper(a.One), r.id)), Href: a.Page(r.id)}, Word: "Done"}
		if done++; err != nil {
			done--
			row.Word, row.Mood = "Not done", ui.Alarm
			row.Details = whyNot(err)
		}
		told = append(told, row)
	}
	title := a.Action.Title
	o := registerview.Outcome{Frame: s.frame(c, title, ui.Link{Name: a.Definition.Title, Href: a.Home}, ui.Link{Name: title}), Rows: told, Back: ui.Link{Name: "Back to the list", Href: a.Home}}
	o.Frame.Live, o.Frame.Refresh = false, 0
	o.Lead = fmt.Sprintf("%d of %s done.", done, plural(len(rows), a.One, a.Many))
	return s.show(c, registerview.Tell(o))
}

// whyNot tells all that stands in the way, each in a line of its own.
func whyNot(err error) (all []registerview.Detail) {
	var e *errs.Error
	if !errors.As(err, &e) || len(e.Fields) == 0 {
		return []registerview.Detail{{Text: upper(err.Error())}}
	}
	for _, f := range e.Fields {
		all = append(all, registerview.Detail{Text: upper(f.Message)})
	}
	return all
}

// tickedAs is what is sent of a row that is ticked: its id, and the version that was seen.
func tickedAs(r register.Row) string {
	if r.Version == 0 {
		return strconv.FormatInt(r.ID, 10)
	}
	return strconv.FormatInt(r.ID, 10) + "." + strconv.FormatInt(r.Version, 10)
}

// ticked reads which rows are.
func ticked(words []string) (rows []acting, err error) {
	for _, w := range words {
		id, version, versioned := strings.Cut(w, ".")
		var a acting
		if a.id, err = strconv.ParseInt(id, 10, 64); err == nil && versioned {
			a.version, err = strconv.ParseInt(version, 10, 64)
		}
		if err != nil {
			return nil, errs.New(errs.Invalid, "a row that is ticked is none of this list; open the list again")
		}
		rows = append(rows, a)
	}
	slices.SortFunc(rows, func(a, b acting) int { return cmp.Compare(a.id, b.id) })
	rows = slices.CompactFunc(rows, func(a, b acting) bool { return a.id == b.id })
	if len(rows) == 0 || len(rows) > mostAtOnce {
		return nil, errs.New(errs.Invalid, "tick 1 to %d rows first", mostAtOnce)
	}
	return rows, nil
}

// said reads what must be said for an action.
func (s *Server) said(c echo.Context, a register.Action) (said acting, err error) {
	var wrongDate, wrongWhy error
	if a.Until {
		if said.until, wrongDate = planDate(c, "until"); wrongDate == nil && said.until <= s.planDay() {
			wrongDate = wrongField("until", "Say until when: a date after today.")
		}
	}
	if said.why = strings.TrimSpace(c.FormValue("why")); a.Why && said.why == "" {
		wrongWhy = wrongField("why", "Say why.")
	}
	if len(said.why) > 500 {
		wrongWhy = wrongField("why", "Write at most 500 letters.")
	}
	return said, planAll(wrongDate, wrongWhy)
}

func (s *Server) askSure(c echo.Context, d register.Definition, a register.Action, wrong []ui.Fault) error {
	form, err := c.FormParams()
	if err != nil {
		return err
	}
	rows, err := ticked(form["row"])
	if err != nil {
		return err
	}
	p := registerview.Sure{
		Frame: s.frame(c, a.Title, ui.Link{Name: d.Title, Href: d.Home}, ui.Link{Name: a.Title}), Action: "/lists/" + d.Name + "/act", Text: a.Confirm, Faults: wrong,
		Title: a.Title + " " + plural(len(rows), d.One, d.Many) + "?", Button: a.Title, Back: d.Home,
		Fields: []registerview.Hidden{{Name: "action", Value: a.Key}, {Name: "key", Value: c.FormValue("key")}},
	}
	p.Frame.Live, p.Frame.Refresh = false, 0
	for _, r := range rows {
		p.Fields = append(p.Fields, registerview.Hidden{Name: "row", Value: tickedAs(register.Row{ID: r.id, Version: r.version})})
	}
	if a.Until {
		p.Asked = append(p.Asked, ui.Input{ID: "until", Label: "Until", Type: "date", Value: c.FormValue("until"), Help: "From that day on they are in the list again.", Fault: ui.FaultOf(wrong, "until")})
	}
	if a.Why {
		p.Asked = append(p.Asked, ui.Input{ID: "why", Label: "Why", Type: "text", Value: c.FormValue("why"), Fault: ui.FaultOf(wrong, "why")})
	}
	status := http.StatusOK
	if len(wrong) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return s.showAs(c, status, registerview.Ask(p))
}
