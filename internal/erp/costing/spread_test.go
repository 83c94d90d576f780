package costing_test

import (
	"testing"

	"pgregory.net/rapid"

	"millwright/internal/erp/costing"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

func TestFreightIsSpread(t *testing.T) {
	got, err := costing.Spread(10*plant.Currency, []int64{1, 1, 1})
	if err != nil || got[0] != 3_333_333 || got[1] != 3_333_334 || got[2] != 3_333_333 {
		t.Errorf("%v, %v", got, err)
	}
	got, err = costing.Spread(100*plant.Currency, []int64{300, 0, 100})
	if err != nil || got[0] != 75*plant.Currency || got[1] != 0 || got[2] != 25*plant.Currency {
		t.Errorf("%v, %v", got, err)
	}
	for name, shares := range map[string][]int64{"none": nil, "nothing": {0, 0}, "below it": {2, -1}, "beyond counting": {1 << 62, 1 << 62}} {
		if _, err := costing.Spread(1, shares); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whatever it is spread by, all of it is, and nobody gets less than nothing or is off by more than a millionth.
func TestSpreadKeepsTheSum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cost := plant.Money(rapid.Int64Range(0, 1<<50).Draw(t, "cost"))
		shares := rapid.SliceOfN(rapid.Int64Range(0, 1<<45), 1, 20).Draw(t, "shares")
		all, err := costing.Spread(cost, shares)
		if err != nil {
			return
		}
		whole := int64(0)
		for _, s := range shares {
			whole += s
		}
		sum := plant.Money(0)
		for i, m := range all {
			exact, _ := cost.Times(shares[i], whole)
			if m < 0 || m-exact > 1 || exact-m > 1 || shares[i] == 0 && m != 0 {
				t.Fatalf("%s of %s by %v", m, cost, shares)
			}
			sum += m
		}
		if sum != cost {
			t.Fatalf("%s of %s is spread", sum, cost)
		}
	})
}
