package stock

import (
	"cmp"
	"fmt"
	"time"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// State is whether a lot may be used.
type State string

// The states.
const (
	Free       State = "free"
	OnHold     State = "hold"
	Quarantine State = "quarantine" // not looked at yet
)

// States are all of them.
func States() []State { return []State{Free, OnHold, Quarantine} }

// Words is the state as people say it.
func (s State) Words() string {
	switch s {
	case OnHold:
		return "on hold"
	case Quarantine:
		return "in quarantine"
	}
	return "free"
}

// Lot is material that was made or bought together; a serial is a lot of one piece.
type Lot struct {
	ID          int64
	Item        int64
	Number      string
	Serial      bool
	Expires     time.Time // zero: never
	Supplier    int64     // a partner; 0 is none
	SupplierLot string
	State       State
	Why         string // it is on hold, or was released
	By          plant.Person
	Came        time.Time
	Version     int64
}

// Expired tells whether it may no longer be used at a time.
func (l Lot) Expired(at time.Time) bool { return !l.Expires.IsZero() && !at.Before(l.Expires) }

// name is the lot as a sentence names it.
func (l Lot) name() string {
	if l.Serial {
		return "serial " + l.Number
	}
	return "lot " + l.Number
}

// Allows tells whether the lot may move so: one that is held may come, go into quarantine or be scrapped, given back
// to who sold it, counted or taken back. One that has expired is used with a reason alone.
func (l Lot) Allows(k Kind, intoQuarantine bool, at time.Time, why string) error {
	uses := k == Issue || k == Consumption
	if l.State != Free && l.State != "" && (uses || k == Transfer && !intoQuarantine) {
		why := l.Why
		if why != "" {
			why = " (" + why + ")"
		}
		return errs.New(errs.Conflict, "%s is %s%s; release it first, or move it into quarantine", l.name(), l.State.Words(), why)
	}
	if uses && l.Expired(at) && why == "" {
		return errs.New(errs.Conflict, "%s expired on %s; take another, or say why it is used all the same", l.name(), l.Expires.Format("2 January 2006"))
	}
	return nil
}

// Holding changes the state of a lot.
type Holding struct {
	Lot     int64
	State   State
	Why     string
	Version int64
	By      plant.Person
}

// Check tells what is wrong with it.
func (h Holding) Check() error {
	if h.State != Free && h.State != OnHold && h.State != Quarantine {
		words := fmt.Sprintf("a lot is free, on hold or in quarantine, not %q", errs.Clip(string(h.State)))
		return &errs.Error{Kind: errs.Invalid, Words: words, Fields: []errs.Field{{Path: "state", Message: words}}}
	}
	if h.Why == "" || len(h.Why) > 500 {
		return &errs.Error{Kind: errs.Invalid, Words: "say why, in at most 500 letters", Fields: []errs.Field{{Path: "why", Message: "say why, in at most 500 letters"}}}
	}
	return nil
}

// Description changes what is known of a lot besides its state.
type Description struct {
	Lot         int64
	Expires     time.Time // zero: never
	SupplierLot string
	Version     int64
	By          plant.Person
	Why         string
}

// Check tells what is wrong with it.
func (d Description) Check() error {
	if len(d.SupplierLot) > 80 {
		return &errs.Error{Kind: errs.Invalid, Words: "keep the supplier's lot under 80 letters", Fields: []errs.Field{{Path: "supplierLot", Message: "keep the supplier's lot under 80 letters"}}}
	}
	return nil
}

// Told is what is known of a lot, as the audit writes it.
func (l Lot) Told() string {
	expires := "never"
	if !l.Expires.IsZero() {
		expires = l.Expires.UTC().Format(time.RFC3339)
	}
	return "expires " + expires + ", supplier's lot " + cmp.Or(l.SupplierLot, "–")
}
