package standby

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"millwright/internal/access"
	"millwright/internal/app/backup"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/web"
)

// Setting is where a desk stands.
type Setting struct {
	Data       string
	Kind       string                              // of the database
	Kept       func(name string) (*os.File, error) // opens a backup that is kept
	Passphrase string                              // what keys are sealed with here
	Audit      func(ctx context.Context, e access.Entry) (access.Entry, error)
	Restored   func(ctx context.Context, e access.Entry) error // tells the ledgers that they are restored
	Again      func()                                          // has the program stop, and start again
	Newest     func() (int64, error)                           // the schema that this program brings ledgers to
	Steps      func(from int64) []string                       // what it does for that
	Now        func() time.Time
	Log        *slog.Logger
}

// Desk checks backups and stages them.
type Desk struct {
	Setting
	room  string
	asked chan job

	mu      sync.Mutex
	note    Note
	name    string // what is being looked at; "" when nothing is
	since   time.Time
	refused string // why the last was not taken
}

var _ web.Restorer = (*Desk)(nil)

// job is a backup to be looked through.
type job struct {
	name string
	path string // of what was sent; "" for one that is kept
	wish web.RestoreWish
}

// Open finds what waits. Ledgers that were put in place just now are told so.
func Open(ctx context.Context, s Setting) (*Desk, error) {
	d := &Desk{Setting: s, room: filepath.Join(s.Data, roomName), asked: make(chan job, 1)}
	var err error
	if d.note, err = readNote(d.room); err != nil || d.note.Phase != Placed || d.note.Told {
		return d, err
	}
	n := &d.note
	err = s.Restored(ctx, access.Entry{
		Who: n.By, What: "backup.restore", On: n.Name, Why: n.Why,
		Old: "in " + n.Aside, New: fmt.Sprintf("made by %s on %s, schema %d", n.Program, n.Made.UTC().Format(time.RFC3339), n.Schema),
	})
	if err != nil {
		return d, err
	}
	n.Told = true
	return d, n.write(d.room)
}

// Run looks through backups until ctx ends.
func (d *Desk) Run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case j := <-d.asked:
			n, err := d.check(ctx, j)
			d.ended(n, err)
		}
	}
}

// begin makes sure that nothing else is under way.
func (d *Desk) begin(name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.Kind != "sqlite":
		return errs.New(errs.Invalid, "the ledgers are in PostgreSQL, and no backup has them: restore by command")
	case d.name != "":
		return errs.New(errs.Conflict, "another backup, %s, is being looked through; wait until that is done", d.name)
	case d.note.Phase == Staged:
		return errs.New(errs.Conflict, "a backup, %s, is staged already; take it back first", d.note.Name)
	}
	d.name, d.since, d.refused = name, d.Now(), ""
	return nil
}

// ended keeps how a look at a backup ended.
func (d *Desk) ended(n Note, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	name := d.name
	d.name = ""
	if err != nil {
		d.refused = name + ": " + err.Error()
		d.Log.Warn("a backup is not taken", "backup", name, "err", err)
		return
	}
	d.note = n
}

// CheckKept has a backup that is kept here looked through.
func (d *Desk) CheckKept(ctx context.Context, name string, w web.RestoreWish, by plant.Person) error {
	f, err := d.Kept(name)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Close(), d.begin(name)); err != nil {
		return err
	}
	return d.ask(ctx, job{name: name, wish: w}, by)
}

// CheckSent keeps a file as it comes, and has it looked through.
func (d *Desk) CheckSent(ctx context.Context, name string, from io.Reader, w web.RestoreWish, by plant.Person) error {
	if err := d.begin(name); err != nil {
		return err
	}
	path := filepath.Join(d.room, uploadName)
	if err := receive(from, path); err != nil {
		err = errors.Join(err, os.RemoveAll(path))
		d.ended(Note{}, err)
		return err
	}
	return d.ask(ctx, job{name, path, w}, by)
}

