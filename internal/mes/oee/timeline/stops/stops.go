// Package stops tells what the pauses of a line were: stops, micro-stops, or slow running.
package stops

import (
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
)

// Piece is a stretch of time on its way to a segment.
type Piece struct {
	oee.Segment
	Sure  bool      // a stop that has passed the lower threshold already
	Blind bool      // a silent pacer's time without sight: no later count says what it was
	Code  string    // a silent pacer's fault code: its stop has it
	Began time.Time // when its shift did; zero outside shifts
	Last  Words     // at its end, as State, Fault and Code were at its beginning
}

// Words are what the unit that a piece is by says of itself.
type Words struct {
	State machine.State
	Fault string
	Code  string // a silent pacer's fault code
}

// Length is how long it lasts.
func (p *Piece) Length() time.Duration { return p.To.Sub(p.From) }

// Stops applies the two thresholds to the pieces of one line, in time order: what pauses for less
// than min_stop runs slowly, a stop of at most micro_max is a micro-stop, and running for less than
// three ideal cycles does not end a stop. What the calendar or a mode says bounds a stop, and what is
// not known does too; the end of a shift does not.
type Stops struct {
	r   *Rules
	out changes

	stop   []Piece // the stop that is not decided yet, or its part so far
	stood  time.Duration
	long   bool  // it is over micro_max: its parts are given on as they come
	part   Piece // its last part
	island []Piece
	ran    time.Duration // of the running island since
	pause  []Piece
	rested time.Duration // of the pause since, which may become a stop
}

// New has met no piece yet, of which the first begins at a start; segments are given of a span alone, without an end of
// all that begin in it or later.
func New(r *Rules, start time.Time, keep plant.Span) Stops {
	return Stops{r: r, out: changes{r: r, heard: start.Add(r.Reach()), out: joiner{from: keep.From, to: keep.To}}}
}

// Hidden tells whether what is given depends on how a stop began, and that may lie before the start. A day and twice the
// reach before what is given it never does.
// A stop that has not reached that yet may still matter as well, when it is over what there is to be heard.
func (s *Stops) Hidden(over bool) bool { return s.out.unsure || over && s.out.hidden() }

// Take gives the segments that are done since it was asked last.
func (s *Stops) Take() []oee.Segment {
	done := s.out.out.done
	s.out.out.done = nil
	return done
}

// Clone makes a copy that shares nothing that changes.
func (s *Stops) Clone() Stops {
	c := *s
	c.stop = append([]Piece(nil), s.stop...)
	c.island = append([]Piece(nil), s.island...)
	c.pause = append([]Piece(nil), s.pause...)
	c.out = s.out.clone()
	return c
}

// Push takes the next piece.
func (s *Stops) Push(p Piece) {
	switch {
	case p.Category == oee.Running:
		s.resume()
		s.run(p)
	case shortable(p.Category):
		s.pause = append(s.pause, p)
		s.rested += p.Length()
		goesOn := s.stood > 0 && len(s.island) == 0
		if goesOn || p.Sure || s.rested >= s.r.MinStop(s.pause[0].Product) {
			s.qualify()
		}
	default:
		s.resume()
		s.decide()
		s.out.put(p)
	}
}

// run takes a piece that runs, or that paused for less than a stop.
func (s *Stops) run(p Piece) {
	if s.stood == 0 {
		s.out.put(p)
		return
	}
	s.island = append(s.island, p)
	s.ran += p.Length()
	if s.ran > 0 && s.ran >= s.r.Restart(s.island[0].Product) {
		s.decide()
	}
}

// resume ends a pause that was too short for a stop.
func (s *Stops) resume() {
	short := s.pause
	s.pause, s.rested = nil, 0
	for _, p := range short {
		p.Category, p.Unit, p.State, p.Fault = oee.Running, s.r.Pacer, s.r.Running, ""
		s.run(p)
	}
}

// qualify turns the pause into a stop, or into the next part of the one before; what ran between them is part of it, and
// of that part as it stood then.
func (s *Stops) qualify() {
	for _, p := range s.island {
		p.Category, p.Unit, p.State, p.Fault = s.part.Category, s.part.Unit, s.part.Last.State, s.part.Last.Fault
		s.stop = append(s.stop, p)
	}
	s.stop = append(s.stop, s.pause...)
	s.part = s.pause[len(s.pause)-1]
	s.stood += s.ran + s.rested
	s.island, s.ran, s.pause, s.rested = nil, 0, nil, 0
	if s.long || s.stood > s.r.MicroMax(s.stop[0].Product) {
		s.long = true
		s.release()
	}
}

// decide ends the stop: by now it is known how long it was.
func (s *Stops) decide() {
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
func (s *Stops) name() {
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

func (s *Stops) release() {
	for _, p := range s.stop {
		s.out.put(p)
	}
	s.stop = nil
}

// Finish gives all that is left, for a look at how things stand: a stop that still lasts is shown for what it is.
func (s *Stops) Finish() []oee.Segment {
	if lasting := s.stood > 0 && len(s.island) == 0 && len(s.pause) == 0; lasting {
		s.release()
	} else {
		s.resume()
		s.decide()
	}
	s.out.decide()
	s.out.out.close()
	return s.Take()
}

// shortable tells whether a short stop of this kind is a micro-stop or mere speed loss. A changeover stays one, however short.
func shortable(c oee.Category) bool {
	return c == oee.Breakdown || c == oee.Blocked || c == oee.Starved || c == oee.NoOrder
}
