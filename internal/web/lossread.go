package web

import (
	"context"
	"strings"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/mes/oee/money"
	"millwright/internal/mes/oee/rollup"
	"millwright/internal/plant"
)

// lost is a stretch of a line's time that was lost to a stop or a micro-stop, within the time that is asked for.
type lost struct {
	line *lineInfo
	oee.Segment
	lasts time.Duration
	stops int64 // 1 where it began, 0 where it is the rest of the one before
	spare plant.Money
}

// ledger is what the time of some lines comes to, and what of it was lost.
type ledger struct {
	sums  kpi.Sums
	group kpi.Group // with what it is made of, by line and product
	lost  []lost    // of one line after the other, in time order
	rates map[maker]money.Rate
	fine  map[maker]plant.Quantity // the share of good pieces that is expected
	left  map[ordered]*outstanding // of the orders of which it is known
	now   time.Time
	whole bool // it has each stop; else only what they come to
}

// maker is a line while it makes a product.
type maker struct {
	line    plant.LineID
	product string
}

// mostDetail is how many days of lines are looked at stop by stop, unless that is needed.
const mostDetail = 60

// lineDays is how much time of lines eras are.
func lineDays(eras []era) (all time.Duration) {
	for _, e := range eras {
		all += max(0, e.Duration())
	}
	return all
}

// fine tells whether each stop is looked at.
func fine(eras []era) bool { return lineDays(eras) <= mostDetail*24*time.Hour }

// losses reads the time of some lines: stop by stop, or what is kept of its sums.
func (p *painter) losses(ctx context.Context, a lossAsk, lines []lineInfo, eras []era, whole bool) (*ledger, error) {
	all := &ledger{left: map[ordered]*outstanding{}, whole: whole}
	made := parts{}
	read := p.perStop
	if !whole {
		read = p.perSum
	}
	if err := read(ctx, a, sought{lines, eras, all, made.of}); err != nil {
		return nil, err
	}
	all.add(p, made)
	all.bound()
	return all, nil
}

// parts is what the time of lines with products comes to.
type parts map[maker]*kpi.Sums

func (all parts) of(line plant.LineID, product string) *kpi.Sums {
	key := maker{line, product}
	if all[key] == nil {
		all[key] = &kpi.Sums{}
	}
	return all[key]
}

// add takes parts into the sums, each with what its time is worth.
func (all *ledger) add(p *painter, made parts) {
	all.rates, all.fine = map[maker]money.Rate{}, map[maker]plant.Quantity{}
	for key, sums := range made {
		l, _ := p.line(key.line)
		all.group.Parts = append(all.group.Parts, &kpi.Part{Line: key.line, Product: key.product, Sums: *sums})
		all.sums.Add(sums)
		rate := money.RateOf(l.Line, key.product)
		rate.OK = rate.OK && sums.Unrated == 0 // as money has it: without a pace nothing has a worth
		all.rates[key], all.fine[key] = rate, money.Expected(sums.Good, sums.Reject)
	}
	all.group.Sums = all.sums
}

// sought is what is read, and where it goes.
type sought struct {
	lines []lineInfo
	eras  []era
	into  *ledger
	of    func(line plant.LineID, product string) *kpi.Sums // what a line's time with a product comes to
}

// perStop reads segments.
func (p *painter) perStop(ctx context.Context, _ lossAsk, w sought) error {
	for i := range w.lines {
		l, e := &w.lines[i], w.eras[i]
		if !e.From.Before(e.To) {
			continue
		}
		segments, err := p.segmentsOf(ctx, l.ID, e)
		if err != nil {
			return err
		}
		if w.into.lost == nil { // of the other lines there will be as much
			w.into.lost = make([]lost, 0, min(len(w.lines)*len(segments)/2, 20_000))
		}
		last := (*oee.Segment)(nil)
		p.layout(l.ID).Pieces(e.Span, segments, func(p *kpi.Piece) {
			if !e.of(p.Date) {
				return
			}
			w.of(p.Line, p.Product).Add(&p.Sums)
			if edit.Stands(p.Segment.Category) {
				w.into.lose(l, e, p, p.Segment == last)
				last = p.Segment
			}
		})
		w.into.want(p.Jobs.Jobs(l.ID), e, segments)
	}
	return nil
}

