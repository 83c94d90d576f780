package material

import (
	"context"
	"strings"
	"time"

	"millwright/internal/erp/stock"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// StockStanding is how much there is of an item.
type StockStanding struct {
	Item      string `json:"item"`
	Unit      string `json:"unit"`
	OnHand    Exact  `json:"onHand"`
	Held      Exact  `json:"held" doc:"Of it, on hold or in quarantine."`
	Reserved  Exact  `json:"reserved" doc:"Of the rest, allocated to documents."`
	Available Exact  `json:"available"`
	Planned   Exact  `json:"planned" doc:"Softly reserved besides."`
	Transit   Exact  `json:"transit" doc:"On its way, not on hand."`
	Value     Exact  `json:"value"`
}

// StockBalance is what there is at one place.
type StockBalance struct {
	Item       string     `json:"item"`
	Revision   string     `json:"revision,omitempty"`
	Place      string     `json:"place"`
	Lot        string     `json:"lot,omitempty"`
	Serial     string     `json:"serial,omitempty"`
	Quantity   Exact      `json:"quantity"`
	Allocated  Exact      `json:"allocated"`
	State      string     `json:"state" enum:"free,hold,quarantine" doc:"Of its lot."`
	Quarantine bool       `json:"quarantine" doc:"Of its place."`
	Expires    *time.Time `json:"expires"`
}

type (
	stockOnHandIn struct {
		Items []string `query:"item,explode" maxItems:"200" doc:"Numbers or barcodes, once for each item."`
	}
	stockOnHandOut struct {
		Body struct {
			Items []StockStanding `json:"items"`
		}
	}
	stockBalancesIn struct {
		Item  string `query:"item" maxLength:"100"`
		Place string `query:"place" maxLength:"40"`
		Lot   string `query:"lot" maxLength:"80"`
	}
	stockBalancesOut struct {
		Body struct {
			Balances []StockBalance `json:"balances" doc:"20,000 at most."`
		}
	}
	stockPickIn struct {
		Item     string `query:"item" required:"true" maxLength:"100"`
		Quantity string `query:"quantity" required:"true" maxLength:"40"`
		Rule     string `query:"rule" default:"fefo" enum:"fefo,fifo"`
	}
	stockPickOut struct {
		Body struct {
			Picks []StockPick `json:"picks"`
			Short Exact       `json:"short" doc:"So much is not there to be taken."`
		}
	}
)

// StockPick is what to take from one place.
type StockPick struct {
	Place    string `json:"place"`
	Revision string `json:"revision,omitempty"`
	Lot      string `json:"lot,omitempty"`
	Serial   string `json:"serial,omitempty"`
	Quantity Exact  `json:"quantity"`
}

func (d Deps) onHand(ctx context.Context, in *stockOnHandIn) (*stockOnHandOut, error) {
	n := d.names(ctx)
	if len(in.Items) == 0 {
		return nil, errs.New(errs.Invalid, "name an item at least: ?item=A-1&item=A-2")
	}
	out := &stockOnHandOut{}
	var ids []int64
	for _, number := range in.Items {
		i, err := n.item(number)
		if err != nil {
			return nil, err
		}
		ids = append(ids, i.ID)
		out.Body.Items = append(out.Body.Items, StockStanding{Item: i.Number, Unit: i.Unit})
	}
	all, err := d.Ledger.OnHand(ctx, ids...)
	for i, s := range all {
		o := &out.Body.Items[i]
		o.OnHand, o.Held, o.Reserved, o.Available = amount(s.OnHand), amount(s.Held), amount(s.Reserved), amount(s.Available())
		o.Planned, o.Transit, o.Value = amount(s.Planned), amount(s.Transit), money(s.Value)
	}
	return out, err
}

func (d Deps) balances(ctx context.Context, in *stockBalancesIn) (*stockBalancesOut, error) {
	n, of := d.names(ctx), stock.Shelf{Lot: in.Lot}
	if in.Item == "" && in.Place == "" {
		return nil, errs.New(errs.Invalid, "name an item or a place")
	}
	if in.Item != "" {
		i, err := n.item(in.Item)
		if err != nil {
			return nil, err
		}
		of.Item = i.ID
	}
	if in.Place != "" {
		id, err := n.place(in.Place)
		if err != nil {
			return nil, err
		}
		of.Place = id
	}
	all, err := d.Ledger.Balances(ctx, of)
	if err != nil {
		return nil, err
	}
	var ids []int64
	for _, b := range all {
		ids = append(ids, b.Item)
	}
	if err := n.numbers(ids); err != nil {
		return nil, err
	}
	out := &stockBalancesOut{}
	out.Body.Balances = []StockBalance{}
	for _, b := range all {
		out.Body.Balances = append(out.Body.Balances, StockBalance{
			Item: n.ids[b.Item], Revision: b.Revision, Place: n.codes[b.Place], Lot: b.Lot, Serial: b.Serial, Quantity: amount(b.Quantity), Allocated: amount(b.Allocated),
			State: string(b.State), Quarantine: b.Quarantine, Expires: when(b.Expires),
		})
	}
	return out, nil
}

func (d Deps) pick(ctx context.Context, in *stockPickIn) (*stockPickOut, error) {
	n := d.names(ctx)
	i, err := n.item(in.Item)
	if err != nil {
		return nil, err
	}
	q, err := plant.ParseQuantity(strings.TrimSpace(in.Quantity))
	if err != nil || q <= 0 {
		return nil, errs.New(errs.Invalid, "%q is no quantity to pick", errs.Clip(in.Quantity))
	}
	there, err := d.Ledger.Balances(ctx, stock.Shelf{Item: i.ID})
	if err != nil {
		return nil, err
	}
	if err := n.load(); err != nil {
		return nil, err
	}
	out := &stockPickOut{}
	out.Body.Picks = []StockPick{}
	picks, short := stock.Suggest(there, stock.Rule(in.Rule), q, d.Now())
	for _, p := range picks {
		out.Body.Picks = append(out.Body.Picks, StockPick{Place: n.codes[p.Place], Revision: p.Revision, Lot: p.Lot, Serial: p.Serial, Quantity: amount(p.Quantity)})
	}
	out.Body.Short = amount(short)
	return out, nil
}
