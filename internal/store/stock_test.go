package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"millwright/internal/erp/stock"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// goods puts an item into the database by hand, as the ledger reads it.
func goods(t testing.TB, db storetest.Database, id int64, tracking, valuation string, standard int64) {
	t.Helper()
	goodsIn(t, db.Raw(), id, tracking, valuation, standard)
}

func goodsIn(t testing.TB, db *sql.DB, id int64, tracking, valuation string, standard int64) {
	t.Helper()
	_, err := db.ExecContext(context.Background(), fmt.Sprintf(`
		INSERT INTO item (id, number, folded, name, kind, unit, tracking, shelf_days, valuation, standard_cost, product, barcode, phantom, note,
		                  lead_days, safety, safety_days, fence_days, lot_rule, lot_quantity, lot_min, lot_max, lot_multiple, lot_days, yield_num, yield_den,
		                  reorder_method, reorder_point, supplier, version, retired, made_id, made_name)
		VALUES (%d, 'I-%d', 'i-%d', 'Item %d', 'both', 'C62', '%s', 0, '%s', %d, '', '', FALSE, '', 0, 0, 0, 0, 'lot for lot', 0, 0, 0, 0, 0, 1, 1, 'none', 0, 0, 1, FALSE, 0, '')`,
		id, id, id, id, tracking, valuation, standard*int64(plant.Currency)))
	must(t, err)
}

// eachWithGoods runs a test on both databases, with items 1 FIFO, 2 average, 3 standard, 4 by lots, 5 by serials.
func eachWithGoods(t *testing.T, f func(t *testing.T, s *store.Store, db storetest.Database)) {
	for name, open := range onBoth {
		t.Run(name, func(t *testing.T) {
			db := open(t)
			s := db.Open()
			goods(t, db, 1, "none", "fifo", 0)
			goods(t, db, 2, "none", "average", 0)
			goods(t, db, 3, "none", "standard", 10)
			goods(t, db, 4, "lot", "fifo", 0)
			goods(t, db, 5, "serial", "average", 7)
			f(t, s, db)
		})
	}
}

func pieces(n int64) plant.Quantity { return plant.Pieces(n) }

func money(n int64) *plant.Money {
	m := plant.Money(n) * plant.Currency
	return &m
}

func move(item, from, to, n int64) stock.Move {
	return stock.Move{Item: item, From: from, To: to, Quantity: pieces(n), Source: "person"}
}

func bought(item, n, paid int64) stock.Move {
	m := move(item, stock.Supplier, stock.Warehouse, n)
	m.Paid = money(paid)
	return m
}

func sold(item, n int64) stock.Move { return move(item, stock.Warehouse, stock.Customer, n) }

func ofLot(m stock.Move, lot string) stock.Move {
	m.Lot = lot
	return m
}

func post(t testing.TB, s *store.Store, moves ...stock.Move) stock.Posted {
	t.Helper()
	done, err := s.Stock().Post(context.Background(), stock.Posting{By: anna, Moves: moves})
	must(t, err)
	return done
}

// unmoved posts what must be refused with words.
func unmoved(t testing.TB, s *store.Store, words string, moves ...stock.Move) {
	t.Helper()
	before := standing(t, s, moves[0].Item)
	_, err := s.Stock().Post(context.Background(), stock.Posting{By: anna, Moves: moves})
	if err == nil || !strings.Contains(err.Error(), words) || errs.KindOf(err) == errs.Internal {
		t.Errorf("got %v, want a refusal with %q", err, words)
	}
	if now := standing(t, s, moves[0].Item); now != before {
		t.Errorf("it was refused, and changed the stock from %+v to %+v", before, now)
	}
}

func standing(t testing.TB, s *store.Store, item int64) stock.Standing {
	t.Helper()
	all, err := s.Stock().OnHand(context.Background(), item)
	must(t, err)
	return all[0]
}

