package plant_test

import (
	"testing"
	"time"

	"millwright/internal/plant"
)

func TestTheNearestTargetOfAChangeoverCounts(t *testing.T) {
	c := plant.Changeover{
		Default: 12 * time.Minute,
		To:      map[string]time.Duration{"WATER": 15 * time.Minute},
		Pairs:   map[plant.Pair]time.Duration{{From: "COLA", To: "WATER"}: 25 * time.Minute},
	}
	for _, x := range []struct {
		from, to string
		want     time.Duration
	}{{"COLA", "WATER", 25 * time.Minute}, {"JUICE", "WATER", 15 * time.Minute}, {"", "WATER", 15 * time.Minute}, {"WATER", "COLA", 12 * time.Minute}, {"", "", 12 * time.Minute}} {
		if d, ok := c.Target(x.from, x.to); !ok || d != x.want {
			t.Errorf("%q to %q: %s %v", x.from, x.to, d, ok)
		}
	}
	if d, ok := (plant.Changeover{}).Target("COLA", "WATER"); ok {
		t.Errorf("a target of nothing: %s", d)
	}
}
