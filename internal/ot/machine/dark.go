package machine

import (
	"time"

	"millwright/internal/plant"
)

// darkness adds up for how long nobody knew what a unit did. Before its first word nobody ever did.
type darkness struct {
	before time.Duration // of all but the last
	last   plant.Span    // To is zero while it goes on
}

func newDarkness() darkness { return darkness{last: plant.Span{From: time.Unix(0, 0)}} }

// turn says that from a time on it is known what the unit does, or is not.
func (d *darkness) turn(dark bool, at time.Time) {
	switch on := d.last.To.IsZero(); {
	case dark && !on:
		d.before += d.last.To.Sub(d.last.From)
		d.last = plant.Span{From: at}
	case !dark && on:
		d.last.To = at
	}
}

// until is the sum up to a time, which may lie back in the last one, or before it.
func (d *darkness) until(at time.Time) time.Duration {
	if !d.last.To.IsZero() {
		at = plant.Earlier(at, d.last.To)
	}
	return d.before + max(0, at.Sub(d.last.From))
}
