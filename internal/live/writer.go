package live

import (
	"bufio"
	"errors"
	"net"
	"net/http"
	"os"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"time"
)

// ready is the line of clients that have something to be written; each stands in it once at most. A few writers
// serve it: waking a goroutine for each page would cost about as much as a small message itself.
type ready struct {
	mu          sync.Mutex
	some        sync.Cond
	first, last *client
	ended       bool
}

func (r *ready) put(c *client) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.first == nil {
		r.first = c
	} else {
		r.last.after = c
	}
	r.last = c
	r.some.Signal()
}

// next waits for a client; it is nil when the hub has ended.
func (r *ready) next() *client {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.first == nil && !r.ended {
		r.some.Wait()
	}
	if r.ended {
		return nil
	}
	c := r.first
	r.first, c.after = c.after, nil
	return c
}

func (r *ready) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended = true
	r.some.Broadcast()
}

// writers starts those who serve the line; the returned function ends them, once no client is left. They take half
// of the processors: with all of them busy writing, panels that are drawn at one time would go out one by one.
func (h *Hub) writers() (end func()) {
	var all sync.WaitGroup
	for range max(1, runtime.GOMAXPROCS(0)/2) {
		all.Go(func() {
			w := &writer{late: &all, room: make([]byte, 0, roomy)}
			w.attempt = w.write
			for c := h.ready.next(); c != nil; c = h.ready.next() {
				w.serve(c)
			}
		})
	}
	return func() {
		h.ready.end()
		all.Wait()
	}
}

// roomy is how many bytes of several frames go out in one system call, which costs far more than copying them.
const roomy = 16 << 10

// writer writes what sockets take at once. It never waits for one: the rest is left to a goroutine of its own.
type writer struct {
	late    *sync.WaitGroup
	room    []byte
	attempt func(fd uintptr) bool // write, bound once

	// Of the attempt under way.
	p   []byte
	n   int
	err error
}

// serve writes all that is pending for c.
func (w *writer) serve(c *client) {
	for {
		p, end := c.take(w.room)
		if end {
			c.halfClose()
		}
		if len(p) == 0 {
			return
		}
		n, err := w.try(c.raw, p)
		if err != nil {
			c.lose()
			return
		}
		if n < len(p) {
			rest := p[n:]
			if len(p) <= roomy { // what is larger is a frame, which is shared and never changes
				rest = slices.Clone(rest)
			}
			w.late.Go(func() { c.push(rest) })
			return
		}
	}
}

// try writes as much of p as the socket takes without waiting.
func (w *writer) try(raw syscall.RawConn, p []byte) (int, error) {
	if raw == nil {
		return 0, nil
	}
	w.p, w.n, w.err = p, 0, nil
	err := raw.Write(w.attempt)
	w.p = nil
	if err == nil {
		err = w.err
	}
	return w.n, err
}

func (w *writer) write(fd uintptr) bool {
	for w.n < len(w.p) {
		n, err := syscall.Write(int(fd), w.p[w.n:])
		switch {
		case errors.Is(err, syscall.EINTR):
		case errors.Is(err, syscall.EAGAIN):
			return true
		case err != nil:
			w.err = err
			return true
		default:
			w.n += n
		}
	}
	return true
}

// push writes what a full socket did not take, then lets c stand in line again. A page that takes nothing is cut off.
func (c *client) push(rest []byte) {
	_ = c.socket.SetWriteDeadline(c.hub.o.Now().Add(c.hub.o.WriteWait))
	if _, err := c.socket.Write(rest); err != nil {
		if errors.Is(err, os.ErrDeadlineExceeded) {
			c.hub.counts.slow.Add(1)
		}
		c.lose()
		return
	}
	_ = c.socket.SetWriteDeadline(time.Time{})
	c.hub.ready.put(c)
}

// lose ends a connection that cannot be written to: its reader fails, and it never stands in line again.
func (c *client) lose() {
	_ = c.conn.Close()
	close(c.over)
}

// halfClose tells the page that nothing follows, after the close frame.
func (c *client) halfClose() {
	if half, ok := c.socket.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
	close(c.over)
}

// pen is a connection as the WebSocket library has it: the control frames that it writes wait their turn.
type pen struct {
	net.Conn
	client *client // nil until the connection is upgraded
}

// hijacker hands the upgrader a pen instead of the bare connection.
type hijacker struct {
	http.ResponseWriter
	got *pen
}

// Hijack takes the connection over from the HTTP server.
func (h *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, brw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	h.got = &pen{Conn: conn}
	return h.got, brw, nil
}

func (p *pen) Write(b []byte) (int, error) {
	if p.client == nil {
		return p.Conn.Write(b)
	}
	p.client.say(b)
	return len(b), nil
}

// SetWriteDeadline does nothing once the connection is upgraded: whoever waits for a socket has its own deadline.
func (p *pen) SetWriteDeadline(t time.Time) error {
	if p.client == nil {
		return p.Conn.SetWriteDeadline(t)
	}
	return nil
}
