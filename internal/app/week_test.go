package app

import (
	"compress/gzip"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"millwright/config"
	"millwright/internal/mes/oee/timeline"
	"millwright/internal/ot/history"
	"millwright/internal/ot/history/embedded"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/simulate"
	"millwright/internal/ot/simulate/backfill"
	"millwright/internal/ot/tag"
	"millwright/internal/store/storetest"
	sent "millwright/internal/web/api/intake"
)

// demoWeek keeps the demo plant's last week in a history, as its machines would have told it.
func demoWeek(b *testing.B, model config.Model, now time.Time) *embedded.Archive {
	b.Helper()
	archive, err := embedded.Open(b.TempDir(), model.Tags, slog.New(slog.DiscardHandler), embedded.Options{Reserve: 1})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = archive.Close() })
	all := func(tag.ID) bool { return true }
	door := sent.Door{Now: now, Find: model.Tags.Find, May: all, Derived: model.Tags.Derived}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := gzip.NewReader(r.Body)
		if err != nil {
			b.Error(err)
			return
		}
		batch, err := sent.Read(body, door)
		if err == nil {
			_, err = archive.Append(r.Context(), now, batch.Samples)
		}
		if err != nil || len(batch.Refused) > 0 {
			b.Errorf("%v %v", err, batch.Refused)
		}
		_, _ = fmt.Fprintf(w, `{"accepted":%d,"refused":[]}`, len(batch.Samples))
	}))
	b.Cleanup(s.Close)
	p, err := simulate.New(simulate.Demo(), 11, now.AddDate(0, 0, -7), 1)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := backfill.Push(b.Context(), p, backfill.Options{URL: s.URL, Now: func() time.Time { return now }}); err != nil {
		b.Fatal(err)
	}
	return archive
}

// BenchmarkAWeekAnew derives a week of a line of the demo plant from the history on disk, and keeps it in the database.
func BenchmarkAWeekAnew(b *testing.B) {
	model, err := config.Demo()
	if err != nil {
		b.Fatal(err)
	}
	now := time.Now().UTC().Truncate(time.Second)
	a := &App{archive: demoWeek(b, model, now)}
	line, _ := model.Plant.Line("filling-1")
	signals, from := machine.Among(model.Signals, line.Units), now.AddDate(0, 0, -7)
	samples := 0
	for _, t := range model.Tags.All() {
		if !strings.HasPrefix(t.Name, "filling-1/") {
			continue
		}
		_ = a.archive.Samples(b.Context(), history.Range{Tag: t.ID, From: from, To: now}, func(tag.Sample) bool { samples++; return true })
	}
	ledger := storetest.SQLite(b).Open().Ledger()
	segments, used := 0, cpu()
	for b.Loop() {
		e := timeline.NewEngine(line, signals...)
		closed, err := e.Derive(b.Context(), a.factsOf(model), from, now)
		if err == nil {
			err = ledger.Replace(b.Context(), line.ID, from, closed)
		}
		if err != nil || len(closed) < 500 {
			b.Fatalf("%d segments, %v", len(closed), err)
		}
		segments = len(closed)
	}
	b.ReportMetric((cpu()-used).Seconds()/float64(b.N), "cpu-s/op") // where others work too
	b.ReportMetric(float64(samples), "samples")
	b.ReportMetric(float64(segments), "segments")
}

// cpu is the processor time that this process has used.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
