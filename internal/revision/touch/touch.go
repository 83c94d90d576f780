// Package touch tells which parts of a change of the plant both worlds feel, the machines' and the orders'.
package touch

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"millwright/config"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/plant/reason"
	"millwright/internal/revision/consent"
)

// Of compares two plant files.
func Of(before, after string) ([]consent.Touch, error) {
	a, err := config.ParsePlant("the plant as it is", []byte(before))
	if err != nil {
		return nil, err
	}
	b, err := config.ParsePlant("the plant", []byte(after))
	if err != nil {
		return nil, err
	}
	return Between(a, b), nil
}

// Between compares two plants. A line that comes or goes counts as one that is set up from nothing, or to nothing:
// a change cannot hide behind another name.
func Between(before, after config.Model) (all []consent.Touch) {
	a, b := halfOf(before), halfOf(after)
	for _, id := range lines(a.Plant, b.Plant) {
		all = append(all, touches(a.line(id), b.line(id))...)
	}
	return append(all, touches(a.common(), b.common())...)
}

// half is one of the two plants.
type half struct {
	config.Model
	signals   map[plant.UnitID]machine.Signals
	inputs    map[tag.ID][]tag.ID          // of derived tags
	writable  map[string][]tag.Tag         // by unit
	calendars map[plant.CalendarKey]string // as they compare: lines of a site share theirs, which may be long
}

func halfOf(m config.Model) half {
	h := half{m, map[plant.UnitID]machine.Signals{}, map[tag.ID][]tag.ID{}, map[string][]tag.Tag{}, map[plant.CalendarKey]string{}}
	for _, s := range m.Signals {
		h.signals[s.Unit] = s
	}
	for _, f := range m.Derived {
		h.inputs[f.Tag.ID] = f.Inputs
	}
	for _, t := range m.Tags.All() {
		if t.Writable {
			unit := t.Name[:strings.LastIndexByte(t.Name, '/')]
			h.writable[unit] = append(h.writable[unit], t)
		}
	}
	return h
}

// lines gives those of both plants, in the order of the second, then those that are gone.
func lines(a, b plant.Plant) (all []plant.LineID) {
	for _, l := range slices.Concat(b.Lines(), a.Lines()) {
		if !slices.Contains(all, l.ID) {
			all = append(all, l.ID)
		}
	}
	return all
}

// setting is what one line is set up with, in a form that compares.
type setting struct {
	id    plant.LineID
	parts map[consent.Kind]map[string]string // of each kind, by the name that people know it by
}

func (s setting) put(k consent.Kind, name, value string) {
	if value == "" {
		return
	}
	if s.parts[k] == nil {
		s.parts[k] = map[string]string{}
	}
	s.parts[k][name] = value
}

// line is all that a line is set up with. What is known to be for people alone is left out by name, so that what is
// added to a line one day is felt until somebody says otherwise.
func (h half) line(id plant.LineID) setting {
	s := setting{id, map[consent.Kind]map[string]string{}}
	l, ok := h.Plant.Line(id)
	if !ok {
		return s
	}
	for _, r := range l.Rates {
		s.put(consent.Rates, product(r.Product), r.IdealCycle.String())
	}
	changeovers(s, l.Changeover)
	if l.Thresholds != (plant.Thresholds{}) {
		s.put(consent.Thresholds, "", fmt.Sprintf("%+v", l.Thresholds))
	}
	for name, t := range l.Special {
		s.put(consent.Thresholds, product(name), fmt.Sprintf("%+v", t))
	}
	s.put(consent.Calendar, "", h.calendar(l.Calendar))
	s.put(consent.Counters, "the unit that paces and the one whose pieces count", fmt.Sprint(short(l.Pacer), " ", short(l.Output)))
	var flow []string
	for _, u := range l.Units {
		h.unit(s, u)
		s.put(consent.Faults, short(u.ID), codes(l.Codes[u.ID]))
		u.ID, u.Name, u.Line, u.Beside = plant.UnitID(short(u.ID)), "", "", plant.UnitID(short(u.Beside))
		flow = append(flow, fmt.Sprintf("%+v", u))
	}
	s.put(consent.Counters, "the flow of its units", strings.Join(flow, "\n"))
	l.Rates, l.Changeover, l.Thresholds, l.Special, l.Calendar = nil, plant.Changeover{}, plant.Thresholds{}, nil, plant.Calendar{}
	l.Pacer, l.Output, l.Units, l.Codes = "", "", nil, nil
	l.ID, l.Name, l.Site, l.Area, l.Language, l.Reasons = "", "", "", "", "", nil
	l.Worth = plant.Worth{} // no machine and no ledger is other for it
	s.rest("all else", l)
	return s
}

// calendar tells all of a calendar; "" when it says nothing.
func (h half) calendar(c plant.Calendar) string {
	if len(c.Shifts)+len(c.Closed)+len(c.Other)+len(c.Stops) == 0 {
		return ""
	}
	told, ok := h.calendars[c.Key()]
	if !ok {
		told = fmt.Sprintf("%s %+v %+v %+v %+v", c.Zone, c.Shifts, c.Closed, c.Other, c.Stops)
		h.calendars[c.Key()] = told
	}
	return told
}

