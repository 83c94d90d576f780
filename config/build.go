package config

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"millwright/internal/errs"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// AliveTag is the name of the tag that says whether a connection is up.
func AliveTag(connection string) string { return "connection/" + connection + "/alive" }

// builder turns a plant file into a Model and collects every mistake on the way.
type builder struct {
	file    Document
	known   *tag.Registry // of the model before; nil for none
	wrong   []errs.Field
	tags    []tag.Tag
	units   []pendingSignals
	seen    map[string]string // identity → where it was first
	devices map[string]bool
}

// pendingSignals waits for the tags to be numbered.
type pendingSignals struct {
	at   string
	unit plant.UnitID
	e    SignalsEntry
	own  map[string]bool // names of the unit's tags
}

func newBuilder(f Document, known *tag.Registry) *builder {
	return &builder{file: f, known: known, seen: map[string]string{}, devices: map[string]bool{}}
}

func (b *builder) add(path, format string, args ...any) {
	b.wrong = append(b.wrong, errs.Field{Path: path, Message: fmt.Sprintf(format, args...)})
}

func (b *builder) model() Model {
	m := Model{Plant: plant.Plant{Enterprise: b.file.Enterprise}}
	for i, c := range b.file.Connections {
		m.Connections = append(m.Connections, b.connection(fmt.Sprintf("connections[%d]", i), c))
	}
	for i, s := range b.file.Sites {
		m.Plant.Sites = append(m.Plant.Sites, b.site(fmt.Sprintf("sites[%d]", i), s))
	}
	registry, err := b.known.Succeed(b.tags)
	if err != nil {
		b.add("sites", "%v; give every tag of a unit its own name", err)
		return m
	}
	m.Tags = registry
	for _, p := range b.units {
		m.Signals = append(m.Signals, b.signals(p, registry))
	}
	return m
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

func (b *builder) connection(path string, c Connection) Connection {
	b.id(path, "connection", c.ID)
	switch c.Driver {
	case "opcua":
		if !strings.HasPrefix(c.Endpoint, "opc.tcp://") {
			b.add(path+".endpoint", "%q is no OPC UA endpoint; write opc.tcp://host:port", c.Endpoint)
		}
		b.secured(path, c)
	case "replay":
		if len(c.Files) == 0 {
			b.add(path+".files", "names no log to replay")
		}
		if !(c.Speed >= 0) || math.IsInf(c.Speed, 0) || (c.Loop && c.Speed == 0) {
			b.add(path+".speed", "is %v; use 1 for real time, and 0 for as fast as possible only without loop", c.Speed)
		}
		if c.Pause < 0 {
			b.add(path+".pause", "is %s; it cannot be less than nothing", c.Pause)
		}
	default:
		b.add(path+".driver", "%q is no driver; use opcua or replay", c.Driver)
	}
	if b.devices[c.ID] {
		return c
	}
	b.devices[c.ID] = true
	b.tags = append(b.tags, tag.Tag{Name: AliveTag(c.ID), Label: "Connection " + c.ID})
	return c
}

// secured checks that policy and mode are known and go together.
func (b *builder) secured(path string, c Connection) {
	policy, mode := or(c.Policy, "None"), c.Mode
	if mode == "" && policy == "None" {
		mode = "None"
	} else if mode == "" {
		mode = "SignAndEncrypt"
	}
	switch {
	case !slices.Contains([]string{"None", "Basic256Sha256", "Aes128_Sha256_RsaOaep", "Aes256_Sha256_RsaPss"}, policy):
		b.add(path+".policy", "%q is no security policy; use None, Basic256Sha256, Aes128_Sha256_RsaOaep or Aes256_Sha256_RsaPss", policy)
	case !slices.Contains([]string{"None", "Sign", "SignAndEncrypt"}, mode):
		b.add(path+".mode", "%q is no security mode; use None, Sign or SignAndEncrypt", mode)
	case (policy == "None") != (mode == "None"):
		b.add(path+".mode", "%s does not go with the policy %s; None goes only with None", mode, policy)
	}
}

func (b *builder) site(path string, e SiteEntry) plant.Site {
	b.id(path, "site", e.ID)
	s := plant.Site{ID: plant.SiteID(e.ID), Name: or(e.Name, e.ID), Currency: e.Currency}
	zone, err := time.LoadLocation(e.Zone)
	if err != nil || e.Zone == "" {
		b.add(path+".zone", "%q is no time zone; write one like Europe/Berlin", e.Zone)
		zone = time.UTC
	}
	s.Zone = zone
	calendar := plant.Calendar{Zone: zone, Shifts: b.shifts(path, e.Shifts), Closed: b.closings(path, e.Holidays), Stops: b.stops(path, e.Stops)}
	for i, a := range e.Areas {
		at := fmt.Sprintf("%s.areas[%d]", path, i)
		b.id(at, "area", a.ID)
		area := plant.Area{ID: a.ID, Name: or(a.Name, a.ID)}
		for j, l := range a.Lines {
			line := b.line(fmt.Sprintf("%s.lines[%d]", at, j), l)
			line.Site, line.Area = s.ID, a.ID
			line.Calendar = over(calendar, line.Calendar)
			if err := line.Calendar.Validate(); err != nil {
				b.add(at, "%v", err)
			}
			area.Lines = append(area.Lines, line)
		}
		s.Areas = append(s.Areas, area)
	}
	return s
}

func (b *builder) line(path string, e LineEntry) plant.Line {
	b.id(path, "line", e.ID)
	l := plant.Line{
		ID: plant.LineID(e.ID), Name: or(e.Name, e.ID),
		Calendar:   plant.Calendar{Shifts: b.shifts(path, e.Shifts), Closed: b.closings(path, e.Holidays), Stops: b.stops(path, e.Stops)},
		Thresholds: plant.Thresholds{MinStop: e.Thresholds.MinStop, MicroMax: e.Thresholds.MicroMax, LowSpeed: e.Thresholds.LowSpeed},
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
	l.Pacer = b.ofLine(path+".pacer", l, or(e.Pacer, e.Units[0].ID))
	l.Output = b.ofLine(path+".output", l, or(e.Output, e.Units[len(e.Units)-1].ID))
	return l
}

func (b *builder) ofLine(path string, l plant.Line, unit string) plant.UnitID {
	id := plant.UnitID(string(l.ID) + "/" + unit)
	if !slices.ContainsFunc(l.Units, func(u plant.Unit) bool { return u.ID == id }) {
		b.add(path, "%q is no unit of line %s", unit, l.ID)
	}
	return id
}

func (b *builder) unit(path string, line plant.LineID, e UnitEntry) plant.Unit {
	b.id(path, "unit of "+string(line), e.ID)
	u := plant.Unit{ID: plant.UnitID(string(line) + "/" + e.ID), Name: or(e.Name, e.ID), Line: line}
	if e.Connection != "" && !b.devices[e.Connection] {
		b.add(path+".connection", "there is no connection %q", e.Connection)
	}
	names := map[string]TagEntry{}
	var s SignalsEntry
	for _, m := range e.Machines {
		t, ok := b.file.Machines[m]
		if !ok {
			b.add(path+".machines", "there is no machine type %q", m)
			continue
		}
		maps.Copy(names, t.Tags)
		s = s.Over(t.Signals)
	}
	fill := strings.NewReplacer("{line}", string(line), "{unit}", e.ID)
	own := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		t := names[name]
		own[name] = true
		b.tags = append(b.tags, tag.Tag{
			Name: string(u.ID) + "/" + name, Label: or(t.Label, name), Unit: t.Unit,
			Connection: e.Connection, Address: fill.Replace(t.Address),
			Interval: t.Interval, Deadband: t.Deadband, Scale: t.Scale, Offset: t.Offset,
			Writable: t.Writable, Low: t.Low, High: t.High,
		})
	}
	b.units = append(b.units, pendingSignals{at: path + ".signals", unit: u.ID, e: s.Over(e.Signals), own: own})
	return u
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func (b *builder) signals(p pendingSignals, r *tag.Registry) machine.Signals {
	find := func(what, name string) tag.ID {
		if name == "" {
			return 0
		}
		if !p.own[name] {
			b.add(p.at+"."+what, "unit %s has no tag %q", p.unit, name)
		}
		id, _ := r.Find(string(p.unit) + "/" + name)
		return id
	}
	return machine.Signals{
		Unit:  p.unit,
		State: find("state", p.e.State), States: named(b, p.at+".states", p.e.States, machine.ParseState),
		Mode: find("mode", p.e.Mode), Modes: named(b, p.at+".modes", p.e.Modes, machine.ParseMode),
		Good:    b.counter(p.at+".good", p.e.Good, find("good", p.e.Good.Tag)),
		Reject:  b.counter(p.at+".reject", p.e.Reject, find("reject", p.e.Reject.Tag)),
		Total:   b.counter(p.at+".total", p.e.Total, find("total", p.e.Total.Tag)),
		Product: find("product", p.e.Product), Fault: find("fault", p.e.Fault), Speed: find("speed", p.e.Speed),
	}
}

func (b *builder) counter(path string, e CounterEntry, id tag.ID) machine.Counter {
	c := machine.Counter{Tag: id, Modulus: e.Modulus, Glitch: e.Glitch, Lifetime: e.Lifetime}
	for _, q := range []struct {
		key, text string
		into      *plant.Quantity
	}{{"deadband", e.Deadband, &c.Deadband}, {"per", e.Per, &c.Per}} {
		if q.text == "" {
			continue
		}
		parsed, err := plant.ParseQuantity(q.text)
		if err != nil || parsed < 0 {
			b.add(path+"."+q.key, "%q is no amount; write a number such as 1 or 0.5", q.text)
		}
		*q.into = parsed
	}
	return c
}

// named reads a map of values to the names of states or modes.
func named[T any](b *builder, path string, m map[string]string, parse func(string) (T, error)) map[string]T {
	if len(m) == 0 {
		return nil
	}
	out := make(map[string]T, len(m))
	for value, name := range m {
		v, err := parse(name)
		if err != nil {
			b.add(path+"."+value, "%v", err)
		}
		out[value] = v
	}
	return out
}

// Over gives what o says, and where it is silent what s says.
func (s SignalsEntry) Over(o SignalsEntry) SignalsEntry {
	pick := func(into *string, other string) {
		if other != "" {
			*into = other
		}
	}
	pick(&s.State, o.State)
	pick(&s.Mode, o.Mode)
	pick(&s.Product, o.Product)
	pick(&s.Fault, o.Fault)
	pick(&s.Speed, o.Speed)
	if o.States != nil {
		s.States = o.States
	}
	if o.Modes != nil {
		s.Modes = o.Modes
	}
	for into, other := range map[*CounterEntry]CounterEntry{&s.Good: o.Good, &s.Reject: o.Reject, &s.Total: o.Total} {
		pick(&into.Tag, other.Tag)
		if other.Modulus != 0 {
			into.Modulus = other.Modulus
		}
		if other.Glitch != 0 {
			into.Glitch = other.Glitch
		}
		into.Lifetime = into.Lifetime || other.Lifetime
		pick(&into.Deadband, other.Deadband)
		pick(&into.Per, other.Per)
	}
	return s
}
