package app

import (
	"strings"
	"testing"
	"time"

	"millwright/internal/ot/tag"
)

// Whatever the history refuses, of a connection or by HTTP, is held with why.
func TestWhatTheHistoryRefusesIsHeld(t *testing.T) {
	a, err := together(t, t.TempDir(), Plan{Name: "plant.yaml", Text: []byte(countingPlant("one"))})
	if err != nil {
		t.Fatal(err)
	}
	runs(t, a)
	id, _ := a.floor.Load().model.Tags.Find("one/press/good")
	at := time.Now().Add(-time.Second).UTC().Truncate(time.Second)
	send := func(n int64, at time.Time) {
		t.Helper()
		if _, err := a.ingest(t.Context(), []tag.Sample{{Tag: id, Time: at, Value: tag.IntValue(n)}}); err != nil {
			t.Fatal(err)
		}
	}
	send(1, at)
	send(1, at) // again: kept once
	if all := a.refused.List(); len(all) != 0 {
		t.Errorf("%+v", all)
	}
	send(2, at.Add(3*time.Hour))
	all := a.refused.List()
	if len(all) != 1 || all[0].Source != byHTTP || all[0].Sample.Value != tag.IntValue(2) || all[0].Why == "" {
		t.Fatalf("%+v", all)
	}
	a.spread([]tag.Sample{{Tag: id, Time: at.Add(4 * time.Hour), Value: tag.IntValue(3)}}) // as a session does
	eventually(t, "the writer's is held too", func() bool {
		all := a.refused.List()
		return len(all) == 2 && all[0].Sample.Value == tag.IntValue(3) && strings.Contains(all[0].Why, "ahead")
	})
}
