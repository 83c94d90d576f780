package secure

import (
	"encoding/binary"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/gopcua/opcua/ua"
	"github.com/gopcua/opcua/uapolicy"
)

// outgoing is an encoded message on its way.
type outgoing struct {
	kind string // message type: OPN, MSG or CLO
	id   uint32
	body []byte
}

// sendSide is what sending needs. Its lock makes the order on the wire the order of sequence numbers.
type sendSide struct {
	sync.Mutex
	channel  uint32
	token    uint32
	lifetime time.Duration
	algo     *uapolicy.EncryptionAlgorithm
	sequence uint32
	// While keys are agreed on anew, messages wait: some servers forget the old keys as soon as they
	// see the request.
	holding bool
	held    []outgoing
}

func kindOf(req ua.Request) string {
	switch req.(type) {
	case *ua.OpenSecureChannelRequest:
		return "OPN"
	case *ua.CloseSecureChannelRequest:
		return "CLO"
	}
	return "MSG"
}

// encode writes a request with its type in front.
func encode(req ua.Request) ([]byte, error) {
	body, err := ua.Encode(req)
	if err != nil {
		return nil, fmt.Errorf("encode %T: %w", req, err)
	}
	b := append(make([]byte, 0, 4+len(body)), 0x01, 0x00) // numeric id in namespace 0
	b = binary.LittleEndian.AppendUint16(b, ua.ServiceTypeID(req))
	return append(b, body...), nil
}

// transmit sends a message, or keeps it until the new keys are there.
func (c *Channel) transmit(out outgoing) error {
	c.send.Lock()
	defer c.send.Unlock()
	if out.kind == "OPN" {
		c.send.holding = true
		return c.sendOpening(out)
	}
	if c.send.holding {
		c.send.held = append(c.send.held, out)
		return nil
	}
	return c.sendChunks(out)
}

// nextSequence numbers chunks; the wrap-around is the standard's.
func (s *sendSide) nextSequence() uint32 {
	s.sequence++
	if s.sequence > math.MaxUint32-1024 {
		s.sequence = 1
	}
	return s.sequence
}

func (c *Channel) sendOpening(out outgoing) error {
	var ours, theirs []byte
	if c.secured() {
		ours, theirs = c.cfg.Certificate, uapolicy.Thumbprint(c.cfg.Server.Raw)
	}
	head := c.header("OPNF")
	for _, part := range [][]byte{[]byte(c.cfg.Policy), ours, theirs} {
		head = appendBytes(head, part)
	}
	chunk, err := seal(c.asym, head, c.sequenced(out.id, out.body), c.secured(), c.secured())
	if err != nil {
		return err
	}
	return c.put(chunk)
}

func (c *Channel) sendChunks(out outgoing) error {
	size := room(c.send.algo, c.link.sendChunk, c.secured(), c.encrypted())
	chunks := (len(out.body) + size - 1) / size
	if l := c.link; l.sendTotal > 0 && len(out.body) > l.sendTotal || l.sendCount > 0 && chunks > l.sendCount {
		return fmt.Errorf("a request of %d bytes is longer than the server takes", len(out.body))
	}
	for rest := out.body; ; rest = rest[size:] {
		kind, part := "F", rest
		if len(rest) > size {
			kind, part = "C", rest[:size]
		}
		head := binary.LittleEndian.AppendUint32(c.header(out.kind+kind), c.send.token)
		chunk, err := seal(c.send.algo, head, c.sequenced(out.id, part), c.secured(), c.encrypted())
		if err != nil {
			return err
		}
		if err := c.put(chunk); err != nil || kind == "F" {
			return err
		}
	}
}

// put writes a chunk. One that was written in part only has spoilt the stream.
func (c *Channel) put(chunk []byte) error {
	err := c.link.write(chunk, c.cfg.Timeout)
	if err != nil {
		c.fail(err)
	}
	return err
}

func (c *Channel) header(kind string) []byte {
	b := append(make([]byte, 0, 128), kind...)
	b = append(b, 0, 0, 0, 0) // the size: seal knows it
	return binary.LittleEndian.AppendUint32(b, c.send.channel)
}

func (c *Channel) sequenced(id uint32, part []byte) []byte {
	b := binary.LittleEndian.AppendUint32(make([]byte, 0, sequenceSize+len(part)), c.send.nextSequence())
	return append(binary.LittleEndian.AppendUint32(b, id), part...)
}

// appendBytes writes a byte string; nil is the null string.
func appendBytes(b, s []byte) []byte {
	if s == nil {
		return binary.LittleEndian.AppendUint32(b, math.MaxUint32)
	}
	return append(binary.LittleEndian.AppendUint32(b, uint32(len(s))), s...)
}
