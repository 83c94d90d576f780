package plantserver

import (
	"encoding/binary"
	"math"
	"time"

	"github.com/gopcua/opcua/ua"

	"millwright/internal/ot/tag"
)

// Type is a built-in data type (OPC 10000-6 §5.1.2): its number is the one on the wire and of the type's node.
type Type uint8

// The scalar types that can be served.
const (
	Boolean Type = iota + 1
	SByte
	Byte
	Int16
	UInt16
	Int32
	UInt32
	Int64
	UInt64
	Float
	Double
	String
)

func (t Type) numeric() bool { return t >= SByte && t <= Double }

// reading is a value as it goes over the wire: its encoded Variant, short ones in place.
type reading struct {
	short  [9]byte
	length uint8
	long   string // the Variant when it does not fit into short

	numeric bool
	number  float64 // for deadbands
	status  uint32
	source  int64 // time in ticks of 100 ns since 1601; 0 when unknown
}

// nothing is the reading of a node before its first value.
func nothing() reading { return reading{length: 1, status: uint32(tag.BadWaiting)} }

// set takes an encoded Variant.
func (r *reading) set(variant []byte) {
	r.length, r.long = uint8(copy(r.short[:], variant)), ""
	if len(variant) > len(r.short) {
		r.length, r.long = 0, string(variant)
	}
}

func (r *reading) appendVariant(b []byte) []byte {
	if r.long != "" {
		return append(b, r.long...)
	}
	return append(b, r.short[:r.length]...)
}

// same tells whether two readings have the same type and value.
func (r *reading) same(o *reading) bool {
	return r.length == o.length && r.long == o.long && (r.long != "" || r.short == o.short)
}

// encode turns a sample into a reading. A value that does not fit the node's type is served as bad, never bent.
func encode(t Type, s tag.Sample) reading {
	r := reading{status: uint32(s.Quality), source: ticks(s.Time)}
	var room [64]byte
	b, ok := appendVariant(room[:0], t, s.Value)
	if !ok {
		b = append(room[:0], 0)
		if s.Value.Kind() != tag.None || s.Quality.Good() {
			r.status = uint32(tag.BadTypeMismatch)
		}
	}
	r.set(b)
	if ok && t.numeric() {
		r.number, r.numeric = s.Value.Float()
	}
	return r
}

// ticks is a time as OPC UA sends it (OPC 10000-6 §5.2.2.5).
func ticks(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()/100 + 116444736000000000
}

// appendVariant encodes a scalar (OPC 10000-6 §5.2.2.16). ok is false when the value has not the type.
func appendVariant(b []byte, t Type, v tag.Value) (out []byte, ok bool) {
	le := binary.LittleEndian
	b = append(b, byte(t))
	switch t {
	case Boolean:
		on, ok := v.Bool()
		if on {
			return append(b, 1), ok
		}
		return append(b, 0), ok
	case Float:
		f, _ := v.Float()
		return le.AppendUint32(b, math.Float32bits(float32(f))), v.Kind() == tag.Float
	case Double:
		f, _ := v.Float()
		return le.AppendUint64(b, math.Float64bits(f)), v.Kind() == tag.Float
	case String:
		s, ok := v.Text()
		b = le.AppendUint32(b, uint32(len(s)))
		return append(b, s...), ok
	case UInt64:
		u, ok := v.Uint()
		return le.AppendUint64(b, u), ok && isInteger(v)
	}
	return appendInteger(b, t, v)
}

func isInteger(v tag.Value) bool { return v.Kind() == tag.Int || v.Kind() == tag.Uint }

func appendInteger(b []byte, t Type, v tag.Value) (out []byte, ok bool) {
	le := binary.LittleEndian
	i, ok := v.Int()
	low, high := limits(t)
	ok = ok && isInteger(v) && i >= low && i <= high
	switch t {
	case SByte, Byte:
		return append(b, byte(i)), ok
	case Int16, UInt16:
		return le.AppendUint16(b, uint16(i)), ok
	case Int32, UInt32:
		return le.AppendUint32(b, uint32(i)), ok
	case Int64:
		return le.AppendUint64(b, uint64(i)), ok
	}
	return b, false
}

