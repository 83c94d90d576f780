// Package space is the address space of a simulated controller: objects in a tree, with variables as its leaves.
package space

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gopcua/opcua/id"
	"github.com/gopcua/opcua/server"
	"github.com/gopcua/opcua/ua"
)

// Variable is a leaf of the tree.
type Variable struct {
	ID       string   // identifier in the namespace
	Path     []string // the objects it stands under
	Name     string
	Type     uint32 // built-in type, the number of its node in namespace 0
	Writable bool
}

// Space is a namespace of gopcua's server. It is made once and then only read; values come from elsewhere.
type Space struct {
	uri    string
	index  uint16
	places []place
	byID   map[string]int
	value  func(variable int) *ua.DataValue
}

// place is an object or a variable of the tree.
type place struct {
	id       string
	name     string
	parent   int // -1 hangs below Objects
	children []int
	node     int // place in the list of variables; -1 for an object
	typ      uint32
	write    bool
}

// New builds the tree. value reads a variable by its place in the list.
func New(uri string, variables []Variable, value func(variable int) *ua.DataValue) (*Space, error) {
	s := &Space{uri: uri, byID: make(map[string]int, len(variables)), value: value}
	for i, v := range variables {
		if v.ID == "" {
			return nil, fmt.Errorf("node %d of the OPC UA server needs an id", i+1)
		}
		parent := -1
		for depth := range v.Path {
			parent = s.object(parent, strings.Join(v.Path[:depth+1], "."), v.Path[depth])
		}
		if _, taken := s.byID[v.ID]; taken {
			return nil, fmt.Errorf("node %q of the OPC UA server stands twice", v.ID)
		}
		s.add(place{id: v.ID, name: v.Name, parent: parent, node: i, typ: v.Type, write: v.Writable})
	}
	return s, nil
}

// object finds or makes the object of a path.
func (s *Space) object(parent int, id, name string) int {
	if at, ok := s.byID[id]; ok {
		return at
	}
	return s.add(place{id: id, name: name, parent: parent, node: -1})
}

func (s *Space) add(p place) int {
	at := len(s.places)
	s.places = append(s.places, p)
	s.byID[p.id] = at
	if p.parent >= 0 {
		s.places[p.parent].children = append(s.places[p.parent].children, at)
	}
	return at
}

// Find gives the variable of a node id: its place in the list, or -1 when the node is an object. ok is false
// when there is no such node here.
func (s *Space) Find(n *ua.NodeID) (variable int, ok bool) {
	at, ok := s.find(n)
	if !ok {
		return -1, false
	}
	return s.places[at].node, true
}

func (s *Space) find(n *ua.NodeID) (at int, ok bool) {
	if n == nil || n.Namespace() != s.index || n.Type() != ua.NodeIDTypeString {
		return 0, false
	}
	at, ok = s.byID[n.StringID()]
	return at, ok
}

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

func (s *Space) libraryNode(at int) *server.Node {
	p := s.places[at]
	return server.NewNode(ua.NewStringNodeID(s.index, p.id), server.Attributes{
		ua.AttributeIDNodeClass:   server.DataValueFromValue(uint32(p.class())),
		ua.AttributeIDBrowseName:  server.DataValueFromValue(&ua.QualifiedName{NamespaceIndex: s.index, Name: p.name}),
		ua.AttributeIDDisplayName: server.DataValueFromValue(text(p.name)),
		ua.AttributeIDDataType:    server.DataValueFromValue(ua.NewNumericExpandedNodeID(0, p.definition())), // what the library shows as type definition
	}, nil, nil)
}

func (p place) class() ua.NodeClass {
	if p.node < 0 {
		return ua.NodeClassObject
	}
	return ua.NodeClassVariable
}

func (p place) definition() uint32 {
	if p.node < 0 {
		return id.BaseObjectType
	}
	return id.BaseDataVariableType
}

func (p place) access() byte {
	if p.write {
		return byte(ua.AccessLevelTypeCurrentRead | ua.AccessLevelTypeCurrentWrite)
	}
	return byte(ua.AccessLevelTypeCurrentRead)
}

func text(s string) *ua.LocalizedText {
	return &ua.LocalizedText{EncodingMask: ua.LocalizedTextText, Text: s}
}

// Attribute reads one attribute of one node.
func (s *Space) Attribute(n *ua.NodeID, a ua.AttributeID) *ua.DataValue {
	at, ok := s.find(n)
	if !ok {
		return failed(ua.StatusBadNodeIDUnknown)
	}
	p := s.places[at]
	if a == ua.AttributeIDValue && p.node >= 0 {
		return s.value(p.node)
	}
	v, ok := s.common(p, a)
	if !ok && p.node >= 0 {
		v, ok = s.variable(p, a)
	}
	if !ok {
		return failed(ua.StatusBadAttributeIDInvalid)
	}
	return &ua.DataValue{EncodingMask: ua.DataValueValue | ua.DataValueServerTimestamp, Value: ua.MustVariant(v), ServerTimestamp: time.Now()}
}

