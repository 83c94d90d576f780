package mrp

import (
	"fmt"

	"millwright/internal/plant"
)

// Action is what a planner is asked to do.
type Action uint8

// The actions.
const (
	Expedite   Action = iota // have an open order come earlier
	Defer                    // have it come later
	Cancel                   // it is not needed
	Increase                 // have more of it
	Decrease                 // have less of it
	Buy                      // release a planned order to a supplier
	MakeIt                   // release a planned order to the floor
	Substitute               // take an alternate in a part's place
)

var actionNames = [...]string{"expedite", "defer", "cancel", "increase", "decrease", "order", "make", "substitute"}

// String names the action as planners call it.
func (a Action) String() string {
	if int(a) < len(actionNames) {
		return actionNames[a]
	}
	return "unknown"
}

// Message asks for one thing, with all that its reason is made of.
type Message struct {
	Action        Action
	Item          int32
	Receipt       int32 // the open order it is about, or -1
	Order         int32 // the plan's order, or -1
	From, To      Day
	Was, Quantity plant.Quantity
	For           int32 // the requirement of the item that is short, or -1
}

// Due gives the messages for the plan's orders that have to be released up to a day.
func (p *Plan) Due(until Day) []Message {
	var all []Message
	for i := range p.Orders {
		o := &p.Orders[i]
		if o.Passed || o.Release > until {
			continue
		}
		action := Buy
		if p.Items[o.Item].Make {
			action = MakeIt
		}
		all = append(all, Message{Action: action, Item: o.Item, Receipt: -1, Order: int32(i), From: o.Release, To: o.Due, Quantity: o.Quantity, For: o.For})
	}
	return all
}

// Why gives a message's reason in words; day writes a day.
func (p *Plan) Why(m Message, day func(Day) string) string {
	if m.For < 0 {
		if m.Action == Decrease {
			return fmt.Sprintf("%s of it is wanted by nothing", m.Was-m.Quantity)
		}
		for _, s := range p.supply[m.Item] {
			if item, is := p.Maker(s); is {
				return "nothing wants it: it comes besides " + p.Items[item].ID
			}
		}
		return "nothing wants it"
	}
	r := p.gross[m.Item][m.For]
	text := fmt.Sprintf("wanted on %s by %s", day(r.Day), p.who(r))
	if m.Order >= 0 {
		if o := p.Orders[m.Order]; o.Release < p.Today {
			text += fmt.Sprintf("; it should have been released on %s", day(o.Release))
		}
	}
	return text
}

// Lacking gives a swap's reason in words; day writes a day.
func (p *Plan) Lacking(s Swap, day func(Day) string) string {
	of, item := p.Items[s.Of].ID, p.Items[s.Item].ID
	text := fmt.Sprintf("in place of %s of %s, of which %s are not there on %s", s.Quantity, of, s.Lacks, day(s.Day))
	if s.Soonest > s.Day {
		text += fmt.Sprintf(" and come on %s at the earliest", day(s.Soonest))
	}
	return text + fmt.Sprintf("; of %s, %s are in stock that nothing else wants", item, s.Spare)
}

// who names what a requirement comes from.
func (p *Plan) who(r Requirement) string {
	text := p.cause(r)
	if r.Instead > 0 {
		text += ", in place of " + p.Items[p.Swaps[r.Instead-1].Of].ID
	}
	return text
}

func (p *Plan) cause(r Requirement) string {
	switch r.Cause {
	case Wanted:
		return p.in.Demands[r.Ref].Source
	case Planned:
		return "the planned order of " + p.Items[p.Orders[r.Ref].Item].ID
	case Firmed:
		return "order " + p.in.Receipts[r.Ref].ID
	case Safety:
	}
	return "the safety stock"
}
