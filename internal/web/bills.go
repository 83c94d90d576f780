// The pages of bills: one version, what an item is made of, what that costs, and two versions beside each other.

package web

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/erp/item/written"
	"millwright/internal/erp/tool"
	"millwright/internal/errs"
	"millwright/internal/plant"
	itemview "millwright/views/item"
	"millwright/views/ui"
)

// billOf finds the bill that an address names, and its item.
func (s *Server) billOf(c echo.Context) (bill.Bill, item.Item, error) {
	if s.Trade.Bills == nil {
		return bill.Bill{}, item.Item{}, errs.New(errs.NotFound, "there are no bills of material here")
	}
	id, err := numberOf(c, "such bill of material")
	if err != nil {
		return bill.Bill{}, item.Item{}, err
	}
	b, err := s.Trade.Bills.Find(c.Request().Context(), id)
	if err != nil {
		return b, item.Item{}, err
	}
	i, err := s.Trade.Items.Find(c.Request().Context(), b.Item)
	return b, i, err
}

func versionName(b bill.Bill) string { return "Version " + strconv.FormatInt(b.Number, 10) }

// billPage shows a bill.
func (s *Server) billPage(c echo.Context) error { return s.showBill(c, http.StatusOK, nil) }

func (s *Server) showBill(c echo.Context, status int, wrong []ui.Fault) error {
	b, i, err := s.billOf(c)
	if err != nil {
		return err
	}
	page := s.itemView(c, i.Number, ui.Link{Name: i.Number, Href: itemHref(i.ID)}, ui.Link{Name: versionName(b)})
	page.Title, page.Sub, page.State, page.Mood, page.Faults = i.Number+", "+strings.ToLower(versionName(b)), i.Name, upper(string(b.State)), billMood(b), wrong
	s.billDoings(c, b, i, &page)
	page.Facts = []itemview.Facts{{ID: "facts", Title: "Facts", Rows: s.billFacts(b, i)}}
	named, err := s.namedIn(c.Request().Context(), b)
	if err != nil {
		return err
	}
	page.Tables = append(page.Tables, linesTable(b, named.items))
	if len(b.Operations) > 0 {
		page.Tables = append(page.Tables, operationsTable(b, i, named))
	}
	if page.Folio, err = s.hanging(c, "bill", b.ID); err != nil {
		return err
	}
	return s.showAs(c, status, itemview.Show(page))
}

// billDoings are what can be done with a bill.
func (s *Server) billDoings(c echo.Context, b bill.Bill, i item.Item, page *itemview.Page) {
	page.Links = append(page.Links, ui.Link{Name: "Compare", Href: billHref(b.ID) + "/compare"}, ui.Link{Name: "Made of", Href: itemHref(i.ID) + "/tree"}, ui.Link{Name: "Cost", Href: itemHref(i.ID) + "/cost"})
	if !s.keeps(c) {
		return
	}
	version := strconv.FormatInt(b.Version, 10)
	if b.State == bill.Draft {
		page.Links = append([]ui.Link{{Name: "Change", Href: billHref(b.ID) + "/change"}}, page.Links...)
		page.Steps = append(page.Steps, itemview.Step{
			Action: billHref(b.ID) + "/release", Version: version, Name: "Release",
			Input: &ui.Input{ID: "from", Label: "From (now when empty)", Type: "text", Value: c.FormValue("from")},
		})
	} else {
		page.Links = append(page.Links, ui.Link{Name: "New version of it", Href: itemHref(i.ID) + "/bill?from=" + strconv.FormatInt(b.ID, 10)})
	}
	if b.State != bill.Obsoleted {
		page.Steps = append(page.Steps, itemview.Step{Action: billHref(b.ID) + "/obsolete", Version: version, Name: "Make obsolete", Danger: true})
	}
}

func (s *Server) billFacts(b bill.Bill, i item.Item) []itemview.Fact {
	all := []itemview.Fact{{Name: "Makes", Value: b.Batch.String() + " " + symbol(i.Unit)}}
	for _, f := range []itemview.Fact{{Name: "Revision", Value: b.Revision}, {Name: "Holds from", Value: s.day(b.From)}, {Name: "Obsolete since", Value: s.day(b.Obsolete)}, {Name: "Note", Value: b.Note}} {
		if f.Value != "" {
			all = append(all, f)
		}
	}
	return all
}

