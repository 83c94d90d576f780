package tagtable

import (
	"slices"
	"strings"

	"millwright/config"
)

// PlantTag is a tag of a machine type in a unit that has it.
type PlantTag struct {
	Machine, Name string // of the type, and in it
	Version       int    // of the type, which the unit stays on; 0 where it follows the newest
	Line, Unit    string // identities; "" where no unit has the tag
	Connection    string
	config.TagEntry
}

// Full is the name of the tag in the plant; "" where no unit has it.
func (t PlantTag) Full() string {
	if t.Unit == "" {
		return ""
	}
	return t.Line + "/" + t.Unit + "/" + t.Name
}

// Source is the address it is read from.
func (t PlantTag) Source() string {
	if t.Expr != "" {
		return "= " + t.Expr
	}
	if t.Unit == "" {
		return t.Address
	}
	return t.At(t.Line, t.Unit)
}

// List gives all tags of a plant in the order of the plant; then those of the newest machine types that no unit has.
func List(d config.Document) []PlantTag {
	l := list{doc: d, used: map[[2]string]bool{}}
	for _, s := range d.Sites {
		for _, a := range s.Areas {
			for _, line := range a.Lines {
				for _, u := range line.Units {
					l.unit(line.ID, u)
				}
			}
		}
	}
	for _, m := range sorted(d.Machines) {
		for _, name := range sorted(d.Machines[m].Tags) {
			if !l.used[[2]string{m, name}] {
				l.all = append(l.all, PlantTag{Machine: m, Name: name, TagEntry: d.Machines[m].Tags[name]})
			}
		}
	}
	return l.all
}

// list collects the tags of a plant.
type list struct {
	doc  config.Document
	used map[[2]string]bool // machine type and tag, where a unit follows the newest
	all  []PlantTag
}

// unit adds the tags of a unit: of a name that several of its types have, the last one's.
func (l *list) unit(line string, u config.UnitEntry) {
	kinds := make([]config.Kind, len(u.Machines))
	for i, ref := range u.Machines {
		kinds[i], _ = l.doc.Kind(ref) // what there is not has no tags
	}
	from := len(l.all)
	for i, k := range kinds {
		version := 0
		if k.Pinned {
			version = k.Number()
		}
		for name, e := range k.Tags {
			if slices.ContainsFunc(kinds[i+1:], func(later config.Kind) bool { _, over := later.Tags[name]; return over }) {
				continue
			}
			if !k.Pinned {
				l.used[[2]string{k.Name, name}] = true
			}
			l.all = append(l.all, PlantTag{Machine: k.Name, Name: name, Version: version, Line: line, Unit: u.ID, Connection: u.Connection, TagEntry: e})
		}
	}
	slices.SortFunc(l.all[from:], func(a, b PlantTag) int { return strings.Compare(a.Name, b.Name) })
}
