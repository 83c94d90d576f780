package e2e

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// works is the plant of the table, without its lines. Nothing ever comes from its connection: all is posted.
const works = `
connections: [{id: plc, driver: opcua, endpoint: "opc.tcp://127.0.0.1:1", policy: None, mode: None, disabled: true}]
machines:
  packml:
    tags: {state: {address: "ns=1;s={line}.{unit}.state"}, mode: {address: "ns=1;s={line}.{unit}.mode"}, product: {address: "ns=1;s={line}.{unit}.product"}, good: {address: "ns=1;s={line}.{unit}.good"}, reject: {address: "ns=1;s={line}.{unit}.reject"}}
    signals: {state: state, mode: mode, product: product, good: {tag: good}, reject: {tag: reject}}
  counting:
    tags: {good: {address: "ns=1;s={line}.{unit}.good"}}
    signals: {good: {tag: good}}
  total:
    tags: {total: {address: "ns=1;s={line}.{unit}.total"}}
    signals: {good: {tag: none}, total: {tag: total}}
  opc30060:
    signals:
      states: {"0": Stopped, "1": Resetting, "2": Idle, "3": Starting, "4": Execute, "5": Completing, "6": Complete, "7": Aborting, "8": Aborted, "9": Stopping, "10": Clearing, "11": Suspending, "12": Suspended, "13": Unsuspending, "14": Holding, "15": Held, "16": Unholding}
sites:
`

// plant writes the plant file of the cases: a site for each zone, a line for each case.
func plant(all []*oracle) string {
	var b strings.Builder
	b.WriteString(works)
	for _, zone := range []string{"UTC", "Europe/Berlin"} {
		fmt.Fprintf(&b, "  - id: %s\n    zone: %s\n    currency: EUR\n    shifts: [{name: Early, start: \"06:00\", end: \"14:00\"}, {name: Late, start: \"14:00\", end: \"22:00\"}]\n    areas:\n      - id: %s\n        lines:\n", strings.ToLower(zone[:3]), zone, strings.ToLower(zone[:3]))
		for _, o := range all {
			if o.day.Location().String() != zone {
				continue
			}
			fmt.Fprintf(&b, "          - id: %s\n            name: %q\n", o.line, o.id+" "+o.title)
			keys := map[string]string{"units": "[{id: m, connection: plc, machines: [packml]}]", "shifts": `[{name: Day, start: "00:00", end: "00:00"}]`}
			maps.Copy(keys, o.lines)
			for _, key := range slices.Sorted(maps.Keys(keys)) {
				if keys[key] != "-" {
					fmt.Fprintf(&b, "            %s: %s\n", key, keys[key])
				}
			}
		}
	}
	return b.String()
}

// TestTheNumbersAreThoseOfTheOracles tells the cases of the table to the built program, by its API alone.
func TestTheNumbersAreThoseOfTheOracles(t *testing.T) {
	t.Parallel()
	all := oracles(t, "testdata/oracles.txt")
	for name, database := range databases(t) {
		t.Run(name, func(t *testing.T) {
			s, token := startWith(t, "history: {late: 9600h}\n"+database)
			s.call(token, http.MethodPut, "/api/v1/plant?why=the+oracles", map[string]string{"If-Match": "*"}, []byte(plant(all)))
			for n, more := 0, true; more; n++ {
				more = false
				for _, o := range all {
					if n < len(o.rounds) {
						s.tell(token, o.rounds[n])
					}
					more = more || n+1 < len(o.rounds)
				}
				deadline := time.Now().Add(30 * time.Second)
				for _, o := range all {
					if n < len(o.rounds) {
						t.Run(o.id, func(t *testing.T) { s.answers(t, token, o, o.rounds[n].asks, deadline) })
					}
				}
			}
		})
	}
}

