package nodes

import (
	"context"
	"errors"
	"slices"

	"millwright/internal/ot/driver/opcua/secure"
	"millwright/internal/ot/driver/opcua/session"
	"millwright/internal/ot/driver/opcua/wire"
	"millwright/internal/ot/tag"

	"github.com/gopcua/opcua/id"
	"github.com/gopcua/opcua/ua"
)

// The bounds of following references.
const (
	maxPages    = 10_000 // answers to one request
	maxPerReply = 2000   // references of one node in one answer
	maxAnswer   = 20_000 // references in one answer, as far as it can be asked for
	minPerReply = 200
	maxTogether = 30_000 // references that are followed together
)

// errTogether is what is left out when more is found than is followed together: each alone may be followed.
var errTogether = errors.New("there is more than is listed at once")

// listing is what one node refers to.
type listing struct {
	refs []*ua.ReferenceDescription
	seen map[string]bool
	err  error // of this node alone; the beginning may be there all the same
}

// quest follows the references of many nodes, as many a request as the server takes.
type quest struct {
	s     *session.Session
	what  []*ua.BrowseDescription
	lists []listing
	limit int // references of one node
	batch int // nodes in one request
	found int
}

// unread is a node of whose references more are to come.
type unread struct {
	list  int
	point []byte
}

// references gives what each node refers to of this server, each once, up to limit. What cannot be told of one node is
// an error of its listing; an error of the whole is the session's.
func references(ctx context.Context, s *session.Session, what []*ua.BrowseDescription, limit int) ([]listing, error) {
	q := quest{s: s, what: what, lists: make([]listing, len(what)), limit: limit, batch: s.Limits.Browse}
	todo := make([]int, len(what))
	for i := range what {
		todo[i], q.lists[i].seen = i, map[string]bool{}
	}
	var alone []int
	for len(todo) > 0 {
		part := todo[:min(len(todo), q.batch)]
		todo = todo[len(part):]
		again, err := q.ask(ctx, part)
		if tooMany(err) && len(part) > 1 {
			q.batch = len(part) / 2
			todo = slices.Concat(part, todo)
			continue
		}
		if err != nil {
			return nil, err
		}
		alone = append(alone, again...)
	}
	for _, i := range alone {
		again, err := q.ask(ctx, []int{i})
		if err != nil {
			return nil, err
		}
		if len(again) > 0 {
			q.lists[i].err = secure.Status(ua.StatusBadNoContinuationPoints)
		}
	}
	return q.lists, nil
}

// tooMany tells that a server found a request, or its answer, too large.
func tooMany(err error) bool {
	var status secure.Status
	if !errors.As(err, &status) {
		return false
	}
	switch ua.StatusCode(status) {
	case ua.StatusBadTooManyOperations, ua.StatusBadRequestTooLarge, ua.StatusBadEncodingLimitsExceeded, ua.StatusBadResponseTooLarge:
		return true
	}
	return false
}

// ask follows some nodes to their ends. again are those for which the server had no continuation point left.
func (q *quest) ask(ctx context.Context, part []int) (again []int, err error) {
	if q.found >= maxTogether {
		for _, i := range part {
			q.lists[i].err = errTogether
		}
		return nil, nil
	}
	open, again, err := q.first(ctx, part)
	for range maxPages {
		if err != nil {
			return nil, err
		}
		if open, err = q.enough(ctx, open); len(open) == 0 || err != nil {
			return again, err
		}
		open, err = q.next(ctx, open)
	}
	return again, q.release(ctx, open)
}

// first asks for the beginning of each node's references.
func (q *quest) first(ctx context.Context, part []int) (open []unread, again []int, err error) {
	req := &ua.BrowseRequest{
		View:                          &ua.ViewDescription{ViewID: ua.NewTwoByteNodeID(0)},
		RequestedMaxReferencesPerNode: uint32(min(max(maxAnswer/len(part), minPerReply), maxPerReply)),
	}
	for _, i := range part {
		req.NodesToBrowse = append(req.NodesToBrowse, q.what[i])
	}
	results, err := q.results(ctx, req, id.BrowseResponse_Encoding_DefaultBinary, len(part))
	if err != nil {
		return nil, nil, err
	}
	for k, i := range part {
		if results[k].StatusCode == ua.StatusBadNoContinuationPoints {
			again = append(again, i)
			continue
		}
		open = q.put(open, i, results[k])
	}
	return open, again, nil
}

