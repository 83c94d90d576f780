package workunit

import (
	"context"
	"slices"
	"sync"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/timekeeper"
	"millwright/internal/mes/oee/timeline"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
)

// Former is how a line was set up until a moment.
type Former struct {
	Line    plant.Line
	Signals []machine.Signals
	History timeline.Source
	Until   time.Time
}

// Before gives how a line was set up at times after a moment, before it was as it is, in the order of time; and when its
// time begins.
type Before func(ctx context.Context, line plant.LineID, after time.Time) (all []Former, begin time.Time, err error)

// Earlier gives how lines were set up while the revisions were valid that laid out their time, as the ledger of the lines does.
func Earlier(valid func(context.Context, plant.LineID) ([]oee.Validity, error), former timekeeper.Former) Before {
	type at struct {
		line     plant.LineID
		revision int64
	}
	var mu sync.Mutex
	known := map[at]timekeeper.Settings{}
	return func(ctx context.Context, line plant.LineID, after time.Time) (all []Former, begin time.Time, err error) {
		revisions, err := valid(ctx, line)
		if err != nil {
			return nil, begin, err
		}
		if len(revisions) > 0 {
			begin = revisions[0].Since
		}
		mu.Lock()
		defer mu.Unlock()
		for i := 1; i < len(revisions); i++ {
			until := revisions[i].Since
			if !until.After(after) {
				continue
			}
			key := at{line, revisions[i-1].Revision}
			was, ok := known[key]
			if !ok {
				if was, err = former(ctx, line, key.revision); err != nil {
					return nil, begin, err
				}
				known[key] = was
			}
			all = append(all, Former{Line: was.Line, Signals: was.Signals, History: was.History, Until: until})
		}
		return all, begin, nil
	}
}

// Since lets the machines' time be laid out by the settings of its time.
func (u *Units) Since(before Before) *Units {
	u.before = before
	return u
}

// hindsight is how long after a stretch facts may still say what it was.
const hindsight = 24 * time.Hour

// former lays out a machine's time by the settings that are no more, and gives from when on those in use do. Of a time in
// which there was no such machine it is by those that come next.
func (u *Units) former(ctx context.Context, one *Unit, span plant.Span) (all []oee.Segment, rest time.Time, err error) {
	rest = span.From
	if u.before == nil {
		return nil, rest, nil
	}
	was, begin, err := u.before(ctx, one.Line, span.From)
	if err != nil {
		return nil, rest, err
	}
	if begin = plant.Earlier(begin, span.To); rest.Before(begin) { // nobody saw what it did
		e := timeline.NewUnitEngine(u.lines[one.Line], one.ID, u.said[one.Line]...)
		all, err = e.Between(ctx, nothing, plant.Span{From: rest, To: begin}, begin)
		if err != nil {
			return nil, rest, err
		}
		rest = begin
	}
	for _, w := range was {
		until := plant.Earlier(w.Until, span.To)
		if !rest.Before(until) || !slices.ContainsFunc(w.Line.Units, func(x plant.Unit) bool { return x.ID == one.ID }) {
			continue
		}
		e := timeline.NewUnitEngine(w.Line, one.ID, w.Signals...)
		part, err := e.Between(ctx, w.History, plant.Span{From: rest, To: until}, plant.Earlier(span.To, until.Add(hindsight)))
		if err != nil {
			return nil, rest, err
		}
		all, rest = append(all, part...), until
	}
	return all, rest, nil
}

// nothing are the facts of a time of which nobody says anything.
func nothing(context.Context, plant.LineID, time.Time, time.Time, func(machine.Fact) bool) error {
	return nil
}
