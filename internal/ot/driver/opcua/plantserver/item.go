package plantserver

import (
	"math"
	"time"

	"github.com/gopcua/opcua/ua"
)

// item is one monitored item. It belongs to the desk's lock.
type item struct {
	id      uint32
	sub     *subscription
	node    int                  // ours, or -1
	foreign func() *ua.DataValue // reads a node of the library when node is -1
	numeric bool
	stamps  ua.TimestampsToReturn

	handle   uint32
	mode     ua.MonitoringMode
	interval time.Duration // between two samples; 0 takes every change
	size     int           // of the queue
	newest   bool          // a full queue drops its oldest value, else its newest
	trigger  ua.DataChangeTrigger
	deadband float64

	queue   []reading
	last    reading   // the last one queued
	seen    bool      // there is a last one
	next    time.Time // when it may be sampled again
	waiting bool      // holds a change back until its interval is over
	listed  bool      // stands in the subscription's list of ready items
	gone    bool      // was deleted
}

// longest is how many values an item may queue.
const longest = 1000

// revise sets what the client asked for, within limits; another status than OK refuses the filter.
func (i *item) revise(p *ua.MonitoringParameters) ua.StatusCode {
	trigger, deadband := ua.DataChangeTriggerStatusValue, 0.0
	if p.Filter != nil && p.Filter.Value != nil {
		f, ok := p.Filter.Value.(*ua.DataChangeFilter)
		switch {
		case !ok || f.DeadbandType > uint32(ua.DeadbandTypeAbsolute):
			return ua.StatusBadMonitoredItemFilterUnsupported
		case f.DeadbandType == uint32(ua.DeadbandTypeAbsolute) && (!i.numeric || !(f.DeadbandValue >= 0)):
			return ua.StatusBadDeadbandFilterInvalid
		case f.DeadbandType == uint32(ua.DeadbandTypeAbsolute):
			deadband = f.DeadbandValue
		}
		trigger = f.Trigger
	}
	i.trigger, i.deadband = trigger, deadband
	i.handle = p.ClientHandle
	i.newest = p.DiscardOldest
	i.size = int(max(1, min(p.QueueSize, longest)))
	if extra := len(i.queue) - i.size; extra > 0 {
		i.queue = i.queue[:copy(i.queue, i.queue[extra:])]
	}
	switch ms := p.SamplingInterval; {
	case ms < 0 || math.IsNaN(ms): // the publishing interval
		i.interval = i.sub.interval
	case ms > float64(time.Hour/time.Millisecond):
		i.interval = time.Hour
	default:
		i.interval = time.Duration(ms * float64(time.Millisecond))
	}
	if i.node < 0 {
		i.interval = max(i.interval, i.sub.interval)
	}
	return ua.StatusOK
}

// due tells whether the item may be sampled: a little early is on time, so that timers which beat together keep step.
func (i *item) due(now time.Time) bool {
	return now.Sub(i.next) >= -min(i.interval/4, 20*time.Millisecond)
}

// pace sets when the item may be sampled again. It keeps the beat, so that one late change does not hold the next one back.
func (i *item) pace(now time.Time) {
	i.next = i.next.Add(i.interval)
	if i.next.Before(now) {
		i.next = now.Add(i.interval)
	}
}

// offer shows the item a new value of its node.
func (i *item) offer(r *reading, now time.Time) {
	if i.mode == ua.MonitoringModeDisabled {
		return
	}
	if i.interval == 0 || i.due(now) {
		i.accept(r, now)
		return
	}
	if !i.waiting {
		i.waiting = true
		i.sub.slow = append(i.sub.slow, i)
	}
}

// accept samples the value and queues it when the filter lets it through.
func (i *item) accept(r *reading, now time.Time) {
	i.pace(now)
	i.waiting = false
	if i.seen && !i.differs(r) {
		return
	}
	i.last, i.seen = *r, true
	i.push(r)
	i.list()
}

// list lets the subscription know that something is queued.
func (i *item) list() {
	if !i.listed && i.mode == ua.MonitoringModeReporting && len(i.queue) > 0 {
		i.listed = true
		i.sub.ready = append(i.sub.ready, i)
	}
}

// differs is the filter (OPC 10000-4 §7.22.2).
func (i *item) differs(r *reading) bool {
	switch {
	case r.status != i.last.status:
		return true
	case i.trigger == ua.DataChangeTriggerStatus:
		return false
	case i.trigger == ua.DataChangeTriggerStatusValueTimestamp && r.source != i.last.source:
		return true
	case i.deadband > 0 && r.numeric && i.last.numeric:
		return !(math.Abs(r.number-i.last.number) <= i.deadband)
	}
	return !r.same(&i.last)
}

// overflow marks the value at which others were lost (OPC 10000-4 §7.39.1: InfoType DataValue, Overflow).
const overflow = 0x480

// push queues a value. A full queue loses its oldest or its newest one, and says so.
func (i *item) push(r *reading) {
	if len(i.queue) < i.size {
		i.queue = append(i.queue, *r)
		return
	}
	end := len(i.queue) - 1
	if !i.newest {
		i.queue[end] = *r
		if i.size > 1 {
			i.queue[end].status |= overflow
		}
		return
	}
	copy(i.queue, i.queue[1:])
	i.queue[end] = *r
	if i.size > 1 {
		i.queue[0].status |= overflow
	}
}
