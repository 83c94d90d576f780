package simulate

import (
	"time"

	"millwright/internal/ot/machine"
)

// step is one PackML state of a script, entered and left after a time. Product, when given, is taken over
// with it; Mended means the wear is gone.
type step struct {
	State   machine.State
	Mode    machine.Mode
	Fault   int32
	Lasts   time.Duration
	Product string
	Mended  bool
}

// The scripts go through the states of PackML (ISA-TR88.00.02) as a real machine does. Suspending and
// Unsuspending are left out: on these machines they last less than one scan.

// hold is a fault: the machine holds itself and goes on where it was.
func hold(code int32, repair time.Duration) []step {
	return []step{
		{State: machine.Holding, Mode: machine.Production, Fault: code, Lasts: 1200 * time.Millisecond},
		{State: machine.Held, Mode: machine.Production, Fault: code, Lasts: repair},
		{State: machine.Unholding, Mode: machine.Production, Lasts: 2 * time.Second},
	}
}

// halt is somebody pressing stop: no fault, no reason.
func halt(lasts time.Duration) []step {
	return []step{
		{State: machine.Stopping, Mode: machine.Production, Lasts: 2 * time.Second},
		{State: machine.Stopped, Mode: machine.Production, Lasts: lasts},
		{State: machine.Resetting, Mode: machine.Production, Lasts: 3 * time.Second},
		{State: machine.Idle, Mode: machine.Production, Lasts: 1500 * time.Millisecond},
	}
}

// stopByHand ends in Stopped, where the unit stays until it is started.
func stopByHand() []step {
	return []step{
		{State: machine.Stopping, Mode: machine.Production, Lasts: 2 * time.Second},
		{State: machine.Stopped, Mode: machine.Production, Lasts: time.Second},
	}
}

// startByHand leads out of Stopped to Idle, from where the unit starts by itself.
func startByHand() []step {
	return []step{
		{State: machine.Resetting, Mode: machine.Production, Lasts: 3 * time.Second},
		{State: machine.Idle, Mode: machine.Production, Lasts: 1500 * time.Millisecond},
	}
}

// abort is an emergency stop.
func abort(code int32, lasts time.Duration) []step {
	return []step{
		{State: machine.Aborting, Mode: machine.Production, Fault: code, Lasts: 800 * time.Millisecond},
		{State: machine.Aborted, Mode: machine.Production, Fault: code, Lasts: lasts / 2},
		{State: machine.Clearing, Mode: machine.Production, Lasts: 4 * time.Second},
		{State: machine.Stopped, Mode: machine.Production, Lasts: lasts / 2},
		{State: machine.Resetting, Mode: machine.Production, Lasts: 3 * time.Second},
		{State: machine.Idle, Mode: machine.Production, Lasts: 1500 * time.Millisecond},
	}
}

// rest ends in Idle, where the unit stays until the break is over.
func (u *unit) rest() []step {
	return []step{
		{State: machine.Stopping, Mode: machine.Production, Lasts: 2 * time.Second},
		{State: machine.Stopped, Mode: machine.Production, Lasts: time.Second},
		{State: machine.Resetting, Mode: machine.Production, Lasts: 2 * time.Second},
		{State: machine.Idle, Mode: machine.Production, Lasts: time.Second},
	}
}

// startUp leads from Idle to Execute. After a break people come back one by one.
func (u *unit) startUp() []step {
	starting := step{State: machine.Starting, Mode: machine.Production, Lasts: time.Duration(u.Flow.Between(2, 5) * float64(time.Second))}
	if u.Phase != off {
		return []step{starting}
	}
	return []step{{State: machine.Idle, Mode: machine.Production, Lasts: time.Duration(u.Flow.Between(1, 40) * float64(time.Second))}, starting}
}

// setUp is the changeover to the line's new campaign: the order is Complete, the machine is Stopped in mode
// ChangeOver while people set it up, and is back in Production when it is Idle. The product code changes as
// the set-up begins, so set-up time belongs to the product it is for. The first pieces are often scrap.
func (u *unit) setUp() []step {
	u.Campaign = u.line.Campaign
	u.Burst = spell{From: u.Worked, Until: u.Worked + 40*time.Second, Strength: max(u.plan.Scrap, u.plan.Burst.Low/2)}
	lasts := u.Flow.Lasts(u.plan.Setup)
	steps := []step{
		{State: machine.Completing, Mode: machine.Production, Lasts: 2 * time.Second},
		{State: machine.Complete, Mode: machine.Production, Lasts: 3 * time.Second},
		{State: machine.Stopping, Mode: machine.Production, Lasts: 1500 * time.Millisecond},
		{State: machine.Stopped, Mode: machine.ChangeOver, Lasts: lasts, Product: u.line.campaign().Product},
		{State: machine.Resetting, Mode: machine.ChangeOver, Lasts: 3 * time.Second},
		{State: machine.Idle, Mode: machine.Production, Lasts: 2 * time.Second},
	}
	if u.State != machine.Execute && u.State != machine.Suspended {
		return steps[2:] // it was not running: there is nothing to complete
	}
	return steps
}

// service mends the wear, in mode Maintenance.
func (u *unit) service() []step {
	return []step{
		{State: machine.Stopping, Mode: machine.Production, Lasts: 2 * time.Second},
		{State: machine.Stopped, Mode: machine.Maintenance, Lasts: u.Flow.Lasts(u.plan.Wear.Service)},
		{State: machine.Resetting, Mode: machine.Maintenance, Lasts: 3 * time.Second, Mended: true},
		{State: machine.Idle, Mode: machine.Production, Lasts: 2 * time.Second},
	}
}

// trouble gives the script of what went wrong with this piece; nil when nothing did.
func (u *unit) trouble() []step {
	for i, s := range u.plan.Stops {
		if u.Worked < u.Due[i] {
			continue
		}
		u.Due[i] = u.Worked + u.Flow.Until(s.Every)
		lasts := u.Flow.Lasts(s.Lasts)
		switch s.Kind {
		case Halt:
			return halt(lasts)
		case Abort:
			return abort(s.Code, lasts)
		}
		return hold(s.Code, lasts)
	}
	if u.plan.Wear != nil && u.Wear >= 1 {
		return u.service()
	}
	return nil
}

// play begins a script.
func (u *unit) play(script []step) {
	u.Phase, u.Script = scripted, script
	u.follow()
}

// follow enters the next step of the script, and ends it after the last.
func (u *unit) follow() {
	if len(u.Script) == 0 {
		u.ready()
		return
	}
	s := u.Script[0]
	u.Script = u.Script[1:]
	u.Next = u.line.after(s.Lasts)
	if s.Product != "" {
		u.Product = s.Product
	}
	if s.Mended {
		u.Wear = 0
	}
	u.Mode, u.Fault = s.Mode, s.Fault
	u.enter(s.State)
}
