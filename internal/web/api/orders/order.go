package orders

import (
	"context"
	"fmt"
	"time"

	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/plant"
)

// OrderDraft is an order as it is to be; what is left out is found.
type OrderDraft struct {
	Partner   string      `json:"partner" maxLength:"80" doc:"Their number."`
	Reference string      `json:"reference,omitempty" maxLength:"200"`
	Address   string      `json:"address,omitempty" maxLength:"4000"`
	Terms     string      `json:"terms,omitempty" maxLength:"4000"`
	Note      string      `json:"note,omitempty" maxLength:"4000"`
	Lines     []DraftLine `json:"lines" maxItems:"1000"`
	Why       string      `json:"why,omitempty" maxLength:"500"`
}

// DraftLine is a line as it is to be.
type DraftLine struct {
	Line      int         `json:"line,omitempty" minimum:"0" doc:"Of the line that is changed; none for a new one."`
	Item      string      `json:"item" maxLength:"80"`
	Revision  string      `json:"revision,omitempty" maxLength:"80"`
	Unit      string      `json:"unit,omitempty" maxLength:"80" doc:"A code of UNECE Recommendation 20 or a symbol; none is the stock unit."`
	Quantity  Typed       `json:"quantity"`
	Price     *Typed      `json:"price,omitempty" doc:"Of one unit; none is found by the price lists."`
	Requested string      `json:"requested,omitempty" maxLength:"40"`
	Due       string      `json:"due,omitempty" maxLength:"40" doc:"None is the first day on which goods go."`
	Calls     []DraftCall `json:"calls,omitempty" maxItems:"400" doc:"Dated parts of a purchase line."`
}

// BatchOrder is an order among many.
type BatchOrder struct {
	OrderDraft
	Key string `json:"key,omitempty" maxLength:"200" doc:"As Idempotency-Key, for this row."`
}

// DraftCall is a part of a line on a day, in the unit of the line.
type DraftCall struct {
	Due      string `json:"due" maxLength:"40"`
	Quantity Typed  `json:"quantity"`
}

func (d OrderDraft) draft(side order.Side, today string) order.Draft {
	out := order.Draft{Side: side, Partner: d.Partner, Reference: d.Reference, Address: d.Address, Terms: d.Terms, Note: d.Note, Today: today}
	var w partner.Wrong
	for i, l := range d.Lines {
		at := fmt.Sprintf("lines[%d].", i)
		want := order.Wanted{Place: l.Line, Item: l.Item, Revision: l.Revision, Unit: l.Unit, Quantity: l.Quantity.read(&w, at+"quantity"), Requested: l.Requested, Due: l.Due}
		if l.Price != nil {
			m := plant.Money(l.Price.read(&w, at+"price"))
			want.Price = &m
		}
		for j, c := range l.Calls {
			want.Calls = append(want.Calls, order.Call{Due: c.Due, Quantity: c.Quantity.read(&w, fmt.Sprintf("%scalls[%d].quantity", at, j))})
		}
		out.Lines = append(out.Lines, want)
	}
	out.Wrong = w
	return out
}

type (
	tradeOneIn struct {
		Order int64 `path:"order" minimum:"1"`
	}
	tradeOrderOut struct{ Body TradeOrder }
	tradeCreateIn struct {
		Keyed
		Body OrderDraft
	}
	tradeManyIn struct {
		Body struct {
			Orders []BatchOrder `json:"orders" minItems:"1" maxItems:"1000"`
		}
	}
	tradeChangeIn struct {
		Keyed
		Order int64 `path:"order" minimum:"1"`
		Body  struct {
			OrderDraft
			Version int64 `json:"version" doc:"Of the order as you saw it."`
		}
	}
	tradeStepIn struct {
		Keyed
		Order int64 `path:"order" minimum:"1"`
		Body  struct {
			Version int64  `json:"version" doc:"Of the order as you saw it."`
			Lines   []int  `json:"lines,omitempty" doc:"To cancel only these; none are all."`
			Why     string `json:"why,omitempty" maxLength:"500"`
		}
	}
	tradePapersOut struct {
		Body struct {
			Papers []OrderPaper `json:"papers" doc:"The oldest first."`
		}
	}
	tradePaperOut struct{ Body OrderPaper }
	tradeMoveIn   struct {
		Keyed
		Order int64 `path:"order" minimum:"1"`
		Body  struct {
			Version   int64       `json:"version" doc:"Of the order as you saw it."`
			Kind      string      `json:"kind" enum:"delivery,return,reversal" doc:"Of a purchase order a delivery is a receipt."`
			Reverses  int64       `json:"reverses,omitempty" doc:"The paper that was a mistake."`
			Reference string      `json:"reference,omitempty" maxLength:"200"`
			At        *time.Time  `json:"at,omitempty" doc:"When it happened; none is now."`
			Why       string      `json:"why,omitempty" maxLength:"500"`
			Lines     []PaperPick `json:"lines,omitempty" maxItems:"1000"`
		}
	}
)

