// Skills: who can do what until when, and what it takes to start jobs.

package web

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/mes/skill"
	"millwright/internal/plant"
	"millwright/views/floor"
	"millwright/views/ui"
)

const (
	skillsHome = "/skills"
	staffHome  = skillsHome + "/staff"
)

// skillPages are those of skills.
func (s *Server) skillPages() []route {
	return []route{
		get(skillsHome, plant.Viewer, s.skills),
		post(skillsHome, plant.Manager, s.keepSkills),
		post(staffHome, plant.Viewer, s.keepStaff).by(plant.Planner),
	}
}

func (s *Server) skills(c echo.Context) error { return s.showSkills(c, http.StatusOK, nil) }

func (s *Server) showSkills(c echo.Context, status int, wrong []ui.Fault) error {
	f := s.frame(c, "Skills", ui.Link{Name: "Skills"})
	f.Live, f.Refresh = false, 0
	p := floor.Page{Frame: f, Title: "Skills", Lead: "What people can do, until when, and what it takes to start jobs. Who lacks what a job takes cannot start it; a manager can, with a reason. The schedule counts on the people who are there.", Faults: wrong}
	if s.Dispatch.Skills == nil {
		return errs.New(errs.NotFound, "no skills are kept here")
	}
	m, err := s.Dispatch.Skills.Matrix(c.Request().Context())
	if err != nil {
		return err
	}
	manages := visitorOf(c).reach.Base >= plant.Manager
	names, choices := map[int64]string{}, []ui.Choice{}
	for _, k := range m.Skills {
		names[k.ID] = k.Name
		choices = append(choices, ui.Choice{Value: strconv.FormatInt(k.ID, 10), Name: k.Name})
	}
	p.Sections = []floor.Section{s.holders(m, names, manages), s.skillNeeds(m, names, manages), s.staff(c, m, choices, wrong)}
	if manages {
		if err := s.skillForms(c, &p, choices); err != nil {
			return err
		}
	}
	return s.showAs(c, status, floor.Show(p))
}

