package session

import (
	"context"
	"fmt"
	"sync"
	"time"

	"millwright/internal/ot/driver/opcua/secure"
	"millwright/internal/ot/driver/opcua/wire"
	"millwright/internal/ot/tag"

	"github.com/gopcua/opcua/id"
	"github.com/gopcua/opcua/ua"
)

// Limits are what the server takes in one request; a server that does not say gets ours.
type Limits struct{ Read, Browse, Items int }

// The most we ask of a server in one request, how many reads are on their way to it at once, and the most namespaces we
// believe it to have. A browse may have a long answer for each of its nodes.
const (
	maxNodes      = 1000
	maxBrowsed    = 100
	maxReads      = 4
	maxNamespaces = 10_000
)

// learn reads what a session needs to know of its server.
func (s *Session) learn(ctx context.Context) error {
	if err := s.LearnNamespaces(ctx); err != nil {
		return err
	}
	// The first read must stay below whatever limit the server has.
	s.Limits = Limits{Read: 2, Browse: 1, Items: maxNodes}
	ids := []uint32{
		id.Server_ServerCapabilities_OperationLimits_MaxNodesPerRead, id.Server_ServerCapabilities_OperationLimits_MaxMonitoredItemsPerCall,
		id.Server_ServerCapabilities_OperationLimits_MaxNodesPerBrowse,
	}
	nodes := make([]*ua.ReadValueID, len(ids))
	for i := range ids {
		nodes[i] = Reading(ua.NewNumericNodeID(0, ids[i]), ua.AttributeIDValue, "")
	}
	values, err := s.Read(ctx, nodes)
	if err != nil {
		return fmt.Errorf("read the server's limits: %w", err)
	}
	s.Limits = Limits{Read: limit(values[0].Sample, maxNodes), Items: limit(values[1].Sample, maxNodes), Browse: limit(values[2].Sample, maxBrowsed)}
	return nil
}

func limit(s tag.Sample, most int) int {
	n, ok := s.Value.Uint()
	if !ok || !s.Quality.Good() || n == 0 {
		return most
	}
	return int(min(n, uint64(most)))
}

// LearnNamespaces reads the server's namespaces anew.
func (s *Session) LearnNamespaces(ctx context.Context) error {
	req := readRequest([]*ua.ReadValueID{Reading(ua.NewNumericNodeID(0, id.Server_NamespaceArray), ua.AttributeIDValue, "")})
	err := s.Ask(ctx, req, id.ReadResponse_Encoding_DefaultBinary, func(r *wire.Reader) error {
		names, err := r.Texts(maxNamespaces)
		if err == nil { // otherwise those known so far stay
			s.names.Store(&names)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("read the server's namespaces: %w", err)
	}
	return nil
}

// Namespaces are the URIs of the server's namespaces, by index.
func (s *Session) Namespaces() []string { return *s.names.Load() }

// Ask sends a request and reads its answer within the time that one may take.
func (s *Session) Ask(ctx context.Context, req ua.Request, want uint32, read func(*wire.Reader) error) error {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	return s.Channel.Ask(ctx, req, want, read)
}

// Call sends a request and decodes its answer within the time that one may take.
func (s *Session) Call(ctx context.Context, req ua.Request, resp ua.Response) error {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	return s.Channel.Call(ctx, req, resp)
}

// Probe asks for the server's time without waiting for it; done is called when the answer came.
func (s *Session) Probe(done func()) error {
	clock := Reading(ua.NewNumericNodeID(0, id.Server_ServerStatus_CurrentTime), ua.AttributeIDValue, "")
	return s.Post(readRequest([]*ua.ReadValueID{clock}), s.timeout, func(secure.Reply) { done() })
}

// Reading names an attribute to read; element is the index of an array's element, or "".
func Reading(node *ua.NodeID, attribute ua.AttributeID, element string) *ua.ReadValueID {
	return &ua.ReadValueID{NodeID: node, AttributeID: attribute, IndexRange: element, DataEncoding: &ua.QualifiedName{}}
}

func readRequest(nodes []*ua.ReadValueID) *ua.ReadRequest {
	return &ua.ReadRequest{TimestampsToReturn: ua.TimestampsToReturnBoth, NodesToRead: nodes}
}

// Read reads attributes, in as many requests as the server's limit asks for, some of them at once.
func (s *Session) Read(ctx context.Context, nodes []*ua.ReadValueID) ([]wire.Reading, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	out, turns := make([]wire.Reading, len(nodes)), make(chan struct{}, maxReads)
	var all sync.WaitGroup
	for from := 0; from < len(nodes) && ctx.Err() == nil; from += s.Limits.Read {
		to := min(from+s.Limits.Read, len(nodes))
		turns <- struct{}{}
		all.Go(func() {
			defer func() { <-turns }()
			some, err := s.readPart(ctx, nodes[from:to])
			if err != nil {
				cancel(err)
			}
			copy(out[from:to], some)
		})
	}
	all.Wait()
	return out, context.Cause(ctx)
}

func (s *Session) readPart(ctx context.Context, nodes []*ua.ReadValueID) (out []wire.Reading, err error) {
	elements := make([]bool, len(nodes))
	for i, n := range nodes {
		elements[i] = n.IndexRange != ""
	}
	err = s.Ask(ctx, readRequest(nodes), id.ReadResponse_Encoding_DefaultBinary, func(r *wire.Reader) (err error) {
		out, err = r.Readings(elements, time.Now())
		return err
	})
	return out, err
}