// common gives the attributes that objects and variables have.
func (s *Space) common(p place, a ua.AttributeID) (v any, ok bool) {
	switch a {
	case ua.AttributeIDNodeID:
		return ua.NewStringNodeID(s.index, p.id), true
	case ua.AttributeIDNodeClass:
		return int32(p.class()), true
	case ua.AttributeIDBrowseName:
		return &ua.QualifiedName{NamespaceIndex: s.index, Name: p.name}, true
	case ua.AttributeIDDisplayName, ua.AttributeIDDescription:
		return text(p.name), true
	case ua.AttributeIDWriteMask, ua.AttributeIDUserWriteMask:
		return uint32(0), true
	case ua.AttributeIDEventNotifier:
		return byte(0), p.node < 0
	}
	return nil, false
}

// variable gives the attributes that only variables have.
func (s *Space) variable(p place, a ua.AttributeID) (v any, ok bool) {
	switch a {
	case ua.AttributeIDDataType:
		return ua.NewNumericNodeID(0, p.typ), true
	case ua.AttributeIDValueRank:
		return int32(-1), true
	case ua.AttributeIDAccessLevel, ua.AttributeIDUserAccessLevel:
		return p.access(), true
	case ua.AttributeIDMinimumSamplingInterval:
		return float64(0), true
	case ua.AttributeIDHistorizing:
		return false, true
	}
	return nil, false
}

func failed(status ua.StatusCode) *ua.DataValue {
	return &ua.DataValue{EncodingMask: ua.DataValueStatusCode | ua.DataValueServerTimestamp, Status: status, ServerTimestamp: time.Now()}
}

// Browse lists the references of one node.
func (s *Space) Browse(b *ua.BrowseDescription) *ua.BrowseResult {
	at, ok := s.find(b.NodeID)
	if !ok {
		return &ua.BrowseResult{StatusCode: ua.StatusBadNodeIDUnknown}
	}
	p := s.places[at]
	all := []*ua.ReferenceDescription{{
		ReferenceTypeID: ua.NewNumericNodeID(0, id.HasTypeDefinition), IsForward: true,
		NodeID:         ua.NewNumericExpandedNodeID(0, p.definition()),
		BrowseName:     &ua.QualifiedName{Name: definitionName(p)},
		DisplayName:    text(definitionName(p)),
		NodeClass:      ua.NodeClassObjectType,
		TypeDefinition: ua.NewTwoByteExpandedNodeID(0),
	}}
	if p.node >= 0 {
		all[0].NodeClass = ua.NodeClassVariableType
	}
	if p.parent >= 0 {
		all = append(all, s.reference(at, p.parent, false))
	}
	for _, c := range p.children {
		all = append(all, s.reference(c, c, true))
	}
	all = slices.DeleteFunc(all, func(r *ua.ReferenceDescription) bool { return !wanted(b, r) })
	return &ua.BrowseResult{StatusCode: ua.StatusGood, References: all}
}

func definitionName(p place) string {
	if p.node < 0 {
		return "BaseObjectType"
	}
	return "BaseDataVariableType"
}

// reference describes the reference that leads to child, seen from its parent (forward) or from the child itself.
func (s *Space) reference(child, target int, forward bool) *ua.ReferenceDescription {
	kind := uint32(id.Organizes)
	if s.places[child].node >= 0 {
		kind = id.HasComponent
	}
	t := s.places[target]
	return &ua.ReferenceDescription{
		ReferenceTypeID: ua.NewNumericNodeID(0, kind), IsForward: forward,
		NodeID:         ua.NewStringExpandedNodeID(s.index, t.id),
		BrowseName:     &ua.QualifiedName{NamespaceIndex: s.index, Name: t.name},
		DisplayName:    text(t.name),
		NodeClass:      t.class(),
		TypeDefinition: ua.NewNumericExpandedNodeID(0, t.definition()),
	}
}

// wider lists the reference types above the three that we use (OPC 10000-3 §7).
var wider = map[uint32][]uint32{
	id.HasTypeDefinition: {id.NonHierarchicalReferences, id.References},
	id.Organizes:         {id.HierarchicalReferences, id.References},
	id.HasComponent:      {id.Aggregates, id.HasChild, id.HierarchicalReferences, id.References},
}

// wanted tells whether a browse asks for a reference.
func wanted(b *ua.BrowseDescription, r *ua.ReferenceDescription) bool {
	if b.BrowseDirection == ua.BrowseDirectionForward && !r.IsForward || b.BrowseDirection == ua.BrowseDirectionInverse && r.IsForward {
		return false
	}
	if b.NodeClassMask != 0 && b.NodeClassMask&uint32(r.NodeClass) == 0 {
		return false
	}
	kind := r.ReferenceTypeID.IntID()
	asked := b.ReferenceTypeID.IntID()
	return asked == 0 || asked == kind || b.IncludeSubtypes && slices.Contains(wider[kind], asked)
}

// Node gives the library what it needs to describe a reference to one of our nodes.
func (s *Space) Node(n *ua.NodeID) *server.Node {
	if at, ok := s.find(n); ok {
		return s.libraryNode(at)
	}
	return nil
}

// The rest is what the library's interface asks for.

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
