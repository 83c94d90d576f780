package nodes

import (
	"context"
	"strings"

	"millwright/internal/ot/driver/opcua/session"
	"millwright/internal/plant/measure"

	"github.com/gopcua/opcua/ua"
)

// The bounds of asking for units.
const (
	maxProperties = 1000 // of one variable that are looked at
	maxSymbol     = 40   // bytes
)

// Units gives the code of what the EngineeringUnits of each variable say (OPC 10000-8 §5.6.3), or their words where they
// are of another list; "" for a variable that has none, or for no node.
func Units(ctx context.Context, s *session.Session, variables []*ua.NodeID) ([]string, error) {
	var ask []*ua.BrowseDescription
	var asked []int
	for i, node := range variables {
		if node != nil {
			ask, asked = append(ask, properties(node)), append(asked, i)
		}
	}
	found, err := references(ctx, s, ask, maxProperties)
	if err != nil {
		return nil, err
	}
	var read []*ua.ReadValueID
	var places []int
	for k, l := range found {
		for _, p := range l.refs {
			if p.BrowseName != nil && p.BrowseName.NamespaceIndex == 0 && p.BrowseName.Name == "EngineeringUnits" {
				read, places = append(read, session.Reading(local(s, p.NodeID), ua.AttributeIDValue, "")), append(places, asked[k])
				break
			}
		}
	}
	units := make([]string, len(variables))
	return units, readUnits(ctx, s, read, func(k int, unit string) { units[places[k]] = unit })
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
