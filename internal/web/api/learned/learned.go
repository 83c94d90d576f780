// Package learned is how programs ask what lines really took for their products, in the words of the API.
package learned

import (
	"context"
	"time"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/mes/standard"
	"millwright/internal/plant"
	"millwright/internal/web/api/operation"
)

// Deps is what the operations answer from.
type Deps struct {
	Lines func(ctx context.Context) []plant.LineID
	Learn func(ctx context.Context, line plant.LineID, days int) ([]standard.Learned, error)
}

// Mount adds the operations.
func Mount(b *operation.Book, d Deps) {
	operation.Get(b, access.Read, "/api/v1/standards", "Tell what lines took for their products", d.standards)
}

// LearnedSpread is how a measured thing is spread.
type LearnedSpread struct {
	Samples int     `json:"samples"`
	Low     float64 `json:"low" doc:"A tenth of all lies at or below."`
	Middle  float64 `json:"middle"`
	High    float64 `json:"high" doc:"Nine tenths of all lie at or below."`
}

// LearnedStandard is what a line took for a product. What is null is not proposed: too little was measured.
type LearnedStandard struct {
	Line    plant.LineID   `json:"line"`
	Product string         `json:"product"`
	Minutes float64        `json:"minutes" doc:"That it ran, with micro-stops."`
	Good    plant.Quantity `json:"good"`
	Reject  plant.Quantity `json:"reject"`
	Cycle   LearnedSpread  `json:"cycle" doc:"Seconds for a piece, of stints between stops; a stint counts by its pieces."`
	SetUp   LearnedSpread  `json:"setUp" doc:"Minutes, of changeovers to the product."`
	Scrap   LearnedSpread  `json:"scrap" doc:"Share of the pieces of a stint."`

	Changes []LearnedChange `json:"changes" doc:"Its set-ups by the product before, the most often measured first."`

	IdealCycle *float64 `json:"idealCycle" doc:"Proposed for the plant: seconds for a piece at its best."`
	RunTime    *float64 `json:"runTime" doc:"Proposed for the bill's operation: seconds for a piece."`
	SetUpTime  *float64 `json:"setUpTime" doc:"Proposed for the bill's operation: minutes."`
	Yield      *float64 `json:"yield" doc:"Proposed for the item: the share that is good."`
}

// LearnedChange is what a line took to change to the product from another one.
type LearnedChange struct {
	From   string        `json:"from"`
	SetUp  LearnedSpread `json:"setUp" doc:"Minutes."`
	Target *float64      `json:"target" doc:"Proposed for the plant, by which is scheduled: minutes; null where too little was measured."`
}

type (
	learnedIn struct {
		Line string `query:"line" doc:"Only of this line."`
		Days int    `query:"days" minimum:"1" maximum:"90" default:"30"`
	}
	learnedOut struct {
		Body struct {
			Standards []LearnedStandard `json:"standards"`
		}
	}
)

func (d Deps) standards(ctx context.Context, in *learnedIn) (*learnedOut, error) {
	out := &learnedOut{}
	out.Body.Standards = []LearnedStandard{}
	known := in.Line == ""
	for _, line := range d.Lines(ctx) {
		if in.Line != "" && string(line) != in.Line {
			continue
		}
		known = true
		all, err := d.Learn(ctx, line, in.Days)
		if err != nil {
			return nil, err
		}
		for _, l := range all {
			out.Body.Standards = append(out.Body.Standards, told(l))
		}
	}
	if !known {
		return nil, errs.New(errs.NotFound, "there is no line %s", errs.Clip(in.Line))
	}
	return out, nil
}

func told(l standard.Learned) LearnedStandard {
	spread := func(s standard.Spread) LearnedSpread {
		return LearnedSpread{Samples: len(s.Samples), Low: s.Low, Middle: s.Middle, High: s.High}
	}
	s := LearnedStandard{
		Line: l.Line, Product: l.Product, Minutes: l.Ran.Minutes(), Good: l.Good, Reject: l.Reject,
		Cycle: spread(l.Cycle), SetUp: spread(l.SetUp), Scrap: spread(l.Scrap), Changes: []LearnedChange{},
	}
	lasts := func(of func() (time.Duration, bool), unit time.Duration) *float64 {
		d, ok := of()
		if !ok {
			return nil
		}
		v := float64(d) / float64(unit)
		return &v
	}
	s.IdealCycle, s.RunTime, s.SetUpTime = lasts(l.Ideal, time.Second), lasts(l.Usual, time.Second), lasts(l.Setting, time.Minute)
	for _, c := range l.Changes() {
		s.Changes = append(s.Changes, LearnedChange{c.From, spread(c.Spread), lasts(c.Setting, time.Minute)})
	}
	if y, ok := l.Yield(); ok {
		v := float64(y) / 10_000
		s.Yield = &v
	}
	return s
}
