// Package ready is what it takes to start jobs, and who works on them, in the words of the API: skills, instructions, labour.
package ready

import (
	"context"
	"strings"
	"time"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/mes/brief"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/labour"
	"millwright/internal/mes/skill"
	"millwright/internal/plant"
	"millwright/internal/web/api/operation"
)

// Deps is what the operations answer from; a book that is nil is not kept.
type Deps struct {
	Skills skill.Book
	Briefs brief.Book
	Labour labour.Book
	Job    func(ctx context.Context, id string) (execution.Job, bool)
	Line   func(ctx context.Context, id plant.LineID) (plant.Line, bool) // as far as who asks sees it
	By     func(ctx context.Context, line *plant.Line) plant.Person      // who asks, with the role there; nil is the plant
	// Hands are the people with accounts; of a line, those who work there.
	Hands func(ctx context.Context, line *plant.Line) ([]plant.Person, error)
	Now   func() time.Time
}

// Mount adds the operations.
func Mount(b *operation.Book, d Deps) {
	b.Quantities()
	operation.Get(b, access.Read, "/api/v1/skills", "List skills, who has them, and what they are needed for", d.skills)
	operation.Post(b, access.WriteJobs, "/api/v1/skills", "Add a skill", d.add)
	operation.Post(b, access.WriteJobs, "/api/v1/skills/{skill}/grant", "Say that somebody has a skill", d.grant)
	operation.Post(b, access.WriteJobs, "/api/v1/skills/{skill}/withdraw", "Say that somebody has a skill no more", d.withdraw)
	operation.Post(b, access.WriteJobs, "/api/v1/skills/{skill}/require", "Say what a skill is needed for", d.require)
	operation.Post(b, access.WritePlan, "/api/v1/skills/{skill}/staff", "Say how many people with a skill work in a shift", d.employ)
	operation.Post(b, access.WriteJobs, "/api/v1/needs/{need}/release", "Need a skill no more", d.release)
	operation.Get(b, access.Read, "/api/v1/instructions", "List instructions and checklists", d.sheets)
	operation.Post(b, access.WriteJobs, "/api/v1/instructions", "Keep an instruction or a checklist", d.keepSheet)
	operation.Get(b, access.Read, "/api/v1/jobs/{job}/labour", "List who worked on a job", d.stints)
	operation.Post(b, access.StepJobs, "/api/v1/jobs/{job}/labour", "Clock somebody on to a job", d.clockOn)
	operation.Post(b, access.StepJobs, "/api/v1/jobs/{job}/labour/{stint}/off", "Clock somebody off a job", d.clockOff)
}

// manages refuses who is no manager.
func (d Deps) manages(ctx context.Context) (plant.Person, error) {
	by := d.By(ctx, nil)
	if by.Role < plant.Manager {
		return by, errs.New(errs.Forbidden, "what it takes to start jobs is kept by managers; you are %s", by.Role)
	}
	return by, nil
}

func absent(is bool, what string) error {
	if is {
		return errs.New(errs.NotFound, "no %s are kept here", what)
	}
	return nil
}

// named finds one of some people by the name of the account.
func named(people []plant.Person, name string) (plant.Person, error) {
	for _, p := range people {
		if strings.EqualFold(p.Name, strings.TrimSpace(name)) {
			return p, nil
		}
	}
	return plant.Person{}, &errs.Error{Kind: errs.Invalid, Words: "there is nobody of that name", Fields: []errs.Field{{Path: "person", Message: "Write the name of somebody who has an account, and works there."}}}
}

// when writes a time; none is null.
func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	u := t.UTC()
	return &u
}
