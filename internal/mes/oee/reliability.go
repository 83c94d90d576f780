package oee

import (
	"time"
)

// Reliability is how often a machine fails and how long it takes to mend (ISO 22400-2).
type Reliability struct {
	MTBF         time.Duration // operating time per failure; with none, the operating time observed
	AtLeast      bool          // MTBF is a lower bound: nothing failed yet
	MTTR         time.Duration // repair time per failure; 0 with none
	Availability Ratio         // inherent: MTBF / (MTBF + MTTR); unknown with none
}

// Reliable gives the reliability of a machine over an operating time.
func Reliable(operating time.Duration, failures int64, repair time.Duration) Reliability {
	if failures <= 0 {
		return Reliability{MTBF: operating, AtLeast: true}
	}
	r := Reliability{
		MTBF: operating / time.Duration(failures),
		MTTR: repair / time.Duration(failures),
	}
	r.Availability = ratio(r.MTBF, r.MTBF+r.MTTR)
	return r
}
