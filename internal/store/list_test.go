package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"millwright/internal/erp/register"
	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// itemsIn puts n items into a database, many of which have names and costs in common.
func itemsIn(t testing.TB, db storetest.Database, n int) {
	t.Helper()
	query := `
		INSERT INTO item (id, number, folded, name, kind, unit, tracking, shelf_days, valuation, standard_cost, product, barcode, phantom, note, lead_days, safety, safety_days,
		       fence_days, lot_rule, lot_quantity, lot_min, lot_max, lot_multiple, lot_days, yield_num, yield_den, reorder_method, reorder_point, supplier, version, retired, made_id, made_name)
		WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < ` + fmt.Sprint(n) + `)
		SELECT n, 'I-' || CAST(n * 7919 % 1000003 AS TEXT), 'i-' || CAST(n * 7919 % 1000003 AS TEXT), 'Part ' || CAST(n % 17 AS TEXT),
		       CASE WHEN n % 3 = 0 THEN 'make' ELSE 'buy' END, 'H87', 'none', 0, 'fifo', n % 11 * 1500000, '', '', FALSE, '', n % 5, 0, 0,
		       0, 'lot for lot', 0, 0, 0, 0, 0, 1, 1, 'mrp', 0, 0, 1, n % 10 = 0, 1, 'anna'
		  FROM series`
	db.Exec(query)
}

func definition(t testing.TB, book register.Book, name string) register.Definition {
	t.Helper()
	for _, d := range book.Definitions() {
		if d.Name == name {
			return d
		}
	}
	t.Fatalf("there is no list %s", name)
	return register.Definition{}
}

// TestPagesTogetherAreTheWholeList turns the pages of lists that are asked for at random, forwards and back again: they
// are the rows that one long page has, in its order, each once.
func TestPagesTogetherAreTheWholeList(t *testing.T) {
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		s := db.Open()
		itemsIn(t, db, 90)
		book := s.Lists()
		d := definition(t, book, "items")
		page := func(rt *rapid.T, a register.Ask) register.Page {
			if err := a.Check(d); err != nil {
				rt.Fatal(err)
			}
			p, err := book.Page(t.Context(), d, a, time.UTC)
			if err != nil {
				rt.Fatal(err)
			}
			return p
		}
		rapid.Check(t, func(rt *rapid.T) {
			a := register.Ask{
				Sort:   rapid.SampledFrom([]string{"number", "-number", "name", "-name"}).Draw(rt, "sort"),
				Search: rapid.SampledFrom([]string{"", "I-1", "part 1", "nothing"}).Draw(rt, "search"),
				Limit:  1000,
			}
			for _, f := range []string{"kind=make", "name=Part 3|Part 4", "cost>=3", "cost<=4.5", "name~art 1", "state=retired", "number>=I-5"} {
				if rapid.Bool().Draw(rt, f) && len(a.Filters) < 2 {
					one, err := register.ParseFilter(d, f, time.UTC)
					if err != nil {
						rt.Fatal(err)
					}
					a.Filters = append(a.Filters, one)
				}
			}
			whole := page(rt, a)
			if whole.Next != "" || whole.Total != len(whole.Rows) {
				rt.Fatalf("%d rows of %d, next %q", len(whole.Rows), whole.Total, whole.Next)
			}
			a.Limit = rapid.IntRange(1, 40).Draw(rt, "limit")
			var forwards, back []int64
			var last register.Page
			for a.Cursor = ""; ; a.Cursor = last.Next {
				last = page(rt, a)
				forwards = append(forwards, ids(last)...)
				if last.Next == "" {
					break
				}
			}
			for back = ids(last); last.Back != ""; back = append(ids(last), back...) {
				a.Cursor = last.Back
				last = page(rt, a)
			}
			if want := ids(whole); !slices.Equal(forwards, want) || !slices.Equal(back, want) {
				rt.Fatalf("%+v:\nforwards %v\nback     %v\nwant     %v", a, forwards, back, want)
			}
		})
	})
}