// holders is the table of who can do what.
func (s *Server) holders(m skill.Matrix, names map[int64]string, manages bool) floor.Section {
	t := floor.Section{ID: "holders", Title: "Who can do what", Columns: []string{"Person", "Skill", "Until"}, Empty: "Nobody has a skill yet."}
	now, zone := s.Now(), s.locale().Zone
	for _, h := range m.Holders {
		until := "for good"
		if !h.Until.IsZero() {
			until = h.Until.In(zone).AddDate(0, 0, -1).Format(time.DateOnly)
			if !now.Before(h.Until) {
				until += ", expired"
			} else if h.Until.Sub(now) < 30*24*time.Hour {
				until += ", expires soon"
			}
		}
		r := floor.Row{Cells: []string{h.Who.Name, names[h.Skill], until}}
		if manages {
			r.Forms = []floor.Form{{Action: skillsHome, Button: "Withdraw", Of: names[h.Skill] + " of " + h.Who.Name, Hidden: []floor.Hidden{
				{Name: "do", Value: "withdraw"}, {Name: "skill", Value: strconv.FormatInt(h.Skill, 10)}, {Name: "who", Value: strconv.FormatInt(h.Who.ID, 10)},
			}}}
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

// skillNeeds is the table of what it takes.
func (s *Server) skillNeeds(m skill.Matrix, names map[int64]string, manages bool) floor.Section {
	t := floor.Section{ID: "needs", Title: "What it takes to start a job", Columns: []string{"Skill", "Line", "Product", "Operation"}, Empty: "Whoever is operator of a line may start every job there."}
	for _, n := range m.Needs {
		r := floor.Row{Cells: []string{names[n.Skill], cmp.Or(s.lineName(n.Line), "any"), cmp.Or(n.Product, "any"), "any"}}
		if n.Operation != 0 {
			r.Cells[3] = strconv.FormatInt(n.Operation, 10)
		}
		if manages {
			r.Forms = []floor.Form{{Action: skillsHome, Button: "Remove", Of: "the need of " + names[n.Skill], Hidden: []floor.Hidden{{Name: "do", Value: "release"}, {Name: "need", Value: strconv.FormatInt(n.ID, 10)}}}}
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

// anyLine is all lines, and any.
func (s *Server) anyLine() []ui.Choice {
	all := []ui.Choice{{Value: "", Name: "Any line"}}
	for _, l := range s.painter().Plant.Lines() {
		all = append(all, ui.Choice{Value: string(l.ID), Name: l.Name})
	}
	return all
}

// skillForms are what managers change skills with.
func (s *Server) skillForms(c echo.Context, p *floor.Page, skills []ui.Choice) error {
	input := func(id, label, help, kind string, optional bool) floor.Field {
		return floor.Field{Input: ui.Input{ID: id, Label: label, Help: help, Type: kind, Optional: optional, Value: c.FormValue(id), Fault: ui.FaultOf(p.Faults, id)}}
	}
	choice := func(id, label string, all []ui.Choice) floor.Field {
		f := input(id, label, "", "", false)
		f.Choices = all
		return f
	}
	do := func(what string) []floor.Hidden { return []floor.Hidden{{Name: "do", Value: what}} }
	if len(skills) > 0 {
		users, err := s.Vault.Users(c.Request().Context())
		if err != nil {
			return err
		}
		var people []ui.Choice
		for _, u := range users {
			if !u.Disabled {
				people = append(people, ui.Choice{Value: strconv.FormatInt(u.ID, 10), Name: u.Name})
			}
		}
		p.Sections[0].Forms = []floor.Form{{Action: skillsHome, Button: "Save", Hidden: do("grant"), Fold: "Say who has a skill", Fields: []floor.Field{
			choice("who", "Person", people), choice("has", "Skill", skills), input("until", "Valid until, the last day", "Empty: for good.", "date", true),
		}}}
		p.Sections[1].Forms = []floor.Form{{Action: skillsHome, Button: "Require", Hidden: do("require"), Fold: "Require a skill", Fields: []floor.Field{
			choice("needs", "Skill", skills), choice("line", "Line", s.anyLine()), input("product", "Product", "Empty: any.", "text", true), input("operation", "Operation of the work order", "Its number, like 10. Empty: any.", "text", true),
		}}}
	}
	p.Sections = append(p.Sections, floor.Section{ID: "new", Title: "Add a skill", Forms: []floor.Form{{Action: skillsHome, Button: "Add", Hidden: do("add"), Fields: []floor.Field{input("skill", "Name", "Like Forklift licence, or Welding of aluminium.", "text", false)}}}})
	return nil
}

// keepSkills takes any of the forms.
func (s *Server) keepSkills(c echo.Context) error {
	if s.Dispatch.Skills == nil {
		return errs.New(errs.NotFound, "no skills are kept here")
	}
	err := s.changeSkills(c, visitorOf(c).Person)
	switch kind := errs.KindOf(err); {
	case err == nil:
		return c.Redirect(http.StatusSeeOther, skillsHome)
	case kind == errs.Invalid || kind == errs.Conflict:
		status := http.StatusUnprocessableEntity
		if kind == errs.Conflict {
			status = http.StatusConflict
		}
		return s.showSkills(c, status, faults(err))
	}
	return err
}

func (s *Server) changeSkills(c echo.Context, by plant.Person) error {
	ctx, book := c.Request().Context(), s.Dispatch.Skills
	id := func(field string) int64 {
		n, _ := strconv.ParseInt(c.FormValue(field), 10, 64) // what is no number is nothing that there is
		return n
	}
	switch c.FormValue("do") {
	case "add":
		_, err := book.Add(ctx, c.FormValue("skill"), by)
		return err
	case "grant":
		h, err := s.granted(c, by)
		if err != nil {
			return err
		}
		return book.Grant(ctx, h)
	case "withdraw":
		return book.Withdraw(ctx, id("skill"), id("who"), by)
	case "require":
		n := skill.Need{Skill: id("needs"), Line: plant.LineID(c.FormValue("line")), Product: strings.TrimSpace(c.FormValue("product"))}
		var err error
		if n.Operation, err = operationOf(c.FormValue("operation")); err != nil {
			return err
		}
		return book.Require(ctx, n, by)
	case "release":
		return book.Release(ctx, id("need"), by)
	}
	return errs.New(errs.Invalid, "the form does not say what is to be done; load the page again")
}

// operationOf reads the number of an operation; nothing is any.
func operationOf(text string) (int64, error) {
	if text = strings.TrimSpace(text); text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1 || n > 1_000_000 {
		const words = "Write the number of an operation, like 10, or nothing."
		return 0, &errs.Error{Kind: errs.Invalid, Words: words, Fields: []errs.Field{{Path: "operation", Message: words}}}
	}
	return n, nil
}

// granted reads who has a skill, and until when: to the end of that day.
func (s *Server) granted(c echo.Context, by plant.Person) (h skill.Holder, err error) {
	users, err := s.Vault.Users(c.Request().Context())
	if err != nil {
		return h, err
	}
	var w wrong
	h.By = by
	h.Skill, _ = strconv.ParseInt(c.FormValue("has"), 10, 64) // what is no number is no skill
	for _, u := range users {
		if strconv.FormatInt(u.ID, 10) == c.FormValue("who") {
			h.Who = plant.Person{ID: u.ID, Name: u.Name}
		}
	}
	if h.Who.ID == 0 {
		w.add("who", "Choose a person.")
	}
	if text := strings.TrimSpace(c.FormValue("until")); text != "" {
		day, err := time.ParseInLocation(time.DateOnly, text, s.locale().Zone)
		if err != nil {
			w.add("until", "Write a day like %s.", s.Now().Format(time.DateOnly))
		}
		h.Until = day.AddDate(0, 0, 1)
	}
	return h, w.err()
}
