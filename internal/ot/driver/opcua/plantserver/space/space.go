// Package space is the address space of a simulated controller: objects in a tree, with variables as its leaves.
package space

import (
	"fmt"
	"strings"

	"github.com/gopcua/opcua/id"
	"github.com/gopcua/opcua/ua"
)

// Variable is a leaf of the tree.
type Variable struct {
	ID       string   // identifier in the namespace
	Path     []string // the objects it stands under
	Name     string
	Type     uint32 // built-in type, the number of its node in namespace 0
	Writable bool
	Unit     int32 // number of its engineering unit in the list of the UNECE (OPC 10000-8 §5.6.3); 0 for none
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
	unit     int32 // of a property that tells its parent's unit
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
		at := s.add(place{id: v.ID, name: v.Name, parent: parent, node: i, typ: v.Type, write: v.Writable})
		if v.Unit != 0 {
			s.add(place{id: v.ID + ".EngineeringUnits", name: "EngineeringUnits", parent: at, node: -1, typ: id.EUInformation, unit: v.Unit})
		}
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

// object tells the objects from the variables, and from their properties.
func (p place) object() bool { return p.node < 0 && p.unit == 0 }

func (p place) class() ua.NodeClass {
	if p.object() {
		return ua.NodeClassObject
	}
	return ua.NodeClassVariable
}

func (p place) definition() uint32 {
	switch {
	case p.object():
		return id.BaseObjectType
	case p.unit != 0:
		return id.PropertyType
	}
	return id.BaseDataVariableType
}

func (p place) access() byte {
	if p.write {
		return byte(ua.AccessLevelTypeCurrentRead | ua.AccessLevelTypeCurrentWrite)
	}
	return byte(ua.AccessLevelTypeCurrentRead)
}

// browseName is in the standard's namespace for what the standard names.
func (s *Space) browseName(p place) *ua.QualifiedName {
	if p.unit != 0 {
		return &ua.QualifiedName{Name: p.name}
	}
	return &ua.QualifiedName{NamespaceIndex: s.index, Name: p.name}
}

func text(s string) *ua.LocalizedText {
	return &ua.LocalizedText{EncodingMask: ua.LocalizedTextText, Text: s}
}
