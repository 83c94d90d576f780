package simulate

import (
	"errors"
	"fmt"
	"math"
	"time"
	_ "time/tzdata" // the plant's local clock must be known on every machine

	"millwright/internal/ot/simulate/turns"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// never is later than every event.
const never = math.MaxInt64

// Plant is the running plant. It belongs to one goroutine.
type Plant struct {
	plan    Plan
	seed    uint64
	start   time.Time
	now     int64 // µs; every event up to here has happened
	speed   float64
	signals []Signal
	lines   []*line
	board   board
}

// New builds the plant at start: every unit Idle, its buffers empty, about to begin the first campaign.
func New(plan Plan, seed uint64, start time.Time, speed float64) (*Plant, error) {
	p, err := build(plan, start, speed)
	if err != nil {
		return nil, err
	}
	p.seed = seed
	for _, l := range p.lines {
		l.begin(seed, p.now)
	}
	p.board.changes = nil
	return p, nil
}

// build makes a plant without a state.
func build(plan Plan, start time.Time, speed float64) (*Plant, error) {
	if !(speed >= 0.1 && speed <= 100) {
		return nil, fmt.Errorf("speed %v of the simulated plant: use 0.1 to 100", speed)
	}
	if err := plan.check(); err != nil {
		return nil, fmt.Errorf("plan of the simulated plant: %w", err)
	}
	zone, err := time.LoadLocation(plan.Zone)
	if err != nil {
		return nil, fmt.Errorf("time zone of the simulated plant: %w", err)
	}
	start = start.UTC().Truncate(time.Second)
	p := &Plant{plan: plan, start: start, now: start.UnixMicro(), speed: speed}
	var numbers [][][roles]tag.ID
	p.signals, numbers = plan.signals()
	p.board.current = make([]tag.Sample, len(p.signals))
	for i := range plan.Lines {
		calendar := turns.Days{Calendar: plant.Calendar{Zone: zone, Shifts: plan.ShiftsOf(i)}}
		if err := errors.Join(calendar.Validate()...); err != nil {
			return nil, fmt.Errorf("shifts of the simulated plant: %w", err)
		}
		l := &line{plan: &p.plan.Lines[i], days: calendar, speed: speed}
		for j := range l.plan.Units {
			l.units = append(l.units, &unit{line: l, index: j, plan: &l.plan.Units[j], tags: numbers[i][j], board: &p.board})
		}
		p.lines = append(p.lines, l)
	}
	return p, nil
}

// Signals lists the tags. The slice must not be changed.
func (p *Plant) Signals() []Signal { return p.signals }

// Now is the time up to which everything has happened, cut to microseconds.
func (p *Plant) Now() time.Time { return time.UnixMicro(p.now).UTC() }

// Advance lets everything happen up to and including to, and gives every change of a signal in time order.
// However a stretch of time is cut into steps, the same happens in it. A time that is already past changes
// nothing. The slice is good until the next Advance or Write.
func (p *Plant) Advance(to time.Time) []tag.Sample {
	p.board.changes = p.board.changes[:0]
	until := to.UnixMicro()
	for {
		l := p.lines[0]
		for _, other := range p.lines[1:] {
			if other.due < l.due {
				l = other
			}
		}
		if l.due > until {
			break
		}
		l.step()
	}
	p.now = max(p.now, until)
	return p.board.changes
}

// Values gives what every signal shows, by tag, with the time since when it shows it.
func (p *Plant) Values() []tag.Sample { return append([]tag.Sample(nil), p.board.current...) }
