package timekeeper

import (
	"context"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/timeline"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
)

// Settings are how a revision of the plant lays out a line's time.
type Settings struct {
	Line    plant.Line
	Signals []machine.Signals
	History timeline.Source
	Same    bool // as the revision in use does
	Gone    bool // what it rests on cannot be read any more: what is kept stays as it is
}

// Former gives how another revision of the plant laid out the time of a line that there is in the one in use.
type Former func(ctx context.Context, line plant.LineID, revision int64) (Settings, error)

// hindsight is how long after a stretch facts may still say what it was.
const hindsight = 24 * time.Hour

// begin is where the ledger of a line begins, as it was noted when it was laid out first: since then the first revision is
// valid that laid it out.
func (s *Service) begin(ctx context.Context, k *keeper, now time.Time) (at time.Time, err error) {
	if at, err = s.noted(ctx, k); err == nil && at.IsZero() && s.o.Former != nil && s.o.Begin != nil {
		at, err = s.o.Begin(ctx, k.line.ID)
	}
	return plant.Earlier(at, now).UTC().Truncate(time.Microsecond), err
}

// noted is where the ledger of a line begins as it is noted; zero where it is not.
func (s *Service) noted(ctx context.Context, k *keeper) (at time.Time, err error) {
	if s.o.Former == nil {
		return at, nil
	}
	all, err := s.o.Ledger.Valid(ctx, k.line.ID)
	if len(all) > 0 {
		at = all[0].Since
	}
	return at, err
}

// validity gives which revisions lay out a line's time; the last does as the one in use. changed is since when that is
// wanted, or zero. What is new is noted before anything is laid out by it: whoever comes after a kill in between finds
// the wish again, or the ledger that ends where it did.
func (s *Service) validity(ctx context.Context, k *keeper, changed, now time.Time) ([]oee.Validity, error) {
	if s.o.Former == nil {
		return nil, nil
	}
	all, err := s.o.Ledger.Valid(ctx, k.line.ID)
	if err != nil {
		return nil, err
	}
	end, err := s.o.Ledger.End(ctx, k.line.ID)
	if err != nil {
		return nil, err
	}
	v := oee.Validity{Line: k.line.ID, Since: changed, Revision: s.o.Revision}
	switch last := len(all) - 1; {
	case last < 0, end.IsZero() && last > 0:
		v.Since = plant.Later(time.UnixMicro(0).UTC(), k.begin)
	case !changed.IsZero():
	case all[last].Since.After(now): // the clock was ahead
		if v.Since, err = s.boundAt(ctx, k, now, end); err != nil {
			return nil, err
		}
	case all[last].Revision == s.o.Revision:
		return all, nil
	default:
		was, err := s.o.Former(ctx, k.line.ID, all[last].Revision)
		if err != nil || was.Same {
			return all, err
		}
		v.Since = end
		if end.IsZero() {
			v.Since = all[last].Since
		}
	}
	if err := s.o.Ledger.Validate(ctx, v); err != nil {
		return nil, err
	}
	for len(all) > 0 && !all[len(all)-1].Since.Before(v.Since) {
		all = all[:len(all)-1]
	}
	return append(all, v), nil
}

// former lays out a line's time from a bound on as the revisions did that were valid, up to where the one in use is.
// It gives where what it gives begins and ends.
func (s *Service) former(ctx context.Context, k *keeper, valid []oee.Validity, from, now time.Time) (all []oee.Segment, span plant.Span, err error) {
	span = plant.Span{From: from, To: from}
	for i := 1; i < len(valid); i++ {
		until := valid[i].Since
		if !until.After(span.To) {
			continue
		}
		was, err := s.o.Former(ctx, k.line.ID, valid[i-1].Revision)
		if err != nil {
			return nil, span, err
		}
		if was.Gone {
			end, err := s.o.Ledger.End(ctx, k.line.ID)
			if err != nil {
				return nil, span, err
			}
			if !end.Before(until) {
				all, span = nil, plant.Span{From: until, To: until}
				continue
			}
		}
		part, err := timeline.NewEngine(was.Line, was.Signals...).Between(ctx, was.History, plant.Span{From: span.To, To: until}, plant.Earlier(now, until.Add(hindsight)))
		if err != nil {
			return nil, span, err
		}
		all, span.To = append(all, part...), until
	}
	return all, span, nil
}
