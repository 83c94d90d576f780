// Package reasons is the part of a plant file that says why lines stand and pieces are scrapped.
package reasons

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"millwright/internal/errs"
	"millwright/internal/plant/reason"
)

// Entry is a reason as it is written, with its parts.
type Entry struct {
	ID       string            `yaml:"id,omitempty"`
	Name     string            `yaml:"name,omitempty"`
	Names    map[string]string `yaml:"names,omitempty"`    // by language: {de: Filmstau, pl: Zacięcie folii}
	Category string            `yaml:"category,omitempty"` // the loss it explains: breakdown, changeover …
	Parts    []Entry           `yaml:"parts,omitempty"`
}

// How much a plant may say.
const (
	Most         = 1_000 // reasons of one tree
	Deepest      = 3     // levels of the reasons for stops
	DeepestScrap = 2
	longest      = 80 // letters of a name
)

var (
	identity = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,39}$`)
	language = regexp.MustCompile(`^[a-z]{2,3}(-[A-Z]{2})?$`)
)

// IsLanguage tells whether a word names a language: "de", "pt-BR".
func IsLanguage(word string) bool { return language.MatchString(word) }

// Tree understands the reasons that stand at a path of the plant file, and gives all that is wrong with them.
func Tree(path string, list []Entry, deepest int) (reason.Tree, []errs.Field) {
	r := reader{seen: map[string]string{}, deepest: deepest}
	t := r.tree(path, list, 1)
	if len(r.seen) > Most {
		r.add(path, "are %d; a plant has %d at most", len(r.seen), Most)
	}
	return t, r.wrong
}

// reader collects what is wrong on the way.
type reader struct {
	seen    map[string]string // identity → where it was first
	deepest int
	wrong   []errs.Field
}

func (r *reader) add(path, format string, args ...any) {
	r.wrong = append(r.wrong, errs.Field{Path: path, Message: fmt.Sprintf(format, args...)})
}

func (r *reader) tree(path string, list []Entry, level int) (t reason.Tree) {
	if len(list) > 0 && level > r.deepest {
		r.add(path, "stand on level %d; there are %d levels at most", level, r.deepest)
		return nil
	}
	for i, e := range list {
		t = append(t, r.one(fmt.Sprintf("%s[%d]", path, i), e, level))
	}
	return t
}

func (r *reader) one(path string, e Entry, level int) reason.Reason {
	switch first, twice := r.seen[e.ID]; {
	case !identity.MatchString(e.ID) || e.ID == None:
		r.add(path+".id", "%q is no identity; use up to 40 small letters, digits, - and _, and not the word none", errs.Clip(e.ID))
	case twice:
		r.add(path+".id", "reason %q stands already at %s; choose another", e.ID, first)
	default:
		r.seen[e.ID] = path
	}
	if e.Category != "" && !slices.Contains(reason.Losses(), e.Category) {
		r.add(path+".category", "%q is no loss; use %s", errs.Clip(e.Category), strings.Join(reason.Losses(), ", "))
	}
	one := reason.Reason{ID: reason.ID(e.ID), Name: e.Name, Names: e.Names, Loss: e.Category, Parts: r.tree(path+".parts", e.Parts, level+1)}
	if e.Name == "" {
		one.Name = e.ID
	}
	r.named(path+".name", e.Name)
	for _, l := range slices.Sorted(maps.Keys(e.Names)) {
		if !IsLanguage(l) {
			r.add(path+".names."+errs.Clip(l), "is no language; write one like de or pt-BR")
		}
		r.named(path+".names."+errs.Clip(l), e.Names[l])
	}
	return one
}

func (r *reader) named(path, name string) {
	if utf8.RuneCountInString(name) > longest || strings.ContainsFunc(name, func(c rune) bool { return c < ' ' }) {
		r.add(path, "is no name; write up to %d letters on one line", longest)
	}
}
