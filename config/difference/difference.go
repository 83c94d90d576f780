// Package difference tells what puts one plant apart from the one before, in words.
package difference

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"millwright/config"
	"millwright/config/joborders"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/plant/reason"
)

// Change is what another plant would do to one thing that is running.
type Change struct {
	Thing string // "line filling-1", "connection plc"
	What  string // "is new", "is no longer there", "changes its rates and thresholds"
}

// Of tells what puts a plant apart from the one before, in the order of the plant; what both agree in is left out.
func Of(before, after config.Model) []Change {
	a, b := newSide(before), newSide(after)
	all := compare("connection", before.Connections, after.Connections, func(c config.Connection) string { return c.ID }, connectionParts)
	all = append(all, compare("line", before.Plant.Lines(), after.Plant.Lines(), func(l plant.Line) string { return string(l.ID) }, func(l, m plant.Line) []string {
		return lineParts(a, b, l, m)
	})...)
	for _, tree := range []struct {
		thing string
		a, b  reason.Tree
	}{{"reasons", before.Plant.Reasons.Stops, after.Plant.Reasons.Stops}, {"scrap reasons", before.Plant.Reasons.Scrap, after.Plant.Reasons.Scrap}} {
		if !reflect.DeepEqual(tree.a, tree.b) {
			all = append(all, Change{tree.thing, "change what people read and choose; no ledger changes"})
		}
	}
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

func connectionParts(a, b config.Connection) []string {
	if reflect.DeepEqual(a, b) {
		return nil
	}
	return []string{"settings, and connects anew"}
}

func lineParts(before, after side, a, b plant.Line) []string {
	var parts []string
	differ := func(name string, x, y any) {
		if !reflect.DeepEqual(x, y) {
			parts = append(parts, name)
		}
	}
	differ("name", a.Name, b.Name)
	differ("place", []string{string(a.Site), a.Area}, []string{string(b.Site), b.Area})
	if !before.sameDates(a.Calendar, b.Calendar) {
		parts = append(parts, "calendar")
	}
	differ("time zone", a.Calendar.Zone.String(), b.Calendar.Zone.String())
	differ("rates", a.Rates, b.Rates)
	differ("thresholds", []any{a.Thresholds, a.Special}, []any{b.Thresholds, b.Special})
	differ("changeover targets", a.Changeover, b.Changeover)
	differ("what is detected as a changeover", detected(a.Changeover), detected(b.Changeover))
	differ("what its time is worth", a.Worth, b.Worth)
	differ("reasons", []any{a.Language, a.Reasons, a.Codes}, []any{b.Language, b.Reasons, b.Codes})
	differ("work units", a.Units, b.Units)
	differ("pacer and output", []plant.UnitID{a.Pacer, a.Output}, []plant.UnitID{b.Pacer, b.Output})
	differ("job orders to machines", before.receivers[a.ID], after.receivers[b.ID])
	if !sameTags(before.tags[a.ID], after.tags[b.ID]) {
		parts = append(parts, "tags")
	}
	if !sameSignals(before, after, a.ID) {
		parts = append(parts, "signals")
	}
	return parts
}

// detected is what of the changeovers of a line has a say in its time.
func detected(c plant.Changeover) []string {
	all := []string{fmt.Sprint(c.Told)}
	for p := range c.Pairs {
		if p.From == p.To && !c.Told {
			all = append(all, p.From)
		}
	}
	slices.Sort(all)
	return all
}

// sameDates tells whether calendars say the same of all but where their clocks are. Lines of a site share theirs.
func (s side) sameDates(a, b plant.Calendar) bool {
	a.Zone, b.Zone = nil, nil
	pair := [2]plant.CalendarKey{a.Key(), b.Key()}
	same, known := s.calendars[pair]
	if !known {
		same = reflect.DeepEqual(a, b)
		s.calendars[pair] = same
	}
	return same
}

// Redrawn are the lines, in both plants, whose time would be laid out otherwise: not those that only change their
// name, their place, the settings of their tags, their reasons, changeover targets or what
// their time is worth.
func Redrawn(before, after config.Model) []plant.LineID {
	mere := []string{"name", "place", "tags", "job orders to machines", "reasons", "changeover targets", "what its time is worth"}
	from, to := newSide(before), newSide(after)
	var all []plant.LineID
	for _, b := range after.Plant.Lines() {
		a, ok := before.Plant.Line(b.ID)
		if ok && slices.ContainsFunc(lineParts(from, to, a, b), func(part string) bool { return !slices.Contains(mere, part) }) {
			all = append(all, b.ID)
		}
	}
	return all
}

// side is one of two plants, taken apart by its lines.
type side struct {
	tags    map[plant.LineID][]tag.Tag         // in the order of the plant, without their numbers
	signals map[plant.LineID][]machine.Signals // in the order of the plant
	known   *tag.Registry

	receivers map[plant.LineID][]joborders.Receiver

	calendars map[[2]plant.CalendarKey]bool // whether two that were compared are the same
}

func newSide(m config.Model) side {
	s := side{
		receivers: map[plant.LineID][]joborders.Receiver{}, tags: map[plant.LineID][]tag.Tag{}, signals: map[plant.LineID][]machine.Signals{}, known: m.Tags,
		calendars: map[[2]plant.CalendarKey]bool{},
	}
	for _, t := range m.Tags.All() {
		t.ID = 0
		put(s.tags, t.Name, t)
	}
	for _, r := range m.Receivers {
		s.receivers[r.Unit.Line] = append(s.receivers[r.Unit.Line], r)
	}
	for i := range m.Signals {
		put(s.signals, string(m.Signals[i].Unit), m.Signals[i])
	}
	return s
}

// put keeps a thing with the line that its path begins with.
func put[T any](all map[plant.LineID][]T, path string, thing T) {
	line, _, _ := strings.Cut(path, "/")
	all[plant.LineID(line)] = append(all[plant.LineID(line)], thing)
}

// sameTags tells whether two lines have the same tags, in whatever order.
func sameTags(a, b []tag.Tag) bool {
	if len(a) != len(b) {
		return false
	}
	byName := func(x, y tag.Tag) int { return strings.Compare(x.Name, y.Name) }
	for _, one := range [][]tag.Tag{a, b} {
		if !slices.IsSortedFunc(one, byName) {
			slices.SortFunc(one, byName)
		}
	}
	return slices.EqualFunc(a, b, alike)
}

// sameSignals tells whether the signals of two plants' units of a line say the same, with tags by their names.
func sameSignals(before, after side, line plant.LineID) bool {
	a, b := before.signals[line], after.signals[line]
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		j := i
		if b[j].Unit != a[i].Unit {
			j = slices.IndexFunc(b, func(s machine.Signals) bool { return s.Unit == a[i].Unit })
		}
		if j < 0 || !sameSignal(before.known, after.known, a[i], b[j]) {
			return false
		}
	}
	return true
}

