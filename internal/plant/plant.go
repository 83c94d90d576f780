// Package plant holds the words that all levels share: equipment, calendar, quantity, money and person.
package plant

import (
	"time"

	"millwright/internal/plant/reason"
)

// SiteID is the identity of a site. Identities of equipment are unique in the plant, short and in lower
// case: they stand in URLs and ledgers.
type SiteID string

// LineID is the identity of a line: "filling-1".
type LineID string

// UnitID is the identity of a work unit: "filling-1/filler".
type UnitID string

// Plant is the ISA-95 equipment tree (IEC 62264-1 §5.3): enterprise, sites, areas, lines, work units.
// It is a value: made once, checked, then only read. A change makes a new one.
type Plant struct {
	Enterprise string
	Sites      []Site
	Reasons    reason.Book
}

// Site is a geographical place with one time zone and one currency.
type Site struct {
	ID       SiteID
	Name     string
	Zone     *time.Location
	Currency string // ISO 4217: "EUR"
	Language string // ISO 639 with or without a country, "de", "pt-BR": that of reasons
	Areas    []Area
}

// Area groups lines: a hall.
type Area struct {
	ID    string
	Name  string
	Lines []Line
}

// Line is a production line (an ISA-95 work centre) with its units in the order of the flow.
type Line struct {
	ID         LineID
	Name       string
	Site       SiteID
	Area       string
	Units      []Unit
	Pacer      UnitID // the unit whose state is the line's state
	Output     UnitID // the unit whose good count is the line's good count
	Calendar   Calendar
	Rates      []Rate
	Thresholds Thresholds
	Special    map[string]Thresholds // of single products: what they say goes before Thresholds
	Changeover Changeover
	Worth      Worth
	Language   string                   // of its site
	Reasons    []reason.ID              // those that people can give here, with their parts; none means all
	Codes      map[UnitID]reason.Layers // which fault codes of its units mean which reason
}

// Unit is a work unit: one machine.
type Unit struct {
	ID     UnitID
	Name   string
	Line   LineID
	Beside UnitID   // it does the same as that unit, in parallel; "" for a unit that stands alone or is the first of several
	Buffer Quantity // pieces that find room between it and the next
}

// Stage gives the units that do the same as one, itself among them, in the order of the flow.
func (l Line) Stage(unit UnitID) (stage []UnitID) {
	first := unit
	for _, u := range l.Units {
		if u.ID == unit && u.Beside != "" {
			first = u.Beside
		}
	}
	for _, u := range l.Units {
		if u.ID == first || u.Beside == first {
			stage = append(stage, u.ID)
		}
	}
	return stage
}

// Rate is how fast a line makes a product at best. Product "" stands for every product without a rate of its own.
type Rate struct {
	Product    string
	IdealCycle time.Duration // per piece
}

// Thresholds are the two-threshold rules of stop detection (ORACLES §1).
type Thresholds struct {
	MinStop  time.Duration // shorter pauses are speed loss; 0 means max(10 s, 1.5 × ideal cycle)
	MicroMax time.Duration // stops up to and including this are micro-stops; 0 means 300 s
	LowSpeed float64       // below this share of the ideal rate is reduced speed; 0 means 0.9
}

// Limits are the thresholds of a line while it makes a product.
func (l Line) Limits(product string) Thresholds {
	t, own := l.Thresholds, l.Special[product]
	if own.MinStop > 0 {
		t.MinStop = own.MinStop
	}
	if own.MicroMax > 0 {
		t.MicroMax = own.MicroMax
	}
	if own.LowSpeed > 0 {
		t.LowSpeed = own.LowSpeed
	}
	return t
}

// Low is the share of the ideal speed below which running is slow.
func (t Thresholds) Low() float64 {
	if t.LowSpeed > 0 {
		return t.LowSpeed
	}
	return 0.9
}

// Cent is the smallest amount that is paid in the company's currency, which is that of its first site.
func (p *Plant) Cent() Money {
	if len(p.Sites) == 0 {
		return Cent("")
	}
	return Cent(p.Sites[0].Currency)
}

// Lines gives every line of the plant in the order of the tree.
func (p *Plant) Lines() []Line {
	var all []Line
	for _, s := range p.Sites {
		for _, a := range s.Areas {
			all = append(all, a.Lines...)
		}
	}
	return all
}

// Line finds a line by its ID.
func (p *Plant) Line(id LineID) (Line, bool) {
	for _, s := range p.Sites {
		for _, a := range s.Areas {
			for _, l := range a.Lines {
				if l.ID == id {
					return l, true
				}
			}
		}
	}
	return Line{}, false
}

// Ideal gives the ideal cycle of a product on the line; ok is false when no rate is known.
func (l Line) Ideal(product string) (cycle time.Duration, ok bool) {
	for _, r := range l.Rates {
		if r.Product == product {
			return r.IdealCycle, true
		}
		if r.Product == "" {
			cycle, ok = r.IdealCycle, true
		}
	}
	return cycle, ok
}

// Why is the reason that a fault code of one of the line's units stands for; ok is false where none is known.
func (p *Plant) Why(l Line, unit UnitID, code string) (r reason.Reason, ok bool) {
	if id, is := l.Codes[unit].Of(code); is {
		return p.Reasons.Stop(id)
	}
	return r, false
}
