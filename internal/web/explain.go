// How several stops are explained at once.

package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/plant"
	tree "millwright/internal/plant/reason"
	"millwright/views/ui"
)

// explained is one stop of a form of the queue, and what is said of it.
type explained struct {
	edit.Edit
	seen  int64
	value string // that named it
	line  lineInfo
}

// explainStops takes a reason of all stops that are ticked, or the suggestion of one. What is wrong with the form stops all of
// it. Then each stop is a case of its own, as it is with a batch of the API: where somebody was faster its row is shown
// again, and the others are kept.
func (s *Server) explainStops(c echo.Context) error {
	all, f, err := s.explainedOf(c)
	if err != nil {
		return err
	}
	if len(f.faults) > 0 {
		return s.openPage(c, http.StatusUnprocessableEntity, f)
	}
	kept, status := 0, http.StatusConflict
	for _, one := range all {
		_, err := s.painter().Logbook.Say(c.Request().Context(), one.Edit, one.seen)
		kind := errs.KindOf(err)
		switch {
		case err == nil:
			kept++
			delete(f.ticked, bare(one.value))
		case kind == errs.Invalid || kind == errs.Conflict:
			f.faults = append(f.faults, ui.Fault{Field: "stops", Text: one.line.Name + ", " + one.line.locale.Moment(one.From) + ": " + refusalOf(one, err)})
		default:
			return err
		}
	}
	if len(f.faults) > 0 {
		if kept > 0 {
			f.done = plural(kept, "stop is", "stops are") + " explained; what is not stands below."
		}
		return s.openPage(c, status, f)
	}
	a, err := openAskOf(c.QueryParams())
	if err != nil {
		return err
	}
	href := a.href()
	joint := "?"
	if strings.Contains(href, "?") {
		joint = "&"
	}
	return c.Redirect(http.StatusSeeOther, href+joint+"explained="+strconv.Itoa(kept))
}

// refusalOf says why a stop was not explained.
func refusalOf(one explained, err error) string {
	var clash *edit.Conflict
	if errors.As(err, &clash) {
		return fmt.Sprintf("%s said meanwhile: %s. Yours was: %s.", clash.Theirs.By.Name, one.line.words(clash.Theirs), one.line.words(one.Edit))
	}
	all := faults(err)
	words := make([]string, len(all))
	for i := range all {
		words[i] = all[i].Text
	}
	return strings.Join(words, "; ")
}

// explainedOf reads the form. What is wrong with it is told, with what was typed.
func (s *Server) explainedOf(c echo.Context) (all []explained, f openForm, err error) {
	form, err := c.FormParams()
	if err != nil {
		return nil, f, errs.New(errs.Invalid, "the form cannot be read; load the page again")
	}
	values := form["stop"]
	f = openForm{ticked: map[string]bool{}, reason: c.FormValue("reason"), comment: strings.TrimSpace(c.FormValue("comment"))}
	why, comment := f.reason, f.comment
	take := c.FormValue("take")
	if take != "" {
		i := strings.LastIndexByte(take, '/')
		if i < 0 {
			return nil, f, noStop()
		}
		values, why, comment = []string{take[:i]}, take[i+1:], ""
	}
	var w wrong
	for _, v := range values {
		f.ticked[bare(v)] = true
	}
	switch {
	case len(values) == 0:
		w.add("stops", "Tick the stops that it is said of.")
	case len(values) > mostTicked:
		w.add("stops", "Explain %d stops at once at most.", mostTicked)
	case why == "" && comment == "":
		w.add("reason", "Choose a reason.")
	case len([]rune(comment)) > 500:
		w.add("comment", "Keep it under 500 characters.")
	}
	for _, v := range values[:min(len(values), mostTicked)] {
		one, err := s.explainedOne(c, v)
		if err != nil {
			return nil, f, err
		}
		one.Reason, one.Comment, one.Key = why, comment, c.FormValue("key")+"/"+strconv.FormatInt(one.From.UnixMicro(), 36)
		if one.Kind = edit.Reason; why == "" {
			one.Kind = edit.Comment
		}
		if why != "" && !one.line.whole.Reasons.Within(one.line.Reasons).Has(tree.ID(why)) && !slices.ContainsFunc(w, func(x errs.Field) bool { return x.Path == "reason" }) {
			w.add("reason", "Choose a reason that can be given at %s.", one.line.Name)
		}
		all = append(all, one)
	}
	if take != "" { // what else is ticked stays ticked
		for _, v := range form["stop"] {
			f.ticked[bare(v)] = true
		}
	}
	if len(w) > 0 {
		f.faults = faults(w.err())
	}
	return all, f, nil
}

func noStop() error {
	return errs.New(errs.Invalid, "the form does not say which stop; load the page again")
}

// explainedOne reads which stop a box names: line/from/to/seen.
func (s *Server) explainedOne(c echo.Context, value string) (one explained, err error) {
	parts := strings.Split(value, "/")
	if len(parts) != 4 {
		return one, noStop()
	}
	l, ok := s.sight(c).line(plant.LineID(parts[0]))
	if !ok {
		return one, errs.New(errs.NotFound, "there is no line of that name; look for it among the lines")
	}
	one = explained{line: l, value: value}
	one.Line, one.From, one.To, one.By = l.ID, microsOf(parts[1]), microsOf(parts[2]), s.readerAt(c, l)
	if one.seen, err = strconv.ParseInt(parts[3], 10, 64); err != nil || one.From.IsZero() || one.To.IsZero() {
		return one, noStop()
	}
	if one.By.Role < plant.Operator {
		return one, errs.New(errs.Forbidden, "what happened on line %s is told by its operators: you are %s there", l.Name, one.By.Role)
	}
	return one, nil
}
