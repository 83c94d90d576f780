// Node ids, as their standard text.

package wire

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// NodeID takes a node id and writes it as its standard text.
func (r *Reader) NodeID() (text string, cut bool) {
	return r.nodeID(r.Uint8())
}

func (r *Reader) nodeID(form uint8) (text string, cut bool) {
	space, id := uint16(0), ""
	switch form &^ (hasURI | hasServer) {
	case idTwoByte:
		id = fmt.Sprintf("i=%d", r.Uint8())
	case idFourByte:
		space = uint16(r.Uint8())
		id = fmt.Sprintf("i=%d", r.Uint16())
	case idNumeric:
		space = r.Uint16()
		id = fmt.Sprintf("i=%d", r.Uint32())
	case idString:
		space = r.Uint16()
		id, cut = clip(r.String())
		id = "s=" + id
	case idGUID:
		space = r.Uint16()
		id = "g=" + guid(r.Bytes(16))
	case idOpaque:
		space = r.Uint16()
		b := r.String()
		cut = len(b) > MaxText
		id = "b=" + base64.StdEncoding.EncodeToString(b[:min(len(b), MaxText)])
	default:
		r.fail()
	}
	if space != 0 {
		id = fmt.Sprintf("ns=%d;%s", space, id)
	}
	return id, cut
}

func (r *Reader) expandedNodeID() (text string, cut bool) {
	form := r.Uint8()
	text, cut = r.nodeID(form)
	if form&hasURI != 0 {
		uri, long := clip(r.String())
		_, id, found := strings.Cut(text, ";")
		if !found {
			id = text
		}
		text, cut = "nsu="+uri+";"+id, cut || long
	}
	if form&hasServer != 0 {
		text = fmt.Sprintf("svr=%d;%s", r.Uint32(), text)
	}
	return text, cut
}
