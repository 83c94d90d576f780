package web

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/register"
	"millwright/internal/errs"
	"millwright/internal/plant"
	registerview "millwright/views/register"
	"millwright/views/ui"
)

// mostAtOnce is how many rows are acted on at once.
const mostAtOnce = 1000

// act does something to one record. The key is the form's and the row's: what is done twice with it is done once.
type act func(ctx context.Context, id int64, by plant.Person, key string) error

// acts are what can be done to the rows of lists, by "list/action". A new one is a line here, and an Action of the list.
func (s *Server) acts() map[string]act {
	return map[string]act{}
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
	ids, err := ticked(form["row"])
	if err != nil {
		return s.showList(c, d, listAsked{faults: faults(err)})
	}
	if c.FormValue("sure") != "on" {
		return s.askSure(c, d, a, ids)
	}
	done, rows := 0, []registerview.Told{}
	for _, id := range ids {
		row := registerview.Told{Link: ui.Link{Name: fmt.Sprintf("%s %d", upper(d.One), id), Href: fmt.Sprintf("%s/%d", d.Home, id)}, Word: "Done"}
		err := do(c.Request().Context(), id, by(c), fmt.Sprintf("%s/%d", c.FormValue("key"), id))
		if errs.KindOf(err) == errs.Internal && err != nil {
			return err
		}
		if done++; err != nil {
			done--
			row.Word, row.Mood = "Not done", ui.Alarm
			row.Details = []registerview.Detail{{Text: upper(err.Error())}}
		}
		rows = append(rows, row)
	}
	o := registerview.Outcome{Frame: s.frame(c, a.Title, ui.Link{Name: d.Title, Href: d.Home}, ui.Link{Name: a.Title}), Rows: rows, Back: ui.Link{Name: "Back to the list", Href: d.Home}}
	o.Frame.Live, o.Frame.Refresh = false, 0
	o.Lead = fmt.Sprintf("%d of %s done.", done, plural(len(ids), d.One, d.Many))
	return s.show(c, registerview.Tell(o))
}

// ticked reads which rows are.
func ticked(words []string) (ids []int64, err error) {
	for _, w := range words {
		id, err := strconv.ParseInt(w, 10, 64)
		if err != nil {
			return nil, errs.New(errs.Invalid, "a row that is ticked is none of this list; open the list again")
		}
		ids = append(ids, id)
	}
	if slices.Sort(ids); len(ids) == 0 || len(ids) > mostAtOnce {
		return nil, errs.New(errs.Invalid, "tick 1 to %d rows first", mostAtOnce)
	}
	return slices.Compact(ids), nil
}

func (s *Server) askSure(c echo.Context, d register.Definition, a register.Action, ids []int64) error {
	p := registerview.Sure{
		Frame: s.frame(c, a.Title, ui.Link{Name: d.Title, Href: d.Home}, ui.Link{Name: a.Title}), Action: "/lists/" + d.Name + "/act", Text: a.Confirm,
		Title: a.Title + " " + plural(len(ids), d.One, d.Many) + "?", Button: a.Title, Back: d.Home,
		Fields: []registerview.Hidden{{Name: "action", Value: a.Key}, {Name: "key", Value: c.FormValue("key")}},
	}
	p.Frame.Live, p.Frame.Refresh = false, 0
	for _, id := range ids {
		p.Fields = append(p.Fields, registerview.Hidden{Name: "row", Value: strconv.FormatInt(id, 10)})
	}
	return s.show(c, registerview.Ask(p))
}
