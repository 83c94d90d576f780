package outlook

import (
	"time"

	"millwright/internal/plant"
)

// Course is how a work order went: what was reported of it as time went by, and which lots it took and made.
type Course struct {
	From, To time.Time // the first and the last report; zero when there is none
	Step     time.Duration
	Points   []Point // those steps in which something was reported, in time order
	Lots     []LotUse
}

// Point is what was reported in a step of time.
type Point struct {
	At          time.Time // where the step begins
	Good, Scrap plant.Quantity
	Cost        plant.Money // of material, time and energy
}

// LotUse is a lot of an item that an order took or made, and when.
type LotUse struct {
	Item        int64
	Lot         string // "" for what has no lots
	Made        bool   // it came out of the order
	First, Last time.Time
	Quantity    plant.Quantity
}
