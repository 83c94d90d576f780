package promising_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/erp/mrp"
	"millwright/internal/erp/mrp/desk"
	"millwright/internal/erp/mrp/workday"
	"millwright/internal/erp/order"
	"millwright/internal/erp/order/promising"
	"millwright/internal/erp/partner"
	"millwright/internal/plant"
)

const monday plant.Date = 20787 // 2026-11-30

func TestLinesWithoutADateArePromised(t *testing.T) {
	st, err := desk.Stand(desk.Facts{
		Items: []desk.Item{
			{ID: 1, Number: "BOTTLE", Make: true, Method: desk.ByPlan, Lead: 1, OnHand: plant.Pieces(40)},
			{ID: 2, Number: "CAP", Method: desk.ByPlan, Lead: 8, OnHand: plant.Pieces(10)},
			{ID: 3, Number: "FILM", Method: desk.ByPoint, Lead: 3},
			{ID: 4, Number: "RAG", Method: desk.ByNone},
		},
		Parts:  []desk.Part{{Parent: 1, Child: 2, Per: mrp.Ratio{Num: 1, Den: 1}}},
		Wants:  []desk.Want{{Item: 1, Date: monday + 2, Quantity: plant.Pieces(30), Ordered: plant.Pieces(30), Document: "sales/1", Line: 1, Text: "SO-000001/1"}},
		Coming: []desk.Coming{{Item: 3, Date: monday + 1, Quantity: plant.Pieces(100), Document: "purchase/1", Line: 1, Text: "PO-000001/1"}},
	}, workday.New(monday, nil))
	if err != nil {
		t.Fatal(err)
	}
	line := func(place int, item, pieces int64) order.Line {
		return order.Line{Place: place, Item: item, Ordered: plant.Pieces(pieces), Factor: partner.Unity()}
	}
	dated, service := line(6, 1, 1), line(7, 9, 1)
	dated.Due, service.Stock.Service = "2026-12-24", true
	o := order.Order{Side: partner.Sales, Lines: []order.Line{line(1, 1, 10), line(2, 1, 15), line(3, 3, 60), line(4, 4, 1), line(5, 8, 1), dated, service}}
	got, err := promising.Of(st, o, monday)
	if err != nil {
		t.Fatal(err)
	}
	want := []order.Promised{
		{Place: 1, Due: "2026-11-30", Why: "free in the stock"},
		{Place: 2, Due: "2026-12-11", Why: "waits for a new order of CAP"}, // after the ten before it: five caps lack
		{Place: 3, Due: "2026-12-01", Why: "free of what is on its way"},
		{Place: 4, Why: "nobody orders RAG, so that nothing can be promised of it; say first how it is reordered"},
		{Place: 5, Why: "there is no such item in the plan"},
		{Place: 7, Due: "2026-11-30", Why: "a service: nothing has to be there"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	firm, err := (order.Order{Side: partner.Sales, Lines: o.Lines[:3]}).Take(order.Step{Do: order.Confirm, Promised: got})
	if err != nil || firm.Lines[1].Due != "2026-12-11" || firm.Lines[1].Promise != "waits for a new order of CAP" || !firm.Firm {
		t.Errorf("%+v, %v", firm, err)
	}
	if _, err := (order.Order{Side: partner.Sales, Lines: o.Lines[3:4]}).Take(order.Step{Do: order.Confirm, Promised: got}); err == nil {
		t.Error("a line is agreed without a date")
	}
}

// TestOrdersOfOneTableGetNothingTwice: ten rags are free, and a new one takes three days.
func TestOrdersOfOneTableGetNothingTwice(t *testing.T) {
	plan := func(items int) *desk.Standing {
		f := desk.Facts{}
		for i := range items {
			f.Items = append(f.Items, desk.Item{ID: int64(i + 1), Number: "RAG", Method: desk.ByPlan, Lead: 3, OnHand: plant.Pieces(10)})
		}
		st, err := desk.Stand(f, workday.New(monday, nil))
		if err != nil {
			t.Fatal(err)
		}
		return st
	}
	b := promising.NewBook(plan(1), monday)
	due := func(id int64, lines ...order.Line) string {
		t.Helper()
		o := order.Order{ID: id, Side: partner.Sales, Lines: lines}
		got, err := b.Of(o)
		if err != nil {
			return err.Error()
		}
		if o, err = o.Take(order.Step{Do: order.Confirm, Promised: got}); err != nil {
			t.Fatal(err)
		}
		b.Agreed(o)
		days := ""
		for _, l := range o.Lines {
			days += l.Due + " "
		}
		return days
	}
	line := func(pieces int64) order.Line {
		return order.Line{Place: 1, Item: 1, Number: "RAG", Ordered: plant.Pieces(pieces), Factor: partner.Unity()}
	}
	dated := line(4)
	dated.Due = "2026-12-01"
	for n, c := range []struct {
		line order.Line
		want string
	}{{line(3), "2026-11-30 "}, {dated, "2026-12-01 "}, {line(3), "2026-11-30 "}, {line(1), "2026-12-03 "}} {
		if got := due(int64(n+1), c.line); got != c.want {
			t.Errorf("order %d goes on %s, want %s", n+1, got, c.want)
		}
	}
	b = promising.NewBook(plan(100_000), monday)
	if got, want := due(9, slices.Repeat([]order.Line{line(1)}, 21)...), "one table promises 20 lines at most: say when the others go, or take them in another table"; got != want {
		t.Error(got)
	}
}