// namedThings are the items, work centres, tools and skills that bills name.
type namedThings struct {
	items   map[int64]item.Item
	centres map[int64]bill.Centre
	kit     tool.Kit
}

func (s *Server) namedIn(ctx context.Context, bills ...bill.Bill) (named namedThings, err error) {
	var ids []int64
	for _, b := range bills {
		ids = append(ids, b.Item)
		for _, l := range b.Lines {
			ids = append(ids, l.Item)
		}
	}
	if named.items, err = s.Trade.Items.Named(ctx, ids); err != nil {
		return named, err
	}
	if named.kit, err = s.Trade.Tools.Kit(ctx); err != nil {
		return named, err
	}
	all, err := s.Trade.Centres.Centres(ctx)
	named.centres = make(map[int64]bill.Centre, len(all))
	for _, k := range all {
		named.centres[k.ID] = k
	}
	return named, err
}

func linesTable(b bill.Bill, named map[int64]item.Item) itemview.Table {
	t := itemview.Table{ID: "lines", Title: "Lines", Columns: heads("#Position", "Item", "Name", "#Quantity", "#Scrap", "#Once", "Taken", "At", "Note"), Empty: "There are no lines yet.", Tall: true}
	for _, l := range b.Lines {
		i := named[l.Item]
		note := l.Note
		if l.Kind != bill.Component {
			note = strings.TrimSpace(string(l.Kind) + ", bears " + l.Share.String() + " % of the cost. " + note)
		}
		if l.Instead != 0 {
			note = strings.TrimSpace("May stand for position " + strconv.FormatInt(l.Instead, 10) + ". " + note)
		}
		taken := string(l.Policy)
		if l.Policy == bill.PerCycle {
			taken += " of " + l.Every.String()
		}
		if l.Kind != bill.Component {
			taken = "comes out"
		}
		scrap, at := amountText(l.Scrap), ""
		if scrap != "" {
			scrap += " %"
		}
		if l.Operation != 0 {
			at = strconv.FormatInt(l.Operation, 10)
		}
		r := cells(num(strconv.FormatInt(l.Position, 10)), linked(i.Number, itemHref(i.ID)), plainCell(i.Name), num(l.Quantity.String(), symbol(l.Unit)), num(scrap), num(amountText(l.Once), symbol(l.Unit)), plainCell(taken), plainCell(at), plainCell(note))
		r.Hush = l.Instead != 0
		t.Rows = append(t.Rows, r)
	}
	return t
}

func operationsTable(b bill.Bill, i item.Item, named namedThings) itemview.Table {
	t := itemview.Table{ID: "operations", Title: "Operations", Columns: heads("#Position", "Operation", "Work centre", "#Set-up", "#Run for "+b.Batch.String()+" "+symbol(i.Unit), "#Queue", "#Crew", "Skill", "Tool", "Also takes", "Note")}
	for _, o := range b.Operations {
		t.Rows = append(t.Rows, cells(
			num(strconv.FormatInt(o.Position, 10)), plainCell(o.Name), plainCell(named.centres[o.Centre].Code+" "+named.centres[o.Centre].Name), num(written.WriteDuration(o.Setup)),
			num(written.WriteDuration(o.Run)), num(written.WriteDuration(o.Queue)), num(o.Crew.String()), plainCell(named.kit.Skills[o.Skill]), toolCell(named.kit.Tools[o.Tool], o.Tools), plainCell(named.kit.Write(o.Also)), plainCell(o.Note),
		))
	}
	return t
}

// releaseBill releases a draft.
func (s *Server) releaseBill(c echo.Context) error {
	step := bill.Step{To: bill.Released}
	if text := strings.TrimSpace(c.FormValue("from")); text != "" {
		from, err := written.ParseTime(text, s.zone())
		if err != nil {
			return s.showBill(c, http.StatusUnprocessableEntity, []ui.Fault{{Field: "from", Text: upper(err.Error()) + "."}})
		}
		step.From = from
	}
	return s.stepBill(c, step, "released")
}

// obsoleteBill makes a bill obsolete.
func (s *Server) obsoleteBill(c echo.Context) error {
	return s.stepBill(c, bill.Step{To: bill.Obsoleted}, "obsolete")
}

