// Package joborders is the part of a plant file that says which work units take job orders.
package joborders

import (
	"cmp"
	"fmt"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Entry says how a unit is given job orders (OPC 10031-4).
type Entry struct {
	Receiver   string `yaml:"receiver,omitempty"`   // the node that takes them: nsu=urn:press;s=JobOrderReceiver; empty: it takes none
	Connection string `yaml:"connection,omitempty"` // empty is the unit's own
	Ahead      int    `yaml:"ahead,omitempty"`      // how many waiting jobs it gets before they are started
}

// Most is how many jobs a machine may be given ahead.
const Most = 20

// Receiver is a unit that takes job orders.
type Receiver struct {
	Unit       plant.Unit
	Connection string
	Address    string
	Ahead      int
}

// Read understands what stands at a path of the plant file, and gives all that is wrong with it; a receiver without an
// address is none.
func Read(path string, e Entry, unit plant.Unit, own string) (r Receiver, wrong []errs.Field) {
	add := func(part, format string, args ...any) {
		wrong = append(wrong, errs.Field{Path: path + part, Message: fmt.Sprintf(format, args...)})
	}
	if e == (Entry{}) {
		return r, nil
	}
	r = Receiver{Unit: unit, Connection: cmp.Or(e.Connection, own), Address: e.Receiver, Ahead: e.Ahead}
	if e.Receiver == "" {
		add(".receiver", "is empty; write the address of the node that takes job orders")
	}
	if len(e.Receiver) > 500 {
		add(".receiver", "is longer than 500 signs")
	}
	if r.Connection == "" {
		add(".connection", "is empty, and the unit has no connection; name one")
	}
	if e.Ahead < 0 || e.Ahead > Most {
		add(".ahead", "is %d; write a number from 0 to %d", e.Ahead, Most)
	}
	return r, wrong
}
