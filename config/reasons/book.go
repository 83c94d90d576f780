package reasons

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"millwright/internal/errs"
	"millwright/internal/plant/reason"
)

// mostGiven is how many reasons one line names.
const mostGiven = 100

// Book is what a plant file says of reasons, understood, with all that is wrong with it.
type Book struct {
	reason.Book
	Wrong []errs.Field
	kinds map[string]reason.Codes // the fault codes of each kind of machine
}

// Read understands both trees, and the fault codes of each kind of machine.
func Read(stops, scrap []Entry, kinds map[string]map[string]string) *Book {
	tree, wrong := Tree("reasons", stops, Deepest)
	other, more := Tree("scrap", scrap, DeepestScrap)
	b := &Book{Book: reason.NewBook(tree, other), Wrong: slices.Concat(wrong, more), kinds: map[string]reason.Codes{}}
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		if len(kinds[name]) > 0 {
			b.kinds[name] = b.codes("machines."+name+".faults", kinds[name])
		}
	}
	return b
}

func (b *Book) has(id reason.ID) bool {
	_, ok := b.Stop(id)
	return ok
}

func (b *Book) codes(path string, faults map[string]string) reason.Codes {
	c, wrong := Codes(path, faults, b.has)
	b.Wrong = append(b.Wrong, wrong...)
	return c
}

// Layers are the fault codes of a unit: what it says itself, at a path, goes before what its kinds of machine say, and
// of those the later before the earlier.
func (b *Book) Layers(path string, own map[string]string, kinds []string) (all reason.Layers) {
	if len(own) > 0 {
		all = append(all, b.codes(path, own))
	}
	for _, kind := range slices.Backward(kinds) {
		if c, ok := b.kinds[KindOf(kind)]; ok {
			all = append(all, c)
		}
	}
	return all
}

// KindOf is the kind of machine that a unit names, "filler" in "filler@2": what a code means is said of all versions.
func KindOf(machine string) string {
	kind, _, _ := strings.Cut(machine, "@")
	return kind
}

// Given are the reasons that people can give at a line.
func (b *Book) Given(path string, ids []string) (all []reason.ID) {
	if len(ids) > mostGiven {
		b.Wrong = append(b.Wrong, errs.Field{Path: path, Message: fmt.Sprintf("are %d; name %d at most: those above bring their parts along", len(ids), mostGiven)})
		return nil
	}
	for i, id := range ids {
		if !b.has(reason.ID(id)) || slices.Contains(ids[:i], id) {
			b.Wrong = append(b.Wrong, errs.Field{Path: fmt.Sprintf("%s[%d]", path, i), Message: fmt.Sprintf("%q is no reason of the plant, or stands here twice", errs.Clip(id))})
		}
		all = append(all, reason.ID(id))
	}
	return all
}