func ids(p register.Page) (all []int64) {
	for _, r := range p.Rows {
		all = append(all, r.ID)
	}
	return all
}

// TestALongListIsLookedThroughInParts looks for what stands in few rows of a list that is too long to be read at once.
func TestALongListIsLookedThroughInParts(t *testing.T) {
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		s := db.Open()
		itemsIn(t, db, 41_000)
		db.Exec("UPDATE item SET name = 'The one' WHERE number = (SELECT MAX(number) FROM item)")
		book := s.Lists()
		d := definition(t, book, "items")
		ask := func(a register.Ask, filters ...string) register.Page {
			t.Helper()
			for _, f := range filters {
				one, err := register.ParseFilter(d, f, time.UTC)
				must(t, err)
				a.Filters = append(a.Filters, one)
			}
			must(t, a.Check(d))
			p, err := book.Page(t.Context(), d, a, time.UTC)
			must(t, err)
			return p
		}
		if p := ask(register.Ask{}); p.Total != register.Enough+1 || len(p.Rows) != 50 || p.Next == "" || p.Back != "" {
			t.Errorf("of all: %d rows of %d, next %q", len(p.Rows), p.Total, p.Next)
		}
		p := ask(register.Ask{}, "name~the one")
		if len(p.Rows) != 0 || p.Looked != 10_000 || p.Next == "" || p.Total != -1 {
			t.Fatalf("the first part: %d rows, %d looked through, total %d", len(p.Rows), p.Looked, p.Total)
		}
		for n := 0; len(p.Rows) == 0 && n < 5; n++ {
			p = ask(register.Ask{Cursor: p.Next}, "name~the one")
		}
		if len(p.Rows) != 1 || p.Next != "" || p.Back == "" {
			t.Errorf("the last part: %d rows, next %q", len(p.Rows), p.Next)
		}
		if p := ask(register.Ask{Search: "i-7919"}); len(p.Rows) == 0 || p.Total != len(p.Rows) || !strings.HasPrefix(p.Rows[0].Cells[0].Text, "I-7919") {
			t.Errorf("a number by how it begins: %d of %d", len(p.Rows), p.Total)
		}
		if p := ask(register.Ask{Sort: "-name"}, "number>=I-99"); p.Total < 1 || p.Total > register.Enough || p.Rows[0].Cells[1].Text != "The one" {
			t.Errorf("few by an index, in another order: %d", p.Total)
		}
	})
}

func TestNothingIsAskedOfAListThatItDoesNotKnow(t *testing.T) {
	d := definition(t, storetest.SQLite(t).Open().Lists(), "items")
	for words, a := range map[string]register.Ask{
		"no column":            {Columns: []string{"number", "hash"}},
		"named twice":          {Columns: []string{"number", "number"}},
		"cannot be ordered by": {Sort: "unit"},
		"ordered by \"1;":      {Sort: "1; DROP TABLE item"},
		"1 to 1000 rows":       {Limit: 100_000},
		"is a number":          {Filters: []register.Filter{{Key: "cost", Op: register.Contains, Words: []string{"1"}}}},
		"is none of Kind":      {Filters: []register.Filter{{Key: "kind", Op: register.Is, Words: []string{"gift"}}}},
		"fewer words":          {Search: strings.Repeat("x", 300)},
	} {
		if err := a.Check(d); errs.KindOf(err) != errs.Invalid || !strings.Contains(err.Error(), words) {
			t.Errorf("%s: %v", words, err)
		}
	}
	for _, f := range []string{"", "=", "number", "hash=1", "cost=1e30", "cost=x", "cost~1", "lead=1.5", "number!A", "cost>1"} {
		one, err := register.ParseFilter(d, f, time.UTC)
		a := register.Ask{Filters: []register.Filter{one}}
		if err == nil {
			err = a.Check(d)
		}
		if errs.KindOf(err) != errs.Invalid {
			t.Errorf("%q: %+v %v", f, one, err)
		}
	}
	if _, err := register.ParseCursor("bm9uc2Vuc2U", "number"); errs.KindOf(err) != errs.Invalid {
		t.Error(err)
	}
}

