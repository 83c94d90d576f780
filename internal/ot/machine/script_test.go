package machine

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// The tags of the scripts, by the words they are written with.
var tagWords = map[string]tag.ID{
	"state": 1, "mode": 2, "good": 3, "reject": 4, "total": 5, "product": 6, "fault": 7, "speed": 8,
}

// wordOf gives a tag's word.
func wordOf(id tag.ID) string {
	for w, i := range tagWords {
		if i == id {
			return w
		}
	}
	return "tag " + strconv.Itoa(int(id))
}

// mill is a unit with every signal, as the scripts use it.
func mill() Signals {
	return Signals{
		Unit: "mill-1/mill", State: 1, Mode: 2, Product: 6, Fault: 7, Speed: 8,
		Good: Counter{Tag: 3}, Reject: Counter{Tag: 4}, Total: Counter{Tag: 5},
	}
}

var scriptDay = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

// clock reads "10:00:00.5"; "+1 10:00:00" is a day later.
func clock(t *testing.T, s string) time.Time {
	t.Helper()
	day := scriptDay
	if rest, found := strings.CutPrefix(s, "+1d"); found {
		day, s = day.AddDate(0, 0, 1), rest
	}
	at, err := time.Parse("15:04:05", s)
	if err != nil {
		t.Fatalf("time %q: %v", s, err)
	}
	return day.Add(at.Sub(time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)))
}

// sample reads `good 1000`, `state "6"`, `good bad`, `good 1.5`, `state uncertain 6`.
func sample(t *testing.T, at time.Time, word, value string) tag.Sample {
	t.Helper()
	id, known := tagWords[word]
	if !known {
		t.Fatalf("no tag is called %q", word)
	}
	s := tag.Sample{Tag: id, Time: at}
	if rest, found := strings.CutPrefix(value, "uncertain "); found {
		s.Quality, value = tag.Uncertain, rest
	}
	if rest, found := strings.CutPrefix(value, "bad "); found {
		s.Quality, value = tag.Bad, rest
	}
	switch {
	case value == "bad":
		s.Quality = tag.Bad
		return s
	case strings.HasPrefix(value, `"`):
		s.Value = tag.TextValue(strings.Trim(value, `"`))
	case value == "true" || value == "false":
		s.Value = tag.BoolValue(value == "true")
	default:
		s.Value = numberValue(t, value)
	}
	return s
}

func numberValue(t *testing.T, s string) tag.Value {
	t.Helper()
	if i, err := strconv.ParseInt(s, 10, 64); err == nil {
		return tag.IntValue(i)
	}
	if u, err := strconv.ParseUint(s, 10, 64); err == nil {
		return tag.UintValue(u)
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatalf("value %q: %v", s, err)
	}
	return tag.FloatValue(f)
}

var eventWords = map[CounterEvent]string{Plain: "counted", Baseline: "baseline", Rolled: "rolled", Reset: "reset", Suspect: "suspect"}

// tell prints a fact as the scripts write it.
func tell(f Fact) string {
	at := f.When().Sub(scriptDay)
	stamp := scriptDay.Add(at % (24 * time.Hour)).Format("15:04:05.999999")
	if at >= 24*time.Hour {
		stamp = "+1d" + stamp
	}
	switch f := f.(type) {
	case StateChanged:
		return fmt.Sprintf("%s %s in %s", stamp, f.State, f.Mode)
	case ProductChanged:
		return fmt.Sprintf("%s product %q", stamp, f.Product)
	case FaultChanged:
		return fmt.Sprintf("%s fault %q", stamp, f.Code)
	case Late:
		return stamp + " late"
	case Counted:
		return fmt.Sprintf("%s %s %s %s, %s to %s", stamp, eventWords[f.Event], f.Qty, wordOf(f.Tag), f.From, f.To)
	}
	return fmt.Sprintf("%T", f)
}

// script is one story: what is set about the counters, what happens, and what the engine makes of it.
type script struct {
	signals []Signals
	lines   []string
}

func readScript(t *testing.T, path string) script {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s := script{signals: []Signals{mill()}}
	for in := bufio.NewScanner(f); in.Scan(); {
		line := strings.TrimSpace(in.Text())
		switch rest, isRule := strings.CutPrefix(line, "rule "); {
		case isRule:
			s.rule(t, strings.Fields(rest))
		case line != "" && !strings.HasPrefix(line, "#"):
			s.lines = append(s.lines, line)
		}
	}
	return s
}

// rule reads `rule good modulus 65536 deadband 1 glitch 2s per 3 lifetime`, `rule states ACTIVE=Execute …`, `rule no mode`.
func (s *script) rule(t *testing.T, words []string) {
	t.Helper()
	u := &s.signals[0]
	switch words[0] {
	case "states":
		u.States = map[string]State{}
		for _, pair := range words[1:] {
			k, v, _ := strings.Cut(pair, "=")
			state, err := ParseState(v)
			if err != nil {
				t.Fatal(err)
			}
			u.States[k] = state
		}
		return
	case "no":
		u.Mode = 0
		return
	}
	c := map[string]*Counter{"good": &u.Good, "reject": &u.Reject, "total": &u.Total}[words[0]]
	for i := 1; i < len(words); i++ {
		if words[i] == "lifetime" {
			c.Lifetime = true
			continue
		}
		setRule(t, c, words[i], words[i+1])
		i++
	}
}

func setRule(t *testing.T, c *Counter, key, value string) {
	t.Helper()
	var err error
	switch key {
	case "modulus":
		c.Modulus, err = strconv.ParseUint(value, 10, 64)
	case "deadband":
		c.Deadband, err = plant.ParseQuantity(value)
	case "per":
		c.Per, err = plant.ParseQuantity(value)
	case "glitch":
		c.Glitch, err = time.ParseDuration(value)
	default:
		t.Fatalf("no rule is called %q", key)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// play runs the script and gives it back with what really happened after each line.
func (s script) play(t *testing.T) string {
	t.Helper()
	e := NewEngine(s.signals)
	var b strings.Builder
	for _, line := range s.lines {
		if strings.HasPrefix(line, "=") {
			continue
		}
		b.WriteString(line + "\n")
		stamp, rest, _ := strings.Cut(line, " ")
		word, value, _ := strings.Cut(strings.TrimSpace(rest), " ")
		var facts []Fact
		switch word {
		case "tick":
			facts = e.Tick(clock(t, stamp))
		case "seed":
			of, total, _ := strings.Cut(value, " ")
			q, err := plant.ParseQuantity(total)
			if err != nil {
				t.Fatal(err)
			}
			e.Seed(tagWords[of], clock(t, stamp), q)
		default:
			facts = e.Apply(sample(t, clock(t, stamp), word, strings.TrimSpace(value)))
		}
		for _, f := range facts {
			b.WriteString("= " + tell(f) + "\n")
		}
	}
	return b.String()
}

// TestStories plays every script: each line is a sample, and below it stand the facts it must cause.
func TestStories(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(paths) < 5 {
		t.Fatalf("found %d scripts: %v", len(paths), err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			s := readScript(t, path)
			if diff := cmp.Diff(strings.Join(s.lines, "\n")+"\n", s.play(t)); diff != "" {
				t.Errorf("the script (-) and what happened (+):\n%s", diff)
			}
		})
	}
}
