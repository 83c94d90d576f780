package opcua

import (
	"context"
	"fmt"
	"strings"

	"millwright/internal/ot/driver"
	"millwright/internal/ot/driver/opcua/session"
	"millwright/internal/plant/measure"

	"github.com/gopcua/opcua/id"
	"github.com/gopcua/opcua/ua"
)

// The bounds of asking for units. Servers bound a browse too, and most do not say where.
const (
	unitsAtOnce = 100 // nodes
	maxSymbol   = 40  // bytes
)

// Units implements driver.Measurer: the code of what the EngineeringUnits of a variable say (OPC 10000-8 §5.6.3), or
// their words where they are of another list; "" for a variable that has none.
func (d *Driver) Units(ctx context.Context, addresses []string) ([]string, error) {
	s, release, err := d.borrow(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	units := make([]string, len(addresses))
	for from := 0; from < len(addresses); from += unitsAtOnce {
		to := min(from+unitsAtOnce, len(addresses))
		if err := unitsOf(ctx, s, addresses[from:to], units[from:to]); err != nil {
			return nil, fmt.Errorf("ask %s for units: %w", d.cfg.Endpoint, err)
		}
	}
	return units, nil
}

func unitsOf(ctx context.Context, s *session.Session, addresses, into []string) error {
	var ask []*ua.BrowseDescription
	var asked []int
	for i, text := range addresses {
		if node, ok := nodeOf(s, text); ok {
			ask, asked = append(ask, properties(node)), append(asked, i)
		}
	}
	if len(ask) == 0 {
		return nil
	}
	var found ua.BrowseResponse
	req := &ua.BrowseRequest{View: &ua.ViewDescription{ViewID: ua.NewTwoByteNodeID(0)}, NodesToBrowse: ask}
	if err := s.Call(ctx, req, &found); err != nil {
		return err
	}
	var read []*ua.ReadValueID
	var places []int
	for k, result := range found.Results[:min(len(found.Results), len(asked))] {
		for _, p := range result.References {
			if p.BrowseName != nil && p.BrowseName.NamespaceIndex == 0 && p.BrowseName.Name == "EngineeringUnits" && p.NodeID != nil {
				read, places = append(read, session.Reading(local(s, p.NodeID), ua.AttributeIDValue, "")), append(places, asked[k])
				break
			}
		}
	}
	return readUnits(ctx, s, read, func(k int, unit string) { into[places[k]] = unit })
}

// nodeOf is the node of an address as a browse gave it.
func nodeOf(s *session.Session, address string) (*ua.NodeID, bool) {
	a, err := session.ParseAddress(address)
	if err != nil {
		return nil, false
	}
	if literal, can := a.Literal(); can {
		a = literal
	}
	return a.Node(s.Namespaces())
}

// properties asks for the properties of a variable.
func properties(node *ua.NodeID) *ua.BrowseDescription {
	return &ua.BrowseDescription{
		NodeID: node, BrowseDirection: ua.BrowseDirectionForward, ReferenceTypeID: ua.NewTwoByteNodeID(id.HasProperty),
		IncludeSubtypes: true, NodeClassMask: uint32(ua.NodeClassVariable), ResultMask: uint32(ua.BrowseResultMaskAll),
	}
}

func readUnits(ctx context.Context, s *session.Session, nodes []*ua.ReadValueID, tell func(k int, unit string)) error {
	for from := 0; from < len(nodes); from += s.Limits.Read {
		part := nodes[from:min(from+s.Limits.Read, len(nodes))]
		var got ua.ReadResponse
		if err := s.Call(ctx, &ua.ReadRequest{TimestampsToReturn: ua.TimestampsToReturnNeither, NodesToRead: part}, &got); err != nil {
			return err
		}
		for k, v := range got.Results[:min(len(got.Results), len(part))] {
			if v.Value == nil {
				continue
			}
			if o := v.Value.ExtensionObject(); o != nil {
				unit, _ := o.Value.(*ua.EUInformation)
				tell(from+k, unitIn(unit))
			}
		}
	}
	return nil
}

// unitIn is the code of a unit of the UNECE that we know, and what it is called for any other.
func unitIn(e *ua.EUInformation) string {
	if e == nil {
		return ""
	}
	if e.NamespaceURI == measure.Namespace {
		if u, ok := measure.OfID(e.UnitID); ok {
			return u.Code
		}
	}
	if e.DisplayName == nil {
		return ""
	}
	name := e.DisplayName.Text
	if len(name) > maxSymbol {
		name = name[:maxSymbol]
	}
	return strings.ToValidUTF8(name, "")
}

var _ driver.Measurer = (*Driver)(nil)
