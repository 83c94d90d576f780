package kpi

import (
	"context"
	"slices"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/mes/oee/rollup"
	"millwright/internal/plant"
)

// What segments are asked for besides those of categories.
const (
	ofPieces  = "pieces"
	ofOrdered = "ordered"
)

// listed is how much of the lines' time is listed segment by segment.
const listed = 60 * 24 * time.Hour

// FigureSegmentsIn asks for the segments that a number of a formula is made of.
type FigureSegmentsIn struct {
	Range
	By     string   `query:"by" maxLength:"80" doc:"As the figures were divided." example:"order,day"`
	Line   []string `query:"line,explode" maxItems:"500" doc:"Only these lines."`
	Period string   `query:"period" maxLength:"80" doc:"Of a group: its period."`
	Is     []string `query:"is,explode" maxItems:"4" doc:"Of a group: its sides, in the order of by. Without period and is all groups are meant."`
	Of     []string `query:"of,explode" maxItems:"12" doc:"Only these, as a part of a term names them: a category, pieces (with some), ordered (while an order ran)." example:"running"`
	Skip   int      `query:"skip" minimum:"0" maximum:"1000000"`
	Limit  int      `query:"limit" default:"1000" minimum:"1" maximum:"10000"`
}

// FigureSegments is those.
type FigureSegments struct {
	Body struct {
		Count     int             `json:"count" doc:"Of all segments that are meant."`
		Seconds   float64         `json:"seconds" doc:"All that follow add up over all of them, to the number that was asked about."`
		Good      float64         `json:"good"`
		Reject    float64         `json:"reject"`
		Ideal     float64         `json:"idealSeconds"`
		GoodIdeal float64         `json:"goodIdealSeconds"`
		Unseen    float64         `json:"unseenIdealSeconds,omitempty" doc:"Of idealSeconds: for pieces made while nobody saw the line."`
		Segments  []FigureSegment `json:"segments"`
		Next      *int            `json:"next" doc:"Give it as skip to get the rest; null when this is all."`
	}
}

// FigureSegment is a segment, or what of it is meant.
type FigureSegment struct {
	Line      string    `json:"line"`
	From      time.Time `json:"from"`
	To        time.Time `json:"to"`
	Category  string    `json:"category"`
	Unit      string    `json:"unit,omitempty"`
	Fault     string    `json:"fault,omitempty"`
	Reason    string    `json:"reason,omitempty" doc:"Its id."`
	By        string    `json:"by,omitempty" doc:"Who said so."`
	Product   string    `json:"product,omitempty"`
	Order     string    `json:"order,omitempty"`
	Shift     string    `json:"shift,omitempty"`
	Date      string    `json:"date,omitempty"`
	Good      float64   `json:"good"`
	Reject    float64   `json:"reject"`
	Ideal     float64   `json:"idealSeconds"`
	Estimated bool      `json:"estimated,omitempty" doc:"The segment goes on beyond this time: good, reject and idealSeconds are its shares by time."`
	Source    []string  `json:"source,omitempty" doc:"The tags whose samples in this time, and the last of each before it, say so: ask /api/v1/tags/samples."`

	whole        *oee.Segment
	good, reject plant.Quantity
	ideal        time.Duration
}

// Segments lists the segments that a number of a formula is made of, with what they add up to.
func (d Desk) Segments(ctx context.Context, in *FigureSegmentsIn) (*FigureSegments, error) {
	f := d.Floor(ctx)
	a, err := f.asked(&Question{By: in.By, Line: in.Line})
	if err != nil {
		return nil, err
	}
	of, err := partsOf(in.Of)
	if err != nil {
		return nil, err
	}
	q, err := in.question(d.Now())
	if err != nil {
		return nil, err
	}
	q.Lines, q.By = a.lines, a.by
	if time.Duration(len(a.lines))*q.Duration() > listed+time.Duration(len(a.lines))*4*24*time.Hour {
		return nil, errs.New(errs.Invalid, "segments are listed for 60 days of one line, or as many days of several lines together; ask for a line or a shorter time")
	}
	group := kpi.Name{Period: in.Period}
	copy(group.Sides[:], in.Is)
	picker := kpi.NewPicker(a.by, group, a.homeOf)
	one := in.Period != "" || len(in.Is) > 0
	out, sum := &FigureSegments{}, kpi.Sums{}
	out.Body.Segments = []FigureSegment{}
	var all []FigureSegment
	err = (rollup.Reader{Book: a.Sums, Lines: a.Lines}).Pieces(ctx, q, func(p *kpi.Piece) {
		if one && !picker.Picks(p) || len(of) > 0 && !slices.ContainsFunc(of, func(w kpi.TermPart) bool { return w.Fits(p.Segment) }) {
			return
		}
		sum.Add(&p.Sums)
		all = joinRow(all, p)
	})
	if err != nil {
		return nil, err
	}
	b := &out.Body
	b.Count, b.Seconds, b.Good, b.Reject = len(all), sum.Window().Seconds(), amount(sum.Good), amount(sum.Reject)
	b.Ideal, b.GoodIdeal, b.Unseen = sum.Ideal.Seconds(), sum.GoodIdeal.Seconds(), sum.Unseen.Seconds()
	from, to := min(in.Skip, len(all)), min(in.Skip+in.Limit, len(all))
	b.Segments = append(b.Segments, all[from:to]...)
	if to < len(all) {
		b.Next = &to
	}
	now := d.Now().Truncate(time.Second)
	for i := range b.Segments {
		r := &b.Segments[i]
		part := plant.Span{From: r.From, To: r.To}
		if !r.To.Before(now) { // it has not ended
			part.To = r.whole.To
		}
		r.Estimated = r.whole.Shared(part)
		r.Good, r.Reject, r.Ideal = amount(r.good), amount(r.reject), r.ideal.Seconds()
		l := a.at[r.whole.Line]
		r.Source = f.Sources(l.Line, r.whole)
	}
	return out, nil
}

// joinRow adds a piece: to the segment before when it is more of that.
func joinRow(all []FigureSegment, p *kpi.Piece) []FigureSegment {
	if n := len(all) - 1; n >= 0 && all[n].whole == p.Segment && all[n].To.Equal(p.From) {
		r := &all[n]
		r.To, r.good, r.reject, r.ideal = p.To.UTC(), r.good+p.Good, r.reject+p.Reject, r.ideal+p.Ideal
		return all
	}
	s := p.Segment
	return append(all, FigureSegment{
		Line: string(p.Line), From: p.From.UTC(), To: p.To.UTC(), Category: s.Category.String(), Unit: string(s.Unit), Fault: s.Fault, Reason: s.Reason, By: s.By,
		Product: s.Product, Order: s.Order, Shift: s.Shift, Date: p.Date, whole: s, good: p.Good, reject: p.Reject, ideal: p.Ideal,
	})
}

func partsOf(words []string) (all []kpi.TermPart, err error) {
	for _, word := range words {
		switch c, ok := oee.ParseCategory(word); {
		case word == ofPieces:
			all = append(all, kpi.TermPart{Any: true})
		case word == ofOrdered:
			all = append(all, kpi.TermPart{Ordered: true})
		case ok:
			all = append(all, kpi.TermPart{Of: c})
		default:
			return nil, errs.New(errs.Invalid, "of cannot be %q; name a category, pieces or ordered", clip(word))
		}
	}
	return all, nil
}

// wordOf is how a part of a term is asked for.
func wordOf(p kpi.TermPart) string {
	switch {
	case p.Ordered:
		return ofOrdered
	case p.Any:
		return ofPieces
	}
	return p.Of.String()
}
