package rollup

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/plant"
)

// Options is what a Keeper needs.
type Options struct {
	Plant *plant.Plant
	Units []kpi.Layout // of single machines, whose time is kept as that of lines is
	Book  Book
	// Segments is the time of a line as everybody sees it.
	Segments func(ctx context.Context, line plant.LineID, from, to time.Time) ([]oee.Segment, error)
	Log      *slog.Logger
	Pause    time.Duration // between two looks at all lines; 0 means 30 s
}

// Keeper keeps the sums of the lines up while time goes by.
type Keeper struct {
	o     Options
	lines []kpi.Layout
}

// NewKeeper makes a keeper.
func NewKeeper(o Options) *Keeper {
	if o.Pause == 0 {
		o.Pause = 30 * time.Second
	}
	k := &Keeper{o: o}
	if o.Plant != nil {
		k.lines = kpi.Layouts(o.Plant)
	}
	k.lines = append(k.lines, o.Units...)
	return k
}

// Run keeps the sums up until ctx ends.
func (k *Keeper) Run(ctx context.Context) error {
	look := time.NewTicker(k.o.Pause)
	defer look.Stop()
	for {
		for _, l := range k.lines {
			if err := k.Roll(ctx, l); err != nil && ctx.Err() == nil {
				k.o.Log.Warn("the sums of a line could not be kept up; what is asked is answered from its segments", "line", l.Line, "err", err)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-look.C:
		}
	}
}

// stride is how much of a line's time is added up at once.
const stride = 7 * 24 * time.Hour

// Roll keeps the sums of a line up to the last whole slot of its ledger.
func (k *Keeper) Roll(ctx context.Context, l kpi.Layout) error {
	for ctx.Err() == nil {
		more, err := k.step(ctx, l)
		if errs.KindOf(err) == errs.Conflict { // the line's time was changed meanwhile: the next look will find more
			return nil
		}
		if err != nil || !more {
			return err
		}
	}
	return nil
}

// step adds up the next stretch; more tells whether there is more after it.
func (k *Keeper) step(ctx context.Context, l kpi.Layout) (more bool, err error) {
	s, err := k.o.Book.State(ctx, l.Line)
	if s.Meaning != l.Meaning { // what is kept was made by another layout
		s.Fresh, s.Meaning = time.Time{}, l.Meaning
	}
	after := plant.Later(s.Begin, s.Fresh)
	if err != nil || s.Begin.IsZero() || s.End.Sub(after) < time.Hour {
		return false, err
	}
	from, err := k.dateOf(ctx, l.Line, s)
	if err != nil {
		return false, err
	}
	window := plant.Span{From: from, To: plant.Earlier(s.End, after.Add(stride))}
	segments, err := k.o.Segments(ctx, l.Line, from.Add(-time.Microsecond), window.To)
	if err != nil {
		return false, err
	}
	if l.Crew, err = k.o.Book.Crew(ctx, l.Line, plant.Span{From: from.Add(-time.Microsecond), To: window.To}); err != nil {
		return false, err
	}
	rows, fresh := l.Closed(window, segments)
	if !fresh.After(s.Fresh) {
		return false, nil
	}
	chunks, err := k.packed(ctx, l, rows, plant.Span{From: from, To: fresh})
	if err != nil {
		return false, err
	}
	if err := k.o.Book.Keep(ctx, l.Line, s, chunks, fresh); err != nil {
		return false, err
	}
	return window.To.Before(s.End), nil
}

// dateOf is where the date begins up to which the sums are those of the ledger: it may go on.
func (k *Keeper) dateOf(ctx context.Context, line plant.LineID, s State) (time.Time, error) {
	if s.Fresh.IsZero() {
		return s.Begin, nil
	}
	found, err := k.around(ctx, line, level{Hours, kpi.All}, s.Fresh.Add(-time.Microsecond))
	if err != nil || len(found) == 0 {
		return s.Begin, err
	}
	return found[len(found)-1].From, nil
}

// packed makes chunks of the rows up to where they are whole. The last date may still go on.
func (k *Keeper) packed(ctx context.Context, l kpi.Layout, rows []kpi.Row, span plant.Span) (chunks []Chunk, err error) {
	for len(rows) > 0 && rows[len(rows)-1].To.After(span.To) {
		rows = rows[:len(rows)-1]
	}
	dates := runs(rows, func(r *kpi.Row) string { return r.Date })
	for _, d := range dates {
		chunks = append(chunks, Chunk{Line: l.Line, Grain: Hours, Span: spanOf(d), Packed: pack(d)})
	}
	for _, side := range sides() {
		more, err := k.coarser(ctx, l.Line, side, dates)
		if err != nil {
			return nil, err
		}
		chunks = append(chunks, more...)
	}
	return chunks, nil
}

// runs divides rows where something of them changes.
func runs(rows []kpi.Row, what func(*kpi.Row) string) (all [][]kpi.Row) {
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && what(&rows[n]) == what(&rows[0]) {
			n++
		}
		all, rows = append(all, rows[:n]), rows[n:]
	}
	return all
}

