package web

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/views/admin/equipment"
	"millwright/views/ui"
)

// A line's flow: which unit paces it, which counts for it, which work side by side, and what finds room between them.

// flowOf is what the form of a line's flow shows.
func flowOf(p place) any {
	type place struct{ Unit, Beside, Buffer string }
	all := struct {
		Name, Pacer, Output string
		Units               []place
	}{Name: p.line.Name, Pacer: p.line.Pacer, Output: p.line.Output}
	for _, u := range p.line.Units {
		all.Units = append(all.Units, place{u.ID, u.Beside, bufferText(u.Buffer)})
	}
	return all
}

// flowNames say where the form shows what is wrong with a flow.
func flowNames(p place) []renamed {
	all := []renamed{{p.path + ".pacer", "pacer"}, {p.path + ".output", "output"}}
	for i, u := range p.line.Units {
		at := fmt.Sprintf("%s.units[%d]", p.path, i)
		all = append(all, renamed{at + ".beside", "beside-" + u.ID}, renamed{at + ".buffer", "buffer-" + u.ID})
	}
	return all
}

func flowForm(p place) equipment.Form {
	parts := p.parts()
	units := make([]ui.Choice, 0, len(parts))
	for _, u := range parts {
		units = append(units, ui.Choice{Value: u.id(), Name: u.name()})
	}
	last := len(p.line.Units) - 1
	f := equipment.Form{
		ID: "flow", Title: "Name and flow", Action: "/admin/lines/" + p.id() + "/flow", Seal: seal(flowOf(p)), Button: "Keep in the draft",
		Groups: []equipment.Group{{Fields: []equipment.Field{
			text("name", "Name", "", p.name()),
			choose("pacer", "Unit that paces the line", "Its state is the state of the line: mostly the slowest machine, or the one that must never wait.", cmp.Or(p.line.Pacer, p.line.Units[0].ID), units...),
			choose("output", "Unit that counts for the line", "Its good pieces are those of the line: mostly the last machine.", cmp.Or(p.line.Output, p.line.Units[last].ID), units...),
		}}},
	}
	if len(parts) == 1 {
		return f
	}
	for i, u := range p.line.Units {
		others := append([]ui.Choice{{Value: "", Name: "no other"}}, units[:i]...)
		help, room := "", ""
		if i == 0 {
			help = "Units side by side do the same: the line runs as long as one of them does, and makes what all of them make."
			room = "How many pieces find room between it and the next unit. A unit that has stood long enough to fill or empty that room is the first to be blamed for a wait."
		}
		f.Groups = append(f.Groups, equipment.Group{Title: parts[i].name(), Row: true, Fields: []equipment.Field{
			choose("beside-"+u.ID, "Works beside", help, u.Beside, append(others, units[i+1:]...)...),
			inUnit("buffer-"+u.ID, "Buffer after it", room, bufferText(u.Buffer), "pieces"),
		}})
	}
	return f
}

func bufferText(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func readFlow(c echo.Context, e *config.LineEntry) error {
	e.Name, e.Pacer, e.Output = strings.TrimSpace(c.FormValue("name")), c.FormValue("pacer"), c.FormValue("output")
	w := unnamed(e.Name)
	for i := range e.Units {
		u := &e.Units[i]
		u.Beside, u.Buffer = c.FormValue("beside-"+u.ID), 0
		value := strings.TrimSpace(c.FormValue("buffer-" + u.ID))
		if value == "" {
			continue
		}
		var err error
		if u.Buffer, err = strconv.ParseInt(value, 10, 64); err != nil {
			w.add("buffer-"+u.ID, "Write a whole number of pieces, or nothing.")
		}
	}
	return w.err()
}
