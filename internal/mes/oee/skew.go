package oee

import (
	"time"

	"millwright/internal/plant"
)

// Skew is how far machines' clocks were off.
type Skew struct {
	Readings uint64        // that were stamped out of reason
	Off      time.Duration // of the worst of them
	Last     time.Time     // when the newest came; zero when that is not known
}

// Since leaves out what was over before a time.
func (s Skew) Since(t time.Time) Skew {
	if !s.Last.IsZero() && s.Last.Before(t) {
		return Skew{}
	}
	return s
}

// Add adds the clocks of other machines.
func (s *Skew) Add(o Skew) {
	s.Readings += o.Readings
	s.Off, s.Last = max(s.Off, o.Off), plant.Later(s.Last, o.Last)
}
