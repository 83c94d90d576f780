package machines

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"millwright/config"
	"millwright/config/difference"
)

// Effect is what a change of the plant changes for work units, the same for all of them.
type Effect struct {
	Units    []string // "filling-1/filler", in the order of the plant
	Machines []string // the types that they have, before or after
	Diffs    []Difference
}

// Effects tells what another plant changes for the work units that are in both: what is read of them, and what it means.
// Units for which the same changes stand together.
func Effects(before, after config.Document) (all []Effect) {
	was := map[string]config.UnitEntry{}
	each(before, func(line string, u *config.UnitEntry) { was[line+"/"+u.ID] = *u })
	known := map[string]int{} // kinds and signals before and after → place in all
	each(after, func(line string, u *config.UnitEntry) {
		at := line + "/" + u.ID
		then, both := was[at]
		if !both || untouched(before, after, then, *u) {
			return
		}
		alike := fmt.Sprintf("%q %q %+v %+v", then.Machines, u.Machines, then.Signals, u.Signals)
		i, seen := known[alike]
		if !seen {
			a, b := whole(before, then), whole(after, *u)
			all = append(all, Effect{Machines: kindsOf(before, then, after, *u), Diffs: Diff(a, b)})
			i = len(all) - 1
			known[alike] = i
		}
		all[i].Units = append(all[i].Units, at)
	})
	return slices.DeleteFunc(all, func(e Effect) bool { return len(e.Diffs) == 0 })
}

// Reachable is a machine type as it is drafted, with every version that a unit could stay on: those that it keeps, and
// the one in use.
func Reachable(inUse, drafted config.Document, name string) config.MachineType {
	t := drafted.Machines[name]
	was, used := inUse.Machines[name]
	if _, kept := t.At(was.Number()); !used || kept {
		return t
	}
	t.Before = maps.Clone(t.Before)
	if t.Before == nil {
		t.Before = map[int]config.MachineType{}
	}
	t.Before[was.Number()] = content(was)
	return t
}

// Moving tells what changes for a unit that is to stay on a version of one of its machine types; 0 follows the newest.
func Moving(inUse, drafted config.Document, u config.UnitEntry, name string, version int) ([]Difference, error) {
	was := whole(drafted, u)
	drafted.Machines = maps.Clone(drafted.Machines)
	drafted.Machines[name] = Reachable(inUse, drafted, name)
	if err := Move(&u, name, version); err != nil {
		return nil, err
	}
	return Diff(was, whole(drafted, u)), nil
}

// whole is all that is said of a unit.
// untouched tells at once of most units that nothing is read otherwise by them.
func untouched(before, after config.Document, then, now config.UnitEntry) bool {
	if !slices.Equal(then.Machines, now.Machines) || !reflect.DeepEqual(then.Signals, now.Signals) {
		return false
	}
	for _, ref := range now.Machines {
		name, _, _ := pinOf(before, ref)
		again, _, _ := pinOf(after, ref)
		a, b := before.Machines[name], after.Machines[again]
		if name != again || reflect.ValueOf(a.Tags).Pointer() != reflect.ValueOf(b.Tags).Pointer() || !reflect.DeepEqual(a, b) {
			return false
		}
	}
	return true
}

func whole(d config.Document, u config.UnitEntry) config.MachineType {
	t, _ := d.Combined(u.Machines) // what there is not says nothing
	t.Signals = t.Signals.Over(u.Signals)
	return t
}

func kindsOf(before config.Document, a config.UnitEntry, after config.Document, b config.UnitEntry) []string {
	all := map[string]bool{}
	for _, of := range []struct {
		d config.Document
		u config.UnitEntry
	}{{before, a}, {after, b}} {
		for _, ref := range of.u.Machines {
			if k, err := of.d.Kind(ref); err == nil {
				all[k.Name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// The most that one sentence tells.
const (
	mostNamed = 6
	mostTold  = 12
	mostText  = 80
)

// Told names things in a sentence, and counts those that are too many.
func Told(names []string) string {
	if more := len(names) - mostNamed; more > 1 {
		return strings.Join(names[:mostNamed], ", ") + fmt.Sprintf(" and %d more", more)
	}
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// Words tell the difference to people.
func (d Difference) Words() string {
	change := quoted(d.Old) + " → " + quoted(d.New)
	switch {
	case d.Tag == "":
		return strings.ReplaceAll(d.Key, ".", " ") + " " + change
	case d.Key == "" && d.Old == "":
		return "tag " + d.Tag + " is new (" + quoted(d.New) + ")"
	case d.Key == "":
		return "tag " + d.Tag + " is no longer read; its history stays"
	case d.Key == "address":
		return "tag " + d.Tag + ": address " + change + "; its history goes on under the same name"
	}
	return "tag " + d.Tag + ": " + strings.ReplaceAll(d.Key, ".", " ") + " " + change
}

func quoted(value string) string {
	r := []rune(value)
	switch {
	case len(r) == 0:
		return "–"
	case len(r) > mostText:
		return string(r[:mostText]) + "…"
	}
	return value
}

// Changes tells what another plant makes of machine types, and of the work units that have them.
func Changes(before, after config.Document) []difference.Change {
	all := versionChanges(before, after)
	for _, e := range Effects(before, after) {
		thing := "unit "
		if len(e.Units) > 1 {
			thing = fmt.Sprintf("%d units, ", len(e.Units))
		}
		words := make([]string, 0, mostTold+1)
		for i, d := range e.Diffs {
			if i == mostTold && len(e.Diffs) > mostTold+1 {
				words = append(words, fmt.Sprintf("and %d more", len(e.Diffs)-mostTold))
				break
			}
			words = append(words, d.Words())
		}
		all = append(all, difference.Change{Thing: thing + Told(e.Units), What: "read otherwise: " + strings.Join(words, "; ")})
	}
	return all
}

// versionChanges tells which machine types are new, gone, or of another version, and who follows.
func versionChanges(before, after config.Document) (all []difference.Change) {
	uses := Uses(after)
	for _, name := range slices.Sorted(maps.Keys(after.Machines)) {
		now := after.Machines[name]
		was, known := before.Machines[name]
		var what string
		switch {
		case !known:
			what = "is new"
		case was.Number() != now.Number():
			what = fmt.Sprintf("is version %d after %d: ", now.Number(), was.Number()) + followers(uses[name])
		default:
			continue
		}
		all = append(all, difference.Change{Thing: "machine type " + name, What: what})
	}
	for _, name := range slices.Sorted(maps.Keys(before.Machines)) {
		if _, stays := after.Machines[name]; !stays {
			all = append(all, difference.Change{Thing: "machine type " + name, What: "is no longer there"})
		}
	}
	return all
}

// followers tells how many units follow the newest version, and which stay where they are.
func followers(users []Use) string {
	follow, stay := 0, []string(nil)
	for _, u := range users {
		if u.Pinned {
			stay = append(stay, fmt.Sprintf("%s on %d", u.At(), u.Version))
		} else {
			follow++
		}
	}
	words := "no unit follows it"
	switch follow {
	case 0:
	case 1:
		words = "1 unit follows it"
	default:
		words = fmt.Sprintf("%d units follow it", follow)
	}
	if len(stay) > 0 {
		words += "; " + Told(stay)
		if len(stay) == 1 {
			return words + " stays"
		}
		return words + " stay"
	}
	return words
}
