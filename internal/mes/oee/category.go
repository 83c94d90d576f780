package oee

import "strconv"

// Category says what a piece of time was. Every moment of a line has exactly one.
type Category uint8

// The categories, with the ISO 22400-2 time they are part of. ReducedSpeed is derived from counts and never stands in a segment.
const (
	NoData       Category = iota // the machine said nothing: never folded into another
	NotScheduled                 // outside every shift
	PlannedStop                  // a break, or planned maintenance
	NoOrder                      // ADOT
	Changeover                   // ASUT
	Breakdown                    // ADET; without a reason it is Unexplained
	Blocked                      // ADOT
	Starved                      // ADOT
	MicroStop                    // APT
	Running                      // APT
	ReducedSpeed
)

var categoryNames = [...]string{
	"no data", "not scheduled", "planned stop", "no order", "changeover", "breakdown",
	"blocked", "starved", "micro-stop", "running", "reduced speed",
}

// String gives the category as it is written for people and in files.
func (c Category) String() string {
	if int(c) < len(categoryNames) {
		return categoryNames[c]
	}
	return "category" + strconv.Itoa(int(c))
}

// ParseCategory reads what String wrote.
func ParseCategory(s string) (c Category, ok bool) {
	for i, n := range categoryNames {
		if n == s {
			return Category(i), true
		}
	}
	return NoData, false
}

// Stopped tells whether the line was meant to run and did not. Micro-stops are part of running.
func (c Category) Stopped() bool { return c >= NoOrder && c <= Starved }

// Planned tells whether the time is part of the planned production time.
func (c Category) Planned() bool { return c >= NoOrder }

// Unexplained tells whether somebody has still to say why the line stood: it broke down, and there is no reason of a
// person's, nor one that the machine's fault code means. A code that means nothing yet explains nothing. Whoever counts
// stops without a reason, or their time, counts by this.
func (c Category) Unexplained(reason string) bool { return c == Breakdown && reason == "" }
