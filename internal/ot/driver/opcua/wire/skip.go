// What is passed over, because no tag can hold it.

package wire

import "github.com/gopcua/opcua/ua"

func (r *Reader) skipObject() {
	r.TypeID()
	if r.Uint8() != 0 {
		r.String()
	}
}

func (r *Reader) skipDiagnostic(depth int) {
	if depth > maxDepth {
		r.fail()
		return
	}
	mask := r.Uint8()
	for _, bit := range []uint8{0x01, 0x02, 0x04, 0x08} {
		if mask&bit != 0 {
			r.skip(4)
		}
	}
	if mask&0x10 != 0 {
		r.String()
	}
	if mask&0x20 != 0 {
		r.skip(4)
	}
	if mask&0x40 != 0 {
		r.skipDiagnostic(depth + 1)
	}
}

func (r *Reader) skipArray(kind ua.TypeID, n, depth int) {
	if int(kind) < len(widths) && widths[kind] > 0 {
		if n > r.left()/widths[kind] {
			r.fail()
			return
		}
		r.skip(n * widths[kind])
		return
	}
	for i := 0; i < n && !r.bad; i++ {
		r.skipScalar(kind, depth)
	}
}

// skipScalar passes over one value; depth counts how deep it stands in others.
func (r *Reader) skipScalar(kind ua.TypeID, depth int) {
	if depth > maxDepth {
		r.fail()
		return
	}
	switch kind {
	case ua.TypeIDExtensionObject:
		r.skipObject()
	case ua.TypeIDVariant:
		r.skipVariant(depth + 1)
	case ua.TypeIDDataValue:
		r.skipDataValue(depth + 1)
	case ua.TypeIDDiagnosticInfo:
		r.skipDiagnostic(depth + 1)
	case ua.TypeIDLocalizedText:
		r.localized()
	case ua.TypeIDQualifiedName:
		r.skip(2)
		r.String()
	case ua.TypeIDNodeID, ua.TypeIDExpandedNodeID:
		r.text(kind)
	default:
		if int(kind) < len(widths) && widths[kind] > 0 {
			r.skip(widths[kind])
			return
		}
		r.String()
	}
}

func (r *Reader) skipVariant(depth int) {
	mask := r.Uint8()
	kind := ua.TypeID(mask & typeBits)
	if kind == ua.TypeIDNull {
		return
	}
	if mask&arrayFlag == 0 {
		r.skipScalar(kind, depth)
		return
	}
	r.skipArray(kind, r.count(1), depth)
	if mask&dimensionsFlag != 0 {
		r.skip(4 * r.count(4))
	}
}

func (r *Reader) skipDataValue(depth int) {
	mask := r.Uint8()
	if mask&hasValue != 0 {
		r.skipVariant(depth)
	}
	for _, f := range []struct {
		bit  uint8
		size int
	}{{hasStatus, 4}, {hasSource, 8}, {hasServerTime, 8}, {hasSourcePico, 2}, {hasServerPico, 2}} {
		if mask&f.bit != 0 {
			r.skip(f.size)
		}
	}
}
