package simulate

import (
	"math"

	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
)

// enter changes the state and shows it with all that changes with it.
func (u *unit) enter(s machine.State) {
	u.State = s
	if s != machine.Execute {
		u.Rate = 0
	}
	at := u.line.Now
	u.board.put(u.tags[mode], at, tag.IntValue(int64(u.Mode)))
	u.board.put(u.tags[fault], at, tag.IntValue(int64(u.Fault)))
	u.board.put(u.tags[product], at, tag.TextValue(u.Product))
	u.board.put(u.tags[state], at, tag.IntValue(int64(u.State)))
	u.board.put(u.tags[speed], at, tag.FloatValue(u.Rate))
}

// showAll shows every signal once.
func (u *unit) showAll() {
	u.enter(u.State)
	u.showCounts()
	u.show(energy, u.Energy, 10)
	u.show(temperature, u.Heat, 10)
	u.board.put(u.tags[setpoint], u.line.Now, tag.FloatValue(u.Setpoint))
	u.show(vibration, 0.2, 100)
	u.board.put(u.tags[command], u.line.Now, tag.IntValue(int64(u.Command)))
}

// show shows a sensor in steps of 1/steps.
func (u *unit) show(r role, v, steps float64) {
	u.board.put(u.tags[r], u.line.Now, tag.FloatValue(math.Round(v*steps)/steps))
}

func (u *unit) showCounts() {
	shown := u.Good & math.MaxUint32
	if u.plan.Narrow {
		shown &= math.MaxUint16
	}
	at := u.line.Now
	u.board.put(u.tags[good], at, tag.UintValue(shown))
	u.board.put(u.tags[reject], at, tag.UintValue(u.Reject&math.MaxUint32))
	u.board.put(u.tags[total], at, tag.UintValue(u.Total&math.MaxUint32))
}

// count counts a piece.
func (u *unit) count(bad bool) {
	u.Total++
	if bad {
		u.Reject++
	} else {
		u.Good++
	}
	u.showCounts()
	if w := u.plan.Wear; w != nil {
		u.Wear += float64(u.Cycle) / float64(w.Life)
	}
}

// shift is the start of a shift.
func (u *unit) shift() {
	if u.plan.ShiftReset {
		u.Good, u.Reject, u.Total = 0, 0, 0
		u.showCounts()
	}
}

// sense reads the sensors, once a second.
func (u *unit) sense() {
	running := u.State == machine.Execute
	power := u.plan.Power.Idle
	if running {
		power = u.plan.Power.Run
	}
	u.Energy += power / 3600
	u.show(energy, u.Energy, 10)
	if u.line.Now/second%5 == 0 && running && u.Cycle > 0 {
		perMinute := 60e9 / float64(u.Cycle) * u.line.speed
		u.Rate = math.Round(perMinute*(1+0.003*u.Noise.Normal())*10) / 10
		u.board.put(u.tags[speed], u.line.Now, tag.FloatValue(u.Rate))
	}
	if u.plan.Heater != nil {
		u.heat(u.plan.Heater)
	}
	if u.plan.Wear != nil {
		u.shake(u.plan.Wear, running)
	}
}

// heat moves the zone towards its setpoint for one second: a first-order lag, within what the heater
// and the surrounding air can do.
func (u *unit) heat(h *Heater) {
	step := (u.Setpoint - u.Heat) * (1 - math.Exp(-1/h.Lag.Seconds()))
	u.Heat += max(-h.Fall, min(h.Rise, step))
	u.show(temperature, u.Heat+h.Noise*u.Noise.Normal(), 10)
}

// shake shows the vibration: it grows faster towards the end of the bearing's life.
func (u *unit) shake(w *Wear, running bool) {
	v := 0.2 + 0.02*u.Noise.Normal()
	if running {
		v = w.New + (w.Worn-w.New)*u.Wear*u.Wear + 0.05*u.Noise.Normal()
	}
	u.show(vibration, max(0, v), 100)
}
