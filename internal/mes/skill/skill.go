// Package skill is what people can do, until when, and what it takes to start a job.
package skill

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/plant"
)

// Skill is something that has to be learned, or certified.
type Skill struct {
	ID   int64
	Name string // "Forklift licence"
}

// Holder is somebody who has a skill.
type Holder struct {
	Skill int64
	Who   plant.Person // Role is left out
	Until time.Time    // the first moment at which it is expired; zero: for good
	By    plant.Person // who said so
}

// Need is a skill that it takes to start jobs.
type Need struct {
	ID        int64
	Skill     int64
	Line      plant.LineID // "" is any
	Product   string       // "" is any
	Operation int64        // of work orders; 0 is any
}

// For tells whether it takes the skill to start a job.
func (n Need) For(j execution.Job) bool {
	return (n.Line == "" || n.Line == j.Line) && (n.Product == "" || n.Product == j.Product) && (n.Operation == 0 || n.Operation == j.Operation)
}

// Matrix is all skills, who has them, and what they are needed for.
type Matrix struct {
	Skills  []Skill // by name
	Holders []Holder
	Needs   []Need
	Staff   []Staff
}

// Staff is how many people with a skill work in a shift, as a planner says.
type Staff struct {
	Skill  int64
	Shift  string // by its name, in whichever lines have it
	People int64
	Known  bool // else nobody says
	By     plant.Person
}

// Lack is a skill that somebody does not have.
type Lack struct {
	Skill
	Expired time.Time // since when; zero: the person never had it
}

// Lacks gives the skills that it takes to start a job and that a person does not have at a moment, by name.
func (m Matrix) Lacks(j execution.Job, who int64, at time.Time) (all []Lack) {
	for _, s := range m.Skills {
		if !slices.ContainsFunc(m.Needs, func(n Need) bool { return n.Skill == s.ID && n.For(j) }) {
			continue
		}
		i := slices.IndexFunc(m.Holders, func(h Holder) bool { return h.Skill == s.ID && h.Who.ID == who })
		switch {
		case i < 0:
			all = append(all, Lack{Skill: s})
		case !m.Holders[i].Until.IsZero() && !at.Before(m.Holders[i].Until):
			all = append(all, Lack{Skill: s, Expired: m.Holders[i].Until})
		}
	}
	slices.SortFunc(all, func(a, b Lack) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

// Words names what is lacking: "Forklift licence, Welding (expired 2026-03-01)".
func Words(all []Lack, zone *time.Location) string {
	words := make([]string, len(all))
	for i, l := range all {
		words[i] = l.Name
		if !l.Expired.IsZero() {
			words[i] += " (expired " + l.Expired.In(zone).Format(time.DateOnly) + ")"
		}
	}
	return strings.Join(words, ", ")
}

// Book keeps skills. Every change is audited.
type Book interface {
	Matrix(ctx context.Context) (Matrix, error)
	// Add adds a skill; errs.Conflict when there is one of that name.
	Add(ctx context.Context, name string, by plant.Person) (Skill, error)
	// Grant says that somebody has a skill, in the place of what was said before.
	Grant(ctx context.Context, h Holder) error
	// Withdraw says that somebody has it no more.
	Withdraw(ctx context.Context, skill, who int64, by plant.Person) error
	// Require says what a skill is needed for; said again, it stands already.
	Require(ctx context.Context, n Need, by plant.Person) error
	// Employ says how many people with a skill work in a shift, or that nobody knows, in the place of what was said before.
	Employ(ctx context.Context, s Staff, by plant.Person) error
	// Release takes that back.
	Release(ctx context.Context, need int64, by plant.Person) error
}

// Check tidies the name of a skill, and refuses one that is none.
func Check(name string) (string, error) {
	name = strings.TrimSpace(name)
	if name == "" || len(name) > 80 {
		return "", &errs.Error{Kind: errs.Invalid, Words: "the skill cannot be added", Fields: []errs.Field{{Path: "skill", Message: "Give it a name of up to 80 letters."}}}
	}
	return name, nil
}
