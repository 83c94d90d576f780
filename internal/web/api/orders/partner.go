package orders

import (
	"context"
	"strings"

	"millwright/internal/access"
	"millwright/internal/erp/partner"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/web/api/operation"
)

// Partner is a customer, a supplier, or both.
type Partner struct {
	ID       int64            `json:"id,omitempty" readOnly:"true"`
	Number   string           `json:"number" maxLength:"80" example:"C-100"`
	Name     string           `json:"name" maxLength:"400"`
	Customer bool             `json:"customer,omitempty" readOnly:"true"`
	Supplier bool             `json:"supplier,omitempty" readOnly:"true"`
	Currency string           `json:"currency,omitempty" maxLength:"10" doc:"The company's alone."`
	Terms    string           `json:"terms,omitempty" maxLength:"4000"`
	Tax      string           `json:"tax,omitempty" maxLength:"80"`
	List     string           `json:"list,omitempty" maxLength:"80" doc:"The price list a customer buys by."`
	LeadDays int              `json:"leadDays,omitempty"`
	Over     *Typed           `json:"over,omitempty" doc:"Per cent that may come too much."`
	Under    *Typed           `json:"under,omitempty" doc:"Per cent that may be missing, and the line is done."`
	Weekdays []string         `json:"weekdays,omitempty" maxItems:"7" enum:"Mon,Tue,Wed,Thu,Fri,Sat,Sun" doc:"On which goods go; none are all."`
	Closed   []string         `json:"closed,omitempty" maxItems:"400" doc:"Dates on which none go."`
	Contacts []PartnerContact `json:"contacts,omitempty" maxItems:"50"`
	Places   []PartnerAddress `json:"addresses,omitempty" maxItems:"50" doc:"The first is where goods go."`
	Note     string           `json:"note,omitempty" maxLength:"4000"`
	Retired  bool             `json:"retired,omitempty"`
	Version  int64            `json:"version,omitempty" doc:"Of the partner as you saw it; none for a new one."`
}

// PartnerContact is somebody to talk to.
type PartnerContact struct {
	Name  string `json:"name,omitempty" maxLength:"400"`
	Task  string `json:"task,omitempty" maxLength:"400"`
	Mail  string `json:"mail,omitempty" maxLength:"400"`
	Phone string `json:"phone,omitempty" maxLength:"400"`
}

// PartnerAddress is a place of theirs.
type PartnerAddress struct {
	Name string `json:"name,omitempty" maxLength:"400"`
	Text string `json:"text" maxLength:"4000"`
}

func toldPartner(p partner.Partner) Partner {
	out := Partner{
		ID: p.ID, Number: p.Number, Name: p.Name, Customer: p.Customer, Supplier: p.Supplier, Terms: p.Terms, Tax: p.Tax, List: p.List, LeadDays: p.LeadDays,
		Over: &Typed{p.Margin.Over.String()}, Under: &Typed{p.Margin.Under.String()}, Weekdays: p.Calendar.Days.Names(), Closed: p.Calendar.Closed,
		Note: p.Note, Retired: p.Retired, Version: p.Version,
	}
	for _, c := range p.Contacts {
		out.Contacts = append(out.Contacts, PartnerContact(c))
	}
	for _, a := range p.Places {
		out.Places = append(out.Places, PartnerAddress(a))
	}
	return out
}

// over is a kept partner with what is sent laid over it.
func (p Partner) over(was partner.Partner) (partner.Partner, partner.Wrong) {
	var w partner.Wrong
	out := was
	out.Number, out.Name, out.Currency, out.Terms, out.Tax, out.List, out.Note = p.Number, p.Name, p.Currency, p.Terms, p.Tax, p.List, p.Note
	out.LeadDays, out.Retired, out.Version, out.Margin = p.LeadDays, p.Retired, p.Version, partner.Margin{}
	if p.Over != nil {
		out.Margin.Over = p.Over.read(&w, "over")
	}
	if p.Under != nil {
		out.Margin.Under = p.Under.read(&w, "under")
	}
	out.Calendar = partner.Calendar{Closed: p.Closed}
	for _, name := range p.Weekdays {
		out.Calendar.Days, _ = out.Calendar.Days.With(name) // the description lets no other through
	}
	out.Contacts, out.Places = nil, nil
	for _, c := range p.Contacts {
		out.Contacts = append(out.Contacts, partner.Contact(c))
	}
	for _, a := range p.Places {
		out.Places = append(out.Places, partner.Address(a))
	}
	return out, w
}

