// How a form asks for a tag: by a list of all, or, where nobody could choose from it, by a tag's name.

package web

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"millwright/config"
	"millwright/internal/errs"
	"millwright/views/admin/equipment"
	"millwright/views/ui"
)

const (
	mostTagChoices = 200 // of a list to choose a tag from; also what is offered while a name is typed
	mostNearest    = 3   // names that are told where there is no such tag
	longestName    = 60  // of a tag that others are compared with
)

// tagAsk asks for tags of a machine.
type tagAsk struct {
	tags []equipment.Value // to choose from, or likely ones to be offered
	of   int               // how many there are
	list string            // the page on which they can be looked for
}

// askTags asks for any of a machine's tags; now are those that it reads, where they are few.
func askTags(tags map[string]config.TagEntry, now []equipment.Value, list string) tagAsk {
	if len(tags) > mostTagChoices {
		now = likely(tags)
	}
	return tagAsk{tags: now, of: len(tags), list: list}
}

func (a tagAsk) typed() bool { return a.of > mostTagChoices }

// lead says in a form how a tag is found where its name is typed.
func (a tagAsk) lead(f *equipment.Form) {
	if a.typed() {
		f.Lead += fmt.Sprintf(" There are %d tags: write a tag's name.", a.of)
		f.Look = ui.Link{Name: "Look for a tag's name", Href: a.list}
	}
}

// field asks for one tag, over what is said where it is left open.
func (a tagAsk) field(id, label, help, value, inherited string) equipment.Field {
	if !a.typed() {
		return choose(id, label, help, value, tagChoices(a.tags, inherited, value)...)
	}
	open := "Empty: none."
	if inherited != "" || value == config.None {
		open = fmt.Sprintf("Empty: as the machine type says, %s. Write %s for none.", cmp.Or(inherited, "none"), config.None)
	}
	f := optional(text(id, label, strings.TrimSpace(help+" "+open), value))
	if len(a.tags) > 0 {
		f.List = "signals-offers"
	}
	return f
}

// offers are the likely tags, once for all fields of a form.
func (a tagAsk) offers() (all []ui.Choice) {
	if !a.typed() {
		return nil
	}
	for _, v := range a.tags {
		all = append(all, ui.Choice{Value: v.Name, Name: v.Label})
	}
	return all
}

// likely are tags that sound as if a signal were meant.
func likely(tags map[string]config.TagEntry) []equipment.Value {
	words := []string{
		"state", "status", "mode", "good", "bad", "reject", "scrap", "count", "total", "pieces", "produced", "processed", "defective",
		"speed", "product", "recipe", "order", "job", "batch", "fault", "alarm", "error", "stopreason", "command", "cntrlcmd",
	}
	var names []string
	for name, t := range tags {
		said := strings.ToLower(name + " " + t.Label)
		if slices.ContainsFunc(words, func(w string) bool { return strings.Contains(said, w) }) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return valuesOf(tags, names[:min(len(names), mostTagChoices)])
}

// valuesOf are tags by name, without what they read.
func valuesOf(tags map[string]config.TagEntry, names []string) (all []equipment.Value) {
	for _, name := range names {
		all = append(all, equipment.Value{Name: name, Label: cmp.Or(tags[name].Label, name)})
	}
	return all
}

// knownTags refuses signals that name a tag which there is not, unless it was named before.
func knownTags(tags map[string]config.TagEntry, was, e config.SignalsEntry) error {
	var w wrong
	for _, s := range []struct{ field, old, name string }{
		{"state", was.State, e.State},
		{"mode", was.Mode, e.Mode},
		{"good", was.Good.Tag, e.Good.Tag},
		{"reject", was.Reject.Tag, e.Reject.Tag},
		{"total", was.Total.Tag, e.Total.Tag},
		{"speed", was.Speed, e.Speed},
		{"product", was.Product, e.Product},
		{"order", was.Order, e.Order},
		{"fault", was.Fault, e.Fault},
		{"command", was.Command, e.Command},
	} {
		if _, there := tags[s.name]; !there && s.name != s.old && s.name != "" && s.name != config.None {
			w.add(s.field, "There is no tag %q.%s", errs.Clip(s.name), nearest(tags, s.name))
		}
	}
	return w.err()
}

// nearest says which tags may have been meant by a name that none has.
func nearest(tags map[string]config.TagEntry, name string) string {
	wanted := strings.ToLower(name)
	if len(wanted) > longestName {
		return ""
	}
	type near struct {
		name string
		far  int
	}
	var all []near
	for _, tag := range slices.Sorted(maps.Keys(tags)) {
		is := strings.ToLower(tag)
		switch far := steps(wanted, is[:min(len(is), longestName)]); {
		case wanted == is || wanted == strings.ToLower(tags[tag].Label):
			all = append(all, near{tag, -1})
		case far <= max(1, len(wanted)/3):
			all = append(all, near{tag, far})
		case len(wanted) > 2 && strings.Contains(is, wanted):
			all = append(all, near{tag, longestName + far})
		}
	}
	if len(all) == 0 {
		return ""
	}
	slices.SortStableFunc(all, func(a, b near) int { return a.far - b.far })
	var names []string
	for _, n := range all[:min(len(all), mostNearest)] {
		names = append(names, n.name)
	}
	return " Near it: " + strings.Join(names, ", ") + "."
}

// steps is how many signs must be put in, taken out or replaced to make b of a.
func steps(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := before
			if a[i] != b[j] {
				cost++
			}
			before = row[j+1]
			row[j+1] = min(cost, row[j]+1, before+1)
		}
	}
	return row[len(b)]
}
