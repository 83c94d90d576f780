package plan

import (
	"context"
	"math"

	"millwright/internal/erp/mrp/advice"
	"millwright/internal/errs"
)

type (
	planAdviceIn struct {
		Body struct {
			Demand  float64   `json:"demand,omitempty" minimum:"0" maximum:"1e12" doc:"Of a year, for the economic quantity."`
			Order   float64   `json:"orderCost,omitempty" minimum:"0" maximum:"1e12" doc:"What an order or a set-up costs."`
			Hold    float64   `json:"holdingCost,omitempty" minimum:"0" maximum:"1e12" doc:"What it costs to hold one: for a year, and of a series from a period to the next."`
			Sigma   float64   `json:"deviation,omitempty" minimum:"0" maximum:"1e12" doc:"Standard deviation of the demand of one period, for the safety stock."`
			Lead    float64   `json:"leadPeriods,omitempty" minimum:"0" maximum:"10000"`
			Service float64   `json:"service,omitempty" exclusiveMinimum:"0" exclusiveMaximum:"1" doc:"The share of cycles that do not run short: 0.95."`
			Series  []float64 `json:"series,omitempty" maxItems:"520" doc:"Each period's demand, for the orders that cost least."`
		}
	}
	planAdviceOut struct {
		Body struct {
			Economic *float64 `json:"economicQuantity" doc:"By Harris: the order quantity that costs least in a year."`
			Safety   *float64 `json:"safetyStock"`
			Orders   []int    `json:"orders" doc:"The periods of the series in which to order, from 1 on, by Wagner and Whitin."`
			Cost     *float64 `json:"cost" doc:"Of ordering and holding by these."`
		}
	}
)

// advise reckons lots and stocks by formula. What lacks a figure is null.
func (d Deps) advise(_ context.Context, in *planAdviceIn) (*planAdviceOut, error) {
	b, out := in.Body, &planAdviceOut{}
	o := &out.Body
	o.Orders = []int{}
	if b.Demand > 0 && b.Order > 0 && b.Hold > 0 {
		o.Economic = rounded(advice.EconomicQuantity(b.Demand, b.Order, b.Hold))
	}
	if b.Sigma > 0 && b.Lead > 0 && b.Service > 0 {
		o.Safety = rounded(advice.SafetyStock(b.Sigma, b.Lead, b.Service))
	}
	for _, n := range b.Series {
		if n < 0 || n > 1e12 {
			return nil, errs.New(errs.Invalid, "the demand of a period is from 0 to 1e12")
		}
	}
	if len(b.Series) > 0 && b.Order > 0 {
		periods, cost := advice.LeastCost(b.Series, b.Order, b.Hold)
		for _, p := range periods {
			o.Orders = append(o.Orders, p+1)
		}
		o.Cost = rounded(cost)
	}
	return out, nil
}

// rounded is a figure with six places.
func rounded(f float64) *float64 {
	f = math.Round(f*1e6) / 1e6
	return &f
}
