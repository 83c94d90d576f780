package plantserver

import (
	"slices"
	"time"

	"github.com/gopcua/opcua/ua"
)

func (d *desk) createItems(s *subscription, req *ua.CreateMonitoredItemsRequest) (ua.Response, error) {
	if len(req.ItemsToCreate) > maxPerCall {
		return nil, ua.StatusBadTooManyOperations
	}
	resp := &ua.CreateMonitoredItemsResponse{ResponseHeader: header(req.RequestHeader, ua.StatusOK), DiagnosticInfos: []*ua.DiagnosticInfo{}}
	now := time.Now()
	for _, c := range req.ItemsToCreate {
		resp.Results = append(resp.Results, d.createItem(s, c, req.TimestampsToReturn, now))
	}
	return resp, nil
}

// createItem watches one attribute of one node. One that does not exist harms no other.
func (d *desk) createItem(s *subscription, c *ua.MonitoredItemCreateRequest, stamps ua.TimestampsToReturn, now time.Time) *ua.MonitoredItemCreateResult {
	refused := func(status ua.StatusCode) *ua.MonitoredItemCreateResult {
		return &ua.MonitoredItemCreateResult{StatusCode: status, FilterResult: ua.NewExtensionObject(nil)}
	}
	i, status := d.newItem(s, c.ItemToMonitor)
	if status != ua.StatusOK {
		return refused(status)
	}
	if status := i.revise(c.RequestedParameters); status != ua.StatusOK {
		return refused(status)
	}
	d.lastItem++
	i.id, i.mode, i.stamps = d.lastItem, c.MonitoringMode, stamps
	s.items[i.id] = i
	if i.node >= 0 {
		d.watchers[i.node] = append(d.watchers[i.node], i)
	} else {
		s.polled = append(s.polled, i)
	}
	d.first(i, now)
	return &ua.MonitoredItemCreateResult{
		StatusCode: ua.StatusOK, MonitoredItemID: i.id, FilterResult: ua.NewExtensionObject(nil),
		RevisedSamplingInterval: float64(i.interval) / float64(time.Millisecond), RevisedQueueSize: uint32(i.size),
	}
}

// newItem finds what is to be watched: a value of ours, or whatever else the library can read.
func (d *desk) newItem(s *subscription, what *ua.ReadValueID) (*item, ua.StatusCode) {
	i := &item{sub: s, node: -1}
	if what == nil || what.NodeID == nil {
		return nil, ua.StatusBadNodeIDUnknown
	}
	if what.IndexRange != "" {
		return nil, ua.StatusBadIndexRangeInvalid
	}
	if at, ok := d.space.Find(what.NodeID); ok && at >= 0 && what.AttributeID == ua.AttributeIDValue {
		i.node = at
		i.numeric = d.nodes[i.node].Type.numeric()
		return i, ua.StatusOK
	}
	ns, err := d.lib.Namespace(int(what.NodeID.Namespace()))
	if err != nil || ns.Node(what.NodeID) == nil {
		return nil, ua.StatusBadNodeIDUnknown
	}
	i.foreign = func() *ua.DataValue { return ns.Attribute(what.NodeID, what.AttributeID) }
	if dv := i.foreign(); dv.Status == ua.StatusBadAttributeIDInvalid {
		return nil, ua.StatusBadAttributeIDInvalid
	}
	return i, ua.StatusOK
}

// first queues the present value, which every new item begins with.
func (d *desk) first(i *item, now time.Time) {
	if i.mode == ua.MonitoringModeDisabled {
		return
	}
	if i.node >= 0 {
		i.accept(&d.values[i.node], now)
		return
	}
	r := readingOf(i.foreign())
	i.accept(&r, now)
}

func (d *desk) modifyItems(s *subscription, req *ua.ModifyMonitoredItemsRequest) (ua.Response, error) {
	resp := &ua.ModifyMonitoredItemsResponse{ResponseHeader: header(req.RequestHeader, ua.StatusOK), DiagnosticInfos: []*ua.DiagnosticInfo{}}
	for _, m := range req.ItemsToModify {
		result := &ua.MonitoredItemModifyResult{StatusCode: ua.StatusBadMonitoredItemIDInvalid, FilterResult: ua.NewExtensionObject(nil)}
		if i, ok := s.items[m.MonitoredItemID]; ok {
			result.StatusCode = i.revise(m.RequestedParameters)
			i.stamps = req.TimestampsToReturn
			result.RevisedSamplingInterval, result.RevisedQueueSize = float64(i.interval)/float64(time.Millisecond), uint32(i.size)
		}
		resp.Results = append(resp.Results, result)
	}
	return resp, nil
}

func (d *desk) setMonitoring(s *subscription, req *ua.SetMonitoringModeRequest) (ua.Response, error) {
	now := time.Now()
	return &ua.SetMonitoringModeResponse{
		ResponseHeader: header(req.RequestHeader, ua.StatusOK), DiagnosticInfos: []*ua.DiagnosticInfo{},
		Results: s.each(req.MonitoredItemIDs, func(i *item) { d.setMode(i, req.MonitoringMode, now) }),
	}, nil
}

// each does something with every item that is named, and tells which of them there are.
func (s *subscription) each(ids []uint32, do func(*item)) []ua.StatusCode {
	var results []ua.StatusCode
	for _, n := range ids {
		i, ok := s.items[n]
		if !ok {
			results = append(results, ua.StatusBadMonitoredItemIDInvalid)
			continue
		}
		do(i)
		results = append(results, ua.StatusOK)
	}
	return results
}

func (d *desk) setMode(i *item, mode ua.MonitoringMode, now time.Time) {
	was := i.mode
	i.mode = mode
	switch {
	case mode == ua.MonitoringModeDisabled:
		i.queue, i.seen = i.queue[:0], false
	case was == ua.MonitoringModeDisabled:
		d.first(i, now)
	}
	if mode != ua.MonitoringModeReporting && i.listed {
		i.listed = false
		i.sub.ready = slices.DeleteFunc(i.sub.ready, func(o *item) bool { return o == i })
	}
	i.list()
}

func (d *desk) deleteItems(s *subscription, req *ua.DeleteMonitoredItemsRequest) (ua.Response, error) {
	results := s.each(req.MonitoredItemIDs, d.unwatch)
	s.ready = slices.DeleteFunc(s.ready, func(i *item) bool { return i.gone })
	s.polled = slices.DeleteFunc(s.polled, func(i *item) bool { return i.gone })
	return &ua.DeleteMonitoredItemsResponse{ResponseHeader: header(req.RequestHeader, ua.StatusOK), Results: results, DiagnosticInfos: []*ua.DiagnosticInfo{}}, nil
}

// unwatch takes an item off its node and its subscription's index; the subscription's lists lose it when they are next walked.
func (d *desk) unwatch(i *item) {
	i.gone = true
	delete(i.sub.items, i.id)
	if i.node >= 0 {
		d.watchers[i.node] = slices.DeleteFunc(d.watchers[i.node], func(o *item) bool { return o == i })
	}
}
