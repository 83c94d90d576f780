// What hangs on a node.

package space

import (
	"slices"

	"github.com/gopcua/opcua/id"
	"github.com/gopcua/opcua/ua"
)

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
	if !p.object() {
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
	switch p.definition() {
	case id.BaseObjectType:
		return "BaseObjectType"
	case id.PropertyType:
		return "PropertyType"
	}
	return "BaseDataVariableType"
}

// reference describes the reference that leads to child, seen from its parent (forward) or from the child itself.
func (s *Space) reference(child, target int, forward bool) *ua.ReferenceDescription {
	kind := uint32(id.HasComponent)
	if p := s.places[child]; p.object() {
		kind = id.Organizes
	} else if p.unit != 0 {
		kind = id.HasProperty
	}
	t := s.places[target]
	return &ua.ReferenceDescription{
		ReferenceTypeID: ua.NewNumericNodeID(0, kind), IsForward: forward,
		NodeID:         ua.NewStringExpandedNodeID(s.index, t.id),
		BrowseName:     s.browseName(t),
		DisplayName:    text(t.name),
		NodeClass:      t.class(),
		TypeDefinition: ua.NewNumericExpandedNodeID(0, t.definition()),
	}
}

// wider lists the reference types above the four that we use (OPC 10000-3 §7).
var wider = map[uint32][]uint32{
	id.HasTypeDefinition: {id.NonHierarchicalReferences, id.References},
	id.Organizes:         {id.HierarchicalReferences, id.References},
	id.HasProperty:       {id.Aggregates, id.HasChild, id.HierarchicalReferences, id.References},
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
