package oracles

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// shops are the lines of the cases: what they make in which time, and when they work. The job of each takes 24 hours.
func shops() string {
	week := "days: [mon, tue, wed, thu, fri], "
	var b strings.Builder
	b.WriteString(`enterprise: Works
machines:
  packml: {tags: {state: {label: State}, good: {label: Good}, product: {label: Product}}, signals: {state: state, product: product, good: {tag: good}}}
sites: [{id: ulm, zone: UTC, areas: [{id: hall, lines: [
`)
	for line, shifts := range map[string]string{
		"shifts":  `[{name: Early, ` + week + `start: "06:00", end: "14:00"}, {name: Late, ` + week + `start: "14:00", end: "22:00"}]`,
		"always":  dayLong,
		"nothing": "",
		"started": dayLong,
		"queue":   dayLong,
	} {
		if shifts != "" {
			shifts = "shifts: " + shifts + ", "
		}
		if line == "started" {
			shifts += "changeover: {target: 30m}, "
		}
		fmt.Fprintf(&b, "  {id: %s, %srates: {A: 6m}, units: [{id: m, machines: [packml]}]},\n", line, shifts)
	}
	return b.String() + "]}]}]\n"
}

// works tells whether a line works at a moment.
func works(line string, at time.Time) bool {
	day, hour := at.Weekday() != time.Saturday && at.Weekday() != time.Sunday, at.Hour()
	switch line {
	case "shifts":
		return day && hour >= 6 && hour < 22
	case "nothing": // it is assumed
		return day && hour >= 8 && hour < 17
	}
	return true
}

// ends is when so much is done that begins at a moment in which the line works.
func ends(line string, at time.Time, takes time.Duration) time.Time {
	for ; takes > 0; at = at.Add(time.Second) {
		if works(line, at) {
			takes -= time.Second
		}
	}
	return at
}

type bar struct {
	Key, Machine, Status, Why string
	SetUp, Start, End         time.Time
	Pinned                    bool
}

type planned struct {
	At       time.Time
	Version  int64
	Machines []struct{ Key, Assumed string }
	Bars     []bar
}

// read gives an answer as what it is.
func (h *hall) read(path string, into any) {
	h.t.Helper()
	text, err := json.Marshal(h.get(path))
	if err != nil {
		h.t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		h.t.Fatal(err)
	}
}

func (p *planned) bar(key string) (b bar) {
	for _, b := range p.Bars {
		if b.Key == key {
			return b
		}
	}
	return b
}

// on is the order of a line's bars.
func (p *planned) on(line string) (keys []string) {
	for _, b := range p.Bars { // by machine and start
		if b.Machine == line {
			keys = append(keys, b.Key)
		}
	}
	return keys
}

// Calendars, started operations and what-if of ORACLES §6, asked of the program that runs.
func TestSchedulesAreThoseOfTheOracles(t *testing.T) {
	for name, fresh := range databases() {
		t.Run(name, func(t *testing.T) {
			h := open(t, fresh(t).DSN, shops())
			h.start = time.Now().UTC()
			for _, line := range []string{"shifts", "always", "nothing", "started", "queue"} {
				h.post("/api/v1/jobs", object{"id": line, "line": line, "product": "A", "planned": 240, "due": h.start.AddDate(0, 0, 7)})
			}
			h.post("/api/v1/jobs", object{"id": "second", "line": "queue", "product": "A", "planned": 10, "due": h.start.AddDate(0, 1, 0)})
			h.samples("started", []said{{after: -time.Hour, tag: "product", value: "A"}, {after: -time.Hour, tag: "state", value: 6}, {after: -time.Hour, tag: "good", value: 0}, {after: -time.Second, tag: "good", value: 180}})
			var s planned
			h.until("all is scheduled", func() string {
				h.read("/api/v1/schedule", &s)
				if b := s.bar("started"); len(s.Bars) < 6 || b.Status != "running" || b.End.Sub(s.At) > 7*time.Hour {
					return fmt.Sprintf("%d bars, %+v", len(s.Bars), b)
				}
				return ""
			})
			for _, line := range []string{"shifts", "always", "nothing"} {
				b, begins := s.bar(line), s.At
				for !works(line, begins) {
					begins = begins.Add(time.Second)
				}
				if want := ends(line, begins, 24*time.Hour); !b.Start.Equal(begins) || !b.End.Equal(want) {
					t.Errorf("%s: from %s to %s, want from %s to %s", line, b.Start, b.End, begins, want)
				}
			}
			for _, m := range s.Machines {
				if assumed := strings.Contains(m.Assumed, "Monday to Friday 08–17"); assumed != (m.Key == "nothing") {
					t.Errorf("of %s is assumed %q", m.Key, m.Assumed)
				}
			}
			if b := s.bar("started"); b.End.Sub(s.At) != 6*time.Hour || !b.SetUp.Equal(b.Start) {
				t.Errorf("three quarters are made: %+v at %s", b, s.At)
			}
			h.whatIf()
		})
	}
}

// whatIf lets the second job of a queue come first, of which nothing is kept.
func (h *hall) whatIf() {
	h.t.Helper()
	var before, later planned
	var asked struct{ Is, Would planned }
	h.read("/api/v1/schedule", &before)
	h.read("/api/v1/schedule/whatif?first=second", &asked)
	h.read("/api/v1/schedule", &later)
	if is, would := fmt.Sprint(asked.Is.on("queue")), fmt.Sprint(asked.Would.on("queue")); is != "[queue second]" || would != "[second queue]" {
		h.t.Errorf("it is %s, and would be %s", is, would)
	}
	if before.Version != later.Version || fmt.Sprint(before.on("queue")) != fmt.Sprint(later.on("queue")) || later.bar("second").Pinned {
		h.t.Errorf("before: %+v\nlater: %+v", before, later)
	}
	if jobs := h.get("/api/v1/jobs?line=queue")["jobs"].([]any); jobs[0].(object)["id"] != "queue" {
		h.t.Errorf("the queue is %v", jobs)
	}
}
