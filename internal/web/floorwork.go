// The work at a line, on the operator's terminal: which job is next, what has to be read and answered before it starts,
// and who works on it.

package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/mes/brief"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/labour"
	"millwright/internal/plant"
	"millwright/views/floor"
	"millwright/views/ui"
)

// floorPages are those of the work at a line.
func (s *Server) floorPages() []route {
	return []route{
		get("/operator/:line/work", plant.Operator, s.floorWork),
		post("/operator/:line/work/read", plant.Operator, s.readBrief),
		get("/operator/:line/work/:id/file/:file", plant.Operator, s.floorFile),
		post("/operator/:line/work/clock", plant.Operator, s.clock),
	}
}

func floorHref(l plant.LineID) string { return terminalHref(l) + "/work" }

func (s *Server) floorWork(c echo.Context) error {
	l, err := s.lineOf(c)
	if err != nil {
		return err
	}
	return s.showFloor(c, atLine{lineInfo: l}, http.StatusOK)
}

// atLine is the line whose work is shown, and what is wrong with what was typed there.
type atLine struct {
	lineInfo
	wrong []ui.Fault
	job   string // that it was about: it is shown however many are before it; "" for none
}

// atHandJobs is how many jobs that wait are shown with what they take.
const atHandJobs = 3

func (s *Server) showFloor(c echo.Context, l atLine, status int) error {
	f := s.frame(c, "Work at "+l.Name, ui.Link{Name: "Terminal", Href: "/operator"}, ui.Link{Name: l.Name, Href: terminalHref(l.ID)}, ui.Link{Name: "Work"})
	f.Live, f.Refresh = false, 0
	p := floor.Page{Frame: f, Touch: true, Title: "Work at " + l.Name, Faults: l.wrong, Links: []ui.Link{{Name: "Terminal", Href: terminalHref(l.ID)}, {Name: "Queue", Href: queueHref(l.ID)}, {Name: "Parked counts", Href: parkedHome}}}
	shown := 0
	for _, running := range []bool{true, false} {
		for _, j := range s.sight(c).Jobs.Jobs(l.ID) {
			if !j.Open() || (j.Status == execution.Running) != running || shown > atHandJobs && j.ID != l.job {
				continue
			}
			shown++
			parts, err := s.floorJob(c, l, j)
			if err != nil {
				return err
			}
			p.Sections = append(p.Sections, parts...)
		}
	}
	if shown == 0 {
		p.Sections = append(p.Sections, floor.Section{ID: "none", Title: "No job", Empty: "None waits for this line."})
	}
	return s.showAs(c, status, floor.Show(p))
}

// jobMark is how the elements about a job are called.
func jobMark(job string) string { return "job-" + strings.ReplaceAll(job, "/", ".") }

// floorJob is one job: its steps, what is still lacking, who is on it.
func (s *Server) floorJob(c echo.Context, l atLine, j execution.Job) ([]floor.Section, error) {
	ctx, v := c.Request().Context(), visitorOf(c)
	mark := jobMark(j.ID)
	one := floor.Section{ID: mark, Title: fmt.Sprintf("%s: %s, %s of %s, %s", j.ID, j.Product, pieces(l.locale, j.Good), pieces(l.locale, j.Planned), j.Status)}
	r, err := s.lacking(ctx, j, v.ID)
	if err != nil {
		return nil, err
	}
	starts := j.Status != execution.Running
	if starts && !r.ready() {
		one.Note, one.Mood = upper(r.words(l.site.Zone))+".", ui.Warning
	}
	for _, a := range actions(j) {
		form := floor.Form{Action: a.Path, Button: a.Label, Of: j.ID, Primary: a.Primary, Hidden: []floor.Hidden{{Name: "back", Value: "work"}}}
		for _, h := range a.Fields {
			form.Hidden = append(form.Hidden, floor.Hidden{Name: h.Name, Value: h.Value})
		}
		if begins := a.Label == "Start" || a.Label == "Resume"; begins && !r.ready() {
			if v.reach.At(l.Place()) < plant.Manager {
				continue
			}
			why, fault := "why-"+mark, ui.FaultOf(l.wrong, "why-"+mark)
			if form.Primary = false; fault == "" {
				form.Fold = a.Label + " nevertheless"
			}
			form.Hidden = append(form.Hidden, floor.Hidden{Name: "reason", Value: why})
			form.Fields = []floor.Field{{Input: ui.Input{ID: why, Label: "Why is it started nevertheless?", Type: "text", Fault: fault}}}
		}
		one.Forms = append(one.Forms, form)
	}
	all := []floor.Section{one}
	if starts {
		for _, b := range r.open {
			part, err := s.floorBrief(c, l, j, b)
			if err != nil {
				return nil, err
			}
			part.ID = mark + "-" + part.ID
			all = append(all, part)
		}
	}
	if s.Dispatch.Labour == nil {
		return all, nil
	}
	clock, err := s.floorClock(ctx, c, l, j)
	clock.ID = mark + "-clock"
	return append(all, clock), err
}

