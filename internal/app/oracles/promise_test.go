package oracles

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// making is a line that is half through its job.
type making struct {
	id           string
	cycle        string // as the plant says
	shifts       string
	planned      int
	good, reject int
	ran          time.Duration // how long that took
	stopped      time.Duration // before now; 0 runs still
	wants        func(now time.Time) time.Time
}

const dayLong = `[{name: Day, start: "00:00", end: "00:00"}]`

// after is a promise that lies so long after the moment at which it was made.
func after(d time.Duration) func(time.Time) time.Time {
	return func(now time.Time) time.Time { return now.Add(d) }
}

// ORACLES E1 to E6: 1000 are planned, 250 are made, 5 a minute. E3 and E6 are learned; the others run as the plant says.
func foretold(begin time.Time) (learned, running []making) {
	clock := func(d time.Duration) string { return begin.Add(d).Format("15:04") }
	// The break is half an hour of the next two and a half, and not that at midnight.
	pause := time.Hour
	if begin.Add(pause).YearDay() != begin.Add(pause+30*time.Minute).YearDay() {
		pause = 10 * time.Minute
	}
	ends := begin.Add(2 * time.Hour) // and opens again 18 hours later
	learned = []making{
		{id: "e3", cycle: "12s", shifts: dayLong, planned: 995, good: 245, reject: 5, ran: 50 * time.Minute, stopped: time.Hour, wants: after(2*time.Hour + 33*time.Minute + 12*time.Second)},
		{id: "e6", cycle: "10s", shifts: dayLong, planned: 1040, good: 40, ran: 8 * time.Minute, stopped: time.Hour, wants: after(11_333_333 * time.Millisecond)},
	}
	half := making{cycle: "12s", shifts: dayLong, planned: 1000, good: 250, ran: 50 * time.Minute}
	running = []making{half, half, half, half}
	running[0].id, running[0].wants = "e1", after(150*time.Minute)
	running[1].id, running[1].wants = "e2", after(180*time.Minute)
	running[1].shifts = fmt.Sprintf(`[{name: Day, start: "00:00", end: "00:00", breaks: [%q]}]`, clock(pause)+"-"+clock(pause+30*time.Minute))
	running[2].id, running[2].shifts = "e4", fmt.Sprintf(`[{name: Early, start: %q, end: %q}]`, clock(-4*time.Hour), clock(2*time.Hour))
	running[2].wants = func(now time.Time) time.Time { return ends.Add(18 * time.Hour).Add(150*time.Minute - ends.Sub(now)) }
	running[3].id, running[3].stopped, running[3].wants = "e5", 38*time.Minute, after(150*time.Minute)
	return learned, running
}

// lacking are lines that make what takes two bolts, of which there are 460.
func lacking() map[string]float64 { return map[string]float64{"115": 120, "140": 690.0 / 7} }

func promisePlant(all []making) string {
	var b strings.Builder
	b.WriteString(`enterprise: Works
machines:
  packml: {tags: {state: {label: State}, good: {label: Good}, reject: {label: Reject}, product: {label: Product}}, signals: {state: state, product: product, good: {tag: good}, reject: {tag: reject}}}
sites: [{id: ulm, zone: UTC, areas: [{id: hall, lines: [
`)
	for _, m := range all {
		fmt.Fprintf(&b, "  {id: %s, shifts: %s, rates: {%s: %s}, units: [{id: m, name: Press, machines: [packml]}]},\n", m.id, m.shifts, strings.ToUpper(m.id), m.cycle)
	}
	for an := range lacking() {
		fmt.Fprintf(&b, "  {id: s%s, shifts: %s, rates: {S%s: %s}, units: [{id: m, machines: [packml]}]},\n", an, dayLong, an, map[string]string{"115": "31.304347826s", "140": "25.714285714s"}[an])
	}
	return b.String() + "]}]}]\n"
}

// When orders will be done, and how long their parts last, is asked of the program that runs.
func TestPromisesAreThoseOfTheOracles(t *testing.T) {
	for name, fresh := range databases() {
		t.Run(name, func(t *testing.T) {
			begin := time.Now().UTC().Truncate(time.Minute)
			learned, running := foretold(begin)
			text := promisePlant(append(learned, running...))
			h := open(t, fresh(t).DSN, text)
			h.start = begin
			for _, m := range learned {
				h.makes(m)
			}
			for _, m := range learned { // a lesson is taken of the time that is laid out by then
				h.laysOut(m)
			}
			h.replant(text + "# what was made is learned when the plant changes, or every five minutes\n")
			for _, m := range learned {
				t.Run(m.id, func(t *testing.T) { h.of(t).promises(m) })
			}
			for _, m := range running {
				h.makes(m)
			}
			for _, m := range running {
				t.Run(m.id, func(t *testing.T) { h.of(t).promises(m) })
			}
			t.Run("E5 moves", func(t *testing.T) { h.of(t).moves("e5", begin.Add(-38*time.Minute)) })
			for an, minutes := range lacking() {
				t.Run("starvation at "+an, func(t *testing.T) { h.of(t).starves(an, minutes) })
			}
		})
	}
}

// makes tells what a line made of its job.
func (h *hall) makes(m making) {
	h.t.Helper()
	product := strings.ToUpper(m.id)
	h.post("/api/v1/jobs", object{"id": m.id + "-job", "line": m.id, "product": product, "planned": m.planned, "due": h.start.Add(-time.Hour)})
	ended := -m.stopped
	at := func(d time.Duration, tag string, v any) said { return said{after: d, tag: tag, value: v} }
	all := []said{at(ended-m.ran, "product", product), at(ended-m.ran, "state", 6), at(ended-m.ran, "good", 0), at(ended-m.ran, "reject", 0), at(ended-time.Second, "good", m.good), at(ended-time.Second, "reject", m.reject)}
	if m.stopped > 0 {
		all = append(all, at(ended, "state", 11))
	}
	h.samples(m.id, all)
}

