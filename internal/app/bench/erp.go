package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"millwright/internal/erp/mrp/desk"
	"millwright/internal/erp/mrp/workday"
	"millwright/internal/erp/register"
	"millwright/internal/erp/stock"
	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/store"
)

// orderBook is a store of the bench's own with the order book of a plant, and what is measured on it.
type orderBook struct {
	*store.Store
	n    int    // items
	kind string // of database
	dsn  string
	out  io.Writer

	bought, parts, products []int64 // items, the lowest level first
	wide                    int64   // the bill of many lines
	works                   []workorder.Order
	place                   int64 // that is counted
}

// erpFigures measures items, stock, orders and planning: on SQLite, and on a PostgreSQL database when one is named.
func erpFigures(ctx context.Context, o Options, out io.Writer) error {
	if o.Items == 0 {
		o.Items = 20_000
	}
	dir, err := os.MkdirTemp("", "millwright-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	for _, dsn := range []string{"sqlite:" + filepath.Join(dir, "millwright.db"), o.Database} {
		if dsn == "" {
			continue
		}
		if err := erpOn(ctx, dsn, o, out); err != nil {
			return err
		}
	}
	return diskFigures(dir, out)
}

func erpOn(ctx context.Context, dsn string, o Options, out io.Writer) error {
	s, err := store.Open(ctx, dsn, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	b := &orderBook{Store: s, n: o.Items, kind: "SQLite", dsn: dsn, out: out}
	if dsn == o.Database {
		b.kind = "PostgreSQL"
	}
	steps := []func(context.Context) error{b.empty, b.fill, b.mrp, b.posting, b.onHand, b.lists, b.completions, b.count}
	for _, step := range steps {
		if err = step(ctx); err != nil {
			break
		}
	}
	if err = errors.Join(err, s.Close()); err != nil {
		return err
	}
	return b.page(ctx)
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

// say prints a figure.
func (b *orderBook) say(format string, args ...any) error {
	_, err := fmt.Fprintf(b.out, "erp, %s: %s\n", b.kind, fmt.Sprintf(format, args...))
	return err
}

// mrp plans everything: as the first time, again without a change, and after one.
func (b *orderBook) mrp(ctx context.Context) error {
	today := plant.DateIn(time.Now(), time.UTC)
	w := begin()
	facts, err := b.Plans().Facts(ctx)
	if err != nil {
		return err
	}
	read := w.String()
	w = begin()
	if _, err := desk.Stand(facts, workday.New(today, nil)); err != nil {
		return err
	}
	planned := w.String()
	d := desk.New(desk.Options{Book: b.Plans(), Today: func() plant.Date { return today }, Now: time.Now})
	var took [3]string
	for i := range took {
		if i == 2 {
			if _, err := b.Stock().Post(ctx, b.receipt(b.bought[0])); err != nil {
				return err
			}
		}
		w := begin()
		if _, err := d.Standing(ctx); err != nil {
			return err
		}
		took[i] = w.String()
	}
	all, err := d.Messages(ctx)
	if err != nil {
		return err
	}
	return b.say("MRP of %d items, %d lines: read %s, planned %s; with %d messages kept %s, nothing changed %s, one receipt later %s",
		len(facts.Items), len(facts.Parts), read, planned, len(all), took[0], took[1], took[2])
}

// short is a duration as a figure is read.
func short(d time.Duration) string {
	switch {
	case d > time.Second:
		return d.Round(10 * time.Millisecond).String()
	case d > 10*time.Millisecond:
		return d.Round(100 * time.Microsecond).String()
	}
	return d.Round(10 * time.Microsecond).String()
}

// spread does something often and gives the median and the 95th percentile of how long it took.
func spread(n int, do func(i int) error) (string, error) {
	took := make([]float64, n)
	before := used()
	for i := range took {
		began := time.Now()
		if err := do(i); err != nil {
			return "", err
		}
		took[i] = time.Since(began).Seconds()
	}
	return spreadOf(took, before), nil
}

// spreadOf tells how long things took, and what of this process's CPU each of them has, since before they began.
func spreadOf(took []float64, before usage) string {
	cpu, _ := used().since(before)
	at := func(p int) string { return short(time.Duration(percentile(took, p) * float64(time.Second))) }
	return fmt.Sprintf("p50 %s, p95 %s, CPU %s", at(50), at(95), short(cpu/time.Duration(len(took))))
}

// watch runs from when something begins: it tells how long it took, and how much CPU this process spent on it.
type watch struct{ began usage }

func begin() watch { return watch{used()} }

func (w watch) String() string {
	cpu, wall := used().since(w.began)
	return fmt.Sprintf("%s (CPU %s)", short(wall), short(cpu))
}

// lists asks for pages of long lists: the first, in another order, by words, and one in the middle.
func (b *orderBook) lists(ctx context.Context) error {
	for _, d := range b.Lists().Definitions() {
		sort := ""
		for _, c := range d.Columns {
			if c.Sort {
				sort = "-" + c.Key
			}
		}
		rows := 0
		figure, err := spread(20, func(i int) error {
			a := []register.Ask{{}, {Sort: sort}, {Search: "I-1"}, {Search: "zebra"}}[i%4]
			if err := a.Check(d); err != nil {
				return err
			}
			page, err := b.Lists().Page(ctx, d, a, time.UTC)
			if i%4 == 0 && err == nil && page.Next != "" {
				rows = page.Total
				a.Cursor = page.Next
				_, err = b.Lists().Page(ctx, d, a, time.UTC)
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("list %s: %w", d.Name, err)
		}
		if err := b.say("list %s (%d rows and more): %s", d.Name, rows, figure); err != nil {
			return err
		}
	}
	return nil
}

// diskFigures tells how often the disk brings something home in a second, by which commits are to be read.
func diskFigures(dir string, out io.Writer) error {
	f, err := os.Create(filepath.Join(dir, "disk"))
	if err != nil {
		return err
	}
	const n = 300
	block := make([]byte, 4096)
	began := time.Now()
	for range n {
		if _, err := f.Write(block); err != nil {
			return err
		}
		if err := f.Sync(); err != nil {
			return err
		}
	}
	took := time.Since(began)
	_, err = fmt.Fprintf(out, "erp: the disk brings %.0f blocks of 4 kB home in a second\n", n/took.Seconds())
	return errors.Join(err, f.Close())
}
