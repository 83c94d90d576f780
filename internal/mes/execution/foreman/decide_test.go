package foreman

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"millwright/internal/mes/execution"
	"millwright/internal/ot/driver"
	"millwright/internal/plant"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func job(id string, s execution.Status) execution.Job {
	return execution.Job{ID: id, Line: "L", Product: "P", Planned: plant.Pieces(10), Status: s, Version: 1}
}

func has(id string, s driver.JobState) driver.JobStanding {
	return driver.JobStanding{JobOrder: driver.JobOrder{ID: id}, State: s}
}

func knows(id string, told execution.Status, seen driver.JobState) Known {
	return Known{Job: id, Told: told, Seen: seen, Planned: plant.Pieces(10), At: noon.Add(-time.Hour)}
}

// words tells what was decided: "A: Start", "A→running", "A kept", "A forgotten", "A!" for trouble.
func words(all []Act) string {
	var out []string
	for _, a := range all {
		switch {
		case a.Forget:
			out = append(out, a.Job+" forgotten")
		case a.Do != "":
			out = append(out, fmt.Sprintf("%s: %s", a.Job, a.Do))
		case a.To != "":
			out = append(out, fmt.Sprintf("%s→%s", a.Job, a.To))
		case a.Known.Trouble != "":
			out = append(out, a.Job+"!")
		default:
			out = append(out, a.Job+" kept")
		}
	}
	return strings.Join(out, ", ")
}

func TestWhatIsDecided(t *testing.T) {
	t.Parallel()
	const w, r, h, c, x = execution.Waiting, execution.Running, execution.Held, execution.Completed, execution.Aborted
	const un, no, al, ru, in, en, ab = driver.JobUnknown, driver.JobNotAllowedToStart, driver.JobAllowedToStart, driver.JobRunning, driver.JobInterrupted, driver.JobEnded, driver.JobAborted
	for _, k := range []struct {
		name string
		is   execution.Status
		at   driver.JobState // un: the machine does not have it
		told execution.Status
		seen driver.JobState
		want string
	}{
		{"the next waits: it is stored", w, un, "", un, "A: Store"},
		{"stored and waiting: nothing", w, no, w, no, ""},
		{"started here while it waits there", r, no, w, no, "A: Start"},
		{"started here, and not there yet", r, un, "", un, "A: StoreAndStart"},
		{"allowed to start, and not yet running", r, al, r, al, ""},
		{"the machine runs what we started", r, ru, r, al, "A kept"},
		{"the machine starts by itself what waits", w, ru, w, no, "A→running"},
		{"held here", h, ru, r, ru, "A: Pause"},
		{"held here before it ran there", h, al, r, al, "A: RevokeStart"},
		{"the machine holds by itself", r, in, r, ru, "A→held"},
		{"resumed here", r, in, h, in, "A: Resume"},
		{"resumed there", h, ru, h, in, "A→running"},
		{"the machine has ended it", r, en, r, ru, "A→completed"},
		{"the machine has ended what was held", h, en, h, in, "A→completed"},
		{"the machine has aborted it", r, ab, r, ru, "A→aborted"},
		{"started and ended between two looks", w, en, w, no, "A→running"},
		{"completed here", c, ru, r, ru, "A: Stop"},
		{"completed here before it was started there", c, no, w, no, "A: Cancel"},
		{"aborted here", x, in, h, in, "A: Abort"},
		{"both are done: it is cleared", c, en, c, en, "A: Clear"},
		{"cleared", c, un, c, un, "A forgotten"},
		{"it is there from before we forgot: it is taken as it is", r, al, "", un, "A kept"},
		{"it runs there, which we forgot", w, ru, "", un, "A→running"},
		{"it has gone while it ran, and nobody says where to", r, un, r, ru, "A!"},
		{"it waited and has gone: nothing was made of it", w, un, w, no, ""},
		{"sent anew by who holds and resumes it", r, un, h, ru, "A: StoreAndStart"},
		{"done there, and started anew here", r, en, h, en, "A!"},
	} {
		s := Scene{Jobs: []execution.Job{job("A", k.is)}, Known: map[string]Known{}, Ahead: 1, Now: noon}
		if k.at != un {
			s.There = []driver.JobStanding{has("A", k.at)}
		}
		if k.told != "" {
			s.Known["A"] = knows("A", k.told, k.seen)
		}
		if got := words(Decide(s)); got != k.want {
			t.Errorf("%s: %q, want %q", k.name, got, k.want)
		}
	}
}

func TestOnlyTheNextAreSentAhead(t *testing.T) {
	t.Parallel()
	s := Scene{Jobs: []execution.Job{job("A", execution.Running), job("B", execution.Waiting), job("C", execution.Waiting)}, Ahead: 1, Now: noon}
	if got := words(Decide(s)); got != "A: StoreAndStart, B: Store" {
		t.Error(got)
	}
	s.Ahead = 0
	if got := words(Decide(s)); got != "A: StoreAndStart" {
		t.Error(got)
	}
}

