package schedule

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// search is tabu search on what the plan's cost hangs on: operations of a critical block go to its ends or change
// places with a neighbour (after Nowicki and Smutnicki, and Balas and Vazacopoulos), to another machine, or first in
// a pool. Each candidate is timed exactly, so that hours, set-ups and pools need no rules of their own.
type search struct {
	m     *model
	how   Search
	rand  *rand.Rand
	bound int64
	steps int
	turn  int

	best *lineUp
	cost int64 // of best

	at    *lineUp
	now   *timing // of at, or of what is tried
	trial *timing
	tabu  map[pair]int // until which turn an operation may not come before another, or back to a machine
	stall int
	tried int64 // the cost that a proof was tried for
}

// pair is an operation before another one; or, with second below 0, on a machine.
type pair struct{ first, second int32 }

// move takes an operation to a place.
type move struct {
	op       int32
	from, to int // machines
	pos, at  int // its place before; and after, counted without it
	mode     int16
	ahead    int32 // of whom it comes in a pool, where it keeps its place; -1 else
}

const (
	widest  = 48  // candidates of one turn
	patient = 600 // turns without a better plan before the search begins again from the best one, shaken
)

func (s *search) run() {
	s.at, s.trial = s.best.clone(), s.m.newTiming()
	first := s.steps
	s.m.time(s.at, s.now)
	for s.cost > s.bound && s.steps-first < s.how.Steps && (s.how.Stop == nil || !s.how.Stop()) {
		before := s.steps
		s.iterate()
		if s.steps == before {
			s.steps++ // nothing to try is a step too
		}
		if s.stall > patient {
			s.prove()
			s.shake()
		}
	}
}

// iterate makes the best move that is not forbidden, be it for the worse.
func (s *search) iterate() {
	s.turn++
	s.stall++
	var chosen *move
	least := int64(1) << 62
	moves := s.moves()
	for k := range moves {
		mv := &moves[k]
		cost, ok := s.try(mv)
		if !ok || cost >= least || s.forbidden(mv) && cost >= s.cost {
			continue
		}
		chosen, least = mv, cost
	}
	if chosen == nil {
		s.stall += patient / 10
		return
	}
	s.take(chosen)
}

// try times a candidate, and takes it back.
func (s *search) try(mv *move) (cost int64, ok bool) {
	s.steps++
	was := s.apply(mv)
	ok = s.m.time(s.at, s.trial)
	s.undo(mv, was)
	return s.trial.cost, ok
}

// take makes a move for good.
func (s *search) take(mv *move) {
	s.forbid(mv)
	s.apply(mv)
	if !s.m.time(s.at, s.now) {
		return
	}
	if s.m.pools {
		copy(s.at.prio, s.now.start)
	}
	if s.now.cost < s.cost {
		s.best, s.cost, s.stall = s.at.clone(), s.now.cost, 0
	}
}

// apply makes a move, and gives what undo needs.
func (s *search) apply(mv *move) (was Tick) {
	if mv.ahead >= 0 {
		was = s.at.prio[mv.op]
		s.at.prio[mv.op] = s.at.prio[mv.ahead] - 1
		return was
	}
	was = Tick(s.at.mode[mv.op])
	s.at.shift(mv.op, place{mv.from, mv.pos}, place{mv.to, mv.at})
	s.at.mode[mv.op] = mv.mode
	return was
}

func (s *search) undo(mv *move, was Tick) {
	if mv.ahead >= 0 {
		s.at.prio[mv.op] = was
		return
	}
	s.at.shift(mv.op, place{mv.to, mv.at}, place{mv.from, mv.pos})
	s.at.mode[mv.op] = int16(was)
}

// place is a place in the order of a machine.
type place struct{ machine, pos int }

// shift takes an operation from one place to another.
func (l *lineUp) shift(i int32, from, to place) {
	if from.machine == to.machine {
		seq := l.seq[from.machine]
		if from.pos < to.pos {
			copy(seq[from.pos:to.pos], seq[from.pos+1:to.pos+1])
		} else {
			copy(seq[to.pos+1:from.pos+1], seq[to.pos:from.pos])
		}
		seq[to.pos] = i
		return
	}
	l.seq[from.machine] = slices.Delete(l.seq[from.machine], from.pos, from.pos+1)
	l.seq[to.machine] = slices.Insert(l.seq[to.machine], to.pos, i)
}

// reversed calls for each pair that a move puts into another order, as it is after the move.
func (s *search) reversed(mv *move, each func(pair) bool) bool {
	switch {
	case mv.ahead >= 0:
		return each(pair{mv.op, mv.ahead})
	case mv.from != mv.to:
		return each(pair{mv.op, int32(-1 - mv.to)})
	}
	seq := s.at.seq[mv.from]
	for k := mv.pos + 1; k <= mv.at; k++ {
		if !each(pair{seq[k], mv.op}) {
			return false
		}
	}
	for k := mv.at; k < mv.pos; k++ {
		if !each(pair{mv.op, seq[k]}) {
			return false
		}
	}
	return true
}

func (s *search) forbidden(mv *move) bool {
	return !s.reversed(mv, func(p pair) bool { return s.tabu[p] < s.turn })
}

// forbid keeps a move from being taken back for some turns.
func (s *search) forbid(mv *move) {
	base := 8 + len(s.m.p.Jobs)/max(1, len(s.m.p.Machines))
	until := s.turn + base + s.rand.IntN(base)
	if mv.ahead < 0 && mv.from != mv.to {
		s.tabu[pair{mv.op, int32(-1 - mv.from)}] = until
		return
	}
	s.reversed(mv, func(p pair) bool {
		s.tabu[pair{p.second, p.first}] = until
		return true
	})
}

// shake begins again from the best plan, with some moves made at random.
func (s *search) shake() {
	s.at, s.stall = s.best.clone(), 0
	clear(s.tabu)
	s.m.time(s.at, s.now)
	for range 4 + s.rand.IntN(8) {
		moves := s.moves()
		if len(moves) == 0 {
			return
		}
		mv := &moves[s.rand.IntN(len(moves))]
		if _, ok := s.try(mv); ok {
			s.take(mv)
		}
	}
}

// moves gives what could be changed about what the cost hangs on, in an order by chance.
func (s *search) moves() (all []move) {
	seen := map[move]bool{}
	add := func(mv move) {
		if !seen[mv] {
			seen[mv] = true
			all = append(all, mv)
		}
	}
	for _, end := range s.sinks() {
		s.trace(end, add)
	}
	s.rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:min(len(all), widest)]
}

// sinks are the operations at the ends of what is costly: the last of all, and of the jobs that are most late.
func (s *search) sinks() (ends []int32) {
	if s.m.p.Lateness > 0 {
		for j := range s.m.p.Jobs {
			if last := s.m.first[j+1] - 1; last >= s.m.first[j] && s.lateness(last) > 0 {
				ends = append(ends, last)
			}
		}
		slices.SortStableFunc(ends, func(a, b int32) int { return cmp.Compare(s.lateness(b), s.lateness(a)) })
		if len(ends) > 4 { // the worst two, and two by chance
			k := 2 + s.rand.IntN(len(ends)-2)
			n := 2 + s.rand.IntN(len(ends)-2)
			ends = []int32{ends[0], ends[1], ends[k], ends[n]}
		}
	}
	if s.now.worst >= 0 {
		ends = append(ends, s.now.worst)
	}
	return ends
}

func (s *search) lateness(last int32) int64 {
	job := &s.m.p.Jobs[s.m.ops[last].job]
	if job.Due == 0 {
		return 0
	}
	return max(0, s.now.end[last]-job.Due) * job.Weight
}
