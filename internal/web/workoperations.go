package web

import (
	"strconv"
	"strings"

	"millwright/internal/erp/tool"
	"millwright/internal/erp/workorder"
	planview "millwright/views/plan"
	"millwright/views/ui"
)

func (w oneWork) operationTable() planview.Table {
	t := planview.Table{
		ID: "operations", Title: "Operations", Empty: "There are none.",
		Columns: []planview.Column{{Name: "#", Num: true}, {Name: "Operation"}, {Name: "Set-up, min", Num: true}, {Name: "Run, min", Num: true}, {Name: "People, min", Num: true}, {Name: "Takes"}, {Name: "Good", Num: true}, {Name: "Scrap", Num: true}, {Name: "State"}},
	}
	for _, p := range w.Operations {
		state := planview.Cell{Text: "open"}
		if p.Done {
			state = planview.Cell{Text: "done", Mood: ui.Well}
		}
		t.Rows = append(t.Rows, planview.Row{Cells: []planview.Cell{
			{Text: strconv.FormatInt(p.Position, 10)},
			{Text: p.Name},
			{Text: tenths(p.SetUpIs), Under: "of " + tenths(p.SetUp)},
			{Text: tenths(p.RunIs), Under: "of " + tenths(p.Run)},
			{Text: tenths(p.Labour)},
			{Text: takenBy(p, w.kit)},
			{Text: p.Good.String()},
			{Text: p.Scrap.String()},
			state,
		}})
	}
	return t
}

// takenBy tells what an operation takes of tools and people.
func takenBy(p workorder.Operation, kit tool.Kit) string {
	var all []string
	if p.Skill != 0 {
		all = append(all, p.Crew.String()+" × "+kit.Skills[p.Skill])
	}
	if p.Tool != 0 {
		all = append(all, toolCell(kit.Tools[p.Tool], p.Tools).Text)
	}
	if also := kit.Write(p.Also); also != "" {
		all = append(all, also)
	}
	if len(all) == 0 {
		return "–"
	}
	return strings.Join(all, ", ")
}