// perSum reads kept sums. Lines of the same time are asked for together. Where a part alone is looked at, all of it is
// read by product, and only that part more finely.
func (p *painter) perSum(ctx context.Context, a lossAsk, w sought) error {
	type when struct {
		plant.Span
		first, last string
	}
	same := map[when][]kpi.Layout{}
	at := map[plant.LineID]*lineInfo{}
	for i := range w.lines {
		l, e := &w.lines[i], w.eras[i]
		at[l.ID] = l
		if key := (when{e.Span, e.first, e.last}); e.From.Before(e.To) {
			same[key] = append(same[key], p.layout(l.ID))
		}
	}
	read := rollup.Reader{Book: p.Sums, Lines: p.Lines}
	found := toldApart{}
	for e, layouts := range same {
		q := rollup.Question{Lines: layouts, Span: e.Span, First: e.first, Last: e.last, By: a.grain()}
		if err := read.Rows(ctx, q, func(_ plant.Span, k *kpi.Key) *kpi.Sums {
			if !a.may(k) {
				return nil
			}
			return found.of(kind{k.Line, k.Unit, k.Reason, k.Product, k.Shift})
		}); err != nil {
			return err
		}
		if len(a.only) == 0 {
			continue
		}
		q.By = kpi.By{}
		if err := read.Rows(ctx, q, func(_ plant.Span, k *kpi.Key) *kpi.Sums { return w.of(k.Line, k.Product) }); err != nil {
			return err
		}
	}
	w.into.lost = make([]lost, 0, 2*len(found))
	for k, sums := range found {
		if len(a.only) == 0 {
			w.of(k.line, k.product).Add(sums)
		}
		w.into.lost = append(w.into.lost, k.lost(at[k.line], sums)...)
	}
	return nil
}

// kind is all that losses of kept sums are told apart by, besides the category.
type kind struct {
	line            plant.LineID
	unit            plant.UnitID
	reason, product string
	shift           string
}

type toldApart map[kind]*kpi.Sums

func (all toldApart) of(k kind) *kpi.Sums {
	s := all[k]
	if s == nil {
		s = &kpi.Sums{}
		all[k] = s
	}
	return s
}

// lost is what sums of a kind say was lost.
func (k kind) lost(l *lineInfo, sums *kpi.Sums) (all []lost) {
	for c, d := range sums.Times {
		if category := oee.Category(c); edit.Stands(category) && d > 0 {
			s := oee.Segment{Line: k.line, Category: category, Unit: k.unit, Reason: k.reason, Product: k.product, Shift: k.shift}
			all = append(all, lost{Segment: s, line: l, lasts: d, stops: sums.Stops[c]})
		}
	}
	return all
}

// may tells whether something of a key can be part of what is asked for.
func (a lossAsk) may(k *kpi.Key) bool {
	for side, value := range a.only {
		is := value
		switch side {
		case byReason:
			if is = k.Reason; is == "" && strings.HasPrefix(value, "=") {
				is = value
			}
		case byUnit:
			is = string(k.Unit)
		case byProduct:
			is = k.Product
		case byShift:
			is = k.Shift
		case byLine:
			is = string(k.Line)
		}
		if is != value {
			return false
		}
	}
	return true
}

// grain is by what sums have to be kept for what is asked.
func (a lossAsk) grain() kpi.By {
	var sides []kpi.Side
	for word, side := range map[string]kpi.Side{byUnit: kpi.Unit, byReason: kpi.Reason, byShift: kpi.ShiftName} {
		if _, only := a.only[word]; only || a.by == word {
			sides = append(sides, side)
		}
	}
	return kpi.Per(sides...)
}

// segmentsOf reads the segments of an era and the one before it: from memory where they are of the shift that is shown.
func (p *painter) segmentsOf(ctx context.Context, id plant.LineID, e era) ([]oee.Segment, error) {
	s, ok := p.Lines.Snapshot(id)
	if ok && len(s.Segments) > 0 && !s.Shift.From.IsZero() && !e.From.Before(s.Window.From) && !s.Window.To.Before(e.To) && s.Segments[0].Category != oee.Breakdown {
		return s.Segments, nil
	}
	return p.Lines.Segments(ctx, id, e.From.Add(-time.Microsecond), e.To)
}

// lose notes a piece of a line's time that was lost, which may be more of the segment before. What counts as a stop that
// began is for kpi to say.
func (all *ledger) lose(l *lineInfo, e era, p *kpi.Piece, more bool) {
	if !more {
		one := lost{line: l, Segment: p.Segment.Part(e.Span)}
		if one.Stop.IsZero() {
			one.Stop = p.Segment.From
		}
		all.lost = append(all.lost, one)
	}
	one := &all.lost[len(all.lost)-1]
	one.lasts += p.Times[p.Segment.Category]
	one.stops += p.Stops[p.Segment.Category]
}
