// Package standard is what lines took for their products, proposed as master data, with the spans that it rests on.
package standard

import (
	"cmp"
	"math"
	"slices"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

// Sample is one measured thing, and where it was measured.
type Sample struct {
	Span   plant.Span
	Value  float64        // seconds for a piece, minutes, or a share
	Pieces plant.Quantity // that it is of; it counts so much
	After  string         // the product before, of a set-up
}

// Spread is how a measured thing is spread.
type Spread struct {
	Samples           []Sample // by time
	Low, Middle, High float64  // of a tenth, a half and nine tenths of all, by their pieces
}

// Enough is how many samples a proposal takes.
const Enough = 5

// Known tells whether there is anything to propose by.
func (s Spread) Known() bool { return len(s.Samples) >= Enough }

// Learned is what a line took for a product.
type Learned struct {
	Line    plant.LineID
	Product string
	Ran     time.Duration // with micro-stops
	Good    plant.Quantity
	Reject  plant.Quantity
	Cycle   Spread // seconds for a piece, of stints between stops
	SetUp   Spread // minutes, of changeovers to it
	Scrap   Spread // share of the pieces of a stint
}

// Made is all that was counted.
func (l Learned) Made() plant.Quantity { return l.Good + l.Reject }

// Yield is the share of what was made that was good, to four places; ok is false when too little was made to say.
func (l Learned) Yield() (tenThousandths int64, ok bool) {
	if !l.Scrap.Known() || l.Made() <= 0 {
		return 0, false
	}
	y, fits := plant.Quantity(10_000).Times(int64(l.Good), int64(l.Made()))
	return int64(y), fits && y > 0
}

// Ideal is the cycle that the line holds at its best: only a tenth of all pieces were made quicker.
func (l Learned) Ideal() (time.Duration, bool) {
	return digits(l.Cycle.Low, time.Second), l.Cycle.Known() && l.Cycle.Low > 0
}

// Usual is the cycle by which work is planned: half of all pieces took longer, micro-stops between them included.
func (l Learned) Usual() (time.Duration, bool) {
	return digits(l.Cycle.Middle, time.Second), l.Cycle.Known() && l.Cycle.Middle > 0
}

// Setting is the set-up by which work is planned.
func (l Learned) Setting() (time.Duration, bool) {
	return l.SetUp.minutes(), l.SetUp.Known()
}

// minutes is what half of a spread of minutes lies above, in whole seconds.
func (s Spread) minutes() time.Duration {
	return time.Duration(math.Round(s.Middle*60)) * time.Second
}

// digits leaves four digits of a measured time.
func digits(v float64, unit time.Duration) time.Duration {
	if v <= 0 {
		return 0
	}
	step := math.Pow(10, math.Floor(math.Log10(v))-3)
	return time.Duration(math.Round(math.Round(v/step) * step * float64(unit)))
}

// What is too short to tell anything.
const (
	leastStint  = time.Minute
	leastPieces = 10 * plant.One
)

// Learn reads the time of one line, in the order of time. A stint is running of one product, micro-stops included, up
// to the next stop, gap or product; what people counted by hand tells no cycle.
func Learn(line plant.LineID, segments []oee.Segment) []Learned {
	l := learner{line: line, by: map[string]*Learned{}}
	for i := range segments {
		l.take(&segments[i])
	}
	l.closeStint()
	all := make([]Learned, 0, len(l.by))
	for _, p := range l.by {
		p.Cycle.spread()
		p.SetUp.spread()
		p.Scrap.spread()
		all = append(all, *p)
	}
	slices.SortFunc(all, func(a, b Learned) int { return cmp.Compare(a.Product, b.Product) })
	return all
}

type learner struct {
	line    plant.LineID
	by      map[string]*Learned
	stint   oee.Segment // what runs; To is zero when nothing does
	setting plant.Span  // a changeover whose product has not begun; To is zero for none
	before  string      // the product that ran last
}

func (l *learner) take(s *oee.Segment) {
	switch s.Category {
	case oee.Running, oee.MicroStop:
		if s.Product == "" {
			l.closeStint()
			return
		}
		l.run(s)
	case oee.Changeover:
		l.closeStint()
		if l.setting.To.IsZero() || !l.setting.To.Equal(s.From) {
			l.setting.From = s.From
		}
		l.setting.To = s.To
	default:
		l.closeStint()
		if s.Category == oee.NoData || s.Category == oee.NotScheduled {
			l.setting = plant.Span{} // nobody knows how long it went on
		}
	}
}

func (l *learner) run(s *oee.Segment) {
	if !l.setting.To.IsZero() {
		if l.setting.To.Equal(s.From) {
			p := l.of(s.Product)
			p.SetUp.Samples = append(p.SetUp.Samples, Sample{Span: l.setting, Value: l.setting.Duration().Minutes(), Pieces: plant.One, After: l.before})
		}
		l.setting = plant.Span{}
	}
	if l.stint.To.IsZero() || l.stint.Product != s.Product || !l.stint.To.Equal(s.From) {
		l.closeStint()
		l.stint = oee.Segment{Product: s.Product, From: s.From}
	}
	l.stint.To = s.To
	l.stint.Good, l.stint.Reject, l.stint.Manual = l.stint.Good+s.Good, l.stint.Reject+s.Reject, l.stint.Manual+s.Manual
	l.before = s.Product
}

func (l *learner) of(product string) *Learned {
	p := l.by[product]
	if p == nil {
		p = &Learned{Line: l.line, Product: product}
		l.by[product] = p
	}
	return p
}

// closeStint ends what runs, and keeps what it tells.
func (l *learner) closeStint() {
	s := l.stint
	l.stint = oee.Segment{}
	if s.To.IsZero() {
		return
	}
	p, span, made := l.of(s.Product), plant.Span{From: s.From, To: s.To}, s.Good+s.Reject
	p.Ran, p.Good, p.Reject = p.Ran+span.Duration(), p.Good+s.Good, p.Reject+s.Reject
	if made < leastPieces {
		return
	}
	p.Scrap.Samples = append(p.Scrap.Samples, Sample{Span: span, Value: s.Reject.Float() / made.Float(), Pieces: made})
	if s.Manual == 0 && span.Duration() >= leastStint {
		p.Cycle.Samples = append(p.Cycle.Samples, Sample{Span: span, Value: span.Duration().Seconds() / made.Float(), Pieces: made})
	}
}

// spread finds the quantiles.
func (s *Spread) spread() {
	s.Low, s.Middle, s.High = s.Quantile(.1), s.Quantile(.5), s.Quantile(.9)
}

// Quantile is the least value below or at which so large a share of all pieces lies; 0 without samples.
func (s Spread) Quantile(share float64) float64 {
	sorted := slices.Clone(s.Samples)
	slices.SortStableFunc(sorted, func(a, b Sample) int { return cmp.Compare(a.Value, b.Value) })
	var whole, upTo float64
	for _, x := range sorted {
		whole += x.Pieces.Float()
	}
	for _, x := range sorted {
		if upTo += x.Pieces.Float(); upTo >= share*whole*(1-1e-12) {
			return x.Value
		}
	}
	return 0
}

// Bar is a part of a drawing of a spread.
type Bar struct {
	From, To float64
	Share    float64 // of all pieces
	Samples  int
}

// Bars cuts a spread into equal parts from the least to the greatest value.
func (s Spread) Bars(n int) []Bar {
	if len(s.Samples) == 0 || n <= 0 {
		return nil
	}
	lo, hi, whole := math.Inf(1), math.Inf(-1), 0.0
	for _, x := range s.Samples {
		lo, hi, whole = math.Min(lo, x.Value), math.Max(hi, x.Value), whole+x.Pieces.Float()
	}
	if hi <= lo {
		return []Bar{{From: lo, To: hi, Share: 1, Samples: len(s.Samples)}}
	}
	step := (hi - lo) / float64(n)
	all := make([]Bar, n)
	for i := range all {
		all[i].From, all[i].To = lo+float64(i)*step, lo+float64(i+1)*step
	}
	for _, x := range s.Samples {
		i := min(n-1, int((x.Value-lo)/step))
		all[i].Share += x.Pieces.Float() / whole
		all[i].Samples++
	}
	return all
}