func TestMaterialMovesOnce(t *testing.T) {
	eachWithGoods(t, func(t *testing.T, s *store.Store, _ storetest.Database) {
		ctx := t.Context()
		p := stock.Posting{Key: "k1", By: anna, Why: "delivery 7", Moves: []stock.Move{bought(1, 10, 100), bought(2, 4, 4)}}
		first, err := s.Stock().Post(ctx, p)
		must(t, err)
		again, err := s.Stock().Post(ctx, p)
		must(t, err)
		if !again.Again || again.First != first.First || again.Last != first.Last || len(again.Moves) != 2 || first.First != 1 || first.Last != 2 {
			t.Errorf("%+v, then %+v", first, again)
		}
		p.Moves = p.Moves[:1]
		_, err = s.Stock().Post(ctx, p)
		wantKind(t, err, errs.Invalid)
		next := post(t, s, sold(1, 3))
		if next.First != 3 || next.Moves[0].Kind != stock.Issue || next.Moves[0].Value != -30*plant.Currency {
			t.Errorf("%+v", next)
		}
		if now := standing(t, s, 1); now.OnHand != pieces(7) || now.Value != 70*plant.Currency || now.Available() != pieces(7) {
			t.Errorf("%+v", now)
		}
		unmoved(t, s, "there are 7 of I-1 at STOCK, and 8 cannot leave", sold(1, 8))
		all, err := s.Stock().Moves(ctx, stock.Search{Item: 1})
		must(t, err)
		there, err := s.Stock().Balances(ctx, stock.Shelf{Item: 1})
		must(t, err)
		if len(there) != 1 || there[0].Place != stock.Warehouse || there[0].Quantity != pieces(7) || there[0].Since != 1 {
			t.Errorf("%+v", there)
		}
		if len(all) != 2 || all[0].Kind != stock.Receipt || all[0].By.Name != "anna" || all[0].Why != "delivery 7" {
			t.Errorf("%+v", all)
		}
	})
}

func TestWhatCannotMoveIsRefused(t *testing.T) {
	eachWithGoods(t, func(t *testing.T, s *store.Store, _ storetest.Database) {
		post(t, s, bought(1, 5, 5), ofLot(bought(4, 5, 5), "L1"))
		serial := move(5, stock.Supplier, stock.Warehouse, 1)
		serial.Serial = "S1"
		post(t, s, serial)
		two := serial
		two.Quantity = pieces(2)
		backwards := sold(1, 1)
		backwards.Reverses = 99
		for words, m := range map[string]stock.Move{
			"there is no item 77":           sold(77, 1),
			"more than nothing":             sold(1, -1),
			"is beyond counting":            sold(1, 1<<40),
			"there is no place 88":          move(1, 88, stock.Customer, 1),
			"name the lot":                  sold(4, 1),
			"there is no lot L9 of I-4":     ofLot(sold(4, 1), "L9"),
			"leave them out":                ofLot(sold(1, 1), "L1"),
			"name the serial":               sold(5, 1),
			"a serial is one piece":         two,
			"is at STOCK already":           serial,
			"nothing goes from there":       move(1, stock.Supplier, stock.Customer, 1),
			"to another place":              move(1, stock.Warehouse, stock.Warehouse, 1),
			"there is no move 99 to take":   backwards,
			"nothing goes from there to th": move(1, stock.Scrapped, stock.Warehouse, 1),
		} {
			unmoved(t, s, words, m)
		}
		unmoved(t, s, "move 2: ", sold(1, 1), sold(1, 5))
		_, err := s.Stock().Post(t.Context(), stock.Posting{By: anna, At: time.Now().AddDate(0, 1, 0), Moves: []stock.Move{sold(1, 1)}})
		wantKind(t, err, errs.Invalid)
	})
}

func TestTheLastPieceGoesOnce(t *testing.T) {
	eachWithGoods(t, func(t *testing.T, s *store.Store, _ storetest.Database) {
		post(t, s, bought(1, 1, 1))
		var all sync.WaitGroup
		answers := make([]error, 4)
		for i := range answers {
			all.Go(func() {
				_, answers[i] = s.Stock().Post(context.Background(), stock.Posting{By: anna, Moves: []stock.Move{sold(1, 1)}})
			})
		}
		all.Wait()
		won := 0
		for _, err := range answers {
			if err == nil {
				won++
			} else if !strings.Contains(err.Error(), "there are 0 of I-1 at STOCK") {
				t.Error(err)
			}
		}
		if won != 1 {
			t.Errorf("%d won", won)
		}
	})
}