// tell posts what a round says.
func (s *server) tell(token string, r round) {
	s.t.Helper()
	for _, job := range r.jobs {
		body, err := json.Marshal(job)
		if err != nil {
			s.t.Fatal(err)
		}
		s.call(token, http.MethodPost, "/api/v1/jobs", map[string]string{"Content-Type": "application/json"}, body)
	}
	for batch := range slices.Chunk(r.samples, 10_000) {
		body, err := json.Marshal(map[string]any{"samples": batch})
		if err != nil {
			s.t.Fatal(err)
		}
		said := s.call(token, http.MethodPost, "/api/v1/samples", map[string]string{"Content-Type": "application/json"}, body)
		if !bytes.Contains(said, []byte(`"refused":[]`)) {
			s.t.Fatalf("samples are refused: %s", tail(string(said), 1000))
		}
	}
	for _, said := range r.edits {
		body, err := json.Marshal(map[string]any{"edits": []any{said}})
		if err != nil {
			s.t.Fatal(err)
		}
		taken := s.call(token, http.MethodPost, "/api/v1/edits", map[string]string{"Content-Type": "application/json"}, body)
		if !bytes.Contains(taken, []byte(`"edit":{`)) {
			s.t.Fatalf("%s is refused: %s", body, taken)
		}
	}
}

