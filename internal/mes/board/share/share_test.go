package share_test

import (
	"testing"
	"time"

	"millwright/internal/erp/schedule/pool"
	"millwright/internal/erp/tool"
	"millwright/internal/erp/workorder"
	"millwright/internal/mes/board/share"
	"millwright/internal/mes/skill"
	"millwright/internal/plant"
)

var monday = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func facts() share.Facts {
	line := func(early, late plant.Clock) plant.Calendar {
		return plant.Calendar{Shifts: []plant.ShiftPattern{{Name: "Early", Start: 6 * 60, End: early * 60}, {Name: "Late", Start: early * 60, End: late * 60}}}
	}
	return share.Facts{
		Now: monday, Ahead: 48 * time.Hour, Calendars: []plant.Calendar{line(14, 22), line(14, 22), line(15, 23)},
		Kit: tool.Kit{Tools: map[int64]tool.Tool{1: {ID: 1, Number: "M-1", Count: 3, Away: 1, Back: monday.Add(5 * time.Hour)}}, Skills: map[int64]string{7: "Fitting"}},
		People: skill.Matrix{
			Staff:   []skill.Staff{{Skill: 7, Shift: "Early", People: 3, Known: true}, {Skill: 7, Shift: "Late", People: 1, Known: true}},
			Holders: []skill.Holder{{Skill: 7, Who: plant.Person{ID: 1}}, {Skill: 7, Who: plant.Person{ID: 2}, Until: monday.Add(18 * time.Hour)}}, // Tuesday 06:00
		},
	}
}

// TestPeopleAreCountedShiftByShift: what is said of the shifts that work at any line, but no more than hold it, and nobody at
// night.
func TestPeopleAreCountedShiftByShift(t *testing.T) {
	p := share.New(facts())
	taken := p.Take(workorder.Operation{Skill: 7, Crew: plant.One}, false)
	if taken.Never != "" || taken.Words != "one person with Fitting" || len(taken.Uses) != 1 {
		t.Fatalf("%+v", taken)
	}
	of := p.All()[0]
	profile := pool.Of(of.Less)
	for hour, want := range map[int]plant.Quantity{
		12: 2, 13: 2, // three are meant, two hold it
		14: 2,                      // late begins at two lines, and at the third it is early still
		15: 1, 22: 1, 23: 0, 29: 0, // night
		30: 1, 38: 1, // one certificate has expired
	} {
		at := monday.Add(time.Duration(hour-12) * time.Hour).Unix()
		if got := plant.Quantity(of.Size - profile.Level(at)); got != want*plant.One {
			t.Errorf("%d hours into Monday there are %s, want %d", hour, got, want)
		}
	}
	if twice := p.Take(workorder.Operation{Skill: 7, Crew: 3 * plant.One}, false); twice.Never == "" {
		t.Error("three of two are not too many")
	}
	if runs := p.Take(workorder.Operation{Skill: 7, Crew: 3 * plant.One}, true); runs.Never != "" || runs.Uses[0].Amount != of.Size {
		t.Errorf("what runs has what there is: %+v", runs)
	}
	if len(p.All()) != 1 {
		t.Errorf("there are %d pools of one skill", len(p.All()))
	}
}

// TestSeveralToolsAndSkillsAreTaken: each is a pool of its own, and the first that there is never enough of keeps the operation out.
func TestSeveralToolsAndSkillsAreTaken(t *testing.T) {
	f := facts()
	f.Kit.Tools[2], f.Kit.Skills[8] = tool.Tool{ID: 2, Number: "G-1", Count: 1}, "Welding"
	f.People.Holders = append(f.People.Holders, skill.Holder{Skill: 8, Who: plant.Person{ID: 1}})
	op := workorder.Operation{Skill: 7, Crew: 2 * plant.One, Tool: 1, Tools: 2, Also: tool.Takes{{Tool: 2, Amount: plant.One}, {Skill: 8, Amount: plant.One}}}
	p := share.New(f)
	taken := p.Take(op, false)
	if taken.Never != "" || taken.Words != "2 of tool M-1; 2 people with Fitting; tool G-1; one person with Welding" || len(taken.Uses) != 4 || len(p.All()) != 4 {
		t.Errorf("%+v of %d pools", taken, len(p.All()))
	}
	op.Also[1].Amount = 2 * plant.One
	if taken = p.Take(op, false); taken.Never != "it takes 2 people with Welding, and there are never more than 1: say who has it, or how many work in a shift" {
		t.Errorf("%+v", taken)
	}
}

// TestAToolIsThereAgain: two of three until the third is back.
func TestAToolIsThereAgain(t *testing.T) {
	p := share.New(facts())
	taken := p.Take(workorder.Operation{Tool: 1, Tools: 3}, false)
	of := p.All()[0]
	profile := pool.Of(of.Less)
	if taken.Never != "" || taken.Words != "3 of tool M-1" || profile.Level(monday.Unix()) != int64(plant.One) || profile.Level(monday.Add(5*time.Hour).Unix()) != 0 || of.Size != 3*int64(plant.One) {
		t.Errorf("%+v, %+v", taken, of)
	}
}

// TestWhatNobodyKnowsHoldsNothingUp: it is told to be assumed.
func TestWhatNobodyKnowsHoldsNothingUp(t *testing.T) {
	f := facts()
	f.People = skill.Matrix{}
	taken := share.New(f).Take(workorder.Operation{Skill: 7, Crew: plant.One}, false)
	if len(taken.Uses) != 0 || taken.Never != "" || taken.Assumed != "nothing says how many have Fitting: enough is assumed" {
		t.Errorf("%+v", taken)
	}
}
