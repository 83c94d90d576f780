// Tools: what operations take besides machines and people, and how many there are.

package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/item/written"
	"millwright/internal/erp/tool"
	"millwright/internal/errs"
	itemview "millwright/views/item"
	"millwright/views/ui"
)

func toolHref(id int64) string { return toolsHome + "/" + strconv.FormatInt(id, 10) }

// toolCell is so many of a tool in a cell.
func toolCell(t tool.Tool, tools int64) itemview.Cell {
	if t.ID == 0 {
		return itemview.Cell{}
	}
	text := t.Number
	if tools > 1 {
		text = strconv.FormatInt(tools, 10) + " × " + text
	}
	return linked(text, toolHref(t.ID))
}

// toolOf finds the tool that an address names; without a number a new one.
func (s *Server) toolOf(c echo.Context) (tool.Tool, error) {
	if s.Trade.Tools == nil {
		return tool.Tool{}, errs.New(errs.NotFound, "there are no tools here")
	}
	if c.Param("number") == "" {
		return tool.Tool{Count: 1}, nil
	}
	id, err := numberOf(c, "such tool")
	if err != nil {
		return tool.Tool{}, err
	}
	return s.Trade.Tools.Tool(c.Request().Context(), id)
}

// toolPage shows a tool, and what takes it.
func (s *Server) toolPage(c echo.Context) error {
	t, err := s.toolOf(c)
	if err != nil {
		return err
	}
	page := s.itemView(c, t.Number, ui.Link{Name: "Tools", Href: toolsHome}, ui.Link{Name: t.Number})
	page.Sub = t.Name
	now := s.Now()
	if out := t.Out(now); out > 0 {
		page.State, page.Mood = fmt.Sprintf("%d of %d in maintenance", out, t.Count), ui.Warning
	}
	if t.Retired {
		page.State, page.Mood = "Retired", ui.Warning
	}
	if s.keeps(c) {
		page.Links = append(page.Links, ui.Link{Name: "Change", Href: toolHref(t.ID) + "/change"})
	}
	page.Facts = []itemview.Facts{{ID: "facts", Title: "Facts", Rows: s.toolFacts(t, now)}}
	uses, err := s.Trade.Tools.Uses(c.Request().Context(), t.ID)
	if err != nil {
		return err
	}
	table := itemview.Table{
		ID: "uses", Title: "Taken by", Columns: heads("Item", "Name", "Bill", "State", "#Position", "Operation", "#How many"),
		Empty: "No operation takes it. A tool is chosen in the operations of a bill.",
	}
	for _, u := range uses {
		table.Rows = append(table.Rows, cells(
			plainCell(u.Item), plainCell(u.Name), linked("Version "+strconv.FormatInt(u.Version, 10), billHref(u.Bill)), plainCell(upper(u.State)),
			num(strconv.FormatInt(u.Position, 10)), plainCell(u.Operation), num(strconv.FormatInt(u.Tools, 10)),
		))
	}
	page.Tables = []itemview.Table{table}
	if page.Folio, err = s.hanging(c, "tool", t.ID); err != nil {
		return err
	}
	return s.show(c, itemview.Show(page))
}

func (s *Server) toolFacts(t tool.Tool, now time.Time) (all []itemview.Fact) {
	all = append(all, itemview.Fact{Name: "There are", Value: strconv.FormatInt(t.Count, 10)})
	out := t.Out(now)
	back := "nobody knows: the schedule counts on the others only"
	if !t.Back.IsZero() {
		back = s.day(t.Back) + ": until then the schedule counts on the others only"
	}
	for _, f := range []struct {
		is bool
		itemview.Fact
	}{
		{out > 0, itemview.Fact{Name: "In maintenance", Value: strconv.FormatInt(out, 10)}},
		{out > 0, itemview.Fact{Name: "Back", Value: back}},
		{t.Place != "", itemview.Fact{Name: "Kept at", Value: t.Place}},
		{t.Note != "", itemview.Fact{Name: "Note", Value: t.Note}},
	} {
		if f.is {
			all = append(all, f.Fact)
		}
	}
	return all
}

