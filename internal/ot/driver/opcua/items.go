package opcua

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"millwright/internal/ot/driver"
	"millwright/internal/ot/driver/opcua/secure"
	"millwright/internal/ot/driver/opcua/session"
	"millwright/internal/ot/driver/opcua/wire"
	"millwright/internal/ot/tag"

	"github.com/gopcua/opcua/id"
	"github.com/gopcua/opcua/ua"
)

// want is one point and what became of it at the server. Its place in the list is its handle.
type want struct {
	asked   driver.Point // as it was wanted
	point   driver.Point // with what it left open
	at      session.Address
	invalid bool   // the address can be no node's
	over    bool   // nobody wants it any longer
	plain   bool   // the server refused the deadband
	item    uint32 // the monitored item; 0 for none
	queue   uint32
}

// sampling is how often a server looks at a value of which nobody says how often.
const sampling = 100 * time.Millisecond

// The bounds of an item's queue at the server.
const minQueue, maxQueue = 10, 100

// want takes points over beside those that are there, and gives their handles, and Bad for those whose address makes no
// sense.
func (sub *subscription) want(points []driver.Point) (handles []uint32, bad []tag.Sample) {
	sub.wants = slices.Grow(sub.wants, len(points))
	sub.table.Lock()
	defer sub.table.Unlock()
	sub.handles = slices.Grow(sub.handles, len(points))
	for _, p := range points {
		w := want{asked: p, point: p, queue: p.Queue}
		if w.point.Interval <= 0 {
			w.point.Interval = sampling
		}
		if w.queue == 0 { // enough to bridge a hiccup of two seconds
			w.queue = uint32(min(max(2*time.Second/w.point.Interval, minQueue), maxQueue))
		}
		handle := uint32(len(sub.wants))
		var err error
		w.at, err = session.ParseAddress(p.Address)
		w.invalid = err != nil
		sub.wants = append(sub.wants, w)
		sub.handles = append(sub.handles, wire.Item{Tag: p.Tag, Element: w.at.Element != ""})
		if w.invalid {
			bad = append(bad, sub.bad(handle, tag.BadNodeInvalid))
			continue
		}
		handles = append(handles, handle)
	}
	return handles, bad
}

func (sub *subscription) bad(handle uint32, q tag.Quality) tag.Sample {
	return tag.Sample{Tag: sub.wants[handle].point.Tag, Quality: q, Time: time.Now()}.Clean()
}

// create makes monitored items and gives a Bad sample for each point that the server refuses. An item
// is tried again without its deadband, or as a node whose name ends in brackets, when that may help.
func (sub *subscription) create(ctx context.Context, handles []uint32) (bad []tag.Sample, err error) {
	for len(handles) > 0 {
		part := handles[:min(len(handles), sub.batch)]
		handles = handles[len(part):]
		results, err := sub.createPart(ctx, &part)
		if sub.tooMany(err) {
			handles = append(slices.Clone(part), handles...)
			continue
		}
		if err != nil {
			return bad, err
		}
		var again []uint32
		for i, r := range results {
			if sub.settle(part[i], r) {
				again = append(again, part[i])
			} else if r.Status.Bad() {
				bad = append(bad, sub.bad(part[i], r.Status))
			}
		}
		handles = append(again, handles...)
	}
	return bad, nil
}

// tooMany halves the batch when the server finds the request too large.
func (sub *subscription) tooMany(err error) bool {
	var status secure.Status
	if !errors.As(err, &status) || sub.batch <= 1 {
		return false
	}
	switch ua.StatusCode(status) {
	case ua.StatusBadTooManyOperations, ua.StatusBadRequestTooLarge, ua.StatusBadEncodingLimitsExceeded, ua.StatusBadResponseTooLarge:
		sub.batch /= 2
		return true
	}
	return false
}

