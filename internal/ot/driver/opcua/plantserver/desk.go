package plantserver

import (
	"cmp"
	"context"
	"sync"
	"time"

	"github.com/gopcua/opcua/id"
	"github.com/gopcua/opcua/server"
	"github.com/gopcua/opcua/ua"
	"github.com/gopcua/opcua/uasc"

	"millwright/internal/ot/driver/opcua/plantserver/space"
	"millwright/internal/ot/tag"
)

// desk holds the values and answers the subscription, monitored-item and write services.
// The library calls the handlers one at a time; each subscription has a goroutine that publishes.
type desk struct {
	lib   *server.Server
	space *space.Space
	nodes []Node
	start func(*subscription) // runs a subscription until the desk closes
	stop  context.CancelFunc
	tasks sync.WaitGroup

	announce string // the address that endpoints name; "" for the one that the client used

	mu       sync.Mutex
	values   []reading
	watchers [][]*item // by node
	clients  map[string]*client
	subs     map[uint32]*subscription
	lastSub  uint32
	lastItem uint32
}

// client is one session with subscriptions.
type client struct {
	token    string
	requests []request // publish requests that wait for something to say
	subs     []*subscription
}

// request is a publish request and the channel on which its answer goes.
type request struct {
	header  *ua.RequestHeader
	id      uint32
	acks    int
	channel *uasc.SecureChannel
}

func newDesk(ctx context.Context, lib *server.Server, nodes []Node) *desk {
	ctx, stop := context.WithCancel(ctx)
	d := &desk{
		lib: lib, nodes: nodes, stop: stop,
		values: make([]reading, len(nodes)), watchers: make([][]*item, len(nodes)),
		clients: map[string]*client{}, subs: map[uint32]*subscription{},
	}
	for i := range d.values {
		d.values[i] = nothing()
	}
	d.start = func(s *subscription) { d.tasks.Go(func() { s.run(ctx) }) }
	return d
}

// register takes the services over from the library: the first handler of a service wins.
func (d *desk) register() {
	d.lib.RegisterHandler(id.GetEndpointsRequest_Encoding_DefaultBinary, d.endpoints)
	d.lib.RegisterHandler(id.WriteRequest_Encoding_DefaultBinary, takes(d.write))
	d.lib.RegisterHandler(id.CreateSubscriptionRequest_Encoding_DefaultBinary, takes(d.createSubscription))
	d.lib.RegisterHandler(id.ModifySubscriptionRequest_Encoding_DefaultBinary, ofOne(d, func(r *ua.ModifySubscriptionRequest) uint32 { return r.SubscriptionID }, d.modifySubscription))
	d.lib.RegisterHandler(id.SetPublishingModeRequest_Encoding_DefaultBinary, takes(d.setPublishing))
	d.lib.RegisterHandler(id.DeleteSubscriptionsRequest_Encoding_DefaultBinary, takes(d.deleteSubscriptions))
	d.lib.RegisterHandler(id.PublishRequest_Encoding_DefaultBinary, d.publishRequest)
	d.lib.RegisterHandler(id.RepublishRequest_Encoding_DefaultBinary, d.republish)
	d.lib.RegisterHandler(id.CreateMonitoredItemsRequest_Encoding_DefaultBinary, ofOne(d, func(r *ua.CreateMonitoredItemsRequest) uint32 { return r.SubscriptionID }, d.createItems))
	d.lib.RegisterHandler(id.ModifyMonitoredItemsRequest_Encoding_DefaultBinary, ofOne(d, func(r *ua.ModifyMonitoredItemsRequest) uint32 { return r.SubscriptionID }, d.modifyItems))
	d.lib.RegisterHandler(id.SetMonitoringModeRequest_Encoding_DefaultBinary, ofOne(d, func(r *ua.SetMonitoringModeRequest) uint32 { return r.SubscriptionID }, d.setMonitoring))
	d.lib.RegisterHandler(id.DeleteMonitoredItemsRequest_Encoding_DefaultBinary, ofOne(d, func(r *ua.DeleteMonitoredItemsRequest) uint32 { return r.SubscriptionID }, d.deleteItems))
}

