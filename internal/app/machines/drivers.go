package machines

import (
	"context"
	"strings"
	"time"

	"millwright/config"
	"millwright/internal/errs"
	"millwright/internal/ot/driver"
	"millwright/internal/ot/driver/opcua"
	"millwright/internal/ot/driver/replay"
)

// drivers makes a driver of each protocol: a protocol is one folder and one line here.
func (m *Machines) drivers() map[string]func(context.Context, config.Connection, bool) (driver.Driver, error) {
	return map[string]func(context.Context, config.Connection, bool) (driver.Driver, error){
		"opcua":  m.openOPCUA,
		"replay": m.openReplay,
	}
}

// Open makes the driver of a connection; fresh means that nothing was ever kept here: the past is welcome.
func (m *Machines) Open(ctx context.Context, c config.Connection, fresh bool) (driver.Driver, error) {
	open, known := m.drivers()[c.Driver]
	if !known {
		return nil, errs.New(errs.Invalid, "connection %s: there is no driver %q", c.ID, c.Driver)
	}
	d, err := open(ctx, c, fresh)
	if err != nil {
		return nil, errs.New(errs.KindOf(err), "connection %s: %w", c.ID, err)
	}
	return d, nil
}

// applicationURI names this program in its OPC UA certificate.
const applicationURI = "urn:millwright"

// openOPCUA makes a driver. One whose secrets cannot be opened says so whenever it is to connect: it stops nothing else.
func (m *Machines) openOPCUA(ctx context.Context, c config.Connection, _ bool) (driver.Driver, error) {
	if !strings.HasPrefix(c.Password, sealed) && !strings.HasPrefix(c.UserKey, sealed) {
		return m.newOPCUA(ctx, c)
	}
	d, err := m.newOPCUA(ctx, c)
	if err == nil {
		return d, nil
	}
	return later{func(ctx context.Context) (driver.Driver, error) { return m.newOPCUA(ctx, c) }}, nil
}

func (m *Machines) newOPCUA(ctx context.Context, c config.Connection) (driver.Driver, error) {
	o, err := m.settings(ctx, c)
	if err != nil {
		return nil, err
	}
	d, err := opcua.New(o)
	if err != nil {
		return nil, err
	}
	if up := m.o.Up[c.ID]; up != nil {
		return awaited{d, up}, nil
	}
	return d, nil
}

// settings are how a connection is opened.
func (m *Machines) settings(ctx context.Context, c config.Connection) (opcua.Config, error) {
	user, err := m.user(ctx, c)
	if err != nil {
		return opcua.Config{}, err
	}
	o := opcua.Config{
		Endpoint: c.Endpoint, Policy: c.Policy, Mode: c.Mode, Dialer: m.dialer(),
		User: user, Trust: m.o.Certificates,
		Batch: c.Limits.Batch,
	}
	if c.Policy != "" && c.Policy != "None" {
		o.Certificate, o.Key, err = m.identity()
	}
	return o, err
}

// Played is how much of a looping log is brought along on the first start.
const Played = 24 * time.Hour

func (m *Machines) openReplay(_ context.Context, c config.Connection, fresh bool) (driver.Driver, error) {
	o := replay.Options{
		FS: m.o.Logs, Files: c.Files, Now: time.Now, Speed: c.Speed, Rebase: true, Loop: c.Loop, Pause: c.Pause,
		Gap: 5 * time.Minute, Parts: c.Parts,
	}
	if c.Loop {
		o.Anchor = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) // a machine that ran before us, and goes on without us
		if fresh {
			o.Past = Played
		}
	}
	return replay.New(o)
}
