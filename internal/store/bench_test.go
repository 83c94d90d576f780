package store_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"millwright/internal/mes/execution"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// durable opens a database of which every acknowledged commit is on the disk, as in a plant.
func durable(b *testing.B, kind string) *store.Store {
	b.Helper()
	if kind == "sqlite" {
		return storetest.SQLite(b).Open()
	}
	server, err := storetest.StartPostgres("fsync=on", "full_page_writes=on")
	must(b, err)
	b.Cleanup(server.Stop)
	return server.Empty(b).Open()
}

// BenchmarkDisk is how often a second the disk confirms one written page: the bound of all commits one after another.
func BenchmarkDisk(b *testing.B) {
	f, err := os.Create(filepath.Join(b.TempDir(), "x"))
	must(b, err)
	page := make([]byte, 4096)
	for b.Loop() {
		_, err := f.Write(page)
		must(b, err)
		must(b, f.Sync())
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "fsyncs/s")
	must(b, f.Close())
}

// BenchmarkPost is one posting after another, each of one or of many counters.
func BenchmarkPost(b *testing.B) {
	for _, kind := range []string{"sqlite", "postgres"} {
		for _, counters := range []int{1, 100} {
			b.Run(fmt.Sprintf("%s/%d", kind, counters), func(b *testing.B) {
				s := durable(b, kind)
				must(b, s.Books().AddJob(b.Context(), job("J-1"), anna, ""))
				before, i := time.Time{}, 0
				for b.Loop() {
					i++
					var p execution.Posting
					for c := range counters {
						one := counted(fmt.Sprint("t", c), "J-1", 1, before, at(i))
						p.Bookings, p.Marks = append(p.Bookings, one.Bookings...), append(p.Marks, one.Marks...)
					}
					must(b, s.Books().Post(b.Context(), p))
					before = at(i)
				}
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commits/s")
			})
		}
	}
}

// BenchmarkPostAtOnce is many that post at the same time, each to a job of its own.
func BenchmarkPostAtOnce(b *testing.B) {
	for _, kind := range []string{"sqlite", "postgres"} {
		b.Run(kind, func(b *testing.B) {
			s := durable(b, kind)
			var writers atomic.Int64
			b.SetParallelism(8)
			b.RunParallel(func(pb *testing.PB) {
				tag := fmt.Sprint("w", writers.Add(1))
				j := job(tag)
				must(b, s.Books().AddJob(b.Context(), j, anna, ""))
				before, i := time.Time{}, 0
				for pb.Next() {
					i++
					must(b, s.Books().Post(b.Context(), counted(tag, tag, 1, before, at(i))))
					before = at(i)
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commits/s")
		})
	}
}

// BenchmarkShift is how long a page waits for one shift of one line, out of 50 lines of a year: 2 million segments.
func BenchmarkShift(b *testing.B) {
	const lines, days = 50, 365
	for name, database := range onBoth {
		db := database(b)
		s := db.Open()
		n := seed(b, s, lines, days)
		b.Run(name, func(b *testing.B) {
			b.ReportMetric(float64(n), "segments")
			for b.Loop() {
				from := monday.AddDate(0, 0, rand.IntN(days-1)).Add(time.Duration(rand.IntN(3)) * 8 * time.Hour)
				got, err := s.Ledger().Segments(b.Context(), plant.LineID(fmt.Sprint("line-", rand.IntN(lines))), from, from.Add(8*time.Hour))
				if err != nil || len(got) < 30 {
					b.Fatalf("%d segments, %v", len(got), err)
				}
			}
		})
	}
}

// BenchmarkStart is how long a start takes after a crash, with a year of 50 lines to check.
func BenchmarkStart(b *testing.B) {
	db := storetest.SQLite(b)
	seed(b, db.Open(), 50, 365)
	for b.Loop() {
		again, err := store.Open(b.Context(), db.DSN, quiet()) // the first one is open: its journal asks for the check
		must(b, err)
		must(b, again.Close())
	}
}

// seed fills the ledgers of lines with a stop of 3 minutes and a run of 23, again and again: 111 segments a day.
func seed(b *testing.B, s *store.Store, lines, days int) (n int64) {
	b.Helper()
	for l := range lines {
		id := plant.LineID(fmt.Sprint("line-", l))
		from := monday
		for day := 0; day < days; day += 30 {
			minutes := make([]int, 0, 3400)
			for len(minutes) < 111*min(30, days-day) {
				minutes = append(minutes, 3, 23)
			}
			segments := strip(from, minutes...)
			for i := range segments {
				segments[i].Line = id
			}
			must(b, s.Ledger().Replace(b.Context(), id, from, segments))
			from = segments[len(segments)-1].To
		}
	}
	n, err := s.VerifyLedger(b.Context())
	must(b, err)
	return n
}
