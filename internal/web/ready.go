// Who may start a job: skills, instructions that are read, and checklists that are answered.

package web

import (
	"context"
	"fmt"
	"strings"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/brief"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/skill"
	"millwright/internal/plant"
	"millwright/internal/web/api"
)

// gated are jobs that only who is ready may start. Programs and machines are not people: they are not asked.
type gated struct {
	jobsBehind
	s *Server
}

// gate puts what it takes before a job starts in front of the jobs.
func (s *Server) gate(jobs api.Jobs) api.Jobs {
	if s.Dispatch.Skills == nil || jobs == nil {
		return jobs
	}
	return gated{jobs, s}
}

// jobsBehind are the jobs behind the gate: embedded by a name that none of its methods has.
type jobsBehind = api.Jobs

// Start lets a waiting job have its line.
func (g gated) Start(ctx context.Context, id string, version int64, by plant.Person, why string) (execution.Job, error) {
	why, err := g.s.mayStart(ctx, g.jobsBehind, id, why)
	if err != nil {
		return execution.Job{}, err
	}
	return g.jobsBehind.Start(ctx, id, version, by, why)
}

// Resume gives the line back to a held job.
func (g gated) Resume(ctx context.Context, id string, version int64, by plant.Person, why string) (execution.Job, error) {
	why, err := g.s.mayStart(ctx, g.jobsBehind, id, why)
	if err != nil {
		return execution.Job{}, err
	}
	return g.jobsBehind.Resume(ctx, id, version, by, why)
}

// startWhy is the field that lacks a reason.
const startWhy = "why"

// mayStart refuses who lacks what it takes to start a job, and says what. A manager of the line who gives a reason is let:
// the audit of the job keeps what was lacking, and why that was all right.
func (s *Server) mayStart(ctx context.Context, jobs api.Jobs, id, why string) (string, error) {
	v := asks(ctx)
	j, known := jobs.Job(id)
	l, there := s.painter().line(j.Line)
	if v.token != nil || !known || !there {
		return why, nil
	}
	r, err := s.lacking(ctx, j, v.ID)
	if err != nil || r.ready() {
		return why, err
	}
	lacks := r.words(l.site.Zone)
	if v.reach.At(l.Place()) < plant.Manager {
		return "", errs.New(errs.Forbidden, "job %s cannot be started by %s: %s; a manager may start it with a reason", id, v.Name, lacks)
	}
	if strings.TrimSpace(why) == "" {
		words := fmt.Sprintf("job %s is not ready: %s; say why it is started nevertheless", id, lacks)
		return "", &errs.Error{Kind: errs.Invalid, Words: words, Fields: []errs.Field{{Path: startWhy, Message: upper(words) + "."}}}
	}
	return "although " + lacks + ": " + why, nil
}

// unfit is what somebody lacks to start a job.
type unfit struct {
	lacks []skill.Lack
	open  []brief.Sheet
}

func (r unfit) ready() bool { return len(r.lacks)+len(r.open) == 0 }

// words says what is lacking: "skill Forklift licence is missing, Set-up of the filler is not answered".
func (r unfit) words(zone *time.Location) string {
	var all []string
	if len(r.lacks) > 0 {
		all = append(all, "missing skill: "+skill.Words(r.lacks, zone))
	}
	for _, s := range r.open {
		if s.Kind == brief.Checklist {
			all = append(all, "checklist "+s.Title+" is not answered with yes")
		} else {
			all = append(all, "instruction "+s.Title+" is not read")
		}
	}
	return strings.Join(all, ", ")
}

// lacking finds what a person lacks to start a job.
func (s *Server) lacking(ctx context.Context, j execution.Job, who int64) (r unfit, err error) {
	if s.Dispatch.Skills == nil {
		return r, nil
	}
	m, err := s.Dispatch.Skills.Matrix(ctx)
	if err != nil {
		return r, err
	}
	r.lacks = m.Lacks(j, who, s.Now())
	if s.Dispatch.Briefs == nil {
		return r, nil
	}
	sheets, err := s.Dispatch.Briefs.Sheets(ctx)
	if err != nil {
		return r, err
	}
	marks, err := s.Dispatch.Briefs.Marks(ctx, j.ID, who)
	r.open = brief.Open(sheets, marks, j, who)
	return r, err
}
