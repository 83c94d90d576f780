// Package changeover is the part of a plant file that says how lines change to another product.
package changeover

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Entry is the targets of a line as they are written.
type Entry struct {
	Target time.Duration            `yaml:"target,omitempty"`
	To     map[string]time.Duration `yaml:"to,omitempty"`      // the product that is made next → target
	FromTo map[string]time.Duration `yaml:"from_to,omitempty"` // "COLA-05 > WATER-05" → target
	Detect *bool                    `yaml:"detect,omitempty"`  // whether a stop in which the product changes is a changeover; so it is where nothing is said
}

// Detects tells whether a stop in which the product changes is a changeover.
func (e Entry) Detects() bool { return e.Detect == nil || *e.Detect }

// Most is how many targets a line may have; Longest is the longest of them.
const (
	Most    = 2_000
	Longest = 7 * 24 * time.Hour
)

// Between is how a change between two products is written.
func Between(from, to string) string { return from + " > " + to }

// Split reads what Between wrote.
func Split(fromTo string) (p plant.Pair, ok bool) {
	from, to, ok := strings.Cut(fromTo, ">")
	p = plant.Pair{From: strings.TrimSpace(from), To: strings.TrimSpace(to)}
	return p, ok && p.From != "" && p.To != ""
}

// Read understands the targets that stand at a path of the plant file, and gives all that is wrong with them.
func Read(path string, e Entry) (c plant.Changeover, wrong []errs.Field) {
	add := func(path, format string, args ...any) {
		wrong = append(wrong, errs.Field{Path: path, Message: fmt.Sprintf(format, args...)})
	}
	check := func(at string, d time.Duration) {
		if d <= 0 || d > Longest {
			add(at, "is %s; write a time up to a week, like 12m", d)
		}
	}
	c = plant.Changeover{Default: e.Target, Told: !e.Detects()}
	if n := len(e.To) + len(e.FromTo); n > Most {
		add(path, "has %d targets; %d are the most", n, Most)
		return c, wrong
	}
	if e.Target != 0 {
		check(path+".target", e.Target)
	}
	for _, to := range slices.Sorted(maps.Keys(e.To)) {
		check(path+".to."+to, e.To[to])
	}
	c.To = e.To
	for _, words := range slices.Sorted(maps.Keys(e.FromTo)) {
		at := path + ".from_to." + words
		check(at, e.FromTo[words])
		pair, ok := Split(words)
		if _, twice := c.Pairs[pair]; !ok || twice {
			add(at, "names no two products, or a change that stands here already; write COLA-05 > WATER-05")
		}
		if c.Pairs == nil {
			c.Pairs = map[plant.Pair]time.Duration{}
		}
		c.Pairs[pair] = e.FromTo[words]
	}
	return c, wrong
}
