package equipment

import "millwright/views/ui"

// Versions is which versions of its machine types a unit has, and what another would change. Its buttons post seal,
// machine and version to Action.
type Versions struct {
	Action string
	Seal   string
	Faults []ui.Fault
	Theirs string // as somebody else has changed it meanwhile; "" when nobody has
	Types  []VersionsOf
}

// VersionsOf is one machine type of a unit.
type VersionsOf struct {
	ui.Link
	Now   string // "follows the newest, version 3"
	Moves []Move
}

// Move is another version that the unit could have.
type Move struct {
	Machine, Version string // as posted; "0" follows the newest
	Name             string // "Stay on version 2"
	Label            string // the same, for those who do not see where it stands
	Words            []string
}
