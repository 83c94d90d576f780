package ready

import (
	"context"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/skill"
	"millwright/internal/plant"
)

// Skill is something that people can do.
type Skill struct {
	ID      int64         `json:"id"`
	Name    string        `json:"name"`
	Holders []SkillHolder `json:"holders"`
	Needs   []SkillNeed   `json:"needs" doc:"What it is needed for."`
	Staff   []SkillStaff  `json:"staff" doc:"How many people work in a shift, as a planner says; the schedule counts on them, but never on more than hold the skill."`
}

// SkillStaff is how many people with a skill work in a shift.
type SkillStaff struct {
	Shift  string `json:"shift"`
	People int64  `json:"people"`
}

// SkillHolder is somebody who has a skill.
type SkillHolder struct {
	Person  string     `json:"person"`
	Until   *time.Time `json:"until" doc:"The first moment at which it is expired; null: for good."`
	Expired bool       `json:"expired"`
}

// SkillNeed is what a skill is needed for.
type SkillNeed struct {
	ID        int64  `json:"id"`
	Line      string `json:"line,omitempty" doc:"Left out: any."`
	Product   string `json:"product,omitempty" doc:"Left out: any."`
	Operation int64  `json:"operation,omitempty" doc:"Of work orders; left out: any."`
}

type (
	noneIn    struct{}
	skillsOut struct {
		Body struct {
			Skills []Skill `json:"skills"`
		}
	}
	skillAddIn struct {
		Body struct {
			Name string `json:"name" maxLength:"80"`
		}
	}
	skillGrantIn struct {
		Skill int64 `path:"skill" minimum:"1"`
		Body  struct {
			Person string     `json:"person" maxLength:"120" doc:"The name of an account."`
			Until  *time.Time `json:"until,omitempty" doc:"The first moment at which it is expired; left out: for good."`
		}
	}
	skillWithdrawIn struct {
		Skill int64 `path:"skill" minimum:"1"`
		Body  struct {
			Person string `json:"person" maxLength:"120"`
		}
	}
	skillRequireIn struct {
		Skill int64 `path:"skill" minimum:"1"`
		Body  struct {
			Line      string `json:"line,omitempty" maxLength:"80" doc:"Left out: any."`
			Product   string `json:"product,omitempty" maxLength:"80" doc:"Left out: any."`
			Operation int64  `json:"operation,omitempty" minimum:"0" maximum:"1000000"`
		}
	}
	skillStaffIn struct {
		Skill int64 `path:"skill" minimum:"1"`
		Body  struct {
			Shift  string `json:"shift" maxLength:"80" doc:"The name of a shift of any line."`
			People *int64 `json:"people,omitempty" minimum:"0" maximum:"10000" doc:"Left out: nobody knows."`
		}
	}
	needReleaseIn struct {
		Need int64 `path:"need" minimum:"1"`
	}
)

func (d Deps) skills(ctx context.Context, _ *noneIn) (*skillsOut, error) {
	if err := absent(d.Skills == nil, "skills"); err != nil {
		return nil, err
	}
	m, err := d.Skills.Matrix(ctx)
	if err != nil {
		return nil, err
	}
	out := &skillsOut{}
	out.Body.Skills = []Skill{}
	now := d.Now()
	for _, s := range m.Skills {
		told := Skill{ID: s.ID, Name: s.Name, Holders: []SkillHolder{}, Needs: []SkillNeed{}, Staff: []SkillStaff{}}
		for _, h := range m.Holders {
			if h.Skill == s.ID {
				told.Holders = append(told.Holders, SkillHolder{h.Who.Name, when(h.Until), !h.Until.IsZero() && !now.Before(h.Until)})
			}
		}
		for _, n := range m.Needs {
			if n.Skill == s.ID {
				told.Needs = append(told.Needs, SkillNeed{n.ID, string(n.Line), n.Product, n.Operation})
			}
		}
		for _, n := range m.Staff {
			if n.Skill == s.ID {
				told.Staff = append(told.Staff, SkillStaff{n.Shift, n.People})
			}
		}
		out.Body.Skills = append(out.Body.Skills, told)
	}
	return out, nil
}

// change does something with the skills, and gives them as they are then.
func (d Deps) change(ctx context.Context, do func(by plant.Person) error) (*skillsOut, error) {
	by, err := d.manages(ctx)
	if err == nil {
		err = absent(d.Skills == nil, "skills")
	}
	if err == nil {
		err = do(by)
	}
	if err != nil {
		return nil, err
	}
	return d.skills(ctx, nil)
}

func (d Deps) add(ctx context.Context, in *skillAddIn) (*skillsOut, error) {
	return d.change(ctx, func(by plant.Person) error {
		_, err := d.Skills.Add(ctx, in.Body.Name, by)
		return err
	})
}

func (d Deps) grant(ctx context.Context, in *skillGrantIn) (*skillsOut, error) {
	return d.change(ctx, func(by plant.Person) error {
		people, err := d.Hands(ctx, nil)
		if err != nil {
			return err
		}
		who, err := named(people, in.Body.Person)
		if err != nil {
			return err
		}
		h := skill.Holder{Skill: in.Skill, Who: who, By: by}
		if in.Body.Until != nil {
			h.Until = in.Body.Until.UTC().Truncate(time.Microsecond)
		}
		return d.Skills.Grant(ctx, h)
	})
}

func (d Deps) withdraw(ctx context.Context, in *skillWithdrawIn) (*skillsOut, error) {
	return d.change(ctx, func(by plant.Person) error {
		m, err := d.Skills.Matrix(ctx)
		if err != nil {
			return err
		}
		var people []plant.Person
		for _, h := range m.Holders {
			if h.Skill == in.Skill {
				people = append(people, h.Who)
			}
		}
		who, err := named(people, in.Body.Person)
		if err != nil {
			return err
		}
		return d.Skills.Withdraw(ctx, in.Skill, who.ID, by)
	})
}

func (d Deps) require(ctx context.Context, in *skillRequireIn) (*skillsOut, error) {
	return d.change(ctx, func(by plant.Person) error {
		b := in.Body
		if _, seen := d.Line(ctx, plant.LineID(b.Line)); b.Line != "" && !seen {
			return &errs.Error{Kind: errs.Invalid, Words: "the skill cannot be required there", Fields: []errs.Field{{Path: "line", Message: "There is no such line."}}}
		}
		return d.Skills.Require(ctx, skill.Need{Skill: in.Skill, Line: plant.LineID(b.Line), Product: b.Product, Operation: b.Operation}, by)
	})
}

func (d Deps) release(ctx context.Context, in *needReleaseIn) (*skillsOut, error) {
	return d.change(ctx, func(by plant.Person) error { return d.Skills.Release(ctx, in.Need, by) })
}

// employ is for planners: the scope lets nobody else come here.
func (d Deps) employ(ctx context.Context, in *skillStaffIn) (*skillsOut, error) {
	if err := absent(d.Skills == nil, "skills"); err != nil {
		return nil, err
	}
	n := skill.Staff{Skill: in.Skill, Shift: in.Body.Shift, Known: in.Body.People != nil}
	if n.Known {
		n.People = *in.Body.People
	}
	if err := d.Skills.Employ(ctx, n, d.By(ctx, nil)); err != nil {
		return nil, err
	}
	return d.skills(ctx, nil)
}
