// Package reason is why lines stand and pieces are scrapped, in the words of the people there.
package reason

import (
	"cmp"
	"slices"
	"strings"
)

// ID names a reason for ever: "film-jam". Identities are unique among the reasons for stops, and among those for scrap.
type ID string

// DefaultLanguage is that of a site which does not say.
const DefaultLanguage = "en"

// Reason is one of a tree of reasons.
type Reason struct {
	ID    ID
	Name  string
	Names map[string]string // by language: "de"
	Loss  string            // what it explains, of Losses; "" as those above it, or nothing in particular
	Parts []Reason
}

// In is the reason's name in a language, "pt-BR", or in that of all its countries, "pt"; where it has none there, its name.
func (r Reason) In(language string) string {
	common, _, _ := strings.Cut(language, "-")
	return cmp.Or(r.Names[language], r.Names[common], r.Name)
}

// Losses are what a reason can explain, in the words of the ledger of time.
func Losses() []string {
	return []string{"planned stop", "no order", "changeover", "breakdown", "blocked", "starved", "micro-stop", "reduced speed"}
}

// Tree is reasons, from the general to the particular, in the order in which people see them.
type Tree []Reason

// Walk visits every reason, before its parts, with how many stand above it.
func (t Tree) Walk(visit func(r Reason, depth int)) { t.walk(0, visit) }

func (t Tree) walk(depth int, visit func(Reason, int)) {
	for _, r := range t {
		visit(r, depth)
		Tree(r.Parts).walk(depth+1, visit)
	}
}

// Has tells whether a reason is in the tree.
func (t Tree) Has(id ID) (found bool) {
	t.Walk(func(r Reason, _ int) { found = found || r.ID == id })
	return found
}

// Book is all reasons of a plant. It is read only, and the zero Book has none.
type Book struct {
	Stops Tree // why lines stand
	Scrap Tree // why pieces are scrapped
	index map[ID]Reason
}

// NewBook makes a book whose reasons for stops can be looked up. Each says what loss it explains, by itself or as
// the one above it says.
func NewBook(stops, scrap Tree) Book {
	b := Book{Stops: stops, Scrap: scrap, index: map[ID]Reason{}}
	var put func(list []Reason, loss string)
	put = func(list []Reason, loss string) {
		for _, r := range list {
			if r.Loss == "" {
				r.Loss = loss
			}
			b.index[r.ID] = r
			put(r.Parts, r.Loss)
		}
	}
	put(stops, "")
	return b
}

// Stop looks up a reason for a stop.
func (b Book) Stop(id ID) (Reason, bool) {
	r, ok := b.index[id]
	return r, ok
}

// Within is the reasons for stops that some of them are or stand above, in their order; without any, all of them.
func (b Book) Within(some []ID) Tree {
	if len(some) == 0 {
		return b.Stops
	}
	return narrowed(b.Stops, some)
}

func narrowed(t Tree, some []ID) (kept Tree) {
	for _, r := range t {
		if slices.Contains(some, r.ID) {
			kept = append(kept, r)
		} else if parts := narrowed(r.Parts, some); len(parts) > 0 {
			r.Parts = parts
			kept = append(kept, r)
		}
	}
	return kept
}
