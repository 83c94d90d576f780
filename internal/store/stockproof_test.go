package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"millwright/internal/erp/costing"
	"millwright/internal/erp/stock"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// proven proves the ledger of material, and that its accounts agree.
func proven(t testing.TB, s *store.Store) {
	t.Helper()
	if _, err := s.VerifyStock(context.Background()); err != nil {
		t.Error(err)
	}
	tie, err := s.Accounts().TieOut(context.Background())
	must(t, err)
	if !tie.Green() || tie.Value != tie.In-tie.Out+tie.Gain {
		t.Errorf("%+v", tie)
	}
}

// TestWhateverIsPostedAgrees posts at random: what may not be is refused, and the rest adds up.
func TestWhateverIsPostedAgrees(t *testing.T) {
	const steps = 120
	eachWithGoods(t, func(t *testing.T, s *store.Store, db storetest.Database) {
		ctx := t.Context()
		bin, err := s.Places().KeepPlace(ctx, stock.Place{Code: "A-1", Parent: stock.Warehouse}, anna, "")
		must(t, err)
		places := []int64{stock.Supplier, stock.Customer, stock.Production, stock.Scrapped, stock.Difference, stock.Transit, stock.Opening, stock.Warehouse, stock.Warehouse, bin.ID, bin.ID}
		seed := rand.Uint64()
		r := rand.New(rand.NewPCG(seed, 1))
		posted, refused := int64(0), 0
		one := func() stock.Move {
			m := stock.Move{Item: 1 + r.Int64N(5), From: places[r.IntN(len(places))], To: places[r.IntN(len(places))], Quantity: 1 + plant.Quantity(r.Int64N(10_000_000))}
			if r.IntN(3) > 0 { // most of it comes, or something would be refused at every turn
				m.From, m.To = []int64{stock.Supplier, stock.Production, stock.Opening}[r.IntN(3)], []int64{stock.Warehouse, bin.ID}[r.IntN(2)]
			}
			if m.Item == 4 {
				m.Lot = fmt.Sprint("L", r.IntN(3))
			}
			if m.Item == 5 {
				m.Serial, m.Quantity = fmt.Sprint("S", r.IntN(5)), plant.One
			}
			if r.IntN(2) == 0 {
				paid := plant.Money(r.Int64N(90_000_000))
				m.Paid = &paid
			}
			return m
		}
		for range steps {
			var err error
			switch r.IntN(6) {
			case 0:
				_, err = s.Stock().Reverse(ctx, stock.Undoing{Move: 1 + r.Int64N(posted+1), Quantity: plant.Quantity(r.Int64N(2) * r.Int64N(3_000_000)), By: anna, Why: "wrong"})
			case 1:
				_, err = s.Accounts().Land(ctx, costing.Landing{Receipt: 1 + r.Int64N(posted+1), Cost: 1 + plant.Money(r.Int64N(5_000_000)), By: anna})
			case 2:
				_, err = db.Raw().ExecContext(ctx, fmt.Sprintf("UPDATE item SET standard_cost = %d, valuation = '%s' WHERE id = %d",
					r.Int64N(20_000_000), []string{"fifo", "average", "standard"}[r.IntN(3)], 1+r.Int64N(5)))
				must(t, err)
			default:
				_, err = s.Stock().Post(ctx, stock.Posting{By: anna, Moves: []stock.Move{one(), one()}[:1+r.IntN(2)]})
			}
			if err != nil && errs.KindOf(err) == errs.Internal {
				t.Fatalf("seed %d: %v", seed, err)
			} else if err != nil {
				refused++
			}
			moves, err := s.Stock().Moves(ctx, stock.Search{Newest: true, Limit: 1})
			must(t, err)
			if len(moves) > 0 {
				posted = moves[0].Number
			}
		}
		proven(t, s)
		if posted < int64(steps/10) || refused == 0 || t.Failed() {
			t.Errorf("seed %d: %d moves, %d refused", seed, posted, refused)
		}
		worth, err := s.Accounts().Valuation(ctx, costing.Moment{})
		must(t, err)
		half, err := s.Accounts().Valuation(ctx, costing.Moment{Number: posted / 2})
		must(t, err)
		if len(worth) == 0 || len(half) == 0 {
			t.Errorf("seed %d: nothing is worth anything", seed)
		}
	})
}

func TestAChangedLedgerIsFound(t *testing.T) {
	for name, sql := range map[string]string{
		"a balance":         "UPDATE stock_balance SET qty = qty + 1 WHERE item = 1",
		"a balance removed": "DELETE FROM stock_balance WHERE item = 1",
		"a quantity":        "UPDATE stock_move SET qty = qty + 1 WHERE number = 2",
		"a value":           "UPDATE stock_move SET value = value + 1 WHERE number = 1",
		"a move removed":    "DELETE FROM stock_move WHERE number = 2",
		"the last removed":  "DELETE FROM stock_move WHERE number = 4",
		"a layer":           "UPDATE stock_layer SET value = value + 1 WHERE item = 1",
		"a worth":           "UPDATE stock_value SET value = value + 1 WHERE item = 3",
		"a variance":        "UPDATE value_entry SET variance = variance + 1 WHERE kind = 'price'",
		"its course":        "UPDATE stock_course SET value = value + 1 WHERE item = 3",
		"its course gone":   "DELETE FROM stock_course WHERE item = 3",
		"the sum of all":    "UPDATE stock_total SET items = items + 1",
		"an allocation":     "UPDATE stock_balance SET allocated = 1 WHERE item = 1",
	} {
		t.Run(name, func(t *testing.T) {
			db := storetest.SQLite(t)
			s := db.Open()
			goods(t, db, 1, "none", "fifo", 0)
			goods(t, db, 3, "none", "standard", 10)
			post(t, s, bought(1, 10, 100), sold(1, 3), bought(3, 5, 60), sold(3, 1))
			proven(t, s)
			_, err := db.Raw().ExecContext(t.Context(), sql)
			must(t, err)
			if _, err := s.VerifyStock(t.Context()); err == nil || !strings.Contains(err.Error(), "does not agree") {
				t.Errorf("it was verified: %v", err)
			}
		})
	}
}

