// The forms of the terminal, and what is typed into them.

package web

import (
	"cmp"
	"crypto/rand"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/plant"
	tree "millwright/internal/plant/reason"
	lineview "millwright/views/line"
	opview "millwright/views/operator"
	"millwright/views/ui"
)

// act takes what an operator says on the terminal. A key makes a repetition, after the network was lost, the same act.
func (s *Server) act(c echo.Context) error {
	l, err := s.lineOf(c)
	if err != nil {
		return err
	}
	e, err := l.acted(c)
	if err == nil {
		e.By = visitorOf(c).Person
		e.By.Role = visitorOf(c).reach.At(l.Place())
		seen, _ := strconv.ParseInt(c.FormValue("seen"), 10, 64) // what is no number has seen nothing
		_, err = s.painter().Logbook.Say(c.Request().Context(), e, seen)
	}
	switch kind := errs.KindOf(err); {
	case err == nil:
		return c.Redirect(http.StatusSeeOther, terminalHref(l.ID))
	case kind == errs.Invalid || kind == errs.Conflict:
		return s.terminalAgain(c, e, err)
	}
	return err
}

// acted reads a form. It holds the time that its reader saw: sent again, it says the same.
func (l lineInfo) acted(c echo.Context) (e edit.Edit, err error) {
	e = edit.Edit{Line: l.ID, Kind: edit.Kind(cmp.Or(c.FormValue("kind"), string(edit.Reason))), Key: c.FormValue("key")}
	if filled := func(field string) bool { return c.FormValue(field) != "" }; e.Kind == edit.Count && filled("rework") && !filled("good") && !filled("reject") {
		e.Kind = edit.Rework // Enter sends the form by its first button
	}
	var w wrong
	switch e.Kind {
	case edit.Reason, edit.Comment, edit.Split:
		e.From, e.To = microsOf(c.FormValue("at")), microsOf(c.FormValue("to"))
		if e.Kind == edit.Split {
			e.Cut, err = oneStop{Stop: edit.Stop{Span: e.Span()}, line: l}.clock(c.FormValue("cut"))
			return e, err
		}
		e.Comment = strings.TrimSpace(c.FormValue("comment"))
		if e.Kind == edit.Reason {
			e.Reason = c.FormValue("reason")
		}
	case edit.Reading:
		e.From, e.To = spanOf(c.FormValue("span"))
		e.Product = c.FormValue("of")
		counterRead(c, &e, &w)
	case edit.Rework:
		e.From, e.To = spanOf(c.FormValue("when"))
		e.Product, e.Good = c.FormValue("product"), piecesIn(c, &w, "rework")
	case edit.Count, edit.Scrap:
		e.From, e.To = spanOf(c.FormValue("when"))
		e.Reason, e.Product = c.FormValue("scrap"), c.FormValue("product")
		e.Good, e.Reject = piecesIn(c, &w, "good"), piecesIn(c, &w, "reject")
		if e.Kind == edit.Scrap && e.Good != 0 {
			w.add("good", "Leave it empty: the machine has counted them.")
		}
		if e.Reject == 0 {
			e.Reason = ""
		}
	case edit.Undo:
		if e.Undoes, err = strconv.ParseInt(c.FormValue("edit"), 10, 64); err != nil {
			err = errs.New(errs.NotFound, "there is no such edit")
		}
	default:
		err = errs.New(errs.Invalid, "the form does not say what is to be done; load the page again")
	}
	return e, cmp.Or(err, w.err())
}

// spanOf reads a time of a form: two moments.
func spanOf(text string) (from, to time.Time) {
	a, b, _ := strings.Cut(text, "-")
	return microsOf(a), microsOf(b)
}

// microsOf reads a moment of a form; what is none is so long ago that it is refused.
func microsOf(text string) time.Time {
	us, err := strconv.ParseInt(text, 10, 64)
	if t := time.UnixMicro(us).UTC(); err == nil && t.Year() >= 2000 && t.Year() <= 9999 {
		return t
	}
	return time.Time{}
}

// piecesIn reads pieces; nothing is none.
func piecesIn(c echo.Context, w *wrong, field string) plant.Quantity {
	text := strings.TrimSpace(c.FormValue(field))
	if text == "" {
		return 0
	}
	q, err := plant.ParseQuantity(text)
	if err != nil {
		w.add(field, "Write a number, like 12.")
	}
	return q
}

