// Package embedded is the historian inside the process: compressed blocks, a write-ahead log in front of them, and a lexicon for texts.
package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/prometheus/tsdb/fileutil"

	"millwright/internal/errs"
	"millwright/internal/ot/history"
	"millwright/internal/ot/history/embedded/coding"
	"millwright/internal/ot/history/embedded/lexicon"
	"millwright/internal/ot/history/embedded/shelf"
	"millwright/internal/ot/history/embedded/space"
	"millwright/internal/ot/history/embedded/sums"
	"millwright/internal/ot/tag"
)

var _ history.Archive = (*Archive)(nil)

// Options are the choices of an archive. The zero Options are sensible.
type Options struct {
	Retention time.Duration // samples older than this are dropped, by whole blocks; 0 means 400 days, less than 0 never
	Size      int64         // bytes on the disk: the oldest blocks are dropped while all take more; 0 is no limit
	Window    time.Duration // how late a sample may come; 0 means 30 days
	Reserve   uint64        // bytes of the disk left free: nothing is appended below; 0 means 64 MB
}

func (o Options) orDefault() Options {
	if o.Retention == 0 {
		o.Retention = 400 * 24 * time.Hour
	}
	if o.Window == 0 {
		o.Window = 30 * 24 * time.Hour
	}
	if o.Reserve == 0 {
		o.Reserve = Reserve
	}
	return o
}

// sumsKept is how many sums of packed runs of samples are remembered: a month of a tag at 1 Hz has 22,000.
const sumsKept = 100_000

// Archive keeps samples in a folder. It is safe for concurrent use, by one process at a time.
type Archive struct {
	dir  string
	reg  atomic.Pointer[tag.Registry]
	log  *slog.Logger
	opts Options
	keep shelf.Limits
	lock fileutil.Releaser
	free func(dir string) (uint64, error)

	writing sync.Mutex // held by Append and Close
	lanes   []lane     // by tag; the writer's
	ceiling int64      // no sample in the store was newer when it was opened
	broken  error      // a write failed: the store must be opened anew before the next
	count   counters

	gate   sync.RWMutex // readers hold it shared for as long as they look into the store
	store  *shelf.Shelf // nil while it is not open
	words  *lexicon.Lexicon
	closed chan struct{}
	sums   *sums.Cache
}

// Reserve is how much of the disk is left free unless the options say otherwise.
const Reserve = 64 << 20

// Open opens the archive in a folder, which it makes if need be. What a crash left behind is put in
// order and logged; damage that cannot be put in order is an error that says what to do.
func Open(dir string, reg *tag.Registry, log *slog.Logger, opts Options) (*Archive, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("open the history in %s: %w", dir, err)
	}
	lock, err := space.Claim(dir)
	if err != nil {
		return nil, err
	}
	a := &Archive{
		dir: dir, log: log, opts: opts.orDefault(), lock: lock, free: space.Room,
		lanes: make([]lane, reg.Len()+1), closed: make(chan struct{}), sums: sums.NewCache(sumsKept),
	}
	a.reg.Store(reg)
	a.Limit(a.opts.Retention, a.opts.Size)
	if err := a.open(); err != nil {
		return nil, errors.Join(fmt.Errorf("open the history in %s: %w", dir, err), lock.Release())
	}
	return a, nil
}

// Free tells whether an archive could be opened in a folder, as far as other programs go (errs.Conflict).
// A folder that is not there is free, and is not made.
func Free(dir string) error {
	if there, _ := os.Stat(dir); there == nil { // or Open says what is wrong with it
		return nil
	}
	lock, err := space.Claim(dir)
	if err != nil {
		return err
	}
	return lock.Release()
}

// Adopt puts another plant's tags in the place of those there are. reg must be a successor of the registry in use,
// so that who still holds a number from before means the same tag.
func (a *Archive) Adopt(reg *tag.Registry) {
	a.writing.Lock()
	defer a.writing.Unlock()
	a.lanes = append(a.lanes, make([]lane, reg.Len()+1-len(a.lanes))...)
	a.reg.Store(reg)
}

// name is what a tag is called; "" for one that there is not.
func (a *Archive) name(id tag.ID) string { return a.reg.Load().Tag(id).Name }

