// Package shelf opens the time series store in such a way that it loses nothing it has taken, and says so when it must.
package shelf

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/oklog/ulid/v2"
	"github.com/prometheus/prometheus/tsdb"
	"github.com/prometheus/prometheus/tsdb/record"
	"github.com/prometheus/prometheus/tsdb/wlog"
	"github.com/prometheus/prometheus/util/compression"

	"millwright/internal/ot/history/embedded/mend"
)

// The sizes of the store. Blocks of half an hour keep the log that a start has to read below some 270
// million samples at 100,000 a second; and a sample up to a quarter of an hour behind the newest of
// all still takes the quick way.
const (
	firstBlock = 30 * time.Minute
	lastBlock  = 31 * 24 * time.Hour
	segment    = 32 << 20
	stripes    = 1 << 10
)

// Shelf is an open store. Its times are microseconds.
type Shelf struct {
	*tsdb.DB
	dir      string
	unlogged atomic.Bool
	settler  *settler
}

// Keep is what a store keeps.
type Keep struct {
	Limits *Limits       // nil is none
	Window time.Duration // samples are taken until they are this far behind the newest
}

// Open opens the store in a folder that the caller has locked. What a crash left unfinished is put in order and logged.
func Open(dir string, log *slog.Logger, keep Keep) (*Shelf, error) {
	if err := checkBlocks(dir); err != nil {
		return nil, err
	}
	if err := checkLogs(dir); err != nil {
		return nil, err
	}
	if err := tidyLogs(dir, log); err != nil {
		return nil, err
	}
	limits := keep.Limits
	if limits == nil {
		limits = &Limits{}
	}
	s := &Shelf{dir: dir}
	s.settler = newSettler(log, s.moveLate)
	o := tsdb.DefaultOptions()
	o.NoLockfile = true
	o.MinBlockDuration = firstBlock.Microseconds()
	o.MaxBlockDuration = lastBlock.Microseconds()
	o.OutOfOrderTimeWindow = keep.Window.Microseconds()
	o.WALSegmentSize = segment
	o.MaxBlockChunkSegmentSize = 4 * segment
	o.WALCompression = compression.Snappy
	o.StripeSize = stripes
	o.NewCompactorFunc = compactors(&s.settler.stopping)
	var nameless atomic.Bool
	var db atomic.Pointer[tsdb.DB]
	o.BlocksToDelete = func(blocks []*tsdb.Block) map[ulid.ULID]struct{} {
		memory := int64(0)
		if open := db.Load(); open != nil {
			memory = open.Head().Size()
		}
		return limits.beyond(blocks, memory)
	}
	o.BlockCompactionExcludeFunc = func(m *tsdb.BlockMeta) bool { return db.Load() == nil || early(db.Load(), m) }
	opened, err := tsdb.Open(dir, slog.New(handler{to: log.Handler(), unlogged: &s.unlogged, nameless: &nameless, closing: &s.settler.stopping}), nil, o, nil)
	if err != nil {
		return nil, fmt.Errorf("%w; put the files named here back from a backup, or move them away and lose what is in them", err)
	}
	db.Store(opened)
	s.DB = opened
	if nameless.Load() {
		if err := keepLate(dir, log); err != nil {
			return nil, errors.Join(err, opened.Close())
		}
	}
	s.settle()
	return s, nil
}

// notMarker tells whether a record of the log of late samples is none of those that say that samples
// before it are packed into a file. They are written before that file is: after kill -9 the store
// would believe them and leave the samples out. Without them it just takes all samples from the log.
func notMarker(r []byte) bool { return len(r) == 0 || record.Type(r[0]) != record.MmapMarkers }

// early tells whether it is too early to merge a block of late samples, since it reaches into what is
// still in memory. Merged with an older block, it would make the store believe at its next start
// that everything up to its end is in blocks, and leave out what only the log has.
func early(db *tsdb.DB, m *tsdb.BlockMeta) bool {
	return m.Compaction.FromOutOfOrder() && m.MaxTime > db.Head().MinTime()
}

