package plan

import (
	"context"

	"millwright/internal/erp/mrp"
	"millwright/internal/erp/mrp/desk"
	"millwright/internal/plant"
)

// PlanDay is one day of an item's plan.
type PlanDay struct {
	Date     string         `json:"date" format:"date"`
	Gross    plant.Quantity `json:"gross" doc:"Wanted."`
	Receipts plant.Quantity `json:"receipts" doc:"Of orders that there are, when they are due."`
	Planned  plant.Quantity `json:"planned" doc:"Of planned orders."`
	Balance  plant.Quantity `json:"balance" doc:"At the day's end."`
	Releases plant.Quantity `json:"releases" doc:"Of planned orders, to be begun."`
}

// PlanPeg is so much of a supply that meets so much of what is wanted.
type PlanPeg struct {
	Quantity plant.Quantity `json:"quantity"`
	Wanted   string         `json:"wanted" format:"date"`
	By       PlanEnd        `json:"by"`
	Comes    string         `json:"comes,omitempty" doc:"A date; left out of what nothing meets."`
	From     PlanEnd        `json:"from"`
	Hard     bool           `json:"hard" doc:"It is made for it, and for nothing else."`
}

// PlanEnd is one end of a peg.
type PlanEnd struct {
	Kind     string `json:"kind" enum:"order,forecast,plan,firm,safety,stock,coming,beside,nothing"`
	Document string `json:"document,omitempty"`
	Line     int64  `json:"line,omitempty"`
	Text     string `json:"text"`
}

// PlanInstead is what an order takes of an alternate in an item's place.
type PlanInstead struct {
	Of       string         `json:"of" doc:"The item that lacks."`
	Quantity plant.Quantity `json:"quantity" doc:"Of it."`
	Item     string         `json:"item" doc:"The alternate."`
	Taken    plant.Quantity `json:"taken" doc:"Of the alternate."`
	Wanted   string         `json:"wanted" format:"date"`
	By       PlanEnd        `json:"by"`
	Why      string         `json:"why"`
}

type (
	planItemIn struct {
		Item string `path:"item" maxLength:"80" doc:"Its number."`
	}
	planItemOut struct {
		Body struct {
			Item   string         `json:"item"`
			OnHand plant.Quantity `json:"onHand" doc:"That may be used."`
			Days   []PlanDay      `json:"days" doc:"Those on which something happens, from today on."`
			Pegs   []PlanPeg      `json:"pegs"`

			Instead []PlanInstead `json:"instead" doc:"What is taken of alternates in its place, or of it in others' place."`
		}
	}
)

func (d Deps) item(ctx context.Context, in *planItemIn) (*planItemOut, error) {
	i, err := d.numbered(ctx, in.Item)
	if err != nil {
		return nil, err
	}
	s, err := d.standing(ctx)
	if err != nil {
		return nil, err
	}
	out := &planItemOut{}
	b := &out.Body
	b.Item, b.Days, b.Pegs, b.Instead = i.Number, []PlanDay{}, []PlanPeg{}, []PlanInstead{}
	var rows []desk.Row
	b.OnHand, rows = s.Rows(i.ID)
	for _, r := range rows {
		b.Days = append(b.Days, PlanDay{r.Date.String(), r.Gross, r.Receipts, r.Planned, r.Balance, r.Releases})
	}
	for _, t := range s.Ties(i.ID) {
		b.Pegs = append(b.Pegs, PlanPeg{
			t.Quantity, t.Wanted.String(), PlanEnd{t.By.Kind, t.By.Document, t.By.Line, t.By.Text}, dated(t.Comes), PlanEnd{t.From.Kind, t.From.Document, t.From.Line, t.From.Text}, t.Hard,
		})
	}
	for _, t := range s.Taken(i.ID) {
		of, _ := s.Item(t.Of)
		b.Instead = append(b.Instead, PlanInstead{of.Number, t.Quantity, t.Number, t.Instead, t.Wanted.String(), PlanEnd{t.By.Kind, t.By.Document, t.By.Line, t.By.Text}, t.Why})
	}
	return out, nil
}

type (
	planPromiseIn struct {
		Item     string `query:"item" required:"true" maxLength:"80"`
		Quantity string `query:"quantity" required:"true" maxLength:"40"`
		Date     string `query:"date" maxLength:"10" doc:"Wanted by then; as soon as can be when left out."`
	}
	planPromiseOut struct {
		Body struct {
			Item     string         `json:"item"`
			Quantity plant.Quantity `json:"quantity"`
			Free     plant.Quantity `json:"free" doc:"Promised to nobody by the wanted date, of stock and orders that there are."`
			FreeOn   *string        `json:"freeOn" format:"date" doc:"When all of it is free of these; null when they are not enough."`
			Capable  string         `json:"capable" format:"date" doc:"When it can be there, with all that has to be made and bought, and nobody else getting his later."`
			WaitsFor string         `json:"waitsFor,omitempty" doc:"The item that decides that date."`
			Order    string         `json:"order,omitempty" doc:"The order that it waits for; left out when one has to be placed."`
			Path     []string       `json:"path" doc:"Items from what is asked for down to it."`
			Sure     bool           `json:"sure" doc:"False where no such date was found: then it is the last that was looked at."`
		}
	}
)

