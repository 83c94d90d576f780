package secure

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"math"
	"time"

	"millwright/internal/ot/driver/opcua/wire"

	"github.com/gopcua/opcua/ua"
	"github.com/gopcua/opcua/uapolicy"
)

// keys are those of one security token.
type keys struct {
	token uint32
	algo  *uapolicy.EncryptionAlgorithm
}

// recvSide is what the reading goroutine remembers.
type recvSide struct {
	keys     [2]keys // the newest first: the server may use the old ones for a while
	sequence uint32
	started  bool
	partial  []byte // the chunks so far of the message that is coming in
	request  uint32 // whose message it is
}

// read is the reading goroutine. At its end it answers everybody who still waits.
func (c *Channel) read() {
	c.fail(c.receive())
	c.mu.Lock()
	pending, err := c.pending, c.err
	c.pending = nil
	c.mu.Unlock()
	for _, handle := range pending {
		handle(Reply{Err: err})
	}
	close(c.done)
}

func (c *Channel) receive() (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("reading what the server sent broke down: %v", p)
		}
	}()
	for {
		chunk, err := c.link.read()
		if err != nil {
			return err
		}
		c.heard.Store(int64(time.Since(c.opened)))
		if err := c.take(chunk); err != nil {
			return err
		}
	}
}

// take works one chunk off.
func (c *Channel) take(chunk []byte) error {
	if len(chunk) < headerSize {
		return wire.ErrMalformed
	}
	var plain []byte
	var err error
	switch string(chunk[:3]) {
	case "MSG":
		plain, err = c.openMessage(chunk)
	case "OPN":
		plain, err = c.openOpening(chunk)
	case "CLO":
		return errors.New("the server closed the channel")
	default:
		return fmt.Errorf("the server sends a message of the unknown type %q", chunk[:3])
	}
	if err != nil {
		return err
	}
	r := wire.NewReader(plain)
	sequence, request := r.Uint32(), r.Uint32()
	if r.Err() != nil {
		return r.Err()
	}
	if err := c.recv.follow(sequence); err != nil {
		return err
	}
	return c.assemble(chunk[3], request, r.Rest())
}

// follow makes sure that no chunk was lost, doubled or put in between.
func (s *recvSide) follow(sequence uint32) error {
	wrapped := s.sequence >= math.MaxUint32-1024 && sequence < 1024
	if s.started && sequence != s.sequence+1 && !wrapped {
		return fmt.Errorf("chunk %d follows chunk %d: something was lost on the way", sequence, s.sequence)
	}
	s.sequence, s.started = sequence, true
	return nil
}

func (c *Channel) openMessage(chunk []byte) ([]byte, error) {
	const head = headerSize + tokenSize
	if len(chunk) < head {
		return nil, wire.ErrMalformed
	}
	token := wire.NewReader(chunk[headerSize:]).Uint32()
	if !c.secured() {
		return chunk[head:], nil
	}
	// A server may give the same number to old and new keys, so each is tried.
	for _, k := range c.recv.keys {
		if k.algo == nil || k.token != token {
			continue
		}
		if plain, err := open(k.algo, chunk, head, c.encrypted()); err == nil {
			return plain, nil
		}
	}
	return nil, errForged
}

// openOpening reads an answer to a request for keys. It must come from the owner of the certificate
// that was trusted, under the policy that was asked for.
func (c *Channel) openOpening(chunk []byte) ([]byte, error) {
	r := wire.NewReader(chunk[headerSize:])
	policy, sender := r.String(), r.String()
	r.String() // thumbprint of our own certificate
	if r.Err() != nil {
		return nil, r.Err()
	}
	if string(policy) != c.cfg.Policy {
		return nil, fmt.Errorf("the server answers with security policy %q", policy)
	}
	if !c.secured() {
		return r.Rest(), nil
	}
	chain, err := x509.ParseCertificates(sender)
	if err != nil || len(chain) == 0 || !bytes.Equal(chain[0].Raw, c.cfg.Server.Raw) {
		return nil, errors.New("the server answers with another certificate than it announced")
	}
	return open(c.asym, chunk, len(chunk)-len(r.Rest()), true)
}

// assemble joins chunks and delivers whole messages.
func (c *Channel) assemble(kind byte, request uint32, part []byte) error {
	s := &c.recv
	if len(s.partial) > 0 && request != s.request {
		return errors.New("the server mixes the chunks of two messages")
	}
	switch kind {
	case 'A':
		s.partial = s.partial[:0]
		c.deliver(request, Reply{Err: refusal(part)})
		return nil
	case 'C':
		if len(s.partial)+len(part) > maxMessage {
			return fmt.Errorf("a message is longer than %d MiB", maxMessage>>20)
		}
		s.partial, s.request = append(s.partial, part...), request
		return nil
	case 'F':
	default:
		return wire.ErrMalformed
	}
	if len(s.partial) == 0 {
		return c.message(request, part)
	}
	s.partial = append(s.partial, part...)
	err := c.message(request, s.partial)
	s.partial = s.partial[:0]
	if cap(s.partial) > keepBuffer {
		s.partial = nil
	}
	return err
}

// keepBuffer is the largest buffer kept for the next message.
const keepBuffer = 2 << 20

func (c *Channel) message(request uint32, body []byte) error {
	r := wire.NewReader(body)
	kind := r.TypeID()
	result := r.Header()
	if r.Err() != nil {
		return r.Err()
	}
	reply := Reply{Type: kind, Body: r.Rest()}
	if result>>30 >= 2 {
		reply.Err = Status(result)
	}
	c.deliver(request, reply)
	return nil
}

// deliver gives a reply to who asked; one that nobody waits for any longer is dropped.
func (c *Channel) deliver(request uint32, reply Reply) {
	c.mu.Lock()
	handle := c.pending[request]
	delete(c.pending, request)
	c.mu.Unlock()
	if handle != nil {
		handle(reply)
	}
}

// maxStruct is the longest reply that is decoded into a structure. Such replies hold no values, and
// the bound keeps nested ones from filling the stack.
const maxStruct = 256 << 10

// plainHeader is a response header that says nothing: the true one has been read already.
var plainHeader = [24]byte{17: 0xFF, 18: 0xFF, 19: 0xFF, 20: 0xFF}

// decode fills a response structure from its body.
func decode(body []byte, resp ua.Response) (err error) {
	if len(body) > maxStruct {
		return fmt.Errorf("the server's answer of %d bytes is too long", len(body))
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v", wire.ErrMalformed, p)
		}
	}()
	if _, err := ua.Decode(append(plainHeader[:], body...), resp); err != nil {
		return fmt.Errorf("%w: %w", wire.ErrMalformed, err)
	}
	return nil
}
