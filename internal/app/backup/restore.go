package backup

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
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
}

// longestManifest bounds what is read of one.
const longestManifest = 64 << 20

// Restore puts a backup into an empty folder, once all of it has proved to be right. Otherwise it says what is wrong
// and leaves nothing behind.
func Restore(ctx context.Context, from io.Reader, w Wish) (m Manifest, err error) {
	made, err := vacant(w.Data)
	if err != nil {
		return m, err
	}
	staging, err := os.MkdirTemp(w.Data, ".restore-*")
	if err != nil {
		return m, errs.New(errs.Invalid, "restore into %s: %w", w.Data, err)
	}
	defer func() {
		err = errors.Join(err, os.RemoveAll(staging))
		if err != nil && made {
			_ = os.Remove(w.Data) // only while it is empty
		}
	}()
	if m, err = unpack(ctx, from, staging); err != nil {
		return m, err
	}
	if err := agrees(ctx, staging, m); err != nil {
		return m, err
	}
	if err := unseal(staging, m, w); err != nil {
		return m, err
	}
	return m, moveIn(staging, w.Data)
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

// unpack writes the files of a backup into staging and holds them against its manifest.
func unpack(ctx context.Context, from io.Reader, staging string) (m Manifest, err error) {
	z, err := gzip.NewReader(from)
	if err != nil {
		return m, refuse("it is no file that Millwright packed")
	}
	t := tar.NewReader(z)
	head, err := readHead(t)
	if err != nil {
		return m, err
	}
	got := map[string]File{}
	for {
		if err := ctx.Err(); err != nil {
			return m, err
		}
		h, err := t.Next()
		if err != nil {
			return m, broken(err)
		}
		if h.Name == manifestName {
			if m, err = readManifest(t, z, head); err != nil {
				return m, err
			}
			return m, compare(m, got)
		}
		if _, twice := got[h.Name]; twice || h.Typeflag != tar.TypeReg || !belongs(h.Name) {
			return m, refuse("the entry %q does not belong into one", clip(h.Name))
		}
		if got[h.Name], err = write(t, filepath.Join(staging, filepath.FromSlash(h.Name)), h.Name); err != nil {
			return m, err
		}
	}
}

// broken words an error of the packing.
func broken(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return refuse("it was cut off before its end")
	}
	return refuse("it is damaged: %w", err)
}

func readHead(t *tar.Reader) (Head, error) {
	var head Head
	h, err := t.Next()
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return head, broken(err)
	}
	if err != nil || h.Name != headName || h.Size > 64<<10 {
		return head, refuse("it is no file that Millwright packed")
	}
	if err := json.NewDecoder(t).Decode(&head); err != nil {
		return head, broken(err)
	}
	newest, err := store.Schema()
	switch {
	case err != nil:
		return head, err
	case head.Format != format || head.Schema > newest:
		return head, refuse("it was made by a newer Millwright, %s (format %d, schema %d; this one knows %d and %d); run that one", clip(head.Program), head.Format, head.Schema, format, newest)
	}
	return head, nil
}

// readManifest reads it, and the packed file to its end, where its checksum stands.
func readManifest(t *tar.Reader, z *gzip.Reader, head Head) (m Manifest, err error) {
	if err := json.NewDecoder(io.LimitReader(t, longestManifest)).Decode(&m); err != nil {
		return m, broken(err)
	}
	if m.Head != head {
		return m, refuse("its first and its last entry do not belong together")
	}
	if _, err := t.Next(); !errors.Is(err, io.EOF) {
		return m, refuse("something follows its manifest")
	}
	if _, err := io.Copy(io.Discard, io.LimitReader(z, 1<<20)); err != nil {
		return m, broken(err)
	}
	return m, nil
}

func write(from io.Reader, path, name string) (File, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return File{}, errs.New(errs.Unavailable, "restore %s: %w", name, err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return File{}, errs.New(errs.Unavailable, "restore %s: %w", name, err)
	}
	sum := sha256.New()
	onDisk := &sink{to: f}
	n, err := io.Copy(io.MultiWriter(onDisk, sum), from)
	closed := errors.Join(f.Sync(), f.Close())
	switch {
	case onDisk.failed != nil || closed != nil:
		return File{}, errs.New(errs.Unavailable, "restore %s: %w", name, errors.Join(onDisk.failed, closed))
	case err != nil:
		return File{}, broken(err)
	}
	return File{name, n, hex.EncodeToString(sum.Sum(nil))}, nil
}

// sink remembers that it was the disk that failed, not the backup.
type sink struct {
	to     io.Writer
	failed error
}

// Write writes to the disk.
func (s *sink) Write(b []byte) (int, error) {
	n, err := s.to.Write(b)
	s.failed = err
	return n, err
}

// compare holds what was unpacked against what should be there.
func compare(m Manifest, got map[string]File) error {
	for _, want := range m.Files {
		have, there := got[want.Path]
		switch {
		case !there:
			return refuse("its file %q is missing", clip(want.Path))
		case have != want:
			return refuse("its file %q is not as it was when it was made", clip(want.Path))
		}
		delete(got, want.Path)
	}
	for name := range got {
		return refuse("its file %q is not in its manifest", clip(name))
	}
	return nil
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
			return refuse("its keys are sealed; give the passphrase with --passphrase-file, or go without them with --without-keys")
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

// clip bounds a name that a stranger wrote.
func clip(s string) string {
	if len(s) > 120 {
		return s[:120] + "…"
	}
	return s
}