func (d Deps) promise(ctx context.Context, in *planPromiseIn) (*planPromiseOut, error) {
	i, err := d.numbered(ctx, in.Item)
	if err != nil {
		return nil, err
	}
	q, err := quantity("quantity", in.Quantity)
	if err != nil {
		return nil, err
	}
	day, err := date("date", in.Date)
	if err != nil {
		return nil, err
	}
	s, err := d.standing(ctx)
	if err != nil {
		return nil, err
	}
	a, err := s.Promise(i.ID, q, day)
	if err != nil {
		return nil, err
	}
	out := &planPromiseOut{}
	b := &out.Body
	b.Item, b.Quantity, b.Free, b.Capable, b.Sure, b.Path = i.Number, q, a.Free, a.Capable.String(), !a.Assuming, []string{}
	if a.FreeOn != 0 {
		on := a.FreeOn.String()
		b.FreeOn = &on
	}
	if a.Capable > max(day, s.Calendar.Today()) {
		w, _ := s.Item(a.Wait.Item)
		b.WaitsFor, b.Order = w.Number, a.Wait.Order
		for _, id := range a.Wait.Path {
			step, _ := s.Item(id)
			b.Path = append(b.Path, step.Number)
		}
	}
	return out, nil
}

type (
	planSupposeIn struct {
		Body struct {
			Item    string          `json:"item" maxLength:"80"`
			Demand  plant.Quantity  `json:"demand,omitempty" doc:"That is added."`
			Date    string          `json:"date,omitempty" maxLength:"10" doc:"When; today when left out."`
			Lead    *int64          `json:"lead,omitempty" minimum:"0" maximum:"3650" doc:"Another lead time, in working days."`
			Lot     *plant.Quantity `json:"lot,omitempty" doc:"A fixed lot; 0: lot for lot."`
			Safety  *plant.Quantity `json:"safety,omitempty"`
			Without string          `json:"without,omitempty" maxLength:"40" doc:"A document that is left out: sales/7."`
		}
	}
	// PlanChanged is a message as it is and as it would be.
	PlanChanged struct {
		Is    PlanMessage `json:"is"`
		Would PlanMessage `json:"would"`
	}
	// PlanLater is a demand that is met at another time.
	PlanLater struct {
		PlanServed
		Before string `json:"before,omitempty" format:"date"`
		After  string `json:"after,omitempty" format:"date"`
	}
	planSupposeOut struct {
		Body struct {
			Add    []PlanMessage `json:"add"`
			Change []PlanChanged `json:"change"`
			Drop   []PlanMessage `json:"drop"`
			Late   []PlanLater   `json:"late" doc:"Demands that are met at another time."`
		}
	}
)

func (d Deps) suppose(ctx context.Context, in *planSupposeIn) (*planSupposeOut, error) {
	i, err := d.numbered(ctx, in.Body.Item)
	if err != nil {
		return nil, err
	}
	s, err := d.standing(ctx)
	if err != nil {
		return nil, err
	}
	b := in.Body
	c := desk.Change{Item: i.ID, Demand: b.Demand, Lead: b.Lead, Safety: b.Safety, Without: b.Without}
	if b.Lot != nil {
		c.Lot = &mrp.Lot{}
		if *b.Lot != 0 {
			c.Lot = &mrp.Lot{Rule: mrp.Fixed, Quantity: *b.Lot}
		}
	}
	if c.Date, err = date("date", b.Date); err != nil {
		return nil, err
	}
	c.Date = max(c.Date, s.Calendar.Today())
	x, err := s.Suppose(c)
	if err != nil {
		return nil, err
	}
	out := &planSupposeOut{}
	o := &out.Body
	o.Add, o.Change, o.Drop, o.Late = messages(s, x.Add), []PlanChanged{}, messages(s, x.Drop), []PlanLater{}
	for _, pair := range x.Change {
		o.Change = append(o.Change, PlanChanged{told(s, pair[0]), told(s, pair[1])})
	}
	for _, l := range x.Late {
		o.Late = append(o.Late, PlanLater{served([]desk.Want{l.Want})[0], dated(l.Before), dated(l.After)})
	}
	return out, nil
}

func messages(s *desk.Standing, all []desk.Message) []PlanMessage {
	out := []PlanMessage{}
	for _, m := range all {
		m.ID = 0
		out = append(out, told(s, m))
	}
	return out
}
