// Package machines is the machine types of a plant, version by version: who has which, and what a change of one changes.
package machines

import (
	"maps"
	"slices"
	"strings"

	"millwright/config"
	"millwright/internal/errs"
)

// Use is a work unit that has a machine type.
type Use struct {
	Line, Unit string // identities
	Name       string // of the unit, for people
	Version    int
	Pinned     bool // it stays on the version; else it follows the newest
}

// At is where the unit stands: "filling-1/filler".
func (u Use) At() string { return u.Line + "/" + u.Unit }

// Uses gives the work units that have each machine type, in the order of the plant.
func Uses(d config.Document) map[string][]Use {
	all := map[string][]Use{}
	each(d, func(line string, u *config.UnitEntry) {
		for _, ref := range u.Machines {
			k, err := d.Kind(ref)
			if err != nil {
				continue
			}
			use := Use{Line: line, Unit: u.ID, Name: u.Name, Version: k.Number(), Pinned: k.Pinned}
			if use.Name == "" {
				use.Name = u.ID
			}
			all[k.Name] = append(all[k.Name], use)
		}
	})
	return all
}

// each calls do with every work unit, in the order of the plant.
func each(d config.Document, do func(line string, u *config.UnitEntry)) {
	for _, s := range d.Sites {
		for _, a := range s.Areas {
			for _, l := range a.Lines {
				for i := range l.Units {
					do(l.ID, &l.Units[i])
				}
			}
		}
	}
}

// Move has a unit stay on a version of a machine type that it has; 0 has it follow the newest.
func Move(u *config.UnitEntry, name string, version int) error {
	i := slices.IndexFunc(u.Machines, func(ref string) bool { return ref == name || strings.HasPrefix(ref, name+"@") })
	if i < 0 {
		return errs.New(errs.NotFound, "unit %s has no machine type %s", u.ID, name)
	}
	u.Machines = slices.Clone(u.Machines)
	if u.Machines[i] = name; version != 0 {
		u.Machines[i] = config.Pin(name, version)
	}
	return nil
}

// MoveAll has every unit that has a machine type stay on a version; 0 has them follow the newest.
func MoveAll(d *config.Document, name string, version int) {
	for _, u := range holders(*d, name) {
		_ = Move(u, name, version) // it has the type: it was found by it
	}
}

// Hold has the units that follow the newest version of a machine type stay on a version.
func Hold(d *config.Document, name string, version int) {
	for _, u := range holders(*d, name) {
		if slices.Contains(u.Machines, name) {
			_ = Move(u, name, version)
		}
	}
}

// holders are the units that have a machine type.
func holders(d config.Document, name string) (all []*config.UnitEntry) {
	each(d, func(_ string, u *config.UnitEntry) {
		for _, ref := range u.Machines {
			if k, err := d.Kind(ref); err == nil && k.Name == name {
				all = append(all, u)
				return
			}
		}
	})
	return all
}

// Add puts a new machine type into a plant: empty, or with what the newest version of another says.
func Add(d *config.Document, name, like string) error {
	wrong := func(path, format string, args ...any) error {
		e := errs.New(errs.Invalid, format, args...)
		return &errs.Error{Kind: errs.Invalid, Words: e.Error(), Fields: []errs.Field{{Path: path, Message: e.Error()}}}
	}
	if !Name.MatchString(name) {
		return wrong("name", "Use up to 40 small letters, digits, - and _.")
	}
	if _, there := d.Machines[name]; there {
		return wrong("name", "There is a machine type %s already; choose another name.", name)
	}
	from, there := d.Machines[like]
	if like != "" && !there {
		return wrong("like", "There is no machine type %q any more.", like)
	}
	types := maps.Clone(d.Machines)
	if types == nil {
		types = map[string]config.MachineType{}
	}
	made := content(from)
	made.Faults = maps.Clone(from.Faults)
	types[name] = made
	d.Machines = types
	return nil
}

// Remove takes a machine type out of a plant; errs.Conflict while a unit has it.
func Remove(d *config.Document, name string) error {
	if _, there := d.Machines[name]; !there {
		return errs.New(errs.NotFound, "there is no machine type %q in the plant as it is drafted", name)
	}
	if users := Uses(*d)[name]; len(users) > 0 {
		return errs.New(errs.Conflict, "machine type %s is used by %s: give them another one first", name, Told(places(users)))
	}
	d.Machines = maps.Clone(d.Machines)
	delete(d.Machines, name)
	return nil
}

// Drop leaves an earlier version out of a plant; errs.Conflict while a unit stays on it.
func Drop(d *config.Document, name string, version int) error {
	t := d.Machines[name]
	if _, kept := t.Before[version]; !kept {
		return errs.New(errs.NotFound, "machine type %s keeps no earlier version %d", name, version)
	}
	users := slices.DeleteFunc(Uses(*d)[name], func(u Use) bool { return u.Version != version })
	if len(users) > 0 {
		return errs.New(errs.Conflict, "version %d of machine type %s is used by %s: let them follow the newest first", version, name, Told(places(users)))
	}
	d.Machines, t.Before = maps.Clone(d.Machines), maps.Clone(t.Before)
	delete(t.Before, version)
	if len(t.Before) == 0 {
		t.Before = nil
	}
	d.Machines[name] = t
	return nil
}

func places(users []Use) []string {
	all := make([]string, len(users))
	for i, u := range users {
		all[i] = u.At()
	}
	return all
}

// content is what a machine type says, without its number and without earlier versions. What fault codes mean is said of
// all versions together.
func content(t config.MachineType) config.MachineType {
	t.Version, t.Before, t.Faults = 0, nil, nil
	return t
}

// meant is what a machine type means: its content, where a scale of 1 says the same as none.
func meant(t config.MachineType) config.MachineType {
	t = content(t)
	var tags map[string]config.TagEntry
	for name, e := range t.Tags {
		if e.Scale == 1 {
			if tags == nil {
				tags = maps.Clone(t.Tags)
			}
			e.Scale = 0
			tags[name] = e
		}
	}
	if tags != nil {
		t.Tags = tags
	}
	return t
}