func TestTwoStorekeepersLoseNothing(t *testing.T) {
	const each = int64(60)
	eachWithGoods(t, func(t *testing.T, s *store.Store, _ storetest.Database) {
		var all sync.WaitGroup
		for w := range 2 {
			all.Go(func() {
				for i := range each {
					p := stock.Posting{Key: fmt.Sprint(w, "/", i), By: anna, Moves: []stock.Move{bought(2, 1, 3)}}
					if _, err := s.Stock().Post(context.Background(), p); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		if now := standing(t, s, 2); now.OnHand != pieces(2*each) || now.Value != plant.Money(2*each*3)*plant.Currency {
			t.Errorf("%+v", now)
		}
		moves, err := s.Stock().Moves(t.Context(), stock.Search{Newest: true, Limit: 1})
		must(t, err)
		if moves[0].Number != 2*each {
			t.Errorf("the last of %d moves has number %d", 2*each, moves[0].Number)
		}
	})
}

func TestALotOnHoldStays(t *testing.T) {
	eachWithGoods(t, func(t *testing.T, s *store.Store, _ storetest.Database) {
		ctx := t.Context()
		jail, err := s.Places().KeepPlace(ctx, stock.Place{Code: "Q-1", Name: "Quarantine", Parent: stock.Warehouse, Quarantine: true}, anna, "")
		must(t, err)
		bin, err := s.Places().KeepPlace(ctx, stock.Place{Code: "A-1", Parent: stock.Warehouse}, anna, "")
		must(t, err)
		post(t, s, ofLot(bought(4, 10, 20), "L1"))
		lots, err := s.Places().Lots(ctx, stock.Lots{Item: 4})
		must(t, err)
		_, err = s.Places().Hold(ctx, stock.Holding{Lot: lots[0].ID, State: stock.OnHold, Version: 1, By: anna})
		wantKind(t, err, errs.Invalid)
		held, err := s.Places().Hold(ctx, stock.Holding{Lot: lots[0].ID, State: stock.OnHold, Why: "smells", Version: 1, By: anna})
		must(t, err)
		_, err = s.Places().Hold(ctx, stock.Holding{Lot: lots[0].ID, State: stock.Free, Why: "fine", Version: 1, By: anna})
		wantKind(t, err, errs.Conflict)
		if now := standing(t, s, 4); now.Held != pieces(10) || now.Available() != 0 {
			t.Errorf("%+v", now)
		}
		unmoved(t, s, "lot L1 is on hold (smells); release it first", ofLot(sold(4, 1), "L1"))
		unmoved(t, s, "lot L1 is on hold", ofLot(move(4, stock.Warehouse, bin.ID, 1), "L1"))
		post(t, s, ofLot(move(4, stock.Warehouse, jail.ID, 4), "L1"), ofLot(move(4, stock.Warehouse, stock.Scrapped, 1), "L1"))
		_, err = s.Places().Hold(ctx, stock.Holding{Lot: held.ID, State: stock.Free, Why: "it was the bin", Version: held.Version, By: anna})
		must(t, err)
		post(t, s, ofLot(sold(4, 5), "L1"))
		if now := standing(t, s, 4); now.OnHand != pieces(4) || now.Held != pieces(4) { // what is in quarantine is held wherever it comes from
			t.Errorf("%+v", now)
		}
	})
}

// What a reversal takes back is as if it had not been: 37 pieces use 9.62 kg of two lots, 7 of them go back.
func TestAReversalRestoresLotsAndLayers(t *testing.T) {
	eachWithGoods(t, func(t *testing.T, s *store.Store, _ storetest.Database) {
		ctx := t.Context()
		post(t, s, ofLot(bought(4, 5, 50), "L1"), ofLot(bought(4, 20, 400), "L2"))
		used := func(lot string, q plant.Quantity) stock.Move {
			m := ofLot(move(4, stock.Warehouse, stock.Production, 1), lot)
			m.Quantity, m.Document = q, "work/1"
			return m
		}
		done := post(t, s, used("L1", 5_000_000), used("L2", 4_620_000))
		if done.Moves[0].Value != -50*plant.Currency || done.Moves[1].Value != -92_400_000 {
			t.Errorf("%+v", done.Moves)
		}
		back, err := s.Stock().Reverse(ctx, stock.Undoing{Key: "b", Move: done.Last, Quantity: 1_820_000, By: anna, Why: "7 were none"})
		must(t, err)
		again, err := s.Stock().Reverse(ctx, stock.Undoing{Key: "b", Move: done.Last, Quantity: 1_820_000, By: anna, Why: "7 were none"})
		must(t, err)
		if !again.Again || again.First != back.First || back.Moves[0].Reverses != done.Last || back.Moves[0].Value != 36_400_000 || back.Moves[0].Lot != "L2" {
			t.Errorf("%+v %+v", back, again)
		}
		if now := standing(t, s, 4); now.OnHand != 25*plant.One-7_800_000 || now.Value != (400-56)*plant.Currency {
			t.Errorf("%+v", now)
		}
		_, err = s.Stock().Reverse(ctx, stock.Undoing{Move: done.Last, Quantity: 2_800_001, By: anna, Why: "more"})
		wantKind(t, err, errs.Conflict)
		_, err = s.Stock().Reverse(ctx, stock.Undoing{Move: back.First, By: anna, Why: "back and forth"})
		wantKind(t, err, errs.Conflict)
		rest, err := s.Stock().Reverse(ctx, stock.Undoing{Move: done.Last, By: anna, Why: "all of it"})
		must(t, err)
		if rest.Moves[0].Quantity != 2_800_000 {
			t.Errorf("%+v", rest)
		}
		_, err = s.Stock().Reverse(ctx, stock.Undoing{Move: done.Last, By: anna, Why: "once more"})
		wantKind(t, err, errs.Conflict)
		_, err = s.Stock().Reverse(ctx, stock.Undoing{Move: done.First, By: anna, Why: "the other lot too"})
		must(t, err)
		if now := standing(t, s, 4); now.OnHand != pieces(25) || now.Value != 450*plant.Currency {
			t.Errorf("%+v", now)
		}
	})
}

// trade is a receipt of pieces at a price each, or an issue of them.
type trade struct{ pieces, price int64 }

func TestTheStockIsValuedByItsMethod(t *testing.T) {
	first := []trade{{304, 13}, {-205, 0}, {804, 15}, {-504, 0}, {498, 16}, {-295, 0}}
	second := []trade{{3, 170}, {10, 180}, {-6, 0}, {8, 190}, {-9, 0}, {6, 200}, {-8, 0}}
	third := []trade{{10, 10}, {10, 20}, {-15, 0}}
	eachWithGoods(t, func(t *testing.T, s *store.Store, db storetest.Database) {
		id := int64(100)
		for _, c := range []struct {
			method   string
			trades   []trade
			out, end string
		}{
			{"fifo", first, "14452", "9528"},
			{"average", first, "14674.495", "9305.505"},
			{"fifo", second, "4230", "800"},
			{"average", second, "4261.4872", "768.5128"},
			{"fifo", third, "200", "100"},
			{"average", third, "225", "75"},
			{"standard", third, "150", "50"},
		} {
			id++
			goods(t, db, id, "none", c.method, 10)
			var out plant.Money
			for _, m := range c.trades {
				if m.pieces > 0 {
					post(t, s, bought(id, m.pieces, m.pieces*m.price))
				} else {
					out -= post(t, s, sold(id, -m.pieces)).Moves[0].Value
				}
			}
			round := func(m plant.Money) string { r, _ := m.Times(1, 100); return (r * 100).String() }
			if end := standing(t, s, id).Value; round(out) != c.out || round(end) != c.end {
				t.Errorf("%s: %s left and %s stay, want %s and %s", c.method, out, end, c.out, c.end)
			}
		}
	})
}
