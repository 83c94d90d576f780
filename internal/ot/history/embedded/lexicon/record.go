package lexicon

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"os"
)

// A file is the magic line, then records: length and checksum (of length and text) as 32-bit
// little-endian numbers, then the text.
const (
	magic    = "MWLEX 1\n"
	headSize = 8
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func checksum(length, text []byte) uint32 {
	return crc32.Update(crc32.Checksum(length, castagnoli), castagnoli, text)
}

func appendRecord(buf []byte, text string) []byte {
	start := len(buf)
	buf = binary.LittleEndian.AppendUint32(buf, uint32(len(text)))
	buf = binary.LittleEndian.AppendUint32(buf, checksum(buf[start:start+4], []byte(text)))
	return append(buf, text...)
}

// record gives the first text in buf; ok is false when no whole and sound record stands there.
func record(buf []byte) (text []byte, ok bool) {
	if len(buf) < headSize {
		return nil, false
	}
	n := binary.LittleEndian.Uint32(buf)
	if n > MaxText || len(buf) < headSize+int(n) {
		return nil, false
	}
	text = buf[headSize : headSize+int(n)]
	return text, binary.LittleEndian.Uint32(buf[4:]) == checksum(buf[:4], text)
}

// read gives every text of a file to yield, and where the last sound record ends. What stands
// behind it is either a write that a crash cut short, or damage.
func read(f *os.File, size int64, yield func(string)) (end int64, err error) {
	in := bufio.NewReaderSize(io.NewSectionReader(f, 0, size), 64<<10)
	start := make([]byte, len(magic))
	if _, err := io.ReadFull(in, start); err != nil {
		return 0, err
	}
	if string(start) != magic {
		return 0, fmt.Errorf("this is no text lexicon (it starts with %q); put the right file back, or start with an empty history folder", start)
	}
	end = int64(len(magic))
	for {
		buf, err := in.Peek(headSize + MaxText)
		if err != nil && err != io.EOF {
			return 0, err
		}
		text, ok := record(buf)
		if !ok {
			return end, judge(f, buf, end, size)
		}
		yield(string(text))
		end += int64(headSize + len(text))
		if _, err := in.Discard(headSize + len(text)); err != nil {
			return 0, err
		}
	}
}

// judge tells a write cut short (nil) from damage. A cut write is the last thing in the file: it
// reaches the end of the file before its own end, or the rest was never written and reads as zeros.
func judge(f *os.File, rest []byte, at, size int64) error {
	if int64(len(rest)) == size-at && short(rest) && !followed(rest) {
		return nil
	}
	zero, err := zeros(io.NewSectionReader(f, at, size-at))
	if err != nil || zero {
		return err
	}
	return fmt.Errorf("the record at byte %d is damaged and is not the end of a cut-off write, so texts would get wrong numbers; put back a copy of the file from a backup", at)
}

func zeros(r io.Reader) (bool, error) {
	in := bufio.NewReader(r)
	for {
		b, err := in.ReadByte()
		if err == io.EOF {
			return true, nil
		}
		if err != nil || b != 0 {
			return false, err
		}
	}
}

// short tells whether a record claims more bytes than there are, or ends in zeros that a text never has.
func short(rest []byte) bool {
	if len(rest) < headSize {
		return true
	}
	n := binary.LittleEndian.Uint32(rest)
	if n > MaxText {
		return false
	}
	return len(rest) < headSize+int(n) || rest[len(rest)-1] == 0
}

// followed looks for a sound record behind a broken one.
func followed(rest []byte) bool {
	for i := 1; i+headSize < len(rest); i++ {
		if text, ok := record(rest[i:]); ok && len(text) > 0 {
			return true
		}
	}
	return false
}
