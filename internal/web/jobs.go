package web

import (
	"cmp"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/oee"
	"millwright/internal/plant"
	"millwright/internal/web/api"
	"millwright/views/figure"
	lineview "millwright/views/line"
	"millwright/views/ui"
)

// buttons are the steps that a job's status allows an operator; to abort one takes a manager, and the API.
var buttons = map[execution.Status][]string{
	execution.Waiting: {"start"},
	execution.Running: {"complete", "hold"},
	execution.Held:    {"resume", "complete"},
}

// shownJobs is how much of a line's queue its page shows.
const shownJobs = 7

// jobs is the panel "line/<id>/jobs": the running one first.
func (p *painter) jobs(m moment, l lineInfo, s oee.Snapshot) lineview.JobsPanel {
	panel := lineview.JobsPanel{Line: string(l.ID)}
	current, _ := p.Jobs.Current(l.ID)
	more := 0
	for _, j := range p.Jobs.Jobs(l.ID) {
		if !j.Ended.IsZero() && j.ID != current.ID {
			continue
		}
		if len(panel.Jobs) >= shownJobs && j.ID != current.ID {
			more++
			continue
		}
		will := p.promiseOf(m, l, j, s.Classic)
		job := lineview.Job{
			ID:        j.ID,
			Href:      workOfJob(j),
			Order:     j.Order,
			Product:   j.Product,
			Good:      pieces(l.locale, j.Good),
			Scrap:     pieces(l.locale, j.Scrap),
			Estimated: estimated(l.locale, j.Estimated),
			Planned:   pieces(l.locale, j.Planned),
			Progress:  share(progress(j)),
			Percent:   percent(l.locale, progress(j)),
			Status:    string(j.Status),
			Due:       due(m, l, j),
			Promise:   will.text,
			Mood:      will.mood,
			Current:   j.ID == current.ID,
		}
		if m.steps {
			job.Actions = actions(j)
		}
		if job.Current {
			panel.Jobs = append([]lineview.Job{job}, panel.Jobs...)
		} else {
			panel.Jobs = append(panel.Jobs, job)
		}
	}
	if more > 0 {
		panel.More = "and " + strconv.Itoa(more) + " more"
	}
	if len(panel.Jobs) == 0 {
		panel.Empty = &ui.Empty{Title: "No job", Text: "None waits for this line."}
	}
	if len(panel.Jobs) == 0 && m.steps {
		panel.Empty = &ui.Empty{Title: "No job", Text: "Release a work order for this line, or send its jobs by API: they appear here, and what the line makes is booked to the one that is started.", Next: ui.Link{Name: "Work orders", Href: "/work"}}
	}
	return panel
}

// workOfJob leads to the work order that a job makes; "" where there is none.
func workOfJob(j execution.Job) string {
	if j.Work == 0 {
		return ""
	}
	return workHref(j.Work)
}

func actions(j execution.Job) []lineview.Action {
	var all []lineview.Action
	for i, step := range buttons[j.Status] {
		all = append(all, lineview.Action{
			Label:   upper(step),
			Path:    stepHref(j.ID, step),
			Fields:  []lineview.Field{{Name: "version", Value: strconv.FormatInt(j.Version, 10)}},
			Primary: i == 0,
		})
	}
	return all
}

// stepJob takes a job to its next status. The version in the form is what the reader saw: pressing twice, or after
// somebody else, is a conflict and changes nothing.
func (s *Server) stepJob(c echo.Context) error {
	version, err := strconv.ParseInt(c.FormValue("version"), 10, 64)
	if err != nil {
		return errs.New(errs.Invalid, "the form does not say which version of the job it was about; load the page again")
	}
	step := api.Step{Job: c.Param("job"), Name: c.Param("step"), Version: version, Why: errs.Clip(c.FormValue(cmp.Or(c.FormValue("reason"), "why")))}
	job, err := step.Take(c.Request().Context(), s.gate(s.painter().Jobs), visitorOf(c).Person)
	if wrong := faults(err); len(wrong) > 0 && wrong[0].Field == startWhy {
		return s.asksWhy(c, step.Job, wrong[0])
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, afterStep(c, job.Line))
}

// asksWhy shows a manager the work at the line, where a reason is given for a start that nobody without one may make.
func (s *Server) asksWhy(c echo.Context, id string, fault ui.Fault) error {
	p := s.sight(c)
	j, _ := p.Jobs.Job(id)
	l, seen := p.line(j.Line)
	if !seen {
		return errs.New(errs.NotFound, "there is no such job any more; load the page again")
	}
	fault.Field = "why-" + jobMark(id)
	return s.showFloor(c, atLine{l, []ui.Fault{fault}, id}, http.StatusUnprocessableEntity)
}

// estimated says how much of a number rests on an estimate; "" when none does.
func estimated(l figure.Locale, of plant.Quantity) string {
	if of == 0 {
		return ""
	}
	return pieces(l, of) + " estimated"
}
