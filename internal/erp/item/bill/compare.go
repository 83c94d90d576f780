package bill

import (
	"fmt"
	"strings"
	"time"

	"millwright/internal/erp/item"
	"millwright/internal/erp/tool"
	"millwright/internal/plant"
	"millwright/internal/plant/measure"
)

// Change says what became of a line from one bill to another.
type Change string

// The changes.
const (
	Added   Change = "added"
	Removed Change = "removed"
	Changed Change = "changed"
	Same    Change = "same"
)

// Difference is one line of two bills, beside each other.
type Difference struct {
	Change   Change
	What     string // "Component 10", "Operation 20", "Batch"
	Item     int64  // 0 of what is no line
	Was, Is  string
	Position int64
}

// Compare puts two bills beside each other: lines by item, of one item by their order, and operations by position.
func Compare(a, b Bill, items map[int64]item.Item, centres map[int64]Centre, kit tool.Kit) []Difference {
	all := heads(a, b)
	tell := func(l Line) string { return l.told(items) }
	all = append(all, pairs(keyed[Line]{a.Lines, keysOf(a.Lines)}, keyed[Line]{b.Lines, keysOf(b.Lines)}, tell, func(l Line) Difference {
		return Difference{What: fmt.Sprintf("%s %d", upper(string(l.Kind)), l.Position), Item: l.Item, Position: l.Position}
	})...)
	positions := func(all []Operation) (keys []string) {
		for _, o := range all {
			keys = append(keys, fmt.Sprint(o.Position))
		}
		return keys
	}
	return append(all, pairs(keyed[Operation]{a.Operations, positions(a.Operations)}, keyed[Operation]{b.Operations, positions(b.Operations)},
		func(o Operation) string { return o.told(centres, kit) },
		func(o Operation) Difference {
			return Difference{What: fmt.Sprintf("Operation %d", o.Position), Position: o.Position}
		})...)
}

func upper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func heads(a, b Bill) (all []Difference) {
	for _, h := range []struct{ what, was, is string }{
		{"Batch", a.Batch.String(), b.Batch.String()}, {"Revision", a.Revision, b.Revision}, {"Note", a.Note, b.Note},
	} {
		if h.was != h.is {
			all = append(all, Difference{Change: Changed, What: h.what, Was: h.was, Is: h.is})
		}
	}
	return all
}

// keysOf tells lines apart: an item that stands in a bill twice is told apart by its order.
func keysOf(lines []Line) []string {
	seen := map[string]int{}
	keys := make([]string, len(lines))
	for i, l := range lines {
		key := fmt.Sprint(l.Kind, " ", l.Item)
		seen[key]++
		keys[i] = fmt.Sprint(key, " ", seen[key])
	}
	return keys
}

// keyed is a list, each with what it is told apart by.
type keyed[T any] struct {
	all  []T
	keys []string
}

// pairs puts two lists beside each other by their keys, in the order of the second; what was removed comes last.
func pairs[T any](was, is keyed[T], tell func(T) string, name func(T) Difference) (all []Difference) {
	before := make(map[string]int, len(was.keys))
	for n, key := range was.keys {
		before[key] = n
	}
	for n, key := range is.keys {
		d := name(is.all[n])
		d.Change, d.Is = Added, tell(is.all[n])
		if at, both := before[key]; both {
			d.Change, d.Was = Changed, tell(was.all[at])
			delete(before, key)
		}
		if d.Was == d.Is {
			d.Change = Same
		}
		all = append(all, d)
	}
	for n, key := range was.keys {
		if _, left := before[key]; left {
			d := name(was.all[n])
			d.Change, d.Was = Removed, tell(was.all[n])
			all = append(all, d)
		}
	}
	return all
}

// told is a line in words.
func (l Line) told(items map[int64]item.Item) string {
	words := []string{items[l.Item].Number, l.Quantity.String() + " " + measure.Symbol(l.Unit)}
	say := func(is bool, format string, args ...any) {
		if is {
			words = append(words, fmt.Sprintf(format, args...))
		}
	}
	say(l.Once > 0, "once %s", l.Once)
	say(l.Scrap > 0, "scrap %s %%", l.Scrap)
	say(l.Kind == Component, "%s", l.Policy)
	say(l.Every > 0, "every %s", l.Every)
	say(l.Operation > 0, "at operation %d", l.Operation)
	say(l.Instead > 0, "for %d", l.Instead)
	say(l.Share > 0, "share %s %%", l.Share)
	say(l.Note != "", "%s", l.Note)
	return strings.Join(words, ", ")
}

func (o Operation) told(centres map[int64]Centre, kit tool.Kit) string {
	words := []string{o.Name, centres[o.Centre].Code}
	for _, t := range []struct {
		name string
		is   time.Duration
	}{{"set-up", o.Setup}, {"run", o.Run}, {"queue", o.Queue}} {
		if t.is > 0 {
			words = append(words, t.name+" "+t.is.String())
		}
	}
	if o.Crew != plant.One {
		words = append(words, "crew "+o.Crew.String())
	}
	if o.Skill != 0 {
		words = append(words, "skill "+kit.Skills[o.Skill])
	}
	if o.Tool != 0 {
		words = append(words, fmt.Sprintf("tool %s × %d", kit.Tools[o.Tool].Number, o.Tools))
	}
	if also := kit.Write(o.Also); also != "" {
		words = append(words, "also "+also)
	}
	if o.Note != "" {
		words = append(words, o.Note)
	}
	return strings.Join(words, ", ")
}

// Told is a bill in one sentence, for the audit chain.
func (b Bill) Told() string {
	words := fmt.Sprintf("version %d, %s, for %s, %d lines, %d operations", b.Number, b.State, b.Batch, len(b.Lines), len(b.Operations))
	if !b.From.IsZero() {
		words += ", from " + b.From.UTC().Format(time.RFC3339)
	}
	if b.Revision != "" {
		words += ", revision " + b.Revision
	}
	return words
}
