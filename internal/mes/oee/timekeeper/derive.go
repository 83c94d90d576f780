// How the ledger of a line is derived anew, and from where on.

package timekeeper

import (
	"context"
	"slices"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/timeline"
	"millwright/internal/mes/oee/timeline/stops"
	"millwright/internal/plant"
)

// hear takes over what came too late.
func (s *Service) hear(now time.Time) {
	for _, k := range s.lines {
		if at, ok := k.course.heard(); ok {
			k.tooLate(at, now)
		}
	}
}

// recall takes the wishes from before the service began.
func (s *Service) recall(ctx context.Context) error {
	if s.recalled {
		return nil
	}
	all, err := s.o.Ledger.Wishes(ctx)
	if err != nil {
		return err
	}
	for _, w := range all {
		k := s.byLine[w.Line]
		if k == nil || w.Why == oee.Change && w.Mark > s.o.Revision {
			continue
		}
		k.recall(w)
		if w.Why == oee.Late {
			s.o.Wishes.recall(k.course, w)
		}
	}
	s.recalled = true
	return nil
}

// mend derives the ledgers anew that something came too late for.
func (s *Service) mend(ctx context.Context) {
	s.hear(s.o.Now())
	for _, k := range s.lines {
		now := s.o.Now()
		if ctx.Err() != nil || !k.due(now, s.o.Quiet) {
			continue
		}
		if err := s.derive(ctx, k); err != nil && ctx.Err() == nil {
			k.ask(now, retry)
			s.o.Log.Warn("the time ledger could not be derived; it is tried again", "line", k.line.ID, "err", err)
			continue
		}
		took := s.o.Now().Sub(now)
		k.rest = s.o.Now().Add(min(4*took, longest))
	}
}

// derive lays a line's ledger out anew: from the shift on that holds the oldest late fact, or else from where it ends.
func (s *Service) derive(ctx context.Context, k *keeper) error {
	if err := s.recall(ctx); err != nil {
		return err
	}
	if err := k.keep(ctx, s.o.Ledger, s.o.Wishes); err != nil {
		return err
	}
	now := s.o.Now().Round(0) // as the wall has it: times of the ledger are compared with it
	grants, err := s.wanted(ctx, k)
	if err != nil {
		return err
	}
	begin, err := s.begin(ctx, k, now)
	if err != nil {
		return err
	}
	k.begins(begin)
	late := k.late
	if !late.IsZero() && now.Sub(late) > tooOld {
		s.o.Log.Warn("a reading is too old to change the time ledger", "line", k.line.ID, "at", late)
		late = time.Time{}
	}
	from, err := s.bound(ctx, k, late)
	if err == nil && !k.early.IsZero() && k.early.Before(from) { // counted, and maybe not yet when the ledger was kept
		from, err = s.bound(ctx, k, k.early)
	}
	k.behind = plant.Span{}
	if err == nil && from.After(now) { // the clock was ahead when it was kept, or is behind now
		k.behind = plant.Span{From: now, To: from}
		from, err = s.bound(ctx, k, now)
	}
	if err != nil {
		return err
	}
	fresh, from, closed, err := s.layOut(ctx, k, from, now)
	if err != nil {
		return err
	}
	if err := s.o.Wishes.open(ctx, k.course, fresh.Horizon(), now); err != nil {
		return err
	}
	fresh.Begins(k.begin)
	k.install(fresh, from, now, closed)
	k.grants = grants
	return nil
}

