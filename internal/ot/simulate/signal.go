package simulate

import (
	"time"

	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
)

// Signal is one tag of the plant.
type Signal struct {
	Tag       tag.ID // its number, from 1 in order
	Line      string // "filling-1"
	Unit      string // "filler"
	Label     string // "State"
	Node      string // "filling-1.filler.State"
	Name      string // "filling-1/filler/state"
	Class     Class
	Type      Type
	Writable  bool
	Low, High float64 // what may be written
}

// Class says how a signal moves: by steps that matter one by one, by counting, or as a sensor.
type Class uint8

// The classes.
const (
	Discrete Class = iota
	Count
	Analog
)

// Type is the data type on the wire.
type Type uint8

// The types that the plant's controllers use.
const (
	Int32 Type = iota
	UInt16
	UInt32
	Double
	String
)

// role is what a signal means to its unit.
type role uint8

const (
	state role = iota
	mode
	good
	reject
	total
	speed
	product
	fault
	energy
	temperature
	setpoint
	vibration
	command
	roles
)

var roleTable = [roles]struct {
	label, name string
	class       Class
	typ         Type
}{
	state:       {"State", "state", Discrete, Int32},
	mode:        {"Mode", "mode", Discrete, Int32},
	good:        {"Good", "good", Count, UInt32},
	reject:      {"Reject", "reject", Count, UInt32},
	total:       {"Total", "total", Count, UInt32},
	speed:       {"Speed", "speed", Analog, Double},
	product:     {"Product", "product", Discrete, String},
	fault:       {"Fault", "fault", Discrete, Int32},
	energy:      {"Energy", "energy", Analog, Double},
	temperature: {"Temperature", "temperature", Analog, Double},
	setpoint:    {"TemperatureSetpoint", "temperature_setpoint", Discrete, Double},
	vibration:   {"Vibration", "vibration", Analog, Double},
	command:     {"Command", "command", Discrete, Int32},
}

// has tells whether a unit has a signal.
func (u Unit) has(r role) bool {
	switch r {
	case temperature, setpoint:
		return u.Heater != nil
	case vibration:
		return u.Wear != nil
	}
	return true
}

// signals lists every signal of the plan; the tags of unit u of line l stand in numbers[l][u].
func (p Plan) signals() (all []Signal, numbers [][][roles]tag.ID) {
	numbers = make([][][roles]tag.ID, len(p.Lines))
	for i, l := range p.Lines {
		numbers[i] = make([][roles]tag.ID, len(l.Units))
		for j, u := range l.Units {
			for r := range roles {
				if !u.has(r) {
					continue
				}
				s := u.signal(l.ID, r)
				s.Tag = tag.ID(len(all) + 1)
				numbers[i][j][r] = s.Tag
				all = append(all, s)
			}
		}
	}
	return all, numbers
}

func (u Unit) signal(line string, r role) Signal {
	t := roleTable[r]
	s := Signal{Line: line, Unit: u.ID, Label: t.label, Class: t.class, Type: t.typ}
	s.Node = line + "." + u.ID + "." + t.label
	s.Name = line + "/" + u.ID + "/" + t.name
	if r == good && u.Narrow {
		s.Type = UInt16
	}
	switch r {
	case setpoint:
		s.Writable, s.Low, s.High = true, u.Heater.Low, u.Heater.High
	case command:
		s.Writable, s.Low, s.High = true, float64(machine.StartIt), float64(machine.StopIt)
	}
	return s
}

// board is what all controllers show at the moment, and what changed since it was last asked.
type board struct {
	current []tag.Sample // by tag-1
	changes []tag.Sample
	newest  int64 // ms: stamps never fall, so changes are in time order
}

// put shows a value from at (µs) on. Two changes of one tag are at least a millisecond apart.
func (b *board) put(id tag.ID, at int64, v tag.Value) {
	if id == 0 {
		return
	}
	s := &b.current[id-1]
	if s.Value == v {
		return
	}
	ms := max(at/1000, b.newest)
	if s.Tag != 0 && ms <= s.Time.UnixMilli() {
		ms = s.Time.UnixMilli() + 1
	}
	b.newest = ms
	*s = tag.Sample{Tag: id, Time: time.UnixMilli(ms).UTC(), Value: v}
	b.changes = append(b.changes, *s)
}
