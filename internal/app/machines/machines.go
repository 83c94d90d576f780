// Package machines opens the connections of a plant: with their secrets, in the networks that are allowed.
package machines

import (
	"context"
	"io/fs"
	"net/netip"
	"sync"

	"millwright/internal/access"
	"millwright/internal/ot/driver"
	"millwright/internal/ot/tag"
	"millwright/internal/secret"
)

// Options is where connections are opened from.
type Options struct {
	Certificates string         // folder of our own certificate, and of those of machines
	Logs         fs.FS          // where replayed logs lie
	Networks     []netip.Prefix // where machines may be
	Safe         *secret.Safe
	Endpoints    map[string]string                // where connections are reached from here, in place of what the plant says
	Up           map[string]func(context.Context) // returns once the machine of a connection is there, or its context ends; where none stands, it is called at once
	Audit        func(context.Context, access.Entry) (access.Entry, error)
}

// Machines opens connections.
type Machines struct {
	o     Options
	looks looks
	own   sync.Mutex // held while our certificate is looked for and made
}

// New makes them; nothing is connected.
func New(o Options) *Machines { return &Machines{o: o} }

// later opens its driver at every attempt: what is missing now may be brought back while the program runs.
type later struct {
	open func(context.Context) (driver.Driver, error)
}

// Run implements driver.Driver.
func (l later) Run(ctx context.Context, points []driver.Point, emit func([]tag.Sample)) error {
	d, err := l.open(ctx)
	if err != nil {
		return err
	}
	return d.Run(ctx, points, emit)
}
