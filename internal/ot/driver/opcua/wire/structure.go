// Structures: extension objects whose bodies others know how to read.

package wire

import (
	"github.com/gopcua/opcua/ua"

	"millwright/internal/ot/tag"
)

// Fail makes the message malformed, as the caller found it to be.
func (r *Reader) Fail() { r.fail() }

// Count takes the length of an array whose elements take at least size bytes each.
func (r *Reader) Count(size int) int { return r.count(size) }

// Text takes a text: valid UTF-8, no longer than MaxText.
func (r *Reader) Text() string {
	text, _ := clip(r.String())
	return text
}

// Localized takes a text with its locale and gives the text.
func (r *Reader) Localized() string {
	text, _ := clip(r.localized())
	return text
}

// Value takes a variant; of an array, and of what no tag can hold, it gives no value.
func (r *Reader) Value() tag.Value {
	v, s := r.variant(false)
	if s.array || s.alien {
		return tag.Value{}
	}
	return v
}

// Diagnostic passes over what a server says besides.
func (r *Reader) Diagnostic() { r.skipDiagnostic(0) }

// Objects takes the result of a read request for one array of structures, of at most limit elements: the body of each.
// The bodies belong to the message. A null value is an empty array.
func (r *Reader) Objects(limit int) ([][]byte, error) {
	n := r.count(1)
	mask := r.Uint8()
	if n != 1 {
		return nil, ErrMalformed
	}
	if mask&hasValue == 0 {
		if mask&hasStatus != 0 {
			return nil, Refused(r.Uint32())
		}
		return nil, r.Err()
	}
	kind := r.Uint8()
	if kind == uint8(ua.TypeIDNull) {
		return nil, r.Err()
	}
	if kind&^dimensionsFlag != uint8(ua.TypeIDExtensionObject)|arrayFlag {
		return nil, ErrMalformed
	}
	n = r.count(3)
	if n > limit {
		return nil, ErrMalformed
	}
	out := make([][]byte, n)
	for i := range out {
		out[i] = r.body()
	}
	return out, r.Err()
}

// Object takes a variant that holds one structure: its body, nil for none.
func (r *Reader) Object() ([]byte, error) {
	switch r.Uint8() {
	case uint8(ua.TypeIDNull):
		return nil, r.Err()
	case uint8(ua.TypeIDExtensionObject):
		return r.body(), r.Err()
	}
	return nil, ErrMalformed
}

// body takes an extension object in binary encoding.
func (r *Reader) body() []byte {
	r.NodeID()
	switch r.Uint8() {
	case ua.ExtensionObjectEmpty:
		return nil
	case ua.ExtensionObjectBinary:
		return r.String()
	}
	r.fail()
	return nil
}

// Refused is a status that a server gives in the place of a value.
type Refused uint32

// Error names it.
func (s Refused) Error() string { return "the server answers " + Status(uint32(s)) }
