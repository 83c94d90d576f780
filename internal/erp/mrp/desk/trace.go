package desk

import (
	"cmp"
	"slices"

	"millwright/internal/erp/mrp"
	"millwright/internal/plant"
)

// Row is one day of an item's plan.
type Row struct {
	Date     plant.Date
	Day      mrp.Day
	Gross    plant.Quantity // wanted
	Receipts plant.Quantity // of orders that there are, when they are due; with what comes besides others
	Planned  plant.Quantity // of orders of the plan; likewise
	Balance  plant.Quantity // what is there at the day's end
	Releases plant.Quantity // of orders of the plan, to be begun
}

// Rows is an item's plan by day: of the days on which something happens, the first being today.
func (s *Standing) Rows(item int64) (onHand plant.Quantity, rows []Row) {
	at, is := s.index[item]
	if !is {
		return 0, nil
	}
	days := map[mrp.Day]*Row{}
	on := func(d mrp.Day) *Row {
		d = max(d, s.Plan.Today)
		if days[d] == nil {
			days[d] = &Row{Day: d, Date: s.Calendar.Date(d)}
		}
		return days[d]
	}
	on(s.Plan.Today)
	for _, r := range s.Plan.Requirements(at) {
		if r.Cause != mrp.Safety {
			on(r.Day).Gross += r.Quantity
		}
	}
	for _, r := range s.input.Receipts {
		if r.Item == at {
			on(r.Day).Receipts += r.Quantity
		}
	}
	for _, g := range s.Plan.Supplies(at) {
		switch g.Source {
		case mrp.Beside:
			on(g.Day).Planned += g.Quantity
		case mrp.BesideOpen:
			on(g.Day).Receipts += g.Quantity
		case mrp.Stock, mrp.Open, mrp.New:
		}
	}
	for _, o := range s.Plan.Orders {
		if o.Item == at && !o.Passed {
			on(o.Due).Planned += o.Quantity
			on(o.Release).Releases += o.Start
		}
	}
	for _, r := range days {
		rows = append(rows, *r)
	}
	slices.SortFunc(rows, func(a, b Row) int { return cmp.Compare(a.Day, b.Day) })
	onHand = s.Facts.Items[at].OnHand
	balance := onHand
	for i := range rows {
		balance += rows[i].Receipts + rows[i].Planned - rows[i].Gross
		rows[i].Balance = balance
	}
	return onHand, rows
}

// Tie is one peg in words: so much of a supply meets so much of what is wanted.
type Tie struct {
	Quantity plant.Quantity
	Wanted   plant.Date
	By       Source // what wants it
	Comes    plant.Date
	From     Source // what meets it; Kind "nothing" for what nothing meets
	Hard     bool   // it is made for it, and for nothing else
}

// Source is one end of a peg.
type Source struct {
	Kind     string // "order", "forecast", "plan", "firm", "safety"; "stock", "coming", "plan", "beside", "nothing"
	Item     int64  // of a planned or firmed order: the item it makes
	Document string
	Line     int64
	Text     string
	Quantity plant.Quantity
}

// Ties gives the pegs of an item, by what is wanted first.
func (s *Standing) Ties(item int64) (all []Tie) {
	at, is := s.index[item]
	if !is {
		return nil
	}
	wants, gets := s.Plan.Requirements(at), s.Plan.Supplies(at)
	for _, p := range s.Plan.Pegs(at) {
		r := wants[p.Requirement]
		t := Tie{Quantity: p.Quantity, Wanted: s.Calendar.Date(r.Day), By: s.by(r), From: Source{Kind: "nothing"}, Hard: r.Bond != 0}
		if p.Supply >= 0 {
			t.From, t.Comes = s.from(at, gets[p.Supply]), s.Calendar.Date(gets[p.Supply].Day)
		}
		all = append(all, t)
	}
	return all
}

func (s *Standing) by(r mrp.Requirement) Source {
	by := s.cause(r)
	if r.Instead > 0 {
		by.Text += ", in place of " + s.Facts.Items[s.Plan.Swaps[r.Instead-1].Of].Number
	}
	return by
}

func (s *Standing) cause(r mrp.Requirement) Source {
	switch r.Cause {
	case mrp.Wanted:
		w := s.wants[r.Ref]
		kind := "order"
		if w.Document == "forecast" {
			kind = "forecast"
		}
		return Source{Kind: kind, Item: w.Item, Document: w.Document, Line: w.Line, Text: w.Text, Quantity: r.Quantity}
	case mrp.Planned:
		o := s.Plan.Orders[r.Ref]
		return Source{Kind: "plan", Item: s.Facts.Items[o.Item].ID, Text: "planned order of " + s.Facts.Items[o.Item].Number, Quantity: r.Quantity}
	case mrp.Firmed:
		c := s.comes[r.Ref]
		return Source{Kind: "firm", Item: c.Item, Document: c.Document, Line: c.Line, Text: c.Text, Quantity: r.Quantity}
	case mrp.Safety:
	}
	return Source{Kind: "safety", Text: "safety stock", Quantity: r.Quantity}
}

func (s *Standing) from(at int32, g mrp.Supply) Source {
	item := &s.Facts.Items[at]
	switch g.Source {
	case mrp.Open:
		c := s.comes[g.Ref]
		return Source{Kind: "coming", Item: c.Item, Document: c.Document, Line: c.Line, Text: c.Text, Quantity: g.Quantity}
	case mrp.New:
		return Source{Kind: "plan", Item: item.ID, Text: "planned order of " + item.Number, Quantity: g.Quantity}
	case mrp.Beside, mrp.BesideOpen:
		return s.besides(g)
	case mrp.Stock:
	}
	return Source{Kind: "stock", Item: item.ID, Text: "stock", Quantity: g.Quantity}
}

// besides names the order of another item that a supply comes besides.
func (s *Standing) besides(g mrp.Supply) Source {
	maker, _ := s.Plan.Maker(g)
	item := &s.Facts.Items[maker]
	if g.Source == mrp.BesideOpen {
		c := s.comes[g.Ref]
		return Source{Kind: "beside", Item: item.ID, Document: c.Document, Line: c.Line, Text: c.Text + ", besides " + item.Number, Quantity: g.Quantity}
	}
	return Source{Kind: "beside", Item: item.ID, Text: "besides the planned order of " + item.Number, Quantity: g.Quantity}
}

// Serves gives what a message's supply goes into in the end: the demands that are late when it is.
func (s *Standing) Serves(m Message) (all []Want) {
	at, is := s.index[m.Item]
	if !is {
		return nil
	}
	var ref int32
	source := mrp.Open
	if m.Document == "" {
		source = mrp.New
		ref = int32(slices.IndexFunc(s.Plan.Orders, func(o mrp.Order) bool {
			return o.Item == at && !o.Passed && o.Quantity == m.Quantity && s.Calendar.Date(o.Due) == m.To && s.Calendar.Date(o.Release) == m.From
		}))
	} else {
		ref = int32(slices.IndexFunc(s.comes, func(c Coming) bool {
			return c.Document == m.Document && c.Line == m.Line && c.Item == m.Item && c.Date == m.From
		}))
	}
	if ref < 0 {
		return nil
	}
	for _, d := range s.Plan.Serves(at, source, ref) {
		all = append(all, s.wants[d])
	}
	return all
}
