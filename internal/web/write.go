// Writing into machines: a setpoint, or a command such as Stop.

package web

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/ot/control"
	"millwright/internal/ot/driver"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/views/figure"
	"millwright/views/floor"
	"millwright/views/ui"
)

// machinePatience is how long a machine may take to answer when something is written.
const machinePatience = 20 * time.Second

// writePages are those on which people change values in machines.
func (s *Server) writePages() []route {
	return []route{
		get("/line/:line/write", plant.Operator, s.showWrite),
		post("/line/:line/write", plant.Operator, s.write),
	}
}

func writeHref(l plant.LineID, name string) string {
	return "/line/" + string(l) + "/write?tag=" + escape(name)
}

// writing is a tag that is to be written.
type writing struct {
	line    lineInfo
	tag     tag.Tag
	unit    string // name of the machine
	command bool   // takes the commands of PackML
	kind    tag.Kind
	now     string // what it reads; figure.Unknown when nothing is known
	row     floor.Row
}

// writingOf finds the tag that an address or a form names among those of its line.
func (s *Server) writingOf(c echo.Context) (w writing, err error) {
	p := s.sight(c)
	if w.line, err = s.lineOf(c); err != nil {
		return w, err
	}
	name := c.FormValue("tag")
	if name == "" {
		return w, errs.New(errs.Invalid, "say which tag is to be written: follow the link beside it on the page of the line")
	}
	id, there := p.Tags.Find(name)
	if !there || !slices.Contains(w.line.tags, id) || !p.Tags.Tag(id).Writable || s.Dispatch.Write == nil {
		return w, errs.New(errs.NotFound, "this line has no such tag that may be written")
	}
	w.tag, w.unit = p.Tags.Tag(id), w.line.names[p.homes[id].unit]
	w.command = slices.ContainsFunc(p.Signals, func(g machine.Signals) bool { return g.Command == id })
	w.kind, w.now = w.tag.Kind, figure.Unknown
	age := figure.Unknown
	if v, ok := p.Latest.Get(id); ok {
		w.now, age = w.word(v.Value, reading(w.line.locale, v)), w.line.locale.Moment(v.Time)
		if w.kind == tag.None {
			w.kind = v.Value.Kind()
		}
	}
	w.row = floor.Row{Cells: []string{w.tag.Name, strings.TrimSpace(w.now + " " + w.tag.Unit), age, cmp.Or(control.Range(w.tag), "any")}}
	return w, nil
}

// word is what a value means.
func (w writing) word(v tag.Value, text string) string {
	if n, ok := v.Float(); ok && w.command {
		return cmp.Or(machine.Command(n).String(), "none yet")
	}
	return text
}

// title is what the page is about.
func (w writing) title() string { return w.unit + ": " + cmp.Or(w.tag.Label, w.tag.Name) }

func (s *Server) showWrite(c echo.Context) error {
	w, err := s.writingOf(c)
	if err != nil {
		return err
	}
	return s.writePage(c, w, http.StatusOK, nil)
}

