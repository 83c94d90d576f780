package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"millwright/internal/errs"
	"millwright/internal/store"
)

// Wish is how a backup is to be restored.
type Wish struct {
	Data       string // an empty folder, or none yet
	Passphrase string // what keys were sealed with
	Without    bool   // leave sealed keys out
	Migrate    bool   // the ledgers of an older program may be brought up to date
}

// Restore puts a backup into an empty folder, once all of it has proved to be right. Otherwise it says what is wrong
// and leaves nothing behind.
func Restore(ctx context.Context, from io.Reader, w Wish) (m Manifest, err error) {
	into := w.Data
	made, err := vacant(into)
	if err != nil {
		return m, err
	}
	staging, err := os.MkdirTemp(into, ".restore-*")
	if err != nil {
		return m, errs.New(errs.Invalid, "restore into %s: %w", into, err)
	}
	defer func() {
		err = errors.Join(err, os.RemoveAll(staging))
		if err != nil && made {
			_ = os.Remove(into) // only while it is empty
		}
	}()
	w.Data = staging
	if m, err = Unpack(ctx, from, w); err != nil {
		return m, err
	}
	if err := m.agreed(w); err != nil {
		return m, err
	}
	return m, moveIn(staging, into)
}

// agreed refuses what was made by an older program, unless somebody agreed to its ledgers being brought up to date: there
// is no way back to that program after.
func (m Manifest) agreed(w Wish) error {
	newest, err := store.Schema()
	if err != nil || m.Schema == 0 || m.Schema == newest || w.Migrate {
		return err
	}
	return refuse("it was made by an older Millwright, %s: this one brings its ledgers up to date (schema %d to %d), and the older one cannot read them after; give --migrate to agree to that", errs.Clip(m.Program), m.Schema, newest)
}

// Unpack writes the files of a backup into an empty folder, and proves all of it to be right. What is not stays there
// half done.
func Unpack(ctx context.Context, from io.Reader, w Wish) (m Manifest, err error) {
	if m, err = unpack(ctx, from, w.Data); err != nil {
		return m, err
	}
	if err := agrees(ctx, w.Data, m); err != nil {
		return m, err
	}
	return m, unseal(w.Data, m, w)
}

// vacant makes sure that the folder is there and empty, and tells whether it was made.
func vacant(data string) (made bool, err error) {
	entries, err := os.ReadDir(data)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := os.MkdirAll(data, 0o700); err != nil {
			return false, errs.New(errs.Invalid, "restore into %s: %w", data, err)
		}
		return true, nil
	case err != nil:
		return false, errs.New(errs.Invalid, "restore into %s: %w", data, err)
	case len(entries) > 0:
		return false, errs.New(errs.Conflict, "restore into %s: the folder is not empty; name another with --data, or move what is in it away", data)
	}
	return false, nil
}

// agrees opens the restored database as it lies there: sound, ours, not newer, and with as many rows as then.
func agrees(ctx context.Context, staging string, m Manifest) error {
	path := filepath.Join(staging, database)
	_, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) && m.Database != "sqlite" {
		return nil
	}
	if err != nil {
		return refuse("it has no ledgers: %s is missing", database)
	}
	t, err := store.Inspect(ctx, path)
	if err != nil {
		return refuse("%w", err)
	}
	if t.Schema != m.Schema || !maps.Equal(t.Rows, m.Rows) {
		return refuse("its ledgers have other rows than when it was made")
	}
	return nil
}

// unseal opens the keys.
func unseal(staging string, m Manifest, w Wish) error {
	s, err := newSealer(w.Passphrase, m.Salt)
	if err != nil {
		return err
	}
	for _, f := range m.Files {
		name, sealed := strings.CutSuffix(f.Path, sealedSuffix)
		if !sealed || !secret(name) {
			continue
		}
		path := filepath.Join(staging, filepath.FromSlash(f.Path))
		if s == nil && !w.Without {
			return refuse("its keys are sealed: give the passphrase that they were sealed with (by command: --passphrase-file), or go without them (--without-keys)")
		}
		if err := unsealOne(s, path, name, w.Without); err != nil {
			return err
		}
	}
	return nil
}

func unsealOne(s *sealer, path, name string, without bool) error {
	if without {
		return os.Remove(path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	plain, err := s.open(name, text)
	if err != nil {
		return err
	}
	if _, err := write(bytes.NewReader(plain), strings.TrimSuffix(path, sealedSuffix), name); err != nil {
		return err
	}
	return os.Remove(path)
}

// moveIn gives the files their place. The ledgers come last: a history without them is no folder to start on.
func moveIn(staging, data string) error {
	entries, err := os.ReadDir(staging)
	if err != nil {
		return err
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int {
		if a.Name() == database {
			return 1
		}
		if b.Name() == database {
			return -1
		}
		return strings.Compare(a.Name(), b.Name())
	})
	for _, e := range entries {
		if err := os.Rename(filepath.Join(staging, e.Name()), filepath.Join(data, e.Name())); err != nil {
			return fmt.Errorf("restore into %s: %w", data, err)
		}
	}
	return nil
}
