package opcua

import (
	"context"
	"fmt"

	"millwright/internal/errs"
	"millwright/internal/ot/driver"
	"millwright/internal/ot/driver/opcua/nodes"
	"millwright/internal/ot/driver/opcua/session"

	"github.com/gopcua/opcua/id"
	"github.com/gopcua/opcua/ua"
)

// Browse implements driver.Browser: what stands one level below an address, "" for the server's
// objects. Of a longer list it gives the first 10,000 nodes together with an error.
func (d *Driver) Browse(ctx context.Context, addr string) ([]driver.Node, error) {
	levels, err := d.BrowseAll(ctx, []string{addr})
	if err != nil {
		return nil, err
	}
	return levels[0].Nodes, levels[0].Err
}

// BrowseAll implements driver.Lister.
func (d *Driver) BrowseAll(ctx context.Context, addresses []string) ([]driver.Level, error) {
	s, release, err := d.borrow(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	levels := make([]driver.Level, len(addresses))
	var ask []*ua.NodeID
	var asked []int
	for i, text := range addresses {
		node, err := nodeOf(s, text)
		if err != nil {
			levels[i].Err = err
			continue
		}
		ask, asked = append(ask, node), append(asked, i)
	}
	found, err := nodes.Levels(ctx, s, ask)
	if err != nil {
		return nil, fmt.Errorf("browse %s: %w", d.cfg.Endpoint, err)
	}
	for k, i := range asked {
		if levels[i] = found[k]; found[k].Err != nil {
			levels[i].Err = fmt.Errorf("browse %s of %s: %w", addresses[i], d.cfg.Endpoint, found[k].Err)
		}
	}
	return levels, nil
}

// nodeOf is the node of an address as a browse gave it, "" for the server's objects.
func nodeOf(s *session.Session, address string) (*ua.NodeID, error) {
	if address == "" {
		return ua.NewTwoByteNodeID(id.ObjectsFolder), nil
	}
	a, err := session.ParseAddress(address)
	if err != nil {
		return nil, errs.New(errs.Invalid, "browse: %w", err)
	}
	if literal, can := a.Literal(); can {
		a = literal
	}
	node, known := a.Node(s.Namespaces())
	if !known {
		return nil, errs.New(errs.NotFound, "browse %s: the server has no namespace %q", address, a.URI)
	}
	return node, nil
}

// Units implements driver.Measurer.
func (d *Driver) Units(ctx context.Context, addresses []string) ([]string, error) {
	s, release, err := d.borrow(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	variables := make([]*ua.NodeID, len(addresses))
	for i, text := range addresses {
		if node, err := nodeOf(s, text); err == nil && text != "" {
			variables[i] = node
		}
	}
	units, err := nodes.Units(ctx, s, variables)
	if err != nil {
		return nil, fmt.Errorf("ask %s for units: %w", d.cfg.Endpoint, err)
	}
	return units, nil
}

var (
	_ driver.Browser  = (*Driver)(nil)
	_ driver.Lister   = (*Driver)(nil)
	_ driver.Measurer = (*Driver)(nil)
)
