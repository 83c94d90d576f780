// What a node says of itself.

package space

import (
	"time"

	"github.com/gopcua/opcua/ua"
)

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
	if !ok && !p.object() {
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
		return s.browseName(p), true
	case ua.AttributeIDDisplayName, ua.AttributeIDDescription:
		return text(p.name), true
	case ua.AttributeIDWriteMask, ua.AttributeIDUserWriteMask:
		return uint32(0), true
	case ua.AttributeIDEventNotifier:
		return byte(0), p.object()
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
	case ua.AttributeIDValue:
		unit := &ua.EUInformation{NamespaceURI: unece, UnitID: p.unit, DisplayName: text(""), Description: text("")}
		return ua.NewExtensionObject(unit), p.unit != 0
	}
	return nil, false
}

// unece is the list that numbers of units are from.
const unece = "http://www.opcfoundation.org/UA/units/un/cefact"

func failed(status ua.StatusCode) *ua.DataValue {
	return &ua.DataValue{EncodingMask: ua.DataValueStatusCode | ua.DataValueServerTimestamp, Status: status, ServerTimestamp: time.Now()}
}