// sameSignal tells whether the signals of a unit say the same in two plants.
func sameSignal(before, after *tag.Registry, a, b machine.Signals) bool {
	same := func(x, y tag.ID) bool { return before.Tag(x).Name == after.Tag(y).Name }
	counter := func(x, y machine.Counter) bool {
		named := same(x.Tag, y.Tag)
		x.Tag, y.Tag = 0, 0
		return named && x == y
	}
	return same(a.State, b.State) && same(a.Mode, b.Mode) && same(a.Product, b.Product) && same(a.Order, b.Order) && same(a.Fault, b.Fault) &&
		same(a.Speed, b.Speed) && same(a.Command, b.Command) && counter(a.Good, b.Good) && counter(a.Reject, b.Reject) && counter(a.Total, b.Total) &&
		maps.Equal(a.States, b.States) && maps.Equal(a.Modes, b.Modes)
}

// alike tells whether two tags are the same, with their limits by what they say.
func alike(a, b tag.Tag) bool {
	limits := equal(a.Low, b.Low) && equal(a.High, b.High)
	a.Low, a.High, b.Low, b.High = nil, nil, nil, nil
	return limits && a == b
}

func equal(a, b *float64) bool {
	return a == b || a != nil && b != nil && *a == *b
}

// inList writes "a", "a and b", "a, b and c".
func inList(parts []string) string {
	if len(parts) == 1 {
		return parts[0]
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " and " + parts[len(parts)-1]
}