// call sends a request and gives what was answered.
func (s *server) call(token, method, path string, head map[string]string, body []byte) []byte {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, bytes.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	for k, v := range head {
		r.Header.Set(k, v)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode >= 300 {
		s.t.Fatalf("%s %s: %s: %s (%v)", method, path, answer.Status, text, err)
	}
	return text
}

// answers waits until every question of a round is answered as it should be, and says at last which are not.
func (s *server) answers(t *testing.T, token string, o *oracle, asks []ask, deadline time.Time) {
	t.Helper()
	wrong := s.wrong(token, o, asks)
	for ; wrong != "" && time.Now().Before(deadline); wrong = s.wrong(token, o, asks) {
		time.Sleep(100 * time.Millisecond)
	}
	if wrong != "" {
		t.Errorf("%s %s%s", o.id, o.title, wrong)
	}
}

// wrong says which questions are not answered as they should be, a line for each.
func (s *server) wrong(token string, o *oracle, asks []ask) (all string) {
	for _, q := range asks {
		var got map[string]any
		bad := ""
		if err := s.told(token, q.what, &got); err != nil {
			bad = err.Error()
		} else {
			bad = q.differs(o, got)
		}
		if bad != "" {
			all += "\n" + q.at + ": " + bad
		}
	}
	return all
}

// told is what is answered: JSON, or the first row of a file by its head.
func (s *server) told(token, what string, got *map[string]any) error {
	if !strings.Contains(what, ".csv?") {
		return s.fetch(token, what, got)
	}
	rows, err := csv.NewReader(bytes.NewReader(s.call(token, http.MethodGet, what, nil, nil))).ReadAll()
	*got = map[string]any{"rows": float64(len(rows) - 1)}
	if err != nil || len(rows) < 2 {
		return err
	}
	for i, name := range rows[0] {
		(*got)[name] = rows[1][i]
		if n, err := strconv.ParseFloat(rows[1][i], 64); err == nil {
			(*got)[name] = n
		}
	}
	return nil
}

// differs says what of an answer is not as it should be; "" when all is.
func (q *ask) differs(o *oracle, got map[string]any) string {
	var wrong []string
	if groups, _ := got["groups"].([]any); len(groups) == 1 {
		got = figures(groups[0])
	}
	for i := 0; i+1 < len(q.want); i += 2 {
		if have := field(got, q.want[i]); !equal(have, q.want[i+1]) {
			wrong = append(wrong, fmt.Sprintf("%s is %v, want %s", q.want[i], have, q.want[i+1]))
		}
	}
	if len(q.rows) > 0 {
		wrong = append(wrong, q.rowsDiffer(o, got)...)
	}
	return strings.Join(wrong, "; ")
}

// rowsDiffer compares segments with rows such as `08:00 08:47 breakdown good=3`.
func (q *ask) rowsDiffer(o *oracle, got map[string]any) (wrong []string) {
	segments := joined(got)
	for i := range max(len(segments), len(q.rows)) {
		if i >= len(segments) {
			return append(wrong, "no segment "+q.rows[i])
		}
		s := segments[i]
		told := fmt.Sprintf("%v %v %v good=%v reject=%v date=%v", s["from"], s["to"], s["category"], s["good"], s["reject"], s["date"])
		if i >= len(q.rows) {
			return append(wrong, "and a segment "+told)
		}
		f := strings.Fields(q.rows[i])
		from, _ := o.clock(f[0])
		to, _ := o.clock(f[1])
		same := s["from"] == from.UTC().Format(time.RFC3339Nano) && s["to"] == to.UTC().Format(time.RFC3339Nano) && (f[2] == "-" || s["category"] == strings.ReplaceAll(f[2], "_", " "))
		for _, more := range f[3:] {
			key, want, _ := strings.Cut(more, "=")
			same = same && equal(s[key], strings.NewReplacer("{day}", o.day.Format(time.DateOnly), "{line}", o.line).Replace(want))
		}
		if !same {
			wrong = append(wrong, "segment "+told+", want "+q.rows[i])
		}
	}
	return wrong
}

// figures gives a group of key figures, with these by their names.
func figures(group any) map[string]any {
	g, _ := group.(map[string]any)
	all, _ := g["kpis"].([]any)
	for _, k := range all {
		figure, _ := k.(map[string]any)
		id := fmt.Sprint(figure["id"])
		g[id], g[id+"-low"], g[id+"-high"], g[id+"-at-least"], g[id+"-note"] = figure["value"], figure["low"], figure["high"], figure["atLeast"], figure["note"]
	}
	return g
}

// joined gives the segments of an answer, those put together that are only cut at an hour of their shift.
func joined(got map[string]any) (all []map[string]any) {
	if hours, ok := got["groups"].([]any); ok {
		for _, hour := range hours {
			all = append(all, figures(hour))
		}
		return all
	}
	segments, _ := got["segments"].([]any)
	for i := range segments {
		s, _ := segments[i].(map[string]any)
		n := len(all) - 1
		alike := func(key string) bool { return all[n][key] == s[key] }
		if n < 0 || all[n]["to"] != s["from"] || slices.ContainsFunc([]string{"category", "unit", "product", "order", "shift", "date"}, func(key string) bool { return !alike(key) }) {
			all = append(all, s)
			continue
		}
		all[n]["to"] = s["to"]
		for _, key := range []string{"good", "reject"} {
			before, _ := all[n][key].(float64)
			more, _ := s[key].(float64)
			all[n][key] = before + more
		}
	}
	return all
}

// field is a part of an answer by its path: seconds.planned_stop.
func field(got any, path string) any {
	for _, key := range strings.Split(path, ".") {
		m, ok := got.(map[string]any)
		if !ok {
			return "nothing"
		}
		have, ok := m[strings.ReplaceAll(key, "_", " ")]
		if !ok {
			have, ok = m[key]
		}
		if !ok {
			return "nothing"
		}
		got = have
	}
	return got
}

// equal compares with what is written: a decimal to the places written, a whole number to a millionth, null, or a word.
func equal(got any, want string) bool {
	n, isNumber := got.(float64)
	w, err := strconv.ParseFloat(want, 64)
	switch {
	case got == nil:
		return want == "null"
	case !isNumber || err != nil:
		return fmt.Sprint(got) == strings.ReplaceAll(want, "_", " ")
	}
	_, places, _ := strings.Cut(want, ".")
	allowed := 1e-6
	if places != "" {
		allowed = 0.5000001 * math.Pow10(-len(places))
	}
	return math.Abs(n-w) <= allowed
}
