package plantserver

import (
	"context"
	"encoding/binary"
	"slices"
	"time"

	"github.com/gopcua/opcua/id"
	"github.com/gopcua/opcua/ua"
)

// subscription publishes what its items queued, once an interval. All but the id, the desk and the channels
// belongs to the desk's lock.
type subscription struct {
	id     uint32
	desk   *desk
	client *client
	header *ua.RequestHeader // of the session, to ask whether it still lives

	interval  time.Duration
	keepAlive uint32 // intervals without a message before an empty one is sent
	lifetime  uint32 // intervals without a publish request before the subscription ends
	most      int    // notifications in one message
	enabled   bool

	items    map[uint32]*item
	ready    []*item // those that have something queued
	slow     []*item // those whose change waits for their sampling interval
	polled   []*item // those on nodes of the library
	sequence uint32
	quiet    uint32 // intervals since the last message
	idle     uint32 // intervals without a publish request
	late     bool   // a message waits for a publish request

	ticker *time.Ticker
	kick   chan struct{} // a publish request came
	over   chan struct{} // closed when it was deleted
}

// Limits of what a client may ask for.
const (
	fastest  = 10 * time.Millisecond
	slowest  = time.Minute
	mostOnce = 10_000 // notifications in a message: under the two megabytes that clients take
)

// revise sets what the client asked for, within the limits.
func (s *subscription) revise(interval float64, keepAlive, lifetime, most uint32) {
	s.interval = slowest
	if interval < float64(slowest/time.Millisecond) {
		s.interval = max(fastest, time.Duration(interval*float64(time.Millisecond)))
	}
	s.keepAlive = max(1, min(keepAlive, 10_000))
	s.lifetime = max(3*s.keepAlive, min(lifetime, 100_000))
	s.most = mostOnce
	if most > 0 && most < mostOnce {
		s.most = int(most)
	}
}

func (s *subscription) milliseconds() float64 {
	return float64(s.interval) / float64(time.Millisecond)
}

// run publishes until the subscription is deleted, forsaken, or cannot reach its client.
func (s *subscription) run(ctx context.Context) {
	defer s.ticker.Stop()
	for {
		alive := true
		select {
		case <-ctx.Done():
			return
		case <-s.over:
			return
		case <-s.kick:
		case <-s.ticker.C:
			alive = s.tick(time.Now())
		}
		if !alive || !s.deliver(ctx) {
			s.desk.drop(ctx, s)
			return
		}
	}
}

// tick is the end of an interval. It is false when nobody wants the subscription any more.
func (s *subscription) tick(now time.Time) bool {
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	s.sample(now)
	s.quiet++
	if s.enabled && len(s.ready) > 0 || s.quiet >= s.keepAlive {
		s.late = true
	}
	s.idle++
	if len(s.client.requests) > 0 {
		s.idle = 0
	}
	return s.idle <= s.lifetime && s.desk.lib.Session(s.header) != nil
}

// sample reads the items that are due: those that held a change back, and those of the library's nodes.
func (s *subscription) sample(now time.Time) {
	s.slow = slices.DeleteFunc(s.slow, func(i *item) bool {
		if !i.waiting || i.gone {
			return true
		}
		if !i.due(now) {
			return false
		}
		i.accept(&s.desk.values[i.node], now)
		return true
	})
	for _, i := range s.polled {
		if i.mode == ua.MonitoringModeDisabled || !i.due(now) {
			continue
		}
		r := readingOf(i.foreign())
		i.accept(&r, now)
	}
}

// deliver sends what is late, as long as there are publish requests. It is false when the client cannot be reached.
func (s *subscription) deliver(ctx context.Context) bool {
	for {
		to, message := s.message(time.Now())
		if message == nil {
			return true
		}
		if err := to.channel.SendResponseWithContext(ctx, to.id, message); err != nil {
			return false
		}
	}
}

// message takes a publish request and fills the answer; nil when there is no request or nothing to say.
func (s *subscription) message(now time.Time) (request, *ua.PublishResponse) {
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	if !s.late || len(s.client.requests) == 0 {
		return request{}, nil
	}
	to := s.client.requests[0]
	s.client.requests = s.client.requests[1:]
	content := &ua.NotificationMessage{SequenceNumber: s.sequence + 1, PublishTime: now, NotificationData: []*ua.ExtensionObject{}}
	if s.enabled && len(s.ready) > 0 {
		s.sequence = max(1, s.sequence+1) // after the last number comes 1, not 0
		content.SequenceNumber = s.sequence
		content.NotificationData = append(content.NotificationData, &ua.ExtensionObject{
			EncodingMask: ua.ExtensionObjectBinary,
			TypeID:       ua.NewFourByteExpandedNodeID(0, id.DataChangeNotification_Encoding_DefaultBinary),
			Value:        s.gather(ticks(now)),
		})
	}
	s.late = s.enabled && len(s.ready) > 0
	s.quiet, s.idle = 0, 0
	return to, &ua.PublishResponse{
		ResponseHeader:           header(to.header, ua.StatusOK),
		SubscriptionID:           s.id,
		MoreNotifications:        s.late,
		NotificationMessage:      content,
		AvailableSequenceNumbers: []uint32{}, // nothing is kept for a Republish
		Results:                  make([]ua.StatusCode, to.acks),
		DiagnosticInfos:          []*ua.DiagnosticInfo{},
	}
}

// gather encodes the queued values as a DataChangeNotification (OPC 10000-4 §7.25.2).
func (s *subscription) gather(server int64) encoded {
	b := make([]byte, 4, 4+40*min(s.most, 2*len(s.ready)))
	count, taken := 0, 0
	for _, i := range s.ready {
		n := min(len(i.queue), s.most-count)
		for k := range n {
			b = appendNotification(b, i.handle, &i.queue[k], i.stamps, server)
		}
		count += n
		i.queue = i.queue[:copy(i.queue, i.queue[n:])]
		if len(i.queue) > 0 {
			break
		}
		i.listed = false
		taken++
	}
	s.ready = s.ready[:copy(s.ready, s.ready[taken:])]
	binary.LittleEndian.PutUint32(b, uint32(count))
	return binary.LittleEndian.AppendUint32(b, 0) // no diagnostics
}
