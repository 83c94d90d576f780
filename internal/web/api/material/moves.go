package material

import (
	"context"
	"fmt"
	"strings"
	"time"

	"millwright/internal/erp/costing"
	"millwright/internal/erp/stock"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// StockMove is one move of material.
type StockMove struct {
	Number   int64      `json:"number,omitempty" readOnly:"true" doc:"Its place in the posting order, which has no gaps."`
	Kind     string     `json:"kind,omitempty" readOnly:"true" doc:"What its places make of it."`
	Item     string     `json:"item" maxLength:"100" doc:"Its number or barcode."`
	Revision string     `json:"revision,omitempty" maxLength:"40"`
	Lot      string     `json:"lot,omitempty" maxLength:"80"`
	Serial   string     `json:"serial,omitempty" maxLength:"80"`
	From     string     `json:"from" maxLength:"40" doc:"Code of a place."`
	To       string     `json:"to" maxLength:"40"`
	Quantity Exact      `json:"quantity" doc:"Above nothing."`
	Unit     string     `json:"unit,omitempty" maxLength:"10" doc:"A unit of the item; its stock unit when left out."`
	Document string     `json:"document,omitempty" maxLength:"80" doc:"What it is done for, like sales/7."`
	Paid     *Exact     `json:"paid,omitempty" doc:"For all of it, of what comes from outside; as such stock costs when left out."`
	Expires  *time.Time `json:"expires,omitempty" doc:"Of a lot that is new."`
	Theirs   string     `json:"supplierLot,omitempty" maxLength:"80" doc:"Of a lot that is new: the supplier's number."`
	State    string     `json:"state,omitempty" enum:"free,hold,quarantine" doc:"Of a lot that is new."`
	Reverses int64      `json:"reverses,omitempty" readOnly:"true"`
	Value    *Exact     `json:"value,omitempty" readOnly:"true" doc:"What the stock gained by it, or lost."`
	At       *time.Time `json:"at,omitempty" readOnly:"true"`
	Posted   *time.Time `json:"posted,omitempty" readOnly:"true"`
	By       string     `json:"by,omitempty" readOnly:"true"`
	Why      string     `json:"why,omitempty" readOnly:"true"`
	Back     *Exact     `json:"takenBack,omitempty" readOnly:"true" doc:"So much of it was taken back since."`
}

type (
	stockPostIn struct {
		Key  string `header:"Idempotency-Key" maxLength:"150" doc:"The same key again, however much later, gives the same answer and moves nothing twice."`
		Body struct {
			At    time.Time   `json:"at,omitempty" doc:"When it happened; now when left out. Not in a closed period, and not ahead."`
			Why   string      `json:"why,omitempty" maxLength:"500"`
			Moves []StockMove `json:"moves" minItems:"1" maxItems:"10000" doc:"All are posted, or none."`
		}
	}
	stockPostedOut struct {
		Body struct {
			First int64       `json:"first"`
			Last  int64       `json:"last"`
			At    time.Time   `json:"at"`
			Again bool        `json:"again" doc:"The key was known: this is what was posted then."`
			Moves []StockMove `json:"moves"`
		}
	}
	stockReverseIn struct {
		Move int64  `path:"move" minimum:"1"`
		Key  string `header:"Idempotency-Key" maxLength:"150"`
		Body struct {
			Quantity *Exact `json:"quantity,omitempty" doc:"In the stock unit; all that is left of it when left out."`
			Why      string `json:"why" maxLength:"500"`
		}
	}
	stockLandIn struct {
		Move int64  `path:"move" minimum:"1"`
		Key  string `header:"Idempotency-Key" maxLength:"150"`
		Body struct {
			Cost     Exact  `json:"cost"`
			Document string `json:"document,omitempty" maxLength:"80"`
			Why      string `json:"why,omitempty" maxLength:"500"`
		}
	}
	stockLandOut struct {
		Body struct {
			Gain     Exact `json:"gain" doc:"Went into the stock."`
			Variance Exact `json:"variance" doc:"For what has left already."`
		}
	}
	stockMovesIn struct {
		Item     string `query:"item" maxLength:"100"`
		Lot      string `query:"lot" maxLength:"80"`
		Serial   string `query:"serial" maxLength:"80"`
		Place    string `query:"place" maxLength:"40"`
		Document string `query:"document" maxLength:"80"`
		Kind     string `query:"kind" maxLength:"20"`
		After    int64  `query:"after" minimum:"0" doc:"Moves that come after this number."`
		Limit    int    `query:"limit" default:"100" minimum:"1" maximum:"1000"`
	}
	stockMovesOut struct {
		Body struct {
			Moves []StockMove `json:"moves" doc:"In posting order."`
			Next  *int64      `json:"next" doc:"Give it as after to get the rest; null when this is all."`
		}
	}
)

func (d Deps) post(ctx context.Context, in *stockPostIn) (*stockPostedOut, error) {
	n, by := d.names(ctx), d.By(ctx)
	p := stock.Posting{At: in.Body.At, By: by, Why: strings.TrimSpace(in.Body.Why), Key: keyOf(by, in.Key)}
	var wrong []errs.Field
	for i, m := range in.Body.Moves {
		move, field, err := n.read(m)
		if err != nil && errs.KindOf(err) == errs.Internal {
			return nil, err
		} else if err != nil && len(wrong) < 1000 {
			wrong = append(wrong, errs.Field{Path: fmt.Sprintf("moves[%d].%s", i, field), Message: err.Error()})
		}
		p.Moves = append(p.Moves, move)
	}
	if len(wrong) > 0 {
		return nil, &errs.Error{Kind: errs.Invalid, Words: "post stock: " + wrong[0].Message, Fields: wrong}
	}
	done, err := d.Ledger.Post(ctx, p)
	if err != nil {
		return nil, err
	}
	return n.posted(done)
}

// keyOf keeps the keys of people apart.
func keyOf(by plant.Person, key string) string {
	if key == "" {
		return ""
	}
	return fmt.Sprintf("api/%d/%s/%s", by.ID, by.Name, key)
}

// read is a move as the ledger takes it, or the field that is wrong.
func (n *names) read(m StockMove) (out stock.Move, field string, err error) {
	i, err := n.item(m.Item)
	if err != nil {
		return out, "item", err
	}
	out = stock.Move{Item: i.ID, Revision: m.Revision, Lot: m.Lot, Serial: m.Serial, Quantity: m.Quantity.Quantity, Document: m.Document, Source: "person"}
	if m.Unit != "" {
		if out.Quantity, err = i.Stock(out.Quantity, m.Unit); err != nil {
			return out, "unit", err
		}
	}
	if out.From, err = n.place(m.From); err != nil {
		return out, "from", err
	}
	if out.To, err = n.place(m.To); err != nil {
		return out, "to", err
	}
	if m.Paid != nil {
		paid := plant.Money(m.Paid.Quantity)
		out.Paid = &paid
	}
	if m.Expires != nil || m.Theirs != "" || m.State != "" {
		out.Origin = &stock.Origin{SupplierLot: m.Theirs, State: stock.State(m.State)}
		if m.Expires != nil {
			out.Origin.Expires = m.Expires.UTC()
		}
	}
	return out, "", nil
}

// told is a move as a program reads it.
func (n *names) told(k stock.Kept) StockMove {
	value := money(k.Value)
	return StockMove{
		Number: k.Number, Kind: string(k.Kind), Item: n.ids[k.Item], Revision: k.Revision, Lot: k.Lot, Serial: k.Serial, From: n.codes[k.From], To: n.codes[k.To],
		Quantity: amount(k.Quantity), Document: k.Document, Reverses: k.Reverses, Value: &value,
	}
}

func (n *names) posted(done stock.Posted) (*stockPostedOut, error) {
	var ids []int64
	for _, m := range done.Moves {
		ids = append(ids, m.Item)
	}
	if err := n.numbers(ids); err != nil {
		return nil, err
	}
	out := &stockPostedOut{}
	out.Body.First, out.Body.Last, out.Body.At, out.Body.Again = done.First, done.Last, done.At.UTC(), done.Again
	for _, m := range done.Moves {
		out.Body.Moves = append(out.Body.Moves, n.told(m))
	}
	return out, nil
}

func (d Deps) reverse(ctx context.Context, in *stockReverseIn) (*stockPostedOut, error) {
	by := d.By(ctx)
	r := stock.Undoing{Key: keyOf(by, in.Key), Move: in.Move, By: by, Why: strings.TrimSpace(in.Body.Why)}
	if in.Body.Quantity != nil {
		if r.Quantity = in.Body.Quantity.Quantity; r.Quantity <= 0 {
			return nil, errs.New(errs.Invalid, "more than nothing is taken back, not %s", r.Quantity)
		}
	}
	done, err := d.Ledger.Reverse(ctx, r)
	if err != nil {
		return nil, err
	}
	return d.names(ctx).posted(done)
}

func (d Deps) land(ctx context.Context, in *stockLandIn) (*stockLandOut, error) {
	by := d.By(ctx)
	e, err := d.Accounts.Land(ctx, costing.Landing{Key: keyOf(by, in.Key), Receipt: in.Move, Cost: plant.Money(in.Body.Cost.Quantity), Document: in.Body.Document, By: by, Why: in.Body.Why})
	if err != nil {
		return nil, err
	}
	out := &stockLandOut{}
	out.Body.Gain, out.Body.Variance = money(e.Gain), money(e.Variance)
	return out, nil
}

func (d Deps) moves(ctx context.Context, in *stockMovesIn) (*stockMovesOut, error) {
	n := d.names(ctx)
	s := stock.Search{Lot: in.Lot, Serial: in.Serial, Document: in.Document, Kind: stock.Kind(in.Kind), After: in.After, Limit: in.Limit + 1}
	if in.Item != "" {
		i, err := n.item(in.Item)
		if err != nil {
			return nil, err
		}
		s.Item = i.ID
	}
	if in.Place != "" {
		id, err := n.place(in.Place)
		if err != nil {
			return nil, err
		}
		s.Place = id
	}
	all, err := d.Ledger.Moves(ctx, s)
	if err != nil {
		return nil, err
	}
	var ids []int64
	for _, e := range all {
		ids = append(ids, e.Item)
	}
	if err := n.numbers(ids); err != nil {
		return nil, err
	}
	out := &stockMovesOut{}
	out.Body.Moves = []StockMove{}
	for i, e := range all {
		if i == in.Limit {
			next := all[i-1].Number
			out.Body.Next = &next
			break
		}
		m := n.told(e.Kept)
		m.At, m.Posted, m.By, m.Why = when(e.At), when(e.Posted), e.By.Name, e.Why
		if e.Back > 0 {
			back := amount(e.Back)
			m.Back = &back
		}
		out.Body.Moves = append(out.Body.Moves, m)
	}
	return out, nil
}
