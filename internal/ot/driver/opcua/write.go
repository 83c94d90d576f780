package opcua

import (
	"context"
	"errors"
	"fmt"

	"millwright/internal/errs"
	"millwright/internal/ot/driver"
	"millwright/internal/ot/driver/opcua/nodes"
	"millwright/internal/ot/driver/opcua/secure"
	"millwright/internal/ot/driver/opcua/session"
	"millwright/internal/ot/driver/opcua/wire"
	"millwright/internal/ot/tag"

	"github.com/gopcua/opcua/ua"
)

// Write implements driver.Writer: it sends a value in exactly the type that the node has, over the
// running session only. What does not fit is refused with words for who wanted it. When the answer
// is lost the error is driver.ErrOutcomeUnknown.
func (d *Driver) Write(ctx context.Context, addr string, v tag.Value) error {
	s := d.current()
	if s == nil {
		return errs.New(errs.Unavailable, "write %s: there is no connection to %s just now; nothing was written", addr, d.cfg.Endpoint)
	}
	a, err := session.ParseAddress(addr)
	if err != nil {
		return errs.New(errs.Invalid, "write: %w", err)
	}
	err = put(ctx, s, a, v)
	if literal, can := a.Literal(); can && errs.KindOf(err) == errs.NotFound {
		err = put(ctx, s, literal, v)
	}
	return about(addr, err)
}

// about puts the address in front of an error and keeps its kind.
func about(addr string, err error) error {
	var e *errs.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &e):
		return errs.New(e.Kind, "write %s: %w", addr, err)
	}
	return fmt.Errorf("write %s: %w", addr, err)
}

// put writes one value.
func put(ctx context.Context, s *session.Session, a session.Address, v tag.Value) error {
	node, known := a.Node(s.Namespaces())
	if !known {
		return errs.New(errs.NotFound, "the server has no namespace %q", a.URI)
	}
	value, err := fitting(ctx, s, target{node, a.Element}, v)
	if err != nil {
		return err
	}
	req := &ua.WriteRequest{NodesToWrite: []*ua.WriteValue{{
		NodeID: node, AttributeID: ua.AttributeIDValue, IndexRange: a.Element,
		Value: &ua.DataValue{EncodingMask: ua.DataValueValue, Value: value},
	}}}
	var resp ua.WriteResponse
	err = s.Call(ctx, req, &resp)
	var status secure.Status
	switch {
	case errors.As(err, &status):
		return refusal(status)
	case err != nil:
		return fmt.Errorf("%w: %w", driver.ErrOutcomeUnknown, err)
	case len(resp.Results) != 1:
		return fmt.Errorf("%w: the server answers with %d results", driver.ErrOutcomeUnknown, len(resp.Results))
	}
	return refusal(secure.Status(resp.Results[0]))
}

// refusal makes a sentence of a status that is bad.
func refusal(s secure.Status) error {
	if !tag.Quality(s).Bad() {
		return nil
	}
	switch ua.StatusCode(s) {
	case ua.StatusBadTimeout, ua.StatusBadRequestTimeout, ua.StatusBadRequestInterrupted, ua.StatusBadCommunicationError, ua.StatusBadConnectionClosed:
		// A gateway has passed it on, and the device behind it has not answered.
		return fmt.Errorf("%w: the machine says %w", driver.ErrOutcomeUnknown, s)
	case ua.StatusBadNotWritable, ua.StatusBadUserAccessDenied, ua.StatusBadWriteNotSupported:
		return errs.New(errs.Forbidden, "the machine does not let this connection write here (%w)", s)
	case ua.StatusBadOutOfRange, ua.StatusBadTypeMismatch:
		return errs.New(errs.Invalid, "the machine refuses the value (%w)", s)
	}
	if wire.NotThere(tag.Quality(s)) {
		return errs.New(errs.NotFound, "the machine has no such value (%w)", s)
	}
	return errs.New(errs.Unavailable, "the machine could not take the value (%w)", s)
}

// target is what to write to.
type target struct {
	node    *ua.NodeID
	element string
}

// fitting makes the value in the type that the node has: that of its present value, or, when it has
// none to show, that of its data type.
func fitting(ctx context.Context, s *session.Session, at target, v tag.Value) (*ua.Variant, error) {
	got, err := s.Read(ctx, []*ua.ReadValueID{
		session.Reading(at.node, ua.AttributeIDValue, at.element),
		session.Reading(at.node, ua.AttributeIDDataType, ""),
	})
	if err != nil {
		return nil, errs.New(errs.Unavailable, "the machine does not tell the type of the value: %w", err)
	}
	value, kind := got[0], got[0].Type
	if wire.NotThere(value.Sample.Quality) {
		return nil, refusal(secure.Status(value.Sample.Quality))
	}
	if value.Array && at.element == "" {
		return nil, errs.New(errs.Invalid, "this is an array: name one element, such as [0]")
	}
	if kind == ua.TypeIDNull {
		kind, err = builtIn(ctx, s, got[1])
		if err != nil {
			return nil, err
		}
	}
	return wire.Variant(v, kind, at.element != "")
}

// builtIn finds the built-in type that values of a data type have.
func builtIn(ctx context.Context, s *session.Session, dataType wire.Reading) (ua.TypeID, error) {
	text, is := dataType.Sample.Value.Text()
	if !is || dataType.Sample.Quality.Bad() {
		return 0, errs.New(errs.Unavailable, "the machine does not tell the type of the value")
	}
	found, err := nodes.BuiltIns(ctx, s, []string{text})
	if err != nil {
		return 0, err
	}
	if found[text] == ua.TypeIDNull {
		return 0, errs.New(errs.Invalid, "values of the machine's type %s cannot be written", text)
	}
	return found[text], nil
}
