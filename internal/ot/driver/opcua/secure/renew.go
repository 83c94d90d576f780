package secure

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gopcua/opcua/ua"
	"github.com/gopcua/opcua/uapolicy"
)

// minLifetime is the shortest lifetime of keys that is not taken for a mistake.
const minLifetime = time.Second

// issue asks for keys and puts them to use.
func (c *Channel) issue(ctx context.Context, kind ua.SecurityTokenRequestType) error {
	nonce, err := c.asym.MakeNonce()
	if err != nil {
		return err
	}
	req := &ua.OpenSecureChannelRequest{
		RequestType: kind, SecurityMode: c.cfg.Mode, ClientNonce: nonce,
		RequestedLifetime: uint32(c.cfg.Lifetime / time.Millisecond),
	}
	done := make(chan error, 1)
	err = c.Post(req, c.cfg.Timeout, func(r Reply) { done <- c.install(r, nonce) })
	if err != nil {
		return err
	}
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return fmt.Errorf("no answer: %w", ctx.Err())
	}
}

// install takes the server's keys and sends what had to wait for them. It runs on the reading goroutine.
func (c *Channel) install(r Reply, nonce []byte) error {
	if r.Err != nil {
		return r.Err
	}
	var resp ua.OpenSecureChannelResponse
	if err := decode(r.Body, &resp); err != nil {
		return err
	}
	if len(resp.ServerNonce) < len(nonce) {
		return errors.New("the server's share of the keys is too short")
	}
	lifetime := time.Duration(resp.SecurityToken.RevisedLifetime) * time.Millisecond
	if lifetime < minLifetime {
		return fmt.Errorf("the server wants new keys every %v", lifetime)
	}
	algo, err := uapolicy.Symmetric(c.cfg.Policy, nonce, resp.ServerNonce)
	if err != nil {
		return err
	}
	token := resp.SecurityToken
	c.recv.keys = [2]keys{{token.TokenID, algo}, c.recv.keys[0]}

	c.send.Lock()
	defer c.send.Unlock()
	c.send.channel, c.send.token, c.send.algo = token.ChannelID, token.TokenID, algo
	c.send.lifetime = min(lifetime, c.cfg.Lifetime)
	held := c.send.held
	c.send.held, c.send.holding = nil, false
	for _, out := range held {
		if err := c.sendChunks(out); err != nil {
			return err
		}
	}
	return nil
}

// keep renews the keys after three quarters of their life, as long as the channel is open.
func (c *Channel) keep() {
	for {
		c.send.Lock()
		life := c.send.lifetime
		c.send.Unlock()
		due := time.NewTimer(life / 4 * 3)
		select {
		case <-c.done:
			due.Stop()
			return
		case <-due.C:
		}
		// The old keys live a quarter longer than agreed on.
		ctx, cancel := context.WithTimeout(context.Background(), min(c.cfg.Timeout, life/2))
		err := c.issue(ctx, ua.SecurityTokenRequestTypeRenew)
		cancel()
		if err != nil {
			c.fail(fmt.Errorf("renew the channel's keys: %w", err))
			return
		}
	}
}