// newTool shows the form of a new tool.
func (s *Server) newTool(c echo.Context) error { return s.changeTool(c) }

// changeTool shows the form of a tool.
func (s *Server) changeTool(c echo.Context) error {
	t, err := s.toolOf(c)
	if err != nil {
		return err
	}
	return s.toolForm(c, http.StatusOK, t, nil)
}

// keepTool keeps a tool.
func (s *Server) keepTool(c echo.Context) error {
	was, err := s.toolOf(c)
	if err != nil {
		return err
	}
	t, wrong := s.typedTool(c, was)
	if len(wrong) > 0 {
		return s.toolForm(c, http.StatusUnprocessableEntity, was, wrong)
	}
	ctx, what := c.Request().Context(), "kept"
	if was.ID == 0 {
		what = "added"
		t, err = s.Trade.Tools.Add(ctx, t, changeOf(c))
	} else {
		t, err = s.Trade.Tools.Save(ctx, t, changeOf(c))
	}
	if err == nil {
		return c.Redirect(http.StatusSeeOther, toolHref(t.ID)+"?done="+what)
	}
	status, again := typedAgain(err)
	if !again {
		return err
	}
	return s.toolForm(c, status, was, itemFaults(err))
}

// typedTool reads a form.
func (s *Server) typedTool(c echo.Context, was tool.Tool) (t tool.Tool, wrong []ui.Fault) {
	t = tool.Tool{ID: was.ID, Number: c.FormValue("number"), Name: c.FormValue("name"), Place: c.FormValue("place"), Note: c.FormValue("note"), Retired: c.FormValue("retired") == "on", Version: seenVersion(c)}
	for field, into := range map[string]*int64{"count": &t.Count, "away": &t.Away} {
		text := strings.TrimSpace(c.FormValue(field))
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil && (text != "" || field == "count") {
			wrong = append(wrong, ui.Fault{Field: field, Text: "Write a whole number."})
		}
		*into = n
	}
	if text := strings.TrimSpace(c.FormValue("back")); text != "" {
		back, err := written.ParseTime(text, s.zone())
		if err != nil {
			wrong = append(wrong, ui.Fault{Field: "back", Text: upper(err.Error()) + "."})
		}
		t.Back = back
	}
	return t, wrong
}

func (s *Server) toolForm(c echo.Context, status int, t tool.Tool, wrong []ui.Fault) error {
	title, action, back := "New tool", toolsHome+"/new", toolsHome
	if t.ID != 0 {
		title, action, back = "Change "+t.Number, toolHref(t.ID)+"/change", toolHref(t.ID)
	}
	until, away := "", ""
	if !t.Back.IsZero() {
		until = written.WriteTime(t.Back, s.zone())
	}
	if t.Away > 0 {
		away = strconv.FormatInt(t.Away, 10)
	}
	fields := []itemview.Field{
		line("number", "Number", "As people know it, and as bills name it.", t.Number), line("name", "Name", "", t.Name),
		line("count", "There are", "How many of it, each as good as the others.", strconv.FormatInt(t.Count, 10)),
		line("away", "In maintenance", "How many of these; nothing is none.", away),
		line("back", "Back", "When those are back: 2026-12-24, or 2026-12-24 14:00. Nothing when nobody knows.", until),
		line("place", "Kept at", "In words.", t.Place), several("note", "Note", "", t.Note),
		box("retired", "Retired", "Bills take it no more.", t.Retired), line("why", "Why", "The audit keeps it.", ""),
	}
	for n := range fields {
		in := &fields[n].Input
		if in.Fault = ui.FaultOf(wrong, in.ID); len(wrong) > 0 {
			in.Value = c.FormValue(in.ID)
		}
	}
	crumbs := []ui.Link{{Name: "Tools", Href: toolsHome}, {Name: title}}
	return s.showAs(c, status, itemview.Write(itemview.Form{
		Frame: s.itemView(c, title, crumbs...).Frame, Title: title, Action: action, Version: strconv.FormatInt(t.Version, 10),
		Faults: wrong, Button: "Keep", Back: ui.Link{Name: "Back", Href: back}, Groups: []itemview.Group{{Fields: fields}},
	}))
}
