// Package wire reads the binary encoding of OPC UA (OPC 10000-6 §5.2) into samples, within bounds, whatever a server sends.
package wire

import (
	"encoding/binary"
	"errors"
	"math"
)

// ErrMalformed is an encoding that ends too early, contradicts itself or is nested too deep.
var ErrMalformed = errors.New("the server's message does not follow the encoding")

// maxDepth is how deep values may be nested; the standard asks decoders for at least 100.
const maxDepth = 100

// Reader takes values off the front of a message. After the first mistake every further read gives
// zeros, so that callers look at Err once, at the end.
type Reader struct {
	b   []byte
	at  int // what stands before it has been read
	bad bool
}

// NewReader reads b, which must not change meanwhile.
func NewReader(b []byte) *Reader { return &Reader{b: b} }

// Err is ErrMalformed after a mistake.
func (r *Reader) Err() error {
	if r.bad {
		return ErrMalformed
	}
	return nil
}

// Rest is what has not been read yet.
func (r *Reader) Rest() []byte { return r.b[r.at:] }

func (r *Reader) left() int { return len(r.b) - r.at }

func (r *Reader) fail() {
	r.at, r.bad = len(r.b), true
}

// Bytes takes the next n bytes; nil when there are fewer.
func (r *Reader) Bytes(n int) []byte {
	if n < 0 || n > r.left() {
		r.fail()
		return nil
	}
	b := r.b[r.at : r.at+n]
	r.at += n
	return b
}

func (r *Reader) skip(n int) { r.Bytes(n) }

// Uint8 takes a byte.
func (r *Reader) Uint8() uint8 {
	if r.left() < 1 {
		r.fail()
		return 0
	}
	v := r.b[r.at]
	r.at++
	return v
}

// Uint16 takes two bytes.
func (r *Reader) Uint16() uint16 {
	if r.left() < 2 {
		r.fail()
		return 0
	}
	v := binary.LittleEndian.Uint16(r.b[r.at:])
	r.at += 2
	return v
}

// Uint32 takes four bytes.
func (r *Reader) Uint32() uint32 {
	if r.left() < 4 {
		r.fail()
		return 0
	}
	v := binary.LittleEndian.Uint32(r.b[r.at:])
	r.at += 4
	return v
}

// Uint64 takes eight bytes.
func (r *Reader) Uint64() uint64 {
	if r.left() < 8 {
		r.fail()
		return 0
	}
	v := binary.LittleEndian.Uint64(r.b[r.at:])
	r.at += 8
	return v
}

// String takes a length and so many bytes; nil for a null string. The bytes belong to the message.
func (r *Reader) String() []byte {
	n := int32(r.Uint32())
	if n <= 0 {
		return nil
	}
	return r.Bytes(int(n))
}

// count takes the length of an array whose elements take at least size bytes each, so that no
// message can announce more than it brings.
func (r *Reader) count(size int) int {
	n := int32(r.Uint32())
	if n <= 0 {
		return 0
	}
	if int64(n)*int64(size) > int64(r.left()) {
		r.fail()
		return 0
	}
	return int(n)
}

// The forms of a node id (OPC 10000-6 §5.2.2.9), and the flags of an expanded one.
const (
	idTwoByte, idFourByte, idNumeric, idString, idGUID, idOpaque = 0, 1, 2, 3, 4, 5
	hasURI, hasServer                                            = 0x80, 0x40
)

// TypeID takes the numeric node id in front of a message or an extension object; 0 for any other form.
func (r *Reader) TypeID() uint32 {
	switch r.Uint8() &^ (hasURI | hasServer) {
	case idTwoByte:
		return uint32(r.Uint8())
	case idFourByte:
		r.skip(1)
		return uint32(r.Uint16())
	case idNumeric:
		r.skip(2)
		return r.Uint32()
	case idString, idOpaque:
		r.skip(2)
		r.String()
	case idGUID:
		r.skip(18)
	default:
		r.fail()
	}
	return 0
}

// Header takes a response header and gives the result of the service.
func (r *Reader) Header() (result uint32) {
	r.skip(8 + 4) // time, request handle
	result = r.Uint32()
	r.skipDiagnostic(0)
	for range r.count(4) {
		r.String()
	}
	r.skipObject()
	return result
}

func (r *Reader) float64() float64 { return math.Float64frombits(r.Uint64()) }
