package order

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"millwright/internal/erp/partner"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Kind is what happens to goods.
type Kind string

// The kinds of movement.
const (
	Delivery Kind = "delivery" // to the customer; of a purchase, from the supplier
	Return   Kind = "return"   // back
	Reversal Kind = "reversal" // a paper was a mistake
)

// Movement is what goes or comes for one order.
type Movement struct {
	Side      Side
	ID        int64
	Version   int64
	Kind      Kind
	Reverses  int64  // the paper that was a mistake, of a Reversal
	Reference string // the partner's number of it
	At        time.Time
	Picks     []Pick
	Wrong     []errs.Field // what could not be read at all
}

// Pick is one line's part of a movement, of one lot.
type Pick struct {
	Place    int            // of the line
	Quantity plant.Quantity // in the line's unit
	Stock    int64          // the place in the plant; 0 is the usual one
	Revision string         // of what goes; "" is the line's
	Lot      string         // of tracked items
	Theirs   string         // the supplier's lot
	Serial   string
	Expires  string // of a lot that comes; "" is reckoned
	Again    bool   // what comes back is to be delivered again
	Rest     bool   // the rest of the line will not come
}

// mostPicks is how many parts a movement may have.
const mostPicks = 2 * MostLines

// Move gives the order after a movement, and the paper about it, or tells everything that is wrong.
func (o Order) Move(m Movement, last *Paper) (Order, Paper, error) {
	p := Paper{Side: o.Side, Order: o.ID, Kind: m.Kind, Reference: strings.TrimSpace(m.Reference), At: m.At}
	if !o.Firm {
		return o, p, errs.New(errs.Conflict, "%s is a %s still: nothing goes before it is agreed", o.Number, strings.ToLower(Open.Word(o.Side)))
	}
	o.Lines = slices.Clone(o.Lines)
	switch m.Kind {
	case Reversal:
		return o.reversed(p, last)
	case Delivery, Return:
	default:
		return o, p, errs.New(errs.Invalid, "goods are delivered or returned, or a paper is reversed; %q is none of it", errs.Clip(string(m.Kind)))
	}
	w := partner.Wrong(slices.Clone(m.Wrong))
	w.Text("reference", p.Reference, 0, 80)
	if len(m.Picks) == 0 {
		w.Add("lines", "Write a quantity on at least one line.")
	}
	if len(m.Picks) > mostPicks {
		w.Add("lines", "Write %d parts at most.", mostPicks)
		m.Picks = nil
	}
	for i, pick := range m.Picks {
		at := fmt.Sprintf("lines[%d].", i)
		k := slices.IndexFunc(o.Lines, func(l Line) bool { return l.Place == pick.Place })
		if k < 0 {
			w.Add(at+"line", "%s has no line %d.", o.Number, pick.Place)
			continue
		}
		if moved, ok := o.Lines[k].take(&w, at, m.Kind, pick); ok {
			p.Lines = append(p.Lines, moved)
		}
	}
	o.finish(m, &p)
	for i := range p.Lines {
		p.Lines[i].Line, _ = o.Line(p.Lines[i].Line.Place)
	}
	return o, p, w.Err("this cannot be posted for %s", o.Number)
}

// take counts a pick on its line.
func (l *Line) take(w *partner.Wrong, at string, kind Kind, pick Pick) (Moved, bool) {
	if w.At(at + "quantity") {
		return Moved{}, false
	}
	q, fits := l.Taken(pick.Quantity)
	switch {
	case pick.Quantity <= 0:
		w.Add(at+"quantity", "Write a quantity greater than 0.")
		return Moved{}, false
	case !fits || q <= 0 || q > partner.Most:
		w.Add(at+"quantity", "This is no quantity that can be moved.")
		return Moved{}, false
	case !l.tracked(w, at, q, pick):
		return Moved{}, false
	}
	moved := Moved{Line: *l, Quantity: q, Again: pick.Again, Stock: pick.Stock, Revision: cmp.Or(pick.Revision, l.Revision), Lot: strings.TrimSpace(pick.Lot), Serial: strings.TrimSpace(pick.Serial), Theirs: strings.TrimSpace(pick.Theirs), Expires: pick.Expires}
	var ok bool
	if kind == Return {
		moved.Quantity = -q
		ok = l.back(w, at, q, pick.Again)
	} else {
		moved.Again = false
		ok = l.goes(w, at, q)
	}
	amount, fits := l.Amount(q)
	if !fits {
		w.Add(at+"quantity", "This costs more than can be written.")
		return Moved{}, false
	}
	if moved.Amount = amount; kind == Return {
		moved.Amount = -amount
	}
	return moved, ok
}

