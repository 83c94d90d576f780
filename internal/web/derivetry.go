// What a formula would give now, before it is kept.

package web

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/internal/errs"
	"millwright/internal/ot/derive"
	"millwright/internal/ot/tag"
	"millwright/internal/plant/measure"
	"millwright/views/admin/equipment"
	"millwright/views/figure"
)

// tryDerived reckons a formula once from what the tags say now. Nothing is kept, not even in the draft.
func (s *Server) tryDerived(c echo.Context) error {
	d, err := s.derivationOf(c, c.FormValue("at"))
	if err != nil {
		return err
	}
	r := refusal{Seal: c.FormValue("seal")}
	name, t, err := readDerived(c, d)
	if err == nil {
		err = s.couldBe(c, name, t)
	}
	if errs.KindOf(err) == errs.Invalid {
		r.Faults = inForm(faults(err), derivedNames(c, d))
		return s.derivedPage(c, d, "derived", r, nil)
	}
	if err != nil {
		return err
	}
	return s.derivedPage(c, d, "derived", r, s.tried(d, t))
}

// couldBe tells whether the draft would be a plant with a derived tag.
func (s *Server) couldBe(c echo.Context, name string, t config.TagEntry) error {
	d, err := s.derivationOf(c, c.FormValue("at"))
	if err != nil {
		return err
	}
	d.put(name, t)
	_, err = d.doc.Model("the plant", nil)
	return err
}

// tried is what a formula gives now.
func (s *Server) tried(d derivation, t config.TagEntry) *equipment.Preview {
	x, err := derive.Compile(t.Expr)
	if err != nil { // it was understood before
		return nil
	}
	f := s.painter()
	l := figure.Locale{Zone: f.site().Zone}
	own, _ := d.typeOf()
	in := make([]tag.Sample, len(x.Names))
	from := make([]string, len(x.Names))
	for i, name := range x.Names {
		whole, unit := name, ""
		if entry, mine := own[name]; mine {
			whole, unit = d.line.ID+"/"+d.id()+"/"+name, measure.Symbol(entry.Unit)
		}
		id, _ := f.Tags.Find(whole)
		in[i], _ = s.Latest.Get(id)
		from[i] = fmt.Sprintf("%s = %s", name, told(l, in[i], cmp.Or(unit, f.Tags.Tag(id).Unit)))
	}
	p := &equipment.Preview{Title: "Tried out", Note: "From " + strings.Join(from, ", ") + ". Nothing is changed yet."}
	now, known := x.Try(in)
	switch {
	case !known:
		p.Lead = "It gives nothing yet: a tag that it reads has no value so far."
	case now.Quality.Bad():
		p.Lead = "Now it gives no value: " + now.Quality.String() + "."
	default:
		p.Lead = "Now gives " + told(l, now, measure.Symbol(t.Unit)) + "."
	}
	if newest := now.Time; known {
		p.Note = "As of " + figure.Ago(max(0, s.Now().Sub(newest)).Round(time.Second)) + ". " + p.Note
	}
	return p
}

// told is a reading with its unit, and what is to be thought of it.
func told(l figure.Locale, s tag.Sample, unit string) string {
	if s.Tag == 0 && s.Value.Kind() == tag.None {
		return figure.Unknown
	}
	words := strings.TrimSpace(reading(l, s) + " " + unit)
	if !s.Quality.Good() {
		words += " (" + s.Quality.String() + ")"
	}
	return words
}
