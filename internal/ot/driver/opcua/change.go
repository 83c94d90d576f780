package opcua

import (
	"context"
	"errors"
	"fmt"

	"millwright/internal/ot/driver"

	"github.com/gopcua/opcua/ua"
)

// changed asks for other points; done gets how it went.
type changed struct {
	points []driver.Point
	done   chan error
}

// errNoSession is a change of points while none are read.
var errNoSession = errors.New("there is no session whose points could be changed")

// Change implements driver.Changer: it creates and deletes monitored items of the subscription, and leaves all others
// alone.
func (d *Driver) Change(ctx context.Context, points []driver.Point) error {
	d.mu.Lock()
	sub := d.follows
	d.mu.Unlock()
	if sub == nil {
		return errNoSession
	}
	c := changed{points, make(chan error, 1)}
	select {
	case sub.changes <- c:
	case <-sub.ended:
		return errNoSession
	case <-ctx.Done():
		return ctx.Err()
	}
	return <-c.done // it ends with the session, too
}

func (d *Driver) setFollowed(sub *subscription) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.follows = sub
}

// change makes the items those of other points, on the goroutine that follows the subscription.
func (sub *subscription) change(ctx context.Context, points []driver.Point) error {
	there := make(map[driver.Point]uint32, len(sub.wants))
	for i, w := range sub.wants {
		if !w.over {
			there[w.asked] = uint32(i)
		}
	}
	var fresh []driver.Point
	for _, p := range points {
		if _, stays := there[p]; stays {
			delete(there, p)
		} else {
			fresh = append(fresh, p)
		}
	}
	if err := sub.drop(ctx, there); err != nil {
		return err
	}
	handles, bad := sub.want(fresh)
	refused, err := sub.create(ctx, handles)
	sub.tell(append(bad, refused...))
	return err
}

// drop deletes the items of points that nobody wants any longer. Their handles are not given to others: what the server
// has on its way of them is nobody's.
func (sub *subscription) drop(ctx context.Context, gone map[driver.Point]uint32) error {
	var items []uint32
	sub.table.Lock()
	for _, h := range gone {
		w := &sub.wants[h]
		w.over = true
		sub.handles[h].Tag = 0
		if w.item != 0 {
			items = append(items, w.item)
		}
	}
	sub.table.Unlock()
	sub.mu.Lock()
	for _, h := range gone {
		delete(sub.absent, h)
	}
	sub.mu.Unlock()
	for len(items) > 0 {
		part := items[:min(len(items), sub.batch)]
		items = items[len(part):]
		req := &ua.DeleteMonitoredItemsRequest{SubscriptionID: sub.id, MonitoredItemIDs: part}
		if err := sub.s.Call(ctx, req, new(ua.DeleteMonitoredItemsResponse)); err != nil {
			return fmt.Errorf("delete %d monitored items: %w", len(part), err)
		}
	}
	return nil
}

var _ driver.Changer = (*Driver)(nil)
