package opcua

import (
	"context"
	"errors"
	"fmt"
	"time"

	"millwright/internal/ot/driver"
	"millwright/internal/ot/driver/opcua/session"
	"millwright/internal/ot/tag"

	"github.com/gopcua/opcua/ua"
)

// Run implements driver.Driver: one session with one subscription, until ctx ends, the server ends it
// or falls silent. Everything that Run started has ended when it returns.
func (d *Driver) Run(ctx context.Context, points []driver.Point, emit func([]tag.Sample)) error {
	if !d.running.CompareAndSwap(false, true) {
		return errors.New("the connection is in use: a driver holds one session at a time")
	}
	defer d.running.Store(false)
	err := d.hold(ctx, points, emit)
	if ctx.Err() != nil { // it was the caller who wanted the end
		err = nil
	}
	return err
}

// hold opens the session, follows it to its end and closes it.
func (d *Driver) hold(ctx context.Context, points []driver.Point, emit func([]tag.Sample)) error {
	s, err := d.open(ctx)
	if err != nil {
		return err
	}
	d.setCurrent(s)
	err = d.subscribe(ctx, s, points, emit)
	d.setCurrent(nil)
	// A server that still answers is told: left to itself it would keep the session for a minute, and some
	// have few of them.
	s.End(ctx, ctx.Err() != nil || s.Silence() < d.cfg.Watchdog/2)
	if err != nil {
		return fmt.Errorf("session with %s: %w", d.cfg.Endpoint, err)
	}
	return nil
}

// Hold keeps a session open for Browse and Read, until ctx ends (nil) or the session is lost (why). opened is called
// once it is there.
func (d *Driver) Hold(ctx context.Context, opened func()) error {
	if !d.running.CompareAndSwap(false, true) {
		return errors.New("the connection is in use: a driver holds one session at a time")
	}
	defer d.running.Store(false)
	s, err := d.open(ctx)
	if err != nil {
		return err
	}
	d.setCurrent(s)
	opened()
	err = d.alive(ctx, s)
	d.setCurrent(nil)
	s.End(ctx, err == nil)
	return err
}

// alive asks a server for the time now and then, so that it does not forget a session that asks for nothing else.
func (d *Driver) alive(ctx context.Context, s *session.Session) error {
	beat := time.NewTicker(d.cfg.Watchdog)
	defer beat.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.Done():
			return s.Err()
		case <-beat.C:
			if s.Silence() > 3*d.cfg.Watchdog {
				return fmt.Errorf("nothing has come from the server for %v", s.Silence().Round(time.Second))
			}
			if err := s.Probe(func() {}); err != nil {
				return err
			}
		}
	}
}

// subscribe creates the subscription with its items and follows it.
func (d *Driver) subscribe(ctx context.Context, s *session.Session, points []driver.Point, emit func([]tag.Sample)) error {
	sub, err := d.newSubscription(ctx, s, points, emit)
	if err != nil {
		return err
	}
	d.setFollowed(sub)
	err = sub.follow(ctx, d.cfg)
	d.setFollowed(nil)
	close(sub.ended)
	if ctx.Err() != nil {
		sub.leave(ctx)
	}
	return err
}

// follow asks for publications until the session is lost or ctx ends.
func (sub *subscription) follow(ctx context.Context, cfg Config) error {
	sub.heard.Store(sub.now())
	for range outstanding {
		sub.ask()
	}
	watch := time.NewTicker(cfg.Watchdog / 10)
	defer watch.Stop()
	retry := time.NewTicker(cfg.Retry)
	defer retry.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-sub.s.Done():
			return sub.s.Err()
		case err := <-sub.lost:
			return err
		case c := <-sub.changes:
			c.done <- sub.change(ctx, c.points)
		case <-watch.C:
			if err := sub.watch(cfg.Watchdog); err != nil {
				return err
			}
		case <-retry.C:
			left, cancel := context.WithTimeout(ctx, max(cfg.Watchdog-sub.s.Silence(), 0))
			sub.retry(left)
			cancel()
		}
	}
}

// watch gives an error when the server has been silent for too long. A server that rarely sends
// keep-alives is asked for the time instead. While our own side is busy with a publication, the
// silence is ours.
func (sub *subscription) watch(limit time.Duration) error {
	if sub.busy.Load() {
		return nil
	}
	silence := sub.s.Silence()
	if silence > limit {
		return fmt.Errorf("nothing has come from the server for %v", silence.Round(100*time.Millisecond))
	}
	quiet := sub.now() - sub.heard.Load()
	if quiet > max(limit, 2*sub.heartbeat) {
		return fmt.Errorf("the server answers, but its subscription has been dead for %v", quiet.Round(100*time.Millisecond))
	}
	if silence > limit/2 && sub.probing.CompareAndSwap(false, true) {
		return sub.s.Probe(func() { sub.probing.Store(false) })
	}
	return nil
}

// farewell is the time for taking leave of a server.
const farewell = time.Second

// leave deletes the subscription: not every server does that with its session.
func (sub *subscription) leave(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	req := &ua.DeleteSubscriptionsRequest{SubscriptionIDs: []uint32{sub.id}}
	_ = sub.s.Call(ctx, req, new(ua.DeleteSubscriptionsResponse)) // it dies of silence otherwise
}
