package replay

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
)

// longest is how long a line may be; a longer one is refused and skipped.
const longest = 64 << 10

// lines reads a log line by line, unpacked when it is gzip, in bounded memory.
type lines struct {
	in     *bufio.Reader
	number int // of the line given last, from 1
}

// How a file begins that is gzip, and one whose writer puts a mark before UTF-8.
const (
	gzipMagic = "\x1f\x8b"
	byteOrder = "\xef\xbb\xbf"
)

func newLines(r io.Reader) (*lines, error) {
	in := bufio.NewReaderSize(r, longest)
	if head, _ := in.Peek(len(gzipMagic)); string(head) == gzipMagic {
		unpacked, err := gzip.NewReader(in)
		if err != nil {
			return nil, fmt.Errorf("unpack: %w", err)
		}
		in = bufio.NewReaderSize(unpacked, longest)
	}
	if head, _ := in.Peek(len(byteOrder)); string(head) == byteOrder {
		if _, err := in.Discard(len(byteOrder)); err != nil {
			return nil, err
		}
	}
	return &lines{in: in}, nil
}

// next gives a line without its end, valid until the next call. It gives io.EOF at the end and a
// *RowError for a line that is too long.
func (l *lines) next() ([]byte, error) {
	line, err := l.in.ReadSlice('\n')
	if errors.Is(err, io.EOF) && len(line) == 0 {
		return nil, io.EOF
	}
	l.number++
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return nil, l.skip()
	case err != nil && !errors.Is(err, io.EOF):
		return nil, fmt.Errorf("read after line %d: %w", l.number-1, err)
	}
	return bytes.TrimRight(line, "\r\n"), nil
}

// skip passes over the rest of a line that is too long.
func (l *lines) skip() error {
	for {
		_, err := l.in.ReadSlice('\n')
		switch {
		case err == nil || errors.Is(err, io.EOF):
			return l.refuse("is longer than %d bytes", longest)
		case !errors.Is(err, bufio.ErrBufferFull):
			return fmt.Errorf("read after line %d: %w", l.number-1, err)
		}
	}
}

func (l *lines) refuse(format string, args ...any) *RowError {
	return &RowError{Line: l.number, Why: fmt.Sprintf(format, args...)}
}
