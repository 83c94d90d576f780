// Package lineage is how programs ask where material came from and where it went, in the words of the API.
package lineage

import (
	"context"
	"time"

	"millwright/internal/access"
	"millwright/internal/erp/item"
	"millwright/internal/erp/stock"
	"millwright/internal/errs"
	"millwright/internal/mes/trace"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/web/api/operation"
)

// Deps is what the operations answer from.
type Deps struct {
	Desk  trace.Desk
	Store stock.Store
	Items item.Catalogue
	// Tags are those of a machine of a line that can be drawn; Find is a tag by its name, and its line.
	Tags func(ctx context.Context, unit plant.UnitID) []tag.Tag
	Find func(ctx context.Context, name string) (tag.ID, plant.LineID, bool)
}

// Mount adds the operations.
func Mount(b *operation.Book, d Deps) {
	operation.Get(b, access.Read, "/api/v1/trace/lots/{lot}/made-from", "Tell what a lot was made from", d.madeFrom)
	operation.Get(b, access.Read, "/api/v1/trace/lots/{lot}/used-in", "Tell what a lot was used in", d.usedIn)
	operation.Get(b, access.Read, "/api/v1/trace/lots/{lot}/made-at", "Tell where and how a lot was made", d.madeAt)
	operation.Get(b, access.Read, "/api/v1/trace/recall", "Recall lots", d.recall)
	operation.Get(b, access.Read, "/api/v1/trace/excursion", "Find the lots of an excursion", d.excursion)
}

// TraceLot is a lot or serial.
type TraceLot struct {
	ID     int64  `json:"id,omitempty" doc:"Of the lot; left out for what is not kept by lots."`
	Item   string `json:"item"`
	Number string `json:"number,omitempty"`
	Serial bool   `json:"serial,omitempty"`
	State  string `json:"state,omitempty" enum:"free,hold,quarantine"`
	Unit   string `json:"unit,omitempty"`
	Steps  int    `json:"steps" doc:"Orders between it and where the trace began."`
}

// TraceLink is so much of one lot that went into another.
type TraceLink struct {
	From     int            `json:"from" doc:"The place of the lot in lots, from 0."`
	To       int            `json:"to"`
	Order    string         `json:"order" doc:"work/11"`
	Quantity plant.Quantity `json:"quantity" doc:"Of the lot from which."`
	Sure     bool           `json:"sure" doc:"The very count says so; else the time does."`
}

type (
	traceIn struct {
		Lot int64 `path:"lot" minimum:"1" doc:"The id of a lot or serial."`
	}
	traceOut struct {
		Body struct {
			Lots  []TraceLot  `json:"lots"`
			Links []TraceLink `json:"links"`
			Cut   bool        `json:"cut" doc:"There is more than a trace follows."`
		}
	}
)

func (d Deps) madeFrom(ctx context.Context, in *traceIn) (*traceOut, error) {
	return d.walk(ctx, in.Lot, trace.Backward)
}

func (d Deps) usedIn(ctx context.Context, in *traceIn) (*traceOut, error) {
	return d.walk(ctx, in.Lot, trace.Forward)
}

// of are lots by their ids.
func (d Deps) of(ctx context.Context, ids ...int64) (all []trace.Lot, err error) {
	if d.Desk.Ledger == nil {
		return nil, errs.New(errs.NotFound, "no material is kept here")
	}
	for _, id := range ids {
		l, err := d.Store.Lot(ctx, id)
		if err != nil {
			return nil, err
		}
		all = append(all, trace.Lot{Item: l.Item, Number: l.Number, Serial: l.Serial})
	}
	return all, nil
}

func (d Deps) walk(ctx context.Context, id int64, way trace.Way) (*traceOut, error) {
	seeds, err := d.of(ctx, id)
	if err != nil {
		return nil, err
	}
	t, err := d.Desk.Walk(ctx, seeds, way)
	if err != nil {
		return nil, err
	}
	var lots []trace.Lot
	for _, n := range t.Nodes {
		lots = append(lots, n.Lot)
	}
	names, err := d.names(ctx, lots)
	if err != nil {
		return nil, err
	}
	out := &traceOut{}
	out.Body.Lots, out.Body.Links, out.Body.Cut = []TraceLot{}, []TraceLink{}, t.Cut
	for _, n := range t.Nodes {
		out.Body.Lots = append(out.Body.Lots, names.lot(n.Lot, n.Depth))
	}
	for _, l := range t.Links {
		from, _ := t.Find(l.From)
		to, _ := t.Find(l.To)
		out.Body.Links = append(out.Body.Links, TraceLink{From: from, To: to, Order: l.Order, Quantity: l.Quantity, Sure: l.Sure})
	}
	return out, nil
}

// names are how lots and items are called.
type names struct {
	lots  map[trace.Lot]trace.Named
	items map[int64]item.Item
}

func (d Deps) names(ctx context.Context, lots []trace.Lot) (n names, err error) {
	seen := map[int64]bool{}
	var ids []int64
	for _, l := range lots {
		if !seen[l.Item] {
			seen[l.Item] = true
			ids = append(ids, l.Item)
		}
	}
	if n.lots, err = d.Desk.Names.Named(ctx, lots); err != nil {
		return n, err
	}
	n.items, err = d.Items.Named(ctx, ids)
	return n, err
}

func (n names) lot(l trace.Lot, steps int) TraceLot {
	i, of := n.items[l.Item], n.lots[l]
	return TraceLot{ID: of.ID, Item: i.Number, Number: l.Number, Serial: l.Serial, State: string(of.State), Unit: i.Unit, Steps: steps}
}

// TraceStay is a time in which a lot was made at a line.
type TraceStay struct {
	Lot   TraceLot     `json:"lot"`
	Line  plant.LineID `json:"line"`
	Unit  plant.UnitID `json:"unit,omitempty" doc:"That counted it."`
	From  time.Time    `json:"from"`
	To    time.Time    `json:"to"`
	Order string       `json:"order"`
	Rests string       `json:"rests" enum:"runs,counts,reports" doc:"What it is known by."`
}

func (n names) stay(s trace.Stay) TraceStay {
	return TraceStay{Lot: n.lot(s.Lot, 0), Line: s.Line, Unit: s.Unit, From: s.Span.From.UTC(), To: s.Span.To.UTC(), Order: s.Order, Rests: s.Rests}
}
