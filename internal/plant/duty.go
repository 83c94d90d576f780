package plant

import (
	"fmt"
	"strings"
)

// Duty is what a person does in the business besides the role in the plant: a set.
type Duty uint8

// The duties. Managers have all of them.
const (
	Planner     Duty = 1 << iota // keeps items and bills, plans, releases work orders
	Storekeeper                  // moves material, and counts it
	Purchaser                    // buys from suppliers
	Sales                        // sells to customers

	NoDuty Duty = 0
)

// Duties is each one of them.
func Duties() []Duty { return []Duty{Planner, Storekeeper, Purchaser, Sales} }

var dutyNames = [...]string{"planner", "storekeeper", "purchaser", "sales"}

// String gives the words of the set apart by spaces: "planner sales".
func (d Duty) String() string {
	var words []string
	for i, one := range Duties() {
		if d&one != 0 {
			words = append(words, dutyNames[i])
		}
	}
	return strings.Join(words, " ")
}

// Or names them for who needs one of them: "planner or sales".
func (d Duty) Or() string { return strings.ReplaceAll(d.String(), " ", " or ") }

// ParseDuty reads the word of one duty.
func ParseDuty(word string) (Duty, error) {
	for i, n := range dutyNames {
		if n == word {
			return Duties()[i], nil
		}
	}
	return NoDuty, fmt.Errorf("%q is no duty: use planner, storekeeper, purchaser or sales", clip(word))
}

// ParseDuties reads words apart by spaces; none is no duty.
func ParseDuties(words string) (all Duty, err error) {
	for _, w := range strings.Fields(words) {
		one, err := ParseDuty(w)
		if err != nil {
			return NoDuty, err
		}
		all |= one
	}
	return all, nil
}

// Open tells whether something that is done by any of some duties is open to who has a role and duties of their own.
func (d Duty) Open(role Role, own Duty) bool {
	return d == NoDuty || role >= Manager || role >= Viewer && d&own != 0
}
