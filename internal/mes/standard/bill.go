package standard

import (
	"slices"
	"time"

	"millwright/internal/erp/item/bill"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Times are proposed for an operation; 0 leaves what there is.
type Times struct {
	Cycle time.Duration // for a piece
	SetUp time.Duration
}

// At finds the operation of a bill whose work centre stands at a line, or at a unit of it: the last one, at which
// pieces are counted as made.
func At(b bill.Bill, centres []bill.Centre, line plant.LineID) (bill.Operation, bool) {
	here := map[int64]bool{}
	for _, c := range centres {
		if c.Place == string(line) || plantOf(c.Place) == string(line) {
			here[c.ID] = true
		}
	}
	for _, o := range slices.Backward(b.Operations) {
		if here[o.Centre] {
			return o, true
		}
	}
	return bill.Operation{}, false
}

// plantOf is the line of a unit: "filling-1/filler" → "filling-1".
func plantOf(place string) string {
	for i := range len(place) {
		if place[i] == '/' {
			return place[:i]
		}
	}
	return place
}

// Rewrite gives a bill with other times at one operation, as a draft.
func Rewrite(b bill.Bill, position int64, t Times, note string) (bill.Bill, error) {
	i := slices.IndexFunc(b.Operations, func(o bill.Operation) bool { return o.Position == position })
	if i < 0 {
		return b, errs.New(errs.NotFound, "the bill has no operation %d", position)
	}
	next := b
	next.ID, next.Number, next.State, next.Version, next.From, next.Obsolete = 0, 0, bill.Draft, 0, time.Time{}, time.Time{}
	next.Lines, next.Operations = slices.Clone(b.Lines), slices.Clone(b.Operations)
	o := &next.Operations[i]
	if t.Cycle > 0 {
		run, ok := plant.Quantity(t.Cycle).Times(int64(b.Batch), int64(plant.One))
		if !ok || run > plant.Quantity(366*24*time.Hour) {
			return b, errs.New(errs.Invalid, "%s for a batch of %s is longer than a year", t.Cycle, b.Batch)
		}
		o.Run = time.Duration(run).Round(time.Millisecond)
	}
	if t.SetUp > 0 {
		o.Setup = t.SetUp
	}
	next.Note = note
	return next, nil
}

// Same tells whether two bills take the same times.
func Same(a, b bill.Bill) bool {
	return slices.EqualFunc(a.Operations, b.Operations, func(x, y bill.Operation) bool {
		return x.Position == y.Position && x.Centre == y.Centre && x.Run == y.Run && x.Setup == y.Setup
	})
}
