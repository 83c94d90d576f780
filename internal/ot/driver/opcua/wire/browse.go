// What nodes refer to, as browse requests are answered (OPC 10000-4 §7.6, §7.29).

package wire

import (
	"bytes"

	"github.com/gopcua/opcua/ua"
)

// The least that the answer about one node, and one reference, takes.
const minBrowsed, minReference = 12, 18

// Browsed takes the results of a request to browse nodes, or to go on with that. Long answers are read here rather
// than by the library: it decodes by reflection, and they may hold tens of thousands of references.
func (r *Reader) Browsed() ([]*ua.BrowseResult, error) {
	all := make([]*ua.BrowseResult, r.count(minBrowsed))
	for i := range all {
		all[i] = &ua.BrowseResult{StatusCode: ua.StatusCode(r.Uint32()), ContinuationPoint: bytes.Clone(r.String()), References: r.references()}
	}
	return all, r.Err()
}

func (r *Reader) references() []*ua.ReferenceDescription {
	all := make([]*ua.ReferenceDescription, r.count(minReference))
	for i := range all {
		all[i] = &ua.ReferenceDescription{
			ReferenceTypeID: r.id(r.Uint8()), IsForward: r.Uint8() != 0, NodeID: r.expanded(),
			BrowseName: &ua.QualifiedName{NamespaceIndex: r.Uint16(), Name: r.Text()}, DisplayName: &ua.LocalizedText{Text: r.Localized()},
			NodeClass: ua.NodeClass(r.Uint32()), TypeDefinition: r.expanded(),
		}
	}
	return all
}

// id takes the rest of a node id.
func (r *Reader) id(form uint8) *ua.NodeID {
	switch form &^ (hasURI | hasServer) {
	case idTwoByte:
		return ua.NewTwoByteNodeID(r.Uint8())
	case idFourByte:
		return ua.NewFourByteNodeID(r.Uint8(), r.Uint16())
	case idNumeric:
		return ua.NewNumericNodeID(r.Uint16(), r.Uint32())
	case idString:
		return ua.NewStringNodeID(r.Uint16(), string(r.String()))
	case idGUID:
		space := r.Uint16()
		if b := r.Bytes(16); b != nil {
			return ua.NewGUIDNodeID(space, guid(b))
		}
	case idOpaque:
		return ua.NewByteStringNodeID(r.Uint16(), bytes.Clone(r.String()))
	}
	r.fail()
	return ua.NewTwoByteNodeID(0)
}

// expanded takes an expanded node id.
func (r *Reader) expanded() *ua.ExpandedNodeID {
	form := r.Uint8()
	node, uri, server := r.id(form), "", uint32(0)
	if form&hasURI != 0 {
		uri = r.Text()
	}
	if form&hasServer != 0 {
		server = r.Uint32()
	}
	return ua.NewExpandedNodeID(node, uri, server)
}
