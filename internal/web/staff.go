// How many people with a skill work in a shift, as the schedule counts on them.

package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/mes/board"
	"millwright/internal/mes/skill"
	"millwright/internal/plant"
	"millwright/views/floor"
	"millwright/views/ui"
)

// shiftNames are the shifts that lines have, and the one that is assumed of what has no calendar.
func shiftNames(p *plant.Plant) (names []string) {
	add := func(all []plant.ShiftPattern) {
		for _, s := range all {
			if !slices.Contains(names, s.Name) {
				names = append(names, s.Name)
			}
		}
	}
	for _, l := range p.Lines() {
		add(l.Calendar.Shifts)
		for _, o := range l.Calendar.Other {
			add(o.Shifts)
		}
	}
	add(board.Assumed(nil).Shifts)
	return names
}

// staff is the table of who is there when, with the form of planners.
func (s *Server) staff(c echo.Context, m skill.Matrix, skills []ui.Choice, wrong []ui.Fault) floor.Section {
	shifts := shiftNames(s.painter().Plant)
	t := floor.Section{
		ID: "staff", Title: "People in a shift", Columns: []string{"Skill", "Hold it now"}, Empty: "There are no skills yet.",
		Note: "The schedule lets an operation wait until its crew is free. It counts on as many people as a planner says here for a shift, at most on those who hold the skill then. While nothing is said of any shift, all who hold it count in each; once something is said of one, nobody counts outside those. A skill that nobody holds and of which nothing is said holds nothing up, and the schedule says so.",
	}
	t.Columns = append(t.Columns, shifts...)
	now := s.Now()
	for _, k := range m.Skills {
		holds, _ := skill.Matrix{Holders: m.Holders}.Present(k.ID, nil, now)
		r := floor.Row{Cells: []string{k.Name, strconv.FormatInt(holds, 10)}}
		for _, shift := range shifts {
			cell := "–"
			if i := slices.IndexFunc(m.Staff, func(x skill.Staff) bool { return x.Skill == k.ID && x.Shift == shift }); i >= 0 {
				cell = strconv.FormatInt(m.Staff[i].People, 10)
			}
			r.Cells = append(r.Cells, cell)
		}
		t.Rows = append(t.Rows, r)
	}
	if len(skills) == 0 || !s.keeps(c) {
		return t
	}
	field := func(id, label, help, kind string, all []ui.Choice) floor.Field {
		return floor.Field{Input: ui.Input{ID: id, Label: label, Help: help, Type: kind, Optional: kind == "text", Value: c.FormValue(id), Fault: ui.FaultOf(wrong, id)}, Choices: all}
	}
	var named []ui.Choice
	for _, name := range shifts {
		named = append(named, ui.Choice{Value: name, Name: name})
	}
	t.Forms = []floor.Form{{Action: staffHome, Button: "Keep", Fold: "Say how many work in a shift", Fields: []floor.Field{
		field("staffed", "Skill", "", "", skills), field("shift", "Shift", "", "", named), field("people", "People", "Nothing when nobody knows.", "text", nil),
	}}}
	return t
}

// keepStaff keeps how many people with a skill work in a shift.
func (s *Server) keepStaff(c echo.Context) error {
	if s.Dispatch.Skills == nil {
		return errs.New(errs.NotFound, "no skills are kept here")
	}
	of, err := s.typedStaff(c)
	if err == nil {
		err = s.Dispatch.Skills.Employ(c.Request().Context(), of, visitorOf(c).Person)
	}
	switch errs.KindOf(err) {
	case errs.Invalid:
		return s.showSkills(c, http.StatusUnprocessableEntity, faults(err))
	case errs.NotFound:
		return s.showSkills(c, http.StatusUnprocessableEntity, []ui.Fault{{Field: "staffed", Text: "Choose a skill."}})
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, skillsHome+"#staff")
}

func (s *Server) typedStaff(c echo.Context) (of skill.Staff, err error) {
	var w wrong
	of.Shift = c.FormValue("shift")
	if !slices.Contains(shiftNames(s.painter().Plant), of.Shift) {
		w.add("shift", "Choose a shift.")
	}
	of.Skill, _ = strconv.ParseInt(c.FormValue("staffed"), 10, 64) // what is no number is no skill
	if text := strings.TrimSpace(c.FormValue("people")); text != "" {
		of.Known = true
		if of.People, err = strconv.ParseInt(text, 10, 64); err != nil {
			w.add("people", "Write a whole number, or nothing.")
		}
	}
	return of, w.err()
}
