package store_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"millwright/internal/erp/mrp/desk"
	"millwright/internal/erp/partner"
	"millwright/internal/erp/register"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/store/storetest"
)

// plan plans the shop as it stands.
func (k shop) plan(ctx context.Context) (*desk.Standing, error) {
	on, err := plant.ParseDate(today)
	must(k.t, err)
	return desk.New(desk.Options{Book: k.s.Plans(), Today: func() plant.Date { return on }, Now: time.Now}).Standing(ctx)
}

// TestATableOfOrdersWithoutDatesIsPromised: it takes three days to buy L-100, and none is there.
func TestATableOfOrdersWithoutDatesIsPromised(t *testing.T) {
	eachShop(t, func(t *testing.T, k shop, db storetest.Database) {
		ctx := t.Context()
		db.Exec("UPDATE item SET lead_days = 3 WHERE number = 'L-100'")
		db.Exec("UPDATE item SET reorder_method = 'none' WHERE number = 'A-100'")
		table := "customer,their number,confirmed,item,quantity,price,promised\nC-100,1,yes,L-100,5,1,\nC-100,1,,L-100,7,1,\nC-100,2,yes,A-100,1,1,\nC-100,3,no,L-100,1,1,\nC-100,4,yes,A-100,1,1,2026-03-20\n"
		want := []string{
			"2 C-100 · 1 new / Promised  to 2026-03-05: has to be made or bought first",
			"3 C-100 · 1 new / Promised  to 2026-03-05: has to be made or bought first",
			"4 C-100 · 2 wrong / Promised: Line 1 has no date, and none can be promised (nobody orders A-100, so that nothing can be promised of it; say first how it is reordered): say when A-100 goes.",
			"5 C-100 · 3 new", "6 C-100 · 4 new",
		}
		k.want("looked at", k.takes("sales", table, register.Import{}), want...)
		if _, err := k.s.Orders().Order(ctx, partner.Sales, 1); errs.KindOf(err) != errs.NotFound {
			t.Errorf("looking kept it: %v", err)
		}
		k.want("kept", k.takes("sales", table, keeping()), want...)
		o, err := k.s.Orders().Order(ctx, partner.Sales, 1)
		if err != nil || !o.Firm || o.Lines[1].Due != "2026-03-05" || !strings.HasPrefix(o.Lines[1].Promise, "has to be") {
			t.Errorf("%+v %v", o, err)
		}
		again := k.takes("sales", table, keeping())
		k.want("again", again[:2], "2 C-100 · 1 unchanged", "3 C-100 · 1 unchanged")
	})
}
