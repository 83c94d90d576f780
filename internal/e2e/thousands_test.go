package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	counters = 200
	rounds   = 100 // ten a second
)

// seen notes when the progress of a line's job changes on the page, by the clock that machines are stamped with.
const seen = `(() => {
	window.seen = [];
	const look = () => {
		const good = Number((document.querySelector("main").textContent.match(/([\d\u202f]+)\s+of\s+100\u202f000/)?.[1] ?? "0").replace(/\u202f/g, ""));
		if (good > (window.seen.at(-1)?.[0] ?? 0)) window.seen.push([good, Date.now()]);
	};
	new MutationObserver(look).observe(document.querySelector("main"), { childList: true, subtree: true, characterData: true });
	return true;
})()`

// TestTwoThousandCountsASecondAreProgress: 200 machines count ten times a second, each for a work order, while a browser looks
// at one of the lines. Every count is in its order. How long it took to the screen is told, not asked for.
func TestTwoThousandCountsASecondAreProgress(t *testing.T) {
	for name, database := range databases(t) {
		t.Run(name, func(t *testing.T) {
			s, token := startWith(t, database)
			b := openBrowser(t)
			b.becomeAdmin(s.setupLink())
			s.call(token, http.MethodPut, "/api/v1/plant?why=many+machines", map[string]string{"If-Match": "*"}, []byte(manyMachines()))
			s.manyOrders(token)
			began := time.Now()
			s.counts(token, began, "product", func(n int) any { return fmt.Sprintf("P%03d", n) })
			s.counts(token, began, "good", func(int) any { return 0 })
			s.eventually(time.Minute, "all lines to work on their orders", func() bool {
				var all jobList
				return s.fetch(token, "/api/v1/jobs", &all) == nil && running(all) == counters
			})
			b.open(s.url + "/line/l000")
			b.reads("WO-000001")
			eval[bool](b, seen)
			worked, stamped := s.worked(), []time.Time{time.Now().Truncate(time.Millisecond)}
			for n := 1; n <= rounds; n++ {
				at := later(time.Now().Truncate(time.Millisecond), stamped[n-1].Add(time.Millisecond))
				stamped = append(stamped, at)
				s.counts(token, at, "good", func(int) any { return n })
				time.Sleep(time.Until(stamped[0].Add(time.Duration(n) * 100 * time.Millisecond)))
			}
			took := time.Since(stamped[0])
			b.until(time.Minute, "the last count on the screen", fmt.Sprintf(`window.seen.at(-1)?.[0] === %d`, rounds))
			worked = s.worked() - worked
			var late []time.Duration
			changes := eval[[][2]int64](b, `window.seen`)
			for _, change := range changes {
				for n := int64(len(late)) + 1; n <= change[0]; n++ { // also what no change shows alone
					late = append(late, time.UnixMilli(change[1]).Sub(stamped[n]))
				}
			}
			slices.Sort(late)
			t.Logf("%d counts in %s; %d changes on the screen: half of the counts are there within %s, all within %s of the machine's stamp; the program worked %s",
				counters*rounds, took.Round(time.Millisecond), len(changes), late[len(late)/2], late[len(late)-1], worked)
			s.eventually(time.Minute, "all counts in the jobs", func() bool {
				var all jobList
				return s.fetch(token, "/api/v1/jobs", &all) == nil && !slices.ContainsFunc(all.Jobs, func(j toldJob) bool { return j.Good != rounds })
			})
			var all struct {
				Orders []struct {
					Number string
					Good   float64
				}
			}
			s.get(token, "/api/v1/work?limit=500", &all)
			for _, o := range all.Orders {
				if o.Good != rounds {
					t.Errorf("%s has %.0f", o.Number, o.Good)
				}
			}
			if len(all.Orders) != counters {
				t.Errorf("there are %d orders", len(all.Orders))
			}
			b.clean()
		})
	}
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

func running(all jobList) (n int) {
	for _, j := range all.Jobs {
		if j.Status == "running" {
			n++
		}
	}
	return n
}

// manyMachines is a plant of lines with a counter each.
func manyMachines() string {
	var b strings.Builder
	b.WriteString("enterprise: Works\nmachines:\n  counting: {tags: {good: {label: Good}, product: {label: Product}}, signals: {product: product, good: {tag: good}}}\n")
	b.WriteString("sites:\n  - id: ulm\n    zone: UTC\n    shifts: [{name: Day, start: \"00:00\", end: \"00:00\"}]\n    areas:\n      - id: hall\n        lines:\n")
	for n := range counters {
		fmt.Fprintf(&b, "          - {id: l%03d, rates: {P%03d: 100ms}, units: [{id: m, machines: [counting]}]}\n", n, n)
	}
	return b.String()
}

// manyOrders releases a work order on each line.
func (s *server) manyOrders(token string) {
	s.t.Helper()
	post := func(path string, body any) (answer map[string]any) {
		text, err := json.Marshal(body)
		if err != nil {
			s.t.Fatal(err)
		}
		if err := json.Unmarshal(s.call(token, http.MethodPost, path, map[string]string{"Content-Type": "application/json"}, text), &answer); err != nil {
			s.t.Fatal(err)
		}
		return answer
	}
	for n := range counters {
		item := fmt.Sprintf("P%03d", n)
		post("/api/v1/items", map[string]any{"number": item, "name": item, "kind": "make", "product": item})
		o := post("/api/v1/work", map[string]any{"item": item, "quantity": 100_000, "due": time.Now().AddDate(0, 0, 7).Format(time.DateOnly), "line": fmt.Sprintf("l%03d", n)})
		number := fmt.Sprint(o["number"])
		post("/api/v1/work/"+number+"/steps/release", map[string]any{"version": o["version"]})
	}
	s.eventually(time.Minute, "a job for each", func() bool {
		var all jobList
		return s.fetch(token, "/api/v1/jobs", &all) == nil && len(all.Jobs) == counters
	})
}

// counts lets all machines say a value of a tag at a moment.
func (s *server) counts(token string, at time.Time, tag string, value func(n int) any) {
	s.t.Helper()
	r := round{}
	for n := range counters {
		r.samples = append(r.samples, sample{Tag: fmt.Sprintf("l%03d/m/%s", n, tag), Time: at, Value: value(n)})
	}
	s.tell(token, r)
}
