package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestThePromiseMovesWhenAMachineIsStoppedByHand stops the machine that paces a line on the page of the line, and starts it
// again: the wall says another time for the job, and the line stands and runs.
func TestThePromiseMovesWhenAMachineIsStoppedByHand(t *testing.T) {
	t.Parallel()
	on, s, b := seenAtWork(t)
	state := func() string {
		return b.promise(fmt.Sprintf(`fetch("/api/v1/lines/%s").then((r) => r.json()).then((l) => l.category)`, on.line))
	}
	s.eventually(2*time.Minute, "the wall to promise when the job is ready", func() bool {
		return strings.Contains(b.promised(on.line), "ready")
	})
	command := func(what, why string) {
		t.Helper()
		b.open(s.url + "/line/" + on.line)
		form := fmt.Sprintf(`form[action="/line/%s/write"]`, on.line)
		b.follow("", fmt.Sprintf(`a[aria-label="Stop or start %s"]`, on.unit), form)
		b.fill(form, map[string]string{"value": what, "why": why}, `.need`)
	}
	before := b.promised(on.line)
	command("3", "The guard is loose")
	var stands string
	s.eventually(2*time.Minute, "the line to stand, and the wall to say so of the job", func() bool {
		stands = b.promised(on.line)
		return state() == "breakdown" && strings.Contains(stands, "stalled since") && strings.Contains(stands, "if it runs now")
	})
	s.eventually(2*time.Minute, "the wall to promise the job for later, the longer the machine stands", func() bool {
		return readyAt(b.promised(on.line)) != readyAt(before)
	})
	command("2", "The guard is mended")
	var after string
	s.eventually(2*time.Minute, "the line to run, and the wall to promise the job again", func() bool {
		after = b.promised(on.line)
		return state() == "running" && strings.Contains(after, "ready") && !strings.Contains(after, "stalled")
	})
	t.Logf("the wall said\n%s\n%s\n%s", before, stands, after)
}

// readyAt is the clock time at which a wall says that a job is ready.
func readyAt(promise string) string {
	_, at, _ := strings.Cut(promise, "ready ")
	return at[:min(len(at), len("09:30"))]
}
