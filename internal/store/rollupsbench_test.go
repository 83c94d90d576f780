//go:build unix

package store_test

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"millwright/internal/mes/oee/kpi"
	"millwright/internal/mes/oee/kpi/lens"
	"millwright/internal/mes/oee/rollup"
	"millwright/internal/mes/oee/rollup/rolluptest"
	"millwright/internal/plant"
	"millwright/internal/store"
)

func filled(b *testing.B, s *store.Store, days int) (rolluptest.Year, []kpi.Layout) {
	b.Helper()
	y := rolluptest.Year{Book: s.Rollups(), From: monday, To: monday.AddDate(0, 0, days)}
	p := &plant.Plant{Sites: []plant.Site{{Zone: time.UTC, Areas: []plant.Area{{}}}}}
	for i := range 50 {
		p.Sites[0].Areas[0].Lines = append(p.Sites[0].Areas[0].Lines, plant.Line{ID: plant.LineID(fmt.Sprint("line-", i))})
	}
	must(b, y.Fill(b.Context(), p))
	return y, kpi.Layouts(p)
}

// BenchmarkYear is how long a page waits for key figures out of a year of 50 lines.
func BenchmarkYear(b *testing.B) {
	for name, database := range onBoth {
		b.Run(name, func(b *testing.B) { questions(b, database(b).Open()) })
	}
}

// questions asks for key figures of a year, its last month and its last day.
func questions(b *testing.B, s *store.Store) {
	y, lines := filled(b, s, 365)
	for what, q := range map[string]rollup.Question{
		"of the year/by ":       {Span: plant.Span{From: monday, To: y.To}},
		"of its last month/by ": {Span: plant.Span{From: y.To.AddDate(0, -1, 0), To: y.To}},
		"of its last day/by ":   {Span: plant.Span{From: y.To.AddDate(0, 0, -1), To: y.To}},
	} {
		for _, words := range []string{
			"", "line", "month", "week", "day", "shift", "shift-name", "product", "unit", "reason", "operator", "line,month", "line,week", "line,reason",
			"line,product", "line,shift-name", "line,reason,product,shift-name", "reason,day", "hour",
		} {
			if q.Lines = lines; words == "hour" && q.Duration() > 40*24*time.Hour {
				continue // more hours than anybody looks at
			}
			var err error
			q.By, err = kpi.ParseBy(words)
			must(b, err)
			b.Run(what+words, func(b *testing.B) {
				defer processor(b)()
				for b.Loop() {
					g := kpi.NewGrouper(q.By, q.Span, 5000, func(plant.LineID) (string, string) { return "", "" })
					must(b, rollup.Reader{Book: y, Lines: y}.Rows(b.Context(), q, g.Place))
					groups, err := g.Groups()
					must(b, err)
					for i := range groups {
						if q.By.Causes() {
							kpi.BareCauses(&groups[i])
						} else {
							kpi.Bare(&groups[i].Sums, kpi.About{})
						}
					}
				}
			})
		}
	}
}

// processor tells what an operation takes of this process's processor, whatever else the machine does.
func processor(b *testing.B) (end func()) {
	used := func() time.Duration {
		var u syscall.Rusage
		must(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	before := used()
	return func() { b.ReportMetric((used()-before).Seconds()*1000/float64(b.N), "cpu-ms/op") }
}

// BenchmarkShiftReport is how long a report of one shift of one line waits: its hours, its units, its products.
func BenchmarkShiftReport(b *testing.B) {
	for name, database := range onBoth {
		y, lines := filled(b, database(b).Open(), 40)
		span := plant.Span{From: monday.AddDate(0, 0, 30), To: monday.AddDate(0, 0, 30).Add(8 * time.Hour)}
		b.Run(name, func(b *testing.B) {
			defer processor(b)()
			for b.Loop() {
				for _, words := range []string{"", "hour", "unit", "product"} {
					by, err := kpi.ParseBy(words)
					must(b, err)
					g := kpi.NewGrouper(by, span, 5000, nil)
					must(b, rollup.Reader{Book: y, Lines: y}.Rows(b.Context(), rollup.Question{Lines: lines[:1], Span: span, By: by}, g.Place))
					_, err = g.Groups()
					must(b, err)
				}
				lens.Look(span, rolluptest.Shifts(lines[0].Line, span.From, span.To))
			}
		})
	}
}
