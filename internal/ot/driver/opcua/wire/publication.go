package wire

import (
	"time"

	"millwright/internal/ot/tag"

	"github.com/gopcua/opcua/id"
	"github.com/gopcua/opcua/ua"
)

// Item is what a monitored item's handle stands for: handle n is the n-th item.
type Item struct {
	Tag     tag.ID
	Element bool // one element of an array was asked for
	Gone    bool // the server's last word was that it is not there; Publication keeps it
}

// Publication is one publish response.
type Publication struct {
	Subscription uint32
	Sequence     uint32 // of a keep-alive: the number the next message will have
	KeepAlive    bool
	Samples      []tag.Sample // owned by the caller; empty for a keep-alive
	Gone         []uint32     // handles of what the server says is not there
	Back         []uint32     // handles of what was not there before, and is now
	Ended        tag.Quality  // not Good when the server ended the subscription
}

// Publication takes the body of a publish response.
func (r *Reader) Publication(items []Item, now time.Time) (Publication, error) {
	var p Publication
	p.Subscription = r.Uint32()
	r.skip(4 * r.count(4)) // numbers that could be asked for again
	r.skip(1)              // more to come: the answers to the next requests bring it
	p.Sequence = r.Uint32()
	r.skip(8) // time of the publication
	notifications := r.count(3)
	p.KeepAlive = notifications == 0
	now = now.UTC().Truncate(time.Microsecond)
	for range notifications {
		kind := r.TypeID()
		if r.Uint8() == 0 {
			continue
		}
		body := Reader{b: r.String()}
		switch kind {
		case id.DataChangeNotification_Encoding_DefaultBinary:
			body.changes(&p, items, now)
		case id.StatusChangeNotification_Encoding_DefaultBinary:
			p.Ended = tag.Quality(body.Uint32())
		}
		if r.bad = r.bad || body.bad; r.bad {
			break
		}
	}
	return p, r.Err()
}

// changes takes the values of a data change notification.
func (r *Reader) changes(p *Publication, items []Item, now time.Time) {
	n := r.count(5)
	if p.Samples == nil {
		p.Samples = make([]tag.Sample, 0, n)
	}
	for range n {
		handle := r.Uint32()
		known := int64(handle) < int64(len(items))
		var item Item
		if known {
			item = items[handle]
		}
		p.Samples = append(p.Samples, tag.Sample{Tag: item.Tag})
		s := &p.Samples[len(p.Samples)-1]
		r.dataValue(s, item.Element, now)
		if r.bad {
			return
		}
		if !known {
			p.Samples = p.Samples[:len(p.Samples)-1]
			continue
		}
		switch gone := NotThere(s.Quality); {
		case gone:
			p.Gone = append(p.Gone, handle)
			items[handle].Gone = true
		case item.Gone:
			p.Back = append(p.Back, handle)
			items[handle].Gone = false
		}
	}
}

// NotThere tells that a server knows no such node, or no such element of its array.
func NotThere(q tag.Quality) bool {
	switch ua.StatusCode(q) {
	case ua.StatusBadNodeIDUnknown, ua.StatusBadNodeIDInvalid, ua.StatusBadIndexRangeInvalid, ua.StatusBadIndexRangeNoData:
		return true
	}
	return false
}