// floorBrief is an instruction that is to be read, or a checklist that is to be answered.
func (s *Server) floorBrief(c echo.Context, l atLine, j execution.Job, b brief.Sheet) (part floor.Section, err error) {
	part = floor.Section{ID: fmt.Sprintf("brief-%d", b.ID), Title: b.Title + ", for " + j.ID}
	form := floor.Form{Action: floorHref(l.ID) + "/read", Button: "I have read it", Of: b.Title, Hidden: []floor.Hidden{
		{Name: "job", Value: j.ID}, {Name: "sheet", Value: strconv.FormatInt(b.ID, 10)}, {Name: "version", Value: strconv.FormatInt(b.Version, 10)},
	}}
	if b.Kind == brief.Instruction {
		part.Words = b.Words
	} else {
		form.Button = "Keep the answers"
		for i, q := range b.Questions() {
			id := answerField(j.ID, b.ID, i)
			form.Fields = append(form.Fields, floor.Field{Input: ui.Input{ID: id, Label: q, Value: c.FormValue(id), Fault: ui.FaultOf(l.wrong, id)}, Choices: []ui.Choice{{Value: "", Name: "–"}, {Value: "yes", Name: "Yes"}, {Value: "no", Name: "No"}}})
		}
		form.Fields = append(form.Fields, floor.Field{Input: ui.Input{ID: answerField(j.ID, b.ID, -1), Label: "What is not so", Type: "text", Optional: true, Value: c.FormValue(answerField(j.ID, b.ID, -1))}})
	}
	part.Forms = []floor.Form{form}
	part.Links, err = s.briefFiles(c, b, floorHref(l.ID)+"/")
	return part, err
}

// floorFile is a file of an instruction or a checklist of the line, for who sees no more of the plant than that.
func (s *Server) floorFile(c echo.Context) error {
	l, err := s.lineOf(c)
	if err != nil {
		return err
	}
	sheets, err := s.sheets(c)
	if err != nil {
		return err
	}
	for _, b := range sheets {
		if strconv.FormatInt(b.ID, 10) == c.Param("id") && (b.Line == "" || b.Line == l.ID) {
			return s.sendFile(c, fmt.Sprintf("brief/%d", b.ID))
		}
	}
	return errs.New(errs.Invalid, "there is no such instruction or checklist at this line any more; load the page again")
}

// answerField is where a question of a checklist is answered for a job; -1 is what is not so.
func answerField(job string, sheet int64, question int) string {
	if question < 0 {
		return fmt.Sprintf("remark-%s-%d", jobMark(job), sheet)
	}
	return fmt.Sprintf("answer-%s-%d-%d", jobMark(job), sheet, question)
}

// readBrief keeps that somebody has read an instruction, or how a checklist is answered.
func (s *Server) readBrief(c echo.Context) error {
	l, err := s.lineOf(c)
	if err != nil {
		return err
	}
	sheets, err := s.sheets(c)
	if err != nil {
		return err
	}
	m := brief.Mark{Who: visitorOf(c).Person}
	m.Sheet, _ = strconv.ParseInt(c.FormValue("sheet"), 10, 64)     // what is no number is none that there is
	m.Version, _ = strconv.ParseInt(c.FormValue("version"), 10, 64) // nor is this
	if !slices.ContainsFunc(sheets, func(b brief.Sheet) bool { return b.ID == m.Sheet }) {
		return errs.New(errs.Invalid, "there is no such instruction or checklist any more; load the page again")
	}
	for _, b := range sheets {
		if b.ID != m.Sheet || b.Kind != brief.Checklist {
			continue
		}
		here := atLine{lineInfo: l, job: c.FormValue("job")}
		m.Job = here.job
		for i := range b.Questions() {
			field := answerField(m.Job, b.ID, i)
			answer := c.FormValue(field)
			if answer == "" {
				here.wrong = append(here.wrong, ui.Fault{Field: field, Text: "Answer every question of " + b.Title + "."})
			}
			if answer != "yes" {
				answer = strings.TrimSpace("no " + errs.Clip(c.FormValue(answerField(m.Job, b.ID, -1))))
			}
			m.Answers = append(m.Answers, answer)
		}
		if len(here.wrong) > 0 {
			return s.showFloor(c, here, http.StatusUnprocessableEntity)
		}
	}
	if err := s.Dispatch.Briefs.Mark(c.Request().Context(), m); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, floorHref(l.ID))
}

