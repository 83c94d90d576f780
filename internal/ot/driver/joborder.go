package driver

import (
	"context"
	"time"
)

// JobOrder is what a machine is told of a job (ISA-95, OPC 10031-4).
type JobOrder struct {
	ID       string // known to both sides; a receiver has it once
	About    string // in words, for who stands at the machine; may be ""
	Product  string // also the work master: how it is made
	Quantity string // to be made, as a decimal
	Order    string // the customer's order; may be ""
	Due      time.Time
	Priority int16 // a higher one comes first
}

// JobState is where a machine says that a job order stands; the numbers are those of OPC 10031-4.
type JobState uint32

// The states of a job order at a machine.
const (
	JobUnknown           JobState = 0 // it says none that we know
	JobNotAllowedToStart JobState = 1
	JobAllowedToStart    JobState = 2
	JobRunning           JobState = 3
	JobInterrupted       JobState = 4
	JobEnded             JobState = 5
	JobAborted           JobState = 6
)

// String gives the standard's word.
func (s JobState) String() string {
	names := [...]string{"unknown", "NotAllowedToStart", "AllowedToStart", "Running", "Interrupted", "Ended", "Aborted"}
	if int(s) < len(names) {
		return names[s]
	}
	return names[0]
}

// JobStanding is a job order as a machine has it.
type JobStanding struct {
	JobOrder
	State JobState
	Sub   string // the state within, such as "Held" or "Suspended"; "" for none
}

// JobCommand is what a machine is asked to do with a job order; the names are those of OPC 10031-4.
type JobCommand string

// The commands.
const (
	JobStore         JobCommand = "Store"
	JobStoreAndStart JobCommand = "StoreAndStart"
	JobStart         JobCommand = "Start"
	JobRevokeStart   JobCommand = "RevokeStart"
	JobPause         JobCommand = "Pause"
	JobResume        JobCommand = "Resume"
	JobUpdate        JobCommand = "Update"
	JobStop          JobCommand = "Stop"
	JobCancel        JobCommand = "Cancel"
	JobAbort         JobCommand = "Abort"
	JobClear         JobCommand = "Clear"
)

// JobReceiver is a driver whose machine takes job orders. A receiver is named by its address.
type JobReceiver interface {
	// Hold keeps a session open until ctx ends (nil) or it is lost (why); opened is called once it is there.
	Hold(ctx context.Context, opened func()) error
	// JobOrders gives the job orders that a receiver has, in its order.
	JobOrders(ctx context.Context, receiver string) ([]JobStanding, error)
	// Became asks what became of a job order that the receiver has in its list no more; JobUnknown when it does not know.
	Became(ctx context.Context, receiver, order string) (JobState, error)
	// Command asks for something to be done with a job order: Store, StoreAndStart and Update tell the whole order, the
	// others only its ID. What the machine refuses is an error with its words; when the answer is lost it is
	// ErrOutcomeUnknown: the job orders tell.
	Command(ctx context.Context, receiver string, do JobCommand, o JobOrder, why string) error
}
