package timeline

import (
	"time"

	"millwright/internal/mes/oee"
)

// piece is a stretch of time on its way to a segment.
type piece struct {
	oee.Segment
	sure  bool // a stop that has passed the lower threshold already
	blind bool // a silent pacer's time without sight: no later count says what it was
}

func (p *piece) length() time.Duration { return p.To.Sub(p.From) }

// stops applies the two thresholds to the pieces of one line, in time order: what pauses for less
// than min_stop runs slowly, a stop of at most micro_max is a micro-stop, and running for less than
// three ideal cycles does not end a stop. What the calendar or a mode says bounds a stop, and what is
// not known does too; the end of a shift does not.
type stops struct {
	m   *model
	out joiner

	stop   []piece // the stop that is not decided yet, or its part so far
	stood  time.Duration
	long   bool  // it is over micro_max: its parts are given on as they come
	part   piece // its last part
	island []piece
	ran    time.Duration // of the running island since
	pause  []piece
	rested time.Duration // of the pause since, which may become a stop
}

// clone makes a copy that shares nothing that changes.
func (s *stops) clone() stops {
	c := *s
	c.stop = append([]piece(nil), s.stop...)
	c.island = append([]piece(nil), s.island...)
	c.pause = append([]piece(nil), s.pause...)
	c.out.done = nil
	return c
}

// push takes the next piece.
func (s *stops) push(p piece) {
	switch {
	case p.Category == oee.Running:
		s.resume()
		s.run(p)
	case shortable(p.Category):
		s.pause = append(s.pause, p)
		s.rested += p.length()
		goesOn := s.stood > 0 && len(s.island) == 0
		if goesOn || p.sure || s.rested >= s.m.minStop(s.pause[0].Product) {
			s.qualify()
		}
	default:
		s.resume()
		s.decide()
		s.out.put(p)
	}
}

// run takes a piece that runs, or that paused for less than a stop.
func (s *stops) run(p piece) {
	if s.stood == 0 {
		s.out.put(p)
		return
	}
	s.island = append(s.island, p)
	s.ran += p.length()
	if s.ran > 0 && s.ran >= s.m.restart(s.island[0].Product) {
		s.decide()
	}
}

// resume ends a pause that was too short for a stop.
func (s *stops) resume() {
	short := s.pause
	s.pause, s.rested = nil, 0
	for _, p := range short {
		p.Category, p.Unit, p.State, p.Fault = oee.Running, s.m.unit(s.m.pacer), s.m.running, ""
		s.run(p)
	}
}

// qualify turns the pause into a stop, or into the next part of the one before; what ran between them is part of it.
func (s *stops) qualify() {
	for _, p := range s.island {
		p.Category, p.Unit, p.State, p.Fault = s.part.Category, s.part.Unit, s.part.State, s.part.Fault
		s.stop = append(s.stop, p)
	}
	s.stop = append(s.stop, s.pause...)
	s.part = s.pause[len(s.pause)-1]
	s.stood += s.ran + s.rested
	s.island, s.ran, s.pause, s.rested = nil, 0, nil, 0
	if s.stood > s.m.microMax() {
		s.long = true
		s.release()
	}
}

// decide ends the stop: by now it is known how long it was.
func (s *stops) decide() {
	if s.stood > 0 && !s.long {
		s.name()
	}
	s.release()
	for _, p := range s.island {
		s.out.put(p)
	}
	s.island, s.ran, s.stood, s.long = nil, 0, 0, false
}

// name makes the stop one micro-stop, caused by what began it.
func (s *stops) name() {
	first := s.stop[0]
	for _, p := range s.stop {
		if first.Fault == "" {
			first.Fault = p.Fault
		}
	}
	for i := range s.stop {
		p := &s.stop[i]
		p.Category, p.Unit, p.State, p.Fault = oee.MicroStop, first.Unit, first.State, first.Fault
	}
}

func (s *stops) release() {
	for _, p := range s.stop {
		s.out.put(p)
	}
	s.stop = nil
}

// finish gives on all that is left, for a look at how things stand: a stop that still lasts is shown for what it is.
func (s *stops) finish() {
	if lasting := s.stood > 0 && len(s.island) == 0 && len(s.pause) == 0; lasting {
		s.release()
		return
	}
	s.resume()
	s.decide()
}

// joiner joins pieces of one kind into segments.
type joiner struct {
	from  time.Time   // what begins before is left out
	last  oee.Segment // may still grow; none while its To is zero
	loose oee.Segment // pieces counted at a moment that has no length, for the next segment
	done  []oee.Segment
}

// put takes the next piece.
func (j *joiner) put(p piece) {
	s := p.Segment
	moment := s.From.Equal(s.To)
	bound := !moment && j.last.From.Before(j.from) && !s.From.Before(j.from)
	if !bound && !j.last.To.IsZero() && same(&j.last, &s) {
		j.last.To = s.To
		count(&j.last, &s)
		count(&j.last, &j.loose)
		j.loose = oee.Segment{}
		if j.last.Fault == "" {
			j.last.Fault = s.Fault
		}
		return
	}
	if moment {
		count(&j.loose, &s)
		return
	}
	j.close()
	count(&s, &j.loose)
	j.last, j.loose = s, oee.Segment{}
}

// close ends the last segment.
func (j *joiner) close() {
	if !j.last.To.IsZero() && !j.last.From.Before(j.from) {
		j.done = append(j.done, j.last)
	}
	j.last = oee.Segment{}
}

// same tells whether two stretches, one right after the other, are one segment.
func same(a, b *oee.Segment) bool {
	return a.Category == b.Category && a.Unit == b.Unit && a.Product == b.Product && a.Shift == b.Shift && a.Date == b.Date
}

// shortable tells whether a short stop of this kind is a micro-stop or mere speed loss. A changeover stays one, however short.
func shortable(c oee.Category) bool {
	return c == oee.Breakdown || c == oee.Blocked || c == oee.Starved || c == oee.NoOrder
}

// count adds what was counted in another stretch.
func count(s, o *oee.Segment) {
	s.Good += o.Good
	s.Reject += o.Reject
	s.Ideal += o.Ideal
	s.Unrated += o.Unrated
}
