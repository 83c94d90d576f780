package app

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"millwright/internal/app/demoplant"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/oee"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// millPlan is the demo's plant without breaks, of which nothing is read: what its mill says, the test says. A standstill
// is a stop after a second.
func millPlan(t *testing.T) Plan {
	t.Helper()
	text := regexp.MustCompile(`, breaks: \[[^]]*]`).ReplaceAllString(string(demoPlan(t).Text), "")
	text = strings.Replace(text, "name: CNC mill\n", "name: CNC mill\n            thresholds: {min_stop: 1s}\n", 1)
	text = strings.ReplaceAll(text, "    driver:", "    disabled: true\n    driver:")
	return Plan{Name: "demo.yaml", Text: []byte(text)}
}

// The mill says no product. That it stands ready is no order where none runs, and a stop where one does.
func TestTheMillThatStandsKnowsWhetherAnOrderRuns(t *testing.T) {
	dir := t.TempDir()
	a, err := together(t, dir, millPlan(t))
	if err != nil {
		t.Fatal(err)
	}
	stop := runs(t, a)
	id, ok := a.floor.Load().model.Tags.Find("mill-1/mill/program_status")
	if !ok {
		t.Fatal("the mill says no state")
	}
	ready := []tag.Sample{{Tag: id, Time: time.Now().Add(-time.Second), Value: tag.TextValue("READY")}}
	if refused, err := a.ingest(t.Context(), ready); err != nil || len(refused) > 0 {
		t.Fatalf("%v %v", refused, err)
	}
	shows := func(what string, category oee.Category, product string) {
		t.Helper()
		eventually(t, what, func() bool {
			s, _ := a.floor.Load().oee.Snapshot(demoplant.Mill)
			return s.Now == category && s.Product == product
		})
	}
	shows("no order", oee.NoOrder, "")
	desk := a.floor.Load().execution
	j, err := desk.Add(t.Context(), execution.Job{Line: demoplant.Mill, Product: "BOX-OP1", Planned: plant.Pieces(500)}, plant.Program(), "")
	do := func(step func() (execution.Job, error)) {
		t.Helper()
		if j, err = step(); err != nil {
			t.Fatal(err)
		}
	}
	do(func() (execution.Job, error) { return desk.Start(t.Context(), j.ID, j.Version, plant.Program(), "") })
	shows("a stop while the order runs", oee.Breakdown, "BOX-OP1")
	do(func() (execution.Job, error) { return desk.Hold(t.Context(), j.ID, j.Version, plant.Program(), "") })
	shows("no order, as it is held", oee.NoOrder, "")
	do(func() (execution.Job, error) { return desk.Resume(t.Context(), j.ID, j.Version, plant.Program(), "") })
	shows("a stop while it goes on", oee.Breakdown, "BOX-OP1")
	stop()

	if a, err = together(t, dir, millPlan(t)); err != nil {
		t.Fatal(err)
	}
	runs(t, a)
	shows("a stop after another start", oee.Breakdown, "BOX-OP1")
}
