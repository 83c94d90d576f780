// How far the machines' clocks were off.

package web

import (
	"slices"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

// clocks are the connections whose readings were stamped out of reason: none, as a rule.
type clocks struct {
	p   *painter
	off map[string]oee.Skew
}

func (p *painter) clocks() clocks {
	all := clocks{p: p}
	if p.Sessions == nil {
		return all
	}
	for _, one := range p.Sessions.Connections() {
		if one.Skewed == 0 {
			continue
		}
		if all.off == nil {
			all.off = map[string]oee.Skew{}
		}
		all.off[one.Connection] = oee.Skew{Readings: one.Skewed, Off: one.Off, Last: one.SkewedAt}
	}
	return all
}

// skew is how far the clocks of some lines' machines were off since a time.
func (c clocks) skew(since time.Time, lines ...plant.LineID) (all oee.Skew) {
	for connection, skew := range c.off {
		if slices.ContainsFunc(lines, func(id plant.LineID) bool { return c.p.connected(id, connection) }) {
			all.Add(skew.Since(since))
		}
	}
	return all
}

// connected tells whether some of a line's tags come by a connection.
func (p *painter) connected(id plant.LineID, connection string) bool {
	i, ok := p.at[id]
	return ok && slices.Contains(p.lines[i].connections, connection)
}
