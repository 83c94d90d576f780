package plantserver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gopcua/opcua"
	"github.com/gopcua/opcua/id"
	"github.com/gopcua/opcua/ua"
	"pgregory.net/rapid"

	"millwright/internal/errs"
	"millwright/internal/ot/tag"
)

const urn = "urn:millwright:test"

var types = []struct {
	typ   Type
	value tag.Value
	wire  any
}{
	{Boolean, tag.BoolValue(true), true},
	{SByte, tag.IntValue(-128), int8(-128)},
	{Byte, tag.UintValue(255), uint8(255)},
	{Int16, tag.IntValue(-32768), int16(-32768)},
	{UInt16, tag.UintValue(65535), uint16(65535)},
	{Int32, tag.IntValue(math.MinInt32), int32(math.MinInt32)},
	{UInt32, tag.UintValue(math.MaxUint32), uint32(math.MaxUint32)},
	{Int64, tag.IntValue(math.MinInt64), int64(math.MinInt64)},
	{UInt64, tag.UintValue(math.MaxUint64), uint64(math.MaxUint64)},
	{Float, tag.FloatValue(-1.5), float32(-1.5)},
	{Double, tag.FloatValue(82.1), 82.1},
	{String, tag.TextValue("COLA-05 € 0,50 and a longer tail"), "COLA-05 € 0,50 and a longer tail"},
}

// serve starts a server with one node of every type, then n doubles "n0", "n1", … the first of them writable.
func serve(t testing.TB, n int, write func(tag.Value) error) *Server {
	t.Helper()
	var nodes []Node
	for _, x := range types {
		nodes = append(nodes, Node{ID: fmt.Sprintf("line.types.%d", x.typ), Path: []string{"line", "types"}, Name: fmt.Sprint(x.typ), Type: x.typ})
	}
	for i := range n {
		nodes = append(nodes, Node{ID: fmt.Sprintf("n%d", i), Path: []string{"line", "numbers"}, Name: fmt.Sprintf("n%d", i), Type: Double})
	}
	if n > 0 {
		nodes[len(types)].Write = write
	}
	s, err := Start(t.Context(), Options{Listen: "127.0.0.1:0", Namespace: urn, Name: "test", Nodes: nodes})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil && !errors.Is(err, io.EOF) {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

// number makes a sample of the i-th double.
func number(i int, v float64, at time.Time) tag.Sample {
	return tag.Sample{Tag: tag.ID(len(types) + i + 1), Time: at, Value: tag.FloatValue(v)}
}

func connect(t testing.TB, url string) *opcua.Client {
	t.Helper()
	c, err := opcua.NewClient(url, opcua.AutoReconnect(false), opcua.SecurityMode(ua.MessageSecurityModeNone))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = c.Close(ctx)
	})
	return c
}

func node(c *opcua.Client, name string) *ua.NodeID {
	ns, err := c.FindNamespace(context.Background(), urn)
	if err != nil {
		return ua.NewStringNodeID(99, name)
	}
	return ua.NewStringNodeID(ns, name)
}

// read reads the value of a node with all that comes with it.
func read(t testing.TB, c *opcua.Client, name string) (*ua.DataValue, error) {
	t.Helper()
	resp, err := c.Read(t.Context(), &ua.ReadRequest{
		TimestampsToReturn: ua.TimestampsToReturnBoth,
		NodesToRead:        []*ua.ReadValueID{{NodeID: node(c, name), AttributeID: ua.AttributeIDValue, DataEncoding: &ua.QualifiedName{}}},
	})
	if err != nil {
		return nil, err
	}
	return resp.Results[0], nil
}

func monitor(n *ua.NodeID, handle uint32, change ...func(*ua.MonitoringParameters)) *ua.MonitoredItemCreateRequest {
	r := opcua.NewMonitoredItemCreateRequestWithDefaults(n, ua.AttributeIDValue, handle)
	for _, f := range change {
		f(r.RequestedParameters)
	}
	return r
}