func TestACostThatComesLaterIsLanded(t *testing.T) {
	eachWithGoods(t, func(t *testing.T, s *store.Store, _ storetest.Database) {
		ctx := t.Context()
		done := post(t, s, bought(1, 10, 100))
		post(t, s, sold(1, 4))
		l := costing.Landing{Key: "freight", Receipt: done.First, Cost: 50 * plant.Currency, By: anna, Why: "freight"}
		for range 2 {
			e, err := s.Accounts().Land(ctx, l)
			must(t, err)
			if e.Gain != 30*plant.Currency || e.Variance != 20*plant.Currency {
				t.Errorf("%+v", e)
			}
		}
		if now := standing(t, s, 1); now.Value != 90*plant.Currency {
			t.Errorf("%+v", now)
		}
		_, err := s.Accounts().Land(ctx, costing.Landing{Receipt: done.First + 1, Cost: 1, By: anna})
		wantKind(t, err, errs.Invalid)
		post(t, s, bought(3, 5, 60))
		all, err := s.Accounts().Entries(ctx, costing.Entries{Item: 3})
		must(t, err)
		if len(all) != 1 || all[0].Kind != "price" || all[0].Variance != 10*plant.Currency {
			t.Errorf("%+v", all)
		}
		proven(t, s)
	})
}

func TestAClosedPeriodStaysAsItIs(t *testing.T) {
	eachWithGoods(t, func(t *testing.T, s *store.Store, db storetest.Database) {
		ctx := t.Context()
		at := func(month time.Month, day int) time.Time { return time.Date(2026, month, day, 12, 0, 0, 0, time.UTC) }
		on := func(when time.Time, moves ...stock.Move) error {
			_, err := s.Stock().Post(ctx, stock.Posting{At: when, By: anna, Moves: moves})
			return err
		}
		must(t, on(at(time.March, 3), bought(1, 10, 100)))
		must(t, on(at(time.April, 3), sold(1, 4)))
		month := func(m time.Month, closed bool, version int64, why string) costing.Closing {
			from := time.Date(2026, m, 1, 0, 0, 0, 0, time.UTC)
			return costing.Closing{Name: from.Format("2006-01"), From: from, To: from.AddDate(0, 1, 0), Closed: closed, Version: version, By: anna, Why: why}
		}
		_, err := s.Accounts().Close(ctx, month(time.April, true, 0, ""))
		wantKind(t, err, errs.Conflict) // March comes first
		march, err := s.Accounts().Close(ctx, month(time.March, true, 0, ""))
		must(t, err)
		_, err = s.Accounts().Close(ctx, month(time.March, true, 0, ""))
		wantKind(t, err, errs.Conflict)
		april, err := s.Accounts().Close(ctx, month(time.April, true, 0, ""))
		must(t, err)
		all, err := s.Accounts().Periods(ctx)
		must(t, err)
		if len(all) != 2 || all[1].Value != 100*plant.Currency || all[0].Value != 60*plant.Currency || !all[0].Closed {
			t.Errorf("%+v", all)
		}
		err = on(at(time.April, 30), sold(1, 1))
		if wantKind(t, err, errs.Conflict); !strings.Contains(err.Error(), "period 2026-04 is closed, and 30 April 2026 lies in it") {
			t.Error(err)
		}
		must(t, on(at(time.May, 1), sold(1, 1)))
		tie, err := s.Accounts().TieOut(ctx) // of what the closed periods came to, and one move
		must(t, err)
		if want := (costing.Tie{Items: 1, Moves: 3, Value: 50 * plant.Currency, In: 100 * plant.Currency, Out: 50 * plant.Currency}); !reflect.DeepEqual(tie, want) {
			t.Errorf("%+v, want %+v", tie, want)
		}
		if n, err := s.Accounts().Since(ctx, 10); err != nil || n != 1 {
			t.Errorf("%d moves since April: %v", n, err)
		}
		_, err = s.Accounts().Close(ctx, month(time.March, false, march.Version, "late bill"))
		wantKind(t, err, errs.Conflict) // April is closed
		_, err = s.Accounts().Close(ctx, month(time.April, false, april.Version, ""))
		wantKind(t, err, errs.Invalid)
		_, err = s.Accounts().Close(ctx, month(time.April, false, april.Version, "late bill"))
		must(t, err)
		must(t, on(at(time.April, 30), sold(1, 1)))
		ahead := month(time.March, true, 0, "")
		ahead.Name, ahead.From, ahead.To = "2099-01", ahead.From.AddDate(73, 0, 0), ahead.To.AddDate(73, 0, 0)
		_, err = s.Accounts().Close(ctx, ahead)
		wantKind(t, err, errs.Invalid)
		_, err = db.Raw().ExecContext(ctx, "UPDATE stock_layer SET value = value + 1")
		must(t, err)
		again := month(time.April, true, april.Version+1, "")
		_, err = s.Accounts().Close(ctx, again)
		if wantKind(t, err, errs.Conflict); !strings.Contains(err.Error(), "I-1") {
			t.Error(err)
		}
	})
}
