package e2e

import (
	"bufio"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// oracle is one case of testdata/oracles.txt: a line of its own, what its machines say, and what comes of it.
type oracle struct {
	id, title string
	line      string // its id in the plant
	before    string // that of the case before
	day       time.Time
	lines     map[string]string // keys of the line, as YAML
	rounds    []round
}

// round is what is sent at once, and what is asked for then.
type round struct {
	jobs    []map[string]any
	samples []sample
	edits   []map[string]any // what people say
	asks    []ask
}

type sample struct {
	Tag     string    `json:"tag"`
	Time    time.Time `json:"time"`
	Value   any       `json:"value"`
	Quality uint32    `json:"quality,omitempty"`
}

// ask is one question with its answer.
type ask struct {
	at   string // where it stands in the table
	what string // path of the API
	want []string
	rows []string // of segments
}

// states are the numbers of PackTags, as machines send them.
var states = map[string]int{
	"Clearing": 1, "Stopped": 2, "Starting": 3, "Idle": 4, "Suspended": 5, "Execute": 6, "Stopping": 7, "Aborting": 8, "Aborted": 9,
	"Holding": 10, "Held": 11, "Unholding": 12, "Suspending": 13, "Unsuspending": 14, "Resetting": 15, "Completing": 16, "Complete": 17,
	"Production": 1, "Maintenance": 2, "Manual": 3, "ChangeOver": 4,
}

// oracles reads the table. Its own head says how it is written.
func oracles(t *testing.T, path string) (all []*oracle) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var o *oracle
	in := bufio.NewScanner(f)
	for n := 1; in.Scan(); n++ {
		text, _, _ := strings.Cut(in.Text(), "# ")
		text = strings.TrimRight(text, " ")
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		if title, ok := strings.CutPrefix(text, "== "); ok {
			id, title, _ := strings.Cut(title, " ")
			o = &oracle{id: id, title: title, line: fmt.Sprintf("o%02d-%s", len(all)+1, strings.ToLower(id)), lines: map[string]string{}, rounds: make([]round, 1)}
			o.day = baseDay("")
			if len(all) > 0 {
				o.before = all[len(all)-1].line
			}
			all = append(all, o)
			continue
		}
		if err := o.read(text, fmt.Sprintf("%s:%d", path, n)); err != nil {
			t.Fatalf("%s:%d: %v", path, n, err)
		}
	}
	return all
}

// read takes one row of the case.
func (o *oracle) read(text, at string) error {
	now := &o.rounds[len(o.rounds)-1]
	word, rest, _ := strings.Cut(text, " ")
	switch word {
	case "day":
		o.day = baseDay(rest)
	case "line":
		key, value, _ := strings.Cut(rest, ": ")
		for d := range 3 {
			value = strings.ReplaceAll(value, fmt.Sprintf("{day+%d}", d), o.day.AddDate(0, 0, d).Format(time.DateOnly))
		}
		o.lines[key] = value
	case "job":
		id, product, planned := "", "", 0
		if _, err := fmt.Sscan(rest, &id, &product, &planned); err != nil {
			return err
		}
		now.jobs = append(now.jobs, map[string]any{"id": o.line + "-" + id, "line": o.line, "product": product, "planned": planned})
	case "edit":
		return o.edit(now, strings.Fields(rest))
	case "then":
		o.rounds = append(o.rounds, round{})
	case "=":
		return o.question(now, rest, at)
	case "|":
		last := &now.asks[len(now.asks)-1]
		last.rows = append(last.rows, rest)
	default:
		all, err := o.samples(text)
		now.samples = append(now.samples, all...)
		return err
	}
	return nil
}

// edit is `rework 06:00 16:00 good=5`: what somebody says of the line's time.
func (o *oracle) edit(now *round, f []string) error {
	if len(f) < 4 {
		return fmt.Errorf("%q says nothing", f)
	}
	from, err := o.clock(f[1])
	to, err2 := o.clock(f[2])
	if err != nil || err2 != nil {
		return fmt.Errorf("%q is no window", f)
	}
	said := map[string]any{"line": o.line, "kind": f[0], "from": from, "to": to, "seen": 0}
	for _, more := range f[3:] {
		key, text, _ := strings.Cut(more, "=")
		said[key] = value(text)
		if key == "cut" {
			if said[key], err = o.clock(text); err != nil {
				return err
			}
		}
	}
	now.edits = append(now.edits, said)
	return nil
}

