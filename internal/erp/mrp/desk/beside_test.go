package desk_test

import (
	"testing"

	"millwright/internal/erp/mrp"
	"millwright/internal/erp/mrp/desk"
	"millwright/internal/plant"
)

// cider is pressed in two days of apples that take five to buy; pomace comes besides it, a quarter of it, and pectin is
// made of pomace in a day.
func cider() desk.Facts {
	one := mrp.Ratio{Num: 1, Den: 1}
	return desk.Facts{
		Items: []desk.Item{
			{ID: 1, Number: "CIDER", Make: true, Method: desk.ByPlan, Lead: 2},
			{ID: 2, Number: "APPLE", Method: desk.ByPlan, Lead: 5},
			{ID: 3, Number: "POMACE", Method: desk.ByPlan, Lead: 20},
			{ID: 4, Number: "PECTIN", Make: true, Method: desk.ByPlan, Lead: 1},
		},
		Parts: []desk.Part{
			{Parent: 1, Child: 2, Per: one},
			{Parent: 1, Child: 3, Per: mrp.Ratio{Num: 1, Den: 4}, Output: true},
			{Parent: 4, Child: 3, Per: one},
		},
		Wants: []desk.Want{{Item: 1, Date: monday + 9, Quantity: plant.Pieces(400), Document: "sales/1", Line: 10, Text: "SO-000001/10"}},
	}
}

func TestWhatComesBesidesIsPromisedAndTraced(t *testing.T) {
	f := cider()
	// planned for Wednesday of next week, but the apples take five days and the press two: pomace on that day, pectin after it
	a, err := stand(t, f).Promise(4, plant.Pieces(100), monday)
	if err != nil || a.Capable != monday+10 || a.Wait.Item != 2 || len(a.Wait.Path) != 4 || a.Free != 0 {
		t.Errorf("%+v %v", a, err)
	}
	if a, err = stand(t, f).Promise(3, plant.Pieces(101), monday); err != nil || a.Capable != monday+28 {
		t.Errorf("more than comes: %+v %v", a, err)
	}
	f.Wants = append(f.Wants, desk.Want{Item: 3, Date: monday + 9, Quantity: plant.Pieces(80), Document: "sales/2", Line: 10, Text: "SO-000002/10"})
	s := stand(t, f)
	if ties := s.Ties(3); len(ties) != 1 || ties[0].From.Text != "besides the planned order of CIDER" || ties[0].From.Kind != "beside" || ties[0].Comes != monday+9 {
		t.Errorf("%+v", ties)
	}
	if _, rows := s.Rows(3); len(rows) != 2 || rows[1].Planned != plant.Pieces(100) || rows[1].Balance != plant.Pieces(20) {
		t.Errorf("%+v", rows)
	}
	f.Coming = []desk.Coming{{Item: 1, Date: monday + 8, Quantity: plant.Pieces(400), Document: "work/7", Text: "WO-000007", Explode: true}}
	s = stand(t, f)
	if ties := s.Ties(3); len(ties) != 1 || ties[0].From.Text != "WO-000007, besides CIDER" || ties[0].From.Document != "work/7" {
		t.Errorf("%+v", ties)
	}
	if _, rows := s.Rows(3); len(rows) != 3 || rows[1].Receipts != plant.Pieces(100) {
		t.Errorf("%+v", rows)
	}
	if a, err = s.Promise(3, plant.Pieces(20), monday); err != nil || a.FreeOn != monday+8 {
		t.Errorf("%+v %v", a, err)
	}
	f.Items[2].Method, f.Items[2].Point, f.Items[2].Lot = desk.ByPoint, plant.Pieces(50), mrp.Lot{Rule: mrp.Fixed, Quantity: plant.Pieces(10)}
	for _, m := range stand(t, f).Messages() {
		if m.Item == 3 {
			t.Errorf("a reorder point knows nothing of the firmed order: %+v", m)
		}
	}
	f.Items[0].Phantom, f.Coming = true, nil
	if ties := stand(t, f).Ties(3); len(ties) != 0 {
		t.Errorf("a phantom's order brings nothing besides, but the plan says %+v", ties)
	}
}
