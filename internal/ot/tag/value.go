package tag

import (
	"math"
	"strconv"
)

// Kind is the type of a value as the machine sent it. It is never coerced in silence (R12).
type Kind uint8

// The kinds of value. 64-bit integers stay exact to the screen (R15).
const (
	None Kind = iota // no value: a bad reading may carry none
	Boolean
	Int
	Uint
	Float
	Text
)

var kindNames = [...]string{"none", "bool", "int", "uint", "float", "text"}

// String gives the kind as it stands in files and on the wire.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "kind" + strconv.Itoa(int(k))
}

// Value is one typed scalar. The zero Value is None. Values compare with ==.
type Value struct {
	kind Kind
	bits uint64
	text string
}

// BoolValue makes a boolean value.
func BoolValue(b bool) Value {
	if b {
		return Value{kind: Boolean, bits: 1}
	}
	return Value{kind: Boolean}
}

// IntValue makes a signed integer value.
func IntValue(i int64) Value { return Value{kind: Int, bits: uint64(i)} }

// UintValue makes an unsigned integer value.
func UintValue(u uint64) Value { return Value{kind: Uint, bits: u} }

// FloatValue makes a floating-point value; NaN and infinities are kept as they are, and are never Good (see Sample.Clean).
func FloatValue(f float64) Value { return Value{kind: Float, bits: math.Float64bits(f)} }

// TextValue makes a text value. A string that looks like a number stays a string.
func TextValue(s string) Value { return Value{kind: Text, text: s} }

// Kind tells the type.
func (v Value) Kind() Kind { return v.kind }

// Bool gives a boolean; ok is false for every other kind.
func (v Value) Bool() (b, ok bool) { return v.bits == 1, v.kind == Boolean }

// Int gives an exact integer; ok is false for floats, text and integers outside int64.
func (v Value) Int() (i int64, ok bool) {
	switch v.kind {
	case Int:
		return int64(v.bits), true
	case Uint:
		return int64(v.bits), v.bits <= math.MaxInt64
	case Boolean:
		return int64(v.bits), true
	}
	return 0, false
}

// Uint gives an exact unsigned integer; ok is false for negative integers and all other kinds.
func (v Value) Uint() (u uint64, ok bool) {
	switch v.kind {
	case Int:
		return v.bits, int64(v.bits) >= 0
	case Uint, Boolean:
		return v.bits, true
	}
	return 0, false
}

// Float gives the number as a float64, nearest for integers over 2^53; ok is false for text and None.
func (v Value) Float() (f float64, ok bool) {
	switch v.kind {
	case Float:
		return math.Float64frombits(v.bits), true
	case Int:
		return float64(int64(v.bits)), true
	case Uint, Boolean:
		return float64(v.bits), true
	}
	return 0, false
}

// Same tells whether two values are one reading: equal, or whole numbers that are equal. JSON knows no
// unsigned numbers, so that a reading which came by HTTP may differ in kind from the machine's own.
func (v Value) Same(o Value) bool {
	if v == o {
		return true
	}
	whole := (v.kind == Int || v.kind == Uint) && (o.kind == Int || o.kind == Uint)
	a, fits := v.Int()
	b, also := o.Int()
	return whole && fits && also && a == b
}

// Text gives a text value; ok is false for every other kind.
func (v Value) Text() (s string, ok bool) { return v.text, v.kind == Text }

// String prints the value exactly: integers to the last digit, floats as short as they read back.
func (v Value) String() string {
	switch v.kind {
	case Boolean:
		return strconv.FormatBool(v.bits == 1)
	case Int:
		return strconv.FormatInt(int64(v.bits), 10)
	case Uint:
		return strconv.FormatUint(v.bits, 10)
	case Float:
		return strconv.FormatFloat(math.Float64frombits(v.bits), 'g', -1, 64)
	case Text:
		return v.text
	}
	return ""
}

// ParseValue reads back what String and Kind say of a value; ok is false when they say nothing that fits.
func ParseValue(kind, text string) (v Value, ok bool) {
	var err error
	switch kind {
	case None.String():
		return Value{}, text == ""
	case Boolean.String():
		var b bool
		b, err = strconv.ParseBool(text)
		v = BoolValue(b)
	case Int.String():
		var i int64
		i, err = strconv.ParseInt(text, 10, 64)
		v = IntValue(i)
	case Uint.String():
		var u uint64
		u, err = strconv.ParseUint(text, 10, 64)
		v = UintValue(u)
	case Float.String():
		var f float64
		f, err = strconv.ParseFloat(text, 64)
		v = FloatValue(f)
	case Text.String():
		return TextValue(text), true
	default:
		return Value{}, false
	}
	return v, err == nil
}