// rest adds what is left of a thing once all that is known of it was told or left out.
func (s setting) rest(name string, left any) {
	if !reflect.ValueOf(left).IsZero() {
		s.put(consent.Counters, name, fmt.Sprintf("%+v", left))
	}
}

func product(name string) string { return cmp.Or(name, "all other products") }

func changeovers(s setting, c plant.Changeover) {
	if c.Default > 0 {
		s.put(consent.Changeovers, product(""), c.Default.String())
	}
	for to, d := range c.To {
		s.put(consent.Changeovers, "to "+product(to), d.String())
	}
	for p, d := range c.Pairs {
		s.put(consent.Changeovers, p.From+" to "+p.To, d.String())
	}
	if c.Told {
		s.put(consent.Changeovers, "those that no mode tells", "not detected")
	}
}

// codes tells which fault codes mean which reason; a kind of machine that names none says nothing.
func codes(l reason.Layers) string {
	var all []string
	for _, c := range l {
		if len(c.Exact)+len(c.Spans) > 0 {
			all = append(all, fmt.Sprintf("%+v", c))
		}
	}
	return strings.Join(all, "\n")
}

// unit adds what the signals of a unit say, and its tags that can be written. Its speed is only shown.
func (h half) unit(s setting, u plant.Unit) {
	g, name := h.signals[u.ID], short(u.ID)
	for what, c := range map[string]machine.Counter{"good": g.Good, "reject": g.Reject, "total": g.Total} {
		if t := h.value(c.Tag); t != "" {
			c.Tag = 0
			s.put(consent.Counters, name+": "+what, fmt.Sprintf("%s %+v", t, c))
		}
	}
	for what, id := range map[string]tag.ID{"state": g.State, "mode": g.Mode, "product": g.Product, "order": g.Order, "fault": g.Fault, "command": g.Command} {
		s.put(consent.States, name+": "+what, h.value(id))
	}
	if g.State+g.Mode != 0 {
		s.put(consent.States, name+": their values", fmt.Sprint(g.States, g.Modes))
	}
	for _, t := range h.writable[string(u.ID)] {
		low, high := bound(t.Low), bound(t.High)
		t.Interval, t.Heartbeat, t.Deadband = 0, 0, 0 // of reading it
		s.put(consent.Ranges, name+": "+t.Name[len(u.ID)+1:], fmt.Sprintf("%s %s %s", settings(t), low, high))
	}
	g.Unit, g.Good, g.Reject, g.Total = "", machine.Counter{}, machine.Counter{}, machine.Counter{}
	g.State, g.Mode, g.Product, g.Order, g.Fault, g.Speed, g.Command, g.States, g.Modes = 0, 0, 0, 0, 0, 0, 0, nil, nil
	s.rest(name+": all else", g)
}

// value tells all that makes the value of a tag, and when it is heard: its own settings, and those of every tag that
// it is reckoned from, in whatever unit. "" for none.
func (h half) value(id tag.ID) string {
	if id == 0 {
		return ""
	}
	ids, seen := []tag.ID{id}, map[tag.ID]bool{id: true}
	var all []string
	for len(ids) > 0 {
		all = append(all, settings(h.Tags.Tag(ids[0])))
		for _, in := range h.inputs[ids[0]] {
			if !seen[in] {
				ids, seen[in] = append(ids, in), true
			}
		}
		ids = ids[1:]
	}
	return strings.Join(all, "\n")
}

// settings tells all of a tag but what is for people, for its history, and for who writes it.
func settings(t tag.Tag) string {
	t.ID, t.Label, t.Unit, t.Swing, t.Writable, t.Low, t.High = 0, "", "", 0, false, nil, nil
	return fmt.Sprintf("%+v", t)
}

func bound(b *float64) string {
	if b == nil {
		return "-"
	}
	return fmt.Sprint(*b)
}

// short is the name of a unit within its line.
func short(id plant.UnitID) string {
	_, name, _ := strings.Cut(string(id), "/")
	return name
}

// touches tells in what two settings of a line differ.
func touches(a, b setting) (all []consent.Touch) {
	for _, k := range consent.Kinds() {
		old, now := a.parts[k], b.parts[k]
		if reflect.DeepEqual(old, now) {
			continue
		}
		var names []string
		for _, n := range slices.Sorted(maps.Keys(union(old, now))) {
			if old[n] != now[n] && n != "" {
				names = append(names, n)
			}
		}
		all = append(all, consent.Touch{Kind: k, Line: a.id, What: strings.Join(names, ", ")})
	}
	return all
}

func union(a, b map[string]string) map[string]string {
	all := maps.Clone(b)
	if all == nil {
		all = map[string]string{}
	}
	maps.Copy(all, a)
	return all
}
