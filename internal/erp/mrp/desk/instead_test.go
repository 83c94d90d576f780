package desk_test

import (
	"testing"

	"millwright/internal/erp/mrp"
	"millwright/internal/erp/mrp/desk"
	"millwright/internal/erp/mrp/workday"
	"millwright/internal/plant"
)

// An alternate in the bill of a phantom may be taken by the orders that copy its parts, and by no others.
func TestAnAlternateOfAPhantomIsTakenByWhatTakesIt(t *testing.T) {
	for maker, want := range map[int64]int{1: 1, 5: 0, 0: 0} {
		s, err := desk.Stand(desk.Facts{
			Items: []desk.Item{
				{ID: 1, Number: "CART", Make: true, Method: desk.ByPlan},
				{ID: 2, Number: "AXLE", Make: true, Phantom: true, Method: desk.ByPlan},
				{ID: 3, Number: "BOLT", Method: desk.ByPlan, Lead: 5, Instead: mrp.IfLate},
				{ID: 4, Number: "PIN", Method: desk.ByPlan, OnHand: plant.Pieces(100)},
				{ID: 5, Number: "SLED", Make: true, Method: desk.ByPlan},
			},
			Parts:      []desk.Part{{Parent: 1, Child: 2, Per: mrp.Ratio{Num: 1, Den: 1}}, {Parent: 2, Child: 3, Per: mrp.Ratio{Num: 4, Den: 1}}, {Parent: 5, Child: 3, Per: mrp.Ratio{Num: 1, Den: 1}}},
			Alternates: []desk.Alternate{{Parent: 2, Of: 3, Item: 4, Factor: mrp.Ratio{Num: 2, Den: 1}}},
			Wants:      []desk.Want{{Item: 3, Date: monday + 1, Quantity: plant.Pieces(8), Document: "work/9", Line: 10, Text: "WO-000009", Maker: maker}},
		}, workday.New(monday, nil))
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for _, m := range s.Messages() {
			if m.Action == "substitute" {
				found++
				if m.Item != 4 || m.Document != "work/9" || m.Line != 10 || m.Quantity != plant.Pieces(16) || !m.Soon {
					t.Errorf("%+v", m)
				}
			}
		}
		if found != want {
			t.Errorf("made by %d: %d are asked for", maker, found)
		}
	}
}
