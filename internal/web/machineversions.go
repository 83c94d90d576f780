// The versions of a machine type: what the draft changes, which are kept, how two differ, whom a change reaches.

package web

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/config/machines"
	"millwright/views/admin/equipment"
	"millwright/views/admin/kinds"
	"millwright/views/ui"
)

// The most that is told of what changes.
const (
	effectsShown = 50
	wordsShown   = 30
)

// changesOf tells what the draft changes for the units that have a machine type; nil when nothing.
func changesOf(inUse, d config.Document, name string) *kinds.Changes {
	was, used := inUse.Machines[name]
	now := d.Machines[name]
	effects := slices.DeleteFunc(machines.Effects(inUse, d), func(e machines.Effect) bool { return !slices.Contains(e.Machines, name) })
	if used && was.Number() == now.Number() && len(effects) == 0 {
		return nil
	}
	units, tags := 0, map[string]bool{}
	p := &kinds.Changes{}
	for i, e := range effects {
		units += len(e.Units)
		for _, x := range e.Diffs {
			if x.Tag != "" {
				tags[x.Tag] = true
			}
		}
		if i < effectsShown {
			p.Units = append(p.Units, kinds.Change{Units: machines.Told(e.Units), Words: wordsOf(e.Diffs)})
		}
	}
	if more := len(effects) - effectsShown; more > 0 {
		p.More = fmt.Sprintf("And %s more.", counted(more, "group"))
	}
	switch {
	case !used:
		p.Lead = "It is new."
	case was.Number() != now.Number():
		p.Lead = fmt.Sprintf("Version %d is drafted; version %d is in use.", now.Number(), was.Number())
	default:
		p.Lead = "The version stays."
	}
	p.Lead += " Publishing changes " + counted(units, "work unit")
	if units == 0 {
		p.Lead = strings.Replace(p.Lead, "0 work units", "no work unit", 1)
	}
	if len(tags) > 0 {
		p.Lead += " in " + counted(len(tags), "tag")
	}
	p.Lead += "."
	return p
}

// wordsOf tells differences, and counts those that are too many.
func wordsOf(diffs []machines.Difference) []string {
	all := make([]string, 0, min(len(diffs), wordsShown)+1)
	for i, x := range diffs {
		if i == wordsShown {
			return append(all, fmt.Sprintf("and %d more", len(diffs)-wordsShown))
		}
		all = append(all, upper(x.Words()))
	}
	return all
}

// keptVersions are the versions of a machine type, the newest first.
func keptVersions(inUse, d config.Document, name string, users []machines.Use) (all []kinds.Version) {
	t := d.Machines[name]
	was, used := inUse.Machines[name]
	for _, n := range machines.Reachable(inUse, d, name).Versions() {
		v := kinds.Version{Number: fmt.Sprintf("Version %d", n), Value: strconv.Itoa(n), Units: "none"}
		if n == t.Number() {
			v.Words = append(v.Words, "the newest")
		}
		if used && n == was.Number() {
			v.Words = append(v.Words, "in use")
		} else if n == t.Number() {
			v.Words = append(v.Words, "drafted")
		}
		var have []string
		for _, u := range users {
			if u.Version == n {
				have = append(have, u.At())
			}
		}
		_, kept := t.Before[n]
		if v.Drop = kept && len(have) == 0; len(have) > 0 {
			v.Units = machines.Told(have)
		}
		if !kept && n != t.Number() {
			v.Words = append(v.Words, "ends with the draft")
		} else if v.Drop {
			v.Words = append(v.Words, "not needed any more")
		}
		all = append(all, v)
	}
	return all
}

// compareVersions puts two versions beside each other: those that the address names, or the newest two; nil where there
// is only one.
func compareVersions(c echo.Context, t config.MachineType) *kinds.Compare {
	numbers := t.Versions()
	if len(numbers) < 2 {
		return nil
	}
	var choices []ui.Choice
	for _, n := range numbers {
		choices = append(choices, ui.Choice{Value: strconv.Itoa(n), Name: fmt.Sprintf("Version %d", n)})
	}
	from, to := numbers[1], numbers[0]
	if n := whole(c.QueryParam("from")); slices.Contains(numbers, n) {
		from = n
	}
	if n := whole(c.QueryParam("to")); slices.Contains(numbers, n) {
		to = n
	}
	a, _ := t.At(from)
	b, _ := t.At(to)
	return &kinds.Compare{
		From: ui.Input{ID: "from", Label: "From", Value: strconv.Itoa(from)}, To: ui.Input{ID: "to", Label: "To", Value: strconv.Itoa(to)}, Choices: choices,
		Title: fmt.Sprintf("From version %d to %d", from, to), Words: wordsOf(machines.Diff(a, b)), Untouched: "They say the same.",
	}
}

// whole reads a number of a version; what is none is 0.
func whole(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}

// The field that asks whom a change of a machine type reaches.
const (
	reachField = "reach"
	reachNone  = "stay"
)

// askReach asks in a form that changes a machine type whether the units that follow it get the change.
func (s *Server) askReach(c echo.Context, name string, f *equipment.Form) error {
	inUse, d, err := s.bothPlants(c)
	if err != nil {
		return err
	}
	was, used := inUse.Machines[name]
	follow := 0
	for _, u := range machines.Uses(d)[name] {
		if !u.Pinned {
			follow++
		}
	}
	if !used || follow == 0 {
		return nil
	}
	f.Groups = append(slices.Clone(f.Groups), equipment.Group{Fields: []equipment.Field{choose(
		reachField, "Work units", "Others can be moved one by one, each on its page.", "",
		ui.Choice{Name: fmt.Sprintf("Follow: %s get this with the next version", counted(follow, "work unit"))},
		ui.Choice{Value: reachNone, Name: fmt.Sprintf("Stay on version %d, which is in use", was.Number())},
	)}})
	return nil
}

// hold has the units of a machine type stay on the version in use where a form says so.
func hold(c echo.Context, inUse config.Document, d *config.Document, name string) {
	if was, used := inUse.Machines[name]; used && c.FormValue(reachField) == reachNone {
		machines.Hold(d, name, was.Number())
	}
}
