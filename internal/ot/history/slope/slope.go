// Package slope reads a signal whose history was thinned by a swinging door: its value runs straight from reading to reading.
package slope

import (
	"context"
	"math"
	"time"

	"millwright/internal/ot/history"
	"millwright/internal/ot/tag"
)

// Samples reads a range: it is history.Archive's.
type Samples func(ctx context.Context, r history.Range, yield func(tag.Sample) bool) error

// Buckets cuts a range into equal steps as history.Archive does, but with the signal running straight between two
// good readings that lie no more than silence apart. Between others, and after the last, it holds its value.
func Buckets(ctx context.Context, read Samples, r history.Range, step, silence time.Duration) ([]history.Bucket, error) {
	s := newSheet(r, step)
	var before tag.Sample
	err := read(ctx, history.Range{Tag: r.Tag, From: r.From, To: r.To.Add(silence), Carry: true}, func(next tag.Sample) bool {
		s.draw(before, next, silence)
		before = next
		return next.Time.Before(r.To)
	})
	if err != nil {
		return nil, err
	}
	if before.Tag != 0 {
		s.hold(before, micro(before.Time), s.to)
	}
	return s.buckets(), nil
}

// sheet is what a signal is drawn on: times are microseconds.
type sheet struct {
	from, to, step int64
	sums           []sum
}

// sum is what was drawn within one step.
type sum struct {
	numbers, good  int64 // time with a number, and with anything good
	area           float64
	min, max, last float64
	some           bool
	count          int64
}

func newSheet(r history.Range, step time.Duration) *sheet {
	s := &sheet{from: micro(r.From), to: micro(r.To), step: step.Microseconds()}
	s.sums = make([]sum, max(0, (s.to-s.from+s.step-1)/s.step))
	return s
}

func micro(t time.Time) int64 { return t.UnixMicro() }

// draw lets the signal go from one reading to the next, which is noted.
func (s *sheet) draw(before, next tag.Sample, silence time.Duration) {
	at := micro(next.Time)
	a, from := number(before)
	b, to := number(next)
	if from && to && next.Time.Sub(before.Time) <= silence {
		s.line(micro(before.Time), at, a, b)
	} else if before.Tag != 0 {
		s.hold(before, micro(before.Time), at)
	}
	if at >= s.from && at < s.to && next.Good() {
		u := &s.sums[(at-s.from)/s.step]
		u.count++
		if to {
			u.see(b)
		}
	}
}

func number(x tag.Sample) (float64, bool) {
	v, is := x.Value.Float()
	return v, is && x.Good()
}

// hold lets a reading hold from one time to another.
func (s *sheet) hold(x tag.Sample, from, to int64) {
	if v, is := number(x); is {
		s.line(from, to, v, v)
	} else if x.Good() {
		s.each(from, to, func(u *sum, a, b int64) { u.good += b - a })
	}
}

// line draws from one point to another.
func (s *sheet) line(from, to int64, v, w float64) {
	value := func(t int64) float64 {
		share := float64(t-from) / float64(to-from)
		return v*(1-share) + w*share
	}
	s.each(from, to, func(u *sum, a, b int64) {
		x, y := value(a), value(b)
		u.numbers += b - a
		u.good += b - a
		u.area += (x/2 + y/2) * float64(b-a)
		u.see(x)
		u.see(y)
	})
}

// each gives the parts of a time that lie within steps.
func (s *sheet) each(from, to int64, part func(u *sum, a, b int64)) {
	from, to = max(from, s.from), min(to, s.to)
	for from < to {
		i := (from - s.from) / s.step
		end := min(to, s.from+(i+1)*s.step)
		part(&s.sums[i], from, end)
		from = end
	}
}

func (u *sum) see(v float64) {
	if !u.some {
		u.min, u.max, u.some = v, v, true
	}
	u.min, u.max, u.last = math.Min(u.min, v), math.Max(u.max, v), v
}

func (s *sheet) buckets() []history.Bucket {
	out := make([]history.Bucket, len(s.sums))
	for i, u := range s.sums {
		start := s.from + int64(i)*s.step
		end := min(s.to, start+s.step)
		b := history.Bucket{
			Start: time.UnixMicro(start).UTC(), Min: u.min, Max: u.max, Last: u.last, Count: u.count,
			GoodFor: time.Duration(u.good) * time.Microsecond, BadFor: time.Duration(end-start-u.good) * time.Microsecond,
		}
		if u.numbers > 0 {
			b.Mean = math.Max(u.min, math.Min(u.max, u.area/float64(u.numbers)))
		}
		out[i] = b
	}
	return out
}
