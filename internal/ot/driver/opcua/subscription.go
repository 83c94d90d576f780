package opcua

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"millwright/internal/ot/driver"
	"millwright/internal/ot/driver/opcua/secure"
	"millwright/internal/ot/driver/opcua/session"
	"millwright/internal/ot/driver/opcua/wire"
	"millwright/internal/ot/tag"

	"github.com/gopcua/opcua/id"
	"github.com/gopcua/opcua/ua"
)

// The shape of a subscription.
const (
	outstanding      = 3                // publish requests that wait at the server
	keepAlive        = time.Second      // how often a server with no news says so
	abandoned        = 30 * time.Second // after which the server deletes a subscription nobody asks about
	maxNotifications = 10_000           // in one publication
)

// subscription is one subscription of a session. What arrives is worked off on the channel's reading
// goroutine; the rest belongs to Run's.
type subscription struct {
	s         *session.Session
	id        uint32
	heartbeat time.Duration // after which a living subscription has said something
	emit      func([]tag.Sample)
	wants     []want
	handles   []wire.Item // what each handle stands for, for decoding
	batch     int         // items in one request
	turn      uint32      // the handle with which the next look for absent nodes begins
	changes   chan changed
	ended     chan struct{} // closed when nobody follows it any more

	lost    chan error
	started time.Time
	heard   atomicDuration // when the last publication came
	busy    atomic.Bool    // working a publication off
	probing atomic.Bool    // a question about the time is on its way

	next uint32 // the number the next publication must have; 0 before the first

	saying sync.Mutex // held while readings are told: they come from two goroutines once points change
	table  sync.Mutex // held by whoever changes handles, and while they are read
	mu     sync.Mutex
	acks   []*ua.SubscriptionAcknowledgement
	absent map[uint32]bool // handles whose node is not there, or was refused
}

// atomicDuration is a time since the subscription's start.
type atomicDuration struct{ v atomic.Int64 }

func (a *atomicDuration) Load() time.Duration   { return time.Duration(a.v.Load()) }
func (a *atomicDuration) Store(d time.Duration) { a.v.Store(int64(d)) }

func (sub *subscription) now() time.Duration { return time.Since(sub.started) }

// newSubscription creates a subscription with an item for every point, and emits Bad for the points
// that the server refuses.
func (d *Driver) newSubscription(ctx context.Context, s *session.Session, points []driver.Point, emit func([]tag.Sample)) (*subscription, error) {
	sub := &subscription{
		s: s, emit: emit, started: time.Now(), lost: make(chan error, 1), absent: map[uint32]bool{},
		batch: min(d.cfg.Batch, s.Limits.Items), changes: make(chan changed), ended: make(chan struct{}),
	}
	interval := d.cfg.Publishing
	beats := uint32(max(1, keepAlive/interval))
	req := &ua.CreateSubscriptionRequest{
		RequestedPublishingInterval: milliseconds(interval), RequestedMaxKeepAliveCount: beats,
		RequestedLifetimeCount: max(3*beats, uint32(abandoned/interval)), MaxNotificationsPerPublish: maxNotifications,
		PublishingEnabled: true,
	}
	var resp ua.CreateSubscriptionResponse
	if err := s.Call(ctx, req, &resp); err != nil {
		return nil, fmt.Errorf("create the subscription: %w", err)
	}
	sub.id = resp.SubscriptionID
	sub.heartbeat = heartbeat(interval, resp.RevisedPublishingInterval, resp.RevisedMaxKeepAliveCount)
	handles, bad := sub.want(points)
	refused, err := sub.create(ctx, handles)
	if err != nil {
		return nil, err
	}
	sub.tell(append(bad, refused...))
	return sub, nil
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// heartbeat is how long a subscription may be silent by the server's own terms, within reason.
func heartbeat(asked time.Duration, revised float64, beats uint32) time.Duration {
	interval := asked
	if revised > 0 && revised < math.MaxInt32 {
		interval = time.Duration(revised * float64(time.Millisecond))
	}
	return min(interval*time.Duration(min(max(beats, 1), 10_000)), time.Minute)
}

// end reports why the subscription is lost; the first reason counts.
func (sub *subscription) end(err error) {
	select {
	case sub.lost <- err:
	default:
	}
}

// ask sends one more publish request, with the acknowledgements that are due.
func (sub *subscription) ask() {
	sub.mu.Lock()
	acks := sub.acks
	sub.acks = nil
	sub.mu.Unlock()
	req := &ua.PublishRequest{SubscriptionAcknowledgements: acks}
	if err := sub.s.Post(req, 0, sub.published); err != nil {
		sub.end(err)
	}
}

// published works a publish response off, on the channel's reading goroutine.
func (sub *subscription) published(reply secure.Reply) {
	sub.busy.Store(true)
	defer func() {
		sub.heard.Store(sub.now())
		sub.busy.Store(false)
	}()
	if errors.Is(reply.Err, secure.Status(ua.StatusBadTooManyPublishRequests)) {
		return // the server keeps fewer of them: those that are left will do
	}
	if reply.Err != nil {
		sub.end(reply.Err)
		return
	}
	p, err := sub.read(reply)
	if err != nil {
		sub.end(err)
		return
	}
	if !p.KeepAlive {
		sub.mu.Lock()
		sub.acks = append(sub.acks, &ua.SubscriptionAcknowledgement{SubscriptionID: sub.id, SequenceNumber: p.Sequence})
		sub.mu.Unlock()
	}
	sub.ask()
	sub.miss(p.Gone)
	sub.found(p.Back)
	sub.tell(p.Samples)
}

// tell passes readings on, if there are any.
func (sub *subscription) tell(batch []tag.Sample) {
	if len(batch) == 0 {
		return
	}
	sub.saying.Lock()
	defer sub.saying.Unlock()
	sub.emit(batch)
}

func (sub *subscription) read(reply secure.Reply) (wire.Publication, error) {
	if reply.Type != id.PublishResponse_Encoding_DefaultBinary {
		return wire.Publication{}, fmt.Errorf("the server answers a publish request with message %d", reply.Type)
	}
	sub.table.Lock()
	p, err := wire.NewReader(reply.Body).Publication(sub.handles, time.Now())
	sub.table.Unlock()
	switch {
	case err != nil:
		return p, err
	case p.Subscription != sub.id:
		return p, fmt.Errorf("the server publishes subscription %d, which is not ours", p.Subscription)
	case p.Ended != tag.Good:
		return p, fmt.Errorf("the server ended the subscription: %s", wire.Status(uint32(p.Ended)))
	}
	return p, sub.count(p)
}

// count makes sure that no publication was lost: values in it would be missing until they change again.
func (sub *subscription) count(p wire.Publication) error {
	missing := p.Sequence - sub.next
	if sub.next != 0 && missing != 0 && missing < math.MaxUint32/2 {
		return fmt.Errorf("%d publications of the server were lost", missing)
	}
	if !p.KeepAlive {
		sub.next = p.Sequence + 1
		if sub.next == 0 {
			sub.next = 1 // the standard leaves zero out
		}
	}
	return nil
}

// miss remembers items whose node is not there (any more).
func (sub *subscription) miss(handles []uint32) {
	if len(handles) == 0 {
		return
	}
	sub.mu.Lock()
	defer sub.mu.Unlock()
	for _, h := range handles {
		sub.absent[h] = true
	}
}

// found forgets that nodes were missing: their items came back to life by themselves.
func (sub *subscription) found(handles []uint32) {
	if len(handles) == 0 {
		return
	}
	sub.mu.Lock()
	defer sub.mu.Unlock()
	for _, h := range handles {
		delete(sub.absent, h)
	}
}
