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
