// Loops of kanban cards are added, changed and retired.

package web

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	planner "millwright/internal/erp/mrp/desk"
	planview "millwright/views/plan"
	"millwright/views/ui"
)

func loopHref(id int64) string { return planHome + "/kanban?loop=" + asDigits(id) + "#loop" }

// loopTable lists the loops, with the way to change one for those who may.
func loopTable(loops []planner.Loop, changes bool) planview.Table {
	t := planview.Table{
		ID: "loops", Title: "Loops", Empty: "There is none.",
		Columns: []planview.Column{{Name: "Item"}, {Name: "Quantity of one card", Num: true}, {Name: "Cards", Num: true}, {Name: "Supply"}, {Name: "Line"}, {Name: "State"}, {Name: "Note"}},
	}
	for _, l := range loops[:min(len(loops), mostMessages)] {
		state := planview.Cell{Text: "In use", Mood: ui.Well}
		if l.Retired {
			state = planview.Cell{Text: "Retired", Mood: ui.Warning}
		}
		name := planview.Cell{Text: l.Number, Under: l.Name, Href: planItemHref(l.Item)}
		if changes {
			name.Href = loopHref(l.ID)
		}
		t.Rows = append(t.Rows, planview.Row{Cells: []planview.Cell{name, {Text: l.Quantity.String()}, {Text: strconv.Itoa(len(l.Cards))}, {Text: loopSupply(l.Supply)}, {Text: l.Line}, state, {Text: l.Note}}})
	}
	return t
}

func loopSupply(word string) string {
	if word == "make" {
		return "Made here"
	}
	return "Bought"
}

// loopForm adds a loop, or changes the one that an address or a form names.
func (s *Server) loopForm(c echo.Context, loops []planner.Loop, wrong []ui.Fault) planview.Form {
	var l planner.Loop
	asked, _ := strconv.ParseInt(c.FormValue("loop"), 10, 64) // none is a new one
	if i := slices.IndexFunc(loops, func(x planner.Loop) bool { return x.ID == asked }); i >= 0 {
		l = loops[i]
	}
	quantity, cards := "", ""
	if l.ID != 0 {
		quantity, cards = l.Quantity.String(), strconv.Itoa(len(l.Cards))
	}
	supply := planField("supply", "Supply", "", typedOr(c, "supply", l.Supply), "")
	supply.Choices = []ui.Choice{{Value: "make", Name: "Made here"}, {Value: "buy", Name: "Bought"}}
	line := planField("line", "Line", "", typedOr(c, "line", l.Line), "On which it is made.")
	line.Choices = s.lineChoices()
	f := planview.Form{
		ID: "loop", Title: "Add a loop", Action: planHome + "/kanban", Button: "Add", Hidden: []planview.Hidden{planKey()},
		Fields: []planview.Field{
			planField("item", "Item", "text", typedOr(c, "item", l.Number), "Its number or barcode."), supply,
			planField("quantity", "Quantity of one card", "text", typedOr(c, "quantity", quantity), ""), planField("cards", "Cards", "text", typedOr(c, "cards", cards), "1 to 500. Cards at their boxes go first when there are fewer."),
			line, planOptional(planField("note", "Note", "text", typedOr(c, "note", l.Note), "")),
		},
	}
	if l.ID != 0 {
		f.Title, f.Button = "Change the loop of "+l.Number, "Keep"
		f.Hidden = append(f.Hidden, planview.Hidden{Name: "loop", Value: asDigits(l.ID)}, planview.Hidden{Name: "version", Value: asDigits(l.Version)})
		retired := planField("retired", "Retired: its cards order nothing any more", "", typedOr(c, "retired", map[bool]string{true: "on"}[l.Retired]), "")
		retired.Tick = true
		f.Fields = append(f.Fields, retired)
	}
	f.Fields = planWrong(append(f.Fields, planOptional(planField("why", "Why", "text", typedOr(c, "why", ""), "The history of the item keeps it."))), wrong)
	return f
}

// keepLoop adds or changes a loop.
func (s *Server) keepLoop(c echo.Context) error {
	i, wrongItem := s.planItem(c.Request().Context(), c.FormValue("item"))
	q, wrongQuantity := planQuantity(c, "quantity")
	cards, _ := strconv.Atoi(c.FormValue("cards")) // what is no number is no card
	l := planner.Loop{Item: i.ID, Supply: c.FormValue("supply"), Line: c.FormValue("line"), Quantity: q, Note: c.FormValue("note"), Retired: c.FormValue("retired") == "on", Version: seenVersion(c)}
	l.ID, _ = strconv.ParseInt(c.FormValue("loop"), 10, 64) // none is a new one
	err := planAll(wrongItem, wrongQuantity)
	if err == nil && l.ID != 0 {
		was, none := s.Planning.Kanban.Loop(c.Request().Context(), l.ID)
		l.Place, err = was.Place, none
	}
	if err == nil {
		_, err = s.Planning.Kanban.SetLoop(c.Request().Context(), l, cards, planner.Doing{By: visitorOf(c).Person, Why: c.FormValue("why"), Key: c.FormValue("key")})
	}
	if status := planRefused(err); status != 0 {
		return s.kanbanPage(c, status, faults(err))
	} else if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, planHome+"/kanban?done=kept")
}