// limits is the range of the integer types up to Int64.
func limits(t Type) (low, high int64) {
	switch t {
	case SByte:
		return math.MinInt8, math.MaxInt8
	case Byte:
		return 0, math.MaxUint8
	case Int16:
		return math.MinInt16, math.MaxInt16
	case UInt16:
		return 0, math.MaxUint16
	case Int32:
		return math.MinInt32, math.MaxInt32
	case UInt32:
		return 0, math.MaxUint32
	}
	return math.MinInt64, math.MaxInt64
}

// appendNotification encodes a MonitoredItemNotification (OPC 10000-4 §7.25.2).
func appendNotification(b []byte, handle uint32, r *reading, stamps ua.TimestampsToReturn, server int64) []byte {
	le := binary.LittleEndian
	b = le.AppendUint32(b, handle)
	mask := byte(ua.DataValueValue)
	if r.status != 0 {
		mask |= ua.DataValueStatusCode
	}
	if r.source != 0 && (stamps == ua.TimestampsToReturnSource || stamps == ua.TimestampsToReturnBoth) {
		mask |= ua.DataValueSourceTimestamp
	}
	if stamps == ua.TimestampsToReturnServer || stamps == ua.TimestampsToReturnBoth {
		mask |= ua.DataValueServerTimestamp
	}
	b = append(b, mask)
	b = r.appendVariant(b)
	if mask&ua.DataValueStatusCode != 0 {
		b = le.AppendUint32(b, r.status)
	}
	if mask&ua.DataValueSourceTimestamp != 0 {
		b = le.AppendUint64(b, uint64(r.source))
	}
	if mask&ua.DataValueServerTimestamp != 0 {
		b = le.AppendUint64(b, uint64(server))
	}
	return b
}

// encoded is a message body that is already bytes.
type encoded []byte

// Encode gives the bytes to gopcua's encoder.
func (e encoded) Encode() ([]byte, error) { return e, nil }

// dataValue is a reading for the read service.
func (r reading) dataValue() *ua.DataValue {
	dv := &ua.DataValue{Value: &ua.Variant{}, Status: ua.StatusCode(r.status), ServerTimestamp: time.Now()}
	if _, err := dv.Value.Decode(r.appendVariant(nil)); err != nil {
		dv.Status = ua.StatusBadEncodingError
	}
	dv.EncodingMask = ua.DataValueValue | ua.DataValueServerTimestamp
	if dv.Status != 0 {
		dv.EncodingMask |= ua.DataValueStatusCode
	}
	if r.source != 0 {
		dv.SourceTimestamp = time.Unix(0, (r.source-116444736000000000)*100).UTC()
		dv.EncodingMask |= ua.DataValueSourceTimestamp
	}
	return dv
}

// readingOf is a value of the library's own nodes.
func readingOf(dv *ua.DataValue) reading {
	r := nothing()
	r.status, r.source = uint32(dv.Status), ticks(dv.SourceTimestamp)
	if dv.Value == nil {
		return r
	}
	b, err := dv.Value.Encode()
	if err != nil {
		r.status = uint32(ua.StatusBadEncodingError)
		return r
	}
	r.set(b)
	return r
}

// written turns a written Variant into a value of the node's type; ok is false for any other type and for arrays.
func written(t Type, v *ua.Variant) (value tag.Value, ok bool) {
	if v == nil || byte(v.Type()) != byte(t) || v.EncodingMask() != byte(t) {
		return tag.Value{}, false
	}
	switch x := v.Value().(type) {
	case bool:
		return tag.BoolValue(x), true
	case string:
		return tag.TextValue(x), true
	case float32:
		return tag.FloatValue(float64(x)), true
	case float64:
		return tag.FloatValue(x), true
	}
	switch t {
	case SByte, Int16, Int32, Int64:
		return tag.IntValue(v.Int()), true
	case Byte, UInt16, UInt32, UInt64:
		return tag.UintValue(v.Uint()), true
	}
	return tag.Value{}, false
}
