package nodes

import (
	"context"

	"millwright/internal/ot/driver/opcua/session"
	"millwright/internal/ot/driver/opcua/wire"
	"millwright/internal/ot/tag"

	"github.com/gopcua/opcua/id"
	"github.com/gopcua/opcua/ua"
)

// attributesOf are those read of each variable, in this order.
var attributesOf = [...]ua.AttributeID{ua.AttributeIDDataType, ua.AttributeIDValueRank}

// kinds tells which kind of value each variable has; None for arrays and structures.
func kinds(ctx context.Context, s *session.Session, variables []*ua.NodeID) ([]tag.Kind, error) {
	ask := make([]*ua.ReadValueID, 0, len(variables)*len(attributesOf))
	for _, n := range variables {
		for _, a := range attributesOf {
			ask = append(ask, session.Reading(n, a, ""))
		}
	}
	got, err := s.Read(ctx, ask)
	if err != nil {
		return nil, err
	}
	var types []string
	for i := range variables {
		if text, is := got[i*len(attributesOf)].Sample.Value.Text(); is {
			types = append(types, text)
		}
	}
	known, err := BuiltIns(ctx, s, types)
	if err != nil {
		return nil, err
	}
	out := make([]tag.Kind, len(variables))
	var unclear []int
	for i := range variables {
		row := got[i*len(attributesOf):][:len(attributesOf)]
		if rank, ok := row[1].Sample.Value.Int(); ok && rank >= 0 {
			continue // an array: its elements have addresses of their own
		}
		text, _ := row[0].Sample.Value.Text()
		if out[i] = wire.Kind(known[text]); out[i] == tag.None {
			unclear = append(unclear, i)
		}
	}
	return out, look(ctx, s, variables, unclear, out)
}

// look takes the kind from the present value where the data type leaves it open.
func look(ctx context.Context, s *session.Session, variables []*ua.NodeID, unclear []int, out []tag.Kind) error {
	var ask []*ua.ReadValueID
	for _, i := range unclear {
		ask = append(ask, session.Reading(variables[i], ua.AttributeIDValue, ""))
	}
	got, err := s.Read(ctx, ask)
	if err != nil {
		return err
	}
	for k, i := range unclear {
		if !got[k].Array {
			out[i] = wire.Kind(got[k].Type)
		}
	}
	return nil
}

// maxSteps is how many types a type may stand below the built-in one.
const maxSteps = 10

// BuiltIns finds the built-in type of each data type, by climbing to the type that each is a kind of. Types that have
// none, such as structures, give Null.
func BuiltIns(ctx context.Context, s *session.Session, types []string) (map[string]ua.TypeID, error) {
	out, at := map[string]ua.TypeID{}, map[string]*ua.NodeID{} // at is where the climb of each type is
	for _, t := range types {
		if node, err := ua.ParseExpandedNodeID(t, s.Namespaces()); err == nil {
			at[t] = local(s, node)
		}
	}
	for range maxSteps {
		var climbing []string
		var ask []*ua.BrowseDescription
		for t, node := range at {
			if node.Namespace() == 0 {
				if found, is := standard(node.IntID()); is {
					out[t] = found
					continue
				}
			}
			climbing, ask = append(climbing, t), append(ask, up(node))
		}
		if len(ask) == 0 {
			break
		}
		above, err := references(ctx, s, ask, 1)
		if err != nil {
			return nil, err
		}
		clear(at)
		for i, t := range climbing {
			if refs := above[i].refs; len(refs) > 0 {
				at[t] = local(s, refs[0].NodeID)
			}
		}
	}
	return out, nil
}

// standard gives the built-in type of the standard's own data types at which a climb ends.
func standard(number uint32) (ua.TypeID, bool) {
	switch number {
	case 0:
		return ua.TypeIDNull, false
	case id.Number, id.Integer, id.UInteger, id.BaseDataType, id.Structure: // abstract: the value decides
		return ua.TypeIDNull, true
	case id.Enumeration:
		return ua.TypeIDInt32, true
	case id.Duration:
		return ua.TypeIDDouble, true
	case id.UtcTime:
		return ua.TypeIDDateTime, true
	}
	return ua.TypeID(number), number <= uint32(ua.TypeIDDiagnosticInfo)
}
