package machine_test

import (
	"bufio"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/ot/machine"
	"millwright/internal/ot/machine/machinetest"
	"millwright/internal/plant"
)

// script is one story: what is set about the counters, what happens, and what the engine makes of it.
type script struct {
	signals []machine.Signals
	lines   []string
}

func readScript(t *testing.T, path string) script {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	s := script{signals: []machine.Signals{machinetest.Mill()}}
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
		u.States = map[string]machine.State{}
		for _, pair := range words[1:] {
			k, v, _ := strings.Cut(pair, "=")
			state, err := machine.ParseState(v)
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
	c := map[string]*machine.Counter{"good": &u.Good, "reject": &u.Reject, "total": &u.Total}[words[0]]
	for i := 1; i < len(words); i++ {
		if words[i] == "lifetime" {
			c.Lifetime = true
			continue
		}
		setRule(t, c, words[i], words[i+1])
		i++
	}
}

func setRule(t *testing.T, c *machine.Counter, key, value string) {
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
	e := machine.NewEngine(s.signals)
	var b strings.Builder
	for _, line := range s.lines {
		if strings.HasPrefix(line, "=") {
			continue
		}
		b.WriteString(line + "\n")
		stamp, rest, _ := strings.Cut(line, " ")
		word, value, _ := strings.Cut(strings.TrimSpace(rest), " ")
		var facts []machine.Fact
		switch word {
		case "tick":
			facts = e.Tick(machinetest.Clock(t, stamp))
		case "seed":
			of, total, _ := strings.Cut(value, " ")
			q, err := plant.ParseQuantity(total)
			if err != nil {
				t.Fatal(err)
			}
			e.Seed(machinetest.Tag(of), machinetest.Clock(t, stamp), q)
		default:
			facts = e.Apply(machinetest.Samples(t, line)[0])
		}
		for _, f := range facts {
			b.WriteString("= " + machinetest.Tell(f) + "\n")
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
