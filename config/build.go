// How a plant file becomes a Model: the plant's levels from sites down to work units.

package config

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"millwright/config/calendar"
	"millwright/config/changeover"
	"millwright/config/joborders"
	"millwright/config/reasons"
	"millwright/config/worth"
	"millwright/internal/errs"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/plant/measure"
	"millwright/internal/plant/reason"
)

// builder turns a plant file into a Model and collects every mistake on the way.
type builder struct {
	file      Document
	known     *tag.Registry // of the model before; nil for none
	wrong     []errs.Field
	tags      []tag.Tag
	units     []pendingSignals
	derived   []pendingFormula
	seen      map[string]string // identity → where it was first
	devices   map[string]bool
	receivers []joborders.Receiver
	reasons   *reasons.Book
	dates     *calendar.Book
}

func newBuilder(f Document, known *tag.Registry) *builder {
	return &builder{tags: make([]tag.Tag, 0, tagsIn(f)), file: f, known: known, seen: map[string]string{}, devices: map[string]bool{}, dates: calendar.NewBook()}
}

// tagsIn is about how many tags the units of a plant have: those of the machine types that they name.
func tagsIn(f Document) (n int) {
	var lines []LineEntry
	for _, s := range f.Sites {
		for _, a := range s.Areas {
			lines = append(lines, a.Lines...)
		}
	}
	for _, l := range lines {
		for _, u := range l.Units {
			for _, m := range u.Machines {
				n += len(f.Machines[m].Tags)
			}
		}
	}
	return n
}

func (b *builder) add(path, format string, args ...any) {
	b.wrong = append(b.wrong, errs.Field{Path: path, Message: fmt.Sprintf(format, args...)})
}

func (b *builder) model() Model {
	b.types()
	b.reasons = reasons.Read(b.file.Reasons, b.file.Scrap, b.faults())
	m := Model{Plant: plant.Plant{Enterprise: b.file.Enterprise, Reasons: b.reasons.Book}}
	for i, c := range b.file.Connections {
		m.Connections = append(m.Connections, b.connection(fmt.Sprintf("connections[%d]", i), c))
	}
	for i, s := range b.file.Sites {
		m.Plant.Sites = append(m.Plant.Sites, b.site(fmt.Sprintf("sites[%d]", i), s))
	}
	b.wrong = append(b.wrong, b.dates.Wrong()...)
	b.wrong = append(b.wrong, b.reasons.Wrong...)
	m.Receivers = b.receivers
	registry, err := b.known.Succeed(b.tags)
	if err != nil {
		b.add("sites", "%v; give every tag of a unit its own name", err)
		return m
	}
	m.Tags = registry
	m.Derived = b.formulas(registry)
	for _, p := range b.units {
		m.Signals = append(m.Signals, b.signals(p, registry))
	}
	return m
}

// faults are the fault codes of each kind of machine.
func (b *builder) faults() map[string]map[string]string {
	all := map[string]map[string]string{}
	for kind, t := range b.file.Machines {
		all[kind] = t.Faults
	}
	return all
}