func TestWhatBecameOfAnOrderIsBelieved(t *testing.T) {
	t.Parallel()
	s := Scene{
		Jobs: []execution.Job{job("A", execution.Running)}, Now: noon,
		Known: map[string]Known{"A": knows("A", execution.Running, driver.JobRunning)}, Gone: map[string]driver.JobState{"A": driver.JobEnded},
	}
	if got := words(Decide(s)); got != "A→completed" {
		t.Error(got)
	}
}

func TestAnotherQuantityIsTold(t *testing.T) {
	t.Parallel()
	s := Scene{Jobs: []execution.Job{job("A", execution.Running)}, There: []driver.JobStanding{has("A", driver.JobRunning)}, Now: noon}
	k := knows("A", execution.Running, driver.JobRunning)
	k.Planned = plant.Pieces(9)
	s.Known = map[string]Known{"A": k}
	all := Decide(s)
	if got := words(all); got != "A: Update" || all[0].Known.Planned != plant.Pieces(10) {
		t.Error(got, all)
	}
}

func TestWhatIsRefusedIsNotTriedAgainAtOnce(t *testing.T) {
	t.Parallel()
	k := knows("A", execution.Waiting, driver.JobNotAllowedToStart)
	k.Trouble, k.At = "refused", noon.Add(-time.Second)
	s := Scene{Jobs: []execution.Job{job("A", execution.Running)}, There: []driver.JobStanding{has("A", driver.JobNotAllowedToStart)}, Known: map[string]Known{"A": k}, Now: noon}
	if got := words(Decide(s)); got != "" {
		t.Errorf("a second later: %s", got)
	}
	s.Now = noon.Add(time.Minute)
	if got := words(Decide(s)); got != "A: Start" {
		t.Errorf("a minute later: %s", got)
	}
}

func TestAJobThatIsNotThereAnyMoreIsForgotten(t *testing.T) {
	t.Parallel()
	s := Scene{Known: map[string]Known{"A": knows("A", execution.Completed, driver.JobEnded)}, Now: noon}
	if got := words(Decide(s)); got != "A forgotten" {
		t.Error(got)
	}
}

// TestBothSidesComeToAgree lets people and the machine do as they like, and then leaves them alone: whatever was done,
// and wherever we were killed, soon nothing is left to do.
func TestBothSidesComeToAgree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := &bench{job: job("A", execution.Waiting), now: noon}
		for range rapid.IntRange(0, 12).Draw(t, "moves") {
			m.act(rapid.IntRange(0, 7).Draw(t, "what"), rapid.Bool().Draw(t, "killed"))
		}
		for range 8 {
			m.round(false)
		}
		m.now = m.now.Add(2 * patience)
		m.round(false)
		if all := Decide(m.scene()); len(all) > 0 && all[0].Do != "" && all[0].Known.Trouble == "" {
			t.Fatalf("job %s, machine %v, known %+v: still to do: %s", m.job.Status, m.at, m.known, words(all))
		}
		if s := means(m.at); s != "" && s != m.job.Status && m.known["A"].Trouble == "" && m.job.Open() {
			t.Fatalf("the job is %s and the machine %v, and nobody minds: %+v", m.job.Status, m.at, m.known)
		}
	})
}

// bench is one job and one machine, played by hand.
type bench struct {
	job   execution.Job
	at    driver.JobState // JobUnknown: it does not have it
	known map[string]Known
	now   time.Time
}

func (m *bench) scene() Scene {
	s := Scene{Jobs: []execution.Job{m.job}, Known: m.known, Ahead: 1, Now: m.now}
	if m.at != driver.JobUnknown {
		s.There = []driver.JobStanding{has("A", m.at)}
	}
	return s
}

// allowed are the steps of jobs and of the machine by itself.
var (
	steps  = map[execution.Status][]execution.Status{execution.Waiting: {execution.Running}, execution.Running: {execution.Held, execution.Completed, execution.Aborted}, execution.Held: {execution.Running, execution.Completed}}
	itself = map[driver.JobState][]driver.JobState{driver.JobAllowedToStart: {driver.JobRunning}, driver.JobRunning: {driver.JobInterrupted, driver.JobEnded}, driver.JobInterrupted: {driver.JobRunning}}
)

func (m *bench) act(what int, killed bool) {
	switch next := itself[m.at]; {
	case what < 3:
		if to := steps[m.job.Status]; len(to) > 0 {
			m.job.Status = to[what%len(to)]
		}
	case what < 5 && len(next) > 0:
		m.at = next[what%len(next)]
	default:
		m.round(killed)
	}
}

// round does what is decided; killed means before it is kept.
func (m *bench) round(killed bool) {
	m.now = m.now.Add(time.Second)
	for _, a := range Decide(m.scene()) {
		if a.Do != "" {
			for _, by := range answers {
				for from, x := range by {
					if from == m.at && x.do == a.Do {
						m.at = x.to
					}
				}
			}
		}
		if a.To != "" {
			m.job.Status = a.To
		}
		if killed {
			return
		}
		if m.known == nil {
			m.known = map[string]Known{}
		}
		if m.known[a.Job] = a.Known; a.Forget {
			delete(m.known, a.Job)
		}
	}
}
