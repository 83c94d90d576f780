package orderbook

import (
	"context"
	"fmt"
	"time"

	"millwright/internal/erp/item"
	"millwright/internal/erp/stock"
	"millwright/internal/plant"
	"millwright/internal/store"
)

const (
	rounds  = 1000     // of material that go on at the same time
	bins    = 50       // places beside the warehouse
	perPost = 3        // moves of one document
	past    = 2 * 8760 // hours through which moves go back
)

// round is material that comes, is put into a bin, is used and sold; of lots, each time another one.
type round struct {
	item   int64
	lot    string
	serial string
	made   bool
	bin    int64
	number int
}

// fillMoves fills two years with moves, as the ledger itself posts them. One item has a hundredth of all.
func (b *orderBook) fillMoves(ctx context.Context, bulk store.Bulk) error {
	if b.moves == 0 {
		return nil
	}
	w := begin()
	if err := b.fillTracked(ctx); err != nil {
		return err
	}
	var at []int64
	for i := range bins {
		p, err := b.Places().KeepPlace(ctx, stock.Place{Code: fmt.Sprintf("A-%02d", i), Name: "Bin", Parent: stock.Warehouse}, clerk, "")
		if err != nil {
			return err
		}
		at = append(at, p.ID)
	}
	began := time.Now().Add(-past * time.Hour)
	for n, turn := 0, 0; n < b.moves; turn++ {
		all := make([]round, rounds)
		for i := range all {
			all[i] = b.round(turn*rounds+i, at)
		}
		when := began.Add(past * time.Hour / time.Duration(b.moves) * time.Duration(n))
		for _, half := range [][]int{{0, 1, 2, 3, 4}, {5, 6, 7, 8, 9}} {
			var postings []stock.Posting
			for _, step := range half {
				postings = append(postings, together(all, step, when)...)
			}
			done, err := bulk.Post(ctx, postings)
			if err != nil {
				return fmt.Errorf("moves after %d: %w", n, err)
			}
			n = int(done[len(done)-1].Last)
		}
		if turn%100 == 99 {
			if err := b.say("%d moves so far, %s", n, w); err != nil {
				return err
			}
		}
	}
	return b.say("%d moves of two years were posted in %s", b.moves, w)
}

// fillTracked makes items that are kept by lots or serials, and valued in each way.
func (b *orderBook) fillTracked(ctx context.Context) (err error) {
	by := func(t item.Tracking) func(int, *item.Item) {
		return func(i int, it *item.Item) {
			it.Tracking, it.Valuation = t, []item.Valuation{item.FIFO, item.Average, item.Standard}[i%3]
		}
	}
	if b.Lotted, err = b.items(ctx, "L", item.Buy, max(1, b.n/10), by(item.Lot)); err != nil {
		return err
	}
	b.Serials, err = b.items(ctx, "S", item.Buy, max(1, b.n/50), by(item.Serial))
	return err
}

// round is the nth of all rounds.
func (b *orderBook) round(n int, at []int64) round {
	r := round{bin: at[n%len(at)], number: n}
	switch turn := n % 100; {
	case turn == 0:
		r.item = b.Bought[0]
	case turn < 5:
		r.item, r.serial = b.Serials[n/7%len(b.Serials)], fmt.Sprintf("SN-%07d", n)
	case turn < 45:
		r.item, r.lot = b.Lotted[n*31%len(b.Lotted)], fmt.Sprintf("LOT-%06d-%d", n/100, turn)
	case turn < 60:
		r.item, r.made = b.Parts[n*17%len(b.Parts)], true
	default:
		r.item = b.Bought[n*13%len(b.Bought)]
	}
	return r
}

// together are the postings of one step of many rounds.
func together(all []round, step int, when time.Time) (postings []stock.Posting) {
	var moves []stock.Move
	for i, r := range all {
		if m := r.move(step); m.Item != 0 {
			moves = append(moves, m)
		}
		if len(moves) == perPost || i == len(all)-1 && len(moves) > 0 {
			postings = append(postings, stock.Posting{By: clerk, Why: "bench", At: when, Moves: moves})
			moves = nil
		}
	}
	return postings
}

// move is one step of a round; that of no item is none.
func (r round) move(step int) stock.Move {
	q := []int64{100, 60, 20, 20, 15, 10, 1, 20, 5, 14}[step]
	m := stock.Move{Item: r.item, Lot: r.lot, Serial: r.serial, From: stock.Warehouse, To: stock.Customer, Source: "order", Quantity: plant.Pieces(q)}
	n := r.number / perPost % 1_000_000
	switch step {
	case 0:
		m.From, m.To, m.Document = stock.Supplier, stock.Warehouse, fmt.Sprintf("purchase/%d", n)
		if r.made {
			m.From, m.Document = stock.Production, fmt.Sprintf("work/%d", n)
		} else {
			paid := plant.Currency * plant.Money(100+r.number%900)
			m.Paid = &paid
		}
	case 1:
		m.To = r.bin
	case 2, 3, 4:
		m.From, m.To, m.Document = r.bin, stock.Production, fmt.Sprintf("work/%d", n)
	case 6:
		m.To = stock.Scrapped
	case 8:
		m.From, m.To = r.bin, stock.Warehouse
	default:
		m.Document = fmt.Sprintf("sales/%d", n)
	}
	switch {
	case r.serial != "" && step != 0 && step != 1 && step != 8 && step != 9, r.number%4 == 0 && step == 9:
		return stock.Move{}
	case r.serial != "":
		m.Quantity = plant.One
	}
	return m
}