var identity = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,39}$`)

// id checks an identity: short, lower case, and not used twice within its kind.
func (b *builder) id(path, kind, id string) {
	if !identity.MatchString(id) {
		b.add(path+".id", "%q is no identity; use up to 40 small letters, digits, - and _", id)
		return
	}
	if first, ok := b.seen[kind+" "+id]; ok {
		b.add(path+".id", "%s %q stands already at %s; choose another", kind, id, first)
		return
	}
	b.seen[kind+" "+id] = path
}

func (b *builder) site(path string, e SiteEntry) plant.Site {
	b.id(path, "site", e.ID)
	s := plant.Site{ID: plant.SiteID(e.ID), Name: cmp.Or(e.Name, e.ID), Currency: e.Currency, Language: cmp.Or(e.Language, reason.DefaultLanguage)}
	if !reasons.IsLanguage(s.Language) {
		b.add(path+".language", "%q is no language; write one like de or pt-BR", errs.Clip(e.Language))
	}
	zone, err := time.LoadLocation(e.Zone)
	if err != nil || e.Zone == "" {
		b.add(path+".zone", "%q is no time zone; write one like %s", e.Zone, calendar.ZoneLike(e.Zone))
		zone = time.UTC
	}
	s.Zone = zone
	own := b.dates.Site(calendar.Written{Path: path, Shifts: e.Shifts, Days: e.Holidays, Stops: e.Stops}, zone)
	for i, a := range e.Areas {
		at := fmt.Sprintf("%s.areas[%d]", path, i)
		b.id(at, "area", a.ID)
		area := plant.Area{ID: a.ID, Name: cmp.Or(a.Name, a.ID)}
		for j, l := range a.Lines {
			path := fmt.Sprintf("%s.lines[%d]", at, j)
			line := b.line(path, l)
			line.Site, line.Area, line.Language = s.ID, a.ID, s.Language
			line.Calendar = own.Line(line.Name, calendar.Written{Path: path, Shifts: l.Shifts, Days: l.Holidays, Stops: l.Stops})
			area.Lines = append(area.Lines, line)
		}
		s.Areas = append(s.Areas, area)
	}
	own.Close()
	return s
}

func (b *builder) line(path string, e LineEntry) plant.Line {
	b.id(path, "line", e.ID)
	l := plant.Line{
		ID: plant.LineID(e.ID), Name: cmp.Or(e.Name, e.ID),
		Thresholds: plant.Thresholds{MinStop: e.Thresholds.MinStop, MicroMax: e.Thresholds.MicroMax, LowSpeed: share(e.Thresholds.LowSpeed)},
		Reasons:    b.reasons.Given(path+".reasons", e.Reasons),
	}
	targets, wrong := changeover.Read(path+".changeover", e.Changeover)
	l.Changeover, b.wrong = targets, append(b.wrong, wrong...)
	value, wrong := worth.Read(path+".worth", e.Worth)
	l.Worth, b.wrong = value, append(b.wrong, wrong...)
	for product, t := range e.Special {
		if l.Special == nil {
			l.Special = map[string]plant.Thresholds{}
		}
		l.Special[product] = plant.Thresholds{MinStop: t.MinStop, MicroMax: t.MicroMax, LowSpeed: share(t.LowSpeed)}
	}
	for _, product := range slices.Sorted(maps.Keys(e.Rates)) {
		if e.Rates[product] <= 0 {
			b.add(path+".rates."+product, "must be longer than nothing, such as 600ms")
		}
		l.Rates = append(l.Rates, plant.Rate{Product: strings.TrimPrefix(product, "*"), IdealCycle: e.Rates[product]})
	}
	for i, u := range e.Units {
		l.Units = append(l.Units, b.unit(fmt.Sprintf("%s.units[%d]", path, i), l.ID, u))
	}
	if len(l.Units) == 0 {
		b.add(path+".units", "a line needs at least one work unit")
		return l
	}
	b.flow(path, l, e)
	l.Codes = map[plant.UnitID]reason.Layers{}
	for i, u := range e.Units {
		l.Codes[l.Units[i].ID] = b.reasons.Layers(fmt.Sprintf("%s.units[%d].faults", path, i), u.Faults, u.Machines)
	}
	l.Pacer = b.ofLine(path+".pacer", l, cmp.Or(e.Pacer, e.Units[0].ID))
	l.Output = b.ofLine(path+".output", l, cmp.Or(e.Output, e.Units[len(e.Units)-1].ID))
	return l
}

func (b *builder) unit(path string, line plant.LineID, e UnitEntry) plant.Unit {
	b.id(path, "unit of "+string(line), e.ID)
	u := plant.Unit{ID: plant.UnitID(string(line) + "/" + e.ID), Name: cmp.Or(e.Name, e.ID), Line: line}
	if e.Connection != "" && !b.devices[e.Connection] {
		b.add(path+".connection", "there is no connection %q", e.Connection)
	}
	b.receiver(path+".job_orders", u, e)
	all, wrong := b.file.Combined(e.Machines)
	for _, err := range wrong {
		b.add(path+".machines", "%v", err)
	}
	own := make(map[string]bool, len(all.Tags))
	for _, name := range slices.Sorted(maps.Keys(all.Tags)) {
		t := all.Tags[name]
		own[name] = true
		kind, _ := tag.KindOf(t.Type) // what is none is told where the type stands
		made := tag.Tag{
			Kind: kind,
			Name: string(u.ID) + "/" + name, Label: cmp.Or(t.Label, name), Unit: measure.Symbol(t.Unit),
			Connection: e.Connection, Address: t.At(string(line), e.ID), Expr: t.Expr,
			Interval: t.Interval, Queue: uint32(t.Queue), Deadband: t.band(), Swing: t.Swing, Heartbeat: t.Heartbeat, Scale: factor(t.Scale), Offset: known(t.Offset),
			Writable: t.Writable, Low: limit(t.Low), High: limit(t.High),
		}
		if t.Expr != "" {
			made.Connection = ""
			b.derived = append(b.derived, pendingFormula{at: b.file.origin(e.Machines, name), unit: u.ID, tag: made.Name, own: own})
		}
		b.tags = append(b.tags, made)
	}
	b.units = append(b.units, pendingSignals{at: path + ".signals", unit: u.ID, e: all.Signals.Over(e.Signals), own: own})
	return u
}

// receiver looks whether a unit takes job orders.
func (b *builder) receiver(path string, u plant.Unit, e UnitEntry) {
	r, wrong := joborders.Read(path, e.JobOrders, u, e.Connection)
	b.wrong = append(b.wrong, wrong...)
	if r.Connection != "" && !b.devices[r.Connection] {
		b.add(path+".connection", "there is no connection %q", r.Connection)
	}
	if r.Address != "" {
		b.receivers = append(b.receivers, r)
	}
}

// mostBuffer is the largest buffer between two units, in pieces.
const mostBuffer = 1_000_000

// flow ties units that work side by side, and the buffers between.
func (b *builder) flow(path string, l plant.Line, e LineEntry) {
	for i, u := range e.Units {
		at := fmt.Sprintf("%s.units[%d]", path, i)
		if u.Buffer < 0 || u.Buffer > mostBuffer {
			b.add(at+".buffer", "is %d; write a number of pieces up to %d", u.Buffer, mostBuffer)
		}
		l.Units[i].Buffer = plant.Quantity(u.Buffer) * plant.One
		if u.Beside == "" {
			continue
		}
		first := slices.IndexFunc(e.Units, func(o UnitEntry) bool { return o.ID == u.Beside })
		switch {
		case first < 0 || first == i:
			b.add(at+".beside", "%q is no other unit of line %s", u.Beside, l.ID)
		case e.Units[first].Beside != "":
			b.add(at+".beside", "%q works beside %q itself; name that one", u.Beside, e.Units[first].Beside)
		default:
			l.Units[i].Beside = l.Units[first].ID
		}
	}
}

func (b *builder) ofLine(path string, l plant.Line, unit string) plant.UnitID {
	id := plant.UnitID(string(l.ID) + "/" + unit)
	if !slices.ContainsFunc(l.Units, func(u plant.Unit) bool { return u.ID == id }) {
		b.add(path, "%q is no unit of line %s", unit, l.ID)
	}
	return id
}
