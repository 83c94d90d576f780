// Package rerun pushes a recorded log through the engines that serve live data.
package rerun

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"millwright/config"
	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/timeline"
	"millwright/internal/ot/driver/replay"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// Options are the choices of `millwright replay`.
type Options struct {
	Log     string
	Plant   string  // plant file; "" is a CNC mill
	Mapping string  // of a CSV log: "time=COLUMN,item=COLUMN,value=COLUMN"
	Speed   float64 // times real time; 0 is as fast as possible
	JSON    bool
}

// Line is what a log says about one line.
type Line struct {
	Line         plant.LineID                  `json:"line"`
	From         time.Time                     `json:"from"`
	To           time.Time                     `json:"to"`
	States       map[string]map[string]float64 `json:"states"`     // unit → PackML state → seconds
	Categories   map[string]float64            `json:"categories"` // seconds
	Interrupts   int                           `json:"interrupts"` // times the pacer was held, suspended, stopped or aborted
	Good         plant.Quantity                `json:"good"`
	Reject       plant.Quantity                `json:"reject"`
	Availability *float64                      `json:"availability"` // null is unknown
	Performance  *float64                      `json:"performance"`
	Quality      *float64                      `json:"quality"`
	OEE          *float64                      `json:"oee"`
	LeftOut      int                           `json:"lines_left_out"` // that could not be read
}

// Run pushes a recorded log through the engines that serve live data, and prints what comes out.
func Run(ctx context.Context, o Options, out io.Writer) error {
	if !(o.Speed >= 0) {
		return errs.New(errs.Invalid, "speed %v of the replay: use 1 for real time, 0 for as fast as possible", o.Speed)
	}
	model, err := config.BundledPlant("mill.yaml")
	if o.Plant != "" {
		model, err = config.LoadPlant(o.Plant)
	}
	if err != nil {
		return err
	}
	format, err := mapping(o.Mapping)
	if err != nil {
		return err
	}
	f, err := os.Open(o.Log)
	if err != nil {
		return errs.New(errs.Invalid, "log %s cannot be opened; check the path: %w", o.Log, err)
	}
	defer func() { _ = f.Close() }()
	p := newPlayer(model, o.Speed)
	if err := p.play(ctx, f, format); err != nil {
		return errs.New(errs.KindOf(err), "replay %s: %w", o.Log, err)
	}
	found := p.found()
	if o.JSON {
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		return e.Encode(found)
	}
	return show(out, found)
}

// mapping reads the columns of a CSV log; nothing is `time|item|value`.
func mapping(s string) (f replay.Format, err error) {
	if s == "" {
		return f, nil
	}
	f.CSV = true
	for _, part := range strings.Split(s, ",") {
		key, column, ok := strings.Cut(part, "=")
		into := map[string]*string{"time": &f.Time, "item": &f.Item, "value": &f.Value, "layout": &f.Layout}[key]
		if !ok || into == nil {
			return f, errs.New(errs.Invalid, "mapping %q: write time=COLUMN,item=COLUMN,value=COLUMN", s)
		}
		*into = column
	}
	return f, nil
}

// player drives the engines of all lines with one log.
type player struct {
	model   config.Model
	speed   float64
	items   map[string][]tag.ID
	machine *machine.Engine
	lines   []*timeline.Engine
	states  map[plant.UnitID]*stays
	from    time.Time
	to      time.Time
	segment map[plant.LineID][]oee.Segment
	leftOut int
	foreign int // rows of items that are no tag's address
	rows    int // rows of those that are
}

// stays adds up how long a unit was in each state.
type stays struct {
	state machine.State
	since time.Time
	spent map[machine.State]time.Duration
	held  int // times it was interrupted: held, suspended, stopped or aborted
}

func newPlayer(m config.Model, speed float64) *player {
	p := &player{
		model: m, speed: speed, items: map[string][]tag.ID{}, machine: machine.NewEngine(m.Signals),
		states: map[plant.UnitID]*stays{}, segment: map[plant.LineID][]oee.Segment{},
	}
	for _, t := range m.Tags.All() {
		p.items[t.Address] = append(p.items[t.Address], t.ID)
	}
	for _, l := range m.Plant.Lines() {
		p.lines = append(p.lines, timeline.NewEngine(l, m.Signals...))
	}
	for _, s := range m.Signals {
		p.states[s.Unit] = &stays{spent: map[machine.State]time.Duration{}}
	}
	return p
}

