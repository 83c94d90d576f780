package orderbook

import (
	"context"
	"fmt"
	"sync"
	"time"

	"millwright/internal/app/bench/gauge"
	"millwright/internal/erp/costing"
	"millwright/internal/erp/stock"
	"millwright/internal/erp/workorder"
	"millwright/internal/plant"
)

// receipt is a piece of an item that comes.
func (b *orderBook) receipt(of int64) stock.Posting {
	return stock.Posting{By: clerk, Why: "bench", Moves: []stock.Move{{Item: of, From: stock.Supplier, To: stock.Warehouse, Quantity: plant.One, Source: "person"}}}
}

// posting posts single moves: one person alone, then eight at once.
func (b *orderBook) posting(ctx context.Context) error {
	n := max(8, min(500, b.n/8))
	alone, err := spread(n, func(i int) error {
		p := b.receipt(b.Bought[i*17%len(b.Bought)])
		if i%2 == 1 {
			p.Moves[0].From, p.Moves[0].To = stock.Warehouse, stock.Production
		}
		_, err := b.Stock().Post(ctx, p)
		return err
	})
	if err != nil {
		return err
	}
	var all sync.WaitGroup
	took, faults := make([]float64, 8*n), make([]error, 8)
	began, before := time.Now(), gauge.Used()
	for w := range faults {
		all.Go(func() {
			for i := range n {
				began := time.Now()
				if _, err := b.Stock().Post(ctx, b.receipt(b.Bought[(w*n+i)*17%len(b.Bought)])); err != nil {
					faults[w] = err
					return
				}
				took[w*n+i] = time.Since(began).Seconds()
			}
		})
	}
	all.Wait()
	rate := float64(8*n) / time.Since(began).Seconds()
	for _, err := range faults {
		if err != nil {
			return err
		}
	}
	return b.say("posting one move: %s; eight at once: %s, %.0f a second", alone, spreadOf(took, before), rate)
}

// onHand asks what there is of items.
func (b *orderBook) onHand(ctx context.Context) error {
	figure, err := spread(200, func(i int) error {
		_, err := b.Stock().OnHand(ctx, b.Bought[i*31%len(b.Bought)])
		return err
	})
	if err != nil {
		return err
	}
	return b.say("on hand of an item: %s", figure)
}

// completions reports work orders as made, which takes what they are made of: a thousand at most, each once.
func (b *orderBook) completions(ctx context.Context) error {
	now := b.Work[:min(1000, len(b.Work))]
	if len(now) == 0 {
		return nil
	}
	b.Work = b.Work[len(now):]
	if err := b.remember(); err != nil {
		return err
	}
	w := begin()
	for _, o := range now {
		if _, err := b.Works().Report(ctx, workorder.Report{Order: o.ID, Good: o.Quantity}, workorder.Doing{By: clerk, Why: "bench"}); err != nil {
			return err
		}
	}
	return b.say("%d completions of %d components: %s", len(now), len(now[0].Components), w)
}

// count counts what lies at a place: one piece less of each.
func (b *orderBook) count(ctx context.Context) error {
	w := begin()
	c, err := b.Stocktakes().Begin(ctx, stock.Stocktake{Place: b.Place, Tolerance: plant.One, By: clerk})
	if err != nil {
		return err
	}
	c, lines, err := b.Stocktakes().Count(ctx, c.ID, 0, 0)
	if err != nil {
		return err
	}
	var found []stock.Found
	for _, l := range lines {
		found = append(found, stock.Found{Line: l.Line, Quantity: l.Expected - plant.One})
	}
	read := w.String()
	w = begin()
	if c, err = b.Stocktakes().Enter(ctx, c.ID, found, clerk); err != nil {
		return err
	}
	entered := w.String()
	w = begin()
	if _, err = b.Stocktakes().Finish(ctx, stock.Taking{Count: c.ID, Version: c.Version, By: clerk, Why: "bench"}); err != nil {
		return err
	}
	return b.say("count of %d lines: begun and read %s, entered %s, posted %s", len(lines), read, entered, w)
}

// accounts values the stock, ties it out and closes the next month.
func (b *orderBook) accounts(ctx context.Context) error {
	w := begin()
	all, err := b.Accounts().Valuation(ctx, costing.Moment{})
	if err != nil {
		return err
	}
	now := w.String()
	w = begin()
	if _, err := b.Accounts().Valuation(ctx, costing.Moment{At: time.Now().AddDate(-1, 0, 0)}); err != nil {
		return err
	}
	then := w.String()
	w = begin()
	tie, err := b.Accounts().TieOut(ctx)
	if err != nil {
		return err
	}
	if !tie.Green() {
		return fmt.Errorf("the accounts do not agree: %+v", tie.Differences[0])
	}
	tied := w.String()
	month := time.Now().Add(-past*time.Hour).AddDate(0, -1, 0)
	closed, err := b.Accounts().Periods(ctx)
	if err != nil {
		return err
	}
	if len(closed) > 0 {
		month = closed[0].To
	}
	c, err := costing.MonthOf(month.Format("2006-01"), time.UTC)
	if err != nil {
		return err
	}
	c.Closed, c.By, c.Why = true, clerk, "bench"
	w = begin()
	if _, err := b.Accounts().Close(ctx, c); err != nil {
		return err
	}
	return b.say("%d items valued %s, a year ago %s; %d moves tied out %s; %s closed %s", len(all), now, then, tie.Moves, tied, c.Name, w)
}
