// What the library asks of a namespace.

package space

import (
	"github.com/gopcua/opcua/server"
	"github.com/gopcua/opcua/ua"
)

// Tops gives the nodes that hang below Objects, for the library's namespace 0.
func (s *Space) Tops() []*server.Node {
	var all []*server.Node
	for i, p := range s.places {
		if p.parent < 0 {
			all = append(all, s.libraryNode(i))
		}
	}
	return all
}

// Node gives the library what it needs to describe a reference to one of our nodes.
func (s *Space) Node(n *ua.NodeID) *server.Node {
	if at, ok := s.find(n); ok {
		return s.libraryNode(at)
	}
	return nil
}

func (s *Space) libraryNode(at int) *server.Node {
	p := s.places[at]
	return server.NewNode(ua.NewStringNodeID(s.index, p.id), server.Attributes{
		ua.AttributeIDNodeClass:   server.DataValueFromValue(uint32(p.class())),
		ua.AttributeIDBrowseName:  server.DataValueFromValue(&ua.QualifiedName{NamespaceIndex: s.index, Name: p.name}),
		ua.AttributeIDDisplayName: server.DataValueFromValue(text(p.name)),
		ua.AttributeIDDataType:    server.DataValueFromValue(ua.NewNumericExpandedNodeID(0, p.definition())), // what the library shows as type definition
	}, nil, nil)
}

// Name gives the namespace's URI.
func (s *Space) Name() string { return s.uri }

// ID gives the namespace's index.
func (s *Space) ID() uint16 { return s.index }

// SetID takes the index that the server gives the namespace.
func (s *Space) SetID(i uint16) { s.index = i }

// AddNode adds nothing: the nodes are given at the start.
func (s *Space) AddNode(n *server.Node) *server.Node { return n }

// Objects gives no folder of its own.
func (s *Space) Objects() *server.Node { return nil }

// Root gives no root of its own.
func (s *Space) Root() *server.Node { return nil }

// SetAttribute is not reached: the server answers writes itself.
func (s *Space) SetAttribute(*ua.NodeID, ua.AttributeID, *ua.DataValue) ua.StatusCode {
	return ua.StatusBadNotWritable
}
