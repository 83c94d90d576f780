package lineage

import (
	"context"
	"math"
	"slices"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/trace"
	"millwright/internal/plant"
)

// TraceAccount is what became of one lot.
type TraceAccount struct {
	Lot       TraceLot        `json:"lot"`
	Came      plant.Quantity  `json:"came" doc:"All else adds up to it; open and waste are of used."`
	Shipped   []TraceShipment `json:"shipped"`
	OnSite    []TraceSpot     `json:"onSite"`
	Used      plant.Quantity  `json:"used" doc:"In orders."`
	Open      plant.Quantity  `json:"open" doc:"Of used, in orders that have made nothing of it yet."`
	Waste     plant.Quantity  `json:"waste" doc:"Of used, in scrapped pieces."`
	Scrapped  plant.Quantity  `json:"scrapped"`
	GivenBack plant.Quantity  `json:"givenBack" doc:"To its supplier."`
	Missing   plant.Quantity  `json:"missing" doc:"At counts."`
}

// TraceShipment is what a customer's order got.
type TraceShipment struct {
	Order    string         `json:"order" doc:"sales/7"`
	Number   string         `json:"number,omitempty"`
	Customer string         `json:"customer,omitempty"`
	Quantity plant.Quantity `json:"quantity" doc:"Less what came back."`
	Back     plant.Quantity `json:"back"`
	First    time.Time      `json:"first"`
	Last     time.Time      `json:"last"`
}

// TraceSpot is some of a lot at a place.
type TraceSpot struct {
	Place    string         `json:"place"`
	Quantity plant.Quantity `json:"quantity"`
}

// TraceRecall is what has to be found again.
type TraceRecall struct {
	Lots []TraceAccount `json:"lots"`
	Lost []string       `json:"lost" doc:"Items that were made of it and are not kept by lots."`
	Cut  bool           `json:"cut" doc:"There is more than a trace follows."`
}

type (
	recallIn struct {
		Lots []int64 `query:"lot,explode" minItems:"1" maxItems:"200" required:"true" doc:"Ids of lots or serials, once for each."`
	}
	recallOut struct{ Body TraceRecall }
)

func (d Deps) recall(ctx context.Context, in *recallIn) (*recallOut, error) {
	seeds, err := d.of(ctx, in.Lots...)
	if err != nil {
		return nil, err
	}
	t, err := d.Desk.Walk(ctx, seeds, trace.Forward)
	if err != nil {
		return nil, err
	}
	told, err := d.told(ctx, t.Recall())
	return &recallOut{told}, err
}

// told is a recall in the words of the API.
func (d Deps) told(ctx context.Context, r trace.Recall) (out TraceRecall, err error) {
	out = TraceRecall{Lots: []TraceAccount{}, Lost: []string{}, Cut: r.Cut}
	var documents []string
	lots := slices.Clone(r.Lost)
	for _, a := range r.Accounts {
		lots = append(lots, a.Lot)
		for _, s := range a.Shipped {
			documents = append(documents, s.Document)
		}
	}
	n, err := d.names(ctx, lots)
	if err != nil {
		return out, err
	}
	slices.Sort(documents)
	buyers, err := d.Desk.Names.Buyers(ctx, slices.Compact(documents))
	if err != nil {
		return out, err
	}
	places, err := d.Store.Places(ctx)
	if err != nil {
		return out, err
	}
	codes := map[int64]string{}
	for _, p := range places {
		codes[p.ID] = p.Code
	}
	for _, l := range r.Lost {
		out.Lost = append(out.Lost, n.items[l.Item].Number)
	}
	for _, a := range r.Accounts {
		one := TraceAccount{Lot: n.lot(a.Lot, a.Depth), Came: a.Came, Shipped: []TraceShipment{}, OnSite: []TraceSpot{}, Used: a.Used, Open: a.Open, Waste: a.Waste, Scrapped: a.Scrapped, GivenBack: a.GaveBack, Missing: a.Missing}
		for _, s := range a.Shipped {
			b := buyers[s.Document]
			one.Shipped = append(one.Shipped, TraceShipment{Order: s.Document, Number: b.Number, Customer: b.Name, Quantity: s.Quantity, Back: s.Back, First: s.First.UTC(), Last: s.Last.UTC()})
		}
		for _, s := range a.OnSite {
			one.OnSite = append(one.OnSite, TraceSpot{Place: codes[s.Place], Quantity: s.Quantity})
		}
		out.Lots = append(out.Lots, one)
	}
	return out, nil
}

// TraceExcursion is a time in which a tag was beyond its limit.
type TraceExcursion struct {
	From  time.Time `json:"from"`
	To    time.Time `json:"to"`
	Worst float64   `json:"worst"`
}

type (
	excursionIn struct {
		Tag   string    `query:"tag" required:"true" doc:"line/unit/tag"`
		Side  string    `query:"side" enum:"above,below" default:"above"`
		Limit float64   `query:"limit" required:"true" doc:"In the unit of the tag."`
		From  time.Time `query:"from" required:"true"`
		To    time.Time `query:"to" required:"true" doc:"At most 31 days later."`
		Least float64   `query:"least" minimum:"0" maximum:"86400" doc:"Seconds; what is shorter does not count."`
	}
	excursionOut struct {
		Body struct {
			Found  []TraceExcursion `json:"found"`
			Made   []TraceStay      `json:"made" doc:"Lots that were being made at the tag's line then."`
			Recall TraceRecall      `json:"recall" doc:"Of these lots, and of all that they went into."`
		}
	}
)

func (d Deps) excursion(ctx context.Context, in *excursionIn) (*excursionOut, error) {
	if d.Desk.Ledger == nil {
		return nil, errs.New(errs.NotFound, "no material is kept here")
	}
	id, line, is := d.Find(ctx, in.Tag)
	switch {
	case !is || line == "":
		return nil, errs.New(errs.NotFound, "there is no tag %q of a machine", errs.Clip(in.Tag))
	case !in.From.Before(in.To) || in.To.Sub(in.From) > 31*24*time.Hour:
		return nil, errs.New(errs.Invalid, "look from an earlier to a later time, 31 days at most")
	case math.IsNaN(in.Limit) || math.IsInf(in.Limit, 0):
		return nil, errs.New(errs.Invalid, "the limit is no number")
	}
	r, err := d.Desk.Reach(ctx, trace.Probe{
		Tag: id, Line: line, Limit: trace.Limit{Above: in.Side != "below", Value: in.Limit}, Span: plant.Span{From: in.From.UTC(), To: in.To.UTC()},
		Least: time.Duration(in.Least * float64(time.Second)),
	})
	if err != nil {
		return nil, err
	}
	out := &excursionOut{}
	out.Body.Found, out.Body.Made = []TraceExcursion{}, []TraceStay{}
	for _, e := range r.Found {
		out.Body.Found = append(out.Body.Found, TraceExcursion{From: e.Span.From.UTC(), To: e.Span.To.UTC(), Worst: e.Worst})
	}
	n, err := d.names(ctx, r.Lots())
	if err != nil {
		return nil, err
	}
	for _, s := range r.Stays {
		out.Body.Made = append(out.Body.Made, n.stay(s))
	}
	out.Body.Recall, err = d.told(ctx, r.Recall)
	return out, err
}
