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
		if segments[i].Within(window) <= 0 {
			continue
		}
		s := segments[i].Part(window)
		inside := s.To.Sub(s.From)
		covered += inside
		c.Times[s.Category] += inside
		c.Good += s.Good
		c.Reject += s.Reject
		c.Unrated += s.Unrated
		c.Ideal += s.Ideal
		c.Unseen += s.Unseen
		c.GoodIdeal += segments[i].GoodIdealIn(window)
	}
	c.Times[NoData] += c.Window - covered
	c.finish()
	return c
}

// Roll gives the OEE of several lines, or of one line's windows one after the other, weighted by
// time: the plain mean of the lines would let an hour weigh as much as a week.
func Roll(parts ...Classic) Classic {
	var all Classic
	for i := range parts {
		p := &parts[i]
		all.Window += p.Window
		all.Ideal += p.Ideal
		all.Unseen += p.Unseen
		all.GoodIdeal += p.GoodIdeal
		all.Good += p.Good
		all.Reject += p.Reject
		all.Unrated += p.Unrated
		for c, d := range p.Times {
			all.Times[c] += d
		}
	}
	all.finish()
	return all
}

// finish derives the ratios from times and counts. Good pieces weigh what an ideal line takes for them, as pieces of
// several products or lines have no other common measure; of pieces of one product that is the share of good ones. What was
// made while nobody saw the line has its part in quality, and none in performance.
func (c *Classic) finish() {
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
	c.Performance = ratio(c.Ideal-c.Unseen, c.Run)
	if c.Unrated != 0 {
		c.Performance = Ratio{}
	}
	c.Quality = ratio(c.GoodIdeal, c.Ideal)
	if c.Unrated != 0 || !c.Quality.OK {
		c.Quality = ratio(c.Good, c.Good+c.Reject)
	}
	c.OEE = c.Availability.times(c.Performance, c.Quality)
	c.Coverage = ratio(c.PPT, c.PPT+unknown)
	c.AvailabilityLow = ratio(c.Run, c.PPT+unknown)
	c.AvailabilityHigh = ratio(c.Run+unknown, c.PPT+unknown)
	c.OEELow, c.OEEHigh = Between(c.AvailabilityLow, c.AvailabilityHigh, c.Performance, c.Quality, ratio(c.Ideal, c.Run))
}

// Between is where OEE lies when part of the time is unknown: at least what all counted pieces make of it, those of unseen
// time too, as if nothing else had been made; at most what it were, had the line run as it did in the rest.
func Between(availLow, availHigh, performance, quality, all Ratio) (low, high Ratio) {
	low, high = availLow.times(performance, quality), availHigh.times(performance, quality)
	if low.OK && high.OK {
		low = availLow.times(all, quality)
		high.Value = max(high.Value, low.Value)
	}
	return low, high
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
	l.Good, l.Quality = SeenIdeal(c.Ideal, c.GoodIdeal, c.Unseen)
	l.Availability = c.PPT - c.Run
	l.Performance = c.Run - l.Good - l.Quality
	return l, true
}

// SeenIdeal gives what an ideal line takes for the pieces that were made while somebody saw the line, good ones and rejects:
// as many of them are good as of all.
func SeenIdeal(ideal, goodIdeal, unseen time.Duration) (good, reject time.Duration) {
	if unseen == 0 || ideal <= 0 {
		return goodIdeal, ideal - goodIdeal
	}
	n, _ := plant.Quantity(goodIdeal).Times(int64(ideal-unseen), int64(ideal)) // a share of a number that fits, fits
	return time.Duration(n), ideal - unseen - time.Duration(n)
}

// Target is how many pieces an ideal line had made in the planned time of some segments. Of a time that nobody saw it is what
// was made in it, whenever that was counted: neither ahead nor behind.
func Target(segments []Segment, ideal func(product string) (cycle time.Duration, ok bool)) (pieces plant.Quantity) {
	for i := range segments {
		s := &segments[i]
		if pieces += s.UnseenPieces(); s.Category.Planned() {
			cycle, _ := ideal(s.Product) // 0 when none is known: then nothing is made
			pieces += PiecesIn(s.To.Sub(s.From), cycle)
		}
	}
	return pieces
}

// UnseenPieces is how many of the segment's pieces were made while nobody saw the line: in a time without data all, else as
// many as its unseen ideal time says.
func (s *Segment) UnseenPieces() plant.Quantity {
	switch {
	case s.Category == NoData:
		return max(0, s.Good+s.Reject)
	case s.Unseen <= 0 || s.Ideal <= 0:
		return 0
	}
	n, _ := (s.Good + s.Reject).Times(int64(s.Unseen), int64(s.Ideal))
	return max(0, n)
}

// Within is how much of the segment lies in a window; not more than 0 when nothing does.
func (s *Segment) Within(w plant.Span) time.Duration {
	from, to := s.inside(w)
	return to.Sub(from)
}

func (s *Segment) inside(w plant.Span) (from, to time.Time) {
	from, to = s.From, s.To
	if from.Before(w.From) {
		from = w.From
	}
	if to.After(w.To) {
		to = w.To
	}
	return from, to
}

// Part is what of the segment lies in a window that it overlaps. Of its counts that is what was made up to the
// part's end less what was made up to its beginning, so that the parts of a segment add up to it.
func (s *Segment) Part(w plant.Span) Segment {
	p := *s
	p.From, p.To = s.inside(w)
	p.Good = plant.Quantity(s.share(int64(s.Good), p.From, p.To))
	p.Reject = plant.Quantity(s.share(int64(s.Reject), p.From, p.To))
	p.Manual = plant.Quantity(s.share(int64(s.Manual), p.From, p.To))
	p.Rework = plant.Quantity(s.share(int64(s.Rework), p.From, p.To))
	p.Unrated = plant.Quantity(s.share(int64(s.Unrated), p.From, p.To))
	p.Ideal = time.Duration(s.share(int64(s.Ideal), p.From, p.To))
	p.Unseen = time.Duration(s.share(int64(s.Unseen), p.From, p.To))
	return p
}

// Shared tells whether what was made in a part of the segment is estimated, as its share by time.
func (s *Segment) Shared(part plant.Span) bool {
	return (s.Good != 0 || s.Reject != 0) && (s.From.Before(part.From) || part.To.Before(s.To))
}

// GoodIdeal is how long an ideal line takes for the good pieces.
func (s *Segment) GoodIdeal() time.Duration {
	if s.Reject == 0 {
		return s.Ideal
	}
	good, _ := plant.Quantity(s.Ideal).Times(int64(s.Good), int64(s.Good+s.Reject))
	return time.Duration(good)
}

// GoodIdealIn is what falls of it to a window that the segment overlaps.
func (s *Segment) GoodIdealIn(w plant.Span) time.Duration {
	from, to := s.inside(w)
	return time.Duration(s.share(int64(s.GoodIdeal()), from, to))
}

// share is what of an amount, that grew evenly through the segment, falls between two times of it.
func (s *Segment) share(n int64, from, to time.Time) int64 {
	if n == 0 || from.Equal(s.From) && to.Equal(s.To) {
		return n
	}
	upTo := func(t time.Time) int64 {
		part, _ := plant.Quantity(n).Times(int64(t.Sub(s.From)), int64(s.To.Sub(s.From)))
		return int64(part)
	}
	return upTo(to) - upTo(from)
}
