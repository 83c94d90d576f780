// Package lexicon numbers texts for good: a text keeps its number, and a number in use is never lost or given twice.
package lexicon

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"millwright/internal/errs"
)

// The bounds of a lexicon.
const (
	MaxText  = 4096      // bytes of one text
	MaxTexts = 1_000_000 // texts in all
	MaxBytes = 256 << 20 // bytes of all texts together, since they are held in memory
)

// Lexicon is an append-only file of texts, numbered from 1 in the order they were learnt, and its
// copy in memory. It is safe for concurrent use.
type Lexicon struct {
	mu      sync.RWMutex
	file    *os.File
	end     int64 // of the last whole record
	bytes   int64
	texts   []string // by number-1
	numbers map[string]uint32
	broken  error // a write failed: the file must be opened anew
}

// Open reads a lexicon, or makes an empty one. A last record that was never finished is cut off and
// cut tells how many bytes that were; a text in it was never numbered. Damage anywhere else is an error.
func Open(path string) (l *Lexicon, cut int64, err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o640)
	if err != nil {
		return nil, 0, fmt.Errorf("open the text lexicon %s: %w", path, err)
	}
	l = &Lexicon{file: f, numbers: map[string]uint32{}}
	cut, err = l.load()
	if err != nil {
		return nil, 0, errors.Join(fmt.Errorf("open the text lexicon %s: %w", path, err), f.Close())
	}
	if err := syncFolder(filepath.Dir(path)); err != nil {
		return nil, 0, errors.Join(fmt.Errorf("open the text lexicon %s: %w", path, err), f.Close())
	}
	return l, cut, nil
}

func (l *Lexicon) load() (cut int64, err error) {
	info, err := l.file.Stat()
	if err != nil {
		return 0, err
	}
	if info.Size() < int64(len(magic)) {
		return 0, l.begin()
	}
	l.end, err = read(l.file, info.Size(), l.remember)
	if err != nil {
		return 0, err
	}
	if cut = info.Size() - l.end; cut > 0 {
		if err := l.file.Truncate(l.end); err != nil {
			return 0, err
		}
	}
	return cut, l.file.Sync()
}

// begin writes the head of a new file, or of one that got no further.
func (l *Lexicon) begin() error {
	if err := l.file.Truncate(0); err != nil {
		return err
	}
	if _, err := l.file.WriteAt([]byte(magic), 0); err != nil {
		return err
	}
	l.end = int64(len(magic))
	return l.file.Sync()
}

func (l *Lexicon) remember(text string) {
	l.texts = append(l.texts, text)
	l.bytes += int64(len(text))
	l.numbers[text] = uint32(len(l.texts))
}

// Number gives the number of a text that was learnt.
func (l *Lexicon) Number(text string) (n uint32, ok bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	n, ok = l.numbers[text]
	return n, ok
}

// Text gives the text of a number.
func (l *Lexicon) Text(n uint32) (text string, ok bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if n == 0 || int(n) > len(l.texts) {
		return "", false
	}
	return l.texts[n-1], true
}

// Len is the number of texts.
func (l *Lexicon) Len() int {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return len(l.texts)
}

// Room tells whether a new text may be learnt after more others of the given bytes.
func (l *Lexicon) Room(text string, others int, bytes int64) error {
	l.mu.RLock()
	defer l.mu.RUnlock()
	switch {
	case len(text) > MaxText:
		return errs.New(errs.Invalid, "the text has %d bytes; at most %d are kept", len(text), MaxText)
	case len(l.texts)+others >= MaxTexts:
		return errs.New(errs.TooMany, "the history already knows %d different texts and learns no more; use a number for a value that is always new", MaxTexts)
	case l.bytes+bytes+int64(len(text)) > MaxBytes:
		return errs.New(errs.TooMany, "the history already knows %d MB of different texts and learns no more; use a number for a value that is always new", MaxBytes>>20)
	}
	return nil
}

// Learn numbers those texts that are new. They are on the disk when it returns without an error;
// after an error the lexicon learns nothing more until it is opened again.
func (l *Lexicon) Learn(texts []string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.broken != nil {
		return l.broken
	}
	var buf []byte
	var fresh []string
	seen := map[string]bool{}
	for _, t := range texts {
		if _, known := l.numbers[t]; known || seen[t] {
			continue
		}
		seen[t] = true
		fresh = append(fresh, t)
		buf = appendRecord(buf, t)
	}
	if len(fresh) == 0 {
		return nil
	}
	if err := l.write(buf); err != nil {
		l.broken = fmt.Errorf("write %d new texts to the lexicon: %w", len(fresh), err)
		return l.broken
	}
	for _, t := range fresh {
		l.remember(t)
	}
	return nil
}

func (l *Lexicon) write(buf []byte) error {
	if _, err := l.file.WriteAt(buf, l.end); err != nil {
		return err
	}
	if err := l.file.Sync(); err != nil {
		return err
	}
	l.end += int64(len(buf))
	return nil
}

// Close closes the file; what was learnt is already on the disk.
func (l *Lexicon) Close() error { return l.file.Close() }

func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = d.Close() }()
	return d.Sync()
}
