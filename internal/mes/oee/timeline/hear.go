package timeline

import (
	"millwright/internal/mes/oee"
	"millwright/internal/ot/machine"
)

// hear keeps what a fact says of a unit; it tells whether that may change what the line does.
func (c *condition) hear(fact machine.Fact) bool {
	switch x := fact.(type) {
	case machine.StateChanged:
		if !x.At.Before(c.stateAt) {
			c.heard, c.state, c.mode, c.stateAt = true, x.State, x.Mode, x.At
			return true
		}
	case machine.ProductChanged:
		if !x.At.Before(c.productAt) {
			c.product, c.productAt = x.Product, x.At
			return true
		}
	case oee.OrderChanged:
		if !x.At.Before(c.job.At) {
			c.job = x
			return true
		}
	case machine.OrderNamed:
		if !x.At.Before(c.orderAt) {
			c.order, c.orderAt = x.Order, x.At
			return true
		}
	case machine.FaultChanged:
		if !x.At.Before(c.faultAt) {
			c.fault, c.faultAt = code(x.Code), x.At
			return true
		}
	case machine.SightChanged:
		if !x.At.Before(c.sightAt) {
			c.sight, c.sightAt = sightOf(x), x.At
			return true
		}
	}
	return false
}

// knows tells whether a fact is older than the newest of its kind, or says again what that said: it was heard before. An
// engine that began later says again how a unit stood then.
func (c *condition) knows(fact machine.Fact) bool {
	switch x := fact.(type) {
	case machine.StateChanged:
		return x.At.Before(c.stateAt) || c.heard && x.State == c.state && x.Mode == c.mode
	case machine.ProductChanged:
		return x.At.Before(c.productAt) || x.Product == c.product
	case oee.OrderChanged: // an older one may be another than was told
		return x.Same(c.job)
	case machine.OrderNamed:
		return x.At.Before(c.orderAt) || x.Order == c.order
	case machine.FaultChanged:
		return x.At.Before(c.faultAt) || code(x.Code) == c.fault
	case machine.SightChanged:
		return x.At.Before(c.sightAt) || sightOf(x) == c.sight
	}
	return false
}

func sightOf(x machine.SightChanged) sight {
	if x.Blind {
		return blind
	}
	return seen
}

// code is a fault code, "" for none.
func code(s string) string {
	if s == "0" {
		return ""
	}
	return s
}
