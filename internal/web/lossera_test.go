package web

import (
	"testing"
	"time"

	"millwright/internal/plant"
)

// What is of some dates ends with the last shift that opens on them, and a range of two times where it says.
func TestTheTimeOfDatesEndsWithTheirLastShift(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	line := func(shifts ...plant.ShiftPattern) lineInfo {
		return lineInfo{Line: plant.Line{Calendar: plant.Calendar{Zone: zone, Shifts: shifts}}, site: plant.Site{Zone: zone}}
	}
	day, night := plant.ShiftPattern{Name: "Day", Start: 6 * 60, End: 22 * 60}, plant.ShiftPattern{Name: "Night", Start: 22 * 60, End: 6 * 60}
	first, last := plant.DateIn(time.Date(2026, 10, 23, 12, 0, 0, 0, zone), zone), plant.DateIn(time.Date(2026, 10, 24, 12, 0, 0, 0, zone), zone)
	dates := dated(first, last, zone)
	for _, c := range []struct {
		name string
		line lineInfo
		want time.Time
	}{
		{"a night that goes on", line(day, night), time.Date(2026, 10, 25, 6, 0, 0, 0, zone)},
		{"days only", line(day), time.Date(2026, 10, 25, 0, 0, 0, 0, zone)},
		{"no shifts", line(), time.Date(2026, 10, 25, 0, 0, 0, 0, zone)},
	} {
		if got := dates.ends(c.line); !got.Equal(c.want) {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	now := dates
	now.To = time.Date(2026, 10, 25, 1, 0, 0, 0, zone)
	if got := now.ends(line(day, night)); !got.Equal(now.To) {
		t.Errorf("while the night goes on, it ends at %s", got)
	}
	if times := (era{Span: dates.Span}); !times.ends(line(day)).Equal(times.To) {
		t.Error("two times end elsewhere than they say")
	}
}
