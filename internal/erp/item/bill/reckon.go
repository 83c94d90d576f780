package bill

import (
	"cmp"
	"fmt"
	"math/big"

	"millwright/internal/erp/item"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Reckon checks the lines of a bill against their items, and reckons what one stock unit takes of each in stock units.
// The items need their units.
func (b Bill) Reckon(items map[int64]item.Item) (Bill, error) {
	var wrong faults
	for n := range b.Lines {
		l := &b.Lines[n]
		path := fmt.Sprintf("lines[%d]", n)
		part, known := items[l.Item]
		if !known {
			wrong.say(path+".item", "there is no such item")
			continue
		}
		if part.Retired {
			wrong.say(path+".item", "item %s is retired: take another", part.Number)
		}
		l.Unit = cmp.Or(l.Unit, part.Unit)
		if err := l.reckon(b.Batch, part); err != nil {
			wrong.say(path+".unit", "%s", err)
		}
	}
	return b, wrong.error()
}

// hundred is all of something in per cent.
const hundred = 100 * plant.One

func (l *Line) reckon(batch plant.Quantity, part item.Item) (err error) {
	factor, err := part.Factor(l.Unit)
	if err != nil {
		return err
	}
	if l.OnceOff, err = part.Stock(l.Once, l.Unit); err != nil {
		return err
	}
	per := new(big.Rat).Mul(ratio(int64(l.Quantity), int64(batch)), ratio(factor.Num, factor.Den))
	per.Mul(per, ratio(int64(hundred+l.Scrap), int64(hundred)))
	l.Per = item.Ratio{Num: 0, Den: 1}
	if per.Sign() == 0 {
		return nil
	}
	if !per.Num().IsInt64() || !per.Denom().IsInt64() {
		return errs.New(errs.Invalid, "quantity, unit, scrap and batch make a factor of too many digits to reckon with exactly; round one of them")
	}
	l.Per = item.Ratio{Num: per.Num().Int64(), Den: per.Denom().Int64()}
	return nil
}

func ratio(num, den int64) *big.Rat { return big.NewRat(num, den) }