func (s *Server) writePage(c echo.Context, w writing, status int, wrong []ui.Fault) error {
	l := w.line
	f := s.frame(c, w.title(), ui.Link{Name: l.area.Name, Href: "/lines"}, ui.Link{Name: l.Name, Href: "/line/" + string(l.ID)}, ui.Link{Name: w.title()})
	f.Live, f.Refresh = false, 0
	value := floor.Field{Input: ui.Input{ID: "value", Label: "New value", Type: "text", Value: c.FormValue("value"), Fault: ui.FaultOf(wrong, "value")}}
	switch {
	case w.command:
		value.Label = "Command"
		value.Choices = append(value.Choices, ui.Choice{Name: "Choose"})
		for _, one := range control.Commands(w.tag) {
			value.Choices = append(value.Choices, ui.Choice{Value: strconv.Itoa(int(one)), Name: one.String()})
		}
	case w.kind == tag.Boolean:
		value.Choices = []ui.Choice{{Name: "Choose"}, {Value: "true", Name: "On"}, {Value: "false", Name: "Off"}}
	default:
		value.Help = strings.TrimSpace(upper(control.Range(w.tag)) + " " + w.tag.Unit)
	}
	why := floor.Field{Input: ui.Input{ID: "why", Label: "Why", Help: "It is kept with your name.", Type: "text", Value: c.FormValue("why"), Fault: ui.FaultOf(wrong, "why")}}
	now := floor.Section{ID: "now", Title: "Now", Columns: []string{"Tag", "Reads", "Since", "May be"}, Rows: []floor.Row{w.row}, Links: []ui.Link{{Name: "Back to the line", Href: "/line/" + string(l.ID)}}}
	if c.QueryParam("done") == "sent" {
		now.Note, now.Mood = "The machine has taken it. Here stands what it last said itself; load the page again to see more.", ui.Well
	}
	return s.showAs(c, status, floor.Show(floor.Page{
		Frame: f, Title: w.title(), Faults: wrong,
		Lead: "What is sent here changes the machine itself, at once.",
		Sections: []floor.Section{
			now,
			{ID: "write", Title: "Send to the machine", Forms: []floor.Form{{
				Action: "/line/" + string(l.ID) + "/write", Button: "Send to the machine", Primary: true,
				Hidden: []floor.Hidden{{Name: "tag", Value: w.tag.Name}, {Name: "seen", Value: w.now}},
				Fields: []floor.Field{value, why},
			}}},
		},
	}))
}

// write sends what was typed to the machine.
func (s *Server) write(c echo.Context) error {
	w, err := s.writingOf(c)
	if err != nil {
		return err
	}
	v, err := s.typedValue(c, w)
	if err == nil {
		err = s.send(c, w, v)
	}
	status := http.StatusUnprocessableEntity
	switch errs.KindOf(err) {
	case errs.Conflict:
		status = http.StatusConflict
	case errs.Unavailable, errs.TooMany:
		status = http.StatusServiceUnavailable
	case errs.Invalid:
	default:
		if err != nil {
			return err
		}
		return c.Redirect(http.StatusSeeOther, writeHref(w.line.ID, w.tag.Name)+"&done=sent")
	}
	return s.writePage(c, w, status, faults(err))
}

// typedValue reads the form.
func (s *Server) typedValue(c echo.Context, w writing) (tag.Value, error) {
	if c.FormValue("seen") != w.now {
		return tag.Value{}, errs.New(errs.Conflict, "it has changed meanwhile: now it reads %s; look, and send again what you still want", w.now)
	}
	var bad wrong
	if strings.TrimSpace(c.FormValue("why")) == "" {
		bad.add("why", "Say why.")
	}
	v, err := control.Value(w.tag, w.kind, c.FormValue("value"))
	bad.take(err)
	return v, bad.err()
}

// send notes what is to be written, writes it, and notes when it was not taken: no machine changes without a word of it.
func (s *Server) send(c echo.Context, w writing, v tag.Value) error {
	ctx, done := context.WithTimeout(c.Request().Context(), machinePatience)
	defer done()
	e := access.Entry{
		Who: s.readerAt(c, w.line), What: "tag.write", On: "tag " + w.tag.Name,
		Old: w.now, New: w.word(v, strings.TrimSpace(c.FormValue("value"))), Why: errs.Clip(strings.TrimSpace(c.FormValue("why"))),
	}
	if _, err := s.Dispatch.Note(ctx, e); err != nil {
		return err
	}
	err := s.Dispatch.Write(ctx, e.Who.ID, w.tag, v)
	if err == nil {
		return nil
	}
	if errors.Is(err, driver.ErrOutcomeUnknown) {
		err = errs.New(errs.Unavailable, "the machine's answer was lost: it may have taken the value or not; look at what it reads before you send again (%w)", err)
	}
	e.What, e.Why = "tag.write.failed", err.Error()
	if _, noted := s.Dispatch.Note(context.WithoutCancel(ctx), e); noted != nil {
		return errors.Join(err, noted)
	}
	return err
}
