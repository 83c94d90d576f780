// The page of one machine type.

package web

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/config/machines"
	"millwright/config/tagtable"
	"millwright/internal/plant/measure"
	"millwright/views/admin/equipment"
	"millwright/views/admin/kinds"
	"millwright/views/ui"
)

// machinePageHref is the page of a machine type with a part of its tags.
func machinePageHref(name string, page int) string { return machineHref(name) + pageQuery(page) }

// pageQuery is what an address says of which part of a long list is shown; nothing for the first.
func pageQuery(page int) string {
	if page == 0 {
		return ""
	}
	return "?page=" + strconv.Itoa(page)
}

// pageAsked is the part of a long list that an address names; what is no number is the first.
func pageAsked(c echo.Context) int { return max(0, whole(c.QueryParam("page"))) }

// machineType is the page of one machine type.
func (s *Server) machineType(c echo.Context) error { return s.machinePage(c, "", refusal{}) }

// machinePage shows a machine type of the draft; the form that was refused as it was typed.
func (s *Server) machinePage(c echo.Context, form string, r refusal) error {
	name := c.Param("machine")
	inUse, d, err := s.bothPlants(c)
	if err != nil {
		return err
	}
	t, there := d.Machines[name]
	if !there {
		return noMachine(name)
	}
	page, err := s.admin(c, machinesHome, cut(name), fmt.Sprintf("Machine type %s, version %d", cut(name), t.Number()))
	if err != nil {
		return err
	}
	page.Frame.Crumbs = []ui.Link{{Name: "Machine types", Href: machinesHome}, {Name: cut(name)}}
	users := machines.Uses(d)[name]
	p := kinds.One{
		Page: page, Href: machineHref(name), Changes: changesOf(inUse, d, name), Seal: seal(tagsInType(d, name)), Kinds: seal(t.Versions()), Own: seal(t),
		Fresh: ui.Input{ID: "fresh", Label: "New tag", Help: "Letters, digits, _, - and points.", Type: "text"},
		Kept:  keptVersions(inUse, d, name, users), Compare: compareVersions(c, machines.Reachable(inUse, d, name)),
	}
	showTags(&p, name, t, pageAsked(c))
	for _, u := range users {
		p.Units = append(p.Units, unitOf(u))
	}
	p.Together, p.Steps = together(inUse.Machines[name], users), seal(users)
	if len(users) > 0 {
		p.Bar = "It cannot be removed while work units have it."
	}
	signals := typeSignals(name, t)
	if err := s.askReach(c, name, &signals); err != nil {
		return err
	}
	p.Forms = []equipment.Form{signals, typeFaults(name, d)}
	if form != "" {
		refused(c, &p, form, r)
	}
	return s.showAs(c, r.status(), kinds.ShowOne(p))
}

// refused shows the form that was refused as it was typed.
func refused(c echo.Context, p *kinds.One, form string, r refusal) {
	for i, f := range p.Forms {
		if f.ID == form {
			p.Forms[i] = r.again(c, f)
			return
		}
	}
	p.Faults, p.Fresh.Value, p.Fresh.Fault = r.Faults, c.FormValue("fresh"), ui.FaultOf(r.Faults, "fresh")
}

func typeSignals(name string, t config.MachineType) equipment.Form {
	var few []equipment.Value
	if len(t.Tags) <= mostTagChoices {
		few = valuesOf(t.Tags, slices.Sorted(maps.Keys(t.Tags)))
	}
	ask := askTags(t.Tags, few, tagsHref(tagsHome, "", name, 0))
	f := signalsForm(t.Signals, config.SignalsEntry{}, ask)
	f.Action = machineHref(name) + "/signals"
	f.Lead = "Which tag tells what, for every work unit that follows the newest version. A work unit can say otherwise on its page."
	ask.lead(&f)
	return f
}

// showTags shows a part of the tags of a machine type, and leads to the others.
func showTags(p *kinds.One, name string, t config.MachineType, page int) {
	from, to, at := pageOf(page, tagsShown, len(t.Tags))
	p.Place = pageQuery(at)
	if len(t.Tags) > tagsShown {
		p.Shown = shownOf(from, to, len(t.Tags))
		p.More = ui.Link{Name: "Look for tags", Href: tagsHref(tagsHome, "", name, 0)}
		p.Earlier, p.Later = turn(at, to < len(t.Tags), func(page int) string { return machinePageHref(name, page) + "#tags" })
	}
	for _, tag := range slices.Sorted(maps.Keys(t.Tags))[from:to] {
		e := t.Tags[tag]
		p.Tags = append(p.Tags, kinds.Tag{
			Name: cut(tag), Href: oneTagHref(name, tag, ""), Label: cut(e.Label), Address: cut(e.Address), Measure: measure.Symbol(e.Unit),
			Settings: settingsOf(listedTag{PlantTag: tagtable.PlantTag{TagEntry: e}}),
		})
	}
}

// together are the ways to move all work units at once.
func together(was config.MachineType, users []machines.Use) (all []ui.Choice) {
	for _, u := range users {
		if !u.Pinned {
			all = append(all, ui.Choice{Value: strconv.Itoa(was.Number()), Name: fmt.Sprintf("All stay on version %d, which is in use", was.Number())})
			break
		}
	}
	if slices.ContainsFunc(users, func(u machines.Use) bool { return u.Pinned }) {
		all = append(all, ui.Choice{Value: "0", Name: "All follow the newest"})
	}
	return all
}

func unitOf(u machines.Use) kinds.Unit {
	one := kinds.Unit{Link: ui.Link{Name: u.Name, Href: "/admin/lines/" + u.Line + "/unit/" + u.Unit}, Line: ui.Link{Name: u.Line, Href: "/admin/lines/" + u.Line}}
	one.Version = fmt.Sprintf("%d, follows the newest", u.Version)
	if u.Pinned {
		one.Version = fmt.Sprintf("stays on %d", u.Version)
	}
	return one
}
