package nodes

import (
	"context"
	"slices"
	"strings"

	"millwright/internal/ot/driver"
	"millwright/internal/ot/driver/opcua/session"

	"github.com/gopcua/opcua/ua"
)

// define tells of which type each node is, by the names that the server gives its types. Those of the standard itself,
// such as folders, say nothing of a machine and are left out.
func define(ctx context.Context, s *session.Session, refs []*ua.ReferenceDescription, nodes []driver.Node) error {
	places := map[string][]int{} // of the nodes of each type
	var texts []string
	var ask []*ua.ReadValueID
	for i, ref := range refs {
		at := local(s, ref.TypeDefinition)
		if at.Namespace() == 0 || int(at.Namespace()) >= len(s.Namespaces()) {
			continue
		}
		text := at.String()
		if !slices.Contains(texts, text) {
			texts, ask = append(texts, text), append(ask, session.Reading(at, ua.AttributeIDBrowseName, ""))
		}
		places[text] = append(places[text], i)
		nodes[i].Type.URI = s.Namespaces()[at.Namespace()]
	}
	got, err := s.Read(ctx, ask)
	if err != nil {
		return err
	}
	for k, text := range texts {
		name, _ := got[k].Sample.Value.Text() // one without a name still is of its model
		if _, after, numbered := strings.Cut(name, ":"); numbered {
			name = after
		}
		for _, i := range places[text] {
			nodes[i].Type.Name = clip(name)
		}
	}
	return nil
}