// laysOut waits until the time ledger of a line has all that the line made.
func (h *hall) laysOut(m making) {
	h.t.Helper()
	q := url.Values{"line": {m.id}, "from": {h.start.Add(-m.stopped - m.ran).Format(time.RFC3339)}, "to": {h.start.Format(time.RFC3339)}}
	h.until(m.id+" is laid out", func() string {
		o, err := h.ask(http.MethodGet, "/api/v1/oee?"+q.Encode(), nil)
		if err != nil {
			return err.Error()
		}
		if o["good"] != float64(m.good) || o["reject"] != float64(m.reject) || o["run"] != m.ran.Seconds() {
			return fmt.Sprintf("good %v, reject %v, run %v s", o["good"], o["reject"], o["run"])
		}
		return ""
	})
}

// replant puts another plant file into use.
func (h *hall) replant(text string) {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), http.MethodPut, h.url+"/api/v1/plant?why=anew", strings.NewReader(strings.Replace(text, "enterprise: Works", "enterprise: Works of Ulm", 1)))
	if err != nil {
		h.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+h.token)
	r.Header.Set("If-Match", "*")
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	if err := a.Body.Close(); err != nil || a.StatusCode != http.StatusOK {
		h.t.Fatal(a.Status, err)
	}
}

// promise is what is foretold of a line's job, when at least so much of it is made.
func (h *hall) promise(id string, made int) (p object, at, likely time.Time, wrong string) {
	job, err := h.ask(http.MethodGet, "/api/v1/jobs/"+id+"-job", nil)
	if err != nil {
		return nil, at, likely, err.Error()
	}
	if job["good"] != float64(made) {
		return nil, at, likely, fmt.Sprintf("%v are made", job["good"])
	}
	answer, err := h.ask(http.MethodGet, "/api/v1/promises?document=job/"+id+"-job", nil)
	if err != nil {
		return nil, at, likely, err.Error()
	}
	all, _ := answer["promises"].([]any)
	if len(all) != 1 {
		return nil, at, likely, fmt.Sprintf("there are %d promises", len(all))
	}
	p, _ = all[0].(object)
	when := func(v any) (t time.Time) {
		text, _ := v.(string)
		t, _ = time.Parse(time.RFC3339Nano, text)
		return t
	}
	return p, when(answer["at"]), when(p["likely"]), ""
}

// promises holds a line's promise against what it should be, to the millisecond.
func (h *hall) promises(m making) {
	h.t.Helper()
	h.until(m.id, func() string {
		_, at, likely, wrong := h.promise(m.id, m.good)
		if want := m.wants(at); wrong == "" && (likely.Sub(want).Abs() > time.Millisecond) {
			wrong = fmt.Sprintf("foretold at %s: likely %s, want %s", at, likely, want)
		}
		return wrong
	})
}

// moves holds that the promise of a line that stands moves with the clock, and says since when it stands.
func (h *hall) moves(id string, since time.Time) {
	h.t.Helper()
	_, first, likely, _ := h.promise(id, 250)
	h.until("time passes", func() string {
		p, at, then, wrong := h.promise(id, 250)
		why, _ := p["why"].(string)
		switch {
		case wrong != "":
			return wrong
		case !at.After(first):
			return "it was not foretold again"
		case then.Sub(likely) != at.Sub(first):
			return fmt.Sprintf("it moved from %s to %s", likely, then)
		case p["stalledSince"] != since.Format(time.RFC3339) || !strings.HasPrefix(why, "Press down "):
			return fmt.Sprintf("stalled since %v: %s", p["stalledSince"], why)
		}
		return ""
	})
}

// starves holds how long 460 bolts last, two apiece.
func (h *hall) starves(an string, minutes float64) {
	h.t.Helper()
	product, bolt := "S"+an, "BOLT-"+an
	h.post("/api/v1/items", object{"number": product, "name": product, "kind": "make", "product": product})
	h.post("/api/v1/items", object{"number": bolt, "name": "Bolt", "kind": "buy"})
	h.post("/api/v1/stock/moves", object{"moves": []object{{"item": bolt, "from": "SUPPLIER", "to": "STOCK", "quantity": 460}}})
	draft := h.post("/api/v1/bills", object{"item": product, "batch": 1, "lines": []object{{"item": bolt, "quantity": 2}}})
	h.post(fmt.Sprintf("/api/v1/bills/%.0f/release", draft["id"]), object{"version": draft["version"]})
	h.order(product, "s"+an, 1000)
	h.until("the line knows its job", func() string {
		_, err := h.ask(http.MethodGet, "/api/v1/jobs/"+h.orders[product], nil)
		return words(err)
	})
	now := time.Since(h.start)
	h.samples("s"+an, []said{{after: now, tag: "product", value: product}, {after: now, tag: "state", value: 6}, {after: now, tag: "good", value: 0}})
	h.until("it is foretold", func() string {
		answer, err := h.ask(http.MethodGet, "/api/v1/starvation?line=s"+an, nil)
		if err != nil {
			return err.Error()
		}
		all, _ := answer["components"].([]any)
		if len(all) != 1 {
			return fmt.Sprintf("%d components", len(all))
		}
		c, _ := all[0].(object)
		if lasts, _ := c["minutes"].(float64); c["item"] != bolt || c["there"] != 460.0 || c["enough"] != false || math.Abs(lasts-minutes) > 1e-3 {
			return fmt.Sprintf("%v, want %v minutes", c, minutes)
		}
		return ""
	})
}
