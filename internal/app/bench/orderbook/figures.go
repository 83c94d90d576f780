package orderbook

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"millwright/internal/app/bench/gauge"
)

// say prints a figure.
func (b *orderBook) say(format string, args ...any) error {
	_, err := fmt.Fprintf(b.out, "erp, %s: %s\n", b.kind, fmt.Sprintf(format, args...))
	return err
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
	before := gauge.Used()
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
func spreadOf(took []float64, before gauge.Usage) string {
	cpu, _ := gauge.Used().Since(before)
	at := func(p int) string { return short(time.Duration(gauge.Percentile(took, p) * float64(time.Second))) }
	return fmt.Sprintf("p50 %s, p95 %s, CPU %s", at(50), at(95), short(cpu/time.Duration(len(took))))
}

// watch runs from when something begins: it tells how long it took, and how much CPU this process spent on it.
type watch struct{ began gauge.Usage }

func begin() watch { return watch{gauge.Used()} }

func (w watch) String() string {
	cpu, wall := gauge.Used().Since(w.began)
	return fmt.Sprintf("%s (CPU %s)", short(wall), short(cpu))
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