// watch subscribes with an interval of 20 ms and gives what arrives.
func watch(t testing.TB, c *opcua.Client, items ...*ua.MonitoredItemCreateRequest) (*opcua.Subscription, <-chan *ua.MonitoredItemNotification, *ua.CreateMonitoredItemsResponse) {
	t.Helper()
	notes := make(chan *opcua.PublishNotificationData, 100)
	sub, err := c.Subscribe(t.Context(), &opcua.SubscriptionParameters{Interval: 20 * time.Millisecond, MaxKeepAliveCount: 20, LifetimeCount: 250}, notes)
	if err != nil {
		t.Fatal(err)
	}
	out := make(chan *ua.MonitoredItemNotification, 100_000)
	go func() {
		for {
			select {
			case <-t.Context().Done():
				return
			case n := <-notes:
				if d, ok := n.Value.(*ua.DataChangeNotification); ok {
					for _, i := range d.MonitoredItems {
						out <- i
					}
				}
			}
		}
	}()
	resp, err := sub.Monitor(t.Context(), ua.TimestampsToReturnBoth, items...)
	if err != nil {
		t.Fatal(err)
	}
	return sub, out, resp
}

func next(t testing.TB, from <-chan *ua.MonitoredItemNotification) *ua.MonitoredItemNotification {
	t.Helper()
	select {
	case n := <-from:
		return n
	case <-time.After(30 * time.Second): // on a machine with much else to do
		t.Fatal("nothing arrived within 30 s")
		return nil
	}
}

func silent(t testing.TB, from <-chan *ua.MonitoredItemNotification, d time.Duration) {
	t.Helper()
	select {
	case n := <-from:
		t.Fatalf("handle %d brought %v unasked", n.ClientHandle, n.Value.Value.Value())
	case <-time.After(d):
	}
}

func TestEveryTypeArrivesAsItIs(t *testing.T) {
	s := serve(t, 0, nil)
	c := connect(t, s.URL())
	at := time.Date(2026, 11, 22, 1, 2, 3, 500_000_000, time.UTC)
	var items []*ua.MonitoredItemCreateRequest
	var samples []tag.Sample
	for i, x := range types {
		items = append(items, monitor(node(c, fmt.Sprintf("line.types.%d", x.typ)), uint32(i)))
		samples = append(samples, tag.Sample{Tag: tag.ID(i + 1), Time: at, Value: x.value})
	}
	_, notes, _ := watch(t, c, items...)
	for range types {
		if n := next(t, notes); n.Value.Status != ua.StatusBadWaitingForInitialData {
			t.Errorf("before the first value handle %d has status %v", n.ClientHandle, n.Value.Status)
		}
	}
	s.Publish(samples)
	for range types {
		n := next(t, notes)
		if x := types[n.ClientHandle]; n.Value.Value.Value() != x.wire || !n.Value.SourceTimestamp.Equal(at) || n.Value.Status != ua.StatusOK || n.Value.ServerTimestamp.IsZero() {
			t.Errorf("type %d arrived as %T %v, status %v, at %v", x.typ, n.Value.Value.Value(), n.Value.Value.Value(), n.Value.Status, n.Value.SourceTimestamp)
		}
	}
	for _, x := range types {
		v, err := read(t, c, fmt.Sprintf("line.types.%d", x.typ))
		if err != nil || v.Value.Value() != x.wire || !v.SourceTimestamp.Equal(at) {
			t.Errorf("type %d was read as %v, %v", x.typ, v, err)
		}
	}
}

func TestAValueThatDoesNotFitIsBad(t *testing.T) {
	s := serve(t, 0, nil)
	c := connect(t, s.URL())
	misfits := map[Type][]tag.Value{
		Boolean: {tag.IntValue(1), {}},
		SByte:   {tag.IntValue(128), tag.FloatValue(1)},
		Byte:    {tag.IntValue(-1), tag.UintValue(256), tag.BoolValue(true)},
		UInt16:  {tag.UintValue(65536)},
		UInt32:  {tag.IntValue(-1)},
		Int64:   {tag.UintValue(math.MaxUint64)},
		UInt64:  {tag.IntValue(-1), tag.TextValue("1")},
		Double:  {tag.IntValue(1)},
		String:  {tag.FloatValue(1)},
	}
	for typ, values := range misfits {
		for _, v := range values {
			s.Publish([]tag.Sample{{Tag: tag.ID(typ), Time: time.Now(), Value: v}})
			got, err := read(t, c, fmt.Sprintf("line.types.%d", typ))
			if err != nil || got.Status != ua.StatusBadTypeMismatch || got.Value.Value() != nil {
				t.Errorf("type %d shows %v (%v) as %v, %v", typ, v, v.Kind(), got, err)
			}
		}
	}
	s.Publish([]tag.Sample{{Tag: tag.ID(Double), Time: time.Now(), Quality: tag.BadNoCommunication}, {Tag: 0}, {Tag: 9999}})
	if got, err := read(t, c, "line.types.11"); err != nil || uint32(got.Status) != uint32(tag.BadNoCommunication) {
		t.Errorf("a bad sample is shown as %v, %v", got, err)
	}
}

