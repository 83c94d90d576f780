package opcua

import (
	"context"
	"fmt"
	"strings"

	"millwright/internal/errs"
	"millwright/internal/ot/driver"
	"millwright/internal/ot/driver/opcua/secure"
	"millwright/internal/ot/driver/opcua/session"
	"millwright/internal/ot/driver/opcua/wire"
	"millwright/internal/ot/tag"

	"github.com/gopcua/opcua/id"
	"github.com/gopcua/opcua/ua"
)

// The bounds of a listing.
const (
	maxListed   = 10_000 // nodes below one
	maxPerReply = 500    // of them in one answer
	maxPages    = maxListed
	maxName     = 200 // bytes of a name
)

// Browse implements driver.Browser: what stands one level below an address, "" for the server's
// objects. Of a longer list it gives the first 10,000 nodes together with an error.
func (d *Driver) Browse(ctx context.Context, addr string) ([]driver.Node, error) {
	s, release, err := d.borrow(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	node := ua.NewTwoByteNodeID(id.ObjectsFolder)
	if addr != "" {
		a, err := session.ParseAddress(addr)
		if err != nil {
			return nil, errs.New(errs.Invalid, "browse: %w", err)
		}
		if literal, can := a.Literal(); can {
			a = literal
		}
		found, known := a.Node(s.Namespaces())
		if !known {
			return nil, errs.New(errs.NotFound, "browse %s: the server has no namespace %q", addr, a.URI)
		}
		node = found
	}
	refs, err := below(ctx, s, down(node), maxListed+1)
	if err != nil {
		return nil, fmt.Errorf("browse %s of %s: %w", addr, d.cfg.Endpoint, err)
	}
	more := len(refs) > maxListed
	nodes, err := describe(ctx, s, refs[:min(len(refs), maxListed)])
	if err == nil && more {
		err = fmt.Errorf("browse %s of %s: there are more nodes than the %d that are listed", addr, d.cfg.Endpoint, maxListed)
	}
	return nodes, err
}

// down asks for the objects and variables below a node.
func down(node *ua.NodeID) *ua.BrowseDescription {
	return &ua.BrowseDescription{
		NodeID: node, BrowseDirection: ua.BrowseDirectionForward, ReferenceTypeID: ua.NewTwoByteNodeID(id.HierarchicalReferences),
		IncludeSubtypes: true, NodeClassMask: uint32(ua.NodeClassObject | ua.NodeClassVariable), ResultMask: uint32(ua.BrowseResultMaskAll),
	}
}

// up asks for the type that a data type is a kind of.
func up(dataType *ua.NodeID) *ua.BrowseDescription {
	return &ua.BrowseDescription{
		NodeID: dataType, BrowseDirection: ua.BrowseDirectionInverse, ReferenceTypeID: ua.NewTwoByteNodeID(id.HasSubtype),
		IncludeSubtypes: true, ResultMask: uint32(ua.BrowseResultMaskReferenceTypeID),
	}
}

// below follows references, page by page, up to limit nodes of this server, each named once.
func below(ctx context.Context, s *session.Session, what *ua.BrowseDescription, limit int) ([]*ua.ReferenceDescription, error) {
	var resp ua.BrowseResponse
	req := &ua.BrowseRequest{
		View: &ua.ViewDescription{ViewID: ua.NewTwoByteNodeID(0)}, RequestedMaxReferencesPerNode: maxPerReply,
		NodesToBrowse: []*ua.BrowseDescription{what},
	}
	if err := s.Call(ctx, req, &resp); err != nil {
		return nil, err
	}
	seen, out, results := map[string]bool{}, []*ua.ReferenceDescription(nil), resp.Results
	for range maxPages {
		if len(results) != 1 {
			return nil, wire.ErrMalformed
		}
		page := results[0]
		if tag.Quality(page.StatusCode).Bad() {
			return nil, secure.Status(page.StatusCode)
		}
		for _, ref := range page.References {
			key := ref.NodeID.String()
			if ref.NodeID.HasServerIndex() || seen[key] || len(out) == limit {
				continue
			}
			seen[key] = true
			out = append(out, ref)
		}
		full := len(out) == limit
		if len(page.ContinuationPoint) == 0 {
			return out, nil
		}
		var next ua.BrowseNextResponse
		more := &ua.BrowseNextRequest{ReleaseContinuationPoints: full, ContinuationPoints: [][]byte{page.ContinuationPoint}}
		if err := s.Call(ctx, more, &next); err != nil || full {
			return out, err
		}
		results = next.Results
	}
	return out, nil
}

// describe makes nodes of references, reading type and access of the variables.
func describe(ctx context.Context, s *session.Session, refs []*ua.ReferenceDescription) ([]driver.Node, error) {
	nodes := make([]driver.Node, len(refs))
	var places []int
	var ids []*ua.NodeID
	for i, ref := range refs {
		node := local(s, ref.NodeID)
		nodes[i] = driver.Node{Address: session.Durable(node, s.Namespaces()), Name: name(ref), Folder: ref.NodeClass != ua.NodeClassVariable}
		if ref.NodeClass == ua.NodeClassVariable {
			places, ids = append(places, i), append(ids, node)
		}
	}
	found, err := variables(ctx, s, ids)
	if err != nil {
		return nil, err
	}
	for k, i := range places {
		nodes[i].Kind, nodes[i].Writable = found[k].kind, found[k].writable
		nodes[i].Folder = found[k].kind == tag.None
	}
	return nodes, nil
}

// local gives the node id of an expanded one, whose namespace may be given by its URI.
func local(s *session.Session, n *ua.ExpandedNodeID) *ua.NodeID {
	node := ua.NewNodeIDFromExpandedNodeID(n)
	if !n.HasNamespaceURI() {
		return node
	}
	_, rest, cut := strings.Cut(node.String(), ";")
	if !cut {
		rest = node.String()
	}
	if found, known := (session.Address{URI: n.NamespaceURI, ID: rest}).Node(s.Namespaces()); known {
		return found
	}
	return node
}

func name(ref *ua.ReferenceDescription) string {
	n := ref.DisplayName.Text
	if n == "" {
		n = ref.BrowseName.Name
	}
	if len(n) > maxName {
		n = n[:maxName]
	}
	return strings.ToValidUTF8(n, "\uFFFD")
}
