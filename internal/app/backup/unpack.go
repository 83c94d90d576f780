// How a backup is unpacked beside, and held against its manifest.

package backup

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"

	"millwright/internal/errs"
	"millwright/internal/ot/history/embedded/space"
	"millwright/internal/store"
)

// longestManifest bounds what is read of one.
const longestManifest = 64 << 20

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
			return m, refuse("the entry %q does not belong into one", errs.Clip(h.Name))
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
		return head, refuse("it was made by a newer Millwright, %s (format %d, schema %d; this one knows %d and %d); run that one", errs.Clip(head.Program), head.Format, head.Schema, format, newest)
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
	onDisk := &sink{to: f, in: filepath.Dir(path)}
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

// sink remembers that it was the disk that failed, not the backup, and leaves room on it.
type sink struct {
	to      io.Writer
	in      string // the folder
	unasked int    // bytes since the disk was last asked for its room
	failed  error
}

// Write writes to the disk.
func (s *sink) Write(b []byte) (int, error) {
	if s.unasked -= len(b); s.unasked < 0 {
		if s.failed = Room(s.in); s.failed != nil {
			return 0, s.failed
		}
		s.unasked = 16 << 20
	}
	n, err := s.to.Write(b)
	s.failed = err
	return n, err
}

// Room refuses to fill the disk under a folder: who runs on it needs room too.
func Room(dir string) error {
	free, err := space.Room(dir)
	if err == nil && free < reserve {
		err = errs.New(errs.Unavailable, "the disk has %d MB left, and %d MB must stay free; make room first", free>>20, uint64(reserve)>>20)
	}
	return err
}

// compare holds what was unpacked against what should be there.
func compare(m Manifest, got map[string]File) error {
	for _, want := range m.Files {
		have, there := got[want.Path]
		switch {
		case !there:
			return refuse("its file %q is missing", errs.Clip(want.Path))
		case have != want:
			return refuse("its file %q is not as it was when it was made", errs.Clip(want.Path))
		}
		delete(got, want.Path)
	}
	for name := range got {
		return refuse("its file %q is not in its manifest", errs.Clip(name))
	}
	return nil
}
