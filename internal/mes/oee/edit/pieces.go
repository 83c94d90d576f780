package edit

import (
	"slices"
	"sort"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

// cut makes two of the segment that holds a moment; its pieces are shared by time, and none is lost.
func (s *sheet) cut(at time.Time) {
	i := sort.Search(len(s.segments), func(i int) bool { return s.segments[i].To.After(at) })
	if i == len(s.segments) || !s.segments[i].From.Before(at) {
		return
	}
	whole := s.segments[i]
	s.segments[i] = whole.Part(plant.Span{From: whole.From, To: at})
	s.segments = slices.Insert(s.segments, i+1, whole.Part(plant.Span{From: at, To: whole.To}))
}

// within cuts at the edges of a time and gives the segments in it.
func (s *sheet) within(of plant.Span) []oee.Segment {
	s.cut(of.From)
	s.cut(of.To)
	first := sort.Search(len(s.segments), func(i int) bool { return s.segments[i].To.After(of.From) })
	last := sort.Search(len(s.segments), func(i int) bool { return !s.segments[i].From.Before(of.To) })
	return s.segments[min(first, last):last]
}

// concerns tells whether pieces of a segment are those that are spoken of.
func (e *Edit) concerns(seg *oee.Segment) bool {
	if e.Job != "" {
		return e.Job == seg.Order
	}
	return e.Product == "" || e.Product == seg.Product
}

// newest hands an amount out to pieces of a time, the newest first; take takes what it can of it, and tells how much.
func (s *sheet) newest(e *Edit, amount plant.Quantity, take func(seg *oee.Segment, most plant.Quantity) plant.Quantity) {
	all := s.within(e.Span())
	for i := len(all) - 1; i >= 0 && amount > 0; i-- {
		if seg := &all[i]; e.concerns(seg) {
			if n := take(seg, amount); n > 0 {
				amount -= n
				mark(seg, e)
			}
		}
	}
}

// scrap makes rejects of pieces that were counted as good, and of no more than there are.
func (s *sheet) scrap(e *Edit) {
	s.newest(e, e.Reject, func(seg *oee.Segment, most plant.Quantity) plant.Quantity {
		n := min(most, max(0, seg.Good))
		seg.Good -= n
		seg.Reject += n
		seg.Rework = min(seg.Rework, max(0, seg.Good))
		return n
	})
}

// rework marks good pieces, and no more than there are.
func (s *sheet) rework(e *Edit) {
	s.newest(e, e.Good, func(seg *oee.Segment, most plant.Quantity) plant.Quantity {
		n := min(most, max(0, seg.Good-seg.Rework))
		seg.Rework += n
		return n
	})
}

// reading adds what a counter counted beyond all that was counted else, also where that becomes known later.
func (s *sheet) reading(e *Edit) {
	missing := *e
	all := s.within(e.Span())
	for i := range all {
		if seg := &all[i]; e.concerns(seg) {
			missing.Good -= seg.Good + seg.Reject
		}
	}
	if missing.Good > 0 {
		s.count(&missing)
	}
}

// recount adds pieces of a job where there are more than were counted, and takes them from the newest where there are less.
func (s *sheet) recount(e *Edit) {
	more, good, reject := *e, min(e.Good, 0), min(e.Reject, 0)
	if more.Good, more.Reject = max(e.Good, 0), max(e.Reject, 0); more.Good > 0 || more.Reject > 0 {
		s.count(&more)
	}
	s.newest(e, -good, func(seg *oee.Segment, most plant.Quantity) plant.Quantity {
		n := min(most, max(0, seg.Good))
		less(seg, n)
		seg.Good -= n
		seg.Rework = min(seg.Rework, seg.Good)
		return n
	})
	s.newest(e, -reject, func(seg *oee.Segment, most plant.Quantity) plant.Quantity {
		n := min(most, max(0, seg.Reject))
		less(seg, n)
		seg.Reject -= n
		return n
	})
}

// less takes the time that pieces ideally took from a segment that loses them.
func less(seg *oee.Segment, n plant.Quantity) {
	all := seg.Good + seg.Reject
	if n <= 0 || all <= 0 {
		return
	}
	n = min(n, all)
	ideal, _ := plant.Quantity(seg.Ideal).Times(int64(n), int64(all)) // a share of a number that fits, fits
	unseen, _ := plant.Quantity(seg.Unseen).Times(int64(n), int64(all))
	unrated, _ := seg.Unrated.Times(int64(n), int64(all))
	seg.Ideal, seg.Unseen = seg.Ideal-time.Duration(ideal), seg.Unseen-time.Duration(unseen)
	seg.Unrated, seg.Manual = seg.Unrated-unrated, min(seg.Manual, all-n)
}

// count adds pieces to the time in which the line ran, and to all of it where it never did.
func (s *sheet) count(e *Edit) {
	all := s.within(e.Span())
	var ran, whole time.Duration
	for i := range all {
		seg := &all[i]
		if !e.concerns(seg) {
			continue
		}
		whole += seg.To.Sub(seg.From)
		if seg.Category == oee.Running {
			ran += seg.To.Sub(seg.From)
		}
	}
	if ran > 0 {
		whole = ran
	}
	good, reject := portions(e.Good, whole), portions(e.Reject, whole)
	for i := range all {
		if seg := &all[i]; e.concerns(seg) && (ran == 0 || seg.Category == oee.Running) {
			d := seg.To.Sub(seg.From)
			add(seg, e, good(d), reject(d))
		}
	}
}

func add(seg *oee.Segment, e *Edit, good, reject plant.Quantity) {
	seg.Good += good
	seg.Reject += reject
	seg.Manual += good + reject
	if e.Cycle > 0 {
		seg.Ideal += oee.IdealTime(e.Cycle, good+reject)
	} else {
		seg.Unrated += good + reject
	}
	mark(seg, e)
}

// portions gives a function that hands out an amount by time, stretch after stretch, and to the last one what is left.
func portions(q plant.Quantity, whole time.Duration) func(time.Duration) plant.Quantity {
	gone, given := time.Duration(0), plant.Quantity(0)
	return func(d time.Duration) plant.Quantity {
		gone += d
		due, _ := q.Times(int64(gone), int64(whole)) // a share of a number that fits, fits
		n := due - given
		given = due
		return n
	}
}
