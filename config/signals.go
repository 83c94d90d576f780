// How it is read which tags of a work unit mean what.

package config

import (
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// pendingSignals waits for the tags to be numbered.
type pendingSignals struct {
	at   string
	unit plant.UnitID
	e    SignalsEntry
	own  map[string]bool // names of the unit's tags
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
		if r.Tag(id).Swing > 0 {
			b.add(p.at+"."+what, "tag %q has a swing: its history leaves readings out, and a signal needs every one; take the swing away, or another tag", name)
		}
		return id
	}
	return machine.Signals{
		Unit:  p.unit,
		State: find("state", p.e.State), States: named(b, p.at+".states", p.e.States, machine.ParseState),
		Mode: find("mode", p.e.Mode), Modes: named(b, p.at+".modes", p.e.Modes, machine.ParseMode),
		Good:    b.counter(p.at+".good", p.e.Good, find("good", p.e.Good.Tag)),
		Reject:  b.counter(p.at+".reject", p.e.Reject, find("reject", p.e.Reject.Tag)),
		Total:   b.counter(p.at+".total", p.e.Total, find("total", p.e.Total.Tag)),
		Product: find("product", p.e.Product), Order: find("order", p.e.Order), Fault: find("fault", p.e.Fault), Speed: find("speed", p.e.Speed), Command: find("command", p.e.Command),
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

// Over gives what o says, and where it is silent what s says. What o says is None, there is not.
func (s SignalsEntry) Over(o SignalsEntry) SignalsEntry {
	pick := func(into *string, other string) {
		switch other {
		case "":
		case None:
			*into = ""
		default:
			*into = other
		}
	}
	for into, said := range map[*string]string{
		&s.State: o.State, &s.Mode: o.Mode, &s.Product: o.Product, &s.Order: o.Order, &s.Fault: o.Fault, &s.Speed: o.Speed, &s.Command: o.Command,
	} {
		pick(into, said)
	}
	if o.States != nil {
		s.States = o.States
	}
	if o.Modes != nil {
		s.Modes = o.Modes
	}
	for into, other := range map[*CounterEntry]CounterEntry{&s.Good: o.Good, &s.Reject: o.Reject, &s.Total: o.Total} {
		if other.Tag == None {
			*into = CounterEntry{}
			continue
		}
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