func TestEncodedValuesReadBack(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		x := rapid.SampledFrom([]Type{Int64, UInt64, Double, String, Boolean}).Draw(r, "type")
		var v tag.Value
		switch x {
		case Int64:
			v = tag.IntValue(rapid.Int64().Draw(r, "v"))
		case UInt64:
			v = tag.UintValue(rapid.Uint64().Draw(r, "v"))
		case Double:
			v = tag.FloatValue(rapid.Float64().Draw(r, "v"))
		case String:
			v = tag.TextValue(rapid.String().Draw(r, "v"))
		case Boolean:
			v = tag.BoolValue(rapid.Bool().Draw(r, "v"))
		}
		at := time.Unix(0, rapid.Int64Range(0, 4e18).Draw(r, "ns")).UTC().Truncate(100)
		dv := encode(x, tag.Sample{Time: at, Value: v}).dataValue()
		back, ok := written(x, dv.Value)
		if !ok || back != v || dv.SourceTimestamp.IsZero() != at.IsZero() || !dv.SourceTimestamp.Equal(at) {
			r.Fatalf("%v at %v came back as %v (%v) at %v", v, at, back, ok, dv.SourceTimestamp)
		}
	})
}

func TestEveryChangeArrivesInOrder(t *testing.T) {
	s := serve(t, 2, nil)
	c := connect(t, s.URL())
	_, notes, _ := watch(t, c, monitor(node(c, "n0"), 1), monitor(node(c, "n1"), 2, func(p *ua.MonitoringParameters) { p.QueueSize = 3 }))
	next(t, notes)
	next(t, notes)
	at := time.Now()
	var all []tag.Sample // at once, so that none is fetched between two of them
	for i := range 9 {
		all = append(all, number(0, float64(i), at), number(1, float64(i), at))
	}
	s.Publish(all)
	var full, short []float64
	var marked []bool
	for range 12 {
		n := next(t, notes)
		if v := n.Value.Value.Float(); n.ClientHandle == 1 {
			full = append(full, v)
		} else {
			short = append(short, v)
			marked = append(marked, n.Value.Status&overflow == overflow)
		}
	}
	if fmt.Sprint(full) != "[0 1 2 3 4 5 6 7 8]" {
		t.Errorf("with a queue of ten, nine changes arrived as %v", full)
	}
	if fmt.Sprint(short, marked) != "[6 7 8] [true false false]" {
		t.Errorf("with a queue of three, nine changes arrived as %v, overflow %v", short, marked)
	}
	s.Publish([]tag.Sample{number(0, 8, at.Add(time.Second)), number(1, 8, at)})
	silent(t, notes, 150*time.Millisecond)
}

