// Package orderbook measures items, stock, orders and planning, in a database of its own that it fills.
package orderbook

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"millwright/internal/erp/stock"
	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/internal/store"
)

// Options are what there is to be of everything.
type Options struct {
	Items    int    // 0 means 20,000
	Lines    int    // of bills, in all; 0 means five for each item
	Moves    int    // of two years, besides those that the figures need
	Keep     string // folder in which the database stays: it is filled once, and measured whenever it is named; "" for none
	Database string // PostgreSQL to measure on besides, which must be empty; "" for none
	Server   int    // process of that server where it runs on this machine: its CPU counts too
	Only     bool   // measure on that alone
	Pages    bool   // open pages and value the stock, nothing else, of a database that was kept
}

// orderBook is a store of the bench's own with the order book of a plant, and what is measured on it.
type orderBook struct {
	*store.Store
	n, lines, moves int
	kind            string // of database
	dsn             string
	out             io.Writer
	kept            string // the file of what is in the database; "" for none
	server          int
	read            bool // pages and accounts alone
	filled
}

// filled is what there is in a database that was filled.
type filled struct {
	Bought, Parts, Products []int64 // items, the lowest level first
	Lotted, Serials         []int64
	Wide                    int64             // the bill of many lines
	Work                    []workorder.Order // released, to be completed
	Place                   int64             // that is counted
}

// Figures measures on SQLite, and on a PostgreSQL database when one is named.
func Figures(ctx context.Context, o Options, out io.Writer) (err error) {
	if o.Items == 0 {
		o.Items = 20_000
	}
	dir := o.Keep
	if dir == "" {
		if dir, err = os.MkdirTemp("", "millwright-bench-"); err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(dir) }()
	} else if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	file := filepath.Join(dir, "millwright.db")
	for _, b := range []*orderBook{{kind: "SQLite", dsn: "sqlite:" + file}, {kind: "PostgreSQL", dsn: o.Database}} {
		if b.dsn == "" || o.Only && b.kind == "SQLite" {
			continue
		}
		b.n, b.lines, b.moves, b.out, b.read = o.Items, o.Lines, o.Moves, out, o.Pages
		if b.kind == "PostgreSQL" {
			b.server = o.Server
		}
		if o.Keep != "" {
			b.kept = filepath.Join(dir, b.kind+".json")
		}
		if err := b.measure(ctx); err != nil {
			return err
		}
	}
	return diskFigures(dir, out)
}

func (b *orderBook) measure(ctx context.Context) error {
	steps := []func(context.Context) error{b.made, b.mrp, b.posting, b.onHand, b.completions, b.count}
	if b.read {
		steps = steps[:1]
	}
	err := b.with(ctx, steps...)
	if err == nil {
		err = b.program(ctx)
	}
	if err == nil {
		err = b.with(ctx, b.accounts)
	}
	return err
}

// with opens the database for some steps.
func (b *orderBook) with(ctx context.Context, steps ...func(context.Context) error) (err error) {
	if b.Store, err = store.Open(ctx, b.dsn, slog.New(slog.DiscardHandler)); err != nil {
		return err
	}
	for _, step := range steps {
		if err = step(ctx); err != nil {
			break
		}
	}
	return errors.Join(err, b.Close())
}

// made fills the database, unless it was filled before.
func (b *orderBook) made(ctx context.Context) error {
	if b.kept != "" {
		text, err := os.ReadFile(b.kept)
		if err == nil {
			return json.Unmarshal(text, &b.filled)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := b.empty(ctx); err != nil {
		return err
	}
	if err := b.fill(ctx); err != nil {
		return err
	}
	return b.remember()
}

// remember keeps what is in a database that stays.
func (b *orderBook) remember() error {
	if b.kept == "" {
		return nil
	}
	text, err := json.Marshal(b.filled)
	if err != nil {
		return err
	}
	return os.WriteFile(b.kept, text, 0o600)
}

// empty refuses a database in which somebody keeps something.
func (b *orderBook) empty(ctx context.Context) error {
	orders, err := b.WorkAccounts().Orders(ctx, workorder.Search{Limit: 1})
	if err != nil {
		return err
	}
	moves, err := b.Stock().Moves(ctx, stock.Search{Limit: 1})
	if err == nil && len(orders)+len(moves) > 0 {
		return errs.New(errs.Conflict, "the database is in use: give the bench an empty one of its own")
	}
	return err
}
