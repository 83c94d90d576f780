package desk_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"millwright/internal/erp/mrp"
	"millwright/internal/erp/mrp/desk"
	"millwright/internal/erp/mrp/workday"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// monday is 2026-11-30.
const monday plant.Date = 20787

func date(t testing.TB, text string) plant.Date {
	t.Helper()
	d, err := plant.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func stand(t testing.TB, f desk.Facts) *desk.Standing {
	t.Helper()
	s, err := desk.Stand(f, workday.New(monday, nil))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// bottles are made of a blank and a cap; the cap takes eight days to buy.
func bottles() desk.Facts {
	return desk.Facts{
		Items: []desk.Item{
			{ID: 1, Number: "BOTTLE", Make: true, Method: desk.ByPlan, Lead: 1, OnHand: plant.Pieces(40)},
			{ID: 2, Number: "BLANK", Method: desk.ByPlan, Lead: 3, OnHand: plant.Pieces(1000)},
			{ID: 3, Number: "CAP", Method: desk.ByPlan, Lead: 8, OnHand: plant.Pieces(100)},
		},
		Parts: []desk.Part{{Parent: 1, Child: 2, Per: mrp.Ratio{Num: 1, Den: 1}}, {Parent: 1, Child: 3, Per: mrp.Ratio{Num: 1, Den: 1}}},
		Wants: []desk.Want{{Item: 1, Date: monday + 2, Quantity: plant.Pieces(30), Ordered: plant.Pieces(30), Document: "sales/1", Line: 10, Text: "SO-000001/10"}},
	}
}

func TestDatesAndWorkingDays(t *testing.T) {
	if monday.String() != "2026-11-30" {
		t.Fatal(monday)
	}
	c := workday.New(monday, nil)
	for _, x := range []struct {
		date          plant.Date
		before, after mrp.Day
	}{{monday, 0, 0}, {monday - 1, -1, 0}, {monday - 3, -1, -1}, {monday + 4, 4, 4}, {monday + 5, 4, 5}, {monday + 7, 5, 5}} {
		if b, a := c.Before(x.date), c.After(x.date); b != x.before || a != x.after {
			t.Errorf("%s is %d and %d, want %d and %d", x.date, b, a, x.before, x.after)
		}
	}
	for d := mrp.Day(-400); d < 3000; d += 7 {
		if got := c.Before(c.Date(d)); got != d {
			t.Errorf("day %d is %s, which is %d", d, c.Date(d), got)
		}
	}
	closed := workday.New(monday, func(plant.Date) bool { return false })
	if closed.Date(5) != monday+7 {
		t.Error("a plant that never works is not planned by the week")
	}
	if c := workday.New(monday+5, nil); c.Date(0) != monday+7 || c.Before(monday+5) != -1 {
		t.Errorf("on a Saturday day 0 is %s", c.Date(0))
	}
}

func TestWhenFiveHundredCanBeThere(t *testing.T) {
	a, err := stand(t, bottles()).Promise(1, plant.Pieces(500), monday)
	if err != nil {
		t.Fatal(err)
	}
	// ten are free, the caps for 490 take eight days, and a day is spent making them
	if a.Free != plant.Pieces(10) || a.FreeOn != 0 || a.Capable != date(t, "2026-12-11") || a.Wait.Item != 3 || !slices.Equal(a.Wait.Path, []int64{1, 3}) || a.Assuming {
		t.Errorf("%+v", a)
	}
	f := bottles()
	f.Coming = []desk.Coming{{Item: 3, Date: monday + 3, Quantity: plant.Pieces(1000), Document: "purchase/4", Line: 10, Text: "PO-000004/10"}}
	a, err = stand(t, f).Promise(1, plant.Pieces(500), monday)
	if err != nil || a.Capable != monday+4 || a.Wait.Order != "PO-000004/10" {
		t.Errorf("%+v %v", a, err)
	}
	a, err = stand(t, bottles()).Promise(1, plant.Pieces(10), monday)
	if err != nil || a.Capable != monday || a.FreeOn != monday {
		t.Errorf("%+v %v", a, err)
	}
	for kind, ask := range map[errs.Kind][2]int64{errs.NotFound: {9, 1}, errs.Invalid: {1, -1}} {
		if _, err := stand(t, bottles()).Promise(ask[0], plant.Pieces(ask[1]), monday); errs.KindOf(err) != kind {
			t.Errorf("%v: %v", ask, err)
		}
	}
}

func TestNobodyGetsHisLaterByAPromise(t *testing.T) {
	f := bottles()
	f.Wants[0].Date = monday + 3 // 30 of the 40 are his, on Thursday
	a, err := stand(t, f).Promise(1, plant.Pieces(140), monday)
	if err != nil || a.Capable < date(t, "2026-12-10") {
		t.Errorf("%+v %v", a, err)
	}
}

func TestAReorderPointAndAMaximum(t *testing.T) {
	f := desk.Facts{Items: []desk.Item{
		{ID: 1, Number: "SCREW", Method: desk.ByPoint, Point: plant.Pieces(14), Lot: mrp.Lot{Rule: mrp.Fixed, Quantity: plant.Pieces(3)}, Lead: 2},
		{ID: 2, Number: "NUT", Method: desk.ByPoint, Point: plant.Pieces(14), Lot: mrp.Lot{Rule: mrp.Fixed, Quantity: plant.Pieces(10)}},
		{ID: 3, Number: "OIL", Method: desk.ByPoint, Point: plant.Pieces(5), OnHand: plant.Pieces(4), Lot: mrp.Lot{Rule: mrp.UpTo, Quantity: plant.Pieces(20)}},
		{ID: 4, Number: "GLUE", Method: desk.ByPoint, Point: plant.Pieces(5), OnHand: plant.Pieces(6)},
		{ID: 5, Number: "CARD", Method: desk.ByKanban},
	}, Wants: []desk.Want{{Item: 5, Date: monday, Quantity: plant.One}}}
	var got []string
	for _, m := range stand(t, f).Messages() {
		got = append(got, m.Action+" "+m.Quantity.String()+" "+m.To.String()+": "+m.Reason)
	}
	want := []string{
		"order 15 2026-12-02: stock and orders are 0, and the reorder point is 14",
		"order 20 2026-11-30: stock and orders are 0, and the reorder point is 14",
		"order 16 2026-11-30: stock and orders are 4, and the reorder point is 5",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestOrdersConsumeTheForecast(t *testing.T) {
	f := bottles()
	f.Items[0].OnHand = 0
	f.Forecast = []desk.Forecast{
		{ID: 1, Item: 1, From: monday - 14, To: monday, Quantity: plant.Pieces(500)}, // over
		{ID: 2, Item: 1, From: monday, To: monday + 7, Quantity: plant.Pieces(100)},
		{ID: 3, Item: 1, From: monday + 7, To: monday + 14, Quantity: plant.Pieces(60)},
	}
	_, rows := stand(t, f).Rows(1)
	var gross []string
	for _, r := range rows {
		if r.Gross > 0 {
			gross = append(gross, r.Date.String()+" "+r.Gross.String())
		}
	}
	if want := []string{"2026-11-30 70", "2026-12-02 30", "2026-12-07 60"}; !slices.Equal(gross, want) {
		t.Errorf("%v", gross)
	}
}

func TestEveryNumberIsTraced(t *testing.T) {
	f := bottles()
	f.Wants[0].Quantity = plant.Pieces(200)
	s := stand(t, f)
	caps := s.Ties(3)
	if len(caps) != 2 || caps[0].By.Text != "planned order of BOTTLE" || caps[0].From.Kind != "stock" || caps[1].From.Kind != "plan" || caps[0].Quantity+caps[1].Quantity != plant.Pieces(160) {
		t.Errorf("%+v", caps)
	}
	for _, m := range s.Messages() {
		if w := s.Serves(m); len(w) != 1 || w[0].Document != "sales/1" || m.Reason == "" {
			t.Errorf("%+v serves %+v", m, w)
		}
	}
}

func TestAWhatIfTellsOnlyDifferences(t *testing.T) {
	s := stand(t, bottles())
	none, err := s.Suppose(desk.Change{Item: 1})
	if err != nil || len(none.Add)+len(none.Change)+len(none.Drop)+len(none.Late) > 0 {
		t.Errorf("%+v %v", none, err)
	}
	got, err := s.Suppose(desk.Change{Item: 1, Date: monday + 2, Demand: plant.Pieces(500)})
	if err != nil || len(got.Add) != 2 || len(got.Late) != 1 {
		t.Errorf("%+v %v", got, err)
	}
	for _, l := range got.Late {
		if l.After != date(t, "2026-12-11") {
			t.Errorf("%+v", l)
		}
	}
	lead := int64(1)
	if _, err := s.Suppose(desk.Change{Item: 9, Lead: &lead}); errs.KindOf(err) != errs.NotFound {
		t.Error(err)
	}
	if _, err := s.Suppose(desk.Change{Item: 1, Demand: -1}); errs.KindOf(err) != errs.Invalid {
		t.Error(err)
	}
	if before, after := len(bottles().Wants), len(s.Facts.Wants); before != after {
		t.Error("the what-if has changed what is planned")
	}
}

// draws a list; every message of one group may be there more than once.
func draw(t *rapid.T, name string) (all []desk.Message) {
	for range rapid.IntRange(0, 8).Draw(t, name) {
		m := desk.Message{
			Action: rapid.SampledFrom([]string{"order", "make", "defer"}).Draw(t, "action"), Item: rapid.Int64Range(1, 2).Draw(t, "item"),
			To: plant.Date(rapid.IntRange(1, 3).Draw(t, "to")), Quantity: plant.Quantity(rapid.IntRange(1, 2).Draw(t, "quantity")),
		}
		if m.Action == "defer" {
			m.Document = "purchase/1"
		}
		all = append(all, m)
	}
	return all
}

func TestADifferenceIsTheLeastThatMakesOneListTheOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kept, now := draw(t, "kept"), draw(t, "now")
		for i := range kept {
			kept[i].ID = int64(i) + 1
			kept[i].Why = "said"
		}
		d := desk.Compare(kept, now)
		list := map[int64]desk.Message{}
		for _, m := range kept {
			list[m.ID] = m
		}
		for _, id := range d.Drop {
			delete(list, id)
		}
		for _, m := range d.Change {
			if list[m.ID].ID == 0 || m.Why != "said" {
				t.Fatalf("%+v changes what is not there, or forgets what was said", m)
			}
			list[m.ID] = m
		}
		for i, m := range d.Add {
			m.ID = int64(100 + i)
			list[m.ID] = m
		}
		var is []desk.Message
		for _, m := range list {
			is = append(is, m)
		}
		if again := desk.Compare(is, now); len(again.Add)+len(again.Change)+len(again.Drop) > 0 {
			t.Fatalf("the second time %+v", again)
		}
		if len(is) != len(now) {
			t.Fatalf("%d of %d", len(is), len(now))
		}
	})
}

func TestWhatIsSetAsideIsPromisedToNobodyElse(t *testing.T) {
	for kept, want := range map[int64]int64{0: 40, 30: 10} {
		f := bottles()
		f.Wants[0].Date, f.Wants[0].Kept = monday+7, plant.Pieces(kept)
		f.Coming = []desk.Coming{{Item: 1, Date: monday + 3, Quantity: plant.Pieces(40), Document: "work/4", Text: "WO-000004"}}
		a, err := stand(t, f).Promise(1, plant.Pieces(5), monday)
		if err != nil || a.Free != plant.Pieces(want) {
			t.Errorf("with %d set aside %s are free, want %d: %v", kept, a.Free, want, err)
		}
	}
}

func TestWhatIsReorderedIsPromisedByItsLeadTime(t *testing.T) {
	f := desk.Facts{
		Items: []desk.Item{
			{ID: 1, Number: "SCREW", Method: desk.ByPoint, Point: plant.Pieces(14), Lead: 3, OnHand: plant.Pieces(40)},
			{ID: 2, Number: "CARD", Method: desk.ByKanban, Lead: 2},
			{ID: 3, Number: "GIFT", Method: desk.ByNone, OnHand: plant.Pieces(5)},
		},
		Wants:  []desk.Want{{Item: 1, Date: monday + 1, Quantity: plant.Pieces(30), Document: "sales/1", Line: 10, Text: "SO-000001/10"}},
		Coming: []desk.Coming{{Item: 1, Date: monday + 2, Quantity: plant.Pieces(20), Document: "purchase/4", Line: 10, Text: "PO-000004/10"}},
	}
	s := stand(t, f)
	for _, c := range []struct {
		item, quantity, free int64
		freeOn, capable      plant.Date
		waits                int64
	}{
		{1, 10, 10, monday, monday, 0},
		{1, 30, 10, monday + 2, monday + 2, 1},
		{1, 31, 10, 0, monday + 3, 1},
		{2, 1, 0, 0, monday + 2, 2},
	} {
		a, err := s.Promise(c.item, plant.Pieces(c.quantity), monday)
		if err != nil || a.Free != plant.Pieces(c.free) || a.FreeOn != c.freeOn || a.Capable != c.capable || a.Wait.Item != c.waits || a.Assuming {
			t.Errorf("%+v: %+v %v", c, a, err)
		}
	}
	if _, err := s.Promise(3, plant.One, monday); errs.KindOf(err) != errs.Invalid {
		t.Errorf("%v", err)
	}
}
