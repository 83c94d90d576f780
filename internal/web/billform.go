// The editor of a draft: its lines and operations are typed one below the other, moved, removed and pasted.

package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/erp/item/written"
	"millwright/internal/errs"
	"millwright/internal/plant"
	itemview "millwright/views/item"
	"millwright/views/ui"
)

// column is one field of the rows of an editor.
type column[T any] struct {
	name, title string
	num, wide   bool
	at          func(*T) *string
	choices     []ui.Choice
	offers      bool
}

func lineColumnsOfBill() []column[written.Line] {
	type l = written.Line
	return []column[l]{
		{name: "position", title: "Position", num: true, at: func(l *l) *string { return &l.Position }},
		{name: "item", title: "Item", wide: true, at: func(l *l) *string { return &l.Item }},
		{name: "quantity", title: "Quantity", num: true, at: func(l *l) *string { return &l.Quantity }},
		{name: "unit", title: "Unit", at: func(l *l) *string { return &l.Unit }, offers: true},
		{name: "scrap", title: "Scrap %", num: true, at: func(l *l) *string { return &l.Scrap }},
		{name: "once", title: "Once", num: true, at: func(l *l) *string { return &l.Once }},
		{name: "policy", title: "Taken", at: func(l *l) *string { return &l.Policy }, choices: choices(bill.Policies())},
		{name: "every", title: "Cycle batch", num: true, at: func(l *l) *string { return &l.Every }},
		{name: "operation", title: "At operation", num: true, at: func(l *l) *string { return &l.Operation }},
		{name: "instead", title: "Instead of", num: true, at: func(l *l) *string { return &l.Instead }},
		{name: "kind", title: "Is", at: func(l *l) *string { return &l.Kind }, choices: choices(bill.Kinds())},
		{name: "share", title: "Cost %", num: true, at: func(l *l) *string { return &l.Share }},
		{name: "note", title: "Note", wide: true, at: func(l *l) *string { return &l.Note }},
	}
}

// operationChoices are what an operation may be done at, and what it may take.
type operationChoices struct{ centres, skills, tools []ui.Choice }

func operationColumns(all operationChoices) []column[written.Operation] {
	type o = written.Operation
	none := func(some []ui.Choice) []ui.Choice { return append([]ui.Choice{{Name: "–"}}, some...) }
	return []column[o]{
		{name: "position", title: "Position", num: true, at: func(o *o) *string { return &o.Position }},
		{name: "name", title: "Operation", wide: true, at: func(o *o) *string { return &o.Name }},
		{name: "centre", title: "Work centre", at: func(o *o) *string { return &o.Centre }, choices: none(all.centres)},
		{name: "setup", title: "Set-up", num: true, at: func(o *o) *string { return &o.Setup }},
		{name: "run", title: "Run of a batch", num: true, at: func(o *o) *string { return &o.Run }},
		{name: "queue", title: "Queue", num: true, at: func(o *o) *string { return &o.Queue }},
		{name: "crew", title: "Crew", num: true, at: func(o *o) *string { return &o.Crew }},
		{name: "skill", title: "Skill", at: func(o *o) *string { return &o.Skill }, choices: none(all.skills)},
		{name: "tool", title: "Tool", at: func(o *o) *string { return &o.Tool }, choices: none(all.tools)},
		{name: "tools", title: "Tools", num: true, at: func(o *o) *string { return &o.Tools }},
		{name: "also", title: "Also takes", wide: true, at: func(o *o) *string { return &o.Also }},
		{name: "note", title: "Note", wide: true, at: func(o *o) *string { return &o.Note }},
	}
}

// rowsTyped reads the rows of a table.
func rowsTyped[T any](c echo.Context, table, by string, columns []column[T]) (all []T) {
	for _, n := range sentRows(c, table, by) {
		if len(all) > bill.MostLines {
			break
		}
		var one T
		for _, col := range columns {
			*col.at(&one) = strings.TrimSpace(c.FormValue(table + "-" + col.name + "-" + n))
		}
		all = append(all, one)
	}
	return all
}

