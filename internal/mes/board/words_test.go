package board

import (
	"testing"
	"time"
)

func TestSpansAreSaidToTheMinuteOnceTheyLastOne(t *testing.T) {
	for d, want := range map[time.Duration]string{
		26 * time.Second:             "26 s",
		89 * time.Second:             "1 min",
		2 * time.Hour:                "2 h",
		2*time.Hour + 30*time.Minute: "2 h 30 min",
	} {
		if got := span(d); got != want {
			t.Errorf("%v: %q instead of %q", d, got, want)
		}
	}
}