// tracked wants a lot or a serial number where the item has them.
func (l *Line) tracked(w *partner.Wrong, at string, q plant.Quantity, pick Pick) bool {
	switch {
	case l.Stock.Service:
		return true
	case l.Stock.Tracking == "lot" && strings.TrimSpace(pick.Lot) == "" && strings.TrimSpace(pick.Theirs) == "":
		w.Add(at+"lot", "%s is kept by lot: say which.", l.Number)
	case l.Stock.Tracking == "serial" && strings.TrimSpace(pick.Serial) == "":
		w.Add(at+"serial", "%s has serial numbers: say which, one on each row.", l.Number)
	case l.Stock.Tracking == "serial" && q != plant.One:
		w.Add(at+"quantity", "A serial number is one piece: write one row for each.")
	case len(pick.Lot) > 80 || len(pick.Serial) > 80 || len(pick.Theirs) > 80:
		w.Add(at+"lot", "A lot or serial number has 80 characters at most.")
	case pick.Expires != "" && !partner.IsDate(pick.Expires):
		w.Add(at+"expires", "%q is no date: write 2026-12-24.", errs.Clip(pick.Expires))
	default:
		return true
	}
	return false
}

func (l *Line) goes(w *partner.Wrong, at string, q plant.Quantity) bool {
	if most := l.May(); q > most {
		switch most {
		case 0:
			w.Add(at+"quantity", "Nothing of line %d is open any more: look again.", l.Place)
		default:
			w.Add(at+"quantity", "Line %d may get %s %s at most.", l.Place, l.In(most), l.Unit)
		}
		return false
	}
	l.Done += q
	return true
}

func (l *Line) back(w *partner.Wrong, at string, q plant.Quantity, again bool) bool {
	if q > l.Net() {
		w.Add(at+"quantity", "Only %s %s of line %d have gone and are not back yet.", l.In(l.Net()), l.Unit, l.Place)
		return false
	}
	if again {
		l.Done -= q
	} else {
		l.Returned += q
	}
	return true
}

// finish cancels what little is missing, or what will not come.
func (o *Order) finish(m Movement, p *Paper) {
	if m.Kind != Delivery {
		return
	}
	for i := range o.Lines {
		l := &o.Lines[i]
		rest := slices.ContainsFunc(m.Picks, func(k Pick) bool { return k.Place == l.Place && k.Rest })
		last := -1
		for j, moved := range p.Lines {
			if moved.Line.Place == l.Place {
				last = j
			}
		}
		if last >= 0 && l.Open() > 0 && (rest || o.Side == partner.Purchase && l.Enough()) {
			p.Lines[last].Cut = l.Open()
			l.Cancelled += l.Open()
		}
	}
}

// reversed takes a paper back.
func (o Order) reversed(p Paper, last *Paper) (Order, Paper, error) {
	switch {
	case last == nil || last.Order != o.ID:
		return o, p, errs.New(errs.NotFound, "%s has no such paper", o.Number)
	case last.Reversed:
		return o, p, errs.New(errs.Conflict, "%s was reversed already", last.Number)
	case last.Kind == Reversal:
		return o, p, errs.New(errs.Conflict, "%s is a reversal itself: post it anew instead", last.Number)
	}
	p.Reverses = last.ID
	for _, m := range last.Lines {
		i := slices.IndexFunc(o.Lines, func(l Line) bool { return l.ID == m.Line.ID })
		if i < 0 {
			return o, p, errs.New(errs.Conflict, "a line of %s is not there any more", last.Number)
		}
		l := &o.Lines[i]
		switch q := m.Quantity; {
		case q > 0 && (l.Net() < q || l.Cancelled < m.Cut):
			return o, p, errs.New(errs.Conflict, "a part of %s came back already: reverse that first", last.Number)
		case q > 0:
			l.Done -= q
			l.Cancelled -= m.Cut
		case m.Again && l.Open() < -q:
			return o, p, errs.New(errs.Conflict, "what came back by %s was delivered again already: reverse that first", last.Number)
		case m.Again:
			l.Done -= q
		default:
			l.Returned += q
		}
		m.ID, m.Quantity, m.Amount, m.Cut, m.Export = 0, -m.Quantity, -m.Amount, -m.Cut, 0
		p.Lines = append(p.Lines, m)
	}
	for i := range p.Lines {
		p.Lines[i].Line, _ = o.Line(p.Lines[i].Line.Place)
	}
	return o, p, nil
}
