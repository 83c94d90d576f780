// Package money says what is lost with time and pieces, in the currency of the site.
package money

import (
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/plant"
)

// Rate is what time is worth: Worth for each Per of it, made of good pieces at the ideal pace.
type Rate struct {
	Worth plant.Money
	Per   time.Duration // an hour, or the ideal cycle of one piece that Worth is the margin of
	Piece bool          // Worth is the margin of a good piece
	OK    bool          // somebody says what it is worth
}

// RateOf is what a line's time is worth while it makes a product: by the product's margin, else by the line's hour.
func RateOf(l plant.Line, product string) Rate {
	cycle, _ := l.Ideal(product)
	worth, per, ok := l.Worth.Of(product, cycle)
	_, piece := l.Worth.Margins[product]
	return Rate{Worth: worth, Per: per, Piece: piece && cycle > 0, OK: ok}
}

// Time is what a time is worth.
func (r Rate) Time(d time.Duration) plant.Money {
	if !r.OK {
		return 0
	}
	m, _ := r.Worth.Times(int64(d), int64(r.Per))
	return m
}

// Stopped is what a stop costs: by the hour, or by the good pieces that were not made. Of the stop it takes the length,
// the quality, and what the order still wanted.
func (r Rate) Stopped(s Stop) plant.Money {
	if !r.OK || !r.Piece {
		return r.Time(s.Lasts)
	}
	s.Cycle, s.Margin = r.Per, r.Worth
	return s.Cost()
}

// Expected is the quality that is expected of pieces, by those that were made; all are good where none was made.
func Expected(good, reject plant.Quantity) plant.Quantity {
	if share, ok := plant.One.Times(int64(good), int64(good+reject)); ok && good+reject > 0 {
		return share
	}
	return plant.One
}

// Stop is a stop while an order ran.
type Stop struct {
	Lasts   time.Duration
	Cycle   time.Duration  // ideal, of the order's product
	Quality plant.Quantity // share of good pieces that is expected: plant.One is all of them
	Margin  plant.Money    // of a good piece
	Left    plant.Quantity // pieces that the order still wanted: no more could have been lost
	Bounded bool           // Left is known
}

// Cost is the margin of the good pieces that were not made.
func (s Stop) Cost() plant.Money {
	lost := oee.PiecesIn(s.Lasts, s.Cycle)
	if s.Bounded {
		lost = min(lost, max(0, s.Left))
	}
	good, _ := lost.Times(int64(s.Quality), int64(plant.One))
	cost, _ := s.Margin.Times(int64(good), int64(plant.One))
	return cost
}

// Losses is what planned time was worth, and what it was lost to. Perfect is what is lost and Good together.
type Losses struct {
	Perfect plant.Money
	Stops   [oee.ReducedSpeed + 1]plant.Money // by category, micro-stops among them
	Speed   plant.Money                       // slow running: below zero when the ideal cycle is too slow
	Quality plant.Money                       // making rejects
	Good    plant.Money
	Unknown time.Duration // planned time of which nobody says what it is worth, or how fast it could have been
}

// Total is all that was lost.
func (l Losses) Total() plant.Money { return l.Perfect - l.Good }

// Add adds others.
func (l *Losses) Add(o Losses) {
	l.Perfect += o.Perfect
	l.Speed += o.Speed
	l.Quality += o.Quality
	l.Good += o.Good
	l.Unknown += o.Unknown
	for c := range l.Stops {
		l.Stops[c] += o.Stops[c]
	}
}

// Of values the sums of one product on one line. Each loss is taken from what those before it left, so that they and
// what was made of good pieces are the whole.
func Of(s *kpi.Sums, r Rate) (l Losses) {
	planned := time.Duration(0)
	for k, d := range s.Times {
		if oee.Category(k).Planned() {
			planned += d
		}
	}
	if !r.OK || s.Unrated != 0 {
		l.Unknown = planned
		return l
	}
	l.Perfect = r.Time(planned)
	left := l.Perfect
	for k, d := range s.Times {
		if category := oee.Category(k); category.Stopped() || category == oee.MicroStop {
			l.Stops[k] = r.Time(d)
			left -= l.Stops[k]
		}
	}
	good, reject := oee.SeenIdeal(s.Ideal, s.GoodIdeal, s.Unseen)
	l.Good, l.Quality = r.Time(good), r.Time(reject)
	l.Speed = left - l.Good - l.Quality
	return l
}

// Book finds what time is worth once for each line and product.
type Book struct {
	line  func(plant.LineID) (plant.Line, bool)
	rates map[of]Rate
}

type of struct {
	line    plant.LineID
	product string
}

// NewBook makes a book of lines.
func NewBook(line func(plant.LineID) (plant.Line, bool)) *Book {
	return &Book{line: line, rates: map[of]Rate{}}
}

// Group values a group: what each of its lines and products lost.
func (b *Book) Group(g *kpi.Group) (all Losses) {
	for _, p := range g.Parts {
		key := of{p.Line, p.Product}
		rate, known := b.rates[key]
		if !known {
			l, _ := b.line(p.Line)
			rate = RateOf(l, p.Product)
			b.rates[key] = rate
		}
		all.Add(Of(&p.Sums, rate))
	}
	return all
}
