// Package amend carries corrections of samples through: into the history, the wishes for the time ledgers, and the books.
package amend

import (
	"context"
	"fmt"
	"time"

	"millwright/config"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/oee"
	"millwright/internal/ot/history"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/machine/watch"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/store"
)

// Desk makes corrections.
type Desk struct {
	Store   *store.Store
	Archive Archive
	Model   config.Model
	Oldest  time.Duration // how far back a sample may lie that is corrected
	Now     func() time.Time
}

// Archive is a history whose samples can be corrected.
type Archive interface {
	history.Archive
	history.Corrector
}

// Note looks samples over that shall hold in the place of those of their times, and notes those that change something:
// from then on they will be made, whatever happens. What holds already is no error.
func (d Desk) Note(ctx context.Context, asked []history.Correction) (refused []history.Refusal, err error) {
	var all []history.Correction
	at := map[tag.Sample]bool{}
	for i, c := range asked {
		key := tag.Sample{Tag: c.New.Tag, Time: c.New.Time}
		if at[key] {
			refused = append(refused, history.Refusal{Index: i, Why: "its time is corrected twice in one batch"})
			continue
		}
		at[key] = true
		if c.New.Time.Before(d.Now().Add(-d.Oldest)) {
			refused = append(refused, history.Refusal{Index: i, Why: fmt.Sprintf("it is older than %d days; history.late in the settings makes it longer", int(d.Oldest.Hours()/24))})
			continue
		}
		was, there, err := d.standing(ctx, c.New)
		if err != nil {
			return nil, err
		}
		if !there {
			refused = append(refused, history.Refusal{Index: i, Why: fmt.Sprintf("nothing stands at %s that could be corrected; send it without correct", c.New.Time.Format(time.RFC3339Nano))})
			continue
		}
		if was.Quality == c.New.Quality && was.Value.Same(c.New.Value) {
			continue
		}
		c.Tag, c.Was = d.Model.Tags.Tag(c.New.Tag).Name, was
		all = append(all, c)
	}
	if len(all) == 0 {
		return refused, nil
	}
	return refused, d.Store.Corrections().Keep(ctx, all)
}

// standing is what the history holds at the time of a sample.
func (d Desk) standing(ctx context.Context, s tag.Sample) (was tag.Sample, there bool, err error) {
	r := history.Range{Tag: s.Tag, From: s.Time, To: s.Time.Add(time.Microsecond)}
	err = d.Archive.Samples(ctx, r, func(x tag.Sample) bool { was, there = x, true; return false })
	return was, there, err
}

// wishes are those for the ledgers of all lines that rest on the samples.
func (d Desk) wishes(all []history.Correction) (wishes []oee.Wish) {
	for _, l := range d.Model.Plant.Lines() {
		var first time.Time
		for _, c := range all {
			if t := c.New.Time; d.rests(l, c.New.Tag) && (first.IsZero() || t.Before(first)) {
				first = t
			}
		}
		if !first.IsZero() {
			wishes = append(wishes, oee.Wish{Line: l.ID, Why: oee.Late, From: first.UTC(), Mark: d.Now().UnixMicro()})
		}
	}
	return wishes
}

// rests tells whether a line's time is laid out by a tag.
func (d Desk) rests(l plant.Line, id tag.ID) bool {
	for _, u := range l.Units {
		for i := range d.Model.Signals {
			if s := &d.Model.Signals[i]; s.Unit == u.ID && machine.NewEngine([]machine.Signals{*s}).Hears(id) {
				return true
			}
		}
	}
	return false
}

// Make makes what is noted and not made yet, and wishes for the ledgers anew. No engine may run meanwhile: they begin anew
// from what it leaves. A wish of before would be granted by one that still reads what stood there.
func (d Desk) Make(ctx context.Context) error {
	all, err := d.Store.Corrections().Pending(ctx)
	if err != nil || len(all) == 0 {
		return err
	}
	known := all[:0:0]
	for _, c := range all {
		id, ok := d.Model.Tags.Find(c.Tag)
		if !ok {
			continue // of a tag that is gone nothing is derived; it is made when the tag comes back
		}
		c.Was.Tag, c.New.Tag = id, id
		known = append(known, c)
		if _, err := d.Archive.Correct(ctx, d.Now(), []tag.Sample{c.New}); err != nil {
			return err
		}
	}
	if len(known) == 0 {
		return nil
	}
	p, err := d.posting(ctx, known)
	if err != nil {
		return err
	}
	p.Wishes = append(p.Wishes, d.wishes(known)...)
	return d.Store.Corrections().Booked(ctx, p, known)
}

// posting is what corrections change of the bookings.
func (d Desk) posting(ctx context.Context, all []history.Correction) (execution.Posting, error) {
	books := d.Store.Books()
	marks, err := books.Marks(ctx)
	if err != nil {
		return execution.Posting{}, err
	}
	jobs, err := books.Jobs(ctx)
	if err != nil {
		return execution.Posting{}, err
	}
	first := all[0].New.Time
	of := map[tag.ID][]tag.Sample{} // what stood there first, by tag
	for _, c := range all {
		first = plant.Earlier(first, c.New.Time)
		of[c.New.Tag] = append(of[c.New.Tag], c.Was)
	}
	runs, err := books.Runs(ctx, first.Add(-48*time.Hour))
	if err != nil {
		return execution.Posting{}, err
	}
	desk := execution.NewDesk(d.Model.Plant.Lines(), d.Model.Signals, d.Model.Tags)
	desk.Load(jobs, runs, marks)
	for id, were := range of {
		for _, one := range counters(d.Model.Signals, id) {
			if err := d.recount(ctx, desk, one, were); err != nil {
				return execution.Posting{}, err
			}
		}
	}
	p, _ := desk.Posting()
	return p, nil
}

// recount brings the bookings of one counter in line. were are the samples as they stood, the first of each time first.
func (d Desk) recount(ctx context.Context, desk *execution.Desk, one machine.Signals, were []tag.Sample) error {
	id := were[0].Tag
	mark, ok := desk.Booked(id)
	from := were[0].Time
	var olds []tag.Sample
	for i := len(were) - 1; i >= 0; i-- { // Recount takes the last of each time
		from = plant.Earlier(from, were[i].Time)
		olds = append(olds, were[i])
	}
	if !ok || from.After(mark) {
		return nil // it is booked when the engines read it
	}
	window := plant.Span{From: from, To: mark.Add(time.Microsecond)}
	was, _, err := watch.Recount(ctx, d.Archive, one, window, olds)
	if err != nil {
		return err
	}
	is, total, err := watch.Recount(ctx, d.Archive, one, window, nil)
	if err != nil {
		return err
	}
	desk.Correct(id, was, is, total)
	return nil
}

// counters gives each counter that reads a tag, by itself.
func counters(signals []machine.Signals, id tag.ID) (all []machine.Signals) {
	for i := range signals {
		s := &signals[i]
		if s.Good.Tag == id {
			all = append(all, machine.Signals{Unit: s.Unit, Good: s.Good})
		}
		if s.Reject.Tag == id {
			all = append(all, machine.Signals{Unit: s.Unit, Reject: s.Reject})
		}
		if s.Total.Tag == id {
			all = append(all, machine.Signals{Unit: s.Unit, Total: s.Total})
		}
	}
	return all
}
