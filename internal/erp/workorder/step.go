package workorder

import (
	"slices"

	"millwright/internal/errs"
)

// Lifecycle is how far an order is.
type Lifecycle string

// The lifecycle. What is held stays where it is.
const (
	Created   Lifecycle = "created"   // wanted; planning may still change it
	Firmed    Lifecycle = "firmed"    // a planner has settled it; planning leaves it alone
	Released  Lifecycle = "released"  // bill and routing are copied; it may be begun
	Started   Lifecycle = "started"   // something was taken, booked or made
	Completed Lifecycle = "completed" // nothing more is to be made
	Closed    Lifecycle = "closed"    // settled; nothing can be posted to it any more
	Cancelled Lifecycle = "cancelled" // not to be made
)

// Step takes an order on.
type Step string

// The steps.
const (
	Firm     Step = "firm"
	Release  Step = "release"
	Start    Step = "start"
	Complete Step = "complete"
	Reopen   Step = "reopen"
	Close    Step = "close"
	Cancel   Step = "cancel"
	Hold     Step = "hold"
	Resume   Step = "resume"
)

// move is one allowed step.
type move struct {
	step     Step
	from, to Lifecycle
}

// moves is every allowed step: what does not stand here cannot be done.
func moves() []move {
	return []move{
		{Firm, Created, Firmed},
		{Release, Created, Released},
		{Release, Firmed, Released},
		{Start, Released, Started},
		{Complete, Started, Completed},
		{Reopen, Completed, Started},
		{Close, Completed, Closed},
		{Cancel, Created, Cancelled},
		{Cancel, Firmed, Cancelled},
		{Cancel, Released, Cancelled},
	}
}

// Steps gives what can be done with an order now, in the order in which it is offered.
func (o *Order) Steps() (all []Step) {
	if o.Held != "" {
		all = append(all, Resume)
	}
	for _, m := range moves() {
		if m.from == o.Lifecycle && (o.Held == "" || m.step == Cancel) {
			all = append(all, m.step)
		}
	}
	if o.Held == "" && o.Open() {
		all = append(all, Hold)
	}
	return all
}

// Open tells whether something is still to be done for the order.
func (o *Order) Open() bool { return Opens(o.Lifecycle) }

// Opens tells whether something is still to be done for orders of a lifecycle.
func Opens(l Lifecycle) bool {
	return l == Created || l == Firmed || l == Released || l == Started
}

// Posts tells whether material and time may be posted to the order; the error says why not.
func (o *Order) Posts() error {
	switch {
	case o.Held != "":
		return errs.New(errs.Conflict, "%s is on hold (%s); resume it first", o.Number, errs.Clip(o.Held))
	case o.Lifecycle != Released && o.Lifecycle != Started:
		return errs.New(errs.Conflict, "%s is %s; only an order that is released or started takes material and reports", o.Number, o.Lifecycle)
	}
	return nil
}

// Take takes the order a step on. why is asked for where it is put on hold or cancelled.
func (o *Order) Take(s Step, why string) error {
	if !slices.Contains(o.Steps(), s) {
		return o.refuse(s)
	}
	if (s == Hold || s == Cancel) && why == "" {
		return &errs.Error{Kind: errs.Invalid, Words: "say why", Fields: []errs.Field{{Path: "why", Message: "Say why."}}}
	}
	switch s {
	case Hold:
		o.Held = why
		return nil
	case Resume:
		o.Held = ""
		return nil
	}
	for _, m := range moves() {
		if m.step == s && m.from == o.Lifecycle {
			o.Lifecycle = m.to
			break
		}
	}
	if o.Lifecycle == Cancelled {
		o.Held = ""
	}
	return nil
}

func (o *Order) refuse(s Step) error {
	if o.Held != "" {
		return errs.New(errs.Conflict, "%s cannot be taken to %q: it is on hold (%s); resume it first", o.Number, string(s), errs.Clip(o.Held))
	}
	return errs.New(errs.Conflict, "%s cannot be taken to %q: it is %s", o.Number, string(s), o.Lifecycle)
}

// State is how an order stands, in one word, of everything that is known about it.
type State string

// The states that are no lifecycle.
const (
	OnHold State = "on hold"
	Late   State = "late"
	Lacks  State = "short of material"
)

// Stand derives the one word of an order: hold before lack, lack before lateness, else its lifecycle.
func Stand(o *Order, r Readiness, late bool) State {
	switch {
	case !o.Open():
		return State(o.Lifecycle)
	case o.Held != "":
		return OnHold
	case r == Short && o.Lifecycle != Created:
		return Lacks
	case late:
		return Late
	}
	return State(o.Lifecycle)
}
