// How somebody says something of a stop, and what stands there when it cannot be taken.

package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/mes/oee/edit"
	lineview "millwright/views/line"
	"millwright/views/ui"
)

// sayStop takes what somebody says of a stop.
func (s *Server) sayStop(c echo.Context) error {
	o, err := s.stopOf(c)
	if err != nil {
		return err
	}
	e, err := o.typed(c)
	if err == nil {
		e.By = s.readerAt(c, o.line)
		_, err = s.painter().Logbook.Say(c.Request().Context(), e, seenOf(c))
	}
	kind := errs.KindOf(err)
	if err != nil && kind != errs.Invalid && kind != errs.Conflict {
		return err
	}
	if err == nil {
		return c.Redirect(http.StatusSeeOther, stopHref(o.line.ID, o.at))
	}
	return s.stopAgain(c, e, err)
}

// stopAgain shows what was typed once more, and why it is not kept.
func (s *Server) stopAgain(c echo.Context, e edit.Edit, why error) error {
	o, err := s.stopOf(c) // as it is now: what the reader goes on from
	if err != nil {
		return err
	}
	p, status := s.stopPage(c, o), http.StatusUnprocessableEntity
	if p.Behind, err = s.behindStop(c, o); err != nil {
		return err
	}
	var clash *edit.Conflict
	if errors.As(why, &clash) {
		status = http.StatusConflict
		p.Clash = &lineview.Clash{Theirs: o.line.words(clash.Theirs), By: clash.Theirs.By.Name, Yours: o.line.words(e)}
	} else {
		if errs.KindOf(why) == errs.Conflict {
			status = http.StatusConflict
		}
		p.Faults = faults(why)
	}
	if c.FormValue("kind") == string(edit.Reason) {
		p.Reason.Value, p.Comment.Value = c.FormValue("reason"), c.FormValue("comment")
	}
	if c.FormValue("kind") == string(edit.Split) {
		p.Split.Value = c.FormValue("cut")
	}
	for _, in := range []*ui.Input{&p.Reason, &p.Comment, &p.Split} {
		in.Fault = ui.FaultOf(p.Faults, in.ID)
	}
	return s.showAs(c, status, lineview.ShowStop(p))
}

// typed reads a form of the page. Without a reason a comment stands alone.
func (o oneStop) typed(c echo.Context) (e edit.Edit, err error) {
	e = edit.Edit{Line: o.line.ID, Kind: edit.Kind(c.FormValue("kind")), From: o.From, To: o.To}
	switch e.Kind {
	case edit.Reason:
		e.Reason, e.Comment = c.FormValue("reason"), strings.TrimSpace(c.FormValue("comment"))
		if e.Reason == "" && e.Comment != "" {
			e.Kind = edit.Comment
		}
	case edit.Split:
		e.Cut, err = o.clock(c.FormValue("cut"))
	case edit.Merge:
		if with := c.FormValue("with"); with == "last" && o.last != nil {
			e.From = o.last.From
		} else if with == "next" && o.next != nil {
			e.To = o.next.To
		}
	case edit.Undo:
		e.Undoes, err = strconv.ParseInt(c.FormValue("edit"), 10, 64)
		if i := slices.IndexFunc(o.view.Edits, func(x edit.Edit) bool { return x.ID == e.Undoes }); err != nil || i < 0 {
			err = errs.New(errs.NotFound, "there is no such edit of this stop")
		}
	default:
		err = errs.New(errs.Invalid, "the form does not say what is to be done; load the page again")
	}
	return e, err
}

// clock finds the moment of a stop at which a clock on the wall showed something.
func (o oneStop) clock(shown string) (time.Time, error) {
	for _, layout := range []string{"15:04", "15:04:05"} {
		t, err := time.Parse(layout, shown)
		if err != nil {
			continue
		}
		zone := o.line.site.Zone
		for day := o.From.In(zone); day.Before(o.To.Add(24 * time.Hour)); day = day.AddDate(0, 0, 1) {
			at := time.Date(day.Year(), day.Month(), day.Day(), t.Hour(), t.Minute(), t.Second(), 0, zone)
			if o.From.Before(at) && at.Before(o.To) {
				return at.UTC(), nil
			}
		}
	}
	return time.Time{}, &errs.Error{Kind: errs.Invalid, Words: "this cannot be taken", Fields: []errs.Field{{
		Path: "cut", Message: fmt.Sprintf("Give a time between %s and %s.", o.line.locale.Time(o.From), o.line.locale.Time(o.To)),
	}}}
}