// Newest is a time that no sample in the store is after.
func (s *Shelf) Newest() int64 {
	t := max(s.Head().MaxTime(), s.Head().MaxOOOTime())
	for _, b := range s.Blocks() {
		t = max(t, b.MaxTime())
	}
	return t
}

// Oldest is a time that no sample in the store is before; the greatest number when there is none.
func (s *Shelf) Oldest() int64 {
	t := int64(math.MaxInt64)
	if s.Head().NumSeries() > 0 {
		t = s.Head().MinTime()
	}
	if late := s.Head().MinOOOTime(); late <= s.Head().MaxOOOTime() {
		t = min(t, late)
	}
	for _, b := range s.Blocks() {
		t = min(t, b.MinTime())
	}
	return t
}

// Floor is the time from which on samples are in memory. A block written by somebody else must end
// before it: at its next start the store takes everything up to the end of its blocks to be in them.
func (s *Shelf) Floor() int64 {
	if s.Head().NumSeries() == 0 {
		return math.MaxInt64
	}
	return s.Head().MinTime()
}

// Reload makes blocks readable that somebody else wrote. What comes for their time from now on is
// late, as it would be after a start.
func (s *Shelf) Reload(ctx context.Context) error {
	if err := s.CompactOOOHead(ctx); err != nil {
		return err
	}
	end := int64(math.MinInt64)
	for _, b := range s.Blocks() {
		if m := b.Meta(); !m.Compaction.FromOutOfOrder() {
			end = max(end, m.MaxTime)
		}
	}
	s.Head().SetMinValidTime(end)
	return nil
}

// Unlogged tells whether late samples were taken into memory that could not be written to their log.
// The append itself does not fail then. The store must be opened anew.
func (s *Shelf) Unlogged() bool { return s.unlogged.Load() }

// Sync brings the logs onto the disk itself; older segments are there already.
func (s *Shelf) Sync() error {
	for _, name := range []string{"wal", "wbl"} {
		if err := syncNewest(filepath.Join(s.dir, name)); err != nil {
			return fmt.Errorf("bring the log %s of the history onto the disk: %w", name, err)
		}
	}
	return nil
}

func syncNewest(log string) error {
	_, last, err := wlog.Segments(log)
	if errors.Is(err, os.ErrNotExist) || (err == nil && last < 0) {
		return nil
	}
	if err != nil {
		return err
	}
	f, err := os.Open(wlog.SegmentName(log, last))
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	return f.Sync()
}

// keepLate keeps the log of late samples under other names before the store drops it, since some of them could not be read.
func keepLate(dir string, log *slog.Logger) error {
	aside, err := mend.Keep(filepath.Join(dir, "wbl"), filepath.Join(dir, "damaged"))
	if err != nil {
		return fmt.Errorf("keep the log of late samples: %w", err)
	}
	log.Error("the history log that names the tags of late samples was cut short: those samples cannot be read; a backup of the folder has them", "kept", aside)
	return nil
}

// tidyLogs makes the logs sound, and lets the store find nothing in them that is no longer so.
func tidyLogs(dir string, log *slog.Logger) error {
	if _, err := mendLog(dir, "wal", log); err != nil {
		return err
	}
	whole, err := mendLog(dir, "wbl", log)
	if err != nil {
		return err
	}
	if err := mend.Drop(filepath.Join(dir, "wbl"), notMarker); err != nil || !whole {
		return err
	}
	return dropLatePacked(dir)
}

// mendLog makes a log sound; whole tells that it is there and was so already.
func mendLog(dir, name string, log *slog.Logger) (whole bool, err error) {
	folder := filepath.Join(dir, name)
	found, err := mend.Log(folder, filepath.Join(dir, "damaged"))
	if err != nil {
		return false, err
	}
	for _, f := range found {
		if f.Torn {
			log.Info("the end of a history log was never finished and is cut off", "file", f.Segment, "bytes", f.Bytes)
			continue
		}
		log.Error("a history log was damaged: samples in it are lost", "file", f.Segment, "bytes", f.Bytes, "kept", f.Aside)
	}
	_, err = os.Stat(folder)
	return err == nil && len(found) == 0, nil
}
