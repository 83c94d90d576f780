package simulate

import (
	"fmt"
	"time"

	"millwright/internal/ot/tag"
)

// Snapshot is the whole memory of a plant. A plant restored from it goes on as if it had never stopped.
type Snapshot struct {
	Plan  string // fingerprint of the plan it was made by
	Seed  uint64
	Start time.Time
	Now   time.Time
	Speed float64 // may be changed before Restore: what is under way keeps its time, all else follows the new speed
	Lines []lineMemory
	Shown []shown
}

type lineMemory struct {
	Line  lineState
	Units []unitState
}

// shown is what a signal shows and since when; exactly one of the values is set.
type shown struct {
	Since time.Time
	Int   *int64   `json:",omitempty"`
	Uint  *uint64  `json:",omitempty"`
	Float *float64 `json:",omitempty"`
	Text  *string  `json:",omitempty"`
}

// Snapshot writes down the plant as it is now. It shares memory with the plant: write it out before the next Advance.
func (p *Plant) Snapshot() Snapshot {
	s := Snapshot{Plan: p.plan.Fingerprint(), Seed: p.seed, Start: p.start, Now: p.Now(), Speed: p.speed}
	for _, l := range p.lines {
		m := lineMemory{Line: l.lineState}
		for _, u := range l.units {
			m.Units = append(m.Units, u.unitState)
		}
		s.Lines = append(s.Lines, m)
	}
	for _, c := range p.board.current {
		s.Shown = append(s.Shown, remember(c))
	}
	return s
}

// Restore builds the plant of a snapshot. The plan must be the one the snapshot was made by.
func Restore(plan Plan, s Snapshot) (*Plant, error) {
	p, err := build(plan, s.Start, s.Speed)
	if err != nil {
		return nil, err
	}
	if f := plan.Fingerprint(); s.Plan != f {
		return nil, fmt.Errorf("restore the simulated plant: the snapshot was made by plan %s, this program has plan %s", s.Plan, f)
	}
	s.Shown = p.widen(s.Shown, s.Now)
	if len(s.Lines) != len(p.lines) || len(s.Shown) != len(p.signals) {
		return nil, fmt.Errorf("restore the simulated plant: the snapshot has %d lines and %d signals, the plan %d and %d", len(s.Lines), len(s.Shown), len(p.lines), len(p.signals))
	}
	p.seed, p.now = s.Seed, s.Now.UnixMicro()
	for i, m := range s.Shown {
		p.board.current[i] = m.sample(tag.ID(i + 1))
		p.board.newest = max(p.board.newest, m.Since.UnixMilli())
	}
	for i, l := range p.lines {
		if err := l.restore(s.Lines[i]); err != nil {
			return nil, fmt.Errorf("restore the simulated plant: line %s: %w", l.plan.ID, err)
		}
	}
	return p, nil
}

// widen gives the signals of a snapshot that is older than the machines' commands theirs: none was given yet.
func (p *Plant) widen(old []shown, since time.Time) []shown {
	var commands int
	for _, l := range p.lines {
		commands += len(l.units)
	}
	if len(old) != len(p.signals)-commands {
		return old
	}
	all := make([]shown, 0, len(p.signals))
	for _, s := range p.signals {
		if s.Label == roleTable[command].label {
			all = append(all, shown{Since: since, Int: new(int64)})
			continue
		}
		all, old = append(all, old[0]), old[1:]
	}
	return all
}

func (l *line) restore(m lineMemory) error {
	if len(m.Units) != len(l.units) || len(m.Line.Buffers) != len(l.units)-1 {
		return fmt.Errorf("the snapshot has %d units and %d buffers, the plan %d and %d", len(m.Units), len(m.Line.Buffers), len(l.units), len(l.units)-1)
	}
	l.lineState = m.Line
	for i, u := range l.units {
		u.unitState = m.Units[i]
		if len(u.Due) != len(u.plan.Stops) || !u.Flow.Loaded() || !u.Noise.Loaded() {
			return fmt.Errorf("the snapshot of unit %s is incomplete", u.plan.ID)
		}
	}
	l.due = l.next()
	return nil
}

func remember(s tag.Sample) shown {
	m := shown{Since: s.Time}
	switch s.Value.Kind() {
	case tag.Int:
		v, _ := s.Value.Int()
		m.Int = &v
	case tag.Uint:
		v, _ := s.Value.Uint()
		m.Uint = &v
	case tag.Float:
		v, _ := s.Value.Float()
		m.Float = &v
	case tag.Text:
		v, _ := s.Value.Text()
		m.Text = &v
	}
	return m
}

func (m shown) sample(id tag.ID) tag.Sample {
	s := tag.Sample{Tag: id, Time: m.Since.UTC()}
	switch {
	case m.Int != nil:
		s.Value = tag.IntValue(*m.Int)
	case m.Uint != nil:
		s.Value = tag.UintValue(*m.Uint)
	case m.Float != nil:
		s.Value = tag.FloatValue(*m.Float)
	case m.Text != nil:
		s.Value = tag.TextValue(*m.Text)
	}
	return s
}
