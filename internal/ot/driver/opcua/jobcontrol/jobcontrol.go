// Package jobcontrol gives a machine job orders over the methods of ISA95JobOrderReceiverObjectType (OPC 10031-4 version 2), and reads how they stand.
package jobcontrol

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"millwright/internal/errs"
	"millwright/internal/ot/driver"
	"millwright/internal/ot/driver/opcua/secure"
	"millwright/internal/ot/driver/opcua/session"
	"millwright/internal/ot/driver/opcua/wire"

	"github.com/gopcua/opcua/id"
	"github.com/gopcua/opcua/ua"
)

// Namespace is that of the job control model.
const Namespace = "http://opcfoundation.org/UA/ISA95-JOBCONTROL_V2/"

// Receiver is an object of a session that takes job orders.
type Receiver struct {
	s        *session.Session
	node     *ua.NodeID
	methods  map[string]*ua.NodeID
	list     *ua.NodeID
	encoding *ua.NodeID // of ISA95JobOrderDataType
	answers  *answers   // of a job response provider beside it; nil when there is none
}

// answers is where a machine says what became of orders that it has in its list no more.
type answers struct{ node, method *ua.NodeID }

// Find looks at a node and makes sure that it takes job orders.
func Find(ctx context.Context, s *session.Session, node *ua.NodeID) (*Receiver, error) {
	r := &Receiver{s: s, node: node, methods: map[string]*ua.NodeID{}}
	parts, err := r.children(ctx, node)
	if err != nil {
		return nil, err
	}
	for _, p := range parts {
		at := p.NodeID.NodeID
		switch {
		case p.NodeClass == ua.NodeClassMethod:
			r.methods[p.BrowseName.Name] = at
		case p.BrowseName.Name == "JobOrderList":
			r.list = at
		}
	}
	if r.list == nil || r.methods[string(driver.JobStore)] == nil || r.methods[string(driver.JobStart)] == nil {
		return nil, errs.New(errs.Invalid, "node %s takes no job orders: it lacks JobOrderList, Store or Start of OPC 10031-4", node)
	}
	if r.encoding, err = r.encodingOf(ctx, r.methods[string(driver.JobStore)]); err != nil {
		return nil, err
	}
	r.answers, err = r.provider(ctx)
	return r, err
}

// maxParts is how many nodes stand below a receiver at most.
const maxParts = 1000

// children gives what stands directly below a node.
func (r *Receiver) children(ctx context.Context, node *ua.NodeID) ([]*ua.ReferenceDescription, error) {
	return r.references(ctx, &ua.BrowseDescription{
		NodeID: node, BrowseDirection: ua.BrowseDirectionForward, ReferenceTypeID: ua.NewTwoByteNodeID(id.HierarchicalReferences),
		IncludeSubtypes: true, ResultMask: uint32(ua.BrowseResultMaskAll),
	})
}

func (r *Receiver) references(ctx context.Context, what *ua.BrowseDescription) ([]*ua.ReferenceDescription, error) {
	var resp ua.BrowseResponse
	req := &ua.BrowseRequest{
		View: &ua.ViewDescription{ViewID: ua.NewTwoByteNodeID(0)}, RequestedMaxReferencesPerNode: maxParts,
		NodesToBrowse: []*ua.BrowseDescription{what},
	}
	if err := r.s.Call(ctx, req, &resp); err != nil {
		return nil, err
	}
	if len(resp.Results) != 1 {
		return nil, wire.ErrMalformed
	}
	if status := resp.Results[0].StatusCode; status&ua.StatusBad != 0 {
		return nil, errs.New(errs.NotFound, "the server does not know node %s (%w)", what.NodeID, secure.Status(status))
	}
	return slices.DeleteFunc(resp.Results[0].References, func(ref *ua.ReferenceDescription) bool {
		return ref.NodeID == nil || ref.NodeID.NodeID == nil || ref.NodeID.HasServerIndex() || ref.BrowseName == nil
	}), nil
}

// encodingOf finds how a job order is encoded: by the type of the first argument that the server itself says Store has.
func (r *Receiver) encodingOf(ctx context.Context, store *ua.NodeID) (*ua.NodeID, error) {
	parts, err := r.children(ctx, store)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(parts, func(p *ua.ReferenceDescription) bool { return p.BrowseName.Name == "InputArguments" })
	if i < 0 {
		return nil, errs.New(errs.Invalid, "the machine does not say which arguments Store takes")
	}
	var resp ua.ReadResponse
	req := &ua.ReadRequest{TimestampsToReturn: ua.TimestampsToReturnNeither, NodesToRead: []*ua.ReadValueID{session.Reading(parts[i].NodeID.NodeID, ua.AttributeIDValue, "")}}
	if err := r.s.Call(ctx, req, &resp); err != nil {
		return nil, err
	}
	kind := firstArgument(&resp)
	if kind == nil {
		return nil, errs.New(errs.Invalid, "the machine does not say which arguments Store takes")
	}
	encodings, err := r.references(ctx, &ua.BrowseDescription{
		NodeID: kind, BrowseDirection: ua.BrowseDirectionForward, ReferenceTypeID: ua.NewTwoByteNodeID(id.HasEncoding),
		IncludeSubtypes: true, ResultMask: uint32(ua.BrowseResultMaskAll),
	})
	if err != nil {
		return nil, err
	}
	for _, e := range encodings {
		if e.BrowseName.Name == "Default Binary" {
			return e.NodeID.NodeID, nil
		}
	}
	return nil, errs.New(errs.Invalid, "the machine's job orders (%s) have no binary encoding", kind)
}

