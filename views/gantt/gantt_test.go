package gantt

import (
	"testing"
	"time"
)

func TestABarSaysWhatFitsIntoIt(t *testing.T) {
	from := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	c := Chart{From: from, To: from.Add(100 * time.Hour)}
	for hours, want := range map[int]string{1: "", 6: "", 7: "COLA-05", 17: "COLA-05", 18: "WO-000001.10 COLA-05", 300: "WO-000001.10 COLA-05"} {
		b := Bar{Label: "WO-000001.10 COLA-05", Short: "COLA-05", From: from, To: from.Add(time.Duration(hours) * time.Hour)}
		if got := c.label(b); got != want {
			t.Errorf("a bar of %d %% says %q, not %q", hours, got, want)
		}
	}
	if got := c.label(Bar{Label: "gone", From: from.Add(-50 * time.Hour), To: from.Add(time.Hour)}); got != "" {
		t.Errorf("a bar of which one hour is seen says %q", got)
	}
}

func TestDaysOfTheAxisDoNotLieOnOneAnother(t *testing.T) {
	for hour := range 24 {
		from := time.Date(2026, 11, 30, hour, 0, 0, 0, time.UTC)
		c, last := Chart{From: from, To: from.AddDate(0, 0, 14), Zone: time.UTC}, int64(-10_000)
		for day := range 15 {
			at := time.Date(2026, 11, 30+day, 0, 0, 0, 0, time.UTC)
			if at.Before(from) || c.tick(at, true).label == "" {
				continue
			}
			if x := c.at(at); x-last < 6000 || x > 94_000 {
				t.Errorf("from %d h on, the label of day %d begins at %d, after one at %d", hour, day, x, last)
			} else {
				last = x
			}
		}
	}
}
