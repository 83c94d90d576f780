package items

import (
	"context"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/erp/item/written"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// below reads the graph beneath an item, and the quantity that is asked about; 0 where none is.
func (d Deps) below(ctx context.Context, in ExplodeIn) (i item.Item, g *bill.Graph, q plant.Quantity, err error) {
	if i, err = d.numbered(ctx, in.Item); err != nil {
		return i, nil, 0, err
	}
	at := d.Now()
	if in.At != "" {
		if at, err = written.ParseTime(in.At, d.Zone(ctx)); err != nil {
			return i, nil, 0, &errs.Error{Kind: errs.Invalid, Words: "the question cannot be read", Fields: []errs.Field{{Path: "at", Message: err.Error()}}}
		}
	}
	if q, err = written.Decimal(in.Quantity); err != nil {
		return i, nil, 0, &errs.Error{Kind: errs.Invalid, Words: "the question cannot be read", Fields: []errs.Field{{Path: "quantity", Message: err.Error()}}}
	}
	g, err = d.Bills.Below(ctx, []int64{i.ID}, at)
	return i, g, q, err
}

func asked(in ExplodeIn, q plant.Quantity) plant.Quantity {
	if in.Quantity == "" {
		return plant.One
	}
	return q
}

func (d Deps) needs(ctx context.Context, in *ExplodeIn) (*itemNeedsOut, error) {
	i, g, q, err := d.below(ctx, *in)
	if err != nil {
		return nil, err
	}
	all, err := g.Needs(i.ID, asked(*in, q))
	if err != nil {
		return nil, err
	}
	out := &itemNeedsOut{}
	for _, n := range all {
		of := g.Items[n.Item]
		out.Body.Needs = append(out.Body.Needs, ItemNeed{of.Number, Exact{n.Quantity}, of.Unit, n.Level, n.Phantom})
	}
	return out, nil
}

func (d Deps) tree(ctx context.Context, in *itemTreeIn) (*itemTreeOut, error) {
	i, g, q, err := d.below(ctx, in.ExplodeIn)
	if err != nil {
		return nil, err
	}
	all, whole, err := g.Tree(i.ID, asked(in.ExplodeIn, q), in.Depth, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &itemTreeOut{}
	out.Body.Branches, out.Body.Whole = []BillBranch{}, whole
	for _, b := range all {
		of := g.Items[b.Line.Item]
		out.Body.Branches = append(out.Body.Branches, BillBranch{
			Depth: b.Depth, Parent: g.Items[b.Parent].Number, Position: b.Line.Position, Kind: string(b.Line.Kind), Item: of.Number, Quantity: Exact{b.Quantity},
			Unit: of.Unit, Instead: b.Line.Instead, Made: b.Made, Deeper: b.Deeper,
		})
	}
	return out, nil
}

func (d Deps) uses(ctx context.Context, in *ItemIn) (*itemUsesOut, error) {
	i, err := d.numbered(ctx, in.Item)
	if err != nil {
		return nil, err
	}
	all, err := d.Bills.Above(ctx, i.ID)
	if err != nil {
		return nil, err
	}
	ids := []int64{i.ID}
	for _, u := range all {
		ids = append(ids, u.Bill.Item)
	}
	items, err := d.Items.Named(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := &itemUsesOut{}
	out.Body.Uses = []ItemUse{}
	for _, u := range all {
		out.Body.Uses = append(out.Body.Uses, ItemUse{
			Level: u.Level, Item: items[u.Bill.Item].Number, Bill: u.Bill.ID, Number: u.Bill.Number, State: string(u.Bill.State), Position: u.Line.Position,
			Takes: items[u.Of].Number, Quantity: Exact{u.Line.Quantity}, Unit: u.Line.Unit, Batch: Exact{u.Bill.Batch},
		})
	}
	return out, nil
}

func (d Deps) cost(ctx context.Context, in *ExplodeIn) (*itemCostOut, error) {
	i, g, q, err := d.below(ctx, *in)
	if err != nil {
		return nil, err
	}
	c, err := g.Roll(i.ID, q, bill.Standard)
	if err != nil {
		return nil, err
	}
	out := ItemCost{
		Item: i.Number, Quantity: Exact{c.Quantity}, Material: money(c.Material), Machine: money(c.Machine), Labour: money(c.Labour), Shared: money(c.Shared),
		Unit: money(c.Unit), Known: c.Known, Lines: []ItemCostLine{},
	}
	for _, l := range c.Lines {
		out.Lines = append(out.Lines, ItemCostLine{
			Position: l.Position, Item: g.Items[l.Item].Number, Name: l.Name, Centre: g.Centres[l.Centre].Code, Quantity: Exact{l.Quantity}, Seconds: l.Time.Seconds(),
			Rate: money(l.Rate), Machine: money(l.Machine), Labour: money(l.Labour), Amount: money(l.Amount), Rolled: l.Rolled, Known: l.Known,
		})
	}
	return &itemCostOut{out}, nil
}

func (d Deps) snapshot(ctx context.Context, in *ExplodeIn) (*itemSnapshotOut, error) {
	i, g, _, err := d.below(ctx, *in)
	if err != nil {
		return nil, err
	}
	s, err := g.Snapshot(i.ID)
	if err != nil {
		return nil, err
	}
	kit, err := d.Tools.Kit(ctx)
	if err != nil {
		return nil, err
	}
	out := ItemSnapshot{Item: i.Number, Bill: s.Bill, Batch: Exact{s.Batch}, Components: []BillPart{}, Outputs: []BillPart{}, Operations: toldBill(bill.Bill{Operations: s.Operations}, nil, g.Centres, kit).Operations}
	for _, c := range s.Components {
		part := BillPart{Position: c.Position, Item: g.Items[c.Item].Number, Per: ratio(c.Per), Once: Exact{c.Once}, Scrap: Exact{c.Scrap}, Policy: string(c.Policy), Operation: c.Operation}
		for _, a := range c.Alternates {
			part.Alternates = append(part.Alternates, g.Items[a.Item].Number)
		}
		out.Components = append(out.Components, part)
	}
	for _, o := range s.Outputs {
		out.Outputs = append(out.Outputs, BillPart{Position: o.Position, Item: g.Items[o.Item].Number, Per: ratio(o.Per), Share: Exact{o.Share}})
	}
	return &itemSnapshotOut{out}, nil
}

func ratio(r item.Ratio) string {
	if r.Num == 0 {
		return "0"
	}
	return r.String()
}

func (d Deps) compare(ctx context.Context, in *billCompareIn) (*billCompareOut, error) {
	was, err := d.found(ctx, in.Bill)
	if err != nil {
		return nil, err
	}
	is, err := d.found(ctx, in.Other)
	if err != nil {
		return nil, err
	}
	var ids []int64
	for _, b := range []bill.Bill{was, is} {
		for _, l := range b.Lines {
			ids = append(ids, l.Item)
		}
	}
	items, err := d.Items.Named(ctx, ids)
	if err != nil {
		return nil, err
	}
	centres, err := d.centresByID(ctx)
	if err != nil {
		return nil, err
	}
	kit, err := d.Tools.Kit(ctx)
	if err != nil {
		return nil, err
	}
	out := &billCompareOut{}
	out.Body.Differences = []BillDifference{}
	for _, x := range bill.Compare(was, is, items, centres, kit) {
		out.Body.Differences = append(out.Body.Differences, BillDifference{string(x.Change), x.What, x.Was, x.Is})
	}
	return out, nil
}
