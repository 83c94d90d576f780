package backward

import (
	"slices"
	"testing"

	"millwright/internal/erp/schedule"
)

func TestBackwardEndsWhenThingsAreDue(t *testing.T) {
	p := schedule.Problem{Now: 100, Machines: []schedule.Machine{{}, {}}, Jobs: []schedule.Job{
		{Due: 200, Weight: 1, Ops: []schedule.Operation{{Modes: []schedule.Mode{{Machine: 0, Run: 10}}}, {Modes: []schedule.Mode{{Machine: 1, Run: 20}}}}},
		{Due: 120, Weight: 1, Ops: []schedule.Operation{{Modes: []schedule.Mode{{Machine: 0, Run: 30}}}}},
	}}
	plan, early, err := Solve(&p, schedule.Search{Steps: 100})
	if err != nil {
		t.Fatal(err)
	}
	if a := plan.Jobs[0]; a[1].End != 200 || a[0].End != 180 || a[0].Start != 170 {
		t.Errorf("the first job: %+v", a)
	}
	if want := []Early{{Job: 1, By: 10}}; !slices.Equal(early, want) {
		t.Errorf("early %+v; want %+v", early, want)
	}
}