func TestAChangeArrivesSoon(t *testing.T) {
	s := serve(t, 1, nil)
	c := connect(t, s.URL())
	_, notes, _ := watch(t, c, monitor(node(c, "n0"), 1))
	next(t, notes)
	var took []time.Duration
	for i := range 20 {
		began := time.Now()
		s.Publish([]tag.Sample{number(0, float64(i), began)})
		next(t, notes)
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	t.Logf("the slowest of 20 changes took %v", took[19])
	if median := took[10]; median > time.Second { // one may meet a busy machine
		t.Errorf("every other change takes %v", median)
	}
}

func TestFiltersAndSampling(t *testing.T) {
	s := serve(t, 3, nil)
	c := connect(t, s.URL())
	filter := func(kind ua.DeadbandType, band float64, trigger ua.DataChangeTrigger) func(*ua.MonitoringParameters) {
		return func(p *ua.MonitoringParameters) {
			p.QueueSize = 100
			p.Filter = ua.NewExtensionObject(&ua.DataChangeFilter{Trigger: trigger, DeadbandType: uint32(kind), DeadbandValue: band})
		}
	}
	_, notes, resp := watch(t, c,
		monitor(node(c, "n0"), 0, filter(ua.DeadbandTypeAbsolute, 0.5, ua.DataChangeTriggerStatusValue)),
		monitor(node(c, "n0"), 1, filter(ua.DeadbandTypeNone, 0, ua.DataChangeTriggerStatusValueTimestamp)),
		monitor(node(c, "n0"), 2, filter(ua.DeadbandTypeNone, 0, ua.DataChangeTriggerStatus)),
		monitor(node(c, "n0"), 3, func(p *ua.MonitoringParameters) { p.SamplingInterval, p.QueueSize = 400, 100 }),
		monitor(node(c, "n0"), 4, filter(ua.DeadbandTypePercent, 5, ua.DataChangeTriggerStatusValue)),
		monitor(node(c, "line.types.12"), 5, filter(ua.DeadbandTypeAbsolute, 5, ua.DataChangeTriggerStatusValue)),
		monitor(node(c, "n0"), 6, filter(ua.DeadbandTypeAbsolute, -5, ua.DataChangeTriggerStatusValue)),
		monitor(node(c, "n1"), 7, func(p *ua.MonitoringParameters) { p.SamplingInterval = -1 }),
	)
	want := []ua.StatusCode{0, 0, 0, 0, ua.StatusBadMonitoredItemFilterUnsupported, ua.StatusBadDeadbandFilterInvalid, ua.StatusBadDeadbandFilterInvalid, 0}
	for i, w := range want {
		if resp.Results[i].StatusCode != w {
			t.Errorf("item %d was answered %v, not %v", i, resp.Results[i].StatusCode, w)
		}
	}
	if got := resp.Results[7].RevisedSamplingInterval; got != 20 {
		t.Errorf("a sampling interval of -1 became %v ms; the publishing interval is 20 ms", got)
	}
	for range 5 {
		next(t, notes)
	}
	at := time.Now()
	var all []tag.Sample // at once, as some are sampled every 400 ms only
	for i, v := range []float64{1, 1.4, 1.5, 1.51, 1.51, 1} {
		all = append(all, number(0, v, at.Add(time.Duration(i)*time.Millisecond)))
	}
	s.Publish(all)
	got := map[uint32][]float64{}
	for range 1 + 2 + 6 + 1 + 1 {
		n := next(t, notes)
		got[n.ClientHandle] = append(got[n.ClientHandle], n.Value.Value.Float())
	}
	if s := fmt.Sprint(got); s != "map[0:[1 1.51 1] 1:[1 1.4 1.5 1.51 1.51 1] 2:[1] 3:[1]]" {
		t.Errorf("deadband 0.5, timestamps, status and 400 ms sampling gave %v", s)
	}
	silent(t, notes, 100*time.Millisecond)
}

func TestOneBadItemHarmsNoOther(t *testing.T) {
	s := serve(t, 2, nil)
	c := connect(t, s.URL())
	sub, notes, resp := watch(t, c,
		monitor(node(c, "gone"), 1),
		monitor(node(c, "n0"), 2),
		monitor(ua.NewStringNodeID(42, "n0"), 3),
		monitor(ua.NewNumericNodeID(0, 4_000_000), 4),
		monitor(node(c, "line"), 5), // an object has no value
		monitor(ua.NewNumericNodeID(0, id.Server_ServerStatus_CurrentTime), 6),
	)
	want := []ua.StatusCode{ua.StatusBadNodeIDUnknown, 0, ua.StatusBadNodeIDUnknown, ua.StatusBadNodeIDUnknown, ua.StatusBadAttributeIDInvalid, 0}
	for i, w := range want {
		if resp.Results[i].StatusCode != w {
			t.Errorf("item %d was answered %v, not %v", i, resp.Results[i].StatusCode, w)
		}
	}
	beats := 0
	for beats < 3 { // the server's clock is polled
		if next(t, notes).ClientHandle == 6 {
			beats++
		}
	}
	ids := []uint32{resp.Results[1].MonitoredItemID, resp.Results[5].MonitoredItemID, 4711}
	for round, w := range []ua.StatusCode{ua.StatusOK, ua.StatusBadMonitoredItemIDInvalid} {
		gone, err := sub.Unmonitor(t.Context(), ids...)
		if err != nil || gone.Results[0] != w || gone.Results[1] != w || gone.Results[2] != ua.StatusBadMonitoredItemIDInvalid {
			t.Fatalf("deleting items, round %d: %+v, %v", round, gone, err)
		}
	}
	if _, err := sub.Monitor(t.Context(), ua.TimestampsToReturnBoth, monitor(node(c, "n1"), 8)); err != nil {
		t.Fatal(err)
	}
	for next(t, notes).ClientHandle != 8 { // what was on its way comes before it
	}
	s.Publish([]tag.Sample{number(0, 7, time.Now())})
	s.Publish([]tag.Sample{number(1, 7, time.Now())})
	if n := next(t, notes); n.ClientHandle != 8 {
		t.Errorf("handle %d brought %v after it was deleted", n.ClientHandle, n.Value.Value.Value())
	}
	silent(t, notes, 150*time.Millisecond)
}

func TestItemsCanBeChangedAndPaused(t *testing.T) {
	s := serve(t, 1, nil)
	c := connect(t, s.URL())
	sub, notes, resp := watch(t, c, monitor(node(c, "n0"), 1))
	next(t, notes)
	item := resp.Results[0].MonitoredItemID
	if _, err := sub.SetMonitoringMode(t.Context(), ua.MonitoringModeDisabled, item); err != nil {
		t.Fatal(err)
	}
	s.Publish([]tag.Sample{number(0, 1, time.Now())})
	silent(t, notes, 100*time.Millisecond)
	if _, err := sub.SetMonitoringMode(t.Context(), ua.MonitoringModeSampling, item); err != nil {
		t.Fatal(err)
	}
	s.Publish([]tag.Sample{number(0, 2, time.Now())})
	silent(t, notes, 100*time.Millisecond)
	if _, err := sub.SetMonitoringMode(t.Context(), ua.MonitoringModeReporting, item); err != nil {
		t.Fatal(err)
	}
	if a, b := next(t, notes), next(t, notes); a.Value.Value.Float() != 1 || b.Value.Value.Float() != 2 {
		t.Errorf("after the pause came %v and %v", a.Value.Value.Float(), b.Value.Value.Float())
	}
	m, err := sub.ModifyMonitoredItems(t.Context(), ua.TimestampsToReturnSource, &ua.MonitoredItemModifyRequest{
		MonitoredItemID: item, RequestedParameters: &ua.MonitoringParameters{ClientHandle: 9, QueueSize: 1, DiscardOldest: true},
	})
	if err != nil || m.Results[0].RevisedQueueSize != 1 {
		t.Fatalf("modify: %+v, %v", m, err)
	}
	if _, err := sub.ModifySubscription(t.Context(), opcua.SubscriptionParameters{Interval: 50 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	if sub.RevisedPublishingInterval != 50*time.Millisecond {
		t.Errorf("the interval became %v", sub.RevisedPublishingInterval)
	}
	s.Publish([]tag.Sample{number(0, 3, time.Now())})
	if n := next(t, notes); n.ClientHandle != 9 || n.Value.Value.Float() != 3 || !n.Value.ServerTimestamp.IsZero() {
		t.Errorf("after the change came %+v", n.Value)
	}
}

func TestOnlyValuesOfTheRightTypeAndRangeAreWritten(t *testing.T) {
	var mu sync.Mutex
	var got []tag.Value
	s := serve(t, 2, func(v tag.Value) error {
		mu.Lock()
		defer mu.Unlock()
		if f, _ := v.Float(); f > 98 {
			return errors.New("too hot")
		}
		got = append(got, v)
		return nil
	})
	c := connect(t, s.URL())
	value := func(v any) *ua.DataValue {
		return &ua.DataValue{EncodingMask: ua.DataValueValue, Value: ua.MustVariant(v)}
	}
	cases := []struct {
		what  string
		write ua.WriteValue
		want  ua.StatusCode
	}{
		{"fits", ua.WriteValue{NodeID: node(c, "n0"), AttributeID: ua.AttributeIDValue, Value: value(90.5)}, ua.StatusOK},
		{"too hot", ua.WriteValue{NodeID: node(c, "n0"), AttributeID: ua.AttributeIDValue, Value: value(98.5)}, ua.StatusBadOutOfRange},
		{"float32", ua.WriteValue{NodeID: node(c, "n0"), AttributeID: ua.AttributeIDValue, Value: value(float32(90))}, ua.StatusBadTypeMismatch},
		{"integer", ua.WriteValue{NodeID: node(c, "n0"), AttributeID: ua.AttributeIDValue, Value: value(int32(90))}, ua.StatusBadTypeMismatch},
		{"text", ua.WriteValue{NodeID: node(c, "n0"), AttributeID: ua.AttributeIDValue, Value: value("90")}, ua.StatusBadTypeMismatch},
		{"array", ua.WriteValue{NodeID: node(c, "n0"), AttributeID: ua.AttributeIDValue, Value: value([]float64{90})}, ua.StatusBadTypeMismatch},
		{"nothing", ua.WriteValue{NodeID: node(c, "n0"), AttributeID: ua.AttributeIDValue, Value: &ua.DataValue{}}, ua.StatusBadTypeMismatch},
		{"bad", ua.WriteValue{NodeID: node(c, "n0"), AttributeID: ua.AttributeIDValue, Value: &ua.DataValue{EncodingMask: ua.DataValueValue | ua.DataValueStatusCode, Status: ua.StatusBad, Value: ua.MustVariant(90.0)}}, ua.StatusBadWriteNotSupported},
		{"name", ua.WriteValue{NodeID: node(c, "n0"), AttributeID: ua.AttributeIDDisplayName, Value: value("n")}, ua.StatusBadNotWritable},
		{"slice", ua.WriteValue{NodeID: node(c, "n0"), AttributeID: ua.AttributeIDValue, IndexRange: "0:1", Value: value(90.0)}, ua.StatusBadIndexRangeInvalid},
		{"read-only", ua.WriteValue{NodeID: node(c, "n1"), AttributeID: ua.AttributeIDValue, Value: value(90.0)}, ua.StatusBadNotWritable},
		{"object", ua.WriteValue{NodeID: node(c, "line"), AttributeID: ua.AttributeIDValue, Value: value(90.0)}, ua.StatusBadNotWritable},
		{"unknown", ua.WriteValue{NodeID: node(c, "n99"), AttributeID: ua.AttributeIDValue, Value: value(90.0)}, ua.StatusBadNodeIDUnknown},
		{"the server's own", ua.WriteValue{NodeID: ua.NewNumericNodeID(0, id.Server_ServerStatus_State), AttributeID: ua.AttributeIDValue, Value: value(int32(1))}, ua.StatusBadNotWritable},
	}
	for _, x := range cases {
		resp, err := c.Write(t.Context(), &ua.WriteRequest{NodesToWrite: []*ua.WriteValue{&x.write}})
		if err != nil || resp.Results[0] != x.want {
			t.Errorf("%s: %v, %v; want %v", x.what, resp, err, x.want)
		}
	}
	if len(got) != 1 || got[0] != tag.FloatValue(90.5) {
		t.Errorf("the node was given %v", got)
	}
}

func TestTheTreeCanBeBrowsed(t *testing.T) {
	s := serve(t, 1200, func(tag.Value) error { return nil })
	c := connect(t, s.URL())
	find := func(from *opcua.Node, name string) *opcua.Node {
		t.Helper()
		nodes, err := from.ReferencedNodes(t.Context(), id.HierarchicalReferences, ua.BrowseDirectionForward, ua.NodeClassAll, true)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range nodes {
			if b, err := n.BrowseName(t.Context()); err == nil && b.Name == name {
				return n
			}
		}
		t.Fatalf("%s has no %s among its %d nodes", from.ID, name, len(nodes))
		return nil
	}
	line := find(c.Node(ua.NewNumericNodeID(0, id.ObjectsFolder)), "line")
	numbers := find(line, "numbers")
	refs, err := numbers.References(t.Context(), id.HasComponent, ua.BrowseDirectionForward, ua.NodeClassVariable, false)
	if err != nil || len(refs) != 1200 {
		t.Fatalf("the object has %d variables, %v", len(refs), err)
	}
	v := c.Node(refs[0].NodeID.NodeID)
	attrs, err := v.Attributes(t.Context(), ua.AttributeIDNodeClass, ua.AttributeIDDataType, ua.AttributeIDAccessLevel, ua.AttributeIDValueRank, ua.AttributeIDDisplayName, ua.AttributeIDEventNotifier)
	if err != nil {
		t.Fatal(err)
	}
	if attrs[0].Value.Int() != int64(ua.NodeClassVariable) || attrs[1].Value.NodeID().String() != "i=11" || attrs[2].Value.Uint() != 3 || attrs[3].Value.Int() != -1 || attrs[4].Value.LocalizedText().Text != "n0" || attrs[5].Status != ua.StatusBadAttributeIDInvalid {
		t.Errorf("attributes of n0: %v %v %v %v %v %v", attrs[0].Value.Value(), attrs[1].Value.Value(), attrs[2].Value.Value(), attrs[3].Value.Value(), attrs[4].Value.Value(), attrs[5].Status)
	}
	up, err := v.References(t.Context(), id.References, ua.BrowseDirectionBoth, ua.NodeClassAll, true)
	if err != nil || len(up) != 2 || up[0].NodeID.NodeID.IntID() != id.BaseDataVariableType || up[1].NodeID.NodeID.StringID() != "line.numbers" || up[1].IsForward {
		t.Errorf("n0 refers to %v, %v", up, err)
	}
	none, err := c.Browse(t.Context(), &ua.BrowseRequest{NodesToBrowse: []*ua.BrowseDescription{{NodeID: node(c, "none"), ReferenceTypeID: ua.NewTwoByteNodeID(0)}}})
	if err != nil || none.Results[0].StatusCode != ua.StatusBadNodeIDUnknown {
		t.Errorf("an unknown node was browsed: %+v, %v", none, err)
	}
}

func TestLimitsAreStatedAndKept(t *testing.T) {
	s := serve(t, 1, nil)
	c := connect(t, s.URL())
	v, err := c.Node(ua.NewNumericNodeID(0, id.Server_ServerCapabilities_OperationLimits_MaxMonitoredItemsPerCall)).Value(t.Context())
	if err != nil || v.Value() != uint32(maxPerCall) {
		t.Fatalf("the server states %v items per call, %v", v, err)
	}
	sub, _, _ := watch(t, c)
	var many []*ua.MonitoredItemCreateRequest
	for i := range maxPerCall + 1 {
		many = append(many, monitor(node(c, "n0"), uint32(i)))
	}
	if _, err := sub.Monitor(t.Context(), ua.TimestampsToReturnBoth, many...); !errors.Is(err, ua.StatusBadTooManyOperations) {
		t.Errorf("%d items in one call: %v", len(many), err)
	}
}

func TestSessionsKeepToTheirOwn(t *testing.T) {
	s := serve(t, 1, nil)
	a, b := connect(t, s.URL()), connect(t, s.URL())
	sub, notes, resp := watch(t, a, monitor(node(a, "n0"), 1))
	next(t, notes)
	send := func(req ua.Request) error {
		return b.Send(t.Context(), req, func(ua.Response) error { return nil })
	}
	for what, err := range map[string]error{
		"create":  send(&ua.CreateMonitoredItemsRequest{SubscriptionID: sub.SubscriptionID, ItemsToCreate: []*ua.MonitoredItemCreateRequest{monitor(node(b, "n0"), 1)}}),
		"delete":  send(&ua.DeleteMonitoredItemsRequest{SubscriptionID: sub.SubscriptionID, MonitoredItemIDs: []uint32{resp.Results[0].MonitoredItemID}}),
		"mode":    send(&ua.SetMonitoringModeRequest{SubscriptionID: sub.SubscriptionID, MonitoredItemIDs: []uint32{1}}),
		"modify":  send(&ua.ModifySubscriptionRequest{SubscriptionID: sub.SubscriptionID}),
		"publish": send(&ua.PublishRequest{SubscriptionAcknowledgements: []*ua.SubscriptionAcknowledgement{}}),
	} {
		want := ua.StatusBadSubscriptionIDInvalid
		if what == "publish" {
			want = ua.StatusBadNoSubscription
		}
		if !errors.Is(err, want) {
			t.Errorf("%s on the other session's subscription: %v", what, err)
		}
	}
	s.Publish([]tag.Sample{number(0, 5, time.Now())})
	next(t, notes)
}

// relay stands between client and server; it can be cut, or swallow everything.
type relay struct {
	net.Listener
	mu    sync.Mutex
	conns []net.Conn
	hole  chan struct{} // closed: nothing passes any more
}

func between(t *testing.T, url string) *relay {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{Listener: l, hole: make(chan struct{})}
	pass := func(to, from net.Conn) {
		buf := make([]byte, 4096)
		for {
			n, err := from.Read(buf)
			if err != nil {
				return
			}
			select {
			case <-r.hole:
				<-t.Context().Done()
				return
			default:
			}
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
	}
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", strings.TrimPrefix(url, "opc.tcp://"))
			if err != nil {
				in.Close()
				return
			}
			r.mu.Lock()
			r.conns = append(r.conns, in, out)
			r.mu.Unlock()
			go pass(in, out)
			go pass(out, in)
		}
	}()
	t.Cleanup(r.cut)
	return r
}

func (r *relay) url() string { return "opc.tcp://" + r.Addr().String() }

func (r *relay) cut() {
	r.Close()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.conns {
		c.Close()
	}
}

// subscriptions is how many the server holds.
func (s *Server) subscriptions() int {
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	return len(s.desk.subs)
}

func TestAClientThatGoesAwayDisturbsNobody(t *testing.T) {
	s := serve(t, 500, nil)
	stay := connect(t, s.URL())
	_, notes, _ := watch(t, stay, monitor(node(stay, "n0"), 1))
	next(t, notes)
	ways := map[string]func(*relay, *opcua.Client){
		"cut":        func(r *relay, _ *opcua.Client) { r.cut() },
		"black hole": func(r *relay, _ *opcua.Client) { close(r.hole) },
		"closed": func(_ *relay, c *opcua.Client) {
			ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
			defer cancel()
			_ = c.Close(ctx)
		},
	}
	for way, leave := range ways {
		r := between(t, s.URL())
		c := connect(t, r.url())
		var items []*ua.MonitoredItemCreateRequest
		for i := range 500 {
			items = append(items, monitor(node(c, fmt.Sprintf("n%d", i)), uint32(i)))
		}
		_, other, _ := watch(t, c, items...)
		next(t, other)
		done := make(chan struct{})
		go func() {
			defer close(done)
			for i := range 200 {
				if i == 50 {
					leave(r, c)
				}
				var batch []tag.Sample
				for k := range 500 {
					batch = append(batch, number(k, float64(i), time.Now()))
				}
				s.Publish(batch)
				time.Sleep(2 * time.Millisecond)
			}
		}()
		select {
		case <-done:
		case <-time.After(time.Minute):
			t.Fatalf("%s: publishing hung", way)
		}
		for next(t, notes).Value.Value.Float() != 199 { // the other client sees everything to the end
		}
		deadline := time.Now().Add(30 * time.Second)
		for way != "black hole" && s.subscriptions() > 1 && time.Now().Before(deadline) {
			time.Sleep(20 * time.Millisecond)
		}
		if n := s.subscriptions(); way != "black hole" && n != 1 {
			t.Errorf("%s: the server still holds %d subscriptions", way, n)
		}
		r.cut()
		deadline = time.Now().Add(30 * time.Second)
		for s.subscriptions() > 1 && time.Now().Before(deadline) {
			time.Sleep(20 * time.Millisecond)
		}
		if n := s.subscriptions(); n != 1 {
			t.Errorf("%s, then cut: the server still holds %d subscriptions", way, n)
		}
	}
}

func TestTheAddressMustBeFreeAndOnThisMachine(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	cases := map[string]errs.Kind{
		l.Addr().String(): errs.Unavailable,
		"0.0.0.0:4841":    errs.Invalid, "192.0.2.1:4841": errs.Invalid, "example.org:4841": errs.Invalid,
		"127.0.0.1": errs.Invalid, "127.0.0.1:opc": errs.Invalid, "127.0.0.1:70000": errs.Invalid, "": errs.Invalid,
	}
	for listen, kind := range cases {
		_, err := Start(t.Context(), Options{Listen: listen, Namespace: urn})
		if err == nil || errs.KindOf(err) != kind || len(strings.Fields(err.Error())) < 8 {
			t.Errorf("%q: %v", listen, err)
		}
		if kind == errs.Unavailable && !errors.Is(err, syscall.EADDRINUSE) {
			t.Errorf("%q: %v does not say that the address is in use", listen, err)
		}
	}
}

func TestNodesMustBeWhole(t *testing.T) {
	for name, nodes := range map[string][]Node{
		"twice":     {{ID: "a", Type: Double}, {ID: "a", Type: Double}},
		"no id":     {{Type: Double}},
		"no type":   {{ID: "a"}},
		"an object": {{ID: "a.b", Path: []string{"a"}, Type: Double}, {ID: "a", Type: Double}},
	} {
		if _, err := Start(t.Context(), Options{Listen: "127.0.0.1:0", Namespace: urn, Nodes: nodes}); err == nil {
			t.Errorf("%s: the nodes were served", name)
		}
	}
}
