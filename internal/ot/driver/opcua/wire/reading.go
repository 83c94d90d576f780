package wire

import (
	"time"

	"millwright/internal/ot/tag"

	"github.com/gopcua/opcua/ua"
)

// The bits of a data value's first byte (OPC 10000-6 §5.2.2.17).
const (
	hasValue      = 0x01
	hasStatus     = 0x02
	hasSource     = 0x04
	hasServerTime = 0x08
	hasSourcePico = 0x10
	hasServerPico = 0x20
)

// Reading is one value that was read, with the type it had on the wire.
type Reading struct {
	Sample tag.Sample
	Type   ua.TypeID // of the value or of its elements; 0 for none
	Array  bool
}

// dataValue takes a value with its status and times into a sample: the source's time, or the
// server's, or now. A value that no tag can hold is Bad.
func (r *Reader) dataValue(into *tag.Sample, element bool, now time.Time) shape {
	var s shape
	mask := r.Uint8()
	if mask&hasValue != 0 {
		into.Value, s = r.variant(element)
	}
	if mask&hasStatus != 0 {
		into.Quality = tag.Quality(r.Uint32())
	}
	var source, server uint64
	if mask&hasSource != 0 {
		source = r.Uint64()
	}
	if mask&hasSourcePico != 0 {
		r.skip(2)
	}
	if mask&hasServerTime != 0 {
		server = r.Uint64()
	}
	if mask&hasServerPico != 0 {
		r.skip(2)
	}
	switch {
	case source != 0:
		into.Time = Time(source)
	case server != 0:
		into.Time = Time(server)
	default:
		into.Time = now
	}
	if s.alien && !into.Quality.Bad() {
		into.Quality = tag.BadTypeMismatch
	}
	if s.cut && into.Quality.Good() {
		into.Quality = tag.Uncertain
	}
	return s
}

// Readings takes the results of a read request; element tells for each whether one element of an
// array was asked for.
func (r *Reader) Readings(element []bool, now time.Time) ([]Reading, error) {
	now = now.UTC().Truncate(time.Microsecond)
	n := r.count(1)
	if n != len(element) {
		return nil, ErrMalformed
	}
	out := make([]Reading, n)
	for i := range out {
		s := r.dataValue(&out[i].Sample, element[i], now)
		out[i].Type, out[i].Array = s.kind, s.array
	}
	return out, r.Err()
}

// Texts takes the result of a read request for one array of strings, of at most limit elements.
func (r *Reader) Texts(limit int) ([]string, error) {
	n := r.count(1)
	mask := r.Uint8()
	kind := r.Uint8()
	if n != 1 || mask&hasValue == 0 || kind != uint8(ua.TypeIDString)|arrayFlag {
		return nil, ErrMalformed
	}
	n = r.count(4)
	if n > limit {
		return nil, ErrMalformed
	}
	out := make([]string, n)
	for i := range out {
		out[i], _ = clip(r.String())
	}
	return out, r.Err()
}

// Created is the server's answer to one monitored item.
type Created struct {
	Status tag.Quality
	ID     uint32
}

// CreatedItems takes the results of a request to create monitored items.
func (r *Reader) CreatedItems() ([]Created, error) {
	out := make([]Created, r.count(23))
	for i := range out {
		out[i] = Created{tag.Quality(r.Uint32()), r.Uint32()}
		r.skip(8 + 4) // revised sampling interval and queue size
		r.skipObject()
	}
	return out, r.Err()
}
