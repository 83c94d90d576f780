package simulate

import (
	"fmt"

	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
)

// Write changes a setpoint, or gives a machine a command, at the present time and gives what changes at once.
// It refuses other signals, other types and values outside the range.
func (p *Plant) Write(id tag.ID, v tag.Value) ([]tag.Sample, error) {
	if id == 0 || int(id) > len(p.signals) || !p.signals[id-1].Writable {
		return nil, fmt.Errorf("write tag %d of the simulated plant: it is read-only or does not exist", id)
	}
	s := p.signals[id-1]
	kind := tag.Float
	if s.Type == Int32 {
		kind = tag.Int
	}
	f, isNumber := v.Float()
	if !isNumber || v.Kind() != kind || !(f >= s.Low && f <= s.High) {
		return nil, fmt.Errorf("write %s: %q is no number from %v to %v", s.Name, v, s.Low, s.High)
	}
	p.board.changes = p.board.changes[:0]
	for _, l := range p.lines {
		for _, u := range l.units {
			switch id {
			case u.tags[setpoint]:
				u.Setpoint = f
				u.board.put(id, p.now, v)
			case u.tags[command]:
				l.Now = p.now
				u.board.put(id, p.now, v)
				u.obey(machine.Command(f))
				l.due = l.next()
			}
		}
	}
	return p.board.changes, nil
}

// obey does what a person wants. A stop waits for the piece in the machine, and for the end of another stop or of a
// changeover: it runs none meanwhile. So does a start that comes while the machine is still stopping.
func (u *unit) obey(c machine.Command) {
	u.Command, u.Halted = int32(c), c == machine.StopIt
	switch {
	case u.Halted && (u.Phase == off || u.Phase == short || u.Phase == starved):
		u.ready()
	case !u.Halted && u.Phase == halted:
		u.play(startByHand())
	}
}
