// Package mend makes a write-ahead log readable to its end before the store opens it.
//
// The store itself would throw away everything behind the first bad byte, whole segments included,
// and would then skip the log of late samples. Here every sound record is kept, the damaged file is
// put aside, and what was lost is reported.
package mend

import (
	"bufio"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/prometheus/prometheus/tsdb/record"
	"github.com/prometheus/prometheus/tsdb/wlog"
	"github.com/prometheus/prometheus/util/compression"
)

const page = 32 << 10 // records start anew at every page; a reader can pick up there

// Finding is one thing that was wrong with a segment.
type Finding struct {
	Segment string // its path
	Bytes   int64  // that could not be read
	Torn    bool   // only the end was cut off in writing: nothing that was acknowledged is lost
	Aside   string // where the damaged file was put; "" when Torn
}

// Log mends the log in a folder: its newest checkpoint and its segments. Damaged files go into aside.
// A folder that does not exist is a log that is sound.
func Log(folder, aside string) ([]Finding, error) {
	first, last, err := wlog.Segments(folder)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look through the log %s: %w; a file of it is missing: put it back from a backup", folder, err)
	}
	if err := clean(folder); err != nil {
		return nil, err
	}
	var found []Finding
	checkpoint, _, err := wlog.LastCheckpoint(folder)
	if err == nil {
		if found, err = Log(checkpoint, aside); err != nil {
			return nil, err
		}
	} else if !errors.Is(err, record.ErrNotFound) {
		return nil, fmt.Errorf("look through the log %s: %w", folder, err)
	}
	newest := true // no record stands in a later segment
	var own []Finding
	for i := last; i >= first && i >= 0; i-- {
		s := segment{path: wlog.SegmentName(folder, i), aside: aside}
		f, err := s.mend(newest)
		if err != nil {
			return nil, fmt.Errorf("mend the log segment %s: %w", s.path, err)
		}
		if f != nil {
			own = append([]Finding{*f}, own...)
		}
		newest = newest && s.size == 0
	}
	return append(found, own...), nil
}

const mending = "mending-*"

// clean removes what a crash left of an earlier mending.
func clean(folder string) error {
	left, err := filepath.Glob(filepath.Join(folder, mending))
	for _, path := range left {
		err = errors.Join(err, os.RemoveAll(path))
	}
	return err
}

type segment struct {
	path, aside string
	size        int64
	sound       int64 // where the first run of sound records ends
	last        bool  // nothing stands behind what is not sound
}

func (s *segment) mend(newest bool) (*Finding, error) {
	clean, err := s.check()
	if err != nil || clean {
		return nil, err
	}
	if newest && s.last {
		f := &Finding{Segment: s.path, Bytes: s.size - s.sound, Torn: true}
		return f, os.Truncate(s.path, s.sound)
	}
	return s.rewrite()
}

// check reads the segment to the first record that is not sound.
func (s *segment) check() (clean bool, err error) {
	f, err := os.Open(s.path)
	if err != nil {
		return false, err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return false, err
	}
	s.size = info.Size()
	c := checker{in: bufio.NewReaderSize(f, 8*page)}
	clean, err = c.check()
	s.sound, s.last = c.sound, c.last
	return clean, err
}

// rewrite puts every sound record into a new file in place of the old one, which goes aside.
func (s *segment) rewrite() (*Finding, error) {
	away, err := s.putAside()
	if err != nil {
		return nil, err
	}
	lost, err := s.replace(func([]byte) bool { return true })
	if err != nil {
		return nil, err
	}
	return &Finding{Segment: s.path, Bytes: lost, Aside: away}, nil
}

// Keep gives every segment of a log a second name in aside, and tells those names.
func Keep(folder, aside string) (names []string, err error) {
	first, last, err := wlog.Segments(folder)
	if err != nil {
		return nil, fmt.Errorf("look through the log %s: %w", folder, err)
	}
	for i := max(first, 0); i <= last; i++ {
		s := segment{path: wlog.SegmentName(folder, i), aside: aside}
		if info, err := os.Stat(s.path); err == nil && info.Size() == 0 {
			continue
		}
		name, err := s.putAside()
		if err != nil {
			return names, err
		}
		names = append(names, name)
	}
	return names, nil
}

// putAside keeps the file under another name too.
func (s *segment) putAside() (away string, err error) {
	if err := os.MkdirAll(s.aside, 0o750); err != nil {
		return "", err
	}
	away, err = freeName(filepath.Join(s.aside, filepath.Base(filepath.Dir(s.path))+"-"+filepath.Base(s.path)))
	if err != nil {
		return "", err
	}
	return away, os.Link(s.path, away)
}

// replace puts a new segment with those sound records that are to be kept in place of the old one, and
// counts the bytes that are not sound.
func (s *segment) replace(keep func(record []byte) bool) (lost int64, err error) {
	tmp, err := os.MkdirTemp(filepath.Dir(s.path), mending)
	if err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(tmp) }()
	f, err := os.Open(s.path)
	if err != nil {
		return 0, err
	}
	defer func() { _ = f.Close() }()
	room := int(s.size/page+2) * page * 2 // records may take a little more room than they did
	out, err := wlog.NewSize(slog.New(slog.DiscardHandler), nil, tmp, room, compression.Snappy)
	if err != nil {
		return 0, err
	}
	w := walker{emit: func(record []byte) error {
		if !keep(record) {
			return nil
		}
		return out.Log(record)
	}}
	if err := errors.Join(w.walk(f), out.Close()); err != nil {
		return 0, err
	}
	return w.lost, os.Rename(wlog.SegmentName(tmp, 0), s.path)
}

// Drop takes records that are not to be kept out of the log in a folder, which is sound.
func Drop(folder string, keep func(record []byte) bool) error {
	first, last, err := wlog.Segments(folder)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look through the log %s: %w", folder, err)
	}
	for i := max(first, 0); i <= last; i++ {
		s := segment{path: wlog.SegmentName(folder, i)}
		if err := s.drop(keep); err != nil {
			return fmt.Errorf("rewrite the log segment %s: %w", s.path, err)
		}
	}
	return nil
}

func (s *segment) drop(keep func(record []byte) bool) error {
	f, err := os.Open(s.path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	s.size = info.Size()
	found := false
	w := walker{emit: func(record []byte) error {
		found = found || !keep(record)
		return nil
	}}
	if err := w.walk(f); err != nil || !found {
		return err
	}
	_, err = s.replace(keep)
	return err
}

// freeName adds a number to a name that is taken.
func freeName(name string) (string, error) {
	for i := range 1000 {
		n := name
		if i > 0 {
			n = fmt.Sprintf("%s.%d", name, i)
		}
		if _, err := os.Lstat(n); errors.Is(err, os.ErrNotExist) {
			return n, nil
		}
	}
	return "", fmt.Errorf("there are already 1000 files called %s; move them away", name)
}
