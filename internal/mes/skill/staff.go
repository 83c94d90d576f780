package skill

import (
	"slices"
	"strings"
	"time"

	"millwright/internal/errs"
)

// MostPeople is how many people with a skill work in a shift at most.
const MostPeople = 10_000

// Check refuses what cannot be said of a shift.
func (s Staff) Check() error {
	var wrong []errs.Field
	if strings.TrimSpace(s.Shift) == "" || len(s.Shift) > 80 {
		wrong = append(wrong, errs.Field{Path: "shift", Message: "Choose a shift."})
	}
	if s.Known && (s.People < 0 || s.People > MostPeople) {
		wrong = append(wrong, errs.Field{Path: "people", Message: "Write how many people: a whole number between 0 and 10000, or nothing."})
	}
	if len(wrong) == 0 {
		return nil
	}
	return &errs.Error{Kind: errs.Invalid, Words: "it was not kept how many people there are", Fields: wrong}
}

// Present is how many people with a skill are there at a moment when some shifts work. It is the sum of what a planner says
// of these shifts, but never more than hold a certificate then; where nothing is said of any of them, everybody who holds one.
// Nobody is there outside the shifts once something is said of one. known is false where nobody is entered, and nothing is said.
func (m Matrix) Present(skill int64, shifts []string, at time.Time) (people int64, known bool) {
	holders, entered := int64(0), false
	for _, h := range m.Holders {
		if h.Skill != skill {
			continue
		}
		entered = true
		if h.Until.IsZero() || at.Before(h.Until) {
			holders++
		}
	}
	planned, said := false, false
	for _, s := range m.Staff {
		if s.Skill != skill {
			continue
		}
		if planned = true; slices.Contains(shifts, s.Shift) {
			people, said = people+s.People, true
		}
	}
	switch {
	case planned && len(shifts) == 0:
		return 0, true
	case !said:
		return holders, entered
	case entered:
		return min(people, holders), true
	}
	return people, true
}
