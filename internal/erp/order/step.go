package order

import (
	"fmt"
	"slices"
	"strings"

	"millwright/internal/erp/partner"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Do is a step of an order that moves no goods.
type Do string

// The steps.
const (
	Confirm Do = "confirm" // a quote is agreed; a request is ordered
	Cancel  Do = "cancel"  // what is open will not go
)

// Step takes an order a step on.
type Step struct {
	Side    Side
	ID      int64
	Version int64
	Do      Do
	Places  []int // the lines that Cancel is about; none are all
	// Promised is when the lines can go that have no date, for Confirm: found anew each time, it is no part of what is asked.
	Promised []Promised `json:"-"`
}

// Promised is when a line can go.
type Promised struct {
	Place int
	Due   string // "" for never: nothing can be promised of it
	Why   string
}

// Take gives the order after a step.
func (o Order) Take(s Step) (Order, error) {
	o.Lines = slices.Clone(o.Lines)
	switch s.Do {
	case Confirm:
		return o.promised(s.Promised).confirmed(s.Promised)
	case Cancel:
		return o.cancelled(s.Places)
	}
	return o, errs.New(errs.Invalid, "an order knows the steps confirm and cancel, not %q", errs.Clip(string(s.Do)))
}

// promised gives lines without a date the one that was found for them, or the first after it on which the partner takes goods.
func (o Order) promised(all []Promised) Order {
	for i := range o.Lines {
		l := &o.Lines[i]
		at := slices.IndexFunc(all, func(p Promised) bool { return p.Place == l.Place })
		if at < 0 || l.Due != "" || l.Open() <= 0 || all[at].Due == "" {
			continue
		}
		l.Due, _ = o.Partner.Calendar.Next(all[at].Due)
		l.Promise = all[at].Why
	}
	return o
}

func (o Order) confirmed(all []Promised) (Order, error) {
	switch state := o.State(); state {
	case Open:
	default:
		return o, errs.New(errs.Conflict, "%s is %s already", o.Number, strings.ToLower(state.Word(o.Side)))
	}
	var w partner.Wrong
	for i, l := range o.Lines {
		if l.Open() <= 0 || l.Due != "" {
			continue
		}
		if at := slices.IndexFunc(all, func(p Promised) bool { return p.Place == l.Place }); at >= 0 {
			w.Add(fmt.Sprintf("lines[%d].due", i), "Line %d has no date, and none can be promised (%s): say when %s goes.", l.Place, all[at].Why, l.Number)
		} else {
			w.Add(fmt.Sprintf("lines[%d].due", i), "Line %d has no date: say when %s goes.", l.Place, l.Number)
		}
	}
	if o.Partner.Retired {
		w.Add("partner", "%s is retired: nothing new is agreed with them.", o.Partner.Number)
	}
	o.Firm = true
	return o, w.Err("%s cannot be agreed yet", o.Number)
}

func (o Order) cancelled(places []int) (Order, error) {
	for _, p := range places {
		if _, ok := o.Line(p); !ok {
			return o, errs.New(errs.NotFound, "%s has no line %d", o.Number, p)
		}
	}
	took := plant.Quantity(0)
	for i, l := range o.Lines {
		if len(places) == 0 || slices.Contains(places, l.Place) {
			took += min(l.Open(), plant.One) // only whether there is any
			o.Lines[i].Cancelled += l.Open()
		}
	}
	if took == 0 {
		return o, errs.New(errs.Conflict, "nothing of that is open any more: look again")
	}
	return o, nil
}

// Changes tells what is different between two states of an order, one line for each thing.
func Changes(was, is Order) (old, now string) {
	var a, b []string
	differ := func(name, x, y string) {
		if x != y {
			a, b = append(a, name+": "+x), append(b, name+": "+y)
		}
	}
	differ("partner", was.Partner.Number, is.Partner.Number)
	differ("reference", was.Reference, is.Reference)
	differ("address", was.Address, is.Address)
	differ("terms", was.Terms, is.Terms)
	differ("note", was.Note, is.Note)
	for _, l := range is.Lines {
		before, _ := was.Line(l.Place)
		differ(fmt.Sprintf("line %d", l.Place), before.Told(), l.Told())
	}
	for _, l := range was.Lines {
		if _, there := is.Line(l.Place); !there {
			differ(fmt.Sprintf("line %d", l.Place), l.Told(), "–")
		}
	}
	differ("state", was.State().Word(was.Side), is.State().Word(is.Side))
	return strings.Join(a, "\n"), strings.Join(b, "\n")
}

// Told is a line as the audit writes it.
func (l Line) Told() string {
	if l.Number == "" {
		return "–"
	}
	words := []string{fmt.Sprintf("%s %s %s at %s", l.Asked, l.Unit, l.Number, l.Price)}
	for _, w := range []struct{ name, value string }{{"revision", l.Revision}, {"requested", l.Requested}, {"due", l.Due}} {
		if w.value != "" {
			words = append(words, w.name+" "+w.value)
		}
	}
	if l.Promise != "" {
		words = append(words, "promised: "+l.Promise)
	}
	if l.Cancelled > 0 {
		words = append(words, "cancelled "+l.In(l.Cancelled).String())
	}
	for _, c := range l.Calls {
		words = append(words, l.In(c.Quantity).String()+" on "+c.Due)
	}
	return strings.Join(words, ", ")
}
