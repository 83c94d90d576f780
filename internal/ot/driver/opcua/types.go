package opcua

import (
	"context"

	"millwright/internal/ot/driver/opcua/session"
	"millwright/internal/ot/driver/opcua/wire"
	"millwright/internal/ot/tag"

	"github.com/gopcua/opcua/id"
	"github.com/gopcua/opcua/ua"
)

// variable is what a listing says of a variable.
type variable struct {
	kind     tag.Kind // None for arrays and structures
	writable bool
}

// attributesOf are those read of each variable, in this order.
var attributesOf = [...]ua.AttributeID{
	ua.AttributeIDDataType, ua.AttributeIDValueRank, ua.AttributeIDAccessLevel, ua.AttributeIDUserAccessLevel,
}

// variables reads kind and access of variables.
func variables(ctx context.Context, s *session.Session, nodes []*ua.NodeID) ([]variable, error) {
	var ask []*ua.ReadValueID
	for _, n := range nodes {
		for _, a := range attributesOf {
			ask = append(ask, session.Reading(n, a, ""))
		}
	}
	got, err := s.Read(ctx, ask)
	if err != nil {
		return nil, err
	}
	var types []string
	for i := range nodes {
		if text, is := got[i*len(attributesOf)].Sample.Value.Text(); is {
			types = append(types, text)
		}
	}
	known, err := builtIns(ctx, s, types)
	if err != nil {
		return nil, err
	}
	out := make([]variable, len(nodes))
	var unclear []int
	for i := range nodes {
		row := got[i*len(attributesOf):][:len(attributesOf)]
		text, _ := row[0].Sample.Value.Text()
		out[i].writable = allows(row[2]) && allows(row[3])
		if rank, ok := row[1].Sample.Value.Int(); ok && rank >= 0 {
			continue // an array: its elements have addresses of their own
		}
		out[i].kind = wire.Kind(known[text])
		if out[i].kind == tag.None {
			unclear = append(unclear, i)
		}
	}
	return out, look(ctx, s, nodes, unclear, out)
}

// look takes the kind from the present value where the data type leaves it open.
func look(ctx context.Context, s *session.Session, nodes []*ua.NodeID, unclear []int, out []variable) error {
	var ask []*ua.ReadValueID
	for _, i := range unclear {
		ask = append(ask, session.Reading(nodes[i], ua.AttributeIDValue, ""))
	}
	got, err := s.Read(ctx, ask)
	if err != nil {
		return err
	}
	for k, i := range unclear {
		if !got[k].Array {
			out[i].kind = wire.Kind(got[k].Type)
		}
	}
	return nil
}

// allows tells whether an access level has the bit for writing. A server that does not say leaves it
// to the write itself.
func allows(r wire.Reading) bool {
	level, ok := r.Sample.Value.Uint()
	return !ok || r.Sample.Quality.Bad() || ua.AccessLevelType(level)&ua.AccessLevelTypeCurrentWrite != 0
}

// maxSteps is how many types a type may stand below the built-in one.
const maxSteps = 10

// builtIns finds the built-in type of each data type, by climbing to the type that each is a kind of.
// Types that have none, such as structures, give Null.
func builtIns(ctx context.Context, s *session.Session, types []string) (map[string]ua.TypeID, error) {
	out := map[string]ua.TypeID{}
	for _, t := range types {
		if _, done := out[t]; done {
			continue
		}
		found, err := climb(ctx, s, t)
		if err != nil {
			return nil, err
		}
		out[t] = found
	}
	return out, nil
}

func climb(ctx context.Context, s *session.Session, dataType string) (ua.TypeID, error) {
	node, err := ua.ParseExpandedNodeID(dataType, s.Namespaces())
	for step := 0; err == nil && step < maxSteps; step++ {
		at := local(s, node)
		if at.Namespace() == 0 {
			if t, is := standard(at.IntID()); is {
				return t, nil
			}
		}
		above, failed := below(ctx, s, up(at), 1)
		if failed != nil || len(above) == 0 {
			return ua.TypeIDNull, ctx.Err()
		}
		node = above[0].NodeID
	}
	return ua.TypeIDNull, nil
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
