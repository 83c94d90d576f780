package watch

import (
	"context"
	"time"

	"millwright/internal/ot/history"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// Recount tells what one counter counted in a window, and what it shows at its end. Of the samples that were names, those
// are read in the place of what the history holds at their times: so it stood before they were corrected.
func Recount(ctx context.Context, archive history.Archive, one machine.Signals, window plant.Span, were []tag.Sample) (all []machine.Counted, shows plant.Quantity, err error) {
	then := overlaid{Archive: archive, were: map[stamp]tag.Sample{}}
	for _, s := range were {
		then.were[stamp{s.Tag, s.Time.UnixMicro()}] = s
	}
	p := newPast(machine.NewEngine([]machine.Signals{one}), window.From, nil)
	keep := func(facts []machine.Fact) {
		for _, f := range facts {
			if c, ok := f.(machine.Counted); ok && !c.At.Before(window.From) && c.At.Before(window.To) {
				all = append(all, c)
			}
		}
	}
	if err := p.read(ctx, then, window.To, func(s tag.Sample) bool { keep(p.take(s)); return true }); err != nil {
		return nil, 0, err
	}
	keep(p.end(window.To.Add(-time.Microsecond)))
	for _, u := range p.engine.Units() {
		for _, c := range []machine.Count{u.Good, u.Reject, u.Total} {
			if c.Tag != 0 && c.Known {
				shows = c.Total
			}
		}
	}
	return all, shows, nil
}

// stamp is where a sample stands.
type stamp struct {
	tag tag.ID
	at  int64
}

// overlaid is a history with other samples in some places.
type overlaid struct {
	history.Archive
	were map[stamp]tag.Sample
}

// Samples reads a range as it was.
func (o overlaid) Samples(ctx context.Context, r history.Range, yield func(tag.Sample) bool) error {
	return o.Archive.Samples(ctx, r, o.as(yield))
}

// Merge reads several ranges as they were.
func (o overlaid) Merge(ctx context.Context, ranges []history.Range, yield func(tag.Sample) bool) error {
	return o.Archive.Merge(ctx, ranges, o.as(yield))
}

func (o overlaid) as(yield func(tag.Sample) bool) func(tag.Sample) bool {
	return func(s tag.Sample) bool {
		if old, ok := o.were[stamp{s.Tag, s.Time.UnixMicro()}]; ok {
			s = old
		}
		return yield(s)
	}
}