// close ends the subscriptions. One that is stuck in a write to a client that does not read ends with its connection.
func (d *desk) close() {
	d.stop()
	done := make(chan struct{})
	go func() {
		d.tasks.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(2 * time.Second):
	}
}

// value gives what a node shows, for the read service.
func (d *desk) value(node int) *ua.DataValue {
	d.mu.Lock()
	r := d.values[node]
	d.mu.Unlock()
	return r.dataValue()
}

// publish takes new values and queues them where they are watched.
func (d *desk) publish(samples []tag.Sample, now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := range samples {
		n := int(samples[i].Tag) - 1
		if n < 0 || n >= len(d.values) {
			continue
		}
		v := &d.values[n]
		*v = encode(d.nodes[n].Type, samples[i])
		for _, w := range d.watchers[n] {
			w.offer(v, now)
		}
	}
}

// endpoints lists the endpoints at the address the client used, so that it may come through a tunnel or a proxy, or at
// the one that is to be announced.
func (d *desk) endpoints(_ *uasc.SecureChannel, r ua.Request, _ uint32) (ua.Response, error) {
	req, ok := r.(*ua.GetEndpointsRequest)
	if !ok {
		return nil, ua.StatusBadRequestTypeInvalid
	}
	resp := &ua.GetEndpointsResponse{ResponseHeader: header(req.RequestHeader, ua.StatusOK)}
	for _, e := range d.lib.Endpoints() {
		seen := *e
		if named := cmp.Or(d.announce, req.EndpointURL); named != "" {
			seen.EndpointURL = named
		}
		resp.Endpoints = append(resp.Endpoints, &seen)
	}
	return resp, nil
}

// write takes setpoints: the type must be the node's own, and what the value may be is for the node to say.
func (d *desk) write(req *ua.WriteRequest) (ua.Response, error) {
	if len(req.NodesToWrite) > maxPerCall {
		return nil, ua.StatusBadTooManyOperations
	}
	resp := &ua.WriteResponse{ResponseHeader: header(req.RequestHeader, ua.StatusOK), DiagnosticInfos: []*ua.DiagnosticInfo{}}
	for _, w := range req.NodesToWrite {
		resp.Results = append(resp.Results, d.writeOne(w))
	}
	return resp, nil
}

func (d *desk) writeOne(w *ua.WriteValue) ua.StatusCode {
	at, ok := d.space.Find(w.NodeID)
	if !ok {
		if w.NodeID != nil && w.NodeID.Namespace() != d.space.ID() {
			return ua.StatusBadNotWritable
		}
		return ua.StatusBadNodeIDUnknown
	}
	if at < 0 || d.nodes[at].Write == nil || w.AttributeID != ua.AttributeIDValue {
		return ua.StatusBadNotWritable
	}
	if w.IndexRange != "" {
		return ua.StatusBadIndexRangeInvalid
	}
	if w.Value == nil || w.Value.Has(ua.DataValueStatusCode) && w.Value.Status != ua.StatusOK {
		return ua.StatusBadWriteNotSupported
	}
	v, ok := written(d.nodes[at].Type, w.Value.Value)
	if !ok {
		return ua.StatusBadTypeMismatch
	}
	if err := d.nodes[at].Write(v); err != nil {
		return ua.StatusBadOutOfRange
	}
	return ua.StatusOK
}

// header answers a request's header.
func header(req *ua.RequestHeader, status ua.StatusCode) *ua.ResponseHeader {
	return &ua.ResponseHeader{
		Timestamp:          time.Now(),
		RequestHandle:      req.RequestHandle,
		ServiceResult:      status,
		ServiceDiagnostics: &ua.DiagnosticInfo{},
		StringTable:        []string{},
		AdditionalHeader:   ua.NewExtensionObject(nil),
	}
}

// fault is an answer that says only why there is none.
func fault(req *ua.RequestHeader, status ua.StatusCode) *ua.ServiceFault {
	return &ua.ServiceFault{ResponseHeader: header(req, status)}
}
