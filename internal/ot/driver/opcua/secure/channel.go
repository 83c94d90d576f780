// Package secure is one OPC UA secure channel over one TCP connection (OPC 10000-6 §6.7), seen from the client.
//
// Replies are read on one goroutine and handed over as bytes, so that values are decoded once and in
// place. Whatever a server sends can end its channel, never the program. A channel that ended stays
// ended: whoever needs another one opens it.
package secure

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"millwright/internal/ot/driver/opcua/wire"

	"github.com/gopcua/opcua/ua"
	"github.com/gopcua/opcua/uapolicy"
)

// Config says with whom and how securely to speak. Server must be trusted already: the channel only
// makes sure that it is the owner of this certificate who answers.
type Config struct {
	Endpoint    string
	Policy      string // the security policy's URI
	Mode        ua.MessageSecurityMode
	Certificate []byte // ours; with policy None nothing below is needed
	Key         *rsa.PrivateKey
	Server      *x509.Certificate
	Lifetime    time.Duration // after which keys are renewed; the server may shorten it
	Timeout     time.Duration // of one write, and of a renewal
	Dialer      *net.Dialer   // nil for the ordinary one
}

// Reply is what came back for a request. Body begins after the response header and is valid only
// until the handler returns.
type Reply struct {
	Type uint32 // numeric id of the response's encoding
	Body []byte
	Err  error // a Status when the server refused; anything else ended the channel
}

// Channel is an open secure channel.
type Channel struct {
	cfg    Config
	link   *link
	asym   *uapolicy.EncryptionAlgorithm
	opened time.Time
	heard  atomic.Int64 // when the last whole chunk came, as time after opened

	send sendSide
	recv recvSide

	mu      sync.Mutex
	pending map[uint32]func(Reply) // nil once the channel has ended
	lastID  uint32
	auth    *ua.NodeID // the session's token
	err     error      // why it ended

	done  chan struct{}
	tasks sync.WaitGroup
}

// ErrEnded is a channel that was closed by ourselves.
var ErrEnded = errors.New("the channel is closed")

// Open connects and agrees on keys. The context bounds only the opening.
func Open(ctx context.Context, cfg Config) (*Channel, error) {
	if cfg.Lifetime <= 0 {
		cfg.Lifetime = time.Hour
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = 5 * time.Second
	}
	c := &Channel{cfg: cfg, pending: map[uint32]func(Reply){}, auth: ua.NewTwoByteNodeID(0), done: make(chan struct{})}
	if err := c.prepare(); err != nil {
		return nil, err
	}
	l, err := dial(ctx, cfg.Dialer, cfg.Endpoint)
	if err != nil {
		return nil, err
	}
	c.link, c.opened = l, time.Now()
	c.tasks.Go(c.read)
	if err := c.issue(ctx, ua.SecurityTokenRequestTypeIssue); err != nil {
		c.fail(err)
		c.tasks.Wait()
		return nil, c.Err()
	}
	c.tasks.Go(c.keep)
	return c, nil
}

// prepare readies the algorithms for the opening messages.
func (c *Channel) prepare() (err error) {
	if c.secured() == (c.cfg.Policy == ua.SecurityPolicyURINone) {
		return fmt.Errorf("security policy %s does not go with mode %v", c.cfg.Policy, c.cfg.Mode)
	}
	if !c.secured() {
		c.asym, err = uapolicy.Asymmetric(c.cfg.Policy, nil, nil)
		return err
	}
	server, is := c.cfg.Server.PublicKey.(*rsa.PublicKey)
	if !is {
		return errors.New("the server's certificate has no RSA key, which the security policy needs")
	}
	c.asym, err = uapolicy.Asymmetric(c.cfg.Policy, c.cfg.Key, server)
	return err
}

func (c *Channel) secured() bool   { return c.cfg.Mode != ua.MessageSecurityModeNone }
func (c *Channel) encrypted() bool { return c.cfg.Mode == ua.MessageSecurityModeSignAndEncrypt }

