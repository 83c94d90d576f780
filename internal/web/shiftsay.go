// What is done on the page of a shift: notes, undoing, the signature, and its acknowledgement.

package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/mes/oee/logbook"
	"millwright/internal/plant"
	shiftview "millwright/views/shift"
	"millwright/views/ui"
)

// onShift answers a form of a shift's page: with the page when it is done, or with what was typed and what is wrong.
func (s *Server) onShift(do func(c echo.Context, o oneShift) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		if c.FormValue("at") == "" {
			return errs.New(errs.Invalid, "the form does not say which shift; load the page again")
		}
		o, err := s.shiftOf(c)
		if err != nil {
			return err
		}
		err = do(c, o)
		if kind := errs.KindOf(err); err != nil && kind != errs.Invalid && kind != errs.Conflict {
			return err
		}
		if err != nil {
			return s.shiftAgain(c, err)
		}
		return c.Redirect(http.StatusSeeOther, shiftHref(o.line.ID, o.From))
	}
}

// shiftAgain shows what was typed once more, and why it is not kept.
func (s *Server) shiftAgain(c echo.Context, why error) error {
	o, err := s.shiftOf(c) // as it is now: what the reader goes on from
	if err != nil {
		return err
	}
	p, status := s.shiftPage(c, o), http.StatusUnprocessableEntity
	if errs.KindOf(why) == errs.Conflict {
		status = http.StatusConflict
	}
	p.Faults = faults(why)
	in, shown := typedIn(c, &p)
	if in != nil && status == http.StatusUnprocessableEntity {
		for i := range p.Faults { // there is one field
			p.Faults[i].Field = in.ID
			in.Fault = p.Faults[i].Text
		}
	}
	if in != nil {
		in.Value = c.FormValue(in.ID)
		if !shown && in.Value != "" {
			p.Faults = append(p.Faults, ui.Fault{Text: "You had written: " + errs.Clip(in.Value)})
		}
	}
	return s.showAs(c, status, shiftview.Show(p))
}

// typedIn finds the field that a form was typed into, and whether the page still shows it.
func typedIn(c echo.Context, p *shiftview.Page) (in *ui.Input, shown bool) {
	switch path := c.Path(); {
	case strings.HasSuffix(path, "/sign"):
		return &p.Hand.Comment, p.Hand.Signed == nil && p.Hand.MaySign && p.Hand.Wait == ""
	case strings.HasSuffix(path, "/reopen"):
		return &p.Hand.Reopen, p.Hand.Signed != nil && p.Hand.MaySign
	case c.FormValue("kind") == string(edit.Note):
		i := slices.IndexFunc(p.Hours, func(h shiftview.Hour) bool { return h.Start != "" && h.Start == c.FormValue("hour") })
		if i >= 0 {
			p.Hours[i].Open = true
			return &p.Hours[i].Note, p.MaySay
		}
	}
	return nil, false
}

// sayOfShift keeps a note of an hour, or undoes what was said.
func (s *Server) sayOfShift(c echo.Context, o oneShift) error {
	e := edit.Edit{Line: o.line.ID, Kind: edit.Kind(c.FormValue("kind")), By: o.reader, Key: c.FormValue("key")}
	switch e.Kind {
	case edit.Note:
		hour := c.FormValue("hour")
		i := slices.IndexFunc(slots(o.Plan), func(x plant.Span) bool { return strconv.FormatInt(x.From.UnixMicro(), 10) == hour })
		if i < 0 {
			return errs.New(errs.Invalid, "the form does not say which hour; load the page again")
		}
		slot := slots(o.Plan)[i]
		e.From, e.To, e.Comment = slot.From, slot.To, strings.TrimSpace(c.FormValue("note-"+hour))
	case edit.Undo:
		e.Undoes, _ = strconv.ParseInt(c.FormValue("edit"), 10, 64)
		if !slices.ContainsFunc(o.Edits, func(x edit.Edit) bool { return x.ID == e.Undoes }) {
			return errs.New(errs.Invalid, "there is no such edit of this shift; load the page again")
		}
	default:
		return errs.New(errs.Invalid, "the form does not say what is to be done; load the page again")
	}
	_, err := s.painter().Logbook.Say(c.Request().Context(), e, seenOf(c))
	return err
}

// seenOf is the newest that the reader of a form knows; what is no number has seen nothing.
func seenOf(c echo.Context) int64 {
	seen, _ := strconv.ParseInt(c.FormValue("seen"), 10, 64)
	return seen
}

func (s *Server) signShift(c echo.Context, o oneShift) error {
	_, err := s.painter().Logbook.Sign(c.Request().Context(), logbook.Signature{
		Line: o.line.ID, At: o.From, Seen: seenOf(c), By: o.reader, Comment: c.FormValue("comment"),
	})
	return err
}

func (s *Server) reopenShift(c echo.Context, o oneShift) error {
	return s.painter().Logbook.Reopen(c.Request().Context(), o.line.ID, o.From, o.reader, c.FormValue("why"))
}

// acknowledgeShift keeps that the next shift has read what was handed over.
func (s *Server) acknowledgeShift(c echo.Context, o oneShift) error {
	id, _ := strconv.ParseInt(c.FormValue("signature"), 10, 64)
	return s.painter().Shifts.Acknowledge(c.Request().Context(), edit.Signed{ID: id, Line: o.line.ID}, o.reader)
}
