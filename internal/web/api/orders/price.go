package orders

import (
	"context"
	"slices"

	"millwright/internal/erp/partner"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// ItemPrice is what one unit of an item costs, from a quantity on, in a time: by a list, or agreed with one partner.
type ItemPrice struct {
	ID      int64  `json:"id,omitempty" readOnly:"true"`
	List    string `json:"list,omitempty" maxLength:"80" doc:"A list, or a partner."`
	Partner string `json:"partner,omitempty" maxLength:"80" doc:"Their number."`
	Item    string `json:"item" maxLength:"80"`
	Unit    string `json:"unit,omitempty" maxLength:"80" doc:"None is the stock unit."`
	From    *Typed `json:"from,omitempty" doc:"From this quantity on, in the unit."`
	Price   Typed  `json:"price" doc:"Of one unit."`
	Since   string `json:"validFrom,omitempty" maxLength:"40" doc:"A date; none is always."`
	Until   string `json:"validTo,omitempty" maxLength:"40" doc:"The last date; none is for ever."`
	Version int64  `json:"version,omitempty"`
}

func toldPrice(p partner.Price) ItemPrice {
	return ItemPrice{
		ID: p.ID, List: p.List, Partner: p.Name, Item: p.Number, Unit: p.Unit, From: &Typed{p.Least.String()}, Price: Typed{p.Amount.String()},
		Since: p.From, Until: p.To, Version: p.Version,
	}
}

type (
	tradePricesIn struct {
		List     string `query:"list" maxLength:"80"`
		Partner  string `query:"partner" maxLength:"80" doc:"Their number; with an item and a quantity, the price that holds for them is found."`
		Item     string `query:"item" maxLength:"80"`
		Quantity string `query:"quantity" maxLength:"40" doc:"In the stock unit."`
		Date     string `query:"date" maxLength:"40" doc:"None is today."`
	}
	tradePricesOut struct {
		Body struct {
			Prices []ItemPrice `json:"prices"`
			Found  *FoundPrice `json:"found" doc:"What holds for the partner, the item and the quantity; null when none does, or none is asked for."`
		}
	}
	tradePriceIn struct {
		Body struct {
			ItemPrice
			Why string `json:"why,omitempty" maxLength:"500"`
		}
	}
	tradePriceOut  struct{ Body ItemPrice }
	tradeManyPrice struct {
		Body struct {
			Prices []ItemPrice `json:"prices" minItems:"1" maxItems:"5000" doc:"By list or partner, item, unit, from and validFrom: what is known is changed, whatever its version."`
			Why    string      `json:"why,omitempty" maxLength:"500"`
		}
	}
	tradeDropIn struct {
		Price int64 `path:"price" minimum:"1"`
		Body  struct {
			Version int64 `json:"version"`
		}
	}
)

// FoundPrice is a price, and why it is that.
type FoundPrice struct {
	Price Exact  `json:"price" doc:"Of one stock unit."`
	Why   string `json:"why" example:"list 2026, from 500: 4.20"`
}

func (o on) prices(ctx context.Context, in *tradePricesIn) (*tradePricesOut, error) {
	ask := partner.Ask{Side: o.side, List: in.List, Date: in.Date, Factor: partner.Unity()}
	if ask.Date == "" {
		ask.Date = o.Today(ctx)
	}
	if in.Partner != "" {
		p, err := o.Partners.Numbered(ctx, in.Partner)
		if err != nil {
			return nil, err
		}
		if ask.Partner = p.ID; ask.List == "" {
			ask.List = p.List
		}
	}
	if in.Item != "" {
		i, err := o.Items.ByNumber(ctx, in.Item)
		if err != nil {
			return nil, err
		}
		ask.Item, ask.Unit = i.ID, i.Unit
	}
	all, err := o.Partners.Prices(ctx, ask)
	if err != nil {
		return nil, err
	}
	out := &tradePricesOut{}
	out.Body.Prices = []ItemPrice{}
	for _, p := range all {
		out.Body.Prices = append(out.Body.Prices, toldPrice(p))
	}
	if in.Quantity == "" || ask.Item == 0 {
		return out, nil
	}
	if ask.Quantity, err = plant.ParseQuantity(in.Quantity); err != nil {
		return nil, errs.New(errs.Invalid, "%w", err)
	}
	if found, ok := partner.Find(all, ask); ok {
		out.Body.Found = &FoundPrice{money(found.Amount), found.Why}
	}
	return out, nil
}

// price reads what is sent.
func (o on) price(ctx context.Context, sent ItemPrice) (partner.Price, error) {
	var w partner.Wrong
	p := partner.Price{Side: o.side, ID: sent.ID, List: sent.List, Unit: sent.Unit, Amount: plant.Money(sent.Price.read(&w, "price")), From: sent.Since, To: sent.Until, Version: sent.Version}
	if sent.From != nil {
		p.Least = sent.From.read(&w, "from")
	}
	if sent.Partner != "" {
		of, err := o.Partners.Numbered(ctx, sent.Partner)
		if errs.KindOf(err) == errs.NotFound {
			w.Add("partner", "There is no partner %q.", errs.Clip(sent.Partner))
		} else if err != nil {
			return p, err
		}
		p.Partner = of.ID
	}
	i, err := o.Items.ByNumber(ctx, sent.Item)
	if errs.KindOf(err) == errs.NotFound {
		w.Add("item", "There is no item %q.", errs.Clip(sent.Item))
	} else if err != nil {
		return p, err
	}
	if p.Item = i.ID; p.Unit == "" {
		p.Unit = i.Unit
	}
	return p, w.Err("this price cannot be kept")
}

func (o on) keepPrice(ctx context.Context, in *tradePriceIn) (*tradePriceOut, error) {
	p, err := o.price(ctx, in.Body.ItemPrice)
	if err == nil {
		p, err = o.Partners.KeepPrice(ctx, p, o.By(ctx), in.Body.Why)
	}
	if err != nil {
		return nil, err
	}
	return &tradePriceOut{toldPrice(p)}, nil
}

func (o on) keepPrices(ctx context.Context, in *tradeManyPrice) (*tradeOutcomes, error) {
	return each(len(in.Body.Prices), func(row int) (RowOutcome, error) {
		p, err := o.price(ctx, in.Body.Prices[row])
		if err != nil {
			return RowOutcome{}, err
		}
		known, err := o.Partners.Prices(ctx, partner.Ask{Side: o.side, Item: p.Item, Partner: p.Partner, List: p.List})
		if err != nil {
			return RowOutcome{}, err
		}
		i := slices.IndexFunc(known, func(k partner.Price) bool {
			return k.Partner == p.Partner && k.List == p.List && k.Unit == p.Unit && k.Least == p.Least && k.From == p.From
		})
		if p.ID, p.Version = 0, 0; i >= 0 {
			p.ID, p.Version = known[i].ID, known[i].Version
		}
		p, err = o.Partners.KeepPrice(ctx, p, o.By(ctx), in.Body.Why)
		return RowOutcome{ID: p.ID, Number: p.Number, Version: p.Version}, err
	})
}

func (o on) dropPrice(ctx context.Context, in *tradeDropIn) (*struct{}, error) {
	return nil, o.Partners.DropPrice(ctx, in.Price, in.Body.Version, o.By(ctx))
}