// floorClock is who is on a job, and where one clocks on and off.
func (s *Server) floorClock(ctx context.Context, c echo.Context, l atLine, j execution.Job) (part floor.Section, err error) {
	part = floor.Section{Title: "People on " + j.ID, Columns: []string{"Person", "From", "To"}, Empty: "Nobody has clocked on."}
	stints, err := s.Dispatch.Labour.Of(ctx, j.ID)
	if err != nil {
		return part, err
	}
	now, action := s.Now(), floorHref(l.ID)+"/clock"
	for _, t := range stints {
		row := floor.Row{Cells: []string{t.Who.Name, l.locale.Near(t.From, now), "works"}}
		switch {
		case t.Estimated(now):
			row.Cells[2] = l.locale.Near(t.To, now) + ", estimated: nobody clocked off"
		case !now.Before(t.To):
			row.Cells[2] = l.locale.Near(t.To, now)
		default:
			row.Forms = []floor.Form{{Action: action, Button: "Clock off", Of: t.Who.Name, Hidden: []floor.Hidden{{Name: "off", Value: strconv.FormatInt(t.ID, 10)}}}}
		}
		part.Rows = append(part.Rows, row)
	}
	people, err := s.hands(ctx, l.lineInfo)
	if err != nil {
		return part, err
	}
	var choices []ui.Choice
	for _, p := range people {
		choices = append(choices, ui.Choice{Value: strconv.FormatInt(p.ID, 10), Name: p.Name})
	}
	who := "who-" + strings.ReplaceAll(j.ID, "/", ".")
	fault := ui.FaultOf(l.wrong, who)
	part.Forms = []floor.Form{{Action: action, Button: "Clock on", Of: j.ID, Hidden: []floor.Hidden{{Name: "job", Value: j.ID}, {Name: "field", Value: who}}, Fields: []floor.Field{
		{Input: ui.Input{ID: who, Label: "Who", Help: "On several jobs at once, each bears an even part of the time.", Value: strconv.FormatInt(visitorOf(c).ID, 10), Fault: fault}, Choices: choices},
	}}}
	return part, nil
}

// clock clocks somebody on to a job, or off.
func (s *Server) clock(c echo.Context) error {
	l, err := s.lineOf(c)
	if err != nil {
		return err
	}
	if s.Dispatch.Labour == nil {
		return errs.New(errs.NotFound, "nobody clocks on here")
	}
	ctx, by := c.Request().Context(), visitorOf(c).Person
	if off := c.FormValue("off"); off != "" {
		id, _ := strconv.ParseInt(off, 10, 64) // what is no number is nobody
		if _, err := s.Dispatch.Labour.Off(ctx, l.ID, id, by); err != nil {
			return err
		}
		return c.Redirect(http.StatusSeeOther, floorHref(l.ID))
	}
	j, ok := s.sight(c).Jobs.Job(c.FormValue("job"))
	if !ok || j.Line != l.ID || !j.Open() {
		return errs.New(errs.Invalid, "there is no such job at this line any more; load the page again")
	}
	people, err := s.hands(ctx, l)
	if err != nil {
		return err
	}
	field := c.FormValue("field")
	for _, who := range people {
		if strconv.FormatInt(who.ID, 10) == c.FormValue(field) {
			if _, err := s.Dispatch.Labour.On(ctx, labour.Begun(l.Line, j, who, by, s.Now())); err != nil {
				return err
			}
			return c.Redirect(http.StatusSeeOther, floorHref(l.ID))
		}
	}
	return s.showFloor(c, atLine{l, []ui.Fault{{Field: field, Text: "Choose an operator of this line."}}, j.ID}, http.StatusUnprocessableEntity)
}
