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
