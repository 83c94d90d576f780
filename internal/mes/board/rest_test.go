package board

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestNewsAreNotWaitedForInVain: it plans again after its pause, sooner when there are news, and never without a breath.
func TestNewsAreNotWaitedForInVain(t *testing.T) {
	for _, c := range []struct {
		name        string
		news, least time.Duration // 0 is no news
		want        time.Duration
	}{
		{"nothing happens", 0, breath, pause},
		{"news at once", 1, breath, breath},
		{"news after two seconds", 2 * time.Second, breath, 2 * time.Second},
		{"news while it rests from a long plan", time.Second, 12 * time.Second, 12 * time.Second},
		{"a long plan and no news", 0, 12 * time.Second, 12 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			fresh, begun := make(chan struct{}, 1), time.Now()
			if c.news > 0 {
				time.AfterFunc(c.news, func() { fresh <- struct{}{} })
			}
			if !rest(t.Context(), fresh, c.least) || time.Since(begun) != c.want {
				t.Errorf("%s: it rests %s, want %s", c.name, time.Since(begun), c.want)
			}
		})
	}
}
