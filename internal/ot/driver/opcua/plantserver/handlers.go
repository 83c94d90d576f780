package plantserver

import (
	"context"
	"slices"
	"time"

	"github.com/gopcua/opcua/server"
	"github.com/gopcua/opcua/ua"
	"github.com/gopcua/opcua/uasc"
)

// mostWaiting is how many publish requests a session may have waiting.
const mostWaiting = 100

// takes makes a handler of one that takes its own kind of request.
func takes[R ua.Request](answer func(R) (ua.Response, error)) server.Handler {
	return func(_ *uasc.SecureChannel, r ua.Request, _ uint32) (ua.Response, error) {
		req, ok := r.(R)
		if !ok {
			return nil, ua.StatusBadRequestTypeInvalid
		}
		return answer(req)
	}
}

// ofOne makes a handler of one that is about a subscription of the session that asks.
func ofOne[R ua.Request](d *desk, id func(R) uint32, answer func(*subscription, R) (ua.Response, error)) server.Handler {
	return takes(func(req R) (ua.Response, error) {
		d.mu.Lock()
		defer d.mu.Unlock()
		s, status := d.own(req.Header(), id(req))
		if status != ua.StatusOK {
			return nil, status
		}
		return answer(s, req)
	})
}

func (d *desk) createSubscription(req *ua.CreateSubscriptionRequest) (ua.Response, error) {
	if d.lib.Session(req.RequestHeader) == nil {
		return nil, ua.StatusBadSessionIDInvalid
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	token := req.RequestHeader.AuthenticationToken.String()
	c := d.clients[token]
	if c == nil {
		c = &client{token: token}
		d.clients[token] = c
	}
	d.lastSub++
	s := &subscription{
		id: d.lastSub, desk: d, client: c, header: req.RequestHeader, enabled: req.PublishingEnabled,
		items: map[uint32]*item{}, kick: make(chan struct{}, 1), over: make(chan struct{}),
	}
	s.revise(req.RequestedPublishingInterval, req.RequestedMaxKeepAliveCount, req.RequestedLifetimeCount, req.MaxNotificationsPerPublish)
	s.quiet = s.keepAlive // the first interval ends with a message in any case
	s.ticker = time.NewTicker(s.interval)
	c.subs = append(c.subs, s)
	d.subs[s.id] = s
	d.start(s)
	return &ua.CreateSubscriptionResponse{
		ResponseHeader: header(req.RequestHeader, ua.StatusOK), SubscriptionID: s.id,
		RevisedPublishingInterval: s.milliseconds(), RevisedLifetimeCount: s.lifetime, RevisedMaxKeepAliveCount: s.keepAlive,
	}, nil
}

// own finds a subscription of the session that asks.
func (d *desk) own(h *ua.RequestHeader, sub uint32) (*subscription, ua.StatusCode) {
	if d.lib.Session(h) == nil {
		return nil, ua.StatusBadSessionIDInvalid
	}
	s, ok := d.subs[sub]
	if !ok || s.client.token != h.AuthenticationToken.String() {
		return nil, ua.StatusBadSubscriptionIDInvalid
	}
	return s, ua.StatusOK
}

func (d *desk) modifySubscription(s *subscription, req *ua.ModifySubscriptionRequest) (ua.Response, error) {
	s.revise(req.RequestedPublishingInterval, req.RequestedMaxKeepAliveCount, req.RequestedLifetimeCount, req.MaxNotificationsPerPublish)
	s.ticker.Reset(s.interval)
	return &ua.ModifySubscriptionResponse{
		ResponseHeader:            header(req.RequestHeader, ua.StatusOK),
		RevisedPublishingInterval: s.milliseconds(), RevisedLifetimeCount: s.lifetime, RevisedMaxKeepAliveCount: s.keepAlive,
	}, nil
}

func (d *desk) setPublishing(req *ua.SetPublishingModeRequest) (ua.Response, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	resp := &ua.SetPublishingModeResponse{ResponseHeader: header(req.RequestHeader, ua.StatusOK), DiagnosticInfos: []*ua.DiagnosticInfo{}}
	for _, n := range req.SubscriptionIDs {
		s, status := d.own(req.RequestHeader, n)
		if status == ua.StatusOK {
			s.enabled = req.PublishingEnabled
		}
		resp.Results = append(resp.Results, status)
	}
	return resp, nil
}

func (d *desk) deleteSubscriptions(req *ua.DeleteSubscriptionsRequest) (ua.Response, error) {
	resp := &ua.DeleteSubscriptionsResponse{ResponseHeader: header(req.RequestHeader, ua.StatusOK), DiagnosticInfos: []*ua.DiagnosticInfo{}}
	for _, n := range req.SubscriptionIDs {
		d.mu.Lock()
		s, status := d.own(req.RequestHeader, n)
		d.mu.Unlock()
		if status == ua.StatusOK {
			d.drop(context.Background(), s)
		}
		resp.Results = append(resp.Results, status)
	}
	return resp, nil
}

// drop forgets a subscription. Publish requests that no subscription is left for are answered at once.
func (d *desk) drop(ctx context.Context, s *subscription) {
	for _, to := range d.forget(s) {
		_ = to.channel.SendResponseWithContext(ctx, to.id, fault(to.header, ua.StatusBadNoSubscription)) // a client that is gone needs no answer
	}
}

func (d *desk) forget(s *subscription) []request {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, known := d.subs[s.id]; !known {
		return nil
	}
	delete(d.subs, s.id)
	close(s.over)
	for _, i := range s.items {
		d.unwatch(i)
	}
	c := s.client
	c.subs = slices.DeleteFunc(c.subs, func(o *subscription) bool { return o == s })
	if len(c.subs) > 0 {
		return nil
	}
	delete(d.clients, c.token)
	waiting := c.requests
	c.requests = nil
	return waiting
}

// publishRequest keeps the request until a subscription of the session has something to say.
func (d *desk) publishRequest(sc *uasc.SecureChannel, r ua.Request, reqID uint32) (ua.Response, error) {
	req, ok := r.(*ua.PublishRequest)
	if !ok {
		return nil, ua.StatusBadRequestTypeInvalid
	}
	if d.lib.Session(req.RequestHeader) == nil {
		return nil, ua.StatusBadSessionIDInvalid
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	c := d.clients[req.RequestHeader.AuthenticationToken.String()]
	switch {
	case c == nil:
		return nil, ua.StatusBadNoSubscription
	case len(c.requests) >= mostWaiting:
		return nil, ua.StatusBadTooManyPublishRequests
	}
	c.requests = append(c.requests, request{req.RequestHeader, reqID, len(req.SubscriptionAcknowledgements), sc})
	for _, s := range c.subs {
		if !s.late {
			continue
		}
		select {
		case s.kick <- struct{}{}:
		default:
		}
	}
	return nil, nil // answered by the subscription
}

// republish has nothing to repeat: messages are not kept.
func (d *desk) republish(_ *uasc.SecureChannel, r ua.Request, _ uint32) (ua.Response, error) {
	return fault(r.Header(), ua.StatusBadMessageNotAvailable), nil
}
