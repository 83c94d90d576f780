package orderbook

import (
	"context"
	"fmt"
	"time"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/erp/stock"
	"millwright/internal/erp/workorder"
	"millwright/internal/plant"
	"millwright/internal/store"
)

var (
	clerk  = plant.Person{ID: 1, Name: "bench", Role: plant.Manager}
	change = item.Change{By: clerk, Why: "bench"}
)

// fill makes the order book: of 20,000 items six in ten are bought, three made of them and one sold, whose bills take
// 100,000 lines; five moves lie behind each item, and for ten items three orders are open.
func (b *orderBook) fill(ctx context.Context) error {
	w := begin()
	err := b.InBulk(ctx, func(bulk store.Bulk) error {
		past := func(ctx context.Context) error { return b.fillMoves(ctx, bulk) }
		for _, step := range []func(context.Context) error{b.fillItems, b.fillBills, past, b.fillStock, b.fillTrade, b.fillWork} {
			if err := step(ctx); err != nil {
				return fmt.Errorf("set up: %w", err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return b.say("%d items, %d moves and %d open orders were set up in %s", b.n, 5*b.n+b.moves, 3*(b.n/10), w)
}

func (b *orderBook) fillItems(ctx context.Context) (err error) {
	if b.Bought, err = b.items(ctx, "B", item.Buy, b.n*6/10); err != nil {
		return err
	}
	if b.Parts, err = b.items(ctx, "M", item.Make, b.n*3/10); err != nil {
		return err
	}
	b.Products, err = b.items(ctx, "P", item.Make, b.n/10)
	return err
}

func (b *orderBook) items(ctx context.Context, letter string, kind item.Kind, n int, more ...func(int, *item.Item)) (ids []int64, err error) {
	for len(ids) < n {
		var rows []item.Row
		for i := len(ids); i < min(n, len(ids)+1000); i++ {
			number := fmt.Sprintf("%s-%d", letter, i)
			rows = append(rows, item.Row{Number: number, Change: func(it *item.Item) {
				it.Number, it.Name, it.Kind, it.Valuation, it.Standard = number, noun(i)+" "+number, kind, item.FIFO, plant.Currency
				it.Planning.Method, it.Planning.LeadDays, it.Planning.Rule = item.MRP, int64(1+i%10), item.LotForLot
				for _, also := range more {
					also(i, it)
				}
			}})
		}
		all, err := b.Items().Put(ctx, item.Batch{Rows: rows, All: true, Change: change})
		if err != nil {
			return nil, err
		}
		for _, one := range all {
			if one.Err != nil {
				return nil, one.Err
			}
			ids = append(ids, one.Item.ID)
		}
	}
	return ids, nil
}

// fillBills makes bills of three levels: parts of what is bought, products of parts and of what is bought. The latter take
// twice as many lines.
func (b *orderBook) fillBills(ctx context.Context) error {
	each := max(10, 2*b.lines/max(1, b.n))
	for i, id := range b.Parts {
		var lines []bill.Line
		for k := range each {
			lines = append(lines, taken(b.Bought[(i*7+k*101)%len(b.Bought)], lines)...)
		}
		if _, err := b.release(ctx, id, lines); err != nil {
			return err
		}
	}
	for i, id := range b.Products {
		var lines []bill.Line
		for k := range 2 * each {
			from := b.Parts
			if k%4 == 0 {
				from = b.Bought
			}
			lines = append(lines, taken(from[(i*13+k*37)%len(from)], lines)...)
		}
		if _, err := b.release(ctx, id, lines); err != nil {
			return err
		}
	}
	var lines []bill.Line
	for i := range min(1800, len(b.Bought)) {
		lines = append(lines, taken(b.Bought[i], lines)...)
	}
	one, err := b.items(ctx, "WIDE", item.Make, 1)
	if err == nil {
		b.Wide, err = b.release(ctx, one[0], lines)
	}
	return err
}

// taken is a line that takes two of an item, unless there is one already.
func taken(id int64, lines []bill.Line) []bill.Line {
	for _, l := range lines {
		if l.Item == id {
			return nil
		}
	}
	return []bill.Line{{Item: id, Quantity: plant.Pieces(2), Policy: bill.PerCount}}
}

func (b *orderBook) release(ctx context.Context, of int64, lines []bill.Line) (id int64, err error) {
	kept, err := b.Bills().Add(ctx, bill.Bill{Item: of, Batch: plant.One, Lines: lines}, change)
	if err != nil {
		return 0, err
	}
	_, err = b.Bills().Step(ctx, bill.Step{ID: kept.ID, Version: kept.Version, To: bill.Released}, change)
	return kept.ID, err
}

// fillStock brings what is bought, some of it into the place that is counted, and lets some of it leave.
func (b *orderBook) fillStock(ctx context.Context) error {
	bin, err := b.Places().KeepPlace(ctx, stock.Place{Code: "BENCH", Name: "Counted", Parent: stock.Warehouse}, clerk, "")
	if err != nil {
		return err
	}
	b.Place = bin.ID
	p := stock.Posting{By: clerk, Why: "bench"}
	post := func(at int, m stock.Move) error {
		if p.Moves = append(p.Moves, m); len(p.Moves) < 2000 && at < 5*b.n-1 {
			return nil
		}
		_, err := b.Stock().Post(ctx, p)
		p.Moves = nil
		return err
	}
	paid := 200 * plant.Currency
	for at := range 5 * b.n {
		m := stock.Move{Item: b.Bought[at%len(b.Bought)], From: stock.Supplier, To: stock.Warehouse, Quantity: plant.Pieces(100), Source: "person", Paid: &paid}
		switch turn := at / len(b.Bought); {
		case turn == 1 && at%len(b.Bought) < 5000:
			m.To = b.Place
		case turn > 3:
			m.From, m.To, m.Quantity, m.Paid = stock.Warehouse, stock.Scrapped, plant.One, nil
		}
		if err := post(at, m); err != nil {
			return err
		}
	}
	return nil
}

// fillTrade opens sales and purchase orders.
func (b *orderBook) fillTrade(ctx context.Context) error {
	who, err := b.Partners().Keep(ctx, partner.Partner{Number: "BENCH", Name: "Bench", Customer: true, Supplier: true}, clerk, "bench")
	if err != nil {
		return err
	}
	price := plant.Currency
	for i := range 2 * (b.n / 10) {
		day := time.Now().UTC().AddDate(0, 0, 10+i%60).Format(time.DateOnly)
		d := order.Draft{Side: partner.Sales, Partner: who.Number, Today: time.Now().UTC().Format(time.DateOnly), Lines: []order.Wanted{{
			Item: fmt.Sprintf("P-%d", i%len(b.Products)), Quantity: plant.Pieces(2), Price: &price, Requested: day, Due: day,
		}}}
		if i%2 == 1 {
			d.Side, d.Lines[0].Item = partner.Purchase, fmt.Sprintf("B-%d", i%len(b.Bought))
		}
		made, err := b.Orders().Create(ctx, d, order.Doing{By: clerk, Why: "bench"})
		if err != nil {
			return err
		}
		if _, err := b.Orders().Step(ctx, order.Step{Side: d.Side, ID: made.ID, Version: made.Version, Do: order.Confirm}, order.Doing{By: clerk, Why: "bench"}); err != nil {
			return err
		}
	}
	return nil
}

// fillWork opens work orders; half of them are released, and will be completed.
func (b *orderBook) fillWork(ctx context.Context) error {
	doing := workorder.Doing{By: clerk, Why: "bench"}
	today := plant.DateIn(time.Now(), time.UTC)
	for i := range b.n / 10 {
		o, err := b.Works().Create(ctx, workorder.Order{Item: b.Parts[i%len(b.Parts)], Quantity: plant.Pieces(2), Begin: today, Due: today + 5}, doing)
		if err != nil {
			return err
		}
		if i%2 == 1 {
			continue
		}
		if o, err = b.Works().Step(ctx, workorder.Stepping{ID: o.ID, Version: o.Version, Step: workorder.Release}, doing); err != nil {
			return err
		}
		b.Work = append(b.Work, o)
	}
	return nil
}

// noun is what items are called.
func noun(i int) string {
	return []string{"Part", "Bolt", "Bracket", "Housing", "Gasket", "Bearing", "Sleeve", "Valve", "Spring", "Flange"}[i%10]
}
