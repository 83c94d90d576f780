// Values: variants, and the built-in types that they hold.

package wire

import (
	"encoding/base64"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gopcua/opcua/ua"

	"millwright/internal/ot/tag"
)

// MaxText is the most bytes a text value keeps; a longer one is cut and marked uncertain.
const MaxText = 4096

// The bits of a variant's first byte.
const (
	typeBits       = 0x3F
	dimensionsFlag = 0x40
	arrayFlag      = 0x80
)

// widths are the sizes of the built-in types that have a fixed one.
var widths = [26]int{
	ua.TypeIDBoolean: 1, ua.TypeIDSByte: 1, ua.TypeIDByte: 1, ua.TypeIDInt16: 2, ua.TypeIDUint16: 2,
	ua.TypeIDInt32: 4, ua.TypeIDUint32: 4, ua.TypeIDInt64: 8, ua.TypeIDUint64: 8, ua.TypeIDFloat: 4,
	ua.TypeIDDouble: 8, ua.TypeIDDateTime: 8, ua.TypeIDGUID: 16, ua.TypeIDStatusCode: 4,
}

// shape is what a variant was, beside its value.
type shape struct {
	kind  ua.TypeID // of the value or of the elements; 0 for a null value
	array bool
	cut   bool // a text was longer than MaxText
	alien bool // there is a value, but none that a tag can hold
}

// variant takes a value. Of an array it gives the value only when it is the one element that was
// asked for.
func (r *Reader) variant(element bool) (v tag.Value, s shape) {
	mask := r.Uint8()
	s.kind, s.array = ua.TypeID(mask&typeBits), mask&arrayFlag != 0
	if s.kind == ua.TypeIDNull {
		return v, s
	}
	if !s.array {
		v, s.cut, s.alien = r.scalar(s.kind, 0)
		return v, s
	}
	n := r.count(1)
	s.alien = n != 1 || !element
	if s.alien {
		r.skipArray(s.kind, n, 0)
	} else {
		v, s.cut, s.alien = r.scalar(s.kind, 0)
	}
	if mask&dimensionsFlag != 0 {
		r.skip(4 * r.count(4))
	}
	return v, s
}

// scalar takes one value of a built-in type (OPC 10000-6 §5.1.2).
func (r *Reader) scalar(kind ua.TypeID, depth int) (v tag.Value, cut, alien bool) {
	switch kind {
	case ua.TypeIDBoolean:
		return tag.BoolValue(r.Uint8() != 0), false, false
	case ua.TypeIDSByte:
		return tag.IntValue(int64(int8(r.Uint8()))), false, false
	case ua.TypeIDByte:
		return tag.UintValue(uint64(r.Uint8())), false, false
	case ua.TypeIDInt16:
		return tag.IntValue(int64(int16(r.Uint16()))), false, false
	case ua.TypeIDUint16:
		return tag.UintValue(uint64(r.Uint16())), false, false
	case ua.TypeIDInt32:
		return tag.IntValue(int64(int32(r.Uint32()))), false, false
	case ua.TypeIDUint32:
		return tag.UintValue(uint64(r.Uint32())), false, false
	case ua.TypeIDInt64:
		return tag.IntValue(int64(r.Uint64())), false, false
	case ua.TypeIDUint64:
		return tag.UintValue(r.Uint64()), false, false
	case ua.TypeIDFloat:
		return tag.FloatValue(float64(math.Float32frombits(r.Uint32()))), false, false
	case ua.TypeIDDouble:
		return tag.FloatValue(r.float64()), false, false
	case ua.TypeIDExtensionObject, ua.TypeIDDataValue, ua.TypeIDVariant, ua.TypeIDDiagnosticInfo:
		r.skipScalar(kind, depth)
		return v, false, true
	}
	text, cut := r.text(kind)
	return tag.TextValue(text), cut, false
}

// text takes a value of one of the types that we show as text.
func (r *Reader) text(kind ua.TypeID) (text string, cut bool) {
	switch kind {
	case ua.TypeIDString, ua.TypeIDXMLElement:
		return clip(r.String())
	case ua.TypeIDLocalizedText:
		return clip(r.localized())
	case ua.TypeIDDateTime:
		return Time(r.Uint64()).Format(time.RFC3339Nano), false
	case ua.TypeIDGUID:
		return guid(r.Bytes(16)), false
	case ua.TypeIDStatusCode:
		return Status(r.Uint32()), false
	case ua.TypeIDQualifiedName:
		space := r.Uint16()
		name, cut := clip(r.String())
		if space == 0 {
			return name, cut
		}
		return fmt.Sprintf("%d:%s", space, name), cut
	case ua.TypeIDNodeID:
		return r.NodeID()
	case ua.TypeIDExpandedNodeID:
		return r.expandedNodeID()
	}
	// Every other number up to 31 is reserved and encoded like a byte string.
	b := r.String()
	if limit := MaxText / 4 * 3; len(b) > limit {
		b, cut = b[:limit], true
	}
	return base64.StdEncoding.EncodeToString(b), cut
}

// localized takes a text with its locale and gives the text.
func (r *Reader) localized() []byte {
	mask := r.Uint8()
	if mask&1 != 0 {
		r.String()
	}
	if mask&2 == 0 {
		return nil
	}
	return r.String()
}

// clip makes a text of what a machine sent: valid UTF-8, no longer than MaxText.
func clip(b []byte) (text string, cut bool) {
	if len(b) > MaxText {
		b, cut = b[:MaxText], true
		for i := len(b) - 1; i >= len(b)-utf8.UTFMax; i-- {
			if !utf8.RuneStart(b[i]) {
				continue
			}
			if !utf8.FullRune(b[i:]) {
				b = b[:i]
			}
			break
		}
	}
	return strings.ToValidUTF8(string(b), "\uFFFD"), cut
}

func guid(b []byte) string {
	if len(b) != 16 {
		return ""
	}
	r := NewReader(b)
	return fmt.Sprintf("%08x-%04x-%04x-%x-%x", r.Uint32(), r.Uint16(), r.Uint16(), b[8:10], b[10:])
}

// Status names a status code as the standard does: "BadNodeIdUnknown", or the number when it has none.
func Status(code uint32) string {
	if d, known := ua.StatusCodes[ua.StatusCode(code)]; known {
		return spelling.Replace(strings.TrimPrefix(d.Name, "Status"))
	}
	return fmt.Sprintf("0x%08X", code)
}

// spelling turns the library's names into the standard's.
var spelling = strings.NewReplacer("ID", "Id", "URL", "Url", "URI", "Uri", "TCP", "Tcp")

// The times of OPC UA count 100 ns from the year 1601; the last one we name is the end of 9999.
const (
	epoch    = 11644473600 // seconds from 1601 to 1970
	endOf    = 253402300799
	tenths   = 10_000_000 // 100 ns in a second
	microsec = 10
)

// Time makes a UTC time, cut to microseconds, of OPC UA's count. Times before 1601 become 1601,
// times after 9999 its last second.
func Time(ticks uint64) time.Time {
	t := max(int64(ticks), 0)
	t -= t % microsec
	seconds := t/tenths - epoch
	if seconds > endOf {
		return time.Unix(endOf, 0).UTC()
	}
	return time.Unix(seconds, t%tenths*100).UTC()
}