type (
	tradePartnerIn struct {
		Partner string `path:"partner" maxLength:"80" doc:"Their number."`
	}
	tradePartnerOut struct{ Body Partner }
	tradeKeepIn     struct {
		Body struct {
			Partner
			Why string `json:"why,omitempty" maxLength:"500"`
		}
	}
	tradeKeepManyIn struct {
		Body struct {
			Partners []Partner `json:"partners" minItems:"1" maxItems:"5000" doc:"By their numbers: who is known is changed, whatever their version."`
			Why      string    `json:"why,omitempty" maxLength:"500"`
		}
	}
)

func (d Deps) mountPartners(b *operation.Book) {
	operation.Get(b, access.Read, "/api/v1/partners/{partner}", "Show a partner", d.partner)
	operation.Post(b, access.WriteSales, "/api/v1/customers", "Keep a customer", func(ctx context.Context, in *tradeKeepIn) (*tradePartnerOut, error) {
		return d.keep(ctx, in, partner.Sales)
	})
	operation.Post(b, access.WritePurchase, "/api/v1/suppliers", "Keep a supplier", func(ctx context.Context, in *tradeKeepIn) (*tradePartnerOut, error) {
		return d.keep(ctx, in, partner.Purchase)
	})
	operation.Post(b, access.WriteSales, "/api/v1/customers/batch", "Keep many customers", func(ctx context.Context, in *tradeKeepManyIn) (*tradeOutcomes, error) {
		return d.keepMany(ctx, in, partner.Sales)
	})
	operation.Post(b, access.WritePurchase, "/api/v1/suppliers/batch", "Keep many suppliers", func(ctx context.Context, in *tradeKeepManyIn) (*tradeOutcomes, error) {
		return d.keepMany(ctx, in, partner.Purchase)
	})
	operation.Get(b, access.Read, "/api/v1/partners/{partner}/supplies", "List what a supplier delivers", d.supplies)
	operation.Post(b, access.WritePurchase, "/api/v1/partners/{partner}/supplies", "Keep what a supplier delivers", d.keepSupply)
}

func (d Deps) partner(ctx context.Context, in *tradePartnerIn) (*tradePartnerOut, error) {
	p, err := d.Partners.Numbered(ctx, in.Partner)
	if err != nil {
		return nil, err
	}
	return &tradePartnerOut{toldPartner(p)}, nil
}

func (d Deps) keep(ctx context.Context, in *tradeKeepIn, as partner.Side) (*tradePartnerOut, error) {
	was := partner.Partner{}
	if in.Body.Version != 0 {
		var err error
		if was, err = d.Partners.Numbered(ctx, in.Body.Number); err != nil {
			return nil, err
		}
	}
	p, err := d.put(ctx, in.Body.Partner, was, as, in.Body.Why)
	if err != nil {
		return nil, err
	}
	return &tradePartnerOut{toldPartner(p)}, nil
}

func (d Deps) keepMany(ctx context.Context, in *tradeKeepManyIn, as partner.Side) (*tradeOutcomes, error) {
	return each(len(in.Body.Partners), func(row int) (RowOutcome, error) {
		sent := in.Body.Partners[row]
		was, err := d.Partners.Numbered(ctx, sent.Number)
		if err != nil && errs.KindOf(err) != errs.NotFound {
			return RowOutcome{}, err
		}
		sent.Version = was.Version
		p, err := d.put(ctx, sent, was, as, in.Body.Why)
		return RowOutcome{ID: p.ID, Number: p.Number, Version: p.Version}, err
	})
}

