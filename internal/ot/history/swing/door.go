// Package swing is the swinging door: which readings of a smooth signal the history may leave out.
package swing

import (
	"math"
	"time"

	"millwright/internal/ot/tag"
)

// Door thins the readings of one tag. A reading is left out only while the straight line between the two that are
// kept around it passes it by no more than the limit; the first and the last of a run, whatever is not a good or
// uncertain number, both sides of a change of quality or kind, and both sides of a silence are always kept.
// A reading that is not newer than the one before is kept too, with the one that is held back: the door begins anew.
type Door struct {
	limit   float64       // the greatest error, in the tag's unit
	silence time.Duration // the longest time between two readings that are joined by a line

	newest tag.Sample // the one before; Tag 0 for none
	open   bool       // the anchor is a number
	anchor tag.Sample // the last one kept
	from   float64    // its value
	holds  bool       // newest is held back
	since  time.Time  // arrival of the first that was held back after the anchor
	low    float64    // the slopes from the anchor that pass every reading since within the limit
	high   float64
}

// NewDoor makes a door that allows an error, and keeps a reading at least as often as it says.
func NewDoor(limit float64, silence time.Duration) *Door {
	return &Door{limit: limit, silence: silence}
}

// Pass takes a reading that arrives now, and appends to dst what is to be kept: nothing, one or two.
func (d *Door) Pass(dst []tag.Sample, s tag.Sample, now time.Time) []tag.Sample {
	v, is := number(s)
	if !d.open || !is || s.Quality != d.newest.Quality || s.Value.Kind() != d.newest.Value.Kind() || !d.soon(s.Time) {
		dst = append(d.Flush(dst), s)
		if d.newest.Tag == 0 || s.Time.After(d.newest.Time) {
			d.newest, d.open = s, is
			d.swing(s)
		}
		return dst
	}
	if d.holds && (!d.within(s.Time, v) || s.Time.Sub(d.anchor.Time) > d.silence) {
		dst = d.Flush(dst)
	}
	dt := float64(s.Time.Sub(d.anchor.Time))
	d.low, d.high = math.Max(d.low, (v-d.limit-d.from)/dt), math.Min(d.high, (v+d.limit-d.from)/dt)
	if !d.holds {
		d.holds, d.since = true, now
	}
	d.newest = s
	return dst
}

// soon tells whether a time comes after the newest reading, and with no silence between.
func (d *Door) soon(at time.Time) bool {
	gap := at.Sub(d.newest.Time)
	return gap > 0 && gap <= d.silence
}

// within tells whether the line from the anchor to a reading passes all between them within the limit.
func (d *Door) within(at time.Time, v float64) bool {
	slope := (v - d.from) / float64(at.Sub(d.anchor.Time))
	return slope >= d.low && slope <= d.high
}

// Flush appends what is held back to dst: it is kept, and the door begins anew behind it.
func (d *Door) Flush(dst []tag.Sample) []tag.Sample {
	if !d.holds {
		return dst
	}
	d.swing(d.newest)
	return append(dst, d.newest)
}

// Overdue tells whether something has been held back for as long as the door may.
func (d *Door) Overdue(now time.Time) bool { return d.holds && now.Sub(d.since) >= d.silence }

// swing opens the door wide at a reading that is kept.
func (d *Door) swing(anchor tag.Sample) {
	d.anchor, d.holds, d.low, d.high = anchor, false, math.Inf(-1), math.Inf(1)
	d.from, _ = number(anchor)
}

// The numbers that a line can be drawn between: whole numbers beyond are not exact as floating point, and floating
// points beyond have no finite difference.
const (
	exact = 1 << 53
	huge  = 1e300
)

// number is the value of a reading that may be left out.
func number(s tag.Sample) (v float64, ok bool) {
	if s.Quality.Bad() {
		return 0, false
	}
	v, _ = s.Value.Float()
	switch s.Value.Kind() {
	case tag.Float:
		return v, math.Abs(v) <= huge
	case tag.Int, tag.Uint:
		return v, math.Abs(v) <= exact
	}
	return 0, false
}
