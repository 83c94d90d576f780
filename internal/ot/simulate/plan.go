// Package simulate is the demo plant: lines of machines that run, stop and change over by chance, the same for the same seed.
//
// It is an engine: it reads no clock, starts no goroutine and speaks no protocol. Time is wall-clock time;
// a speed of N shortens cycles, stops, changeovers and mean times between them by N, but leaves shifts,
// breaks, heat and energy alone.
package simulate

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"millwright/internal/ot/simulate/chance"
	"millwright/internal/plant"
)

// Plan says what stands in the plant and how well it runs.
type Plan struct {
	Zone   string // IANA name, "Europe/Berlin"
	Shifts []plant.ShiftPattern
	Lines  []Line
}

// ShiftsOf gives the shifts that a line works in.
func (p Plan) ShiftsOf(line int) []plant.ShiftPattern {
	if own := p.Lines[line].Shifts; own != nil {
		return own
	}
	return p.Shifts
}

// Line is one line: its units in the order of the flow. The last unit is the output.
type Line struct {
	ID        string               // "filling-1"
	Shifts    []plant.ShiftPattern // nil for the plant's
	Pacer     string               // the unit that sets the pace
	Units     []Unit
	Products  []Product
	Programme []Campaign // made one after another, then from the first again
}

// Product is something the line makes.
type Product struct {
	Code  string
	Ideal time.Duration // the line's ideal cycle for one piece
}

// Campaign is an order's worth of one product: so many good pieces out of the last unit.
type Campaign struct {
	Product  string
	Quantity int64
}

// Unit is one machine.
type Unit struct {
	ID     string        // "filler"
	Pace   float64       // its own cycle as a share of the line's ideal cycle
	Buffer int           // room for pieces between this unit and the next
	Scrap  float64       // share of pieces it rejects on a good day
	Setup  chance.Spread // how long a changeover takes
	Stops  []Stop
	Slow   Spell // speed loss: the share of the normal speed that is left
	Burst  Spell // scrap bursts: the share of pieces rejected
	Power  Power
	Heater *Heater // nil when it has none
	Wear   *Wear   // nil when it shows none

	Narrow     bool // its good counter is a 16-bit number that rolls over
	ShiftReset bool // its counters begin at 0 with each shift
}

// Spell is something that comes and goes with the hours worked.
type Spell struct {
	Every     time.Duration // mean working time between two, exponential; 0 means never
	Lasts     chance.Spread
	Low, High float64 // its strength lies evenly between these
}

// Kind is the way in which a unit stops.
type Kind uint8

// Hold ends in Held, with a fault code as a rule. Halt ends in Stopped: somebody pressed stop. Abort ends in Aborted.
const (
	Hold Kind = iota
	Halt
	Abort
)

// Stop is one reason to stop.
type Stop struct {
	Code  int32 // the fault shown; 0 shows none
	Kind  Kind
	Every time.Duration // mean working time between failures, exponential
	Lasts chance.Spread // time to repair
}

// Power is what a unit draws, in kW.
type Power struct{ Idle, Run float64 }

// Heater is a heated zone: a first-order lag towards the setpoint, as fast as the heater can at most.
type Heater struct {
	Setpoint  float64       // °C, at the start
	Low, High float64       // °C, what may be written
	Lag       time.Duration // time constant
	Rise      float64       // K/s, at most
	Fall      float64       // K/s, at most
	Noise     float64       // K, standard deviation of the sensor
}

// Wear is a bearing that degrades with the hours worked until it is serviced.
type Wear struct {
	Life      time.Duration // working time from one service to the next
	New, Worn float64       // mm/s while running
	Service   chance.Spread
}

// Fingerprint tells two plans apart: a snapshot made by another plan cannot be gone on from.
func (p Plan) Fingerprint() string {
	b, err := json.Marshal(p)
	if err != nil { // NaN or an infinity in the plan, which check refuses
		return "unprintable"
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}

// check refuses a plan that would stand still or run wild.
func (p Plan) check() error {
	if len(p.Lines) == 0 {
		return fmt.Errorf("it has no line")
	}
	for _, l := range p.Lines {
		if err := l.check(); err != nil {
			return fmt.Errorf("line %q: %w", l.ID, err)
		}
	}
	return nil
}

func (l Line) check() error {
	if len(l.Units) == 0 || len(l.Programme) == 0 {
		return fmt.Errorf("it needs at least one unit and one campaign")
	}
	for i, c := range l.Programme {
		if next := l.Programme[(i+1)%len(l.Programme)]; next.Product == c.Product && len(l.Programme) > 1 {
			return fmt.Errorf("campaign %d and the one after it both make %q: nobody could see where one ends", i+1, c.Product)
		}
		if c.Quantity < 1 || l.ideal(c.Product) <= 0 {
			return fmt.Errorf("campaign of %d × %q needs a quantity and a product with an ideal cycle", c.Quantity, c.Product)
		}
	}
	for i, u := range l.Units {
		if !(u.Pace > 0) || (u.Buffer < 1 && i < len(l.Units)-1) || !(u.Scrap >= 0 && u.Scrap < 1) || !(u.Burst.High < 1) {
			return fmt.Errorf("unit %q needs a pace, a buffer behind it and a scrap share below 1", u.ID)
		}
	}
	return nil
}

func (l Line) ideal(product string) time.Duration {
	for _, p := range l.Products {
		if p.Code == product {
			return p.Ideal
		}
	}
	return 0
}
