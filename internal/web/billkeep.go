package web

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/erp/item/written"
	itemview "millwright/views/item"
	"millwright/views/ui"
)

// keepTyped keeps a bill as it was typed. rows are where its lines and operations stand in the form, which leaves rows
// blank.
func (s *Server) keepTyped(c echo.Context, was bill.Bill, text written.Bill) (kept bill.Bill, rows map[string][]int, err error) {
	ctx := c.Request().Context()
	rows = map[string][]int{}
	short := written.Bill{Batch: text.Batch, Revision: text.Revision, Note: text.Note}
	for n, l := range text.Lines {
		if !l.Blank() {
			short.Lines, rows["lines"] = append(short.Lines, l), append(rows["lines"], n)
		}
	}
	for n, o := range text.Operations {
		if !o.Blank() {
			short.Operations, rows["operations"] = append(short.Operations, o), append(rows["operations"], n)
		}
	}
	items, err := s.Trade.Items.Numbered(ctx, written.Numbers(short.Lines))
	if err != nil {
		return was, rows, err
	}
	all, err := s.Trade.Centres.Centres(ctx)
	if err != nil {
		return was, rows, err
	}
	centres := make(map[string]bill.Centre, len(all))
	for _, k := range all {
		centres[strings.ToLower(k.Code)] = k
	}
	kit, err := s.Trade.Tools.Kit(ctx)
	if err != nil {
		return was, rows, err
	}
	b, err := short.Read(was, items, centres, kit)
	if err != nil {
		return was, rows, err
	}
	if was.ID == 0 {
		kept, err = s.Trade.Bills.Add(ctx, b, changeOf(c))
		return kept, rows, err
	}
	b.Version = seenVersion(c)
	kept, err = s.Trade.Bills.Save(ctx, b, item.Change{By: visitorOf(c).Person, Why: strings.TrimSpace(c.FormValue("why"))})
	return kept, rows, err
}

// billTyped is a bill of an item as it stands in the editor, and what is wrong with it.
type billTyped struct {
	i     item.Item
	b     bill.Bill
	text  written.Bill
	wrong []ui.Fault
}

// billForm shows the editor.
func (s *Server) billForm(c echo.Context, status int, of billTyped) error {
	i, b, text, wrong := of.i, of.b, of.text, of.wrong
	at, err := s.operationChoices(c)
	if err != nil {
		return err
	}
	title, action, back := "New version of "+i.Number, itemHref(i.ID)+"/bill", itemHref(i.ID)
	version := strconv.FormatInt(b.Version, 10)
	if b.ID != 0 {
		title, action, back = "Change "+i.Number+", "+strings.ToLower(versionName(b)), billHref(b.ID)+"/change", billHref(b.ID)
	}
	if typed := c.FormValue("version"); typed != "" && status != http.StatusConflict {
		version = typed
	}
	f := itemview.Form{
		Frame: s.itemView(c, title, ui.Link{Name: i.Number, Href: itemHref(i.ID)}, ui.Link{Name: title}).Frame, Title: title, Action: action, Version: version, Key: formKey(c),
		Faults: wrong, Button: "Keep", Back: ui.Link{Name: "Back", Href: back},
	}
	field := func(f itemview.Field) itemview.Field {
		f.Fault = ui.FaultOf(wrong, f.ID)
		return f
	}
	batch := line("batch", "Batch", "The lines and run times are for so much of the item.", text.Batch)
	batch.Unit = symbol(i.Unit)
	f.Groups = []itemview.Group{{Fields: []itemview.Field{field(batch), field(line("revision", "Revision", "Of the item; any when empty.", text.Revision)), field(several("note", "Note", "", text.Note))}}}
	lines := filled("lines", text.Lines, lineColumnsOfBill(), wrong)
	lines.Title, lines.More, lines.Offers = "Lines", "Add a line", unitOffers()
	lines.Lead = "An empty row is left out. Position orders the lines; once is taken by each order besides; scrap is taken on top. Alt with the arrows moves a row, Alt and Delete removes it."
	operations := filled("operations", text.Operations, operationColumns(at), wrong)
	operations.Title, operations.More = "Operations", "Add an operation"
	operations.Lead = "Times are written 90 s, 2 min, 1.5 h or 1h30m. Who is in the crew needs the skill; the tool, and so many of it, are taken while the operation is worked on. Also takes: more tools, and how many of the crew have other skills: 2 × GAUGE-1; Welding. The schedule waits for all of them."
	f.Tables = []itemview.Typed{lines, operations}
	f.After = []itemview.Group{{Fields: []itemview.Field{
		several("paste", "Paste lines", "From a spreadsheet: item, quantity, unit, scrap, once, policy, operation, instead, kind, share, note. A first row of these names puts them in another order. They are added with whatever button is pressed.", ""),
		line("why", "Why", "The audit keeps it.", c.FormValue("why")),
	}}}
	return s.showAs(c, status, itemview.Write(f))
}

// operationChoices are the work centres that a new operation may be at, and what it may take.
func (s *Server) operationChoices(c echo.Context) (all operationChoices, err error) {
	centres, err := s.Trade.Centres.Centres(c.Request().Context())
	if err != nil {
		return all, err
	}
	for _, k := range centres {
		if !k.Retired {
			all.centres = append(all.centres, ui.Choice{Value: k.Code, Name: k.Code + " " + k.Name})
		}
	}
	kit, err := s.Trade.Tools.Kit(c.Request().Context())
	for _, t := range kit.Sorted() {
		if !t.Retired {
			all.tools = append(all.tools, ui.Choice{Value: t.Number, Name: t.Number + " " + t.Name})
		}
	}
	for _, name := range slices.Sorted(maps.Values(kit.Skills)) {
		all.skills = append(all.skills, ui.Choice{Value: name, Name: name})
	}
	return all, err
}
