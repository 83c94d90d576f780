package backup

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"millwright/internal/errs"
	"millwright/internal/ot/history/embedded/space"
	"millwright/internal/store"
)

// Source is what is backed up.
type Source struct {
	Data       string // the folder
	Store      *store.Store
	Still      func(func() error) error // keeps samples from being written for a moment; nil when we are not the writer
	Passphrase string                   // what keys are sealed with; "" leaves them out
	Program    string                   // our version
	Now        func() time.Time
}

// reserve is what a backup leaves free on the disk: the history needs room more than a backup does.
const reserve = 256 << 20

// Folder is where a data folder keeps its backups.
func (s Source) Folder() string { return filepath.Join(s.Data, "backups") }

// Write writes a backup. The ledgers come first: a history that is newer than they are is derived again from there on.
func (s Source) Write(ctx context.Context, w io.Writer) (m Manifest, err error) {
	if err := os.MkdirAll(s.Folder(), 0o700); err != nil {
		return m, errs.New(errs.Unavailable, "back up: %w", err)
	}
	if err := s.room(); err != nil {
		return m, err
	}
	staging, err := os.MkdirTemp(s.Folder(), ".staging-*")
	if err != nil {
		return m, errs.New(errs.Unavailable, "back up: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(staging)) }()
	m = Manifest{Head: Head{Format: format, Program: s.Program, At: s.Now().UTC()}, Database: s.Store.Kind()}
	var pieces []piece
	if m.Database == "sqlite" {
		if pieces, err = s.ledgers(ctx, staging, &m); err != nil {
			return m, err
		}
	}
	samples, err := s.samples(filepath.Join(staging, "history"))
	if err != nil {
		return m, err
	}
	keys, err := s.keys(staging, &m)
	if err != nil {
		return m, err
	}
	return m, pack(ctx, w, &m, append(append(pieces, keys...), samples...))
}

// ledgers copies the database and counts what is in the copy.
func (s Source) ledgers(ctx context.Context, staging string, m *Manifest) ([]piece, error) {
	path := filepath.Join(staging, database)
	if err := s.Store.Backup(ctx, path); err != nil {
		return nil, err
	}
	t, err := store.Inspect(ctx, path)
	if err != nil {
		return nil, err
	}
	m.Schema, m.Rows = t.Schema, t.Rows
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	return []piece{{database, path, info.Size()}}, nil
}

func (s Source) samples(staging string) (all []piece, err error) {
	from := filepath.Join(s.Data, "history")
	if _, err := os.Stat(from); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if s.Still == nil {
		return still(from, staging)
	}
	err = s.Still(func() error {
		all, err = still(from, staging)
		return err
	})
	return all, err
}

// keys takes the certificates, and our keys sealed or not at all.
func (s Source) keys(staging string, m *Manifest) (all []piece, err error) {
	salt := newSalt()
	sealer, err := newSealer(s.Passphrase, salt)
	if err != nil {
		return nil, err
	}
	if sealer != nil {
		m.Salt = salt
	}
	for _, root := range []string{secretKey, "certificates"} {
		err := filepath.WalkDir(filepath.Join(s.Data, root), func(p string, d fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			name, err := filepath.Rel(s.Data, p)
			if err != nil {
				return err
			}
			one, err := small(staging, filepath.ToSlash(name), p, sealer)
			if one == nil && err == nil {
				m.LeftOut = append(m.LeftOut, filepath.ToSlash(name))
			} else if err == nil {
				all = append(all, *one)
			}
			return err
		})
		if err != nil {
			return nil, errs.New(errs.Unavailable, "back up the certificates: %w", err)
		}
	}
	return all, nil
}

// small copies a small file; a key is sealed on the way, or nil is given for it.
func small(staging, name, path string, s *sealer) (*piece, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if secret(name) {
		if s == nil {
			return nil, nil //nolint:nilnil // left out
		}
		text = s.seal(name, text)
		name += sealedSuffix
	}
	kept := filepath.Join(staging, "small", filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(kept), 0o700); err != nil {
		return nil, err
	}
	return &piece{name, kept, int64(len(text))}, os.WriteFile(kept, text, 0o600)
}

// room refuses a backup that might fill the disk.
func (s Source) room() error {
	var bytes uint64
	for _, root := range []string{database, "history"} {
		_ = filepath.WalkDir(filepath.Join(s.Data, root), func(_ string, d fs.DirEntry, err error) error { // what cannot be seen now takes no room
			if err != nil || d.IsDir() {
				return nil //nolint:nilerr // see above
			}
			if info, err := d.Info(); err == nil {
				bytes += uint64(max(0, info.Size()))
			}
			return nil
		})
	}
	free, err := space.Room(s.Folder())
	if err == nil && free < bytes+reserve {
		return errs.New(errs.Unavailable, "back up: the disk has %d MB free, and %d MB may be needed; make room, or keep fewer backups", free>>20, (bytes+reserve)>>20)
	}
	return nil
}

// pack writes the pieces as one packed file.
func pack(ctx context.Context, w io.Writer, m *Manifest, pieces []piece) error {
	z := gzip.NewWriter(w)
	t := tar.NewWriter(z)
	if err := putJSON(t, headName, m.Head); err != nil {
		return err
	}
	for _, p := range pieces {
		if err := ctx.Err(); err != nil {
			return err
		}
		f, err := put(t, p, m.At)
		if err != nil {
			return fmt.Errorf("back up %s: %w", p.name, err)
		}
		m.Files = append(m.Files, f)
	}
	if err := putJSON(t, manifestName, m); err != nil {
		return err
	}
	return errors.Join(t.Close(), z.Close())
}

func putJSON(t *tar.Writer, name string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	if err := t.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(text)), Typeflag: tar.TypeReg}); err != nil {
		return err
	}
	_, err = t.Write(text)
	return err
}

func put(t *tar.Writer, p piece, at time.Time) (File, error) {
	f, err := os.Open(p.path)
	if err != nil {
		return File{}, err
	}
	defer func() { _ = f.Close() }() // only read
	if err := t.WriteHeader(&tar.Header{Name: p.name, Mode: 0o600, Size: p.size, ModTime: at, Typeflag: tar.TypeReg}); err != nil {
		return File{}, err
	}
	sum := sha256.New()
	if _, err := io.CopyN(io.MultiWriter(t, sum), f, p.size); err != nil {
		return File{}, err
	}
	return File{p.name, p.size, hex.EncodeToString(sum.Sum(nil))}, nil
}
