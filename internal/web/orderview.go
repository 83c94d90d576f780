// What a page tells of an order: its facts, its lines, what moved for it.

package web

import (
	"crypto/rand"
	"strconv"
	"strings"

	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/plant"
	"millwright/internal/plant/measure"
	"millwright/views/figure"
	orderview "millwright/views/order"
	"millwright/views/ui"
)

func (t trade) orderFacts(o order.Order) []orderview.Fact {
	facts := []orderview.Fact{{Name: t.say("Customer", "Supplier"), Value: o.Partner.Number + " " + o.Partner.Name, Href: "/partners/" + strconv.FormatInt(o.Partner.ID, 10)}}
	add := func(name, value string) {
		if value != "" {
			facts = append(facts, orderview.Fact{Name: name, Value: value})
		}
	}
	add("Their number", o.Reference)
	if due := o.Due(); due != "" {
		if due < t.today() {
			due += " (late)"
		}
		add("Next due", due)
	}
	add("Goods go to", o.Address)
	add("Terms", o.Terms)
	add("Note", o.Note)
	add("Written", t.stamp(o.Created)+" by "+o.By)
	if !o.FirmAt.IsZero() {
		add(t.say("Confirmed", "Ordered"), t.stamp(o.FirmAt))
	}
	return facts
}

func (t trade) lineView(l figure.Locale, line order.Line) orderview.Line {
	v := orderview.Line{
		Place: strconv.Itoa(line.Place), Item: ui.Link{Name: line.Number, Href: itemHref(line.Item)}, Text: line.Text, Quantity: t.amount(l, line.Asked), Unit: measure.Symbol(line.Unit),
		Price: exactly(l, t.settled(line.Price)), Why: line.Why, Amount: exactly(l, t.settled(line.Total())), Requested: line.Requested, Due: line.Due, DueWhy: line.Promise,
		Gone: t.amount(l, line.In(line.Done)), Open: t.amount(l, line.In(line.Open())),
	}
	if line.Revision != "" {
		v.Text += ", revision " + line.Revision
	}
	var more []string
	for _, m := range []struct {
		q    plant.Quantity
		word string
	}{{line.Cancelled, "cancelled"}, {line.Returned, "returned"}, {line.Over(), "too much"}} {
		if m.q > 0 {
			more = append(more, t.amount(l, line.In(m.q))+" "+m.word)
		}
	}
	if len(line.Calls) > 0 {
		for _, call := range line.Waiting() {
			more = append(more, t.amount(l, line.In(call.Quantity))+" on "+call.Due)
		}
	}
	if line.Reserved > 0 {
		more = append(more, t.amount(l, line.In(line.Reserved))+" set aside")
	}
	v.More = strings.Join(more, ", ")
	return v
}

func (t trade) paperView(l figure.Locale, o order.Order, p order.Paper, may bool) orderview.Paper {
	v := orderview.Paper{Number: p.Number, Title: p.Title(), At: t.stamp(p.At), By: p.By, Note: p.Note, File: t.href(o.ID) + "/paper/" + strconv.FormatInt(p.ID, 10)}
	if t.Folio != nil {
		kind := map[order.Side]string{partner.Sales: "note", partner.Purchase: "receipt"}[t.side]
		v.Folio = ui.Link{Name: "Comments and files of " + p.Number, Href: documentHref(kind, p.ID)}
	}
	if p.Reference != "" {
		v.Title += ", their " + p.Reference
	}
	for _, m := range p.Lines {
		words := t.amount(l, m.Line.In(m.Quantity)) + " " + measure.Symbol(m.Line.Unit) + " " + m.Line.Number
		for _, lot := range []string{m.Lot, m.Serial} {
			if lot != "" {
				words += " · " + lot
			}
		}
		v.Lines = append(v.Lines, words)
	}
	switch {
	case p.Reversed:
		v.State = "Reversed"
	case p.Kind != order.Reversal && may:
		v.Reverse = &orderview.Step{Name: "Reverse", Action: t.href(o.ID) + "/reverse/" + strconv.FormatInt(p.ID, 10), Version: strconv.FormatInt(o.Version, 10), Key: rand.Text(), Help: "It was a mistake: everything it did is taken back."}
	}
	return v
}

// money writes an amount with the company's currency.
func (s *Server) money(l figure.Locale, m plant.Money) string {
	return strings.TrimSpace(exactly(l, s.settled(m)) + " " + s.painter().site().Currency)
}

// exactly writes an exact decimal as the locale does, to the same digit.
func exactly(l figure.Locale, decimal string) string {
	whole, frac, cut := strings.Cut(decimal, ".")
	negative := strings.HasPrefix(whole, "-")
	n, err := strconv.ParseInt(strings.TrimPrefix(whole, "-"), 10, 64)
	if err != nil {
		return decimal
	}
	out := l.Whole(n)
	if negative {
		out = "−" + out
	}
	if cut {
		out += "." + frac
	}
	return out
}

func (t trade) amount(l figure.Locale, q plant.Quantity) string { return exactly(l, q.String()) }
