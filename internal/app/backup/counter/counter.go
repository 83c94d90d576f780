// Package counter is where people ask for backups and take them away.
package counter

import (
	"context"
	"os"

	"millwright/internal/access"
	"millwright/internal/app/backup"
	"millwright/internal/plant"
	"millwright/internal/web"
)

// Counter stands before a rack, and audits who asks.
type Counter struct {
	Rack  *backup.Rack
	Audit func(ctx context.Context, e access.Entry) (access.Entry, error)
}

// State tells how the backups are doing.
func (c Counter) State() (web.Backups, error) {
	s, err := c.Rack.State()
	out := web.Backups{Begun: s.Begun, Failed: s.Failed, At: s.At, Keep: s.Keep, Sealing: s.Sealing}
	for _, k := range s.Kept {
		out.Kept = append(out.Kept, web.Backup{Name: k.Name, At: k.At, Bytes: k.Bytes})
	}
	return out, err
}

// Make asks for a backup.
func (c Counter) Make(ctx context.Context, by plant.Person) error {
	if err := c.Rack.Ask(); err != nil {
		return err
	}
	_, err := c.Audit(ctx, access.Entry{Who: by, What: "backup.make", On: "backups"})
	return err
}

// Open opens one to be taken away: everything that is known is in it.
func (c Counter) Open(ctx context.Context, name string, by plant.Person) (*os.File, error) {
	f, err := c.Rack.Open(name)
	if err != nil {
		return nil, err
	}
	if _, err := c.Audit(ctx, access.Entry{Who: by, What: "backup.download", On: name}); err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}
