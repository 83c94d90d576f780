package mend

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"

	"github.com/prometheus/prometheus/util/compression"
)

// A segment is pages of fragments: one byte of type and flags, two of length, four of checksum, then
// the data. A record is one full fragment, or a first, any middle ones and a last. A fragment never
// crosses a page; a type of zero pads the rest of one.
const (
	headSize = 7
	typeMask = 7
	padding  = 0
	full     = 1
	first    = 2
	last     = 4 // 3 is a middle one
	snappy   = 1 << 3
	zstd     = 1 << 4
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// walker finds the sound records of a segment, whatever stands between them.
type walker struct {
	emit    func(record []byte) error
	lost    int64
	pending []byte // fragments of a record that is not whole yet
	size    int64  // bytes that these take in the file
	whole   bool   // pending began with a first fragment
	decode  compression.DecodeBuffer
}

func (w *walker) walk(in io.Reader) error {
	w.decode = compression.NewSyncDecodeBuffer()
	buf := make([]byte, page)
	for {
		n, err := io.ReadFull(in, buf)
		if e := w.page(buf[:n]); e != nil {
			return e
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			w.drop()
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (w *walker) page(b []byte) error {
	for len(b) > 0 && b[0]&typeMask != padding {
		data, ok := fragment(b)
		if !ok {
			w.drop()
			w.lost += int64(len(bytes.TrimRight(b, "\x00")))
			return nil
		}
		if err := w.take(b[0], data); err != nil {
			return err
		}
		b = b[headSize+len(data):]
	}
	return nil
}

// fragment gives the data of the fragment that b starts with; ok is false when it is not sound.
func fragment(b []byte) (data []byte, ok bool) {
	if len(b) < headSize {
		return nil, false
	}
	n := length(b)
	if len(b) < headSize+n {
		return nil, false
	}
	data = b[headSize : headSize+n]
	return data, crc32.Checksum(data, castagnoli) == binary.BigEndian.Uint32(b[3:])
}

// length is how many bytes of data a fragment claims to have.
func length(b []byte) int { return int(binary.BigEndian.Uint16(b[1:])) }

func (w *walker) take(head byte, data []byte) error {
	kind := head & typeMask
	if kind == full || kind == first {
		w.drop()
		w.whole = true
	}
	w.pending = append(w.pending, data...)
	w.size += int64(headSize + len(data))
	if kind != full && kind != last {
		return nil
	}
	if !w.whole {
		w.drop()
		return nil
	}
	method := compression.None
	if head&snappy != 0 {
		method = compression.Snappy
	} else if head&zstd != 0 {
		method = compression.Zstd
	}
	record, err := compression.Decode(method, w.pending, w.decode)
	if err == nil {
		w.pending, w.size, w.whole = w.pending[:0], 0, false
		return w.emit(record)
	}
	w.drop()
	return nil
}

// drop gives up the record begun, or the rest of one whose beginning was bad.
func (w *walker) drop() {
	w.lost += w.size
	w.pending, w.size, w.whole = w.pending[:0], 0, false
}
