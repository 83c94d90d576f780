package wire

import (
	"encoding/base64"
	"math"
	"time"

	"millwright/internal/errs"
	"millwright/internal/ot/tag"

	"github.com/gopcua/opcua/ua"
)

// Variant makes the value that a node of this type takes, exactly: what does not fit is refused with
// words for who wanted it written. With element it is the array of one that goes with an index.
func Variant(v tag.Value, kind ua.TypeID, element bool) (*ua.Variant, error) {
	value, err := native(v, kind)
	if err != nil {
		return nil, err
	}
	if element && kind == ua.TypeIDByteString {
		return nil, errs.New(errs.Invalid, "single elements of an array of byte strings cannot be written")
	}
	if element {
		value = single(value)
	}
	return ua.NewVariant(value)
}

// native gives the Go value that the library encodes as this type.
func native(v tag.Value, kind ua.TypeID) (any, error) {
	switch kind {
	case ua.TypeIDBoolean:
		if b, ok := v.Bool(); ok {
			return b, nil
		}
		return nil, mismatch(v, "true or false")
	case ua.TypeIDSByte:
		return signed[int8](v, math.MinInt8, math.MaxInt8)
	case ua.TypeIDInt16:
		return signed[int16](v, math.MinInt16, math.MaxInt16)
	case ua.TypeIDInt32:
		return signed[int32](v, math.MinInt32, math.MaxInt32)
	case ua.TypeIDInt64:
		return signed[int64](v, math.MinInt64, math.MaxInt64)
	case ua.TypeIDByte:
		return unsigned[uint8](v, math.MaxUint8)
	case ua.TypeIDUint16:
		return unsigned[uint16](v, math.MaxUint16)
	case ua.TypeIDUint32:
		return unsigned[uint32](v, math.MaxUint32)
	case ua.TypeIDUint64:
		return unsigned[uint64](v, math.MaxUint64)
	case ua.TypeIDFloat:
		f, err := float(v, math.MaxFloat32, 1<<24)
		return float32(f), err
	case ua.TypeIDDouble:
		return float(v, math.MaxFloat64, 1<<53)
	}
	return textual(v, kind)
}

// signed gives an integer within bounds; a float counts when it is a whole number.
func signed[T int8 | int16 | int32 | int64](v tag.Value, low, high int64) (T, error) {
	i, whole := integer(v).Int()
	switch {
	case !numeric(v) || fraction(v):
		return 0, mismatch(v, "a whole number")
	case !whole || i < low || i > high:
		return 0, errs.New(errs.Invalid, "%v is out of range: the machine takes %d to %d", v, low, high)
	}
	return T(i), nil
}

func unsigned[T uint8 | uint16 | uint32 | uint64](v tag.Value, high uint64) (T, error) {
	u, whole := integer(v).Uint()
	switch {
	case !numeric(v) || fraction(v):
		return 0, mismatch(v, "a whole number")
	case !whole || u > high:
		return 0, errs.New(errs.Invalid, "%v is out of range: the machine takes 0 to %d", v, high)
	}
	return T(u), nil
}

func numeric(v tag.Value) bool {
	return v.Kind() == tag.Int || v.Kind() == tag.Uint || v.Kind() == tag.Float
}

func fraction(v tag.Value) bool {
	f, _ := v.Float()
	return f != math.Trunc(f) || math.IsNaN(f)
}

// integer gives a whole float as an integer, integers as they are, and None for everything else.
func integer(v tag.Value) tag.Value {
	f, _ := v.Float()
	switch {
	case v.Kind() == tag.Int || v.Kind() == tag.Uint:
		return v
	case v.Kind() != tag.Float || f != math.Trunc(f):
		return tag.Value{}
	case f >= math.MinInt64 && f < 1<<63:
		return tag.IntValue(int64(f))
	case f >= 1<<63 && f < 1<<64:
		return tag.UintValue(uint64(f))
	}
	return tag.Value{}
}

