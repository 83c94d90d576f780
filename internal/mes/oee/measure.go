package oee

import (
	"time"

	"millwright/internal/plant"
)

// Measure gives the classic OEE of a window from the segments that overlap it. What no segment
// covers is NoData. Of a segment that reaches over the window's edge the pieces count by its
// share of time, as they have no times of their own.
func Measure(window plant.Span, segments []Segment) Classic {
	c := Classic{Window: max(0, window.To.Sub(window.From))}
	covered := time.Duration(0)
	for i := range segments {
		s := &segments[i]
		inside := s.Within(window)
		if inside <= 0 {
			continue
		}
		covered += inside
		c.Times[s.Category] += inside
		share := shareOf(inside, s.To.Sub(s.From))
		c.Good += plant.Quantity(share(int64(s.Good)))
		c.Reject += plant.Quantity(share(int64(s.Reject)))
		c.Unrated += plant.Quantity(share(int64(s.Unrated)))
		c.Ideal += time.Duration(share(int64(s.Ideal)))
	}
	c.Times[NoData] += c.Window - covered
	c.finish(ratio(c.Good, c.Good+c.Reject))
	return c
}

// Roll gives the OEE of several lines, or of one line's windows one after the other, weighted by
// time: the plain mean of the lines would let an hour weigh as much as a week.
func Roll(parts []Classic) Classic {
	var all Classic
	var quality weighed
	for i := range parts {
		p := &parts[i]
		all.Window += p.Window
		all.Ideal += p.Ideal
		all.Good += p.Good
		all.Reject += p.Reject
		all.Unrated += p.Unrated
		for c, d := range p.Times {
			all.Times[c] += d
		}
		quality.add(p.Quality, p.Ideal)
	}
	all.finish(quality.mean(ratio(all.Good, all.Good+all.Reject)))
	return all
}

// finish derives the ratios from times and counts.
func (c *Classic) finish(quality Ratio) {
	unknown := c.Times[NoData]
	c.PPT, c.Run = 0, 0
	for k, d := range c.Times {
		category := Category(k)
		if category.Planned() {
			c.PPT += d
		}
		if category.Planned() && !category.Stopped() {
			c.Run += d
		}
	}
	c.Availability = ratio(c.Run, c.PPT)
	c.Performance = ratio(c.Ideal, c.Run)
	if c.Unrated != 0 {
		c.Performance = Ratio{}
	}
	c.Quality = quality
	c.OEE = c.Availability.times(c.Performance, c.Quality)
	c.Coverage = ratio(c.PPT, c.PPT+unknown)
	c.AvailabilityLow = ratio(c.Run, c.PPT+unknown)
	c.AvailabilityHigh = ratio(c.Run+unknown, c.PPT+unknown)
}

// TEEP is the OEE over all time of the window, planned or not.
func (c Classic) TEEP() Ratio { return c.OEE.times(ratio(c.PPT, c.Window)) }

// Losses splits the planned production time into what it was lost to and what made good pieces.
type Losses struct {
	Availability time.Duration // stops
	Performance  time.Duration // micro-stops and slow running: below zero when the ideal cycle is too slow
	Quality      time.Duration // making rejects
	Good         time.Duration // making good pieces
}

// Losses adds up to PPT exactly; ok is false when a factor is unknown.
func (c Classic) Losses() (l Losses, ok bool) {
	if !c.Quality.OK || c.Unrated != 0 {
		return Losses{}, false
	}
	l.Availability = c.PPT - c.Run
	l.Performance = c.Run - c.Ideal
	l.Quality = time.Duration(float64(c.Ideal) * (1 - c.Quality.Value))
	l.Good = c.Ideal - l.Quality
	return l, true
}

// weighed is a mean weighted by time.
type weighed struct {
	sum    float64
	weight time.Duration
}

func (w *weighed) add(r Ratio, weight time.Duration) {
	if r.OK && weight > 0 {
		w.sum += r.Value * float64(weight)
		w.weight += weight
	}
}

// mean is the weighted mean, or another when nothing had weight.
func (w *weighed) mean(otherwise Ratio) Ratio {
	if w.weight == 0 {
		return otherwise
	}
	return ratio(w.sum, w.weight)
}

// Within is how much of the segment lies in a window; not more than 0 when nothing does.
func (s *Segment) Within(w plant.Span) time.Duration {
	from, to := s.From, s.To
	if from.Before(w.From) {
		from = w.From
	}
	if to.After(w.To) {
		to = w.To
	}
	return to.Sub(from)
}

// shareOf gives a function that takes the part of an amount that falls to some of a whole time.
func shareOf(part, whole time.Duration) func(int64) int64 {
	if part == whole {
		return func(n int64) int64 { return n }
	}
	return func(n int64) int64 {
		q, _ := plant.Quantity(n).Times(int64(part), int64(whole))
		return int64(q)
	}
}
