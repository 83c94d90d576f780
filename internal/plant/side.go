package plant

import "strings"

// Side is a world whose owners have a say: the machines', the orders', or both.
type Side uint8

// The sides.
const (
	OT Side = 1 << iota // the machines and what they say
	IT                  // what is made of it: figures, orders, programs

	NoSide    Side = 0
	BothSides      = OT | IT
)

// String gives the side's word: "OT", "IT", "OT and IT", or "".
func (s Side) String() string {
	var words []string
	for _, one := range s.Each() {
		words = append(words, map[Side]string{OT: "OT", IT: "IT"}[one])
	}
	return strings.Join(words, " and ")
}

// Owners tells who speaks for the sides: "an owner for OT and one for IT".
func (s Side) Owners() string {
	if s == NoSide {
		return "nobody"
	}
	return "an owner for " + strings.Join(strings.Split(s.String(), " and "), " and one for ")
}

// Each gives the sides in it one by one.
func (s Side) Each() (all []Side) {
	for _, one := range []Side{OT, IT} {
		if s&one != 0 {
			all = append(all, one)
		}
	}
	return all
}

// ParseSide reads a side's word; what is none is NoSide.
func ParseSide(word string) Side {
	return map[string]Side{"OT": OT, "IT": IT, "OT and IT": BothSides}[word]
}
