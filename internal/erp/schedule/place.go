package schedule

import "millwright/internal/erp/schedule/hours"

// spot is where an operation would be placed.
type spot struct {
	set, start, end Tick
	why             bond
}

// place puts an operation behind another one on its machine, as early as that goes.
func (m *model) place(t *timing, i int32, mode Mode, before int32) {
	s := m.spot(t, i, mode, before)
	t.set[i], t.start[i], t.end[i], t.why[i] = s.set, s.start, s.end, s.why
	for _, u := range m.ops[i].uses {
		t.use[u.Pool].book(m.p.Machines[mode.Machine].Hours.Pieces(s.start, mode.Run), i, u.Amount)
	}
}

// spot finds the earliest place for an operation behind another one.
func (m *model) spot(t *timing, i int32, mode Mode, before int32) spot {
	o, open := &m.ops[i], m.p.Machines[mode.Machine].Hours
	s := spot{start: o.from, why: bond{bind: o.bind, by: -1}}
	if o.prev >= 0 && t.end[o.prev] > s.start {
		s.start, s.why = t.end[o.prev], bond{bind: After, by: o.prev}
	}
	free := m.p.Now
	if before >= 0 {
		free = t.end[before]
	}
	set := m.setUp(i, mode, before)
	if set > 0 {
		free = open.Add(free, set)
	}
	if free > s.start {
		s.start, s.why = free, bond{bind: Behind, by: before}
	}
	if at := open.Open(s.start); at > s.start && mode.Run > 0 {
		s.start, s.why.hours = at, true
	}
	if len(o.uses) > 0 && mode.Run > 0 {
		m.share(t, i, mode, &s)
	}
	s.end = open.Add(s.start, mode.Run)
	s.set = s.start
	if set > 0 {
		s.set = open.Back(s.start, set)
	}
	return s
}

// share moves a place on until its pools have what it takes.
func (m *model) share(t *timing, i int32, mode Mode, s *spot) {
	open := m.p.Machines[mode.Machine].Hours
	for {
		pieces := open.Pieces(s.start, mode.Run)
		clash := clash{by: -1}
		for _, u := range m.ops[i].uses {
			if c := t.use[u.Pool].clash(pieces, m.p.Pools[u.Pool].Size-u.Amount); c.by >= 0 && c.until > clash.until {
				clash, clash.pool = c, int16(u.Pool)
			}
		}
		if clash.by < 0 {
			return
		}
		s.why = bond{bind: Short, by: clash.by, pool: clash.pool}
		s.start = open.Open(clash.until)
		s.why.hours = s.start > clash.until
	}
}

// profile is what is taken of a pool, and when.
type profile struct{ taken []taking }

type taking struct {
	hours.Span
	amount int64
	by     int32
}

type clash struct {
	until Tick
	by    int32
	pool  int16
}

func (p *profile) book(pieces []hours.Span, by int32, amount int64) {
	for _, s := range pieces {
		p.taken = append(p.taken, taking{s, amount, by})
	}
}

// clash finds where more than a level is taken within some pieces, and the first end of what is in the way.
func (p *profile) clash(pieces []hours.Span, level int64) clash {
	for _, s := range pieces {
		for at := s.From; ; {
			sum, c := p.at(at)
			if sum > level {
				return c
			}
			next, ok := p.next(at, s.To)
			if !ok {
				break
			}
			at = next
		}
	}
	return clash{by: -1}
}

// at adds up what is taken at a moment, and tells what of it ends first.
func (p *profile) at(t Tick) (sum int64, c clash) {
	c.by = -1
	for _, x := range p.taken {
		if x.From > t || x.To <= t {
			continue
		}
		sum += x.amount
		if c.by < 0 || x.To < c.until {
			c.until, c.by = x.To, x.by
		}
	}
	return sum, c
}

// next is the first moment after one, and before an end, at which more is taken.
func (p *profile) next(t, end Tick) (at Tick, ok bool) {
	for _, x := range p.taken {
		if x.From > t && x.From < end && (!ok || x.From < at) {
			at, ok = x.From, true
		}
	}
	return at, ok
}
