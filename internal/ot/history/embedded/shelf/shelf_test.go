package shelf

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/oklog/ulid/v2"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/tsdb"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/record"
	"github.com/prometheus/prometheus/tsdb/wlog"
)

const month = 30 * 24 * time.Hour

var t0 = time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)

func open(t *testing.T, dir string, log io.Writer, level slog.Level) *Shelf {
	t.Helper()
	s, err := Open(dir, slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: level})), Keep{Window: month})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// put appends one sample for each offset, in the order given.
func put(t *testing.T, s *Shelf, series string, after ...time.Duration) {
	t.Helper()
	app := s.Appender(context.Background())
	for i, d := range after {
		if _, err := app.Append(0, labels.FromStrings("tag", series), t0.Add(d).UnixMicro(), float64(i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := app.Commit(); err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, s *Shelf, series string) (n int) {
	t.Helper()
	q, err := s.Querier(t0.Add(-2*month).UnixMicro(), t0.Add(2*month).UnixMicro())
	if err != nil {
		t.Fatal(err)
	}
	defer q.Close()
	found := q.Select(context.Background(), true, nil, labels.MustNewMatcher(labels.MatchEqual, "tag", series))
	for found.Next() {
		for it := found.At().Iterator(nil); it.Next() != chunkenc.ValNone; {
			n++
		}
	}
	if found.Err() != nil {
		t.Fatal(found.Err())
	}
	return n
}

func TestNoBlocksAreTriedBetweenLateSamples(t *testing.T) {
	var log bytes.Buffer
	s := open(t, t.TempDir(), &log, slog.LevelDebug)
	put(t, s, "a", 0, -29*24*time.Hour, -time.Hour, -time.Hour+time.Second)
	if err := s.CompactOOOHead(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(log.String(), "write block started"); n != 2 || len(s.Blocks()) != 2 {
		t.Errorf("%d blocks were tried, %d are there, want 2", n, len(s.Blocks()))
	}
	put(t, s, "a", -10*24*time.Hour) // a pass of its own, with other times
	if err := s.CompactOOOHead(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n := count(t, s, "a"); n != 5 || len(s.Blocks()) != 3 {
		t.Errorf("%d samples in %d blocks, want 5 in 3", n, len(s.Blocks()))
	}
}

func TestTheStoresDailyBusinessIsToldOnlyWhenAsked(t *testing.T) {
	var log bytes.Buffer
	dir := t.TempDir()
	s := open(t, dir, &log, slog.LevelInfo)
	put(t, s, "a", 0, -3*time.Hour, -2*time.Hour)
	for range 2 {
		if err := s.CompactOOOHead(context.Background()); err != nil {
			t.Fatal(err)
		}
		put(t, s, "b", 0, -3*time.Hour+time.Second, -2*time.Hour+time.Second)
	}
	if log.Len() > 0 {
		t.Errorf("the log says:\n%s", &log)
	}
}

func TestLateSamplesThatCouldNotBeLoggedAreNoticed(t *testing.T) {
	s := &Shelf{}
	var log bytes.Buffer
	l := slog.New(handler{to: slog.NewTextHandler(&log, nil), unlogged: &s.unlogged, closing: &atomic.Bool{}}).With("a", 1).WithGroup("g")
	l.Error("something else")
	if s.Unlogged() {
		t.Error("any error counts")
	}
	l.Error(unloggedMessage, "err", "disk full")
	if !s.Unlogged() || !strings.Contains(log.String(), "disk full") {
		t.Errorf("not noticed, or not passed on: %s", &log)
	}
}

func TestBlocksOfLateSamplesAreNotMergedTooEarly(t *testing.T) {
	s := open(t, t.TempDir(), io.Discard, slog.LevelInfo)
	put(t, s, "a", 0)
	late := tsdb.BlockMeta{MaxTime: t0.Add(time.Minute).UnixMicro()}
	late.Compaction.SetOutOfOrder()
	old := late
	old.MaxTime = t0.UnixMicro()
	ordinary := tsdb.BlockMeta{MaxTime: late.MaxTime}
	if !early(s.DB, &late) || early(s.DB, &old) || early(s.DB, &ordinary) {
		t.Errorf("early: late %v, old %v, ordinary %v", early(s.DB, &late), early(s.DB, &old), early(s.DB, &ordinary))
	}
}

// Enough late samples that the store packs some of them and says so in their log.
func TestMarkersDoNotOutlastAStart(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(dir, slog.New(slog.DiscardHandler), Keep{Window: month})
	if err != nil {
		t.Fatal(err)
	}
	put(t, s, "a", 0)
	for i := range 100 {
		put(t, s, "a", -time.Hour+time.Duration(i)*time.Second)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(dir, "wbl")
	if n := markers(t, log); n == 0 {
		t.Fatal("the store writes no markers any more: this care is not needed")
	}
	os.RemoveAll(filepath.Join(dir, "chunks_head")) // kill -9 before they were written
	s = open(t, dir, io.Discard, slog.LevelInfo)
	if n := count(t, s, "a"); n != 101 {
		t.Errorf("%d samples, want 101", n)
	}
	if n := markers(t, log); n != 0 {
		t.Errorf("%d markers are left", n)
	}
}

func markers(t *testing.T, log string) (n int) {
	t.Helper()
	in, err := wlog.NewSegmentsReader(log)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	r := wlog.NewReader(in)
	for r.Next() {
		if record.Type(r.Record()[0]) == record.MmapMarkers {
			n++
		}
	}
	if r.Err() != nil {
		t.Fatal(r.Err())
	}
	return n
}

func TestNewestIsAfterEverySample(t *testing.T) {
	s := open(t, t.TempDir(), io.Discard, slog.LevelInfo)
	if s.Newest() > t0.UnixMicro() {
		t.Error("an empty store has a newest sample")
	}
	put(t, s, "a", 0, -time.Hour)
	if s.Newest() != t0.UnixMicro() {
		t.Errorf("newest is %d, want %d", s.Newest(), t0.UnixMicro())
	}
	if err := s.Sync(); err != nil {
		t.Error(err)
	}
}

func TestABlockThatIsAnothersIsRefused(t *testing.T) {
	dir := t.TempDir()
	id := ulid.Make()
	if err := os.MkdirAll(filepath.Join(dir, id.String()), 0o750); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"another's id":      `{"version":1,"ulid":"01M80JKVTQJSFFYPDF00RYM6VE"}`,
		"no json":           `hello`,
		"a version to come": `{"version":2,"ulid":"` + id.String() + `"}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, id.String(), "meta.json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir, slog.New(slog.DiscardHandler), Keep{Window: month}); err == nil || !strings.Contains(err.Error(), id.String()) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The names of the series stand in the log alone: without it the samples that are beside it would be left out.
func TestALogThatIsGoneIsMissed(t *testing.T) {
	made := func(t *testing.T) string {
		dir := t.TempDir()
		s, err := Open(dir, slog.New(slog.DiscardHandler), Keep{Window: month})
		if err != nil {
			t.Fatal(err)
		}
		put(t, s, "a", 0, 48*time.Hour, time.Hour) // the last one is late
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	refused := func(t *testing.T, dir string) {
		t.Helper()
		s, err := Open(dir, slog.New(slog.DiscardHandler), Keep{Window: month})
		if err == nil {
			t.Fatalf("a store without its log was opened: %v", s.Close())
		}
		if !strings.Contains(err.Error(), filepath.Join(dir, "wal")) || !strings.Contains(err.Error(), "backup") {
			t.Errorf("it says %v", err)
		}
	}
	t.Run("folder", func(t *testing.T) {
		dir := made(t)
		away := filepath.Join(dir, "away")
		if err := os.Rename(filepath.Join(dir, "wal"), away); err != nil {
			t.Fatal(err)
		}
		refused(t, dir)
		if err := os.Rename(away, filepath.Join(dir, "wal")); err != nil {
			t.Fatal(err)
		}
		if n := count(t, open(t, dir, io.Discard, slog.LevelInfo), "a"); n != 3 {
			t.Errorf("%d samples are left after the log came back, want 3", n)
		}
	})
	t.Run("emptied", func(t *testing.T) {
		dir := made(t)
		logs, err := filepath.Glob(filepath.Join(dir, "wal", "0*"))
		if err != nil || len(logs) == 0 {
			t.Fatal(logs, err)
		}
		for _, path := range logs {
			if err := os.Truncate(path, 0); err != nil {
				t.Fatal(err)
			}
		}
		refused(t, dir)
	})
	t.Run("never used", func(t *testing.T) {
		dir := t.TempDir()
		for range 2 {
			s, err := Open(dir, slog.New(slog.DiscardHandler), Keep{Window: month})
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// Late samples whose series no log names any more are told of, and what there is of them is kept.
func TestLateSamplesWithoutANameAreKept(t *testing.T) {
	dir := t.TempDir()
	for _, series := range []string{"a", "b"} {
		s, err := Open(dir, slog.New(slog.DiscardHandler), Keep{Window: month})
		if err != nil {
			t.Fatal(err)
		}
		put(t, s, series, 0, 48*time.Hour)
		if series == "b" {
			put(t, s, "a", time.Hour)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Truncate(wlog.SegmentName(filepath.Join(dir, "wal"), 0), 0); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	if n := count(t, open(t, dir, &log, slog.LevelError), "b"); n != 2 {
		t.Errorf("%d samples of the series that has its name, want 2", n)
	}
	kept, err := filepath.Glob(filepath.Join(dir, "damaged", "wbl-*"))
	if err != nil || len(kept) == 0 || !strings.Contains(log.String(), kept[0]) {
		t.Errorf("%v, %v is kept, and the log says %s", kept, err, log.String())
	}
}
