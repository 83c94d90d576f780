package sums

import (
	"encoding/binary"
	"errors"
	"math"
	"math/bits"

	"github.com/prometheus/prometheus/tsdb/chunkenc"

	"millwright/internal/ot/history/rollup"
)

// read appends the points of a packed run to out. The store's own reader does the same bit by bit: with it, most of
// the time that a month takes at first went into unpacking.
func read(run chunkenc.Chunk, out []rollup.Reading) ([]rollup.Reading, error) {
	if run.Encoding() == chunkenc.EncXOR {
		return unpack(run.Bytes(), out)
	}
	it := run.Iterator(nil)
	for it.Next() == chunkenc.ValFloat {
		t, v := it.At()
		out = append(out, rollup.Reading{T: t, V: v})
	}
	return out, it.Err()
}

var errShort = errors.New("a packed run of the history ends too early")

// unpack reads a run as the store packs it: how many points in 16 bits, the first time and value, the second time's
// distance, then bits. Times say by how much their distance differs from the one before; values which bits differ
// from the value before.
func unpack(run []byte, out []rollup.Reading) ([]rollup.Reading, error) {
	if len(run) < 2 {
		return out, errShort
	}
	left, in := int(binary.BigEndian.Uint16(run)), run[2:]
	if left == 0 {
		return out, nil
	}
	t, n := binary.Varint(in)
	if n <= 0 || len(in) < n+8 {
		return out, errShort
	}
	u := unpacker{t: t, v: binary.BigEndian.Uint64(in[n:]), size: 64}
	out = append(out, u.reading())
	if left == 1 {
		return out, nil
	}
	in = in[n+8:]
	if u.distance, n = binary.Uvarint(in); n <= 0 {
		return out, errShort
	}
	u.in = in[n:]
	for left -= 2; ; left-- {
		u.t += int64(u.distance)
		u.differ()
		if u.have < 0 {
			return out, errShort
		}
		out = append(out, u.reading())
		if left == 0 {
			return out, nil
		}
		u.time()
	}
}

// unpacker reads the bits of a run.
type unpacker struct {
	t        int64
	v        uint64 // the bits of a float
	distance uint64 // between two times
	size     int    // how many bits of a value differed last
	trailing uint   // and how many behind them did not

	in   []byte
	buf  uint64 // bits that were read ahead, from the left
	have int    // how many; less than 0 when there were not as many as were taken
}

func (u *unpacker) reading() rollup.Reading {
	return rollup.Reading{T: u.t, V: math.Float64frombits(u.v)}
}

// fill reads ahead, at least 56 bits while there are as many.
func (u *unpacker) fill() {
	if len(u.in) >= 8 {
		u.buf |= binary.BigEndian.Uint64(u.in) >> uint(u.have)
		n := (64 - u.have) / 8
		u.in = u.in[n:]
		u.have += 8 * n
		return
	}
	for u.have <= 56 && len(u.in) > 0 {
		u.buf |= uint64(u.in[0]) << uint(56-u.have)
		u.in = u.in[1:]
		u.have += 8
	}
}

func (u *unpacker) skip(n int) {
	u.buf <<= uint(n)
	u.have -= n
}

// take gives the next bits, 64 at most.
func (u *unpacker) take(n int) uint64 {
	if n > 56 {
		high := u.take(n - 32)
		return high<<32 | u.take(32)
	}
	if u.have < n {
		u.fill()
	}
	v := u.buf >> uint(64-n)
	u.skip(n)
	return v
}

// changes is how many bits the change of a distance takes, by how many ones stand before it.
var changes = [4]int{0, 14, 17, 20}

func (u *unpacker) time() {
	if u.have < 4 {
		u.fill()
	}
	ones := bits.LeadingZeros64(^u.buf)
	switch {
	case ones == 0:
		u.skip(1)
	case ones >= len(changes):
		u.skip(len(changes))
		u.distance += u.take(64)
	default:
		u.skip(ones + 1)
		size := changes[ones]
		change := u.take(size)
		if change > 1<<(size-1) {
			change -= 1 << size
		}
		u.distance += change
	}
}

// The head of a value whose differing bits stand elsewhere than before: two ones, how many bits before them are the
// same, how many differ.
const (
	headBits  = 2 + 5 + 6
	elsewhere = 3
)

func (u *unpacker) differ() {
	if u.have < headBits {
		u.fill()
	}
	if u.buf>>63 == 0 { // as before
		u.skip(1)
		return
	}
	if u.buf>>62 == elsewhere {
		head := u.buf >> (64 - headBits)
		u.skip(headBits)
		if u.size = int(head & 63); u.size == 0 {
			u.size = 64
		}
		u.trailing = uint(64 - int(head>>6&31) - u.size)
	} else {
		u.skip(2)
	}
	u.v ^= u.take(u.size) << u.trailing
}
