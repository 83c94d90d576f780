package orderbook

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"time"

	"millwright/config"
	"millwright/internal/app"
	"millwright/internal/app/bench/gauge"
	"millwright/internal/plant"
	"millwright/internal/run"
)

// program opens pages of the whole program on the database.
func (b *orderBook) program(ctx context.Context) (err error) {
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
	err = b.pages(ctx, reader{site, token})
	cancel()
	if fault := <-ended; err == nil {
		err = fault
	}
	if fault := a.Close(); err == nil {
		err = fault
	}
	return err
}

// pages opens the bill of many lines, and every page of the order book.
func (b *orderBook) pages(ctx context.Context, r reader) error {
	size := 0
	figure, err := spread(9, func(int) (err error) {
		size, err = r.fetch(ctx, fmt.Sprintf("/bills/%d", b.Wide))
		return err
	})
	if err != nil {
		return err
	}
	if err := b.say("page of a bill of %d lines, %d kB: %s", min(1800, len(b.Bought)), size/1000, figure); err != nil {
		return err
	}
	if err := settled(ctx); err != nil {
		return err
	}
	for _, set := range append(b.listed(), b.others()) {
		if err := b.opened(ctx, r, set); err != nil {
			return err
		}
	}
	return nil
}

// settled waits until the program has done what it does after its start.
func settled(ctx context.Context) error {
	for range 120 {
		before := gauge.Used()
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return ctx.Err()
		}
		if cpu, _ := gauge.Used().Since(before); cpu < 100*time.Millisecond {
			return nil
		}
	}
	return nil
}

// set are addresses whose slowest is told.
type set struct {
	name string
	at   []string
}

const (
	tries = 4                     // of each page after the first, the least of which counts: what others do is not its own
	aim   = 50 * time.Millisecond // of any list page
)

// opened opens the pages of a set, and tells of the slowest, and of each that is too slow.
func (b *orderBook) opened(ctx context.Context, r reader, s set) error {
	var worst, total time.Duration
	slowest := ""
	for _, at := range s.at {
		cpu, clock := time.Hour, time.Hour
		for range min(tries, b.n/1000) + 1 {
			served, before := b.served(), gauge.Used()
			if _, err := r.fetch(ctx, at); err != nil {
				return err
			}
			c, w := gauge.Used().Since(before)
			cpu, clock = min(cpu, c+b.served()-served), min(clock, w)
		}
		took := cpu
		if b.kind == "PostgreSQL" && b.server == 0 { // whose work is in a process that nobody named
			took = clock
		}
		if total += took; took > worst {
			worst, slowest = took, at
		}
		if took > aim {
			if err := b.say("slow: %s: CPU %s, %s by the clock", at, short(cpu), short(clock)); err != nil {
				return err
			}
		}
	}
	return b.say("%s: %d, mean %s, slowest %s: %s", s.name, len(s.at), short(total/time.Duration(max(1, len(s.at)))), short(worst), slowest)
}

// served is the CPU that the database's own server has had, where its process is known.
func (b *orderBook) served() time.Duration {
	if b.server == 0 {
		return 0
	}
	return gauge.Children(b.server)
}

// reader is a program that reads pages.
type reader struct{ site, token string }

// fetch reads a page, and gives its size.
func (r reader) fetch(ctx context.Context, page string) (size int, err error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, r.site+page, nil)
	if err != nil {
		return 0, err
	}
	q.Header.Set("Authorization", "Bearer "+r.token)
	answer, err := http.DefaultClient.Do(q)
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
