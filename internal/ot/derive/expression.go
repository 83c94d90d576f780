// Package derive reckons tags from other tags, by expressions that people write.
package derive

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/checker"
	"github.com/expr-lang/expr/compiler"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/types"
	"github.com/expr-lang/expr/vm"

	"millwright/internal/ot/tag"
)

// The bounds of an expression. The language has no loops, so that these bound its time and memory too.
const (
	Longest  = 500   // bytes that are written
	mostNode = 100   // numbers, names, operators and calls
	longText = 1000  // bytes of a text that is read or made
	memory   = 10000 // elements that the machine of the language may make
)

// Fault is why an expression cannot be used, and where.
type Fault struct {
	At    int // characters from the beginning, from 1
	Words string
}

// Error gives both.
func (f *Fault) Error() string { return fmt.Sprintf("at character %d: %s", f.At, f.Words) }

// Expression is a formula over named tags. It is only read, so it needs no lock.
type Expression struct {
	Names   []string    // of the tags that it reads, in the order in which they first stand there
	keys    []string    // of the names in the program, where no function can have the same
	program *vm.Program // nil for the first of several tags that is known
}

// Compile understands an expression; an error is a *Fault. Names are used as they are, or as tag("name").
func Compile(source string) (x *Expression, err error) {
	defer func() {
		if r := recover(); r != nil { // of the language's own parts, on what nobody has thought of
			x, err = nil, &Fault{1, "this cannot be understood; write it in another way"}
		}
	}()
	switch {
	case strings.TrimSpace(source) == "":
		return nil, &Fault{1, "nothing is written; name a tag, such as zone1 - zone2"}
	case len(source) > Longest:
		return nil, &Fault{Longest, fmt.Sprintf("it is longer than %d characters; divide it among several derived tags", Longest)}
	case !utf8.ValidString(source):
		return nil, &Fault{1, "it is not written in UTF-8"}
	}
	c := conf.CreateNew()
	c.MaxNodes, c.Optimize, c.DisableIfOperator = mostNode, false, true
	for name := range c.Builtins {
		c.Disabled[name] = true
	}
	clear(c.Builtins)
	c.Functions = functions()
	tree, err := parser.ParseWithConfig(source, c)
	if err != nil {
		return nil, faultOf(err)
	}
	r := reader{}
	if r.first(tree.Node) {
		if r.fault != nil {
			return nil, r.fault
		}
		return &Expression{Names: r.names, keys: keys(r.names)}, nil
	}
	r.read(&tree.Node)
	if r.fault != nil {
		return nil, r.fault
	}
	if len(r.names) == 0 {
		return nil, &Fault{1, "it names no tag; what never changes needs no tag"}
	}
	env := types.Map{}
	x = &Expression{Names: r.names, keys: keys(r.names)}
	for _, k := range x.keys {
		env[k] = types.Any
	}
	c.WithEnv(env)
	if _, err := checker.Check(tree, c); err != nil {
		return nil, faultOf(err)
	}
	if x.program, err = compiler.Compile(tree, c); err != nil {
		return nil, faultOf(err)
	}
	return x, nil
}

func key(name string) string { return "tag " + name }

func keys(names []string) []string {
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = key(name)
	}
	return all
}

// misplaced is how the language says that something stands where it cannot.
var misplaced = regexp.MustCompile(`unexpected token \w+\((".*")\)`)

// faultOf gives an error of the language as ours.
func faultOf(err error) *Fault {
	var at *file.Error
	if errors.As(err, &at) {
		return &Fault{at.From + 1, misplaced.ReplaceAllString(strings.ReplaceAll(at.Message, "unexpected token EOF", "it ends too early"), "$1 cannot stand here")}
	}
	return &Fault{1, strings.SplitN(err.Error(), "\n", 2)[0]}
}

// machine evaluates expressions; it is used by one goroutine at a time.
type machine struct{ vm vm.VM }

// eval gives the value of an expression, or why there is none.
func (m *machine) eval(x *Expression, env map[string]any) (v tag.Value, why tag.Quality) {
	m.vm.MemoryBudget = memory
	result, err := m.vm.Run(x.program, env)
	if err != nil {
		return tag.Value{}, tag.BadTypeMismatch
	}
	return valueOf(result)
}

// valueOf gives what an expression knows as a value, or why it is none.
func valueOf(result any) (v tag.Value, why tag.Quality) {
	switch result := result.(type) {
	case float64:
		if math.IsNaN(result) || math.IsInf(result, 0) {
			return tag.Value{}, tag.BadOutOfRange
		}
		return tag.FloatValue(result), tag.Good
	case bool:
		return tag.BoolValue(result), tag.Good
	case string:
		if len(result) > longText {
			return tag.Value{}, tag.BadOutOfRange
		}
		return tag.TextValue(result), tag.Good
	}
	return tag.Value{}, tag.BadTypeMismatch
}

// plain gives a value as expressions know it: a float64, a bool, a string; nil for one that they cannot use.
func plain(v tag.Value) any {
	if text, is := v.Text(); is {
		if len(text) > longText {
			return nil
		}
		return text
	}
	if b, is := v.Bool(); is {
		return b
	}
	if f, is := v.Float(); is {
		return f
	}
	return nil
}

// Try evaluates an expression once: samples are those of Names, in their order. ok is false while one of them is
// not known (its Tag is 0).
func (x *Expression) Try(samples []tag.Sample) (s tag.Sample, ok bool) {
	env := make(map[string]any, len(samples))
	for i, in := range samples {
		if in.Tag == 0 {
			return tag.Sample{}, false
		}
		env[x.keys[i]] = plain(in.Value)
	}
	return result(&machine{}, x, env, func(yield func(tag.Sample)) {
		for _, in := range samples {
			yield(in)
		}
	}), true
}

// firstKnown gives the first of inputs that is known, at the time of the newest of all: none of bad quality, and none that
// says an empty text. What no input tells has the quality of the first.
func firstKnown(inputs func(func(tag.Sample))) (s tag.Sample) {
	begun, known := false, false
	inputs(func(in tag.Sample) {
		if !begun || in.Time.After(s.Time) {
			s.Time = in.Time
		}
		said := plain(in.Value)
		switch {
		case known:
		case !in.Quality.Bad() && said != nil && said != "":
			known, s.Quality = true, in.Quality
			v, why := valueOf(said)
			if s.Value = v; why.Bad() {
				s.Quality = why
			}
		case !begun:
			if s.Quality = in.Quality; !s.Quality.Bad() {
				s.Quality = tag.BadTypeMismatch
			}
		}
		begun = true
	})
	return s
}

// result evaluates an expression over its inputs: at the time of the newest, with the worst quality of all.
func result(m *machine, x *Expression, env map[string]any, inputs func(func(tag.Sample))) (s tag.Sample) {
	if x.program == nil {
		return firstKnown(inputs)
	}
	first := true
	inputs(func(in tag.Sample) {
		if first || in.Quality>>30 > s.Quality>>30 {
			s.Quality = in.Quality
		}
		if first || in.Time.After(s.Time) {
			s.Time = in.Time
		}
		first = false
	})
	if s.Quality.Bad() {
		return s
	}
	v, why := m.eval(x, env)
	if why.Bad() {
		s.Quality = why
	}
	s.Value = v
	return s
}
