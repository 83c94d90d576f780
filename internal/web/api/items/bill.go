package items

import (
	"context"
	"encoding/json"
	"time"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/erp/item/written"
	"millwright/internal/erp/tool"
	"millwright/internal/errs"
)

// Bill is a version of how an item is made.
type Bill struct {
	ID         int64           `json:"id"`
	Item       string          `json:"item"`
	Number     int64           `json:"number" doc:"1, 2, 3 … of its item."`
	State      string          `json:"state" enum:"draft,released,obsolete"`
	Revision   string          `json:"revision,omitempty"`
	Batch      Exact           `json:"batch" doc:"The lines and run times are for so much of the item."`
	Note       string          `json:"note,omitempty"`
	From       *time.Time      `json:"from" doc:"It holds from then on, until the next one released does."`
	Obsolete   *time.Time      `json:"obsolete"`
	Version    int64           `json:"version" doc:"Send it with a change: it fails when somebody else was first."`
	Lines      []BillLine      `json:"lines,omitempty"`
	Operations []BillOperation `json:"operations,omitempty"`
}

// BillLine is a component that a batch takes, or what comes of it besides the item.
type BillLine struct {
	Position  int64  `json:"position"`
	Kind      string `json:"kind" enum:"component,co-product,by-product"`
	Item      string `json:"item"`
	Name      string `json:"name"`
	Quantity  Exact  `json:"quantity" doc:"Of a batch, in the line's unit."`
	Unit      string `json:"unit"`
	Once      Exact  `json:"once" doc:"Of each order besides."`
	Scrap     Exact  `json:"scrap" doc:"Per cent that is taken on top."`
	Policy    string `json:"policy" enum:"per count,per cycle batch,at completion,by hand"`
	Every     Exact  `json:"every"`
	Operation int64  `json:"operation,omitempty"`
	Instead   int64  `json:"instead,omitempty" doc:"The position of the line that it may stand for."`
	Share     Exact  `json:"share" doc:"Per cent of the cost."`
	Note      string `json:"note,omitempty"`
	Per       string `json:"per" doc:"Stock units of one stock unit made, with scrap: exact, a decimal or a fraction."`
}

// BillOperation is one step in which a batch is made.
type BillOperation struct {
	Position int64   `json:"position"`
	Name     string  `json:"name"`
	Centre   string  `json:"centre"`
	Setup    float64 `json:"setupSeconds"`
	Run      float64 `json:"runSeconds" doc:"Of one batch."`
	Queue    float64 `json:"queueSeconds"`
	Crew     Exact   `json:"crew"`
	Skill    string  `json:"skill,omitempty" doc:"That its crew needs."`
	Tool     string  `json:"tool,omitempty" doc:"The number of the tool that it takes."`
	Tools    int64   `json:"tools,omitempty" doc:"How many of it."`
	Also     string  `json:"also,omitempty" example:"GAUGE-1; 2 × DIE-L; Welding" doc:"Tools and skills that it takes besides, by their numbers and names; of a skill so many of its crew."`
	Note     string  `json:"note,omitempty"`
}

func toldBill(b bill.Bill, items map[int64]item.Item, centres map[int64]bill.Centre, kit tool.Kit) Bill {
	out := Bill{
		ID: b.ID, Item: items[b.Item].Number, Number: b.Number, State: string(b.State), Revision: b.Revision, Batch: Exact{b.Batch}, Note: b.Note,
		From: when(b.From), Obsolete: when(b.Obsolete), Version: b.Version,
	}
	for _, l := range b.Lines {
		per := "0"
		if l.Per.Num != 0 {
			per = l.Per.String()
		}
		out.Lines = append(out.Lines, BillLine{
			Position: l.Position, Kind: string(l.Kind), Item: items[l.Item].Number, Name: items[l.Item].Name, Quantity: Exact{l.Quantity}, Unit: l.Unit, Once: Exact{l.Once},
			Scrap: Exact{l.Scrap}, Policy: string(l.Policy), Every: Exact{l.Every}, Operation: l.Operation, Instead: l.Instead, Share: Exact{l.Share}, Note: l.Note, Per: per,
		})
	}
	for _, o := range b.Operations {
		out.Operations = append(out.Operations, BillOperation{
			Position: o.Position, Name: o.Name, Centre: centres[o.Centre].Code, Setup: o.Setup.Seconds(), Run: o.Run.Seconds(), Queue: o.Queue.Seconds(), Crew: Exact{o.Crew}, Note: o.Note,
			Skill: kit.Skills[o.Skill], Tool: kit.Tools[o.Tool].Number, Tools: o.Tools, Also: kit.Write(o.Also),
		})
	}
	return out
}

type (
	// BillIn names a bill.
	BillIn struct {
		Bill int64 `path:"bill" minimum:"1"`
	}
	billOut struct{ Body Bill }
	draftIn struct {
		Keyed
		Body Draft
	}
	changeBillIn struct {
		BillIn
		Body Draft
	}
	billBatchIn struct {
		Body struct {
			Bills []Draft `json:"bills" minItems:"1" maxItems:"1000" doc:"Each becomes a draft of its own; one that cannot be kept leaves the others alone."`
			Why   string  `json:"why,omitempty" maxLength:"500"`
		}
	}
	billBatchOut struct {
		Body struct {
			Rows []ItemOutcome `json:"rows"`
		}
	}
	billStepIn struct {
		BillIn
		Body struct {
			Version int64  `json:"version"`
			From    string `json:"from,omitempty" maxLength:"40" doc:"Of a release: when it holds from, as a date or a time; now when left out."`
			Why     string `json:"why,omitempty" maxLength:"500"`
		}
	}
	itemBillsOut struct {
		Body struct {
			Bills []Bill `json:"bills" doc:"The newest first, without lines and operations."`
		}
	}
)