// question is `oee 08:00 16:00 availability 0.888095 …`, `segments 08:00 16:00` with rows, `job A running 2 0`, `kpi:hour
// 08:00 16:00` with rows, or `kpi:both …` of the line of the case before as well.
func (o *oracle) question(now *round, text, at string) error {
	f := strings.Fields(text)
	q := ask{at: at}
	switch {
	case f[0] == "job" && len(f) >= 5:
		q.what = "/api/v1/jobs/" + o.line + "-" + f[1]
		q.want = append([]string{"status", f[2], "good", f[3], "scrap", f[4]}, f[5:]...)
	case f[0] == "stops" && len(f) >= 3 && len(f)%2 == 1:
		from, err := o.clock(f[1])
		to, err2 := o.clock(f[2])
		if err != nil || err2 != nil {
			return fmt.Errorf("%q is no window", text)
		}
		q.what = "/losses/stops.csv?" + url.Values{"range": {"custom"}, "line": {o.line}, "from": {from.Format(time.DateTime)}, "to": {to.Format(time.DateTime)}}.Encode()
		q.want = f[3:]
	case len(f) >= 3 && len(f)%2 == 1:
		from, err := o.clock(f[1])
		to, err2 := o.clock(f[2])
		if err != nil || err2 != nil {
			return fmt.Errorf("%q is no window", text)
		}
		path, by, _ := strings.Cut(f[0], ":")
		q.what = fmt.Sprintf("/api/v1/%s?line=%s&from=%s&to=%s", path, o.line, from.UTC().Format(time.RFC3339), to.UTC().Format(time.RFC3339))
		switch by {
		case "":
		case "both":
			q.what += "&line=" + o.before
		default:
			q.what += "&by=" + by
		}
		for q.want = f[3:]; len(q.want) > 0 && strings.HasPrefix(q.want[0], "&"); q.want = q.want[2:] {
			q.what += q.want[0] + "=" + q.want[1]
		}
	default:
		return fmt.Errorf("%q asks for nothing", text)
	}
	now.asks = append(now.asks, q)
	return nil
}

// samples are `08:00 state Execute`, or `08:00..09:00/2s total 0+1`: a count at every step, the end left out.
func (o *oracle) samples(text string) (all []sample, err error) {
	f := strings.Fields(text)
	if len(f) < 3 {
		return nil, fmt.Errorf("%q is no sample", text)
	}
	s := sample{Tag: o.line + "/m/" + f[1]}
	if strings.Contains(f[1], "/") {
		s.Tag = o.line + "/" + f[1]
	}
	if len(f) > 3 && f[3] == "bad" {
		s.Quality = 0x80000000
	}
	span, step, many := strings.Cut(f[0], "/")
	if !many {
		s.Time, err = o.clock(f[0])
		s.Value = value(f[2])
		return []sample{s}, err
	}
	start, end, _ := strings.Cut(span, "..")
	from, err := o.clock(start)
	if err != nil {
		return nil, err
	}
	to, err := o.clock(end)
	if err != nil {
		return nil, err
	}
	every, err := time.ParseDuration(step)
	if err != nil {
		return nil, err
	}
	first, by := 0, 0
	if _, err := fmt.Sscanf(f[2], "%d+%d", &first, &by); err != nil {
		return nil, err
	}
	for n := 0; from.Before(to); n, from = n+1, from.Add(every) {
		s.Time, s.Value = from, first+n*by
		all = append(all, s)
	}
	return all, nil
}

// value is a word of PackML as its number, a number, or a text.
func value(text string) any {
	if n, ok := states[text]; ok {
		return n
	}
	if i, err := strconv.ParseInt(text, 10, 64); err == nil {
		return i
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil {
		return f
	}
	return strings.Trim(text, `"`)
}

// clock is a time of day by the wall of the case's site: 06:00, or +1d06:00 of the day after.
func (o *oracle) clock(text string) (time.Time, error) {
	days := 0
	if after, ok := strings.CutPrefix(text, "+"); ok {
		d, rest, _ := strings.Cut(after, "d")
		n, err := strconv.Atoi(d)
		if err != nil {
			return time.Time{}, err
		}
		days, text = n, rest
	}
	layout := "15:04"
	if strings.Count(text, ":") == 2 {
		layout = "15:04:05"
	}
	at, err := time.Parse(layout, text)
	if err != nil {
		return time.Time{}, err
	}
	d := o.day.AddDate(0, 0, days)
	return time.Date(d.Year(), d.Month(), d.Day(), at.Hour(), at.Minute(), at.Second(), at.Nanosecond(), o.day.Location()), nil
}

// baseDay is three weeks ago in UTC, or the last Saturday before the clocks went on (spring) or back (autumn) in Berlin.
func baseDay(season string) time.Time {
	if season == "" {
		d := time.Now().UTC().AddDate(0, 0, -21)
		return time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, time.UTC)
	}
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	month := map[string]time.Month{"spring": time.March, "autumn": time.October}[season]
	for year := time.Now().Year(); ; year-- {
		last := time.Date(year, month, 31, 0, 0, 0, 0, zone)
		saturday := last.AddDate(0, 0, -int(last.Weekday())-1)
		if time.Since(saturday) > 4*24*time.Hour {
			return saturday
		}
	}
}