func TestViewsAreOnesOwnOrShared(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.Store) {
		ctx, s := t.Context(), open()
		book := s.Lists()
		otto, mara := plant.Person{ID: 7, Name: "Otto", Role: plant.Viewer}, plant.Person{ID: 8, Name: "Mara", Role: plant.Manager}
		own, err := book.SaveView(ctx, register.View{List: "items", Name: "Dear", Query: "filter=cost%3E%3D100", First: true}, otto)
		must(t, err)
		_, err = book.SaveView(ctx, register.View{List: "items", Name: "Made here", Query: "filter=kind%3Dmake", Shared: true, First: true}, otto)
		must(t, err)
		again, err := book.SaveView(ctx, register.View{List: "items", Name: "DEAR", Query: "filter=cost%3E%3D200"}, otto)
		must(t, err)
		if again.ID != own.ID {
			t.Error("a view of the same name is another one")
		}
		mine, err := book.Views(ctx, "items", otto)
		must(t, err)
		if len(mine) != 2 || mine[0].Query != "filter=cost%3E%3D200" || mine[0].First || !mine[1].First {
			t.Errorf("%+v", mine)
		}
		theirs, err := book.Views(ctx, "items", mara)
		must(t, err)
		if len(theirs) != 1 || theirs[0].Name != "Made here" || theirs[0].Owner.Name != "Otto" {
			t.Errorf("%+v", theirs)
		}
		wantKind(t, book.DropView(ctx, own.ID, mara), errs.NotFound)
		wantKind(t, book.DropView(ctx, theirs[0].ID, plant.Person{ID: 9, Name: "Vera", Role: plant.Viewer}), errs.Forbidden)
		must(t, book.DropView(ctx, theirs[0].ID, mara))
		must(t, book.DropView(ctx, own.ID, otto))
		if _, err := book.SaveView(ctx, register.View{List: "items"}, otto); errs.KindOf(err) != errs.Invalid {
			t.Error(err)
		}
		sound(t, s)
	})
}

// BenchmarkListPage asks for pages of a list of 300,000 rows in each of the ways in which they are found.
func BenchmarkListPage(b *testing.B) {
	for name, make := range onBoth {
		db := make(b)
		s := db.Open()
		itemsIn(b, db, 300_000)
		db.Exec("ANALYZE")
		book := s.Lists()
		d := definition(b, book, "items")
		for what, a := range map[string]register.Ask{
			"first": {}, "by name": {Sort: "-name"}, "number": {Search: "I-7919"}, "words nowhere": {Search: "zebra"}, "kind": {Filters: []register.Filter{{Key: "kind", Op: register.Is, Words: []string{"make"}}}},
			"few in another order": {Sort: "-name", Filters: []register.Filter{{Key: "number", Op: register.From, Words: []string{"I-99"}}}},
		} {
			must(b, a.Check(d))
			b.Run(name+"/"+what, func(b *testing.B) {
				for b.Loop() {
					_, err := book.Page(b.Context(), d, a, time.UTC)
					must(b, err)
				}
			})
		}
	}
}

// movesIn puts n moves of 500 items into a database, each posted by itself.
func movesIn(t testing.TB, db storetest.Database, n int) {
	t.Helper()
	itemsIn(t, db, 500)
	series := "WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < " + fmt.Sprint(n) + ") "
	db.Exec("INSERT INTO lot (id, item, number, serial, supplier, supplier_lot, state, why, by_id, by_name, by_role, came_at, version) " +
		"WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < 500) SELECT n, n, 'L-' || CAST(n % 9 AS TEXT), FALSE, 0, '', 'free', '', 0, '', 'manager', 1, 1 FROM series")
	db.Exec("INSERT INTO stock_posting (first_move, last_move, digest, at, posted_at, who_id, who_name, who_role, why) " + series +
		"SELECT n, n, '', n, n, 1, 'anna', 'manager', '' FROM series")
	db.Exec("INSERT INTO stock_move (number, posting, item, revision, lot, serial, from_place, to_place, qty, kind, document, source, at, value, cost) " + series +
		"SELECT n, n, 1 + n % 500, '', 'L-' || CAST((1 + n % 500) % 9 AS TEXT), '', 1, 10, 1000000, 'receipt', 'purchase/' || CAST(n AS TEXT), 'order', n, 1, 1 FROM series")
}

