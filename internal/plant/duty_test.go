package plant

import "testing"

func TestDutiesReadAsTheyPrint(t *testing.T) {
	for d := range Duty(1 << len(Duties())) {
		if got, err := ParseDuties(d.String()); err != nil || got != d {
			t.Errorf("%q reads as %q: %v", d, got, err)
		}
	}
	for _, words := range []string{"manager", "planner,sales", "Planner"} {
		if got, err := ParseDuties(words); err == nil || got != NoDuty {
			t.Errorf("%q reads as %q", words, got)
		}
	}
	if got := (Planner | Sales).Or(); got != "planner or sales" {
		t.Error(got)
	}
}

func TestADutyNeedsARoleAndManagersHaveThemAll(t *testing.T) {
	for _, c := range []struct {
		needed, own Duty
		role        Role
		open        bool
	}{
		{NoDuty, NoDuty, Nobody, true},
		{Planner, Planner, Viewer, true},
		{Planner, Planner, Operator, true},
		{Planner, Planner | Sales, Viewer, true},
		{Planner | Sales, Sales, Viewer, true},
		{Planner, Sales, Viewer, false},
		{Planner, NoDuty, Operator, false},
		{Planner, Planner, Display, false},
		{Planner, Planner, Nobody, false},
		{Planner, NoDuty, Manager, true},
		{Purchaser, NoDuty, Admin, true},
	} {
		if got := c.needed.Open(c.role, c.own); got != c.open {
			t.Errorf("%q for %s who is %q: %v", c.needed, c.role, c.own, got)
		}
	}
}
