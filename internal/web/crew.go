// Who is at a line: operators sign on at its terminal, and off.

package web

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/mes/oee/crew"
	"millwright/internal/plant"
	opview "millwright/views/operator"
	"millwright/views/ui"
)

// crewOf is the part of a terminal where people sign on and off: whoever is signed in there is offered first.
func (s *Server) crewOf(c echo.Context, l lineInfo) (*opview.Crew, error) {
	if s.Crew == nil {
		return nil, nil
	}
	ctx, now := c.Request().Context(), s.Now()
	there, err := s.Crew.Present(ctx, l.ID, now)
	if err != nil {
		return nil, err
	}
	people, err := s.hands(ctx, l)
	if err != nil {
		return nil, err
	}
	k := &opview.Crew{
		Action: terminalHref(l.ID) + "/crew", Who: ui.Input{ID: "who", Label: "Who"}, Unit: ui.Input{ID: "place", Label: "At"}, Units: []ui.Choice{{Name: "The line"}},
		Until: "Until signed off, or for twelve hours: no shift runs now.",
	}
	if shift, ok := l.Calendar.At(now); ok {
		k.Until = "Until signed off, or to the end of the shift at " + l.locale.Time(shift.To) + "."
	}
	for _, u := range l.Units {
		k.Units = append(k.Units, ui.Choice{Value: string(u.ID), Name: u.Name})
	}
	for _, p := range people {
		k.People = append(k.People, ui.Choice{Value: strconv.FormatInt(p.ID, 10), Name: p.Name})
		if p.ID == visitorOf(c).ID {
			k.Who.Value = strconv.FormatInt(p.ID, 10)
		}
	}
	for _, p := range there {
		m := opview.Member{ID: strconv.FormatInt(p.ID, 10), Name: p.Who.Name, Since: "since " + l.locale.Time(p.From)}
		if name := l.names[p.Unit]; name != "" {
			m.Where = "at " + name
		}
		k.There = append(k.There, m)
	}
	return k, nil
}

// hands are those who may sign on at a line: its operators.
func (s *Server) hands(ctx context.Context, l lineInfo) ([]plant.Person, error) {
	return s.handsOf(ctx, &l.Line)
}

// crew signs somebody on at a line, or off.
func (s *Server) crew(c echo.Context) error {
	l, err := s.lineOf(c)
	if err != nil {
		return err
	}
	if s.Crew == nil {
		return errs.New(errs.NotFound, "nobody signs on here")
	}
	if off := c.FormValue("off"); off != "" {
		id, _ := strconv.ParseInt(off, 10, 64) // what is no number is nobody
		_, err = s.Crew.SignOff(c.Request().Context(), l.ID, id, visitorOf(c).Person)
	} else {
		err = s.signOn(c, l)
	}
	switch {
	case err == nil:
		return c.Redirect(http.StatusSeeOther, terminalHref(l.ID))
	case errs.KindOf(err) == errs.Invalid:
		return s.crewAgain(c, err)
	}
	return err
}

func (s *Server) signOn(c echo.Context, l lineInfo) error {
	people, err := s.hands(c.Request().Context(), l)
	if err != nil {
		return err
	}
	id, _ := strconv.ParseInt(c.FormValue("who"), 10, 64) // what is no number is nobody
	for _, who := range people {
		if who.ID != id {
			continue
		}
		p, err := crew.Begun(l.Line, plant.UnitID(c.FormValue("place")), who, visitorOf(c).Person, s.Now())
		if err != nil {
			return err
		}
		_, err = s.Crew.SignOn(c.Request().Context(), p)
		return err
	}
	return &errs.Error{Kind: errs.Invalid, Words: "nobody was signed on", Fields: []errs.Field{{Path: "who", Message: "choose an operator of this line"}}}
}

// crewAgain shows what was chosen once more, and why nobody was signed on.
func (s *Server) crewAgain(c echo.Context, why error) error {
	d, err := s.terminalOf(c)
	if err != nil {
		return err
	}
	page := s.terminalPage(c, d)
	page.Faults = faults(why)
	if page.Crew != nil {
		for _, in := range []*ui.Input{&page.Crew.Who, &page.Crew.Unit} {
			in.Value, in.Fault = c.FormValue(in.ID), ui.FaultOf(page.Faults, in.ID)
		}
	}
	return s.showAs(c, http.StatusUnprocessableEntity, opview.Show(page))
}
