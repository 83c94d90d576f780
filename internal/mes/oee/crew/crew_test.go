package crew

import (
	"testing"
	"time"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

func TestAPresenceEndsWithTheShift(t *testing.T) {
	l := plant.Line{ID: "l", Units: []plant.Unit{{ID: "l/press"}}, Calendar: plant.Calendar{Shifts: []plant.ShiftPattern{{Name: "Early", Start: 6 * 60, End: 14 * 60}}}}
	anna := plant.Person{ID: 1, Name: "Anna"}
	for _, c := range []struct {
		what     string
		now, end time.Duration
	}{
		{"in a shift, to its end", 7 * time.Hour, 14 * time.Hour},
		{"at its first moment", 6 * time.Hour, 14 * time.Hour},
		{"after it, for half a day", 14 * time.Hour, 26 * time.Hour},
	} {
		day := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
		p, err := Begun(l, "l/press", anna, anna, day.Add(c.now))
		if err != nil || !p.From.Equal(day.Add(c.now)) || !p.To.Equal(day.Add(c.end)) {
			t.Errorf("%s: %v to %v, %v", c.what, p.From, p.To, err)
		}
	}
	if _, err := Begun(l, "other/press", anna, anna, time.Now()); errs.KindOf(err) != errs.Invalid {
		t.Errorf("at a machine of another line: %v", err)
	}
}
