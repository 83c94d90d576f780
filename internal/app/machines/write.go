package machines

import (
	"context"
	"slices"

	"millwright/config"
	"millwright/internal/errs"
	"millwright/internal/ot/tag"
)

// Write sends a value to a machine, in a session of this person's that is for nothing else and stays open for a while.
func (m *Machines) Write(ctx context.Context, who int64, c config.Connection, address string, v tag.Value) error {
	switch {
	case c.Driver != "opcua":
		return errs.New(errs.Invalid, "values are written over OPC UA only; connection %s is none", c.ID)
	case c.Disabled:
		return errs.New(errs.Unavailable, "connection %s is disabled; nothing was written", c.ID)
	}
	l, err := m.session(ctx, -1-who, c) // no person's number: looking round goes on beside it
	if err != nil {
		return err
	}
	return l.driver.Write(ctx, address, v)
}

// Writer writes to tags, over the connections of the plant that is in use.
func (m *Machines) Writer(connections func() []config.Connection) func(context.Context, int64, tag.Tag, tag.Value) error {
	return func(ctx context.Context, who int64, t tag.Tag, v tag.Value) error {
		all := connections()
		i := slices.IndexFunc(all, func(c config.Connection) bool { return c.ID == t.Connection })
		if i < 0 {
			return errs.New(errs.NotFound, "there is no connection %s any more; nothing was written", t.Connection)
		}
		return m.Write(ctx, who, all[i], t.Address, v)
	}
}
