package outlook

import (
	"time"

	"millwright/internal/mes/execution/promise"
)

// Told is what was promised of something, as it is kept.
type Told struct {
	promise.Ref
	Baseline   time.Time // the first promise; zero when nobody could say
	Dated      bool      // the baseline is the end of a date that somebody promised
	BaselineAt time.Time // when it was promised
	Best       time.Time // zero when nobody can say
	Likely     time.Time // zero when nobody can say
	Causes     string    // in words
	At         time.Time
	Open       bool // it is still foretold
}

// Dates are the four dates of an order, and how its forecast came about.
type Dates struct {
	Requested time.Time // the end of the date that was asked for; zero for none
	Told
	Actual  time.Time // when all of it was delivered or made; zero when it is not
	History []Past    // the newest first
}

// Past is a forecast that was.
type Past struct {
	At     time.Time
	Best   time.Time
	Likely time.Time
	Causes string
}

// Moved tells whether a forecast differs from one by so much that it is worth keeping: by a quarter of an hour, or a
// fiftieth of what is left, or since nobody could say before, or cannot now.
func (t *Told) Moved(was Told) bool {
	if t.Likely.IsZero() != was.Likely.IsZero() || t.Open != was.Open {
		return true
	}
	least := max(15*time.Minute, t.Likely.Sub(t.At)/50)
	return t.Likely.Sub(was.Likely).Abs() >= least
}
