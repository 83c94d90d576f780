package config

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Kind is a version of a machine type, as a unit names it.
type Kind struct {
	Name        string
	Pinned      bool // the unit stays on it; else it follows the newest
	MachineType      // with the number of the version, and without others
}

// Pin names a version of a machine type that a unit stays on: "filler@2".
func Pin(name string, version int) string { return name + "@" + strconv.Itoa(version) }

// Number is the version of what a machine type says.
func (t MachineType) Number() int { return max(t.Version, 1) }

// At gives what a version of a machine type says, under its number.
func (t MachineType) At(version int) (MachineType, bool) {
	if version == t.Number() {
		t.Before = nil
		return t, true
	}
	earlier, kept := t.Before[version]
	earlier.Version = version
	return earlier, kept
}

// Versions are the numbers of all that is kept of a machine type, the newest first.
func (t MachineType) Versions() []int {
	all := slices.Sorted(maps.Keys(t.Before))
	slices.Reverse(all)
	return append([]int{t.Number()}, all...)
}

// Kind finds the machine type that a unit names: its newest version by its name, another as Pin writes it. An error
// says what there is instead.
func (d Document) Kind(ref string) (Kind, error) {
	if t, ok := d.Machines[ref]; ok {
		t.Before = nil
		return Kind{Name: ref, MachineType: t}, nil
	}
	name, version := ref, ""
	if i := strings.LastIndex(ref, "@"); i > 0 {
		name, version = ref[:i], ref[i+1:]
	}
	t, ok := d.Machines[name]
	if !ok {
		return Kind{Name: name}, fmt.Errorf("there is no machine type %q", name)
	}
	n, err := strconv.Atoi(version)
	if at, kept := t.At(n); err == nil && kept {
		return Kind{Name: name, Pinned: true, MachineType: at}, nil
	}
	there := make([]string, 0, len(t.Before)+1)
	for _, v := range t.Versions() {
		there = append(there, strconv.Itoa(v))
	}
	there[0] += ", the newest"
	return Kind{Name: name}, fmt.Errorf("machine type %s has no version %q; there is %s", name, version, strings.Join(there, "; "))
}

// Combined is all that the machine types of a unit say: later ones add to those before, and go before them where both
// say something. What there is not is told, and left out. The tags are only to be read.
func (d Document) Combined(refs []string) (all MachineType, wrong []error) {
	all.Tags = map[string]TagEntry{}
	named := map[string]int{}
	for _, ref := range refs {
		k, err := d.Kind(ref)
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		if v, twice := named[k.Name]; twice && v != k.Number() {
			wrong = append(wrong, fmt.Errorf("machine type %s stands here in two versions, %d and %d; keep one of them", k.Name, v, k.Number()))
		}
		named[k.Name] = k.Number()
		if len(refs) == 1 { // most units have one
			all.Tags = k.Tags
		} else {
			maps.Copy(all.Tags, k.Tags)
		}
		all.Signals = all.Signals.Over(k.Signals)
	}
	return all, wrong
}

// mostVersion bounds the numbers of versions.
const mostVersion = 1_000_000

// types checks the machine types, and the numbers of their versions.
func (b *builder) types() {
	for _, name := range slices.Sorted(maps.Keys(b.file.Machines)) {
		t, path := b.file.Machines[name], "machines."+name
		b.entries(path+".tags.", t.Tags)
		if t.Version < 0 || t.Version > mostVersion {
			b.add(path+".version", "is %d; write a number from 1 to %d, or nothing for 1", t.Version, mostVersion)
			continue
		}
		for _, n := range slices.Sorted(maps.Keys(t.Before)) {
			at := fmt.Sprintf("%s.before.%d", path, n)
			b.entries(at+".tags.", t.Before[n].Tags)
			if n < 1 || n >= t.Number() {
				b.add(at, "is no earlier version: the newest is %d", t.Number())
			}
			if t.Before[n].Version != 0 || t.Before[n].Before != nil || t.Before[n].Faults != nil {
				b.add(at, "has a version, earlier ones or fault codes of its own; write what it said alone")
			}
		}
	}
}

// origin is where a tag of a unit stands in the plant file.
func (d Document) origin(refs []string, name string) string {
	for _, ref := range slices.Backward(refs) {
		k, _ := d.Kind(ref)
		if _, has := k.Tags[name]; !has {
			continue
		}
		at := "machines." + k.Name
		if k.Number() != d.Machines[k.Name].Number() {
			at += fmt.Sprintf(".before.%d", k.Number())
		}
		return at + ".tags." + name
	}
	return ""
}
