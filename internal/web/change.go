// How a form changes a part of the draft, and what it says when it may not.

package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/config/bounds"
	"millwright/config/spoken"
	"millwright/internal/errs"
	"millwright/views/admin/equipment"
	"millwright/views/ui"
)

// subject is a part of the plant that a form shows and changes.
type subject struct {
	at    string                // the place it belongs to
	part  func(place) any       // what the form shows; it is sealed
	apply func(place) error     // changes it
	names func(place) []renamed // what places in a plant file are called in the form
}

// renamed says that what is wrong at a path of the plant file is shown at a field of the form. A field that ends in -
// is a row: what follows the path is its column.
type renamed struct{ path, field string }

// refusal is why a form is shown again; without faults it is not.
type refusal struct {
	Faults []ui.Fault
	Theirs string // the part as somebody else has changed it meanwhile
	Seal   string // of that
}

// again is a form as it was typed, with what is wrong with it.
func (r refusal) again(c echo.Context, f equipment.Form) equipment.Form {
	f = f.Typed(c.FormValue, r.Faults)
	f.Theirs, f.Seal = r.Theirs, r.Seal
	return f
}

// status is that of a page which shows a form again.
func (r refusal) status() int {
	if len(r.Faults) > 0 {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

// change applies a form to the draft. What is wrong with it, or that somebody else was first, is a refusal.
func (s *Server) change(c echo.Context, sub subject) (refusal, error) {
	r := refusal{Seal: c.FormValue("seal")}
	var names []renamed
	err := s.edit(c.Request().Context(), authorOf(c), func(d *config.Document) error {
		p, ok := placeOf(d, sub.at)
		if !ok {
			return errs.New(errs.NotFound, "%s is not in the plant any more", sub.at)
		}
		if sub.names != nil {
			names = sub.names(p)
		}
		if now := sub.part(p); seal(now) != r.Seal {
			text, err := spoken.Of(now)
			r.Theirs, r.Seal = text, seal(now)
			if err != nil {
				return err
			}
			return errs.New(errs.Conflict, "somebody else has changed this since you opened the page: it stands below as it is now")
		}
		return s.withRest(c, sub.apply(p), *d, names)
	})
	switch errs.KindOf(err) {
	case errs.Invalid, errs.Conflict:
		r.Faults = inForm(faults(err), names)
		return r, nil
	}
	return r, err
}

// withRest tells, beside what of a form could not be read, what is wrong with what could: else that would be told only
// the next time.
func (s *Server) withRest(c echo.Context, err error, d config.Document, names []renamed) error {
	var e *errs.Error
	if !errors.As(err, &e) || len(e.Fields) == 0 {
		return err
	}
	before, failed := s.document(c.Request().Context())
	if failed != nil {
		return failed
	}
	all, rest := wrong(slices.Clone(e.Fields)), wrong{}
	_, more := bounds.Check("the plant", &before, d)
	rest.take(more)
	for _, f := range rest {
		told := inForm([]ui.Fault{{Field: f.Path, Text: f.Message}}, names)[0]
		if told.Field != f.Path {
			all.takeOther(wrongField(told.Field, told.Text))
		}
	}
	return all.err()
}

// inForm ties what is wrong with the plant to the fields of a form; the rest keeps the words alone. What is wrong for each
// unit that has a machine type is told once.
func inForm(all []ui.Fault, names []renamed) []ui.Fault {
	for i, f := range all {
		for _, n := range names {
			column, ok := strings.CutPrefix(f.Field, n.path)
			if !ok {
				continue
			}
			all[i].Field = n.field
			if strings.HasSuffix(n.field, "-") {
				column, _, _ = strings.Cut(column, "[") // of a list: breaks[0]
				all[i].Field += column
			}
			break
		}
	}
	told := map[ui.Fault]bool{}
	return slices.DeleteFunc(all, func(f ui.Fault) bool {
		again := told[f]
		told[f] = true
		return again
	})
}

// wrong collects what is wrong with a form.
type wrong []errs.Field

func (w *wrong) add(field, format string, args ...any) {
	*w = append(*w, errs.Field{Path: field, Message: fmt.Sprintf(format, args...)})
}

// take takes over what is wrong at the fields of an error.
func (w *wrong) take(err error) {
	var e *errs.Error
	if errors.As(err, &e) {
		*w = append(*w, e.Fields...)
	}
}

// takeOther takes over what is wrong at fields of which nothing is told yet: the rest would only follow from that.
func (w *wrong) takeOther(err error) {
	var e *errs.Error
	if !errors.As(err, &e) {
		return
	}
	for _, f := range e.Fields {
		if !slices.ContainsFunc(*w, func(o errs.Field) bool { return o.Path == f.Path }) {
			*w = append(*w, f)
		}
	}
}

// err is all of it as one error; nil when nothing is wrong.
func (w wrong) err() error {
	if len(w) == 0 {
		return nil
	}
	return &errs.Error{Kind: errs.Invalid, Words: "the form cannot be kept as it is", Fields: w}
}
