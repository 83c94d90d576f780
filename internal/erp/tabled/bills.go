package tabled

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/erp/item/written"
	"millwright/internal/erp/register"
	"millwright/internal/erp/tool"
	"millwright/internal/errs"
)

// Bills are how items are made, by the items' numbers: each row is a line or an operation. What is released is never
// changed: rows that say something else make a draft, or change the draft that there is.
type Bills struct {
	Book    bill.Book
	Centres bill.Centres
	Items   item.Finder
	Tools   tool.Book
}

// The columns of a table of bills.
const (
	bItem, bBatch, bRevision, bNote, bRelease  = "Bill of", "Batch", "Revision", "Bill note", "Released"
	bKind, bPosition, bPart, bQuantity, bUnit  = "Kind", "Position", "Item", "Quantity", "Unit"
	bOnce, bScrap, bPolicy, bEvery, bOperation = "Once", "Scrap, %", "Policy", "Every", "Operation"
	bInstead, bShare, bLineNote                = "Instead of", "Share, %", "Note"
	bName, bCentre, bSetup, bRun               = "Name", "Work centre", "Set-up", "Run"
	bQueue, bCrew                              = "Queue", "Crew"
	bSkill, bTool, bTools, bAlso               = "Skill", "Tool", "Tools", "Also takes"
	operation                                  = "operation"
)

// Fields are the columns of a table of bills.
func (Bills) Fields() []register.Field {
	return []register.Field{
		{Title: bItem, Key: true, Help: "The number of what is made. All rows of one number are its bill."},
		{Title: bBatch, Help: "The lines are for so much of it; 1 when left out."},
		{Title: bRevision, Help: "Of the item that it makes."},
		{Title: bNote},
		{Title: bRelease, Help: "yes: what is new holds from now on. no: it is a draft."},
		{Title: bKind, Help: "component, co-product, by-product or operation; component when left out."},
		{Title: bPosition, Help: "10, 20, 30 when left out."},
		{Title: bPart, Also: []string{"Component"}, Help: "The number of the component, or of what comes out besides."},
		{Title: bQuantity, Help: "Of a batch, in the unit."},
		{Title: bUnit, Help: "The component's stock unit when left out."},
		{Title: bOnce, Help: "Each order takes so much besides."},
		{Title: bScrap, Help: "That is taken on top."},
		{Title: bPolicy, Help: "per count, per cycle batch, at completion or by hand."},
		{Title: bEvery, Help: "Of the policy per cycle batch: of how much."},
		{Title: bOperation, Help: "The position of the operation that takes it."},
		{Title: bInstead, Help: "The position of the line that it may stand for."},
		{Title: bShare, Help: "Of the cost, to what comes out besides."},
		{Title: bLineNote},
		{Title: bName, Help: "Of an operation."},
		{Title: bCentre, Help: "Its code."},
		{Title: bSetup, Help: "Of each order, as 10 min."},
		{Title: bRun, Help: "Of one batch, as 90 s."},
		{Title: bQueue, Help: "It waits so long before."},
		{Title: bCrew, Help: "People; 1 when left out."},
		{Title: bSkill, Help: "That its people need, by its name; none when left out."},
		{Title: bTool, Help: "That it takes, by its number; none when left out."},
		{Title: bTools, Help: "How many of the tool; 1 when left out."},
		{Title: bAlso, Help: "Other tools and skills: GAUGE-1; 2 × DIE-L; Welding. Of a skill, how many of the crew."},
	}
}

// Key is the item's number.
func (Bills) Key(r Row) []string { return []string{r.Cell(bItem)} }

// Single tells that a bill has many rows.
func (Bills) Single() bool { return false }

func billTitles() map[string]string {
	return map[string]string{
		"batch": bBatch, "revision": bRevision, "note": bNote,
		"lines.position": bPosition, "lines.kind": bKind, "lines.item": bPart, "lines.quantity": bQuantity, "lines.unit": bUnit, "lines.once": bOnce,
		"lines.scrap": bScrap, "lines.policy": bPolicy, "lines.every": bEvery, "lines.operation": bOperation, "lines.instead": bInstead,
		"lines.share": bShare, "lines.note": bLineNote, "operations.position": bPosition, "operations.name": bName, "operations.centre": bCentre,
		"operations.setup": bSetup, "operations.run": bRun, "operations.queue": bQueue, "operations.crew": bCrew, "operations.skill": bSkill, "operations.tool": bTool, "operations.tools": bTools, "operations.also": bAlso, "operations.note": bLineNote,
	}
}

// Keep keeps a bill.
func (k Bills) Keep(ctx context.Context, r Record) (Kept, error) {
	var w Wrong
	of, err := k.Items.ByNumber(ctx, r.Key[0])
	if errs.KindOf(err) == errs.NotFound {
		w.Add(r.Rows[0], bItem, "There is no item %q.", errs.Clip(r.Key[0]))
	} else if err != nil {
		return Kept{}, err
	}
	release := w.Yes(r.Rows[0], bRelease)
	says, terms := writtenBill(r)
	items, err := k.Items.Numbered(ctx, written.Numbers(says.Lines))
	if err != nil {
		return Kept{}, err
	}
	centres, err := k.centres(ctx)
	if err != nil {
		return Kept{}, err
	}
	kit, err := k.Tools.Kit(ctx)
	if err != nil {
		return Kept{}, err
	}
	b, err := says.Read(bill.Bill{Item: of.ID}, items, centres, kit)
	if err := w.Take(r, err, terms); err != nil {
		return Kept{}, err
	}
	if err := w.Err(); err != nil {
		return Kept{}, err
	}
	kept, err := k.keep(ctx, b, release, r)
	if err != nil {
		return Kept{}, w.Also(r, err, terms)
	}
	return kept, nil
}

