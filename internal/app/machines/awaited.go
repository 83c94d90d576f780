package machines

import (
	"context"

	"millwright/internal/ot/driver"
	"millwright/internal/ot/driver/opcua"
	"millwright/internal/ot/tag"
)

// awaited is a machine that comes up with us: it is called once it is there, so that nobody is told it is missing.
type awaited struct {
	*opcua.Driver
	up func(context.Context)
}

// Run implements driver.Driver.
func (a awaited) Run(ctx context.Context, points []driver.Point, emit func([]tag.Sample)) error {
	a.up(ctx)
	return a.Driver.Run(ctx, points, emit)
}
