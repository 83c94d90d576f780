package mrp

import (
	"math"

	"millwright/internal/plant"
)

// Rule says how large orders are.
type Rule uint8

// The rules.
const (
	LotForLot Rule = iota // what is wanted on the day
	Fixed                 // Quantity in each order, and as many orders as it takes
	Economic              // Quantity, or what is wanted if that is more
	Periods               // what is wanted on the day and the Days-1 after it
	UpTo                  // what fills the stock up to Quantity
)

var ruleNames = [...]string{"lot for lot", "fixed lot", "economic order quantity", "period of supply", "up to a maximum"}

// String names the rule as planners call it.
func (r Rule) String() string {
	if int(r) < len(ruleNames) {
		return ruleNames[r]
	}
	return "an unknown rule"
}

// Lot is an item's lot size: a rule, and what bounds every single order. A bound of zero is none;
// a fixed lot needs none.
type Lot struct {
	Rule               Rule
	Quantity           plant.Quantity
	Days               Day
	Min, Max, Multiple plant.Quantity
}

// size gives the next order for a shortage; ahead is what is wanted in the days after it, for so many as Days says.
// Where that is less than the shortage, more orders follow.
func (l Lot) size(short, ahead plant.Quantity) plant.Quantity {
	q := short
	switch l.Rule {
	case Fixed:
		return l.Quantity
	case Economic:
		q = max(short, l.Quantity)
	case Periods:
		q = plus(short, ahead)
	case UpTo:
		q = plus(short, l.Quantity)
	case LotForLot:
	}
	if q = upTo(max(q, l.Min), l.Multiple); l.Max == 0 || q <= l.Max {
		return q
	}
	if l.Multiple == 0 {
		return l.Max
	}
	return l.Max - l.Max%l.Multiple
}

// maxOrders is how many orders one shortage makes at most: the last takes all the rest.
const maxOrders = 1000

// upTo rounds up to a multiple.
func upTo(q, multiple plant.Quantity) plant.Quantity {
	if multiple <= 0 || q%multiple == 0 {
		return q
	}
	return plus(q-q%multiple, multiple)
}

// plus adds quantities that are not negative, and stays at the largest there is rather than wrap.
func plus(a, b plant.Quantity) plant.Quantity {
	if b > math.MaxInt64-a {
		return math.MaxInt64
	}
	return a + b
}