func firstArgument(resp *ua.ReadResponse) *ua.NodeID {
	if len(resp.Results) != 1 || resp.Results[0].Value == nil {
		return nil
	}
	objects, is := resp.Results[0].Value.Value().([]*ua.ExtensionObject)
	if !is || len(objects) == 0 || objects[0] == nil {
		return nil
	}
	if a, is := objects[0].Value.(*ua.Argument); is {
		return a.DataType
	}
	return nil
}

// provider looks for the object that answers for orders, beside the receiver.
func (r *Receiver) provider(ctx context.Context) (*answers, error) {
	above, err := r.references(ctx, &ua.BrowseDescription{
		NodeID: r.node, BrowseDirection: ua.BrowseDirectionInverse, ReferenceTypeID: ua.NewTwoByteNodeID(id.HierarchicalReferences),
		IncludeSubtypes: true, ResultMask: uint32(ua.BrowseResultMaskAll),
	})
	if err != nil || len(above) == 0 {
		return nil, err
	}
	beside, err := r.children(ctx, above[0].NodeID.NodeID)
	if err != nil {
		return nil, err
	}
	for _, b := range beside[:min(len(beside), 50)] {
		if b.NodeClass != ua.NodeClassObject || b.NodeID.NodeID.String() == r.node.String() {
			continue
		}
		parts, err := r.children(ctx, b.NodeID.NodeID)
		if err != nil {
			return nil, err
		}
		for _, p := range parts {
			if p.BrowseName.Name == "RequestJobResponseByJobOrderID" {
				return &answers{b.NodeID.NodeID, p.NodeID.NodeID}, nil
			}
		}
	}
	return nil, nil
}

// Orders gives the job orders that the machine has.
func (r *Receiver) Orders(ctx context.Context) (all []driver.JobStanding, err error) {
	req := &ua.ReadRequest{TimestampsToReturn: ua.TimestampsToReturnNeither, NodesToRead: []*ua.ReadValueID{session.Reading(r.list, ua.AttributeIDValue, "")}}
	err = r.s.Ask(ctx, req, id.ReadResponse_Encoding_DefaultBinary, func(in *wire.Reader) (err error) {
		all, err = list(in)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the machine's job orders: %w", err)
	}
	return all, nil
}

// Became asks what became of an order; JobUnknown when the machine has nobody to ask, or does not know it.
func (r *Receiver) Became(ctx context.Context, order string) (state driver.JobState, err error) {
	if r.answers == nil {
		return driver.JobUnknown, nil
	}
	req := &ua.CallRequest{MethodsToCall: []*ua.CallMethodRequest{{
		ObjectID: r.answers.node, MethodID: r.answers.method, InputArguments: []*ua.Variant{ua.MustVariant(order)},
	}}}
	err = r.s.Ask(ctx, req, id.CallResponse_Encoding_DefaultBinary, func(in *wire.Reader) (err error) {
		state, err = response(in)
		return err
	})
	return state, err
}

// Command asks for something to be done with a job order.
func (r *Receiver) Command(ctx context.Context, a Asked) error {
	do, o := a.Do, a.Order
	method := r.methods[string(do)]
	if method == nil {
		return errs.New(errs.Invalid, "the machine has no method %s for job orders", do)
	}
	first := ua.MustVariant(o.ID)
	if do == driver.JobStore || do == driver.JobStoreAndStart || do == driver.JobUpdate {
		kind := &ua.ExpandedNodeID{NodeID: r.encoding}
		first = ua.MustVariant(&ua.ExtensionObject{EncodingMask: ua.ExtensionObjectBinary, TypeID: kind, Value: body{o}})
	}
	req := &ua.CallRequest{MethodsToCall: []*ua.CallMethodRequest{{
		ObjectID: r.node, MethodID: method, InputArguments: []*ua.Variant{first, comment(a.Why)},
	}}}
	var resp ua.CallResponse
	err := r.s.Call(ctx, req, &resp)
	var status secure.Status
	switch {
	case errors.As(err, &status):
		return refused(do, o.ID, status.Error())
	case err != nil:
		return fmt.Errorf("%w: %w", driver.ErrOutcomeUnknown, err)
	case len(resp.Results) != 1:
		return fmt.Errorf("%w: the server answers with %d results", driver.ErrOutcomeUnknown, len(resp.Results))
	}
	return verdict(do, o.ID, resp.Results[0])
}

// verdict reads what a method says: its own status, and the bits of the model's (OPC 10031-4 annex B.2).
func verdict(do driver.JobCommand, order string, r *ua.CallMethodResult) error {
	if r.StatusCode&ua.StatusBad != 0 {
		return refused(do, order, wire.Status(uint32(r.StatusCode)))
	}
	if len(r.OutputArguments) == 0 || r.OutputArguments[0] == nil {
		return nil
	}
	bits, is := r.OutputArguments[0].Value().(uint64)
	if !is || bits == 0 || bits&1 != 0 { // bit 0 is "no error"; some say nothing at all
		return nil
	}
	var words []string
	for _, b := range []struct {
		bit  int
		word string
	}{{1, "unknown job order"}, {2, "invalid command"}, {3, "invalid state of the job order"}, {4, "it cannot take the job order"}, {32, "invalid request"}} {
		if bits&(1<<b.bit) != 0 {
			words = append(words, b.word)
		}
	}
	if len(words) == 0 {
		words = append(words, fmt.Sprintf("status %#x", bits))
	}
	return refused(do, order, strings.Join(words, ", "))
}

func refused(do driver.JobCommand, order, words string) error {
	return errs.New(errs.Conflict, "the machine refuses %s of job order %s: %s", do, order, words)
}
