package system

import (
	"millwright/views/admin"
	"millwright/views/admin/equipment"
	"millwright/views/ui"
)

// Restoring is what ShowRestoring draws.
type Restoring struct {
	admin.Page
	Refused  string // why the last backup was not taken
	Checking string // "" while none is being looked through
	Waiting  *Waiting
	Choose   *equipment.Form // nil where it is not asked for
	None     bool            // no backup is kept here that could be chosen
	Send     *Send
	Stage    *equipment.Form
	Back     *equipment.Form
	Again    *equipment.Form
}

// Waiting is a backup that was looked through.
type Waiting struct {
	Title  string
	Facts  []Fact
	Steps  []string // what brings its ledgers up to date
	Failed string   // why the last start did not put it in place
}

// Fact is a name and what stands for it.
type Fact struct{ Name, Value string }

// Send asks for a file. The file comes last: what stands before it is read first.
type Send struct {
	Action string
	Keys   []ui.Input // a passphrase, and a tick
	File   ui.Input
	Faults []ui.Fault
}
