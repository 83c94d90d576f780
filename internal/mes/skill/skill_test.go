package skill_test

import (
	"testing"
	"time"

	"millwright/internal/mes/execution"
	"millwright/internal/mes/skill"
	"millwright/internal/plant"
)

func TestWhatIsLacking(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	m := skill.Matrix{
		Skills: []skill.Skill{{1, "Welding"}, {2, "Forklift"}, {3, "First aid"}},
		Holders: []skill.Holder{
			{Skill: 1, Who: plant.Person{ID: 7}, Until: noon},
			{Skill: 2, Who: plant.Person{ID: 7}},
			{Skill: 1, Who: plant.Person{ID: 8}, Until: noon.Add(time.Microsecond)},
		},
		Needs: []skill.Need{{Skill: 1, Line: "L"}, {Skill: 2, Line: "L", Product: "P"}, {Skill: 3, Operation: 20}},
	}
	for _, c := range []struct {
		name string
		job  execution.Job
		who  int64
		want string
	}{
		{"expired from that moment on", execution.Job{Line: "L", Product: "P"}, 7, "Welding (expired 2026-03-02)"},
		{"valid up to it", execution.Job{Line: "L"}, 8, ""},
		{"never had it", execution.Job{Line: "L", Product: "P"}, 8, "Forklift"},
		{"another line needs nothing", execution.Job{Line: "M", Product: "P"}, 9, ""},
		{"an operation, on any line", execution.Job{Line: "M", Operation: 20}, 7, "First aid"},
		{"all of it, by name", execution.Job{Line: "L", Product: "P", Operation: 20}, 9, "First aid, Forklift, Welding"},
	} {
		if got := skill.Words(m.Lacks(c.job, c.who, noon), time.UTC); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestWhoIsThere: what the planner says of the shifts that work, but never more than hold a certificate.
func TestWhoIsThere(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	holds := func(n int, until time.Time) (all []skill.Holder) {
		for i := range n {
			all = append(all, skill.Holder{Skill: 1, Who: plant.Person{ID: int64(i)}, Until: until})
		}
		return append(all, skill.Holder{Skill: 2, Who: plant.Person{ID: 9}})
	}
	staff := func(shift string, n int64) skill.Staff {
		return skill.Staff{Skill: 1, Shift: shift, People: n, Known: true}
	}
	for name, c := range map[string]struct {
		m      skill.Matrix
		shifts []string
		people int64
		known  bool
	}{
		"nobody is entered":               {skill.Matrix{Holders: holds(0, noon)}, []string{"Early"}, 0, false},
		"all who hold it":                 {skill.Matrix{Holders: holds(3, time.Time{})}, []string{"Early"}, 3, true},
		"it has expired":                  {skill.Matrix{Holders: holds(3, noon)}, []string{"Early"}, 0, true},
		"as the planner says":             {skill.Matrix{Holders: holds(3, time.Time{}), Staff: []skill.Staff{staff("Early", 2)}}, []string{"Early"}, 2, true},
		"no more than hold it":            {skill.Matrix{Holders: holds(1, time.Time{}), Staff: []skill.Staff{staff("Early", 2)}}, []string{"Early"}, 1, true},
		"the planner alone":               {skill.Matrix{Staff: []skill.Staff{staff("Early", 2)}}, []string{"Early"}, 2, true},
		"two shifts at once":              {skill.Matrix{Staff: []skill.Staff{staff("Early", 2), staff("Day", 1)}}, []string{"Early", "Day"}, 3, true},
		"no shift works":                  {skill.Matrix{Holders: holds(3, time.Time{}), Staff: []skill.Staff{staff("Early", 2)}}, nil, 0, true},
		"nothing is said of this one":     {skill.Matrix{Holders: holds(3, time.Time{}), Staff: []skill.Staff{staff("Early", 2)}}, []string{"Late"}, 3, true},
		"nor is anybody entered for this": {skill.Matrix{Staff: []skill.Staff{staff("Early", 2)}}, []string{"Late"}, 0, false},
	} {
		if people, known := c.m.Present(1, c.shifts, noon); people != c.people || known != c.known {
			t.Errorf("%s: %d, %v; want %d, %v", name, people, known, c.people, c.known)
		}
	}
}