func (k Bills) centres(ctx context.Context) (map[string]bill.Centre, error) {
	all, err := k.Centres.Centres(ctx)
	centres := map[string]bill.Centre{}
	for _, c := range all {
		centres[strings.ToLower(c.Code)] = c
	}
	return centres, err
}

// keep makes the newest version of the item's bill what the rows say.
func (k Bills) keep(ctx context.Context, b bill.Bill, release bool, r Record) (Kept, error) {
	versions, err := k.Book.Of(ctx, b.Item)
	if err != nil {
		return Kept{}, err
	}
	versions = slices.DeleteFunc(versions, func(v bill.Bill) bool { return v.State == bill.Obsoleted })
	by := item.Change{By: r.By, Why: r.Why}
	var was bill.Bill
	if len(versions) > 0 { // the newest comes first
		if was, err = k.Book.Find(ctx, versions[0].ID); err != nil {
			return Kept{}, err
		}
	}
	var kept bill.Bill
	if was.State == bill.Draft {
		b.ID, b.Version = was.ID, was.Version
		kept, err = k.Book.Save(ctx, b, by)
	} else {
		kept, err = k.Book.Add(ctx, b, by)
	}
	if err != nil {
		return Kept{}, err
	}
	out := Kept{ID: kept.ID, Added: was.ID == 0}
	if out.Old, out.New, err = k.told(ctx, was, kept); err != nil {
		return Kept{}, err
	}
	if out.Old == out.New && was.State == bill.Released {
		out.ID = was.ID
		return out, nil // another draft of the same is taken back
	}
	if !release {
		return out, nil
	}
	if _, err = k.Book.Step(ctx, bill.Step{ID: kept.ID, Version: kept.Version, To: bill.Released}, by); err != nil {
		return Kept{}, err
	}
	out.Old, out.New = out.Old+"\nState: "+string(was.State), out.New+"\nState: released"
	return out, nil
}

// told is what differs between two versions.
func (k Bills) told(ctx context.Context, was, is bill.Bill) (old, now string, err error) {
	var ids []int64
	for _, b := range []bill.Bill{was, is} {
		for _, l := range b.Lines {
			ids = append(ids, l.Item)
		}
	}
	items, err := k.Items.Named(ctx, ids)
	if err != nil {
		return "", "", err
	}
	all, err := k.Centres.Centres(ctx)
	centres := map[int64]bill.Centre{}
	for _, c := range all {
		centres[c.ID] = c
	}
	if err != nil {
		return "", "", err
	}
	kit, err := k.Tools.Kit(ctx)
	for _, d := range bill.Compare(was, is, items, centres, kit) {
		if d.Change != bill.Same {
			old, now = old+d.What+": "+d.Was+"\n", now+d.What+": "+d.Is+"\n"
		}
	}
	return old, now, err
}

// writtenBill is what the rows say.
func writtenBill(r Record) (b written.Bill, t Terms) {
	head := r.Rows[0]
	b = written.Bill{Batch: head.Cell(bBatch), Revision: head.Cell(bRevision), Note: head.Cell(bNote)}
	t = Terms{Titles: billTitles(), Rows: map[string][]Row{}}
	for _, row := range r.Rows {
		position := row.Cell(bPosition)
		if strings.ToLower(row.Cell(bKind)) == operation {
			if position == "" {
				position = fmt.Sprint(10 * (len(b.Operations) + 1))
			}
			b.Operations = append(b.Operations, written.Operation{
				Position: position, Name: row.Cell(bName), Centre: row.Cell(bCentre), Setup: row.Cell(bSetup), Run: row.Cell(bRun), Queue: row.Cell(bQueue),
				Crew: row.Cell(bCrew), Skill: row.Cell(bSkill), Tool: row.Cell(bTool), Tools: row.Cell(bTools), Also: row.Cell(bAlso), Note: row.Cell(bLineNote),
			})
			t.Rows["operations"] = append(t.Rows["operations"], row)
			continue
		}
		if position == "" {
			position = fmt.Sprint(10 * (len(b.Lines) + 1))
		}
		b.Lines = append(b.Lines, written.Line{
			Position: position, Kind: row.Cell(bKind), Item: row.Cell(bPart), Quantity: row.Cell(bQuantity), Unit: row.Cell(bUnit), Once: row.Cell(bOnce),
			Scrap: row.Cell(bScrap), Policy: row.Cell(bPolicy), Every: row.Cell(bEvery), Operation: row.Cell(bOperation), Instead: row.Cell(bInstead),
			Share: row.Cell(bShare), Note: row.Cell(bLineNote),
		})
		t.Rows["lines"] = append(t.Rows["lines"], row)
	}
	return b, t
}
