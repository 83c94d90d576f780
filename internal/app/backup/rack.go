package backup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"time"

	"millwright/internal/errs"
)

// Kept is a backup in the folder.
type Kept struct {
	Name  string
	At    time.Time
	Bytes int64
}

// State is how the backups are doing.
type State struct {
	Kept    []Kept    // the newest first
	Begun   time.Time // of the one that is being made; zero when none is
	Failed  string    // why the last attempt failed; "" when it did not
	At      string    // the time of day at which one is made, "" never
	Sealing bool      // keys are in them, sealed
	Keep    int
}

// Rack makes backups in a folder, when asked and every day, and keeps the newest.
type Rack struct {
	source  Source
	log     *slog.Logger
	asked   chan struct{}
	changed chan struct{} // when one is due

	mu     sync.Mutex
	at     string
	keep   int
	begun  time.Time
	failed string
}

// NewRack makes a rack. at is "02:30", in this computer's time zone, or "" for no day; keep is at least 1.
func NewRack(s Source, at string, keep int, log *slog.Logger) *Rack {
	r := &Rack{source: s, log: log, asked: make(chan struct{}, 1), changed: make(chan struct{}, 1)}
	r.Plan(at, keep)
	return r
}

// Plan changes when backups are made and how many are kept, as NewRack says it. What is too many then goes with the
// next that is made.
func (r *Rack) Plan(at string, keep int) {
	r.mu.Lock()
	r.at, r.keep = at, max(1, keep)
	r.mu.Unlock()
	select {
	case r.changed <- struct{}{}:
	default: // it is to be looked at anyway
	}
}

// planned is when backups are made, and how many are kept.
func (r *Rack) planned() (at string, keep int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.at, r.keep
}

// Ask has a backup made as soon as may be; errs.Conflict while one is being made.
func (r *Rack) Ask() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.begun.IsZero() {
		return errs.New(errs.Conflict, "a backup is being made already, since %s", r.begun.Format(time.TimeOnly))
	}
	select {
	case r.asked <- struct{}{}:
	default: // asked for already
	}
	return nil
}

// Run makes backups until ctx ends.
func (r *Rack) Run(ctx context.Context) error {
	r.clear()
	for {
		if !r.await(ctx) {
			return nil
		}
		if _, err := r.Make(ctx); err != nil && ctx.Err() == nil {
			r.log.Error("no backup was made", "err", err)
		}
	}
}

// await waits until a backup is to be made; false when ctx ends before.
func (r *Rack) await(ctx context.Context) bool {
	for {
		at, _ := r.planned()
		var due <-chan time.Time // never, without a time of day
		if at != "" {
			t := time.NewTimer(wait(r.source.Now(), at))
			defer t.Stop()
			due = t.C
		}
		select {
		case <-ctx.Done():
			return false
		case <-r.changed:
			continue
		case <-due:
		case <-r.asked:
		}
		return true
	}
}

// wait is how long it is to the next time of day.
func wait(now time.Time, clock string) time.Duration {
	at, err := time.Parse("15:04", clock)
	if err != nil {
		return 24 * time.Hour
	}
	next := time.Date(now.Year(), now.Month(), now.Day(), at.Hour(), at.Minute(), 0, 0, now.Location())
	if !next.After(now) {
		next = time.Date(now.Year(), now.Month(), now.Day()+1, at.Hour(), at.Minute(), 0, 0, now.Location())
	}
	return next.Sub(now)
}

// Make makes a backup now, then removes those that are too many.
func (r *Rack) Make(ctx context.Context) (kept Kept, err error) {
	r.mu.Lock()
	if !r.begun.IsZero() {
		r.mu.Unlock()
		return kept, errs.New(errs.Conflict, "a backup is being made already")
	}
	r.begun = r.source.Now()
	r.mu.Unlock()
	defer func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.begun, r.failed = time.Time{}, ""
		if err != nil {
			r.failed = err.Error()
		}
	}()
	name := "millwright-" + r.source.Now().UTC().Format("20060102T150405Z") + ".tar.gz"
	if err := os.MkdirAll(r.source.Folder(), 0o700); err != nil {
		return kept, errs.New(errs.Unavailable, "back up: %w", err)
	}
	m, err := r.source.File(ctx, filepath.Join(r.source.Folder(), name))
	if err != nil {
		return kept, err
	}
	r.log.Info("a backup was made", "name", name, "files", len(m.Files))
	return Kept{Name: name, At: m.At}, r.thin()
}

// File writes a backup to a file that is not there yet. It has that name only once it is whole.
func (s Source) File(ctx context.Context, path string) (m Manifest, err error) {
	if _, err := os.Lstat(path); err == nil {
		return m, errs.New(errs.Conflict, "back up to %s: something of that name is there; name a new file", path)
	}
	f, err := os.OpenFile(path+".part", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return m, errs.New(errs.Invalid, "back up to %s: %w", path, err)
	}
	if m, err = s.Write(ctx, f); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(path+".part", path)
	}
	if err != nil {
		return m, errors.Join(fmt.Errorf("back up to %s: %w", path, err), os.Remove(path+".part"))
	}
	return m, nil
}

var named = regexp.MustCompile(`^millwright-(\d{8}T\d{6}Z)\.tar\.gz$`)

// State tells how the backups are doing.
func (r *Rack) State() (State, error) {
	list, err := r.list()
	r.mu.Lock()
	defer r.mu.Unlock()
	return State{Kept: list, Begun: r.begun, Failed: r.failed, At: r.at, Sealing: r.source.Passphrase != "", Keep: r.keep}, err
}

func (r *Rack) list() (all []Kept, err error) {
	entries, err := os.ReadDir(r.source.Folder())
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	for _, e := range entries {
		m := named.FindStringSubmatch(e.Name())
		info, gone := e.Info()
		if m == nil || gone != nil || !info.Mode().IsRegular() {
			continue
		}
		at, wrong := time.Parse("20060102T150405Z", m[1])
		if wrong != nil {
			continue
		}
		all = append(all, Kept{e.Name(), at, info.Size()})
	}
	slices.SortFunc(all, func(a, b Kept) int { return cmp.Compare(b.Name, a.Name) })
	return all, err
}

// Open opens a backup by its name; errs.NotFound when there is none.
func (r *Rack) Open(name string) (*os.File, error) {
	if !named.MatchString(name) {
		return nil, errs.New(errs.NotFound, "there is no such backup")
	}
	f, err := os.Open(filepath.Join(r.source.Folder(), name))
	if err != nil {
		return nil, errs.New(errs.NotFound, "there is no such backup; it may have made room for newer ones")
	}
	return f, nil
}

// thin removes the oldest.
func (r *Rack) thin() error {
	list, err := r.list()
	_, keep := r.planned()
	for i := keep; i < len(list); i++ {
		err = errors.Join(err, os.Remove(filepath.Join(r.source.Folder(), list[i].Name)))
	}
	return err
}

// clear removes what a program that was killed had begun.
func (r *Rack) clear() {
	left, _ := filepath.Glob(filepath.Join(r.source.Folder(), ".staging-*")) // its only error is of the pattern
	parts, _ := filepath.Glob(filepath.Join(r.source.Folder(), "*.part"))
	for _, path := range append(left, parts...) {
		if err := os.RemoveAll(path); err != nil {
			r.log.Warn("what is left of a backup cannot be removed", "path", path, "err", err)
		}
	}
}
