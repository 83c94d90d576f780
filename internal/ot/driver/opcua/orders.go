package opcua

import (
	"context"

	"millwright/internal/errs"
	"millwright/internal/ot/driver"
	"millwright/internal/ot/driver/opcua/jobcontrol"
)

// JobOrders implements driver.JobReceiver.
func (d *Driver) JobOrders(ctx context.Context, receiver string) ([]driver.JobStanding, error) {
	s, release, err := d.borrow(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	return d.receivers.Orders(ctx, s, receiver)
}

// Became implements driver.JobReceiver.
func (d *Driver) Became(ctx context.Context, receiver, order string) (driver.JobState, error) {
	s, release, err := d.borrow(ctx)
	if err != nil {
		return driver.JobUnknown, err
	}
	defer release()
	return d.receivers.Became(ctx, s, receiver, order)
}

// Command implements driver.JobReceiver: over the running session only, as everything that moves a machine.
func (d *Driver) Command(ctx context.Context, receiver string, do driver.JobCommand, o driver.JobOrder, why string) error {
	s := d.current()
	if s == nil {
		return errs.New(errs.Unavailable, "%s of job order %s: there is no connection to %s just now; nothing was sent", do, o.ID, d.cfg.Endpoint)
	}
	return d.receivers.Command(ctx, s, receiver, jobcontrol.Asked{Do: do, Order: o, Why: why})
}
