package health

import (
	"context"
	"maps"
	"slices"
	"time"

	"millwright/internal/mes/oee/edit"
	"millwright/internal/mes/oee/health/hunch"
	"millwright/internal/plant"
	"millwright/internal/plant/reason"
)

// mind is what was learned of a line.
type mind struct {
	model *hunch.Model
	mark  mark                       // of what it was learned from
	signs map[time.Time][]hunch.Sign // of stops, by their beginning
}

// mark tells whether something else was said.
type mark struct {
	cases  int
	newest int64
	sum    int64 // of the edits that shaped them
}

// The bounds of one round, so that it leaves room for others: more is read in the next.
const (
	mostRead  = 60  // stops whose signs are read
	mostAhead = 100 // open stops whose signs are read before somebody asks
	atOnce    = 3   // that are read while somebody waits
)

// settles is how long after a stop began all that was told of it is kept.
const settles = 30 * time.Second

// learn reads the signs of stops whose reason people gave, and of those that still lack one, and learns from the former.
func (k *Keeper) learn(ctx context.Context, l *line) error {
	days, err := k.since(ctx, l, k.o.Now().Add(-Longest*length))
	if err != nil {
		return err
	}
	var told, open []edit.Stop
	for _, d := range days {
		told, open = append(told, d.told...), append(open, d.open...)
	}
	told, open = told[max(0, len(told)-hunch.MostCases):], open[max(0, len(open)-mostAhead):]
	l.mu.Lock()
	was := l.mind
	l.mu.Unlock()
	signs, read := map[time.Time][]hunch.Sign{}, 0
	settled := k.o.Now().Add(-settles)
	for _, x := range slices.Concat(told, open) {
		of, ok := was.signs[x.From]
		if !ok && read < mostRead && x.From.Before(settled) {
			read++
			if of, err = l.before.Signs(ctx, &x); err != nil {
				return err
			}
			ok = true
		}
		if ok {
			signs[x.From] = of
		}
	}
	next := mind{model: was.model, mark: was.mark, signs: signs}
	var cases []hunch.Case
	var m mark
	for i := range told {
		if of, ok := signs[told[i].From]; ok {
			cases = append(cases, hunch.Case{Signs: of, Reason: told[i].Reason})
			m = mark{len(cases), max(m.newest, told[i].Edit), m.sum + told[i].Edit}
		}
	}
	if m != was.mark {
		next.model, next.mark = hunch.Learn(cases), m
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.mind = next
	return nil
}

// Hunches suggests why a line stood: for each of some stops up to three reasons, or none. Signs that no round has read
// yet are read for a few of them at once.
func (k *Keeper) Hunches(ctx context.Context, id plant.LineID, stops ...edit.Stop) ([][]hunch.Guess, error) {
	l, err := k.line(id)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	m := l.mind
	l.mu.Unlock()
	all, read := make([][]hunch.Guess, len(stops)), map[time.Time][]hunch.Sign{}
	for i := range stops {
		signs, ok := m.signs[stops[i].From]
		if !ok && len(read) < atOnce && m.model.Cases() > 0 {
			if signs, err = l.before.Signs(ctx, &stops[i]); err != nil {
				return nil, err
			}
			read[stops[i].From] = signs
		}
		all[i] = k.givable(l, m.model.Guess(signs))
	}
	l.learnSigns(read, k.o.Now().Add(-settles))
	return all, nil
}

// learnSigns keeps the signs of stops that began before a time, until the next round.
func (l *line) learnSigns(read map[time.Time][]hunch.Sign, settled time.Time) {
	maps.DeleteFunc(read, func(at time.Time, _ []hunch.Sign) bool { return !at.Before(settled) })
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(read) > 0 && len(l.mind.signs) < hunch.MostCases+2*mostAhead {
		maps.Copy(read, l.mind.signs) // somebody may be reading the one that is
		l.mind.signs = read
	}
}

// givable leaves out reasons that cannot be given at the line any more.
func (k *Keeper) givable(l *line, all []hunch.Guess) []hunch.Guess {
	return slices.DeleteFunc(all, func(g hunch.Guess) bool {
		return !k.o.Plant.Reasons.Within(l.Reasons).Has(reason.ID(g.Reason))
	})
}

// Learned is how many stops suggestions of a line were learned from.
func (k *Keeper) Learned(id plant.LineID) int {
	l := k.lines[id]
	if l == nil {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.mind.model.Cases()
}
