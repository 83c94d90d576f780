package kpi

import (
	"fmt"
	"strconv"
	"time"

	"millwright/internal/mes/oee"
)

// Grade is how far figures can be relied on.
type Grade string

// The grades.
const (
	High Grade = "high"
	Fair Grade = "fair"
	Low  Grade = "low"
)

// Confidence is how far the figures of some sums can be relied on, and why not farther.
type Confidence struct {
	Grade       Grade
	Coverage    oee.Ratio     // known part of the time that was or may have been planned
	Edited      oee.Ratio     // part of the planned time that people gave another meaning
	Unexplained time.Duration // down without a reason
	Skew        oee.Skew      // since the machines were connected
	Why         []string      // a sentence for each thing that lowers it
}

// Trust judges sums, of machines whose clocks were off.
func Trust(s *Sums, skew oee.Skew) Confidence {
	c := s.Classic()
	t := Confidence{Grade: High, Coverage: c.Coverage, Unexplained: s.Unexplained, Skew: skew}
	t.Edited = lasting(s.Edited).over(lasting(c.PPT))
	unexplained := lasting(s.Unexplained).over(lasting(c.PPT))
	switch {
	case !t.Coverage.OK:
		t.lower(Low, "Nothing was planned, or nothing is known.")
	case t.Coverage.Value < 0.95:
		t.lower(Low, fmt.Sprintf("For %s of the time there is no data.", minutes(c.Times[oee.NoData])))
	case t.Coverage.Value < 0.999:
		t.lower(Fair, fmt.Sprintf("For %s of the time there is no data.", minutes(c.Times[oee.NoData])))
	}
	t.over(unexplained, 0.02, 0.1, minutes(s.Unexplained)+" of down time have no reason.")
	t.over(t.Edited, 0.1, 0.3, minutes(s.Edited)+" were laid out by people.")
	if skew.Readings > 0 {
		t.lower(Fair, fmt.Sprintf("%s out of reason, up to %s off: check the machines' clocks.", stamped(skew.Readings), skew.Off.Round(time.Second)))
	}
	if s.Unrated != 0 {
		t.lower(Fair, have(s.Unrated)+" no ideal cycle.")
	}
	return t
}

// over lowers the grade where a share is over one of two limits.
func (t *Confidence) over(share oee.Ratio, fair, low float64, why string) {
	switch {
	case !share.OK || share.Value <= fair:
	case share.Value <= low:
		t.lower(Fair, why)
	default:
		t.lower(Low, why)
	}
}

func (t *Confidence) lower(to Grade, why string) {
	if t.Grade == High || to == Low {
		t.Grade = to
	}
	t.Why = append(t.Why, why)
}

func stamped(n uint64) string {
	if n == 1 {
		return "1 reading was stamped"
	}
	return strconv.FormatUint(n, 10) + " readings were stamped"
}

func minutes(d time.Duration) string { return fmt.Sprintf("%.1f min", d.Minutes()) }