// createPart sends one request. Handles whose namespace the server does not know are answered here
// and stand at the end of part.
func (sub *subscription) createPart(ctx context.Context, part *[]uint32) ([]wire.Created, error) {
	var asked, unknown []uint32
	req := &ua.CreateMonitoredItemsRequest{SubscriptionID: sub.id, TimestampsToReturn: ua.TimestampsToReturnBoth}
	namespaces := sub.s.Namespaces()
	for _, h := range *part {
		node, known := sub.wants[h].at.Node(namespaces)
		if !known {
			unknown = append(unknown, h)
			continue
		}
		asked = append(asked, h)
		req.ItemsToCreate = append(req.ItemsToCreate, sub.wants[h].request(node, h))
	}
	var results []wire.Created
	if len(asked) > 0 {
		err := sub.s.Ask(ctx, req, id.CreateMonitoredItemsResponse_Encoding_DefaultBinary, func(r *wire.Reader) (err error) {
			results, err = r.CreatedItems()
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("create %d monitored items: %w", len(asked), err)
		}
		if len(results) != len(asked) {
			return nil, fmt.Errorf("the server answers %d monitored items with %d results", len(asked), len(results))
		}
	}
	for range unknown {
		results = append(results, wire.Created{Status: tag.BadNodeUnknown})
	}
	*part = slices.Concat(asked, unknown)
	return results, nil
}

func (w *want) request(node *ua.NodeID, handle uint32) *ua.MonitoredItemCreateRequest {
	p := &ua.MonitoringParameters{
		ClientHandle: handle, SamplingInterval: milliseconds(w.point.Interval), QueueSize: w.queue, DiscardOldest: true,
	}
	if w.point.Deadband > 0 && !w.plain {
		p.Filter = ua.NewExtensionObject(&ua.DataChangeFilter{
			Trigger: ua.DataChangeTriggerStatusValue, DeadbandType: uint32(ua.DeadbandTypeAbsolute), DeadbandValue: w.point.Deadband,
		})
	}
	return &ua.MonitoredItemCreateRequest{
		ItemToMonitor: session.Reading(node, ua.AttributeIDValue, w.at.Element), MonitoringMode: ua.MonitoringModeReporting, RequestedParameters: p,
	}
}

// settle notes the server's answer for an item and tells whether to try again in another way.
func (sub *subscription) settle(handle uint32, r wire.Created) (again bool) {
	w := &sub.wants[handle]
	if !r.Status.Bad() {
		w.item = r.ID
		return false
	}
	switch ua.StatusCode(r.Status) {
	case ua.StatusBadFilterNotAllowed, ua.StatusBadMonitoredItemFilterUnsupported, ua.StatusBadMonitoredItemFilterInvalid, ua.StatusBadDeadbandFilterInvalid:
		again = w.point.Deadband > 0 && !w.plain
		w.plain = true
		return again
	}
	if literal, can := w.at.Literal(); can && wire.NotThere(r.Status) {
		w.at = literal
		return true
	}
	w.at, _ = session.ParseAddress(w.point.Address) // the next try begins anew
	sub.miss([]uint32{handle})
	return false
}

// turn changes between an element of an array and a node whose name ends in brackets: the server took
// the one and then had no value for it.
func (w *want) turn() {
	if literal, can := w.at.Literal(); can {
		w.at = literal
		return
	}
	w.at, _ = session.ParseAddress(w.point.Address)
}

// retry looks again for nodes that were not there or were refused, as many as go into one request, and
// goes on where it stopped the time before. Whether the link still lives is the watchdog's business:
// what fails here is tried again later.
func (sub *subscription) retry(ctx context.Context) {
	sub.mu.Lock()
	var handles, old []uint32
	for h := range sub.absent {
		if !sub.wants[h].over {
			handles = append(handles, h)
		}
	}
	sub.mu.Unlock()
	if len(handles) == 0 || sub.s.LearnNamespaces(ctx) != nil {
		return
	}
	handles = sub.turns(handles)
	sub.mu.Lock()
	for _, h := range handles {
		delete(sub.absent, h)
	}
	sub.mu.Unlock()
	for _, h := range handles {
		if w := &sub.wants[h]; w.item != 0 {
			old = append(old, w.item)
			w.item = 0
			w.turn()
		}
	}
	if len(old) > 0 {
		_ = sub.s.Call(ctx, &ua.DeleteMonitoredItemsRequest{SubscriptionID: sub.id, MonitoredItemIDs: old}, new(ua.DeleteMonitoredItemsResponse)) // one too many does no harm
	}
	if _, err := sub.create(ctx, handles); err != nil {
		sub.miss(handles)
	}
}

// turns gives those whose turn it is to be looked for: were it always the first ones, a node behind
// many that never come would not be found again.
func (sub *subscription) turns(handles []uint32) []uint32 {
	slices.Sort(handles)
	i, _ := slices.BinarySearch(handles, sub.turn)
	handles = slices.Concat(handles[i:], handles[:i])
	handles = handles[:min(len(handles), sub.batch)]
	sub.turn = handles[len(handles)-1] + 1
	return handles
}