// play takes every row of the log, in its order, at its time.
func (p *player) play(ctx context.Context, log io.Reader, f replay.Format) error {
	for row, err := range replay.Read(log, f) {
		var hostile *replay.RowError
		if errors.As(err, &hostile) {
			p.leftOut++
			continue
		}
		if err != nil {
			return err
		}
		if err := p.pace(ctx, row.Time); err != nil {
			return err
		}
		ids := p.items[row.Item]
		if len(ids) == 0 {
			p.foreign++
			continue
		}
		p.rows++
		for _, id := range ids {
			p.facts(p.machine.Tick(row.Time))
			p.facts(p.machine.Apply(tag.Sample{Tag: id, Time: row.Time, Value: row.Value, Quality: row.Quality}.Clean()))
		}
	}
	if p.rows == 0 {
		return errs.New(errs.Invalid, "none of its rows could be used: %d could not be read, and %d are of items that the plant file does not name; write time|item|value, or say the columns with --mapping and what the items mean with --plant", p.leftOut, p.foreign)
	}
	p.facts(p.machine.Tick(p.to))
	return nil
}

// pace keeps the log's time, and waits where a speed is asked for.
func (p *player) pace(ctx context.Context, at time.Time) error {
	if p.from.IsZero() {
		p.from, p.to = at, at
	}
	gap := at.Sub(p.to)
	if gap <= 0 {
		return ctx.Err()
	}
	p.to = at
	if p.speed > 0 {
		t := time.NewTimer(time.Duration(float64(gap) / p.speed))
		defer t.Stop()
		select {
		case <-t.C:
		case <-ctx.Done():
		}
	}
	return ctx.Err()
}

func (p *player) facts(facts []machine.Fact) {
	for _, f := range facts {
		if c, is := f.(machine.StateChanged); is {
			p.states[c.Unit].enter(c.State, c.At)
		}
		for i, l := range p.model.Plant.Lines() {
			p.segment[l.ID] = append(p.segment[l.ID], p.lines[i].Apply(f)...)
		}
	}
}

func (s *stays) enter(state machine.State, at time.Time) {
	if !s.since.IsZero() {
		s.spent[s.state] += at.Sub(s.since)
	}
	switch state {
	case machine.Held, machine.Suspended, machine.Stopped, machine.Aborted:
		if s.state != state {
			s.held++
		}
	}
	s.state, s.since = state, at
}

// found sums up every line, over the time from the log's first row to its last.
func (p *player) found() []Line {
	var all []Line
	for i, l := range p.model.Plant.Lines() {
		e := p.lines[i]
		segments := slices.Concat(p.segment[l.ID], e.Open(p.to))
		c := oee.Measure(plant.Span{From: p.from, To: p.to}, segments)
		r := Line{
			Line: l.ID, From: p.from, To: p.to, States: map[string]map[string]float64{}, Categories: map[string]float64{},
			Good: c.Good, Reject: c.Reject, LeftOut: p.leftOut,
			Availability: known(c.Availability), Performance: known(c.Performance), Quality: known(c.Quality), OEE: known(c.OEE),
		}
		for category, d := range c.Times {
			if d > 0 {
				r.Categories[oee.Category(category).String()] = d.Seconds()
			}
		}
		for _, u := range l.Units {
			s := p.states[u.ID]
			if s == nil {
				continue
			}
			s.enter(s.state, p.to)
			r.States[string(u.ID)] = map[string]float64{}
			for state, d := range s.spent {
				r.States[string(u.ID)][state.String()] = d.Seconds()
			}
			if u.ID == l.Pacer {
				r.Interrupts = s.held
			}
		}
		all = append(all, r)
	}
	return all
}

func known(r oee.Ratio) *float64 {
	if !r.OK {
		return nil
	}
	return &r.Value
}
