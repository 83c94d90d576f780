package opcua

import (
	"context"
	"fmt"
	"time"

	"millwright/internal/ot/driver"
	"millwright/internal/ot/driver/opcua/session"
	"millwright/internal/ot/driver/opcua/wire"
	"millwright/internal/ot/tag"

	"github.com/gopcua/opcua/ua"
)

// Read implements driver.Reader. It uses the running session, or one of its own.
func (d *Driver) Read(ctx context.Context, addresses []string) ([]tag.Sample, error) {
	s, release, err := d.borrow(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	out, err := samples(ctx, s, addresses)
	if err != nil {
		return nil, fmt.Errorf("read from %s: %w", d.cfg.Endpoint, err)
	}
	return out, nil
}

// samples reads the values of addresses; what cannot be found is Bad.
func samples(ctx context.Context, s *session.Session, addresses []string) ([]tag.Sample, error) {
	out := make([]tag.Sample, len(addresses))
	parsed := make([]session.Address, len(addresses))
	todo := make([]int, 0, len(addresses))
	for i, text := range addresses {
		a, err := session.ParseAddress(text)
		if err != nil {
			out[i] = tag.Sample{Quality: tag.BadNodeInvalid, Time: time.Now()}.Clean()
			continue
		}
		parsed[i] = a
		todo = append(todo, i)
	}
	for len(todo) > 0 {
		if err := fill(ctx, s, out, parsed, todo); err != nil {
			return nil, err
		}
		var again []int
		for _, i := range todo {
			if literal, can := parsed[i].Literal(); can && wire.NotThere(out[i].Quality) {
				parsed[i] = literal
				again = append(again, i)
			}
		}
		todo = again
	}
	return out, nil
}

// fill reads the addresses whose numbers are in todo.
func fill(ctx context.Context, s *session.Session, out []tag.Sample, at []session.Address, todo []int) error {
	var nodes []*ua.ReadValueID
	var asked []int
	namespaces := s.Namespaces()
	for _, i := range todo {
		node, known := at[i].Node(namespaces)
		if !known {
			out[i] = tag.Sample{Quality: tag.BadNodeUnknown, Time: time.Now()}.Clean()
			continue
		}
		nodes, asked = append(nodes, session.Reading(node, ua.AttributeIDValue, at[i].Element)), append(asked, i)
	}
	values, err := s.Read(ctx, nodes)
	if err != nil {
		return err
	}
	for k, i := range asked {
		out[i] = values[k].Sample
	}
	return nil
}

// borrow gives the running session, or opens one for a moment; release gives it back.
func (d *Driver) borrow(ctx context.Context) (s *session.Session, release func(), err error) {
	if s := d.current(); s != nil {
		return s, func() {}, nil
	}
	s, err = d.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	return s, func() { s.End(ctx, true) }, nil
}

func (d *Driver) current() *session.Session {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.live
}

func (d *Driver) setCurrent(s *session.Session) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.live = s
}

var (
	_ driver.Driver = (*Driver)(nil)
	_ driver.Reader = (*Driver)(nil)
	_ driver.Writer = (*Driver)(nil)
)
