// Package foreman gives machines the job orders of their lines, and steps jobs as the machines report (OPC 10031-4).
package foreman

import (
	"context"
	"time"

	"millwright/internal/mes/execution"
	"millwright/internal/ot/driver"
	"millwright/internal/plant"
)

// Receiver is a work unit that takes job orders.
type Receiver struct {
	Line       plant.LineID
	Unit       plant.UnitID
	Name       string // of the unit
	Connection string
	Address    string // of the receiver, in the words of the protocol
	Ahead      int    // how many waiting jobs it gets before they are started
}

// Known is what both sides last agreed on about a job: kept, so that it can be told who has changed what.
type Known struct {
	Job     string
	Told    execution.Status // what the job was when the machine was last told, or told us
	Seen    driver.JobState  // what the machine said last, or is sure to say next
	Planned plant.Quantity   // what it was told to make
	Trouble string           // why the two do not agree; "" when they do
	At      time.Time        // when this was written
}

// Ledger keeps what is known of the job orders at machines.
type Ledger interface {
	// Sent gives what is known of all jobs at a unit.
	Sent(ctx context.Context, unit plant.UnitID) ([]Known, error)
	// KeepSent keeps it for one job; did is what was done, for the audit, "" for nothing that is to stand there.
	KeepSent(ctx context.Context, unit plant.UnitID, k Known, did string) error
	// ForgetSent forgets a job that both sides are done with.
	ForgetSent(ctx context.Context, unit plant.UnitID, job string) error
}

// Act is one thing to do about a job: ask the machine for something, take the job a step on, or only keep what is known.
type Act struct {
	Job    string
	Do     driver.JobCommand // "" for nothing
	To     execution.Status  // "" for no step
	Forget bool
	Known  Known // what is known when it is done
}

// means tells what a state of the machine makes of a job; "" for nothing.
func means(s driver.JobState) execution.Status {
	switch s {
	case driver.JobRunning:
		return execution.Running
	case driver.JobInterrupted:
		return execution.Held
	case driver.JobEnded:
		return execution.Completed
	case driver.JobAborted:
		return execution.Aborted
	}
	return ""
}

// answer is what a machine is asked for so that it follows a job, by the state that it is in, and the state that this
// brings about.
type answer struct {
	do driver.JobCommand
	to driver.JobState
}

// answers are all of them; where there is none, the machine is where it should be or goes there by itself.
var answers = map[execution.Status]map[driver.JobState]answer{
	execution.Waiting: {
		driver.JobUnknown:        {driver.JobStore, driver.JobNotAllowedToStart},
		driver.JobAllowedToStart: {driver.JobRevokeStart, driver.JobNotAllowedToStart},
	},
	execution.Running: {
		driver.JobUnknown:           {driver.JobStoreAndStart, driver.JobAllowedToStart},
		driver.JobNotAllowedToStart: {driver.JobStart, driver.JobAllowedToStart},
		driver.JobInterrupted:       {driver.JobResume, driver.JobRunning},
	},
	execution.Held: {
		driver.JobRunning:        {driver.JobPause, driver.JobInterrupted},
		driver.JobAllowedToStart: {driver.JobRevokeStart, driver.JobNotAllowedToStart},
	},
	execution.Completed: {
		driver.JobNotAllowedToStart: {driver.JobCancel, driver.JobUnknown},
		driver.JobAllowedToStart:    {driver.JobCancel, driver.JobUnknown},
		driver.JobRunning:           {driver.JobStop, driver.JobEnded},
		driver.JobInterrupted:       {driver.JobStop, driver.JobEnded},
		driver.JobEnded:             {driver.JobClear, driver.JobUnknown},
		driver.JobAborted:           {driver.JobClear, driver.JobUnknown},
	},
	execution.Aborted: {
		driver.JobNotAllowedToStart: {driver.JobAbort, driver.JobAborted},
		driver.JobAllowedToStart:    {driver.JobAbort, driver.JobAborted},
		driver.JobRunning:           {driver.JobAbort, driver.JobAborted},
		driver.JobInterrupted:       {driver.JobAbort, driver.JobAborted},
		driver.JobEnded:             {driver.JobClear, driver.JobUnknown},
		driver.JobAborted:           {driver.JobClear, driver.JobUnknown},
	},
}
