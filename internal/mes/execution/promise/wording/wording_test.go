package wording

import (
	"testing"
	"time"
)

func TestLastingIsSaidInTwoWordsAtMost(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Hour:                    "under 1 min",
		59 * time.Second:              "under 1 min",
		time.Minute:                   "1 min",
		2 * time.Hour:                 "2 h",
		22*time.Hour + 31*time.Minute: "22 h 31 min",
		48 * time.Hour:                "2 d",
		49*time.Hour + 10*time.Minute: "2 d 1 h",
	} {
		if got := Lasting(d); got != want {
			t.Errorf("%v: %q instead of %q", d, got, want)
		}
	}
}
