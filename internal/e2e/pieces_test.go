package e2e

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/url"
	"slices"
	"syscall"
	"testing"
	"time"
)

// The parts of the API's answers that the test adds up.
type (
	jobList struct{ Jobs []toldJob }
	toldJob struct {
		ID, Line, Status string
		Good, Scrap      float64
		Work             int64
	}
	measured struct {
		Good, Reject float64
		Seconds      map[string]float64
	}
)

// TestPiecesMadeAreProgressAreOEE kills the program at random moments while machines run, and compares what the
// machines' counters show with what the jobs got and with what the time ledger holds.
func TestPiecesMadeAreProgressAreOEE(t *testing.T) {
	t.Parallel()
	s := startFirst(t, "--speed", "8")
	token := s.token("counter", "viewer")
	s.eventually(60*time.Second, "the machines to be connected", func() bool { return s.connected(token) })
	s.startsMachinesAgain(token)
	for range 3 {
		time.Sleep(time.Duration(2000+rand.IntN(3000)) * time.Millisecond)
		s.stop(syscall.SIGKILL)
		time.Sleep(time.Duration(rand.IntN(2000)) * time.Millisecond)
		s.start()
	}
	time.Sleep(5 * time.Second)
	s.freeze()
	time.Sleep(3 * time.Second)

	for _, line := range []string{"filling-1", "filling-2", "assembly-1", "packing-1"} {
		var booked, scrap float64
		var m measured
		for range 240 {
			booked, scrap = s.booked(token, line)
			if m = s.measured(token, line); booked == m.Good && scrap == m.Reject && booked > 0 {
				break
			}
			time.Sleep(250 * time.Millisecond)
		}
		if booked != m.Good || scrap != m.Reject || booked == 0 {
			t.Errorf("%s: jobs have %.0f good and %.0f rejected, OEE %.0f and %.0f", line, booked, scrap, m.Good, m.Reject)
		}
		t.Logf("%s: %.0f good and %.0f rejected in jobs and in OEE", line, booked, scrap)
		total := 0.0
		for _, seconds := range m.Seconds {
			total += seconds
		}
		if window := 48 * time.Hour.Seconds(); total < window-0.001 || total > window+0.001 {
			t.Errorf("%s: its time sums to %f s of %f", line, total, window)
		}
	}
	// a counter that never rolls over or resets: what it moved is what was booked
	var counted, booked float64
	for range 240 {
		first, last := s.ends(token, "assembly-1/tester/good")
		counted = last - first
		if booked, _ = s.booked(token, "assembly-1"); counted == booked {
			break
		}
		time.Sleep(250 * time.Millisecond)
	}
	if counted != booked {
		t.Errorf("the tester counted %.0f pieces, %.0f are booked", counted, booked)
	}
	s.stop(syscall.SIGTERM)
	if said := s.command("", "verify"); said == "" {
		t.Error("verify says nothing")
	}
	s.start()
}

// connected tells whether the demo's machines are.
func (s *server) connected(token string) bool {
	var c struct{ Connections []struct{ ID, Phase string } }
	if err := s.fetch(token, "/api/v1/connections", &c); err != nil {
		return false
	}
	return slices.ContainsFunc(c.Connections, func(one struct{ ID, Phase string }) bool { return one.ID == "plc" && one.Phase == "active" })
}

// freeze lets the machines hold still until the test ends, and so the numbers.
func (s *server) freeze() {
	s.t.Helper()
	pid := s.simulator()
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = syscall.Kill(pid, syscall.SIGCONT) })
}

// booked sums the progress of all jobs of a line.
func (s *server) booked(token, line string) (good, scrap float64) {
	s.t.Helper()
	var list jobList
	s.get(token, "/api/v1/jobs?line="+line, &list)
	for _, j := range list.Jobs {
		good += j.Good
		scrap += j.Scrap
	}
	return good, scrap
}

// measured is the OEE of the last 48 hours, in whole pieces: the window ends some milliseconds before the segment that
// still runs, so that a millionth of this segment's pieces is not in it.
func (s *server) measured(token, line string) (m measured) {
	s.t.Helper()
	to := time.Now().UTC().Truncate(time.Millisecond)
	s.get(token, fmt.Sprintf("/api/v1/oee?line=%s&from=%s&to=%s", line, stamp(to.Add(-48*time.Hour)), stamp(to)), &m)
	m.Good, m.Reject = math.Round(m.Good), math.Round(m.Reject)
	return m
}

func stamp(t time.Time) string { return url.QueryEscape(t.Format(time.RFC3339Nano)) }

// ends gives the first and the last good reading of a counter.
func (s *server) ends(token, tag string) (first, last float64) {
	s.t.Helper()
	from, seen := time.Now().UTC().Add(-48*time.Hour), false
	for range 200 {
		var page struct {
			Samples []struct {
				Value   *float64
				Quality uint32
			}
			Next *time.Time
		}
		s.get(token, fmt.Sprintf("/api/v1/tags/samples?tag=%s&from=%s&to=%s&limit=10000", url.QueryEscape(tag), stamp(from), stamp(time.Now().UTC())), &page)
		for _, one := range page.Samples {
			if one.Value == nil || one.Quality != 0 {
				continue
			}
			if !seen {
				first, seen = *one.Value, true
			}
			last = *one.Value
		}
		if page.Next == nil {
			break
		}
		from = *page.Next
	}
	if !seen {
		s.t.Fatalf("no reading of %s", tag)
	}
	return first, last
}
