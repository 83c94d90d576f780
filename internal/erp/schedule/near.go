package schedule

// trace follows what an operation waits for, back to where that begins, and offers the moves on the way.
func (s *search) trace(end int32, add func(move)) {
	var block []int32 // that follow each other on a machine, the last one first
	for i := end; i >= 0; {
		w := s.now.why[i]
		block = append(block, i)
		s.elsewhere(i, add)
		if w.bind == Short && w.by >= 0 && !s.m.ops[i].fixed {
			add(move{op: i, ahead: w.by})
		}
		if w.bind != Behind {
			s.within(block, add)
			block = block[:0]
		}
		if len(block) == 0 && w.bind != After && w.bind != Short {
			return
		}
		if w.bind == Behind && w.by < 0 { // the machine's first set-up
			s.within(block, add)
			return
		}
		i = w.by
	}
}

// within offers to change the order in a block.
func (s *search) within(block []int32, add func(move)) {
	if len(block) < 2 {
		return
	}
	machine := s.m.mode(s.at, block[0]).Machine
	first := s.position(machine, block[len(block)-1])
	last := first + len(block) - 1
	for first <= last && s.m.ops[s.at.seq[machine][first]].fixed {
		first++
	}
	for pos := first; pos <= last; pos++ {
		i := s.at.seq[machine][pos]
		to := func(at int) {
			if at != pos && at >= first && at <= last {
				add(move{op: i, from: machine, to: machine, pos: pos, at: at, mode: s.at.mode[i], ahead: -1})
			}
		}
		to(first)
		to(last)
		to(pos + 1)
	}
}

// elsewhere offers other machines for an operation, at the places where it would fit in time.
func (s *search) elsewhere(i int32, add func(move)) {
	o := &s.m.ops[i]
	if o.fixed || len(o.modes) < 2 {
		return
	}
	here := s.m.mode(s.at, i).Machine
	pos := s.position(here, i)
	for k, mode := range o.modes {
		if int16(k) == s.at.mode[i] {
			continue
		}
		if mode.Machine == here { // another way to do it there
			add(move{op: i, from: here, to: here, pos: pos, at: pos, mode: int16(k), ahead: -1})
			continue
		}
		seq, at := s.at.seq[mode.Machine], 0
		for at < len(seq) && (s.m.ops[seq[at]].fixed || s.now.end[seq[at]] <= s.now.start[i]) {
			at++
		}
		for _, n := range [4]int{at, at - 1, at + 1, at + 2} {
			if n >= 0 && n <= len(seq) && (n == len(seq) || !s.m.ops[seq[n]].fixed) {
				add(move{op: i, from: here, to: mode.Machine, pos: pos, at: n, mode: int16(k), ahead: -1})
			}
		}
	}
}

// position is the place of an operation in the order of its machine.
func (s *search) position(machine int, i int32) int {
	for k, x := range s.at.seq[machine] {
		if x == i {
			return k
		}
	}
	return -1
}