func spanOf(rows []kpi.Row) plant.Span {
	return plant.Span{From: rows[0].From, To: rows[len(rows)-1].To}
}

// coarser makes chunks of the dates that are over, and of their months, of which the last goes on. They go on from those that are kept; what is kept
// of a time that is told anew is put away.
func (k *Keeper) coarser(ctx context.Context, line plant.LineID, side kept, dates [][]kpi.Row) (chunks []Chunk, err error) {
	if len(dates) == 0 {
		return nil, nil
	}
	begin := dates[0][0].From
	days, err := k.before(ctx, line, level{Days, side.side}, begin)
	if err != nil {
		return nil, err
	}
	for _, d := range dates[:len(dates)-1] {
		parts := [][]kpi.Row{d}
		if side.has(kpi.ShiftName) { // a shift of a date has its own time
			parts = runs(d, func(r *kpi.Row) string { return r.Shift })
		}
		for _, p := range parts {
			days.add(side.fold(p, spanOf(p), p[0].Date))
		}
	}
	months, err := k.before(ctx, line, level{Months, side.side}, begin)
	if err != nil {
		return nil, err
	}
	if days.changed {
		for _, m := range runs(days.rows, func(r *kpi.Row) string { return part(r.Date, "2026-03") }) {
			month := part(m[0].Date, "2026-03") // as far as it is kept: the last one goes on
			months.rows = slices.DeleteFunc(months.rows, func(r kpi.Row) bool { return r.Date == month })
			months.add(side.fold(m, spanOf(m), month))
		}
	}
	chunks = days.chunks(Chunk{Line: line, Grain: Days, Side: side.side}, "2026-03")
	return append(chunks, months.chunks(Chunk{Line: line, Grain: Months, Side: side.side}, "2026")...), nil
}

// part is as much of a date as there is of a sample of one.
func part(date, sample string) string { return date[:min(len(sample), len(date))] }

// series is rows of a level while more come to them.
type series struct {
	rows    []kpi.Row
	changed bool
	was     plant.Span // of what is kept, where nothing is left of it
}

func (s *series) add(rows []kpi.Row) {
	s.rows, s.changed = append(s.rows, rows...), true
}

// chunks packs the rows, those of one month or year together.
func (s *series) chunks(c Chunk, sample string) (all []Chunk) {
	if !s.changed {
		return nil
	}
	if len(s.rows) == 0 {
		c.Span, c.Packed = s.was, pack(nil)
		return []Chunk{c}
	}
	for _, m := range runs(s.rows, func(r *kpi.Row) string { return part(r.Date, sample) }) {
		c.Span, c.Packed = spanOf(m), pack(m)
		all = append(all, c)
	}
	return all
}

// before gives the rows of the last chunk of a level that end before a moment.
func (k *Keeper) before(ctx context.Context, line plant.LineID, at level, moment time.Time) (s series, err error) {
	found, err := k.around(ctx, line, at, moment)
	for _, c := range found {
		rows, err := unpack(line, c.Packed)
		if err != nil {
			return s, fmt.Errorf("read the sums of line %s: %w", line, err)
		}
		all := len(rows)
		rows = slices.DeleteFunc(rows, func(r kpi.Row) bool { return r.To.After(moment) })
		s.changed = s.changed || len(rows) < all
		if s.was = c.Span; len(rows) > 0 {
			s.rows = rows
		}
	}
	return s, err
}

// around gives the chunks that touch a moment.
func (k *Keeper) around(ctx context.Context, line plant.LineID, at level, moment time.Time) ([]Chunk, error) {
	const near = time.Microsecond
	return k.o.Book.Chunks(ctx, Ask{Lines: []plant.LineID{line}, Grain: at.grain, Side: at.side, Span: plant.Span{From: moment.Add(-near), To: moment.Add(near)}})
}