// Authenticate sets the token that requests carry from now on.
func (c *Channel) Authenticate(token *ua.NodeID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.auth = token
}

// Done is closed when the channel has ended and every handler has been called.
func (c *Channel) Done() <-chan struct{} { return c.done }

// Err says why the channel ended; nil while it is open.
func (c *Channel) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// Silence is how long nothing has come from the server.
func (c *Channel) Silence() time.Duration {
	return time.Since(c.opened) - time.Duration(c.heard.Load())
}

// Post sends a request; handle gets its reply on the reading goroutine, exactly once, unless Post
// gives an error. hint tells the server how long we shall wait; 0 for ever.
func (c *Channel) Post(req ua.Request, hint time.Duration, handle func(Reply)) error {
	_, err := c.post(req, hint, handle)
	return err
}

func (c *Channel) post(req ua.Request, hint time.Duration, handle func(Reply)) (uint32, error) {
	c.mu.Lock()
	if c.pending == nil || c.err != nil {
		defer c.mu.Unlock()
		return 0, c.err
	}
	c.lastID++
	id := c.lastID
	c.pending[id] = handle
	header := &ua.RequestHeader{AuthenticationToken: c.auth, Timestamp: time.Now(), RequestHandle: id, TimeoutHint: uint32(hint / time.Millisecond)}
	c.mu.Unlock()

	req.SetHeader(header)
	body, err := encode(req)
	if err == nil {
		err = c.transmit(outgoing{kind: kindOf(req), id: id, body: body})
	}
	if err != nil && c.forget(id) {
		return id, err
	}
	return id, nil
}

// forget drops a request that nobody waits for any longer; false when its handler has its reply.
func (c *Channel) forget(id uint32) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, waiting := c.pending[id]
	delete(c.pending, id)
	return waiting
}

// Ask sends a request and waits until read has taken the reply, whose type must be want.
func (c *Channel) Ask(ctx context.Context, req ua.Request, want uint32, read func(*wire.Reader) error) error {
	var hint time.Duration
	if deadline, has := ctx.Deadline(); has {
		hint = max(time.Until(deadline), 0)
	}
	done := make(chan error, 1)
	id, err := c.post(req, hint, func(r Reply) {
		if r.Err == nil && r.Type != want {
			r.Err = fmt.Errorf("the server answers with message %d instead of %d", r.Type, want)
		}
		if r.Err == nil {
			r.Err = read(wire.NewReader(r.Body))
		}
		done <- r.Err
	})
	if err != nil {
		return err
	}
	select {
	case err = <-done:
		return err
	case <-ctx.Done():
		if !c.forget(id) {
			return <-done
		}
		return fmt.Errorf("no answer: %w", ctx.Err())
	}
}

// Call sends a request and decodes the reply into resp.
func (c *Channel) Call(ctx context.Context, req ua.Request, resp ua.Response) error {
	return c.Ask(ctx, req, uint32(ua.ServiceTypeID(resp)), func(r *wire.Reader) error { return decode(r.Rest(), resp) })
}

// fail ends the channel: the connection is cut, and the reading goroutine answers whoever waits.
func (c *Channel) fail(err error) {
	c.mu.Lock()
	if c.err == nil {
		c.err = err
	}
	c.mu.Unlock()
	c.link.cut()
}

// Close takes leave of the server, as far as ctx leaves time for it, and waits until all is over.
func (c *Channel) Close(ctx context.Context) {
	stop := context.AfterFunc(ctx, c.link.cut)
	defer stop()
	if ctx.Err() == nil && c.Err() == nil {
		req := &ua.CloseSecureChannelRequest{}
		_ = c.Post(req, 0, func(Reply) {}) // it has no answer; the cut below ends the channel in any case
	}
	c.fail(ErrEnded)
	c.tasks.Wait()
}
