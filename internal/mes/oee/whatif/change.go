package whatif

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Side is what losses are told apart by.
type Side string

// The sides.
const (
	Reason Side = "reason" // why it stood or, where nobody said, what kind of stop it was: "=breakdown"
	Unit   Side = "unit"   // that stopped the line
)

// Whole is all of something, in thousandths.
const Whole int64 = 1000

// Cut takes a share off what was lost.
type Cut struct {
	By    Side
	Of    string
	Share int64 // thousandths
}

// Change is what would have been otherwise; the zero Change is nothing.
type Change struct {
	MinStop  time.Duration            // the shortest stop; 0 is as it is
	MicroMax time.Duration            // the longest micro-stop
	Special  map[string]Limits        // the same of single products, which goes before the others as the line's own does
	Cycles   map[string]time.Duration // ideal ones, by the product as the ledger has it
	SetUp    time.Duration            // the longest that a changeover takes
	Cuts     []Cut                    // each of what those before it left
	Scrap    int64                    // thousandths of the rejects that would have been good
}

// Limits are other limits of stops while a product is made; 0 is as it is.
type Limits struct{ MinStop, MicroMax time.Duration }

const (
	longest  = 24 * time.Hour
	mostCuts = 50
)

// Check refuses what cannot be reckoned.
func (c *Change) Check() error {
	var fields []errs.Field
	when := func(wrong bool, path, message string) {
		if wrong {
			fields = append(fields, errs.Field{Path: path, Message: message})
		}
	}
	when(c.MinStop < 0 || c.MinStop > longest, "min_stop", "Write seconds, up to a day.")
	when(c.MicroMax < 0 || c.MicroMax > longest, "micro_max", "Write seconds, up to a day.")
	when(c.MicroMax > 0 && c.MicroMax < c.MinStop, "micro_max", "It is shorter than the shortest stop: no pause could be a micro-stop.")
	for product, own := range c.Special {
		when(own.MinStop < 0 || own.MinStop > longest, "min_stop."+product, "Write seconds, up to a day.")
		when(own.MicroMax < 0 || own.MicroMax > longest, "micro_max."+product, "Write seconds, up to a day.")
		when(own.MicroMax > 0 && own.MicroMax < own.MinStop, "micro_max."+product, "It is shorter than the shortest stop: no pause could be a micro-stop.")
	}
	when(c.SetUp < 0 || c.SetUp > longest, "changeover", "Write minutes, up to a day.")
	when(c.Scrap < 0 || c.Scrap > Whole, "scrap", "Write per cent, from 0 to 100.")
	when(len(c.Cuts) > mostCuts, "cut", "Change fewer losses at once.")
	for _, x := range c.Cuts {
		when(x.Share < 0 || x.Share > Whole, "cut", "Write per cent, from 0 to 100.")
		when(x.By != Reason && x.By != Unit, "cut", "A loss is that of a reason or of a unit.")
	}
	for _, d := range c.Cycles {
		when(d <= 0 || d > longest, "cycle", "Write a time per piece greater than 0, up to a day.")
	}
	if len(fields) == 0 {
		return nil
	}
	return &errs.Error{Kind: errs.Invalid, Words: "this cannot be reckoned", Fields: fields}
}

// Anew tells whether the time has to be laid out anew: where stops begin and end changes.
func (c *Change) Anew() bool { return c.MinStop > 0 || c.MicroMax > 0 || len(c.Special) > 0 }

// Nothing tells whether all stays as it was.
func (c *Change) Nothing() bool {
	return !c.Anew() && len(c.Cycles) == 0 && c.SetUp == 0 && c.Scrap == 0 &&
		!slices.ContainsFunc(c.Cuts, func(x Cut) bool { return x.Share > 0 })
}

// Line is a line that is set up so.
func (c *Change) Line(l plant.Line) plant.Line {
	if c.MinStop > 0 {
		l.Thresholds.MinStop = c.MinStop
	}
	if c.MicroMax > 0 {
		l.Thresholds.MicroMax = c.MicroMax
	}
	if len(c.Special) > 0 {
		own := make(map[string]plant.Thresholds, len(l.Special)+len(c.Special))
		maps.Copy(own, l.Special)
		for product, other := range c.Special {
			t := own[product]
			t.MinStop, t.MicroMax = cmp.Or(other.MinStop, t.MinStop), cmp.Or(other.MicroMax, t.MicroMax)
			own[product] = t
		}
		l.Special = own
	}
	l.Rates = slices.Clone(l.Rates)
	for product, cycle := range c.Cycles {
		l.Rates = slices.DeleteFunc(l.Rates, func(r plant.Rate) bool { return r.Product == product })
		l.Rates = append(l.Rates, plant.Rate{Product: product, IdealCycle: cycle})
	}
	return l
}
