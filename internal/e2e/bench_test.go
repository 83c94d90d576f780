package e2e

import (
	"os/exec"
	"regexp"
	"testing"
)

// TestTheProgramMeasuresItself runs the measurements of a whole plant, as small as they go: they lose nothing and print figures.
func TestTheProgramMeasuresItself(t *testing.T) {
	t.Parallel()
	for what, figures := range map[string]string{
		"ingest": `(?m)^ +20 +10 +\d+ +0 +[\d.]+ +[\d.]+ +\d+ +[\d.]+m?s$`, // none is lost
		"live":   `(?m)^ +5 pages: change → frame p50 \d+ ms, p99 \d+ ms; [1-9]\d* messages/s`,
	} {
		out, err := exec.Command(binary(t), "bench", what, "--tags", "20", "--pages", "5", "--for", "1s").CombinedOutput()
		if err != nil || !regexp.MustCompile(figures).Match(out) {
			t.Errorf("bench %s: %v\n%s", what, err, out)
		}
	}
}
