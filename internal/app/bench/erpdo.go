package bench

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"time"

	"millwright/config"
	"millwright/internal/app"
	"millwright/internal/erp/stock"
	"millwright/internal/erp/workorder"
	"millwright/internal/plant"
	"millwright/internal/run"
)

// receipt is a piece of an item that comes.
func (b *orderBook) receipt(of int64) stock.Posting {
	return stock.Posting{By: clerk, Why: "bench", Moves: []stock.Move{{Item: of, From: stock.Supplier, To: stock.Warehouse, Quantity: plant.One, Source: "person"}}}
}

// posting posts single moves: one person alone, then eight at once.
func (b *orderBook) posting(ctx context.Context) error {
	n := max(8, min(500, b.n/8))
	alone, err := spread(n, func(i int) error {
		p := b.receipt(b.bought[i*17%len(b.bought)])
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
	began, before := time.Now(), used()
	for w := range faults {
		all.Go(func() {
			for i := range n {
				began := time.Now()
				if _, err := b.Stock().Post(ctx, b.receipt(b.bought[(w*n+i)*17%len(b.bought)])); err != nil {
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
		_, err := b.Stock().OnHand(ctx, b.bought[i*31%len(b.bought)])
		return err
	})
	if err != nil {
		return err
	}
	return b.say("on hand of an item: %s", figure)
}

// completions reports work orders as made, which takes what they are made of.
func (b *orderBook) completions(ctx context.Context) error {
	w := begin()
	for _, o := range b.works {
		if _, err := b.Works().Report(ctx, workorder.Report{Order: o.ID, Good: o.Quantity}, workorder.Doing{By: clerk, Why: "bench"}); err != nil {
			return err
		}
	}
	return b.say("%d completions of %d components: %s", len(b.works), len(b.works[0].Components), w)
}

// count counts what lies at a place: one piece less of each.
func (b *orderBook) count(ctx context.Context) error {
	w := begin()
	c, err := b.Stocktakes().Begin(ctx, stock.Stocktake{Place: b.place, Tolerance: plant.One, By: clerk})
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

// page opens the page of the bill with many lines in the whole program.
func (b *orderBook) page(ctx context.Context) (err error) {
	data, err := os.MkdirTemp("", "millwright-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(data) }()
	cfg := config.Default()
	cfg.Data, cfg.Listen, cfg.Database = data, "127.0.0.1:0", b.dsn
	a, err := app.New(ctx, cfg, app.Plan{Name: "the bench", Text: []byte("enterprise: Bench\n")}, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	site, err := a.Site()
	if err != nil {
		return err
	}
	token, err := a.NewToken(ctx, "bench", plant.Viewer)
	if err != nil {
		return err
	}
	inner, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- run.Group{}.Run(inner, a.Parts()...) }()
	size := 0
	figure, err := spread(9, func(int) (err error) {
		size, err = fetch(ctx, fmt.Sprintf("%s/bills/%d", site, b.wide), token)
		return err
	})
	cancel()
	if fault := <-ended; err == nil {
		err = fault
	}
	if fault := a.Close(); err == nil {
		err = fault
	}
	if err != nil {
		return err
	}
	return b.say("page of a bill of %d lines, %d kB: %s", min(1800, len(b.bought)), size/1000, figure)
}

// fetch reads a page as a program may, and gives its size.
func fetch(ctx context.Context, page, token string) (size int, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, page, nil)
	if err != nil {
		return 0, err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answers %s", page, answer.Status)
	}
	return len(text), err
}
