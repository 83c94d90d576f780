// Package consent is what the owners of both worlds, the machines and the orders, agree on before the plant is changed.
package consent

import (
	"encoding/json"
	"maps"
	"slices"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Kind is a kind of change that both worlds feel.
type Kind string

// The kinds.
const (
	Counters    Kind = "counters"
	Rates       Kind = "rates"
	Changeovers Kind = "changeovers"
	Thresholds  Kind = "thresholds"
	Ranges      Kind = "ranges"
	States      Kind = "states"
	Faults      Kind = "faults"
	Calendar    Kind = "calendar"
	Connections Kind = "connections"
	Reasons     Kind = "reasons"
)

// Kinds gives all of them, in the order in which they are told.
func Kinds() []Kind {
	return []Kind{Counters, Rates, Changeovers, Thresholds, Ranges, States, Faults, Calendar, Connections, Reasons}
}

// String is the kind in words that go with "changes its".
func (k Kind) String() string {
	return map[Kind]string{
		Counters: "counter mapping", Rates: "ideal cycles", Changeovers: "changeover targets", Thresholds: "stop thresholds",
		Ranges: "writable setpoints", States: "state mapping", Faults: "fault codes", Calendar: "calendar",
		Connections: "connections", Reasons: "reasons",
	}[k]
}

// Touch is one thing that a change would do to what both worlds feel.
type Touch struct {
	Kind Kind         `json:"kind"`
	Line plant.LineID `json:"line"` // "" for what belongs to no line
	What string       `json:"what"` // "filler: good"; the products of rates; names of connections and reasons; "" where the kind says it all
}

// Rules say whose owners must agree to which kind of change. The zero Rules ask nobody.
type Rules struct {
	Version int64 // grows with each change; 0 when none were ever made
	Need    map[Kind]plant.Side
}

// On tells whether any rule asks for anybody.
func (r Rules) On() bool { return r.Asks() != plant.NoSide }

// Asks gives the sides that any rule asks for.
func (r Rules) Asks() (all plant.Side) {
	for _, s := range r.Need {
		all |= s
	}
	return all
}

// Needs gives the sides that must agree to a change.
func (r Rules) Needs(touches []Touch) (all plant.Side) {
	for _, t := range touches {
		all |= r.Need[t.Kind]
	}
	return all
}

// Governed gives those of the touches that a rule asks for.
func (r Rules) Governed(touches []Touch) []Touch {
	return slices.DeleteFunc(slices.Clone(touches), func(t Touch) bool { return r.Need[t.Kind] == plant.NoSide })
}

// Weaker tells whether some kind of change would need fewer to agree than under the old rules.
func (r Rules) Weaker(old Rules) bool {
	for k, s := range old.Need {
		if s&^r.Need[k] != 0 {
			return true
		}
	}
	return false
}

// Text writes the rules as they are kept and signed: JSON, kinds in order, without those that ask nobody.
func (r Rules) Text() string {
	words := map[Kind]string{}
	for k, s := range r.Need {
		if s != plant.NoSide {
			words[k] = s.String()
		}
	}
	text, _ := json.Marshal(words) // a map of strings always can be; its keys are sorted
	return string(text)
}

// ReadRules reads what Text wrote; errs.Invalid for anything else.
func ReadRules(version int64, text string) (Rules, error) {
	r := Rules{Version: version, Need: map[Kind]plant.Side{}}
	if text == "" {
		return r, nil
	}
	var words map[Kind]string
	if err := json.Unmarshal([]byte(text), &words); err != nil {
		return r, errs.New(errs.Invalid, "the rules of approval cannot be read: %w", err)
	}
	for _, k := range slices.Sorted(maps.Keys(words)) {
		s := plant.ParseSide(words[k])
		if !slices.Contains(Kinds(), k) || s == plant.NoSide {
			return r, errs.New(errs.Invalid, "the rules of approval cannot be read: %q needs %q", k, words[k])
		}
		r.Need[k] = s
	}
	return r, nil
}
