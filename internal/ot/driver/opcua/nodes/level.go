// Package nodes looks through the address space of an OPC UA server: many nodes a request, because each answer may be
// long on its way.
package nodes

import (
	"context"
	"fmt"
	"strings"

	"millwright/internal/ot/driver"
	"millwright/internal/ot/driver/opcua/session"
	"millwright/internal/ot/tag"

	"github.com/gopcua/opcua/ua"
)

// The bounds of a listing.
const (
	maxListed = 10_000 // nodes below one
	maxName   = 200    // bytes of a name
)

// Levels gives the objects and variables that stand one level below each node. Of a longer list it gives the first
// 10,000 together with an error. What is too much for one listing of many is an error of the levels that were left out.
func Levels(ctx context.Context, s *session.Session, nodes []*ua.NodeID) ([]driver.Level, error) {
	what := make([]*ua.BrowseDescription, len(nodes))
	for i, n := range nodes {
		what[i] = down(n)
	}
	lists, err := references(ctx, s, what, maxListed+1)
	if err != nil {
		return nil, err
	}
	levels := make([]driver.Level, len(lists))
	var all []*ua.ReferenceDescription
	for i, l := range lists {
		levels[i].Err = l.err
		switch {
		case l.err != nil:
			lists[i].refs = nil
		case len(l.refs) > maxListed:
			levels[i].Err = fmt.Errorf("there are more nodes than the %d that are listed", maxListed)
			lists[i].refs = l.refs[:maxListed]
		}
		all = append(all, lists[i].refs...)
	}
	described, err := describe(ctx, s, all)
	if err != nil {
		return nil, err
	}
	for i, l := range lists {
		n := len(l.refs)
		levels[i].Nodes, described = described[:n:n], described[n:]
	}
	return levels, nil
}

// describe makes nodes of references, reading which values the variables have, and what all are instances of.
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
	found, err := kinds(ctx, s, ids)
	if err != nil {
		return nil, err
	}
	if err := define(ctx, s, refs, nodes); err != nil {
		return nil, err
	}
	for k, i := range places {
		nodes[i].Kind, nodes[i].Folder = found[k], found[k] == tag.None
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
	return clip(n)
}

func clip(name string) string {
	return strings.ToValidUTF8(name[:min(len(name), maxName)], "\uFFFD")
}