// terminalAgain shows what was typed once more, and why it is not kept.
func (s *Server) terminalAgain(c echo.Context, e edit.Edit, why error) error {
	d, err := s.terminalOf(c)
	if err != nil {
		return err
	}
	page, status := s.terminalPage(c, d), http.StatusUnprocessableEntity
	if errs.KindOf(why) == errs.Conflict {
		status = http.StatusConflict
	}
	var clash *edit.Conflict
	if errors.As(why, &clash) {
		page.Clash = &lineview.Clash{Theirs: d.line.told(clash.Theirs), By: clash.Theirs.By.Name, Yours: d.line.told(e)}
	} else {
		page.Faults = faults(why)
	}
	switch r := &page.Report; {
	case e.Kind == edit.Reading:
		k := &page.Counter
		retyped(c, &page, map[string]string{"from": "span", "to": "span", "product": "of", "good": "end", "counter": "end"}, &k.When, &k.Product, &k.Start, &k.End, &k.Below)
	case e.Kind.Pieces():
		names := map[string]string{"reason": "scrap", "from": "when", "to": "when"}
		if e.Kind == edit.Rework {
			names["good"] = "rework"
		}
		retyped(c, &page, names, &r.When, &r.Product, &r.Good, &r.Reject, &r.Reason, &r.Rework)
	case page.Answer != nil:
		a := page.Answer
		if e.Kind == edit.Split {
			a.Split.Value = c.FormValue("cut")
		} else {
			a.Comment.Value, a.Chosen = c.FormValue("comment"), cmp.Or(e.Reason, a.Chosen)
		}
		a.Comment.Fault, a.Split.Fault = ui.FaultOf(page.Faults, "comment"), ui.FaultOf(page.Faults, "cut")
	}
	return s.showAs(c, status, opview.Show(page))
}

// retyped puts what was typed into the fields of a form, and what is wrong beside them; names are what fields are called
// there that have another name in what is said.
func retyped(c echo.Context, page *opview.Page, names map[string]string, fields ...*ui.Input) {
	for i, f := range page.Faults {
		page.Faults[i].Field = cmp.Or(names[f.Field], f.Field)
	}
	for _, in := range fields {
		in.Value, in.Fault = c.FormValue(in.ID), ui.FaultOf(page.Faults, in.ID)
	}
}

// answer is the form about a stop.
func (d desktop) answer() *opview.Answer {
	x, l := d.stop, d.line
	tile := l.stopTile(*x, x.Seen)
	a := &opview.Answer{
		Title: "Stop " + d.when(x.Span), Facts: strings.TrimSuffix(tile.Length+", "+tile.Cause, ", "), At: tile.At, To: tile.To, Seen: tile.Seen, Unit: tile.Unit,
		Key: rand.Text(), SplitKey: rand.Text(), More: tile.More,
		Comment: ui.Input{ID: "comment", Label: "Comment", Type: "text", Optional: true, Value: x.Comment},
		Split:   ui.Input{ID: "cut", Label: "The second began at", Type: "text", Value: tile.Middle},
		Recent:  d.recent(x.Unit),
	}
	if x.By != "" {
		a.Chosen = x.Reason
	}
	for _, s := range d.week.Signed {
		if s.Contains(x.From) {
			a.Frozen = "The shift was signed by " + s.By.Name + ": a manager opens it again before anything more is said of it."
		}
	}
	for _, r := range l.whole.Reasons.Within(l.Reasons) {
		g := opview.Group{Name: r.In(l.Language)}
		tree.Tree{r}.Walk(func(r tree.Reason, _ int) {
			if len(r.Parts) == 0 {
				g.Reasons = append(g.Reasons, ui.Choice{Value: string(r.ID), Name: r.In(l.Language)})
			}
		})
		if len(r.Parts) > 0 { // what is known no better
			g.Reasons = append(g.Reasons, ui.Choice{Value: string(r.ID), Name: g.Name + ", other"})
		}
		a.Groups = append(a.Groups, g)
	}
	return a
}

// mostRecent is how many reasons stand before the tree.
const mostRecent = 6

// recent gives, for every machine of the line and for stops of none, the reasons given lately: those of the machine
// first, then those of the line.
func (d desktop) recent(shown plant.UnitID) (all []opview.Recent) {
	units := []plant.UnitID{""}
	for _, u := range d.line.Units {
		units = append(units, u.ID)
	}
	for _, u := range units {
		r := opview.Recent{Unit: string(u), Shown: u == shown}
		take := func(mine bool) {
			for _, x := range slices.Backward(d.week.Stops) {
				known := slices.ContainsFunc(r.Reasons, func(c ui.Choice) bool { return c.Value == x.Reason })
				if x.By == "" || x.Reason == "" || known || (x.Unit == u) != mine || len(r.Reasons) == mostRecent {
					continue
				}
				if _, ok := d.line.whole.Reasons.Stop(tree.ID(x.Reason)); ok {
					r.Reasons = append(r.Reasons, ui.Choice{Value: x.Reason, Name: d.line.reasonNamed(x.Reason)})
				}
			}
		}
		take(true)
		take(false)
		if len(r.Reasons) > 0 {
			all = append(all, r)
		}
	}
	return all
}
