package machines

import (
	"bytes"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"millwright/config"
	"millwright/internal/errs"
)

// Succeed numbers the machine types of d as those that follow the ones in before. What says the same keeps its
// number; what says something else has the next, and the version before is kept where a unit stays on it. So a number
// never means two things, and doing it twice changes nothing. It tells which earlier versions were tampered with.
func Succeed(before config.Document, d *config.Document) (wrong []errs.Field) {
	pinned := pins(*d)
	types := make(map[string]config.MachineType, len(d.Machines))
	for name, t := range d.Machines {
		types[name] = t
		was, known := before.Machines[name]
		if !known {
			continue
		}
		for n, earlier := range t.Before {
			if then, kept := was.At(n); kept && !same(then, earlier) {
				wrong = append(wrong, errs.Field{
					Path:    fmt.Sprintf("machines.%s.before.%d", name, n),
					Message: fmt.Sprintf("is not what version %d says: a version never changes; put the change into the newest", n),
				})
			}
		}
		now, moved := succeed(was, t, pinned[name])
		types[name] = now
		for _, u := range moved {
			_ = Move(u, name, now.Number()) // it has the type: it was found by it
		}
	}
	d.Machines = types
	slices.SortFunc(wrong, func(a, b errs.Field) int { return strings.Compare(a.Path, b.Path) })
	return wrong
}

// pins are the units that stay on a version, by machine type and version.
func pins(d config.Document) map[string]map[int][]*config.UnitEntry {
	all := map[string]map[int][]*config.UnitEntry{}
	each(d, func(_ string, u *config.UnitEntry) {
		for _, ref := range u.Machines {
			name, version, pinned := pinOf(d, ref)
			if !pinned {
				continue
			}
			if all[name] == nil {
				all[name] = map[int][]*config.UnitEntry{}
			}
			all[name][version] = append(all[name][version], u)
		}
	})
	return all
}

// pinOf reads a pin, whether there is such a version or not.
func pinOf(d config.Document, ref string) (name string, version int, pinned bool) {
	if _, whole := d.Machines[ref]; whole {
		return ref, 0, false
	}
	i := strings.LastIndex(ref, "@")
	if i < 0 {
		return ref, 0, false
	}
	_, err := fmt.Sscanf(ref[i:], "@%d", &version)
	return ref[:i], version, err == nil && config.Pin(ref[:i], version) == ref
}

// succeed numbers one machine type, and gives the units that stay on what it says and have to name it anew.
func succeed(was, t config.MachineType, pinned map[int][]*config.UnitEntry) (config.MachineType, []*config.UnitEntry) {
	said := t.Number()
	switch {
	case same(was, t):
		again := was // the very same, which is seen at once when they are compared the next time
		again.Before, again.Faults = t.Before, t.Faults
		t = again
	case said <= was.Number():
		t.Version = was.Number() + 1
	}
	own := maps.Clone(t.Before)
	if again, kept := own[t.Number()]; kept && same(again, t) {
		delete(own, t.Number())
	}
	var moved []*config.UnitEntry
	for n, units := range pinned {
		then, kept := was.At(n)
		_, there := own[n]
		switch {
		case n == t.Number() || there:
		case kept:
			if own == nil {
				own = map[int]config.MachineType{}
			}
			own[n] = content(then)
		case n == said:
			moved = append(moved, units...)
		}
	}
	if t.Before = own; len(own) == 0 {
		t.Before = nil
	}
	return t, moved
}

// same tells whether two versions say the same.
func same(a, b config.MachineType) bool {
	if reflect.ValueOf(a.Tags).Pointer() == reflect.ValueOf(b.Tags).Pointer() && reflect.DeepEqual(a, b) {
		return true
	}
	a, b = meant(a), meant(b)
	if len(a.Tags) != len(b.Tags) {
		return false
	}
	for name, x := range a.Tags {
		if y, both := b.Tags[name]; !both || !alike(x, y) && !written(x, y) {
			return false
		}
	}
	a.Tags, b.Tags = nil, nil
	return reflect.DeepEqual(a, b) || written(a, b)
}

// alike tells at once that two tags are the same; where it does not, they may still be written alike.
func alike(a, b config.TagEntry) bool {
	if !equal(a.Low, b.Low) || !equal(a.High, b.High) {
		return false
	}
	a.Low, a.High, b.Low, b.High = nil, nil, nil, nil
	return a == b
}

func equal(a, b *float64) bool { return a == b || a != nil && b != nil && *a == *b }

// written tells whether two parts of a plant file are written alike.
func written(a, b any) bool {
	one, wrong := config.Marshal(a)
	two, bad := config.Marshal(b)
	return wrong == nil && bad == nil && bytes.Equal(one, two)
}
