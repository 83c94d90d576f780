package material

import (
	"context"
	"strings"
	"time"

	"millwright/internal/erp/costing"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// StockWorth is what an item's stock is worth.
type StockWorth struct {
	Item     string `json:"item"`
	Name     string `json:"name"`
	Method   string `json:"method" enum:"fifo,average,standard"`
	Quantity Exact  `json:"quantity"`
	Value    Exact  `json:"value"`
}

// StockVariance is money that moved without material, or not with all of it.
type StockVariance struct {
	ID       int64     `json:"id"`
	Item     string    `json:"item"`
	Kind     string    `json:"kind" enum:"price,landed,count,method,reversal"`
	Move     int64     `json:"move,omitempty"`
	Gain     Exact     `json:"gain" doc:"Of the stock's value."`
	Variance Exact     `json:"variance" doc:"Booked beside it; above nothing is a loss."`
	Document string    `json:"document,omitempty"`
	At       time.Time `json:"at"`
	By       string    `json:"by"`
	Why      string    `json:"why,omitempty"`
}

// StockDifference is an item of which two accounts do not agree.
type StockDifference struct {
	Item       string `json:"item"`
	Balances   Exact  `json:"balances"`
	Layers     Exact  `json:"layers"`
	Moves      Exact  `json:"moves"`
	LayerValue Exact  `json:"layerValue"`
	MovedValue Exact  `json:"movedValue"`
	KeptValue  Exact  `json:"keptValue"`
}

// StockPeriod is a month that is closed, or was.
type StockPeriod struct {
	Name    string    `json:"name"`
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	Closed  bool      `json:"closed"`
	By      string    `json:"by"`
	Set     time.Time `json:"set"`
	Why     string    `json:"why,omitempty"`
	Value   Exact     `json:"value" doc:"Of the stock at its end, while it is closed."`
	Version int64     `json:"version"`
}

type (
	stockValuationIn struct {
		Move int64     `query:"move" minimum:"0" doc:"After this move."`
		At   time.Time `query:"at" doc:"After what was posted until then; now when both are left out."`
	}
	stockValuationOut struct {
		Body struct {
			Items []StockWorth `json:"items"`
			Value Exact        `json:"value"`
		}
	}
	stockVariancesIn struct {
		Item   string `query:"item" maxLength:"100"`
		Before int64  `query:"before" minimum:"0"`
		Limit  int    `query:"limit" default:"100" minimum:"1" maximum:"1000"`
	}
	stockVariancesOut struct {
		Body struct {
			Variances []StockVariance `json:"variances" doc:"The newest first."`
		}
	}
	stockTieOut struct {
		Body struct {
			Green       bool              `json:"green"`
			Items       int64             `json:"items"`
			Moves       int64             `json:"moves"`
			In          Exact             `json:"in"`
			Out         Exact             `json:"out"`
			Gain        Exact             `json:"gain" doc:"By costs that came later, and standard costs that were set."`
			Value       Exact             `json:"value" doc:"What is kept: in - out + gain."`
			Differences []StockDifference `json:"differences"`
		}
	}
	stockPeriodsOut struct {
		Body struct {
			Periods []StockPeriod `json:"periods" doc:"The newest first."`
		}
	}
	stockCloseIn struct {
		Body struct {
			Month   string `json:"month" maxLength:"7" doc:"Like 2026-11."`
			Closed  bool   `json:"closed" doc:"False opens it again, and needs a reason."`
			Version int64  `json:"version,omitempty" doc:"Of the period as you saw it; 0 when it was never closed."`
			Why     string `json:"why,omitempty" maxLength:"500"`
		}
	}
	stockPeriodOut struct{ Body StockPeriod }
)

func (d Deps) valuation(ctx context.Context, in *stockValuationIn) (*stockValuationOut, error) {
	all, err := d.Accounts.Valuation(ctx, costing.Moment{Number: in.Move, At: in.At})
	out := &stockValuationOut{}
	out.Body.Items = []StockWorth{}
	var sum plant.Money
	for _, w := range all {
		out.Body.Items = append(out.Body.Items, StockWorth{Item: w.Number, Name: w.Name, Method: w.Method, Quantity: amount(w.Quantity), Value: money(w.Value)})
		sum += w.Value
	}
	out.Body.Value = money(sum)
	return out, err
}

func (d Deps) variances(ctx context.Context, in *stockVariancesIn) (*stockVariancesOut, error) {
	n, of := d.names(ctx), costing.Entries{Before: in.Before, Limit: in.Limit}
	if in.Item != "" {
		i, err := n.item(in.Item)
		if err != nil {
			return nil, err
		}
		of.Item = i.ID
	}
	all, err := d.Accounts.Entries(ctx, of)
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
	out := &stockVariancesOut{}
	out.Body.Variances = []StockVariance{}
	for _, e := range all {
		out.Body.Variances = append(out.Body.Variances, StockVariance{
			ID: e.ID, Item: n.ids[e.Item], Kind: e.Kind, Move: e.Move, Gain: money(e.Gain), Variance: money(e.Variance), Document: e.Document, At: e.At.UTC(), By: e.By.Name, Why: e.Why,
		})
	}
	return out, nil
}

func (d Deps) tieOut(ctx context.Context, _ *stockNoneIn) (*stockTieOut, error) {
	t, err := d.Accounts.TieOut(ctx)
	out := &stockTieOut{}
	b := &out.Body
	b.Green, b.Items, b.Moves, b.In, b.Out, b.Gain, b.Value, b.Differences = t.Green(), t.Items, t.Moves, money(t.In), money(t.Out), money(t.Gain), money(t.Value), []StockDifference{}
	for _, x := range t.Differences {
		b.Differences = append(b.Differences, StockDifference{
			Item: x.Number, Balances: amount(x.Balances), Layers: amount(x.Layers), Moves: amount(x.Moves),
			LayerValue: money(x.LayerValue), MovedValue: money(x.MovedValue), KeptValue: money(x.KeptValue),
		})
	}
	return out, err
}

func toldPeriod(p costing.Period) StockPeriod {
	return StockPeriod{Name: p.Name, From: p.From.UTC(), To: p.To.UTC(), Closed: p.Closed, By: p.By.Name, Set: p.Set.UTC(), Why: p.Why, Value: money(p.Value), Version: p.Version}
}

func (d Deps) periods(ctx context.Context, _ *stockNoneIn) (*stockPeriodsOut, error) {
	all, err := d.Accounts.Periods(ctx)
	out := &stockPeriodsOut{}
	out.Body.Periods = []StockPeriod{}
	for _, p := range all {
		out.Body.Periods = append(out.Body.Periods, toldPeriod(p))
	}
	return out, err
}

// closePeriod closes a month of the plant's zone. It takes a manager.
func (d Deps) closePeriod(ctx context.Context, in *stockCloseIn) (*stockPeriodOut, error) {
	by := d.By(ctx)
	if by.Role < plant.Manager {
		return nil, errs.New(errs.Forbidden, "a period is closed by a manager")
	}
	c, err := costing.MonthOf(in.Body.Month, d.Zone())
	if err != nil {
		return nil, err
	}
	c.Closed, c.Version, c.By, c.Why = in.Body.Closed, in.Body.Version, by, strings.TrimSpace(in.Body.Why)
	p, err := d.Accounts.Close(ctx, c)
	if err != nil {
		return nil, err
	}
	return &stockPeriodOut{toldPeriod(p)}, nil
}