// filled writes rows into a table.
func filled[T any](id string, rows []T, columns []column[T], wrong []ui.Fault) (t itemview.Typed) {
	t.ID, t.Do = id, id+"-more"
	for _, col := range columns {
		t.Columns = append(t.Columns, itemview.Column{Name: col.title, Num: col.num})
	}
	for n := range rows {
		r := itemview.Filled{N: n, Name: "row " + strconv.Itoa(n+1)}
		for _, col := range columns {
			in := itemview.Input{ID: fmt.Sprintf("%s-%s-%d", id, col.name, n), Label: col.title, Value: *col.at(&rows[n]), Num: col.num, Wide: col.wide, Choices: col.choices}
			if in.Fault = ui.FaultOf(wrong, in.ID); col.offers {
				in.List = id
			}
			r.Cells = append(r.Cells, in)
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

// moved does what a button beside a row says: "lines-up-3". Positions go with the places, not with the rows.
func moved[T any](do, table string, rows []T, position func(*T) *string) []T {
	what, n, _ := strings.Cut(strings.TrimPrefix(do, table+"-"), "-")
	at, err := strconv.Atoi(n)
	swap := func(a, b int) {
		if a >= 0 && b < len(rows) {
			rows[a], rows[b] = rows[b], rows[a]
			*position(&rows[a]), *position(&rows[b]) = *position(&rows[b]), *position(&rows[a])
		}
	}
	switch {
	case !strings.HasPrefix(do, table+"-"):
	case what == "more":
		return append(rows, *new(T))
	case err != nil || at < 0 || at >= len(rows):
	case what == "up":
		swap(at-1, at)
	case what == "down":
		swap(at, at+1)
	case what == "drop":
		return slices.Delete(rows, at, at+1)
	}
	return rows
}

// billText is a bill as its form shows it.
func billText(b bill.Bill, named namedThings) written.Bill {
	text := written.Bill{Batch: b.Batch.String(), Revision: b.Revision, Note: b.Note}
	whole := daysText
	for _, l := range b.Lines {
		text.Lines = append(text.Lines, written.Line{
			Position: whole(l.Position), Kind: string(l.Kind), Item: named.items[l.Item].Number, Quantity: l.Quantity.String(), Unit: l.Unit, Once: amountText(l.Once), Scrap: amountText(l.Scrap),
			Policy: string(l.Policy), Every: amountText(l.Every), Operation: whole(l.Operation), Instead: whole(l.Instead), Share: amountText(l.Share), Note: l.Note,
		})
	}
	for _, o := range b.Operations {
		text.Operations = append(text.Operations, written.Operation{
			Position: whole(o.Position), Name: o.Name, Centre: named.centres[o.Centre].Code, Setup: written.WriteDuration(o.Setup), Run: written.WriteDuration(o.Run), Queue: written.WriteDuration(o.Queue), Crew: o.Crew.String(), Note: o.Note,
			Skill: named.kit.Skills[o.Skill], Tool: named.kit.Tools[o.Tool].Number, Tools: whole(o.Tools), Also: named.kit.Write(o.Also),
		})
	}
	return text
}

// newBill shows the editor of a new version, as a copy of another where one is named.
func (s *Server) newBill(c echo.Context) error {
	i, err := s.itemOf(c)
	if err != nil {
		return err
	}
	b := bill.Bill{Item: i.ID, Batch: plant.One}
	if from, err := strconv.ParseInt(c.QueryParam("from"), 10, 64); err == nil {
		if b, err = s.Trade.Bills.Find(c.Request().Context(), from); err != nil {
			return err
		}
	}
	named, err := s.namedIn(c.Request().Context(), b)
	if err != nil {
		return err
	}
	b.ID, b.Version = 0, 0
	text := billText(b, named)
	if len(text.Lines) == 0 {
		text.Lines = make([]written.Line, 3)
	}
	return s.billForm(c, http.StatusOK, billTyped{i: i, b: b, text: text})
}

// showBillForm shows the editor of a draft.
func (s *Server) showBillForm(c echo.Context) error {
	b, i, err := s.billOf(c)
	if err != nil {
		return err
	}
	if b.State != bill.Draft {
		return errs.New(errs.Conflict, "%s is %s and is never changed; make a new version of it", strings.ToLower(versionName(b)), b.State)
	}
	named, err := s.namedIn(c.Request().Context(), b)
	if err != nil {
		return err
	}
	return s.billForm(c, http.StatusOK, billTyped{i: i, b: b, text: billText(b, named)})
}

// addBill keeps a new draft.
func (s *Server) addBill(c echo.Context) error {
	i, err := s.itemOf(c)
	if err != nil {
		return err
	}
	return s.takeBill(c, i, bill.Bill{Item: i.ID})
}

// keepBill keeps a changed draft.
func (s *Server) keepBill(c echo.Context) error {
	b, i, err := s.billOf(c)
	if err != nil {
		return err
	}
	return s.takeBill(c, i, b)
}

// takeBill does what a button of the editor says: moves rows about, or keeps all of them.
func (s *Server) takeBill(c echo.Context, i item.Item, was bill.Bill) error {
	text := written.Bill{
		Batch: c.FormValue("batch"), Revision: c.FormValue("revision"), Note: c.FormValue("note"),
		Lines: rowsTyped(c, "lines", "item", lineColumnsOfBill()), Operations: rowsTyped(c, "operations", "name", operationColumns(operationChoices{})),
	}
	text.Lines = slices.DeleteFunc(text.Lines, func(l written.Line) bool { return c.FormValue("paste") != "" && l.Blank() })
	text.Lines = append(text.Lines, written.Paste(c.FormValue("paste"))...)
	if do := c.FormValue("do"); do != "keep" && do != "" {
		text.Lines = moved(do, "lines", text.Lines, func(l *written.Line) *string { return &l.Position })
		text.Operations = moved(do, "operations", text.Operations, func(o *written.Operation) *string { return &o.Position })
		return s.billForm(c, http.StatusOK, billTyped{i: i, b: was, text: text})
	}
	kept, rows, err := s.keepTyped(c, was, text)
	if err == nil {
		return c.Redirect(http.StatusSeeOther, billHref(kept.ID)+"?done="+map[bool]string{true: "added", false: "kept"}[was.ID == 0])
	}
	status, again := typedAgain(err)
	if !again {
		return err
	}
	return s.billForm(c, status, billTyped{i, was, text, rowFaults(faults(err), rows)})
}
