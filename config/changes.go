package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// Change is what another plant would do to one thing that is running.
type Change struct {
	Thing string // "line filling-1", "connection plc"
	What  string // "is new", "is no longer there", "changes its rates and thresholds"
}

// Changes tells what puts a plant apart from the one before, in the order of the plant; what both agree in is left out.
func Changes(before, after Model) []Change {
	all := compare("connection", before.Connections, after.Connections, func(c Connection) string { return c.ID }, connectionParts)
	all = append(all, compare("line", before.Plant.Lines(), after.Plant.Lines(), func(l plant.Line) string { return string(l.ID) }, func(l, m plant.Line) []string {
		return lineParts(before, after, l, m)
	})...)
	return all
}

// compare tells which things are new, gone or changed; parts names in what two of them differ.
func compare[T any](kind string, before, after []T, id func(T) string, parts func(T, T) []string) []Change {
	var all []Change
	for _, x := range after {
		thing := kind + " " + id(x)
		i := slices.IndexFunc(before, func(o T) bool { return id(o) == id(x) })
		if i < 0 {
			all = append(all, Change{thing, "is new"})
		} else if p := parts(before[i], x); len(p) > 0 {
			all = append(all, Change{thing, "changes its " + inList(p)})
		}
	}
	for _, o := range before {
		if !slices.ContainsFunc(after, func(x T) bool { return id(x) == id(o) }) {
			all = append(all, Change{kind + " " + id(o), "is no longer there; what it did stays in the ledgers"})
		}
	}
	return all
}

func connectionParts(a, b Connection) []string {
	if reflect.DeepEqual(a, b) {
		return nil
	}
	return []string{"settings, and connects anew"}
}

func lineParts(before, after Model, a, b plant.Line) []string {
	var parts []string
	differ := func(name string, x, y any) {
		if !reflect.DeepEqual(x, y) {
			parts = append(parts, name)
		}
	}
	differ("name", a.Name, b.Name)
	differ("place", []string{string(a.Site), a.Area}, []string{string(b.Site), b.Area})
	differ("calendar", [3]any{a.Calendar.Shifts, a.Calendar.Closed, a.Calendar.Stops}, [3]any{b.Calendar.Shifts, b.Calendar.Closed, b.Calendar.Stops})
	differ("time zone", a.Calendar.Zone.String(), b.Calendar.Zone.String())
	differ("rates", a.Rates, b.Rates)
	differ("thresholds", a.Thresholds, b.Thresholds)
	differ("work units", a.Units, b.Units)
	differ("pacer and output", []plant.UnitID{a.Pacer, a.Output}, []plant.UnitID{b.Pacer, b.Output})
	differ("tags", tagsOf(before, a), tagsOf(after, b))
	differ("signals", signalsOf(before, a), signalsOf(after, b))
	return parts
}

// Redrawn are the lines, in both plants, whose time would be laid out otherwise: not those that only change their
// name, their place or the settings of their tags.
func Redrawn(before, after Model) []plant.LineID {
	var all []plant.LineID
	for _, b := range after.Plant.Lines() {
		a, ok := before.Plant.Line(b.ID)
		if ok && slices.ContainsFunc(lineParts(before, after, a, b), func(part string) bool { return part != "name" && part != "place" && part != "tags" }) {
			all = append(all, b.ID)
		}
	}
	return all
}

// tagsOf are the tags of a line's units, without their numbers.
func tagsOf(m Model, l plant.Line) map[string]tag.Tag {
	all := map[string]tag.Tag{}
	for _, t := range m.Tags.All() {
		if strings.HasPrefix(t.Name, string(l.ID)+"/") {
			t.ID = 0
			all[t.Name] = t
		}
	}
	return all
}

// signalsOf are the signals of a line's units, with names in the place of numbers.
func signalsOf(m Model, l plant.Line) map[string]string {
	all := map[string]string{}
	for _, s := range m.Signals {
		if !strings.HasPrefix(string(s.Unit), string(l.ID)+"/") {
			continue
		}
		name := func(id tag.ID) string { return m.Tags.Tag(id).Name }
		counter := func(c machine.Counter) string {
			n := name(c.Tag)
			c.Tag = 0
			return fmt.Sprintf("%s %+v", n, c)
		}
		all[string(s.Unit)] = fmt.Sprint(name(s.State), s.States, name(s.Mode), s.Modes, counter(s.Good), counter(s.Reject), counter(s.Total), name(s.Product), name(s.Fault), name(s.Speed))
	}
	return all
}

// inList writes "a", "a and b", "a, b and c".
func inList(parts []string) string {
	if len(parts) == 1 {
		return parts[0]
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " and " + parts[len(parts)-1]
}
