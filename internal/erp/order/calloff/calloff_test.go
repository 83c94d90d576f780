package calloff

import (
	"testing"

	"millwright/internal/plant"
)

func TestWhatWasDeliveredCoversTheFirstCallsFirst(t *testing.T) {
	calls := []Call{{Day: "2026-03-04", Quantity: 30}, {Day: "2026-03-02", Quantity: 20}, {Day: "2026-03-03", Quantity: 10}, {Day: "2026-03-02", Quantity: 5}}
	for _, c := range []struct {
		done                      plant.Quantity
		today                     string
		due, backlog, ahead, open plant.Quantity
		next                      string
		nextOpen                  plant.Quantity
	}{
		{0, "2026-03-01", 0, 0, 0, 65, "2026-03-02", 25},
		{0, "2026-03-02", 25, 25, 0, 65, "2026-03-02", 25},
		{20, "2026-03-03", 35, 15, 0, 45, "2026-03-02", 5},
		{35, "2026-03-03", 35, 0, 0, 30, "2026-03-04", 30},
		{40, "2026-03-03", 35, 0, 5, 25, "2026-03-04", 25},
		{70, "2026-03-09", 65, 0, 5, 0, "", 0},
	} {
		st := Schedule{Calls: calls, Done: c.done}.Stand(c.today)
		if st.Due != c.due || st.Backlog != c.backlog || st.Ahead != c.ahead || st.Open != c.open || st.Next.Day != c.next || st.Next.Open != c.nextOpen {
			t.Errorf("%d on %s: %+v", c.done, c.today, st)
		}
		if len(st.Days) != 3 || st.Days[2].Cumulative != 65 || len(st.Days[0].Calls) != 2 {
			t.Errorf("%+v", st.Days)
		}
	}
	if st := (Schedule{}).Stand("2026-03-01"); st.Days != nil || st.Next.Day != "" {
		t.Errorf("%+v", st)
	}
}