// float gives a number no larger than high; integers above exact would lose digits.
func float(v tag.Value, high, exact float64) (float64, error) {
	f, _ := v.Float()
	switch {
	case !numeric(v) || math.IsNaN(f) || math.IsInf(f, 0):
		return 0, mismatch(v, "a number")
	case math.Abs(f) > high:
		return 0, errs.New(errs.Invalid, "%v is out of range: the machine takes numbers up to %g", v, high)
	case v.Kind() != tag.Float && math.Abs(f) > exact:
		return 0, errs.New(errs.Invalid, "%v has more digits than the machine keeps: it is exact up to %.0f", v, exact)
	}
	return f, nil
}

// textual gives a value of the types that we show as text.
func textual(v tag.Value, kind ua.TypeID) (any, error) {
	s, is := v.Text()
	if !is {
		return nil, mismatch(v, "a text")
	}
	if len(s) > MaxText {
		return nil, errs.New(errs.Invalid, "a text of %d bytes is too long: the most is %d", len(s), MaxText)
	}
	switch kind {
	case ua.TypeIDString:
		return s, nil
	case ua.TypeIDXMLElement:
		return ua.XMLElement(s), nil
	case ua.TypeIDLocalizedText:
		return ua.NewLocalizedText(s), nil
	case ua.TypeIDDateTime:
		t, err := time.Parse(time.RFC3339Nano, s)
		if err != nil || t.Year() < 1678 || t.Year() > 2261 {
			return nil, mismatch(v, "a time such as 2026-03-01T06:00:00Z")
		}
		return t.UTC(), nil
	case ua.TypeIDGUID:
		g := ua.NewGUID(s)
		if g == nil {
			return nil, mismatch(v, "a GUID such as 01234567-89ab-cdef-0123-456789abcdef")
		}
		return g, nil
	case ua.TypeIDByteString:
		b, err := base64.StdEncoding.DecodeString(s)
		if err != nil {
			return nil, mismatch(v, "bytes in base64")
		}
		return b, nil
	}
	return nil, errs.New(errs.Invalid, "values of the machine's type %d cannot be written", kind)
}

func mismatch(v tag.Value, wants string) error {
	return errs.New(errs.Invalid, "%q is not what the machine takes: it wants %s", v.String(), wants)
}

// single makes the array of one.
func single(value any) any {
	switch x := value.(type) {
	case bool:
		return []bool{x}
	case int8:
		return []int8{x}
	case int16:
		return []int16{x}
	case int32:
		return []int32{x}
	case int64:
		return []int64{x}
	case uint8:
		return ua.ByteArray{x}
	case uint16:
		return []uint16{x}
	case uint32:
		return []uint32{x}
	case uint64:
		return []uint64{x}
	case float32:
		return []float32{x}
	case float64:
		return []float64{x}
	case string:
		return []string{x}
	case time.Time:
		return []time.Time{x}
	case *ua.GUID:
		return []*ua.GUID{x}
	case *ua.LocalizedText:
		return []*ua.LocalizedText{x}
	case ua.XMLElement:
		return []ua.XMLElement{x}
	}
	return value
}

// Kind is what a tag holds of a built-in type.
func Kind(t ua.TypeID) tag.Kind {
	switch t {
	case ua.TypeIDBoolean:
		return tag.Boolean
	case ua.TypeIDSByte, ua.TypeIDInt16, ua.TypeIDInt32, ua.TypeIDInt64:
		return tag.Int
	case ua.TypeIDByte, ua.TypeIDUint16, ua.TypeIDUint32, ua.TypeIDUint64:
		return tag.Uint
	case ua.TypeIDFloat, ua.TypeIDDouble:
		return tag.Float
	case ua.TypeIDNull, ua.TypeIDExtensionObject, ua.TypeIDDataValue, ua.TypeIDVariant, ua.TypeIDDiagnosticInfo:
		return tag.None
	}
	return tag.Text
}
