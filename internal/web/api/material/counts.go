package material

import (
	"context"
	"strings"
	"time"

	"millwright/internal/erp/stock"
	"millwright/internal/plant"
)

// StockCount is a count of what lies at a place.
type StockCount struct {
	ID        int64      `json:"id"`
	Number    string     `json:"number"`
	Place     string     `json:"place"`
	Blind     bool       `json:"blind"`
	Freeze    bool       `json:"freeze"`
	Snapshot  int64      `json:"snapshot" doc:"The last move when it began."`
	Tolerance Exact      `json:"tolerance"`
	State     string     `json:"state" enum:"open,posted,cancelled"`
	Began     time.Time  `json:"began"`
	By        string     `json:"by"`
	Ended     *time.Time `json:"ended"`
	Lines     int64      `json:"lines"`
	Counted   int64      `json:"counted"`
	Version   int64      `json:"version"`
}

// StockCountLine is what a count finds of one balance.
type StockCountLine struct {
	Line       int64  `json:"line"`
	Item       string `json:"item"`
	Revision   string `json:"revision,omitempty"`
	Place      string `json:"place"`
	Lot        string `json:"lot,omitempty"`
	Serial     string `json:"serial,omitempty"`
	Expected   *Exact `json:"expected" doc:"When it was counted; null while a blind count is open."`
	Counted    *Exact `json:"counted"`
	Difference *Exact `json:"difference"`
	Again      bool   `json:"again" doc:"It is beyond the tolerance and must be counted a second time."`
}

type (
	stockCountsIn struct {
		Before int64 `query:"before" minimum:"0" doc:"Those with a lower id."`
		Limit  int   `query:"limit" default:"100" minimum:"1" maximum:"1000"`
	}
	stockCountsOut struct {
		Body struct {
			Counts []StockCount `json:"counts" doc:"The newest first."`
		}
	}
	stockBeginIn struct {
		Body struct {
			Place     string `json:"place" maxLength:"40" doc:"With all places in it."`
			Blind     bool   `json:"blind,omitempty"`
			Freeze    bool   `json:"freeze,omitempty" doc:"Nothing moves there until it is done."`
			Tolerance *Exact `json:"tolerance,omitempty" doc:"The part of what is expected, 0 to 1, that needs no second count."`
			Why       string `json:"why,omitempty" maxLength:"500"`
		}
	}
	stockCountOut struct{ Body StockCount }
	stockCountIn  struct {
		Count int64 `path:"count" minimum:"1"`
		After int64 `query:"after" minimum:"0"`
		Limit int   `query:"limit" default:"1000" minimum:"1" maximum:"10000"`
	}
	stockLinesOut struct {
		Body struct {
			Count StockCount       `json:"count"`
			Lines []StockCountLine `json:"lines"`
			Next  *int64           `json:"next" doc:"Give it as after to get the rest; null when this is all."`
		}
	}
	stockEnterIn struct {
		Count int64 `path:"count" minimum:"1"`
		Body  struct {
			Lines []StockFound `json:"lines" minItems:"1" maxItems:"10000" doc:"All are kept, or none with every fault."`
		}
	}
	stockFinishIn struct {
		Count int64 `path:"count" minimum:"1"`
		Body  struct {
			Version int64  `json:"version"`
			Cancel  bool   `json:"cancel,omitempty" doc:"Drop it: nothing is posted."`
			Rest    bool   `json:"rest,omitempty" doc:"What was not counted stays as it is."`
			Accept  bool   `json:"accept,omitempty" doc:"What is beyond the tolerance needs no second count; say why."`
			Why     string `json:"why,omitempty" maxLength:"500"`
		}
	}
)

// StockFound is a quantity that was counted.
type StockFound struct {
	Line     int64  `json:"line,omitempty" minimum:"0" doc:"Of the count; or by item, place and lot."`
	Item     string `json:"item,omitempty" maxLength:"100"`
	Place    string `json:"place,omitempty" maxLength:"40" doc:"That of the count when left out."`
	Revision string `json:"revision,omitempty" maxLength:"40"`
	Lot      string `json:"lot,omitempty" maxLength:"80"`
	Serial   string `json:"serial,omitempty" maxLength:"80"`
	Quantity Exact  `json:"quantity"`
}

