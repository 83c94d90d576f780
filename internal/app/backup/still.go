package backup

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"millwright/internal/errs"
)

// piece is a file as it was at one moment: it may grow since, but not below size.
type piece struct {
	name string // in the backup
	path string // where it lies now
	size int64
}

// attempts bound how often the history is looked at until nothing moved meanwhile.
const attempts = 20

// errMoved tells that the store tidied up while its files were noted.
var errMoved = errors.New("the history is being tidied up all the time")

// still notes the files of a history as one moment has them, by links in staging. Blocks never change and logs only
// grow, so what is noted is what a crash at this moment would leave, which every start can live with. The log of late
// samples comes before the other, which has the names of their series, and the texts come last: no sample may need
// what is missing. While the store moves samples from its log into a block it is looked
// at anew, so that they are in one or the other.
func still(from, staging string) ([]piece, error) {
	for range attempts {
		if err := os.RemoveAll(staging); err != nil {
			return nil, err
		}
		before, err := listed(from)
		if err != nil {
			return nil, err
		}
		all, err := noted(from, staging, before)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		after, err := listed(from)
		if err != nil {
			return nil, err
		}
		if slices.Equal(before, after) {
			return all, nil
		}
	}
	return nil, errs.New(errs.Unavailable, "%w; try again in a minute", errMoved)
}

// passing are files that a start makes anew.
func passing(name string) bool {
	top, _, _ := strings.Cut(name, "/")
	return top == "lock" || top == "chunks_head" || strings.Contains(name, ".tmp")
}

// listed gives the names of the files in the order in which they are to be noted.
func listed(from string) ([]string, error) {
	var all []string
	err := filepath.WalkDir(from, func(p string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil // it went while we looked: the second look tells
		case err != nil:
			return err
		}
		rel, err := filepath.Rel(from, p)
		if err != nil || d.IsDir() || !d.Type().IsRegular() || passing(filepath.ToSlash(rel)) {
			return err
		}
		all = append(all, filepath.ToSlash(rel))
		return nil
	})
	rank := func(name string) int {
		switch {
		case strings.HasPrefix(name, "wbl/"):
			return 0
		case strings.HasPrefix(name, "wal/"):
			return 1
		case name == "texts":
			return 3
		}
		return 2
	}
	slices.SortStableFunc(all, func(a, b string) int { return rank(a) - rank(b) })
	return all, err
}

func noted(from, staging string, names []string) ([]piece, error) {
	all := make([]piece, 0, len(names))
	for _, name := range names {
		source, kept := filepath.Join(from, filepath.FromSlash(name)), filepath.Join(staging, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(kept), 0o700); err != nil {
			return nil, err
		}
		if err := hold(source, kept); err != nil {
			return nil, err
		}
		info, err := os.Stat(kept)
		if err != nil {
			return nil, err
		}
		all = append(all, piece{path.Join("history", name), kept, info.Size()})
	}
	return all, nil
}

// hold keeps a file from going: by another name for it, or where the file system knows none, by a copy.
func hold(source, kept string) error {
	err := os.Link(source, kept)
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return copied(source, kept)
}

func copied(source, kept string) error {
	from, err := os.Open(source)
	if err != nil {
		return err
	}
	defer func() { _ = from.Close() }() // only read
	to, err := os.OpenFile(kept, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err = io.Copy(to, from); err != nil {
		err = fmt.Errorf("copy %s: %w", source, err)
	}
	return errors.Join(err, to.Close())
}