func TestMovesOfAnItemAndALotAreFound(t *testing.T) {
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		s := db.Open()
		movesIn(t, db, 2000)
		d := definition(t, s.Lists(), "moves")
		for filters, want := range map[string]int{"item=I-7919": 4, "item=I-7919,lot=L-1": 4, "item=I-7919,lot=L-2": 0, "lot=L-1": 224, "item=I-7919|I-15838": 8, "document=purchase/7": 1, "item=I-7919,number>=1000": 3, "serial=L-1": 0} {
			var a register.Ask
			for f := range strings.SplitSeq(filters, ",") {
				one, err := register.ParseFilter(d, f, time.UTC)
				must(t, err)
				a.Filters = append(a.Filters, one)
			}
			must(t, a.Check(d))
			p, err := s.Lists().Page(t.Context(), d, a, time.UTC)
			must(t, err)
			if p.Total != want || len(p.Rows) != min(want, 50) {
				t.Errorf("%s: %d rows of %d, want %d", filters, len(p.Rows), p.Total, want)
			}
		}
	})
}

// TestWhatBeginsAnOldNumberIsFound looks in a ledger that is too long to be read at once for lots, items and orders.
func TestWhatBeginsAnOldNumberIsFound(t *testing.T) {
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		s := db.Open()
		movesIn(t, db, 41_000)
		o, err := s.Works().Create(t.Context(), workorder.Order{Item: 3, Quantity: plant.One, Begin: 20000, Due: 20005}, workorder.Doing{By: anna, Why: "test"})
		must(t, err)
		db.Exec(fmt.Sprintf("UPDATE stock_move SET document = 'work/%d' WHERE number = 5", o.ID))
		db.Exec("UPDATE stock_move SET lot = 'Old-1' WHERE number = 7")
		db.Exec("UPDATE lot SET number = 'Old-1' WHERE item = 8")
		d := definition(t, s.Lists(), "moves")
		for search, want := range map[string]int{
			"purchase/77": 111, "I-7919": 3 * 82, "i-7919": 3 * 82, strings.ToLower(o.Number): 1, o.Number: 1, fmt.Sprintf("work/%d", o.ID): 1, "Old": 1, "L-1": -1, "I-": -1, "zebra": -1,
		} {
			a := register.Ask{Search: search}
			must(t, a.Check(d))
			p, err := s.Lists().Page(t.Context(), d, a, time.UTC)
			must(t, err)
			if p.Total != want && (want >= 0 || p.Looked == 0 && len(p.Rows) != 50) {
				t.Errorf("%s: %d rows of %d, %d looked through, want %d", search, len(p.Rows), p.Total, p.Looked, want)
			}
		}
	})
}

// BenchmarkMovesPage asks for pages of the ledger of material.
func BenchmarkMovesPage(b *testing.B) {
	for name, make := range onBoth {
		db := make(b)
		s := db.Open()
		movesIn(b, db, 200_000)
		book := s.Lists()
		d := definition(b, book, "moves")
		for what, a := range map[string]register.Ask{
			"first": {}, "words nowhere": {Search: "zebra"}, "of an item": {Filters: []register.Filter{{Key: "item", Op: register.Is, Words: []string{"I-7919"}}}},
			"of a lot": {Filters: []register.Filter{{Key: "item", Op: register.Is, Words: []string{"I-7919"}}, {Key: "lot", Op: register.Is, Words: []string{"L-1"}}}},
		} {
			must(b, a.Check(d))
			b.Run(name+"/"+what, func(b *testing.B) {
				for b.Loop() {
					_, err := book.Page(b.Context(), d, a, time.UTC)
					must(b, err)
				}
			})
		}
	}
}