func (n *names) toldCount(c stock.Stocktake) StockCount {
	return StockCount{
		ID: c.ID, Number: c.Number, Place: n.codes[c.Place], Blind: c.Blind, Freeze: c.Freeze, Snapshot: c.Snapshot, Tolerance: amount(c.Tolerance),
		State: c.State, Began: c.Began.UTC(), By: c.By.Name, Ended: when(c.Ended), Lines: c.Lines, Counted: c.Counted, Version: c.Version,
	}
}

func (d Deps) counts(ctx context.Context, in *stockCountsIn) (*stockCountsOut, error) {
	n := d.names(ctx)
	all, err := d.Counts.Counts(ctx, in.Before, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &stockCountsOut{}
	out.Body.Counts = []StockCount{}
	if err := n.load(); err != nil {
		return nil, err
	}
	for _, c := range all {
		out.Body.Counts = append(out.Body.Counts, n.toldCount(c))
	}
	return out, nil
}

// asCount is a count as it stands after a step.
func (d Deps) asCount(ctx context.Context, c stock.Stocktake, err error) (*stockCountOut, error) {
	if err != nil {
		return nil, err
	}
	n := d.names(ctx)
	if err := n.load(); err != nil {
		return nil, err
	}
	if c, _, err = d.Counts.Count(ctx, c.ID, 0, 1); err != nil {
		return nil, err
	}
	return &stockCountOut{n.toldCount(c)}, nil
}

func (d Deps) beginCount(ctx context.Context, in *stockBeginIn) (*stockCountOut, error) {
	place, err := d.names(ctx).place(in.Body.Place)
	if err != nil {
		return nil, err
	}
	c := stock.Stocktake{Place: place, Blind: in.Body.Blind, Freeze: in.Body.Freeze, By: d.By(ctx), Why: in.Body.Why}
	if in.Body.Tolerance != nil {
		c.Tolerance = in.Body.Tolerance.Quantity
	}
	c, err = d.Counts.Begin(ctx, c)
	return d.asCount(ctx, c, err)
}

func (d Deps) count(ctx context.Context, in *stockCountIn) (*stockLinesOut, error) {
	n := d.names(ctx)
	c, lines, err := d.Counts.Count(ctx, in.Count, in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	if err := n.load(); err != nil {
		return nil, err
	}
	out := &stockLinesOut{}
	out.Body.Count, out.Body.Lines = n.toldCount(c), []StockCountLine{}
	for _, l := range lines {
		out.Body.Lines = append(out.Body.Lines, toldLine(c, l))
	}
	if len(lines) == in.Limit {
		out.Body.Next = &lines[len(lines)-1].Line
	}
	return out, nil
}

func toldLine(c stock.Stocktake, l stock.Line) StockCountLine {
	exact := func(q plant.Quantity) *Exact { return &Exact{q} }
	out := StockCountLine{Line: l.Line, Item: l.Number, Revision: l.Revision, Place: l.Code, Lot: l.Lot, Serial: l.Serial, Again: l.Again(c.Tolerance)}
	if l.Counted != nil {
		out.Counted = exact(*l.Counted)
	}
	if !c.Blind || c.State != "open" {
		out.Expected = exact(l.Expected)
		if l.Counted != nil {
			out.Difference = exact(l.Difference())
		}
	}
	return out
}

func (d Deps) enterCount(ctx context.Context, in *stockEnterIn) (*stockCountOut, error) {
	found := make([]stock.Found, len(in.Body.Lines))
	for i, f := range in.Body.Lines {
		found[i] = stock.Found{Line: f.Line, Item: strings.TrimSpace(f.Item), Place: f.Place, Revision: f.Revision, Lot: f.Lot, Serial: f.Serial, Quantity: f.Quantity.Quantity}
	}
	c, err := d.Counts.Enter(ctx, in.Count, found, d.By(ctx))
	return d.asCount(ctx, c, err)
}

func (d Deps) finishCount(ctx context.Context, in *stockFinishIn) (*stockCountOut, error) {
	b := in.Body
	c, err := d.Counts.Finish(ctx, stock.Taking{Count: in.Count, Version: b.Version, Cancel: b.Cancel, Rest: b.Rest, Accept: b.Accept, By: d.By(ctx), Why: strings.TrimSpace(b.Why)})
	return d.asCount(ctx, c, err)
}
