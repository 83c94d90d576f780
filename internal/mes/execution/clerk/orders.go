package clerk

import (
	"context"
	"slices"
	"strings"
	"time"

	"millwright/internal/mes/execution"
	"millwright/internal/mes/oee"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
)

const (
	punctual  = 10 * time.Second // a change of orders that is older when it is kept may be late for the time ledger, which waits longer
	forgotten = 24 * time.Hour   // what is not there any more since then was not changed, but is not remembered
)

// Orders gives from when on orders ran on a line in a time, and how it stood before.
func (s *Service) Orders(ctx context.Context, line plant.LineID, from, to time.Time) ([]oee.OrderChanged, error) {
	pacer, ok := s.pacers[line]
	if !ok {
		return nil, nil
	}
	return OrdersOf(ctx, s.o.Books, line, pacer, plant.Span{From: from, To: to})
}

// OrdersOf gives them for a line that has this pacer.
func OrdersOf(ctx context.Context, books execution.Books, line plant.LineID, pacer plant.UnitID, within plant.Span) ([]oee.OrderChanged, error) {
	turns, err := books.Turns(ctx, line, within.From, within.To)
	if err != nil {
		return nil, err
	}
	all := execution.Orders(pacer, turns)
	return slices.DeleteFunc(all, func(o oee.OrderChanged) bool { return !o.At.Before(within.To) }), nil
}

// late gives the wishes for the time ledgers that what waits to be posted comes too late for.
func (s *Service) late(p execution.Posting) (all []oee.Wish) {
	if len(p.Jobs)+len(p.Runs) == 0 {
		return nil
	}
	now := s.o.Now().UTC()
	for line, pacer := range s.pacers {
		at := time.Time{}
		for _, f := range s.changed(s.told[line], execution.Orders(pacer, s.desk.Turns(line))) {
			if at.IsZero() || f.When().Before(at) {
				at = f.When()
			}
		}
		if !at.IsZero() && now.Sub(at) > punctual {
			all = append(all, oee.Wish{Line: line, Why: oee.Order, From: at, Mark: now.UnixMicro()})
		}
	}
	slices.SortFunc(all, func(a, b oee.Wish) int { return strings.Compare(string(a.Line), string(b.Line)) })
	return all
}

// tell says what became of the orders of lines since it was told last.
func (s *Service) tell() {
	var news []machine.Fact
	first := s.told == nil // the history has it all
	if first {
		s.told = map[plant.LineID][]oee.OrderChanged{}
	}
	for line, pacer := range s.pacers {
		is := execution.Orders(pacer, s.desk.Turns(line))
		if !first {
			news = append(news, s.changed(s.told[line], is)...)
		}
		s.told[line] = is
	}
	s.o.Facts.Publish(news)
}

// changed gives what is told of orders that it was not, and from when on something is not true any more.
func (s *Service) changed(was, is []oee.OrderChanged) (all []machine.Fact) {
	for len(was) > 0 && len(is) > 0 && was[0].Same(is[0]) { // nearly all of them
		was, is = was[1:], is[1:]
	}
	for _, o := range is {
		if !slices.ContainsFunc(was, o.Same) {
			all = append(all, o)
		}
	}
	known := s.o.Now().Add(-forgotten)
	for _, o := range was {
		stands := slices.ContainsFunc(is, func(n oee.OrderChanged) bool { return n.At.Equal(o.At) })
		if !stands && o.At.After(known) {
			all = append(all, machine.Late{Unit: o.Pacer, At: o.At})
		}
	}
	return all
}