// next asks for more of nodes that have more.
func (q *quest) next(ctx context.Context, open []unread) (still []unread, err error) {
	results, err := q.results(ctx, goOn(open), id.BrowseNextResponse_Encoding_DefaultBinary, len(open))
	if err != nil {
		return nil, err
	}
	for k, o := range open {
		still = q.put(still, o.list, results[k])
	}
	return still, nil
}

// results gives the answer to a request about n nodes.
func (q *quest) results(ctx context.Context, req ua.Request, want uint32, n int) (results []*ua.BrowseResult, err error) {
	err = q.s.Ask(ctx, req, want, func(r *wire.Reader) (err error) {
		results, err = r.Browsed()
		return err
	})
	if err == nil && len(results) != n {
		err = wire.ErrMalformed
	}
	return results, err
}

// put takes one answer about a node over.
func (q *quest) put(open []unread, i int, page *ua.BrowseResult) []unread {
	l := &q.lists[i]
	if tag.Quality(page.StatusCode).Bad() {
		l.err = secure.Status(page.StatusCode)
		return open
	}
	for _, ref := range page.References {
		key := ref.NodeID.String()
		if ref.NodeID.HasServerIndex() || l.seen[key] || len(l.refs) == q.limit {
			continue
		}
		l.seen[key] = true
		l.refs = append(l.refs, ref)
		q.found++
	}
	if len(page.ContinuationPoint) == 0 {
		return open
	}
	return append(open, unread{i, page.ContinuationPoint})
}

// enough lets go of nodes of which as much is there as was wanted, and gives the others.
func (q *quest) enough(ctx context.Context, open []unread) (more []unread, err error) {
	var full []unread
	for _, o := range open {
		switch l := &q.lists[o.list]; {
		case len(l.refs) == q.limit:
			full = append(full, o)
		case q.found >= maxTogether && len(q.lists) > 1:
			l.err = errTogether
			full = append(full, o)
		default:
			more = append(more, o)
		}
	}
	return more, q.release(ctx, full)
}

// release lets the server forget where a listing stopped: it keeps few of these.
func (q *quest) release(ctx context.Context, open []unread) error {
	if len(open) == 0 {
		return nil
	}
	req := goOn(open)
	req.ReleaseContinuationPoints = true
	return q.s.Call(ctx, req, new(ua.BrowseNextResponse))
}

func goOn(open []unread) *ua.BrowseNextRequest {
	req := new(ua.BrowseNextRequest)
	for _, o := range open {
		req.ContinuationPoints = append(req.ContinuationPoints, o.point)
	}
	return req
}

// down asks for the objects and variables below a node.
func down(node *ua.NodeID) *ua.BrowseDescription {
	return &ua.BrowseDescription{
		NodeID: node, BrowseDirection: ua.BrowseDirectionForward, ReferenceTypeID: ua.NewTwoByteNodeID(id.HierarchicalReferences),
		IncludeSubtypes: true, NodeClassMask: uint32(ua.NodeClassObject | ua.NodeClassVariable), ResultMask: uint32(ua.BrowseResultMaskAll),
	}
}

// up asks for the type that a data type is a kind of.
func up(dataType *ua.NodeID) *ua.BrowseDescription {
	return &ua.BrowseDescription{
		NodeID: dataType, BrowseDirection: ua.BrowseDirectionInverse, ReferenceTypeID: ua.NewTwoByteNodeID(id.HasSubtype),
		IncludeSubtypes: true, ResultMask: uint32(ua.BrowseResultMaskReferenceTypeID),
	}
}

// properties asks for the properties of a variable.
func properties(node *ua.NodeID) *ua.BrowseDescription {
	return &ua.BrowseDescription{
		NodeID: node, BrowseDirection: ua.BrowseDirectionForward, ReferenceTypeID: ua.NewTwoByteNodeID(id.HasProperty),
		IncludeSubtypes: true, NodeClassMask: uint32(ua.NodeClassVariable), ResultMask: uint32(ua.BrowseResultMaskAll),
	}
}
