package items

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"strconv"

	"millwright/internal/erp/item"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

func told(i item.Item) Item {
	p := i.Planning
	out := Item{
		ID: i.ID, Number: i.Number, Name: i.Name, Kind: string(i.Kind), Unit: i.Unit, Tracking: string(i.Tracking), ShelfDays: i.ShelfDays, Valuation: string(i.Valuation),
		StandardCost: money(i.Standard), Product: i.Product, Barcode: i.Barcode, Phantom: i.Phantom, Note: i.Note, Retired: i.Retired, LeadDays: p.LeadDays,
		Safety: Exact{p.Safety}, SafetyDays: p.SafetyDays, FenceDays: p.FenceDays, LotRule: string(p.Rule), LotQuantity: Exact{p.Lot}, LotMin: Exact{p.Min}, LotMax: Exact{p.Max},
		LotMultiple: Exact{p.Multiple}, LotDays: p.LotDays, Yield: p.Yield.String(), Reorder: string(p.Method), ReorderPoint: Exact{p.Point}, Supplier: p.Supplier, AlternatesTaken: string(p.Alternates), Version: i.Version,
	}
	for _, u := range i.Units {
		out.Units = append(out.Units, ItemUnit{u.Code, u.Factor.String()})
	}
	for _, r := range i.Revisions {
		out.Revisions = append(out.Revisions, ItemRevision{r.Name, when(r.From), r.Note})
	}
	for _, a := range i.Alternates {
		out.Alternates = append(out.Alternates, ItemAlternate{a.Number, a.Factor.String()})
	}
	return out
}

// fieldsOf are the fields that an error tells of.
func fieldsOf(err error) []errs.Field {
	var e *errs.Error
	if !errors.As(err, &e) {
		return nil
	}
	return e.Fields
}

// failed is the outcome of a row that was not kept.
func failed(number string, err error) ItemOutcome {
	out := ItemOutcome{Number: number, Result: "failed", Error: err.Error()}
	var e *errs.Error
	if errors.As(err, &e) {
		out.Error = e.Words
		for _, f := range e.Fields {
			out.Errors = append(out.Errors, RowFault{f.Path, f.Message})
		}
	}
	return out
}

func (d Deps) there() error {
	if d.Items == nil {
		return errs.New(errs.NotFound, "there are no items here")
	}
	return nil
}

func (d Deps) numbered(ctx context.Context, number string) (item.Item, error) {
	if err := d.there(); err != nil {
		return item.Item{}, err
	}
	i, err := d.Items.ByNumber(ctx, number)
	if plain, failed := url.PathUnescape(number); errs.KindOf(err) == errs.NotFound && failed == nil && plain != number {
		return d.Items.ByNumber(ctx, plain) // a slash in it keeps an address as it was written
	}
	return i, err
}

func (d Deps) list(ctx context.Context, in *itemsIn) (*itemsOut, error) {
	if err := d.there(); err != nil {
		return nil, err
	}
	all, err := d.Items.Search(ctx, item.Search{Text: in.Text, Kind: item.Kind(in.Kind), Product: in.Product, Retired: in.Retired, After: in.After, Limit: in.Limit + 1})
	if err != nil {
		return nil, err
	}
	out := &itemsOut{}
	out.Body.Items = []Item{}
	for n, i := range all {
		if n == in.Limit {
			out.Body.Next = all[n-1].Number
			break
		}
		out.Body.Items = append(out.Body.Items, told(i))
	}
	return out, nil
}

func (d Deps) one(ctx context.Context, in *ItemIn) (*itemOut, error) {
	i, err := d.numbered(ctx, in.Item)
	if err != nil {
		return nil, err
	}
	return &itemOut{told(i)}, nil
}

func (d Deps) code(ctx context.Context, in *codeIn) (*itemOut, error) {
	if err := d.there(); err != nil {
		return nil, err
	}
	i, err := d.Items.ByCode(ctx, in.Code)
	if err != nil {
		return nil, err
	}
	return &itemOut{told(i)}, nil
}

func (d Deps) add(ctx context.Context, in *addItemIn) (*itemOut, error) {
	if err := d.there(); err != nil {
		return nil, err
	}
	why := in.Body.take("why")
	set, err := d.read(in.Body, d.Zone(ctx))
	if err != nil {
		return nil, err
	}
	i := item.Blank("")
	set(&i)
	kept, err := d.Items.Add(ctx, i, d.by(ctx, why, in.Key))
	if err != nil {
		return nil, err
	}
	return &itemOut{told(kept)}, nil
}

func (d Deps) change(ctx context.Context, in *changeItemIn) (*itemOut, error) {
	i, err := d.numbered(ctx, in.Item)
	if err != nil {
		return nil, err
	}
	version, err := strconv.ParseInt(in.Body.take("version"), 10, 64)
	if err != nil {
		return nil, &errs.Error{Kind: errs.Invalid, Words: "say which version of the item you saw", Fields: []errs.Field{{Path: "version", Message: "send the version of the item as you saw it"}}}
	}
	why := in.Body.take("why")
	set, err := d.read(in.Body, d.Zone(ctx))
	if err != nil {
		return nil, err
	}
	set(&i)
	i.Version = version
	kept, err := d.Items.Save(ctx, i, d.by(ctx, why, ""))
	if err != nil {
		return nil, err
	}
	return &itemOut{told(kept)}, nil
}

func (d Deps) batch(ctx context.Context, in *itemBatchIn) (*itemBatchOut, error) {
	if err := d.there(); err != nil {
		return nil, err
	}
	b := item.Batch{All: in.Body.Atomic, Dry: in.Body.DryRun, Change: d.by(ctx, in.Body.Why, "")}
	for _, f := range in.Body.Items {
		delete(f.loose, "version")
		row := item.Row{}
		row.Number, _ = f.scalar("number")
		row.Change, row.Wrong = d.read(f, d.Zone(ctx))
		b.Rows = append(b.Rows, row)
	}
	rows, err := d.Items.Put(ctx, b)
	if err != nil {
		return nil, err
	}
	out := &itemBatchOut{}
	out.Body.Kept = !b.Dry
	for n, r := range rows {
		if r.Err != nil {
			out.Body.Kept = out.Body.Kept && !b.All
			out.Body.Rows = append(out.Body.Rows, failed(b.Rows[n].Number, r.Err))
			continue
		}
		result := map[bool]string{true: "added", false: "changed"}[r.Added]
		if r.Same {
			result = "same"
		}
		out.Body.Rows = append(out.Body.Rows, ItemOutcome{Number: r.Item.Number, Result: result, ID: r.Item.ID, Version: r.Item.Version})
	}
	return out, nil
}

func (d Deps) convert(ctx context.Context, in *itemConvertIn) (*itemConvertOut, error) {
	i, err := d.numbered(ctx, in.Item)
	if err != nil {
		return nil, err
	}
	q, err := plant.ParseQuantity(in.Quantity)
	if err != nil {
		return nil, errs.New(errs.Invalid, "%w", err)
	}
	out := &itemConvertOut{}
	out.Body.Unit = cmp.Or(in.To, i.Unit)
	out.Body.Quantity.Quantity, err = i.Convert(q, in.From, in.To)
	return out, err
}
