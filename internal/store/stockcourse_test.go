package store_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"millwright/internal/erp/costing"
	"millwright/internal/erp/stock"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
	"millwright/migrations"
)

// TestTheStockIsWorthWhatItsMovesSay posts more moves at random than lie between two kept sums, with landed costs and
// methods that change, and values the stock after any of them: always by the whole ledger, too.
func TestTheStockIsWorthWhatItsMovesSay(t *testing.T) {
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		s, ctx, r := db.Open(), t.Context(), rand.New(rand.NewPCG(rand.Uint64(), 1))
		const items = 5
		for id := range int64(items) {
			goods(t, db, id+1, "none", []string{"fifo", "average", "standard"}[id%3], 7)
		}
		last := int64(0)
		for last < 34_000 {
			var moves []stock.Move
			for range 3500 {
				id := 1 + r.Int64N(items)
				if moves = append(moves, bought(id, 1+r.Int64N(9), 1+r.Int64N(900))); r.IntN(2) == 0 {
					moves = append(moves, sold(id, 1))
				}
			}
			p := post(t, s, moves...)
			last = p.Last
			if r.IntN(2) == 0 {
				_, err := s.Accounts().Land(ctx, costing.Landing{Receipt: p.First, Cost: 77 * plant.Currency, By: anna, Why: "freight"})
				must(t, err)
			}
			_, err := db.Raw().ExecContext(ctx, fmt.Sprintf("UPDATE item SET standard_cost = %d, valuation = '%s' WHERE id = %d",
				r.Int64N(20_000_000), []string{"fifo", "average", "standard"}[r.IntN(3)], 1+r.Int64N(items)))
			must(t, err)
		}
		proven(t, s)
		at := []int64{1, 16_383, 16_384, 16_385, 32_767, 32_768, last - 1, last, last + 1, 1 << 40}
		for range 5 {
			at = append(at, 1+r.Int64N(last))
		}
		for _, n := range at {
			agrees(t, s, db, costing.Moment{Number: n}, n)
		}
		agrees(t, s, db, costing.Moment{}, last)
		agrees(t, s, db, costing.Moment{At: time.Now().Add(time.Hour)}, last)
		agrees(t, s, db, costing.Moment{At: time.Now().Add(-time.Hour)}, 0)

		text, err := migrations.Files.ReadFile("0160_stock_course.sql")
		must(t, err)
		for _, sql := range append([]string{"DELETE FROM stock_course", "DELETE FROM stock_total"}, regexp.MustCompile(`(?s)INSERT [^;]+`).FindAllString(string(text), -1)...) {
			_, err := db.Raw().ExecContext(ctx, sql)
			must(t, err)
		}
		proven(t, s)
	})
}

// agrees compares what the stock was worth after a move with all moves until then.
func agrees(t *testing.T, s *store.Store, db storetest.Database, m costing.Moment, number int64) {
	t.Helper()
	type worth struct{ item, qty, value int64 }
	var want, got []worth
	rows, err := db.Raw().QueryContext(t.Context(), fmt.Sprintf(`
		SELECT item, CAST(SUM(qty) AS BIGINT), CAST(SUM(value) AS BIGINT)
		  FROM (SELECT item, CASE WHEN from_place < 10 THEN qty ELSE -qty END AS qty, value FROM stock_move WHERE number <= %d
		        UNION ALL SELECT item, 0, gain FROM value_entry WHERE after <= %d) x
		 GROUP BY item HAVING SUM(qty) <> 0 OR SUM(value) <> 0 ORDER BY item`, number, number))
	must(t, err)
	defer func() { _ = rows.Close() }()
	sum := int64(0)
	for rows.Next() {
		var w worth
		must(t, rows.Scan(&w.item, &w.qty, &w.value))
		want, sum = append(want, w), sum+w.value
	}
	must(t, rows.Err())
	all, err := s.Accounts().Valuation(t.Context(), m)
	must(t, err)
	for _, w := range all {
		got = append(got, worth{w.Item, int64(w.Quantity), int64(w.Value)})
	}
	slices.SortFunc(got, func(a, b worth) int { return int(a.item - b.item) })
	if !slices.Equal(got, want) {
		t.Errorf("after move %d: %v, and by all moves %v", number, got, want)
	}
	sheet, err := s.Accounts().Sheet(t.Context(), m, "")
	must(t, err)
	if !slices.Equal(sheet.Rows, all) || int64(sheet.Value) != sum || sheet.Next != "" || m == (costing.Moment{}) && int(sheet.Items) != len(all) {
		t.Errorf("after move %d: %+v, and of all items %+v, %d", number, sheet, all, sum)
	}
}

// TestTheSheetOfTheStockIsReadPageByPage has more items than a page, of which some have no stock.
func TestTheSheetOfTheStockIsReadPageByPage(t *testing.T) {
	eachWithGoods(t, func(t *testing.T, s *store.Store, db storetest.Database) {
		var moves []stock.Move
		raw := db.Raw()
		for id := range int64(1500) {
			goodsIn(t, raw, 1000+id, "none", "fifo", 0)
			if id < 250 || id > 1480 {
				moves = append(moves, bought(1000+id, 1, 2))
			}
		}
		post(t, s, moves...)
		for _, m := range []costing.Moment{{}, {Number: 1 << 40}} {
			n, sum := 0, plant.Money(0)
			for after, pages := "", 1; ; pages++ {
				sheet, err := s.Accounts().Sheet(t.Context(), m, after)
				must(t, err)
				for _, w := range sheet.Rows {
					n, sum = n+1, sum+w.Value
				}
				if len(sheet.Rows) > 200 || pages > 5 || sheet.Value != plant.Money(len(moves)*2)*plant.Currency {
					t.Fatalf("page %d has %d rows, and all is worth %s", pages, len(sheet.Rows), sheet.Value)
				}
				if after = sheet.Next; after == "" {
					break
				}
			}
			if n != len(moves) || sum != plant.Money(len(moves)*2)*plant.Currency {
				t.Errorf("%d items worth %s", n, sum)
			}
		}
	})
}

// TestWhatTheStockIsWorthIsLedToByIndexes asks SQLite how it finds what a page of the stock's value tells.
func TestWhatTheStockIsWorthIsLedToByIndexes(t *testing.T) {
	s := storetest.SQLite(t).Open()
	for _, m := range []costing.Moment{{}, {Number: 77}, {At: time.Now()}} {
		plans, err := s.Ways(t.Context(), func() error { _, err := s.Accounts().Sheet(t.Context(), m, "a"); return err })
		must(t, err)
		for _, p := range plans {
			if len(plans) == 0 || regexp.MustCompile(`(?m)^SCAN (m|c|e|v|i|stock_move|stock_posting|value_entry|stock_value)\b`).MatchString(p) || strings.Contains(p, "TEMP B-TREE FOR ORDER BY\n") {
				t.Errorf("%+v reads a whole ledger:\n%s", m, p)
			}
		}
	}
}
