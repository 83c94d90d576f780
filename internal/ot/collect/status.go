package collect

import "time"

// Phase is where a session stands.
type Phase string

// The phases of a session.
const (
	Starting Phase = "starting" // connecting; nothing delivered yet
	Active   Phase = "active"   // delivering
	Idle     Phase = "idle"     // up, and nothing has changed for a while
	Degraded Phase = "degraded" // up, but not whole: some tags are Bad, or more comes than may
	Waiting  Phase = "waiting"  // lost; tries again at RetryAt
	Stopped  Phase = "stopped"
)

// Phases are all of them.
func Phases() []Phase { return []Phase{Starting, Active, Idle, Degraded, Waiting, Stopped} }

// Status is a copy of how a session is doing.
type Status struct {
	Connection string
	Phase      Phase
	Since      time.Time
	LastError  string
	LastSample time.Time // arrival of the last batch
	RetryAt    time.Time
	Samples    uint64        // delivered in all
	Tags, Bad  int           // what it reads, and how many of these said last in this session that they are Bad
	FirstBad   string        // the name of the first of these
	Limit      int           // values a second that are let through; 0 means all
	Merged     uint64        // values that came faster than that, and went into newer ones of their tags
	Merging    bool          // such came within the last heartbeat
	Skewed     uint64        // stamped out of reason, taken at their arrival and marked uncertain
	Off        time.Duration // how far from our clock the worst of these were
	SkewedAt   time.Time     // when the newest of these came; zero when there is none
	Retyped    uint64        // times a tag began to send another kind of value, counted once a session
	Overflows  uint64        // values that said that the device had to drop others of their tags: at least so many are lost
	Losses     uint64        // times the session was lost
	Rate       float64       // values a second, over the last heartbeat
	Rated      bool          // Rate is known
	Disabled   bool          // no session is opened, because people said so
}

// quiet is how long an up session may say nothing and still count as active.
const quiet = 10 * time.Second

// judged tells a session that is up but quiet, or up but not whole, from one that is well.
func (st Status) judged(now time.Time) Status {
	switch {
	case st.Phase != Active:
	case st.Bad > 0 || st.Merging:
		st.Phase = Degraded
	case now.Sub(st.LastSample) > quiet:
		st.Phase = Idle
	}
	return st
}

// down tells a session that should deliver and cannot: it was lost, is tried again, or could never be opened. One that is
// disabled is not meant to deliver, and one that is opened for the first time has not failed yet.
func (st Status) down() bool {
	switch st.Phase {
	case Waiting, Stopped:
		return !st.Disabled
	case Starting:
		return st.LastError != ""
	}
	return false
}

// Tally is how many sessions are how, and what they counted since the start.
type Tally struct {
	All, Down, Degraded int

	Samples, Losses, Skewed, Retyped, Merged, Overflows uint64 // as Status has them
}

// add adds what another counted.
func (n *Tally) add(o Tally) {
	n.Samples += o.Samples
	n.Losses += o.Losses
	n.Skewed += o.Skewed
	n.Retyped += o.Retyped
	n.Merged += o.Merged
	n.Overflows += o.Overflows
}

// Count tells how sessions are doing, all together.
func Count(all []Status) Tally {
	n := Tally{All: len(all)}
	for _, st := range all {
		n.add(Tally{Samples: st.Samples, Losses: st.Losses, Skewed: st.Skewed, Retyped: st.Retyped, Merged: st.Merged, Overflows: st.Overflows})
		switch {
		case st.down():
			n.Down++
		case st.Phase == Degraded:
			n.Degraded++
		}
	}
	return n
}