func (s *Server) stepBill(c echo.Context, step bill.Step, done string) error {
	b, _, err := s.billOf(c)
	if err != nil {
		return err
	}
	step.ID, step.Version = b.ID, seenVersion(c)
	_, err = s.Trade.Bills.Step(c.Request().Context(), step, changeOf(c))
	if err == nil {
		return c.Redirect(http.StatusSeeOther, billHref(b.ID)+"?done="+done)
	}
	status, again := typedAgain(err)
	if !again {
		return err
	}
	wrong := rowFaults(faults(err), nil)
	if errs.KindOf(err) == errs.Invalid && len(wrong) > 0 { // the fields of what is wrong are those of its form
		for i := range wrong {
			wrong[i].Field = ""
		}
	}
	return s.showBill(c, status, wrong)
}

// comparePage shows two versions of how an item is made beside each other.
func (s *Server) comparePage(c echo.Context) error {
	b, i, err := s.billOf(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	all, err := s.Trade.Bills.Of(ctx, i.ID)
	if err != nil {
		return err
	}
	page := s.itemView(c, i.Number, ui.Link{Name: i.Number, Href: itemHref(i.ID)}, ui.Link{Name: versionName(b), Href: billHref(b.ID)}, ui.Link{Name: "Compare"})
	page.Title, page.Sub = "Compare "+strings.ToLower(versionName(b)), i.Number+" "+i.Name
	other := bill.Bill{}
	for _, o := range all {
		if o.ID == b.ID {
			continue
		}
		page.Links = append(page.Links, ui.Link{Name: "With " + strings.ToLower(versionName(o)), Href: billHref(b.ID) + "/compare?with=" + strconv.FormatInt(o.ID, 10)})
		if asked := c.QueryParam("with"); asked == strconv.FormatInt(o.ID, 10) || asked == "" && other.ID == 0 && o.Number < b.Number {
			other = o
		}
	}
	if other.ID == 0 {
		page.Lead = "Choose the version to compare it with."
		if len(all) < 2 {
			page.Lead = "There is no other version to compare it with."
		}
		return s.show(c, itemview.Show(page))
	}
	if other, err = s.Trade.Bills.Find(ctx, other.ID); err != nil {
		return err
	}
	t, err := s.comparison(ctx, other, b)
	if err != nil {
		return err
	}
	page.Tables = []itemview.Table{t}
	return s.show(c, itemview.Show(page))
}

func (s *Server) comparison(ctx context.Context, was, is bill.Bill) (itemview.Table, error) {
	t := itemview.Table{ID: "differences", Title: versionName(was) + " and " + strings.ToLower(versionName(is)), Columns: heads("What", "Change", versionName(was), versionName(is)), Empty: "They are the same."}
	named, err := s.namedIn(ctx, was, is)
	same := 0
	for _, d := range bill.Compare(was, is, named.items, named.centres, named.kit) {
		if d.Change == bill.Same {
			same++
			continue
		}
		change := itemview.Cell{Text: upper(string(d.Change)), Mood: map[bill.Change]ui.Mood{bill.Added: ui.Well, bill.Removed: ui.Alarm, bill.Changed: ui.Warning}[d.Change]}
		t.Rows = append(t.Rows, cells(plainCell(d.What), change, plainCell(d.Was), plainCell(d.Is)))
	}
	if same > 0 {
		t.Lead = plural(same, "line or operation is the same.", "lines and operations are the same.")
	}
	return t, err
}

// askedQuantity reads the quantity that a page is asked about; what cannot be read is told, and 1 is shown.
func askedQuantity(c echo.Context, page *itemview.Page, usual plant.Quantity) (plant.Quantity, int) {
	text := c.QueryParam("quantity")
	q, err := written.Decimal(text)
	if err == nil && text != "" && (q <= 0 || q > item.MostQuantity) {
		err = fmt.Errorf("write a quantity of more than 0 and at most %s", item.MostQuantity)
	}
	if err != nil {
		page.Faults = []ui.Fault{{Field: "quantity", Text: upper(err.Error()) + "."}}
		return usual, http.StatusUnprocessableEntity
	}
	if text == "" {
		return usual, http.StatusOK
	}
	return q, http.StatusOK
}