// put keeps a partner on one side; what they are on the other is not its business.
func (d Deps) put(ctx context.Context, sent Partner, was partner.Partner, as partner.Side, why string) (partner.Partner, error) {
	p, w := sent.over(was)
	if as == partner.Sales {
		p.Customer = true
	} else {
		p.Supplier = true
	}
	p = p.Clean()
	if err := p.Check(d.Currency(ctx)); err != nil {
		known, is := refusal(err)
		if !is {
			return p, err
		}
		w = append(w, known.Fields...)
	}
	if err := w.Err("this partner cannot be kept"); err != nil {
		return p, err
	}
	return d.Partners.Keep(ctx, p, d.By(ctx), strings.TrimSpace(why))
}

// SupplierItem is what a supplier delivers, and how.
type SupplierItem struct {
	Item      string `json:"item" maxLength:"80"`
	Number    string `json:"number,omitempty" maxLength:"400" doc:"Theirs."`
	Unit      string `json:"unit,omitempty" maxLength:"80" doc:"Of the price, the least and the multiple; none is the stock unit."`
	Price     *Typed `json:"price,omitempty" doc:"Of one unit, where no other is agreed."`
	LeadDays  *int   `json:"leadDays,omitempty" doc:"None is the supplier's."`
	Least     *Typed `json:"least,omitempty"`
	Multiple  *Typed `json:"multiple,omitempty"`
	Preferred bool   `json:"preferred,omitempty" doc:"One supplier of an item at most."`
	Version   int64  `json:"version,omitempty"`
}

type (
	tradeSuppliesOut struct {
		Body struct {
			Supplies []SupplierItem `json:"supplies"`
		}
	}
	tradeSupplyIn struct {
		Partner string `path:"partner" maxLength:"80" doc:"Their number."`
		Body    struct {
			SupplierItem
			Why string `json:"why,omitempty" maxLength:"500"`
		}
	}
	tradeSupplyOut struct{ Body SupplierItem }
)

func toldSupply(s partner.Supply) SupplierItem {
	out := SupplierItem{
		Item: s.ItemNo, Number: s.Number, Unit: s.Unit, LeadDays: s.LeadDays, Least: &Typed{s.Least.String()}, Multiple: &Typed{s.Multiple.String()},
		Preferred: s.Preferred, Version: s.Version,
	}
	if s.Price != nil {
		out.Price = &Typed{s.Price.String()}
	}
	return out
}

func (d Deps) supplies(ctx context.Context, in *tradePartnerIn) (*tradeSuppliesOut, error) {
	p, err := d.Partners.Numbered(ctx, in.Partner)
	if err != nil {
		return nil, err
	}
	all, err := d.Partners.Supplies(ctx, p.ID, 0)
	out := &tradeSuppliesOut{}
	out.Body.Supplies = []SupplierItem{}
	for _, s := range all {
		out.Body.Supplies = append(out.Body.Supplies, toldSupply(s))
	}
	return out, err
}

func (d Deps) keepSupply(ctx context.Context, in *tradeSupplyIn) (*tradeSupplyOut, error) {
	p, err := d.Partners.Numbered(ctx, in.Partner)
	if err != nil {
		return nil, err
	}
	i, err := d.Items.ByNumber(ctx, in.Body.Item)
	if err != nil {
		return nil, err
	}
	var w partner.Wrong
	s := partner.Supply{
		Partner: p.ID, Item: i.ID, Number: in.Body.Number, Unit: in.Body.Unit, LeadDays: in.Body.LeadDays, Preferred: in.Body.Preferred, Version: in.Body.Version,
	}
	if s.Unit == "" {
		s.Unit = i.Unit
	}
	for _, f := range []struct {
		path string
		sent *Typed
		into *plant.Quantity
	}{{"least", in.Body.Least, &s.Least}, {"multiple", in.Body.Multiple, &s.Multiple}} {
		if f.sent != nil {
			*f.into = f.sent.read(&w, f.path)
		}
	}
	if in.Body.Price != nil {
		m := plant.Money(in.Body.Price.read(&w, "price"))
		s.Price = &m
	}
	if err := w.Err("what this supplier delivers cannot be kept"); err != nil {
		return nil, err
	}
	kept, err := d.Partners.KeepSupply(ctx, s, d.By(ctx), in.Body.Why)
	if err != nil {
		return nil, err
	}
	return &tradeSupplyOut{toldSupply(kept)}, nil
}