func (d Deps) draft(ctx context.Context, in *draftIn) (*billOut, error) {
	if err := d.there(); err != nil {
		return nil, err
	}
	kept, err := d.addDraft(ctx, in.Body, in.Body.take("why"), in.Key)
	if err != nil {
		return nil, err
	}
	return d.answer(ctx, kept, nil)
}

func (d Deps) addDraft(ctx context.Context, in Draft, why, key string) (bill.Bill, error) {
	number, _ := in.scalar("item")
	of, err := d.Items.ByNumber(ctx, number)
	if errs.KindOf(err) == errs.NotFound {
		return bill.Bill{}, &errs.Error{Kind: errs.Invalid, Words: err.Error(), Fields: []errs.Field{{Path: "item", Message: err.Error()}}}
	} else if err != nil {
		return bill.Bill{}, err
	}
	b, err := d.readDraft(ctx, in, bill.Bill{Item: of.ID})
	if err != nil {
		return b, err
	}
	return d.Bills.Add(ctx, b, d.by(ctx, why, key))
}

func (d Deps) draftMany(ctx context.Context, in *billBatchIn) (*billBatchOut, error) {
	if err := d.there(); err != nil {
		return nil, err
	}
	out := &billBatchOut{}
	for _, one := range in.Body.Bills {
		number, _ := one.scalar("item")
		kept, err := d.addDraft(ctx, one, in.Body.Why, "")
		switch errs.KindOf(err) {
		case errs.Invalid, errs.Conflict, errs.NotFound:
			out.Body.Rows = append(out.Body.Rows, failed(number, err))
			continue
		}
		if err != nil {
			return nil, err
		}
		out.Body.Rows = append(out.Body.Rows, ItemOutcome{Number: number, Result: "added", ID: kept.ID, Version: kept.Version})
	}
	return out, nil
}

// answer tells a bill with the names of what it names.
func (d Deps) answer(ctx context.Context, b bill.Bill, err error) (*billOut, error) {
	if err != nil {
		return nil, err
	}
	ids := []int64{b.Item}
	for _, l := range b.Lines {
		ids = append(ids, l.Item)
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
	return &billOut{toldBill(b, items, centres, kit)}, nil
}

func (d Deps) centresByID(ctx context.Context) (map[int64]bill.Centre, error) {
	all, err := d.Centres.Centres(ctx)
	centres := make(map[int64]bill.Centre, len(all))
	for _, c := range all {
		centres[c.ID] = c
	}
	return centres, err
}

func (d Deps) found(ctx context.Context, id int64) (bill.Bill, error) {
	if err := d.there(); err != nil {
		return bill.Bill{}, err
	}
	return d.Bills.Find(ctx, id)
}

func (d Deps) bill(ctx context.Context, in *BillIn) (*billOut, error) {
	b, err := d.found(ctx, in.Bill)
	return d.answer(ctx, b, err)
}

func (d Deps) changeBill(ctx context.Context, in *changeBillIn) (*billOut, error) {
	b, err := d.found(ctx, in.Bill)
	if err != nil {
		return nil, err
	}
	why, version := in.Body.take("why"), in.Body.take("version")
	if err := json.Unmarshal([]byte(version), &b.Version); err != nil {
		return nil, &errs.Error{Kind: errs.Invalid, Words: "say which version of the draft you saw", Fields: []errs.Field{{Path: "version", Message: "send the version of the draft as you saw it"}}}
	}
	if b, err = d.readDraft(ctx, in.Body, b); err != nil {
		return nil, err
	}
	b, err = d.Bills.Save(ctx, b, d.by(ctx, why, ""))
	return d.answer(ctx, b, err)
}

func (d Deps) release(ctx context.Context, in *billStepIn) (*billOut, error) {
	step := bill.Step{ID: in.Bill, Version: in.Body.Version, To: bill.Released}
	if in.Body.From != "" {
		from, err := written.ParseTime(in.Body.From, d.Zone(ctx))
		if err != nil {
			return nil, &errs.Error{Kind: errs.Invalid, Words: "the release cannot be read", Fields: []errs.Field{{Path: "from", Message: err.Error()}}}
		}
		step.From = from
	}
	return d.step(ctx, step, in.Body.Why)
}

func (d Deps) obsolete(ctx context.Context, in *billStepIn) (*billOut, error) {
	return d.step(ctx, bill.Step{ID: in.Bill, Version: in.Body.Version, To: bill.Obsoleted}, in.Body.Why)
}

func (d Deps) step(ctx context.Context, s bill.Step, why string) (*billOut, error) {
	if err := d.there(); err != nil {
		return nil, err
	}
	b, err := d.Bills.Step(ctx, s, d.by(ctx, why, ""))
	return d.answer(ctx, b, err)
}

func (d Deps) bills(ctx context.Context, in *ItemIn) (*itemBillsOut, error) {
	i, err := d.numbered(ctx, in.Item)
	if err != nil {
		return nil, err
	}
	all, err := d.Bills.Of(ctx, i.ID)
	if err != nil {
		return nil, err
	}
	out := &itemBillsOut{}
	out.Body.Bills = []Bill{}
	for _, b := range all {
		out.Body.Bills = append(out.Body.Bills, toldBill(b, map[int64]item.Item{i.ID: i}, nil, tool.Kit{}))
	}
	return out, nil
}
