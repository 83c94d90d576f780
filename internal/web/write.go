// Writing into machines: a setpoint, or a command such as Stop.

package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
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
	unit    string      // name of the machine
	words   []ui.Choice // what its values mean, of those that it may be given; none where they are numbers
	command bool        // they are the commands of PackML
	kind    tag.Kind
	now     string // what it reads; figure.Unknown when nothing is known
	row     floor.Row
}

// writingOf finds the tag that an address or a form names among those of its line.
func (s *Server) writingOf(c echo.Context) (w writing, err error) {
	l, err := s.lineOf(c)
	if err != nil {
		return w, err
	}
	name := c.FormValue("tag")
	if name == "" {
		return w, errs.New(errs.Invalid, "say which tag is to be written: follow the link beside it on the page of the line")
	}
	return s.writingAt(s.sight(c), l, name)
}

// writingAt finds a tag among those of a line.
func (s *Server) writingAt(p *painter, l lineInfo, name string) (w writing, err error) {
	w.line = l
	id, there := p.Tags.Find(name)
	if !there || !slices.Contains(w.line.tags, id) || !p.Tags.Tag(id).Writable || s.Dispatch.Write == nil {
		return w, errs.New(errs.NotFound, "this line has no such tag that may be written")
	}
	w.tag, w.unit = p.Tags.Tag(id), w.line.names[p.homes[id].unit]
	w.words, w.command = tagWords(w.tag, p.Signals)
	w.kind, w.now = w.tag.Kind, figure.Unknown
	age := figure.Unknown
	if v, ok := p.Latest.Get(id); ok {
		w.now, age = w.word(v.Value, reading(w.line.locale, v)), w.line.locale.Moment(v.Time)
		if w.kind == tag.None {
			w.kind = v.Value.Kind()
		}
	}
	w.row = floor.Row{Cells: []string{w.tag.Name, strings.TrimSpace(w.now + " " + w.tag.Unit), age, w.mayBe()}}
	return w, nil
}

// mayBe says what it may be given: "Start or Stop", "from 60 to 98".
func (w writing) mayBe() string {
	if len(w.words) == 0 {
		return cmp.Or(control.Range(w.tag), "any")
	}
	text := ""
	for i, one := range w.words {
		switch {
		case i == 0:
		case i == len(w.words)-1:
			text += " or "
		default:
			text += ", "
		}
		text += one.Name
	}
	return text
}

// word is what a value means.
func (w writing) word(v tag.Value, text string) string {
	for _, one := range w.words {
		if one.Value == v.String() {
			return one.Name
		}
	}
	if n, ok := v.Float(); ok && w.command {
		return cmp.Or(machine.Command(n).String(), "none yet")
	}
	return text
}

// tagWords are what the values of a tag mean that may be written: commands, states or modes.
func tagWords(t tag.Tag, all []machine.Signals) (words []ui.Choice, command bool) {
	for _, g := range all {
		switch t.ID {
		case g.Command:
			for _, one := range control.Commands(t) {
				words = append(words, ui.Choice{Value: strconv.Itoa(int(one)), Name: one.String()})
			}
			return words, true
		case g.State:
			return choicesOf(g.States), false
		case g.Mode:
			return choicesOf(g.Modes), false
		}
	}
	return nil, false
}

func choicesOf[T fmt.Stringer](words map[string]T) (all []ui.Choice) {
	for _, value := range slices.Sorted(maps.Keys(words)) {
		all = append(all, ui.Choice{Value: value, Name: words[value].String()})
	}
	return all
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
	case len(w.words) > 0:
		if w.command {
			value.Label = "Command"
		}
		value.Choices = append([]ui.Choice{{Name: "Choose"}}, w.words...)
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
	lately, err := s.writtenLately(c, w)
	if err != nil {
		return err
	}
	return s.showAs(c, status, floor.Show(floor.Page{
		Frame: f, Touch: true, Title: w.title(), Faults: wrong,
		Lead: "What is sent here changes the machine itself, at once.",
		Sections: []floor.Section{
			now,
			{ID: "write", Title: "Send to the machine", Forms: []floor.Form{{
				Action: "/line/" + string(l.ID) + "/write", Button: "Send to the machine", Primary: true,
				Hidden: []floor.Hidden{{Name: "tag", Value: w.tag.Name}, {Name: "seen", Value: w.now}},
				Fields: []floor.Field{value, why},
			}}},
			lately,
		},
	}))
}

// shownWrites is how many changes of a tag stand on its page.
const shownWrites = 8

// writtenLately is what people have written into a tag, the newest first.
func (s *Server) writtenLately(c echo.Context, w writing) (part floor.Section, err error) {
	part = floor.Section{ID: "lately", Title: "Written lately", Columns: []string{"When", "Who", "Changed", "Why"}, Empty: "Nobody has written it yet."}
	if s.Folio == nil {
		return part, nil
	}
	changes, err := s.Folio.History(c.Request().Context(), "tag "+w.tag.Name, 0, shownWrites)
	for _, ch := range changes {
		said := "from " + ch.Old + " to " + ch.New
		if ch.What == "tag.write.failed" {
			said += ": not taken"
		}
		part.Rows = append(part.Rows, floor.Row{Cells: []string{w.line.locale.Near(ch.At, s.Now()), ch.By.Name, said, ch.Why}})
	}
	return part, err
}

// write sends what was typed to the machine.
func (s *Server) write(c echo.Context) error {
	w, err := s.writingOf(c)
	if err != nil {
		return err
	}
	v, err := s.typedValue(c, w)
	if err == nil {
		err = s.send(c.Request().Context(), s.readerAt(c, w.line), w, v, c.FormValue("why"), c.FormValue("value"))
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

// send notes what is to be written, writes it, and notes when it was not taken: no machine changes without a word of it. The
// words are why, and the value as it was typed.
func (s *Server) send(ctx context.Context, who plant.Person, w writing, v tag.Value, words ...string) error {
	ctx, done := context.WithTimeout(ctx, machinePatience)
	defer done()
	e := access.Entry{
		Who: who, What: "tag.write", On: "tag " + w.tag.Name,
		Old: w.now, New: w.word(v, strings.TrimSpace(words[1])), Why: errs.Clip(strings.TrimSpace(words[0])),
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
