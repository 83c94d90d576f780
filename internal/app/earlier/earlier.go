// Package earlier is what the revisions of the plant before the one in use were.
package earlier

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"millwright/config"
	"millwright/config/difference"
	"millwright/internal/errs"
	"millwright/internal/mes/oee/timekeeper"
	"millwright/internal/mes/oee/timeline"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/revision"
)

// Options is what Plants need.
type Options struct {
	Book       revision.Book
	Number     int64 // of the revision in use
	Model      config.Model
	Running    bool // it came into use while the program ran
	Understand func(text string, known *tag.Registry) (config.Model, error)
	History    func(config.Model) timeline.Source
	Log        *slog.Logger
}

// Plants are the plants of earlier revisions. Each is understood once.
type Plants struct {
	o     Options
	mu    sync.Mutex
	known map[int64]*config.Model // by revision; those that cannot be understood are the one in use
}

// New makes them.
func New(o Options) *Plants {
	return &Plants{o: o, known: map[int64]*config.Model{o.Number: &o.Model}}
}

// model gives the plant of a revision.
func (p *Plants) model(ctx context.Context, number int64) (*config.Model, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if m, ok := p.known[number]; ok {
		return m, nil
	}
	r, err := p.o.Book.Revision(ctx, number)
	if err != nil && errs.KindOf(err) != errs.NotFound {
		return nil, err
	}
	var m config.Model
	if err == nil {
		m, err = p.o.Understand(r.Text, p.o.Model.Tags)
	}
	p.known[number] = &m
	if err != nil {
		p.o.Log.Warn("an earlier revision of the plant cannot be understood: a late reading lays its time out as the one in use does", "revision", number, "err", err)
		p.known[number] = &p.o.Model
	}
	return p.known[number], nil
}

// Former gives how a revision laid out a line's time.
func (p *Plants) Former(ctx context.Context, line plant.LineID, number int64) (timekeeper.Settings, error) {
	was, err := p.model(ctx, number)
	if err != nil {
		return timekeeper.Settings{}, err
	}
	l, ok := was.Plant.Line(line)
	if !ok {
		was = &p.o.Model
		l, _ = was.Plant.Line(line)
	}
	s := timekeeper.Settings{Line: l, Signals: signalsOf(was, line), History: p.o.History(*was)}
	s.Same = !slices.Contains(difference.Redrawn(*was, p.o.Model), line)
	s.Gone = slices.ContainsFunc(machine.NewEngine(s.Signals).Tags(), func(id tag.ID) bool { return !p.o.Model.Tags.Has(id) })
	if s.Gone {
		p.o.Log.Warn("a line was read from tags that are gone: what was laid out by them stays as it is, and readings that come late change nothing there", "line", line, "revision", number)
		s.Signals, s.History = signalsOf(&p.o.Model, line), p.o.History(p.o.Model)
	}
	return s, nil
}

// far is how far back it is looked for the revision that a line's tags came with.
const far = 48 * time.Hour

// Begin is when the tags of a line came into use: what they say of the time before is what a machine remembers of it, as
// that it runs since morning, and not what was seen. Zero when that is long ago, or others tell what the line does, or may
// have done so before the program was started.
func (p *Plants) Begin(ctx context.Context, line plant.LineID) (time.Time, error) {
	tags := machine.NewEngine(signalsOf(&p.o.Model, line)).Tags()
	if !p.o.Running || !p.read(tags) {
		return time.Time{}, nil
	}
	for number := p.o.Number; ; {
		r, err := p.o.Book.Revision(ctx, number)
		if err != nil {
			return time.Time{}, err
		}
		if time.Since(r.At) > far {
			return time.Time{}, nil
		}
		if r.Parent == 0 {
			return r.At, nil
		}
		before, err := p.model(ctx, r.Parent)
		if err != nil {
			return time.Time{}, err
		}
		if slices.ContainsFunc(tags, func(id tag.ID) bool { return !before.Tags.Has(id) }) {
			return r.At, nil
		}
		number = r.Parent
	}
}

// read tells whether tags are read from machines by us.
func (p *Plants) read(tags []tag.ID) bool {
	off := map[string]bool{"": true} // of our own
	for _, c := range p.o.Model.Connections {
		off[c.ID] = c.Disabled
	}
	for _, id := range tags {
		if t := p.o.Model.Tags.Tag(id); t.Expr == "" && off[t.Connection] { // what is derived rests on others
			return false
		}
	}
	return len(tags) > 0
}

func signalsOf(m *config.Model, line plant.LineID) []machine.Signals {
	l, _ := m.Plant.Line(line) // without units where there is none
	return machine.Among(m.Signals, l.Units)
}
