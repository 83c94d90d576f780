package health

import (
	"context"
	"slices"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/mes/oee/health/given"
	"millwright/internal/mes/oee/health/sustain"
	"millwright/internal/mes/oee/logbook"
	"millwright/internal/plant"
)

const length = 24 * time.Hour

// stride is how many days are read at once.
const stride = 7

// mostStops bounds what is kept of a day: the longest stops, of those without a reason and of the others.
const mostStops = 300

func dayOf(t time.Time) int64 { return floor(t.UnixMicro(), length.Microseconds()) }

func floor(a, b int64) int64 {
	if a < 0 {
		return (a - b + 1) / b
	}
	return a / b
}

func begin(i int64) time.Time { return time.UnixMicro(i * length.Microseconds()).UTC() }

// old tells when a day is to be read again. What was long ago changes only by samples that come very late.
func (d *day) old(i int64, now time.Time) bool {
	age := now.Sub(d.read)
	switch ended := now.Sub(begin(i + 1)); {
	case ended < 0:
		return age >= 5*time.Second
	case ended < 26*time.Hour: // its last shift may still go on
		return age >= time.Minute
	}
	return age >= 10*time.Minute
}

// since gives the days from a moment to now, in order.
func (k *Keeper) since(ctx context.Context, l *line, from time.Time) ([]*day, error) {
	now := k.o.Now()
	first, last := dayOf(from), dayOf(now)
	first = max(first, last-Longest-1)
	var all []*day
	for i := first; i <= last; {
		l.mu.Lock()
		have, turn := l.days[i], l.turn
		end := i
		for end <= last && end < i+stride && (l.days[end] == nil || l.days[end].old(end, now)) {
			end++
		}
		l.mu.Unlock()
		if end == i {
			all = append(all, have)
			i++
			continue
		}
		read, err := k.read(ctx, l, i, end)
		if err != nil {
			return nil, err
		}
		l.keep(i, read, turn)
		all = append(all, read...)
		i = end
	}
	l.drop(last - Longest - 2)
	return all, nil
}

// keep remembers days, unless somebody said something meanwhile.
func (l *line) keep(first int64, read []*day, turn int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.turn != turn {
		return
	}
	for i, d := range read {
		l.days[first+int64(i)] = d
	}
}

// drop forgets what is too long ago.
func (l *line) drop(before int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.days {
		if i < before {
			delete(l.days, i)
		}
	}
}

// read reads the stops that began in some days.
func (k *Keeper) read(ctx context.Context, l *line, first, end int64) ([]*day, error) {
	of := plant.Span{From: begin(first), To: plant.Earlier(begin(end), k.o.Now().UTC().Truncate(time.Microsecond))}
	v := logbook.View{}
	if of.From.Before(of.To) {
		var err error
		if v, err = k.o.Book.View(ctx, l.ID, of); err != nil {
			return nil, err
		}
	}
	days := make([]*day, end-first)
	for i := range days {
		days[i] = &day{read: k.o.Now()}
		days[i].fill(l, slices.DeleteFunc(slices.Clone(v.Stops), func(x edit.Stop) bool { return dayOf(x.From) != first+int64(i) }), v.Edits)
	}
	return days, nil
}

func (d *day) fill(l *line, stops []edit.Stop, edits []edit.Edit) {
	for _, x := range stops {
		switch {
		case x.Missing():
			d.open = append(d.open, x)
		case x.By != "" && x.Derived == oee.Breakdown:
			d.told = append(d.told, x)
		}
	}
	d.open, d.told = longest(d.open), longest(d.told)
	d.given.Add(l.tree, stops, edits)
}

// longest leaves out the shortest stops where there are too many.
func longest(all []edit.Stop) []edit.Stop {
	if len(all) <= mostStops {
		return slices.Clip(all)
	}
	lasted := make([]time.Duration, len(all))
	for i := range all {
		lasted[i] = all[i].Lasted
	}
	slices.Sort(lasted)
	least := lasted[len(lasted)-mostStops]
	all = slices.DeleteFunc(all, func(x edit.Stop) bool { return x.Lasted < least })
	return all[:mostStops]
}

// Open gives the stops of a line since a moment that nobody has explained, in the order of time.
func (k *Keeper) Open(ctx context.Context, id plant.LineID, since time.Time) (all []edit.Stop, err error) {
	l, err := k.line(id)
	if err != nil {
		return nil, err
	}
	days, err := k.since(ctx, l, since)
	for _, d := range days {
		for _, x := range d.open {
			if !x.From.Before(since) {
				all = append(all, x)
			}
		}
	}
	return all, err
}

// Given is how people said why a line stood, in the shifts that opened on a date and since.
func (k *Keeper) Given(ctx context.Context, id plant.LineID, since plant.Date) (sums given.Sums, err error) {
	l, err := k.line(id)
	if err != nil {
		return sums, err
	}
	days, err := k.since(ctx, l, since.Begin(time.UTC).Add(-length)) // a date begins earlier in the east
	for _, d := range days {
		part := given.Sums{By: map[given.Key]*given.Tally{}}
		for key, t := range d.given.By {
			if key.Date >= since.String() {
				part.By[key] = t
			}
		}
		for _, a := range d.given.Against {
			if a.Date >= since.String() {
				part.Against = append(part.Against, a)
			}
		}
		sums.Join(&part)
	}
	return sums, err
}

// fresh is how old an answer about rates may be before a round makes it anew, and stale before somebody has to wait for
// that. Of a line that did not run yet it is made anew at once: its past may just be told.
const (
	fresh = time.Minute
	stale = 3 * time.Minute
	bare  = 5 * time.Second
)

func (r *Rates) old(now time.Time, most time.Duration) bool {
	ran := slices.ContainsFunc(r.All, func(x sustain.Rate) bool { return x.Ran > 0 })
	if !ran {
		most = bare
	}
	return now.Sub(r.Of.To) >= most
}

// Rates judges the ideal cycles of a line by its last days.
func (k *Keeper) Rates(ctx context.Context, id plant.LineID, days int) (Rates, error) {
	l, err := k.line(id)
	if err != nil {
		return Rates{}, err
	}
	l.mu.Lock()
	r, ok := l.rates[days]
	l.mu.Unlock()
	if ok && !r.old(k.o.Now(), stale) {
		return r, nil
	}
	return k.readRates(ctx, l, days)
}

// readRates reads the segments of some days week by week, unless that was done lately.
func (k *Keeper) readRates(ctx context.Context, l *line, days int) (Rates, error) {
	days = min(max(days, 1), Longest)
	now := k.o.Now().UTC().Truncate(time.Microsecond)
	l.mu.Lock()
	r, ok := l.rates[days]
	l.mu.Unlock()
	if ok && !r.old(now, fresh) {
		return r, nil
	}
	r.Of = plant.Span{From: now.Add(-time.Duration(days) * length), To: now}
	var a sustain.Auditor
	for from := r.Of.From; from.Before(now); from = from.Add(stride * length) {
		window := plant.Span{From: from, To: plant.Earlier(from.Add(stride*length), now)}
		segments, err := k.o.Book.Segments(ctx, l.ID, window.From, window.To)
		if err != nil {
			return r, err
		}
		a.Hear(edit.Clip(segments, window))
	}
	count, done := k.counter(ctx, l)
	r.All = a.Rates(l.Line, count)
	if err := done(); err != nil {
		return r, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rates[days] = r
	return r, nil
}
