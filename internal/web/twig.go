package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"millwright/config"
	"millwright/config/reasons"
)

// The trees of reasons in a plant file.
const stopTree, scrapTree = "reasons", "scrap"

// twig is a reason in a document, or one of its trees as a whole.
type twig struct {
	tree  string           // stopTree or scrapTree
	path  string           // "reasons[0].parts[1]"
	list  *[]reasons.Entry // that it stands in; of a tree, its roots
	i     int              // among them; -1 for a tree
	level int              // 0 for a tree
	above string           // the identity of the one above it; "" for a root
}

// twigOf finds a reason by its tree and identity, "reasons/jam", or a tree by its name alone.
func twigOf(d *config.Document, at string) (twig, bool) {
	tree, id, _ := strings.Cut(at, "/")
	t := twig{tree: tree, path: tree, i: -1}
	switch tree {
	case stopTree:
		t.list = &d.Reasons
	case scrapTree:
		t.list = &d.Scrap
	default:
		return t, false
	}
	return t, id == "" || t.seek(id)
}

// seek goes down to the reason of that identity.
func (t *twig) seek(id string) bool {
	for i := range *t.list {
		e := &(*t.list)[i]
		path := fmt.Sprintf("%s[%d]", t.path, i)
		if e.ID == id {
			*t = twig{t.tree, path, t.list, i, t.level + 1, t.above}
			return true
		}
		below := twig{t.tree, path + ".parts", &e.Parts, -1, t.level + 1, e.ID}
		if below.seek(id) {
			*t = below
			return true
		}
	}
	return false
}

// entry is the reason; nil for a tree.
func (t twig) entry() *reasons.Entry {
	if t.i < 0 {
		return nil
	}
	return &(*t.list)[t.i]
}

// parts are where its parts stand: for a tree, its roots.
func (t twig) parts() *[]reasons.Entry {
	if e := t.entry(); e != nil {
		return &e.Parts
	}
	return t.list
}

// next is the path of a part that would be added.
func (t twig) next() string {
	path := t.path
	if t.i >= 0 {
		path += ".parts"
	}
	return fmt.Sprintf("%s[%d]", path, len(*t.parts()))
}

// at is how it is addressed.
func (t twig) at() string {
	if e := t.entry(); e != nil {
		return t.tree + "/" + e.ID
	}
	return t.tree
}

// name is what people call it.
func (t twig) name() string {
	if e := t.entry(); e != nil {
		return cmp.Or(e.Name, e.ID)
	}
	return map[string]string{stopTree: "Why lines stand", scrapTree: "Why pieces are scrapped"}[t.tree]
}

// deepest is how many levels its tree may have.
func (t twig) deepest() int {
	if t.tree == scrapTree {
		return reasons.DeepestScrap
	}
	return reasons.Deepest
}

// siblings are the identities in whose order it stands.
func (t twig) siblings() []string {
	return identities(*t.list, func(e reasons.Entry) string { return e.ID })
}

// height is how many levels a reason has with its parts.
func height(e reasons.Entry) int {
	most := 0
	for _, p := range e.Parts {
		most = max(most, height(p))
	}
	return most + 1
}

// under puts the reason below another, as its last part; "" makes it a root. ok is false when it has no room there,
// or is itself above.
func (t twig) under(d *config.Document, id string) bool {
	e := *t.entry()
	moved := twig{tree: t.tree, i: -1, list: &[]reasons.Entry{e}}
	to, ok := twigOf(d, t.tree+"/"+id)
	if !ok || id != "" && moved.seek(id) || to.level+height(e) > t.deepest() {
		return false
	}
	*t.list = slices.Delete(*t.list, t.i, t.i+1)
	if to, ok = twigOf(d, t.tree+"/"+id); ok { // where it is now
		*to.parts() = append(*to.parts(), e)
	}
	return ok
}