// layOut lays a line's ledger out from a bound on, or from an earlier one if the line is wanted to be set up otherwise
// since then.
func (s *Service) layOut(ctx context.Context, k *keeper, from, now time.Time) (fresh *timeline.Engine, begin time.Time, closed []oee.Segment, err error) {
	changed, err := s.since(ctx, k)
	if err != nil {
		return nil, from, nil, err
	}
	if !changed.IsZero() {
		from = plant.Earlier(from, changed)
	}
	valid, err := s.validity(ctx, k, changed, now)
	if err != nil {
		return nil, from, nil, err
	}
	closed, span, err := s.former(ctx, k, valid, from, now)
	if err != nil {
		return nil, from, nil, err
	}
	fresh = timeline.NewEngine(k.line, k.signals...)
	last, err := fresh.Derive(ctx, s.o.History, span.To, now)
	if err != nil {
		return nil, from, nil, err
	}
	if w := fresh.At(now).Window; w.From.Before(span.To) {
		var before []oee.Segment
		if w.From.Before(span.From) {
			before, err = s.o.Ledger.Segments(ctx, k.line.ID, w.From, span.From)
		}
		fresh.Recall(slices.Concat(before, closed))
	}
	return fresh, span.From, append(closed, last...), err
}

// wanted gives the wishes for a line that deriving its ledger now grants.
func (s *Service) wanted(ctx context.Context, k *keeper) (all []oee.Wish, err error) {
	if w, ok := s.o.Wishes.take(k.course); ok {
		k.recall(w)
		all = append(all, w)
	}
	if !k.change.From.IsZero() {
		all = append(all, k.change)
	}
	kept, err := s.o.Ledger.Wishes(ctx)
	for _, w := range kept {
		if w.Line == k.line.ID && w.Why == oee.Order { // who posts orders keeps it with them
			k.recall(w)
			all = append(all, w)
		}
	}
	return all, err
}

// bound finds the bound of a kept segment from which a ledger can be derived anew: never before it begins.
func (s *Service) bound(ctx context.Context, k *keeper, late time.Time) (time.Time, error) {
	from, err := s.boundOf(ctx, k, late)
	return plant.Later(from, k.begin), err
}

func (s *Service) boundOf(ctx context.Context, k *keeper, late time.Time) (time.Time, error) {
	end, err := s.o.Ledger.End(ctx, k.line.ID)
	if err != nil {
		return time.Time{}, err
	}
	empty := end.IsZero()
	if empty {
		end = plant.Later(s.o.Earliest, k.begin)
	}
	if late.IsZero() {
		return end, nil
	}
	shift := late
	if running, ok := k.line.Calendar.At(late); ok {
		shift = running.From
	}
	from := shift.Add(-timeline.NewEngine(k.line, k.signals...).Reach())
	if empty || !from.Before(end) {
		return plant.Earlier(end, shift), nil
	}
	kept, err := s.o.Ledger.Segments(ctx, k.line.ID, from, shift.Add(time.Microsecond))
	if err != nil {
		return time.Time{}, err
	}
	if len(kept) > 0 {
		return s.stopBegan(ctx, k, kept[0].From)
	}
	return shift, nil // before the ledger began
}

// stopBegan is where the stop began that goes on at a bound, or else that bound: what comes late may make all of it a
// changeover.
func (s *Service) stopBegan(ctx context.Context, k *keeper, at time.Time) (time.Time, error) {
	kept, err := s.o.Ledger.Segments(ctx, k.line.ID, at.Add(-stops.LongestSetUp), at)
	for i := len(kept) - 1; i >= 0 && kept[i].To.Equal(at) && stops.Spans(kept[i].Category); i-- {
		at = kept[i].From
	}
	return at, err
}

// since is the bound from which the line is wanted to be set up otherwise; zero when it is not.
func (s *Service) since(ctx context.Context, k *keeper) (time.Time, error) {
	if k.change.From.IsZero() {
		return time.Time{}, nil
	}
	end, err := s.o.Ledger.End(ctx, k.line.ID)
	if err != nil || end.IsZero() {
		return time.Time{}, err
	}
	return s.boundAt(ctx, k, k.change.From, end)
}

// boundAt is the beginning of the kept segment that a time lies in, or of the first one after it: what is kept before
// stays as it is to the bit.
func (s *Service) boundAt(ctx context.Context, k *keeper, at, end time.Time) (time.Time, error) {
	if !at.Before(end) {
		return end, nil
	}
	kept, err := s.o.Ledger.Segments(ctx, k.line.ID, at, end)
	if err != nil || len(kept) == 0 {
		return end, err
	}
	return kept[0].From, nil
}