// PaperPick is what goes or comes of one line, of one lot.
type PaperPick struct {
	Line     int    `json:"line" minimum:"1"`
	Quantity Typed  `json:"quantity" doc:"In the unit of the line."`
	Place    int64  `json:"place,omitempty" minimum:"0" doc:"Of the stock; none is the warehouse, and of what customers return the quarantine."`
	Revision string `json:"revision,omitempty" maxLength:"40"`
	Lot      string `json:"lot,omitempty" maxLength:"80"`
	Theirs   string `json:"supplierLot,omitempty" maxLength:"80"`
	Serial   string `json:"serial,omitempty" maxLength:"80"`
	Expires  string `json:"expires,omitempty" maxLength:"40"`
	Again    bool   `json:"again,omitempty" doc:"Of a return: it is to be delivered again."`
	Rest     bool   `json:"rest,omitempty" doc:"The rest of the line will not come."`
}

func (o on) one(ctx context.Context, in *tradeOneIn) (*tradeOrderOut, error) {
	found, err := o.Orders.Order(ctx, o.side, in.Order)
	if err != nil {
		return nil, err
	}
	return &tradeOrderOut{told(found)}, nil
}

func (o on) create(ctx context.Context, in *tradeCreateIn) (*tradeOrderOut, error) {
	made, err := o.Orders.Create(ctx, in.Body.draft(o.side, o.Today(ctx)), o.doing(ctx, in.Keyed, in.Body.Why))
	if err != nil {
		return nil, err
	}
	return &tradeOrderOut{told(made)}, nil
}

func (o on) createMany(ctx context.Context, in *tradeManyIn) (*tradeOutcomes, error) {
	return each(len(in.Body.Orders), func(row int) (RowOutcome, error) {
		r := in.Body.Orders[row]
		made, err := o.Orders.Create(ctx, r.draft(o.side, o.Today(ctx)), o.doing(ctx, Keyed{r.Key}, r.Why))
		return RowOutcome{ID: made.ID, Number: made.Number, Version: made.Version}, err
	})
}

func (o on) change(ctx context.Context, in *tradeChangeIn) (*tradeOrderOut, error) {
	d := in.Body.draft(o.side, o.Today(ctx))
	d.ID, d.Version = in.Order, in.Body.Version
	made, err := o.Orders.Change(ctx, d, o.doing(ctx, in.Keyed, in.Body.Why))
	if err != nil {
		return nil, err
	}
	return &tradeOrderOut{told(made)}, nil
}

func (o on) confirm(ctx context.Context, in *tradeStepIn) (*tradeOrderOut, error) {
	return o.step(ctx, in, order.Confirm)
}

func (o on) cancel(ctx context.Context, in *tradeStepIn) (*tradeOrderOut, error) {
	return o.step(ctx, in, order.Cancel)
}

func (o on) step(ctx context.Context, in *tradeStepIn, do order.Do) (*tradeOrderOut, error) {
	s := order.Step{Side: o.side, ID: in.Order, Version: in.Body.Version, Do: do, Places: in.Body.Lines}
	if do == order.Confirm && o.Promise != nil {
		was, err := o.Orders.Order(ctx, o.side, in.Order)
		if err != nil {
			return nil, err
		}
		if s.Promised, err = o.Promise(ctx, was); err != nil {
			return nil, err
		}
	}
	made, err := o.Orders.Step(ctx, s, o.doing(ctx, in.Keyed, in.Body.Why))
	if err != nil {
		return nil, err
	}
	return &tradeOrderOut{told(made)}, nil
}

func (o on) papers(ctx context.Context, in *tradeOneIn) (*tradePapersOut, error) {
	all, err := o.Orders.Papers(ctx, o.side, in.Order)
	out := &tradePapersOut{}
	out.Body.Papers = []OrderPaper{}
	for _, p := range all {
		out.Body.Papers = append(out.Body.Papers, toldPaper(p))
	}
	return out, err
}

func (o on) move(ctx context.Context, in *tradeMoveIn) (*tradePaperOut, error) {
	m := order.Movement{Side: o.side, ID: in.Order, Version: in.Body.Version, Kind: order.Kind(in.Body.Kind), Reverses: in.Body.Reverses, Reference: in.Body.Reference}
	if in.Body.At != nil {
		m.At = in.Body.At.UTC()
	}
	var w partner.Wrong
	for i, l := range in.Body.Lines {
		m.Picks = append(m.Picks, order.Pick{
			Place: l.Line, Quantity: l.Quantity.read(&w, fmt.Sprintf("lines[%d].quantity", i)), Stock: l.Place, Revision: l.Revision, Lot: l.Lot, Theirs: l.Theirs,
			Serial: l.Serial, Expires: l.Expires, Again: l.Again, Rest: l.Rest,
		})
	}
	m.Wrong = w
	p, err := o.Orders.Move(ctx, m, o.doing(ctx, in.Keyed, in.Body.Why))
	if err != nil {
		return nil, err
	}
	return &tradePaperOut{toldPaper(p)}, nil
}