// open opens store and lexicon; the folder is locked and nothing is open.
func (a *Archive) open() error {
	if err := a.roomOnDisk(a.opts.Reserve / 4); err != nil {
		return err
	}
	words, cut, err := lexicon.Open(filepath.Join(a.dir, "texts"))
	if err != nil {
		return err
	}
	if cut > 0 {
		a.log.Info("the end of the text lexicon was never finished and is cut off", "bytes", cut)
	}
	// The store counts its window from the newest stamp, which may be wrong by a day; ours counts from now.
	store, err := shelf.Open(a.dir, a.log, shelf.Keep{Limits: &a.keep, Window: a.opts.Window + 48*time.Hour})
	if err != nil {
		return errors.Join(err, words.Close())
	}
	if err := checkTexts(store, words); err != nil {
		return errors.Join(err, store.Close(), words.Close())
	}
	a.store, a.words, a.ceiling = store, words, store.Newest()
	clear(a.lanes)
	return nil
}

// checkTexts refuses a store whose texts are gone.
func checkTexts(store *shelf.Shelf, words *lexicon.Lexicon) error {
	if words.Len() > 0 {
		return nil
	}
	q, err := store.Querier(math.MinInt64, math.MaxInt64)
	if err != nil {
		return err
	}
	defer func() { _ = q.Close() }()
	kinds, _, err := q.LabelValues(context.Background(), coding.LabelKind, nil)
	if err != nil {
		return err
	}
	if slices.Contains(kinds, tag.Text.String()) {
		return errors.New("there are samples of texts, but the text lexicon (the file texts) is missing or empty; put it back from a backup")
	}
	return nil
}

// Close writes down what is open and lets go of the folder. Readers are told to stop; one that does
// not within 5 s keeps the store open, which loses nothing since every append is on the disk.
func (a *Archive) Close() error {
	a.writing.Lock()
	defer a.writing.Unlock()
	select {
	case <-a.closed:
		return nil
	default:
		close(a.closed)
	}
	if err := a.exclusive(); err != nil {
		return fmt.Errorf("close the history in %s: %w", a.dir, err)
	}
	defer a.gate.Unlock()
	return errors.Join(a.shut(), a.lock.Release())
}

// patience is how long a writer waits for readers to finish.
const patience = 5 * time.Second

// exclusive waits until no reader looks into the store, and keeps new ones out.
func (a *Archive) exclusive() error {
	timeout := time.NewTimer(patience)
	defer timeout.Stop()
	again := time.NewTicker(time.Millisecond)
	defer again.Stop()
	for !a.gate.TryLock() {
		select {
		case <-timeout.C:
			return errs.New(errs.Unavailable, "it is still being read after %s", patience)
		case <-again.C:
		}
	}
	return nil
}

// shut closes the files; the gate is held.
func (a *Archive) shut() error {
	if a.store == nil {
		return nil
	}
	err := errors.Join(a.store.Close(), a.words.Close())
	a.store, a.words = nil, nil
	return err
}

// renew opens the store anew after a failed write: what is in memory then is exactly what is on the disk.
func (a *Archive) renew() error {
	if err := a.exclusive(); err != nil {
		return fmt.Errorf("open the history anew after a failed write: %w", err)
	}
	defer a.gate.Unlock()
	a.log.Warn("opening the history anew after a failed write", "why", a.broken)
	if err := a.shut(); err != nil {
		a.log.Debug("closing the history after a failed write", "error", err)
	}
	if err := a.open(); err != nil {
		return fmt.Errorf("open the history anew after a failed write: %w", err)
	}
	a.broken = nil
	return nil
}

// enter lets a reader in; it must call leave when it is done.
func (a *Archive) enter() (leave func(), err error) {
	a.gate.RLock()
	select {
	case <-a.closed:
	default:
		if a.store != nil {
			return a.gate.RUnlock, nil
		}
	}
	a.gate.RUnlock()
	return nil, errs.New(errs.Unavailable, "the history is not open")
}

// alive tells a reader whether to go on.
func (a *Archive) alive(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-a.closed:
		return errs.New(errs.Unavailable, "the history is being closed")
	default:
		return nil
	}
}

// Sync brings everything appended so far onto the disk itself, so that a power cut cannot take it.
// Against kill -9 it is safe without.
func (a *Archive) Sync() error {
	leave, err := a.enter()
	if err != nil {
		return err
	}
	defer leave()
	return a.store.Sync()
}

// Compact moves what is complete out of memory into blocks now. The archive does so by itself as time goes
// on; after much of the past came at once it is quicker to ask for it.
func (a *Archive) Compact(ctx context.Context) error {
	leave, err := a.enter()
	if err != nil {
		return err
	}
	defer leave()
	return a.store.Compact(ctx)
}
