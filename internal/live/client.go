package live

import (
	"io"
	"net"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/gorilla/websocket"
)

// CloseSignedOut is a close code of our own (RFC 6455 §7.4.2 leaves 4000–4999 to applications). The standard ones
// are used for everything they have a word for: 1001 the server stops, 1002 protocol error, 1003 binary frame,
// 1007 text that is no UTF-8 or no request, 1008 a panel that is not allowed, too many or too often,
// 1009 frame too long, 1013 too much is watched already.
const CloseSignedOut = 4401

// readLimit is the longest message a page may send.
const readLimit = 16 << 10

// farewell is how long a connection may take to end after its close frame.
const farewell = time.Second

// client is one connection: a goroutine that reads, what waits to be written, and the newest rendering per
// watched panel.
type client struct {
	hub     *Hub
	conn    *websocket.Conn // reads, and makes control frames
	socket  net.Conn        // what is under conn
	raw     syscall.RawConn // of the socket; nil when it has none
	guard   Guard
	asked   pace          // of requests; used by the reader alone
	watches []*watch      // guarded by hub.mu; replaced as a whole
	after   *client       // guarded by hub.ready.mu: who stands behind it in line
	over    chan struct{} // closed by who writes: after the close frame, or when the page is lost

	mu    sync.Mutex
	queue []*watch // those with a pending rendering, oldest first
	beats watch    // has no panel
	said  []byte   // control frames not yet written
	busy  bool     // it stands in line, is being written to, or has failed
	shut  bool     // a close frame was said: nothing may follow
	timer *time.Timer
	ended bool // the reader is gone
}

func newClient(h *Hub, conn *websocket.Conn, p *pen, g Guard) *client {
	c := &client{hub: h, conn: conn, socket: p.Conn, guard: g, over: make(chan struct{})}
	c.beats.client = c
	c.asked.at = h.o.Now()
	if s, ok := c.socket.(syscall.Conn); ok {
		c.raw, _ = s.SyscallConn()
	}
	p.client = c
	return c
}

// read takes what the page says until the connection ends, then cleans up.
func (c *client) read() {
	defer c.hub.conns.Done()
	patience := 2*c.hub.o.Ping + c.hub.o.Ping/2
	c.conn.SetReadLimit(readLimit)
	_ = c.conn.SetReadDeadline(c.hub.o.Now().Add(patience))
	c.conn.SetPongHandler(func(string) error {
		return c.conn.SetReadDeadline(c.hub.o.Now().Add(patience))
	})
	c.listen()
	c.hub.remove(c)
	_ = c.conn.Close()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = true
	if c.timer != nil {
		c.timer.Stop()
	}
}

// listen does what the page asks until the connection is to end.
func (c *client) listen() {
	for {
		kind, text, err := c.conn.ReadMessage()
		if err != nil { // a goodbye or a protocol error was answered with its code, which may still wait in line
			c.linger()
			return
		}
		if v := c.judge(kind, text); v.code != 0 {
			c.close(v.code, v.why)
			c.linger()
			return
		}
	}
}

// judge heeds a request on a stack of its own: decoding needs a deep one, which the reader would keep for the
// hours that it waits for the next request.
func (c *client) judge(kind int, text []byte) verdict {
	done := make(chan verdict, 1)
	go func() { done <- c.heed(kind, text) }()
	return <-done
}

// linger lets a close frame reach the page: closing with unread bytes would reset the connection and lose it.
func (c *client) linger() {
	if c.socket.SetReadDeadline(c.hub.o.Now().Add(farewell)) != nil {
		return
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(c.socket, 1<<20))
	c.mu.Lock()
	shut := c.shut
	c.mu.Unlock()
	if !shut {
		return
	}
	late := time.NewTimer(farewell)
	defer late.Stop()
	select {
	case <-c.over: // also when the page has hung up before its goodbye was answered
	case <-late.C:
	}
}

// take gives what is to be written next: control frames, or as many messages as room holds, or one that is larger.
// Without anything the client leaves the line; after a close frame that is the end.
func (c *client) take(room []byte) (next []byte, end bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if said := c.said; len(said) > 0 {
		c.said = nil
		return said, false
	}
	if c.shut {
		return nil, true
	}
	taken := 0
	for _, w := range c.queue {
		wire := w.pending.wire
		fits := len(next)+len(wire) <= cap(room)
		if !fits && taken > 0 {
			break
		}
		w.pending = nil
		taken++
		if !fits {
			next = wire
			break
		}
		room = append(room[:len(next)], wire...)
		next = room
	}
	c.queue = slices.Delete(c.queue, 0, taken)
	c.busy = taken > 0
	c.hub.counts.sent.Add(uint64(taken))
	c.hub.counts.bytes.Add(uint64(len(next)))
	return next, false
}

// offer puts a message in the place of the one that waits, if any.
func (c *client) offer(w *watch, f *frame) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if w.pending == nil {
		c.queue = append(c.queue, w)
		c.wake()
	} else if w != &c.beats {
		c.hub.counts.skipped.Add(1)
	}
	w.pending = f
}

// forget takes back what was offered for a watch that has ended.
func (c *client) forget(w *watch) {
	c.mu.Lock()
	defer c.mu.Unlock()
	w.pending = nil
	if i := slices.Index(c.queue, w); i >= 0 {
		c.queue = slices.Delete(c.queue, i, i+1)
	}
}

// say puts a control frame before everything else. Of a page that pings faster than it takes the answers, old ones
// are left out.
func (c *client) say(control []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.shut = c.shut || control[0]&0xf == websocket.CloseMessage
	if len(c.said) > 1<<10 && !c.shut {
		c.said = nil
	}
	c.said = append(c.said, control...)
	c.wake()
}

// wake puts the client in line; c.mu is held.
func (c *client) wake() {
	if !c.busy {
		c.busy = true
		c.hub.ready.put(c)
	}
}

// close says goodbye. A page that does not take it is cut off soon after.
func (c *client) close(code int, text string) {
	c.mu.Lock()
	again := c.timer != nil || c.ended
	if !again {
		c.timer = time.AfterFunc(2*farewell, func() { _ = c.conn.Close() })
	}
	c.mu.Unlock()
	if again {
		return
	}
	_ = c.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, text), time.Time{})
	_ = c.socket.SetWriteDeadline(c.hub.o.Now().Add(farewell)) // frees a goroutine that waits for the socket
}
