// Which version of its machine types a work unit stays on.

package web

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/config/machines"
	"millwright/views/admin/equipment"
	"millwright/views/ui"
)

// versionsForm is the form of the page of a unit that has it stay on a version, or follow the newest.
const versionsForm = "version"

// versionsOf is which versions of its machine types a unit has, and what others would change; nil where it has none.
func versionsOf(inUse config.Document, p place) *equipment.Versions {
	v := &equipment.Versions{Action: p.href() + "/version", Seal: seal(machineOf(p))}
	for _, ref := range p.unit.Machines {
		k, err := p.doc.Kind(ref)
		if err != nil {
			continue
		}
		of := equipment.VersionsOf{Link: ui.Link{Name: k.Name, Href: machineHref(k.Name)}}
		newest := p.doc.Machines[k.Name].Number()
		if of.Now = fmt.Sprintf("Follows the newest, version %d.", newest); k.Pinned {
			of.Now = fmt.Sprintf("Stays on version %d.", k.Number())
			of.Moves = append(of.Moves, moveTo(inUse, p, k.Name, 0))
		}
		for _, n := range machines.Reachable(inUse, *p.doc, k.Name).Versions() {
			if k.Pinned && n == k.Number() {
				continue
			}
			m := moveTo(inUse, p, k.Name, n)
			if n == newest {
				m.Words = []string{"As the newest says now; it stays so when a newer one comes."}
			}
			of.Moves = append(of.Moves, m)
		}
		v.Types = append(v.Types, of)
	}
	if len(v.Types) == 0 {
		return nil
	}
	return v
}

func moveTo(inUse config.Document, p place, name string, version int) equipment.Move {
	m := equipment.Move{Machine: name, Version: strconv.Itoa(version), Name: fmt.Sprintf("Stay on version %d", version)}
	if version == 0 {
		m.Name = "Follow the newest"
	}
	m.Label = m.Name + " of " + name
	diffs, err := machines.Moving(inUse, *p.doc, *p.unit, name, version)
	if m.Words = wordsOf(diffs); err == nil && len(diffs) == 0 {
		m.Words = []string{"Changes nothing now."}
	}
	return m
}

// readMove has a unit stay on a version, or follow the newest.
func readMove(c echo.Context, u *config.UnitEntry) error {
	version, name, ok := strings.Cut(c.FormValue("move"), " ")
	n := whole(version)
	if !ok || n < 0 || n == 0 && version != "0" {
		return wrongField("move", "Choose a version.")
	}
	return machines.Move(u, name, n)
}