// ask audits who wants a backup looked through, and has it done.
func (d *Desk) ask(ctx context.Context, j job, by plant.Person) error {
	how := "kept here"
	if j.path != "" {
		how = "sent"
	}
	if _, err := d.Audit(ctx, access.Entry{Who: by, What: "backup.check", On: j.name, New: how, Why: j.wish.Why}); err != nil {
		d.ended(Note{}, err)
		return err
	}
	d.asked <- j // there is one at a time
	return nil
}

// receive writes what comes to a new file, as long as there is room for it.
func receive(from io.Reader, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return errs.New(errs.Unavailable, "keep a backup: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return errs.New(errs.Unavailable, "keep a backup: %w", err)
	}
	for err == nil {
		if err = backup.Room(filepath.Dir(path)); err == nil {
			_, err = io.CopyN(f, from, 16<<20)
		}
	}
	if errors.Is(err, io.EOF) {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// check unpacks a backup in the room and proves it to be right.
func (d *Desk) check(ctx context.Context, j job) (n Note, err error) {
	if err := drop(d.room); err != nil && !errors.Is(err, os.ErrNotExist) {
		return n, err
	}
	d.mu.Lock()
	d.note = Note{}
	d.mu.Unlock()
	files := filepath.Join(d.room, filesName)
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(files))
		}
		if j.path != "" {
			err = errors.Join(err, os.Remove(j.path))
		}
	}()
	from, err := d.open(j)
	if err != nil {
		return n, err
	}
	defer func() { _ = from.Close() }() // only read
	if err := os.MkdirAll(files, 0o700); err != nil {
		return n, errs.New(errs.Unavailable, "restore: %w", err)
	}
	w := backup.Wish{Data: files, Passphrase: j.wish.Passphrase, Without: j.wish.Without}
	if w.Passphrase == "" {
		w.Passphrase = d.Passphrase
	}
	m, err := backup.Unpack(ctx, from, w)
	if err == nil && m.Database != "sqlite" {
		err = errs.New(errs.Invalid, "this backup cannot be restored here: its ledgers were in PostgreSQL, and are not in it")
	}
	if err != nil {
		return n, err
	}
	_, missing := os.Stat(filepath.Join(files, secretKey))
	n = Note{ID: rand.Text(), Phase: Checked, Name: j.name, Made: m.At, Program: m.Program, Schema: m.Schema, Files: len(m.Files), Keys: missing == nil}
	for _, f := range m.Files {
		n.Bytes += f.Size
	}
	for _, rows := range m.Rows {
		n.Rows += rows
	}
	return n, n.write(d.room)
}

func (d *Desk) open(j job) (*os.File, error) {
	if j.path == "" {
		return d.Kept(j.name)
	}
	return os.Open(j.path)
}

// Stage has the next start put in place what was looked through.
func (d *Desk) Stage(ctx context.Context, id string, by plant.Person, why string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.name != "" || d.note.Phase != Checked || d.note.ID != id {
		return errs.New(errs.Conflict, "this is not what waits any more: look at it again")
	}
	n := d.note
	n.Phase, n.By, n.Why, n.At, n.Failed = Staged, by, why, d.Now().UTC(), ""
	n.Aside = "before-" + n.At.Format("20060102T150405Z")
	if _, err := os.Lstat(filepath.Join(d.Data, n.Aside)); err == nil {
		return errs.New(errs.Conflict, "%s is there already: try again in a second", n.Aside)
	}
	if err := n.write(d.room); err != nil {
		return err
	}
	_, err := d.Audit(ctx, access.Entry{Who: by, What: "backup.stage", On: n.Name, Why: why, New: "made by " + n.Program + " on " + n.Made.UTC().Format(time.RFC3339)})
	if err != nil { // what is not audited is not done
		return errors.Join(err, d.note.write(d.room))
	}
	d.note = n
	return nil
}
