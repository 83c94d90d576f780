// Calls for help: who is needed at a line, and who comes.

package web

import (
	"cmp"
	"crypto/rand"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/mes/andon"
	"millwright/internal/plant"
	lineview "millwright/views/line"
	oeeview "millwright/views/oee"
	opview "millwright/views/operator"
	"millwright/views/ui"
	wallview "millwright/views/wall"
)

// openCalls are those of a line that are not done.
func (p *painter) openCalls(l lineInfo) []andon.Call {
	switch {
	case p.then != nil:
		return p.then.calls[l.ID]
	case p.Calls == nil:
		return nil
	}
	return p.Calls.Open(l.ID)
}

// calledFor is what a call is for, and where: "Maintenance, Filler".
func (l lineInfo) calledFor(c andon.Call) string {
	words := upper(string(c.Kind))
	if name := l.names[c.Unit]; name != "" {
		words += ", " + name
	}
	return words
}

// callState tells how far a call is, and how bad that is.
func callState(c andon.Call) (string, ui.Mood) {
	if step, who := c.Last(); step == andon.Answer {
		return who.By.Name + " comes", ui.Warning
	}
	return "Called by " + c.Raised.By.Name, ui.Alarm
}

// callsPanel is the panel "line/<id>/calls".
func (p *painter) callsPanel(m moment, l lineInfo) lineview.CallsPanel {
	panel := lineview.CallsPanel{Line: string(l.ID)}
	j, _ := p.Jobs.Current(l.ID)
	more := p.endangers(l, j)
	for _, c := range p.openCalls(l) {
		call := lineview.Call{Words: l.calledFor(c), Since: m.since(c.Raised.At)}
		if c.Note != "" {
			call.Words += ": " + c.Note
		}
		call.State, call.Mood = callState(c)
		if more != "" {
			call.State += "; " + more
		}
		step := func(s andon.Step, label string, primary bool) {
			call.Steps = append(call.Steps, lineview.Action{Label: label, Path: terminalHref(l.ID) + "/call", Primary: primary, Fields: []lineview.Field{
				{Name: "id", Value: strconv.FormatInt(c.ID, 10)}, {Name: "version", Value: strconv.FormatInt(c.Version, 10)}, {Name: "step", Value: string(s)},
			}})
		}
		if m.steps {
			if c.Answered.At.IsZero() {
				step(andon.Answer, "I come", true)
			}
			step(andon.Finish, "Done", !c.Answered.At.IsZero())
		}
		panel.Calls = append(panel.Calls, call)
	}
	return panel
}

// callNeeds are the calls of a line among what needs a person.
func (p *painter) callNeeds(l lineInfo) (all []oeeview.Need) {
	for _, c := range p.openCalls(l) {
		words, mood := callState(c)
		all = append(all, oeeview.Need{Text: l.calledFor(c) + ": " + words, Mood: mood, Href: "/line/" + string(l.ID)})
	}
	return all
}

// callsOnWall is how many calls can be read on a wall beside everything else.
const callsOnWall = 2

// wallCalls are the calls of some lines for people five metres away: those first that nobody has answered.
func (p *painter) wallCalls(m moment, lines ...lineInfo) (all []wallview.Call, more string) {
	for _, l := range lines {
		for _, c := range p.openCalls(l) {
			one := wallview.Call{Words: l.calledFor(c), Who: "nobody yet", Since: m.since(c.Raised.At)}
			if len(lines) > 1 {
				one.Words = l.Name + ": " + one.Words
			}
			if step, who := c.Last(); step == andon.Answer {
				one.Who, one.Taken = who.By.Name+" comes", true
			}
			all = append(all, one)
		}
	}
	slices.SortStableFunc(all, func(a, b wallview.Call) int {
		if a.Taken == b.Taken {
			return cmp.Compare(a.Since.Unix, b.Since.Unix)
		}
		if a.Taken {
			return 1
		}
		return -1
	})
	n := min(callsOnWall, len(all))
	if rest := len(all) - n; rest > 0 {
		more = plural(rest, "more call", "more calls")
	}
	return all[:n], more
}

// help is the form that calls for help at a line.
func (p *painter) help(l lineInfo) *opview.Help {
	if p.Calls == nil {
		return nil
	}
	h := &opview.Help{
		Action: terminalHref(l.ID) + "/call", Key: rand.Text(),
		Note: ui.Input{ID: "note", Label: "What it is about", Type: "text", Optional: true},
		Unit: ui.Input{ID: "unit", Label: "Where"}, Units: []ui.Choice{{Name: "The line"}},
	}
	for _, u := range l.Units {
		h.Units = append(h.Units, ui.Choice{Value: string(u.ID), Name: u.Name})
	}
	for _, k := range andon.Kinds() {
		h.Kinds = append(h.Kinds, ui.Choice{Value: string(k), Name: upper(string(k))})
	}
	return h
}

// call raises a call, answers one, or says that it is done.
func (s *Server) call(c echo.Context) error {
	l, err := s.lineOf(c)
	if err != nil {
		return err
	}
	if s.Calls == nil {
		return errs.New(errs.NotFound, "nobody can be called here")
	}
	by := visitorOf(c).Person
	by.Role = visitorOf(c).reach.At(l.Place())
	if step := andon.Step(c.FormValue("step")); step != "" {
		id, _ := strconv.ParseInt(c.FormValue("id"), 10, 64)           // what is no number is no call
		version, _ := strconv.ParseInt(c.FormValue("version"), 10, 64) // nor what anybody has seen
		_, err = s.Calls.Take(c.Request().Context(), l.Line, andon.Taking{ID: id, Step: step, Version: version, By: by})
	} else {
		_, err = s.Calls.Raise(c.Request().Context(), l.Line, andon.Call{
			Kind: andon.Kind(c.FormValue("call")), Unit: plant.UnitID(c.FormValue("unit")), Note: c.FormValue("note"), Key: c.FormValue("key"), Raised: andon.Mark{By: by},
		})
	}
	s.callsChanged(l.ID)
	switch kind := errs.KindOf(err); {
	case err == nil:
		return c.Redirect(http.StatusSeeOther, terminalHref(l.ID))
	case kind == errs.Invalid || kind == errs.Conflict:
		return s.callAgain(c, err)
	}
	return err
}

// callAgain shows what was typed once more, and why nobody was called.
func (s *Server) callAgain(c echo.Context, why error) error {
	d, err := s.terminalOf(c)
	if err != nil {
		return err
	}
	page, status := s.terminalPage(c, d), http.StatusUnprocessableEntity
	if errs.KindOf(why) == errs.Conflict {
		status = http.StatusConflict
	}
	page.Faults = faults(why)
	if page.Call != nil {
		for _, in := range []*ui.Input{&page.Call.Note, &page.Call.Unit} {
			in.Value, in.Fault = c.FormValue(in.ID), ui.FaultOf(page.Faults, in.ID)
		}
	}
	return s.showAs(c, status, opview.Show(page))
}

// callsChanged lets everybody see it who looks at the line.
func (s *Server) callsChanged(id plant.LineID) {
	w := newWatcher(s)
	w.line(id, "calls")
	w.wall("wall/line/" + string(id))
	w.plant(id)
}
