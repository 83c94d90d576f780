package schedule

import (
	"fmt"

	"millwright/internal/erp/schedule/hours"
	"millwright/internal/erp/schedule/pool"
)

// spot is where an operation would be placed.
type spot struct {
	set, start, end Tick
	why             bond
}

// place puts an operation behind another one on its machine, as early as that goes.
func (m *model) place(t *timing, i int32, mode Mode, before int32) {
	s := m.spot(t, i, mode, before)
	t.set[i], t.start[i], t.end[i], t.why[i] = s.set, s.start, s.end, s.why
	if o := &m.ops[i]; len(o.uses) > 0 && !o.held() {
		pieces := mode.open.Pieces(s.start, mode.Run)
		for _, u := range o.uses {
			t.use[u.Pool].Take(pieces, i, u.Amount)
		}
	}
}

// spot finds the earliest place for an operation behind another one.
func (m *model) spot(t *timing, i int32, mode Mode, before int32) spot {
	o, set, works := &m.ops[i], m.setUp(i, mode, before), m.p.Machines[mode.Machine].Hours
	s := spot{start: o.from, why: bond{bind: o.bind, by: -1}}
	if o.prev >= 0 && t.end[o.prev] > s.start {
		s.start, s.why = t.end[o.prev], bond{bind: After, by: o.prev}
	}
	free := m.p.Now
	if before >= 0 {
		free = t.end[before]
	}
	if set > 0 {
		free = works.Add(free, set)
	}
	if free > s.start {
		s.start, s.why = free, bond{bind: Behind, by: before}
	}
	if at := mode.open.Open(s.start); at > s.start && mode.Run > 0 {
		if open := works.Open(s.start); open < at {
			s.why = bond{bind: Short, by: -1, pool: m.lacks(o, open)}
		} else {
			s.why.hours = true
		}
		s.start = at
	}
	if len(o.uses) > 0 && mode.Run > 0 && !o.held() {
		m.share(t, i, mode, &s)
	}
	s.end = mode.open.Add(s.start, mode.Run)
	s.set = s.start
	if set > 0 {
		s.set = works.Back(s.start, set)
	}
	return s
}

// share moves a place on until its pools have what it takes.
func (m *model) share(t *timing, i int32, mode Mode, s *spot) {
	for {
		pieces := mode.open.Pieces(s.start, mode.Run)
		last, in := pool.Clash{Until: -most}, -1
		for _, u := range m.ops[i].uses {
			if c, is := t.use[u.Pool].Clash(pieces, m.p.Pools[u.Pool].Size-u.Amount); is && c.Until > last.Until {
				last, in = c, u.Pool
			}
		}
		if in < 0 {
			return
		}
		s.why = bond{bind: Short, by: last.By, pool: int16(in)}
		s.start = mode.open.Open(last.Until)
		s.why.hours = s.start > last.Until
	}
}

// open is when a machine works and the pools have what an operation takes, as if nothing else took of them.
func (m *model) open(machine int, uses []Use) *hours.Hours {
	works := m.p.Machines[machine].Hours
	var short []hours.Span
	for _, u := range uses {
		short = append(short, pool.Short(m.p.Pools[u.Pool].Less, m.p.Pools[u.Pool].Size-u.Amount)...)
	}
	if len(short) == 0 {
		return works
	}
	key := fmt.Sprint(machine, uses)
	if m.opens[key] == nil {
		m.opens[key] = works.Without(short)
	}
	return m.opens[key]
}

// lacks is the pool that does not have what an operation takes at a moment.
func (m *model) lacks(o *op, at Tick) int16 {
	for _, u := range o.uses {
		if m.use[u.Pool].Level(at) > m.p.Pools[u.Pool].Size-u.Amount {
			return int16(u.Pool)
		}
	}
	return int16(o.uses[0].Pool)
}
