package live

import (
	"errors"
	"io"
	"os"
	"sync"
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

// client is one connection: a goroutine that reads, one that writes, and the newest rendering per watched panel.
type client struct {
	hub     *Hub
	conn    *websocket.Conn
	out     *batch
	guard   Guard
	asked   pace     // of requests; used by the reader alone
	watches []*watch // guarded by hub.mu; replaced as a whole

	mu    sync.Mutex
	work  sync.Cond // there is something to write, or the connection has ended
	queue []*watch  // those with a pending rendering, oldest first
	beat  *frame    // the newest beat not yet written
	ping  bool
	bye   *goodbye // set once: write this and end
	timer *time.Timer
	ended bool // the reader is gone
}

type goodbye struct {
	code int
	text string
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
	c.work.Signal()
	if c.timer != nil {
		c.timer.Stop()
	}
}

// listen does what the page asks until the connection is to end.
func (c *client) listen() {
	for {
		kind, text, err := c.conn.ReadMessage()
		if err != nil { // a goodbye or a protocol error was answered with its code, which the batch may still hold
			c.out.closeWrite()
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
	if c.out.SetReadDeadline(c.hub.o.Now().Add(farewell)) != nil {
		return
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(c.out, 1<<20))
}

// write sends what is pending, and is the only one that does.
func (c *client) write() {
	defer c.hub.conns.Done()
	for c.await() {
		err := c.flush()
		if errors.Is(err, websocket.ErrCloseSent) {
			return // the reader ends the connection
		}
		if err != nil {
			if errors.Is(err, os.ErrDeadlineExceeded) {
				c.hub.counts.slow.Add(1)
			}
			_ = c.conn.Close()
			return
		}
	}
}

// await waits for something to write; it is false when the connection has ended.
func (c *client) await() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for !c.ended && c.bye == nil && !c.ping && c.beat == nil && len(c.queue) == 0 {
		c.work.Wait()
	}
	return !c.ended
}

// flush sends all that is pending at once. It ends with ErrCloseSent once the goodbye is sent.
func (c *client) flush() error {
	c.out.hold()
	err := c.fill()
	if sent := c.out.release(); sent != nil {
		return sent
	}
	if c.saidGoodbye(err) {
		c.out.closeWrite()
	}
	return err
}

// saidGoodbye tells whether an end came from this side, so that nothing follows.
func (c *client) saidGoodbye(err error) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.bye != nil && errors.Is(err, websocket.ErrCloseSent)
}

// fill puts all that is pending into the batch.
func (c *client) fill() error {
	for {
		next := c.next()
		switch {
		case next.bye != nil:
			text := websocket.FormatCloseMessage(next.bye.code, next.bye.text)
			if err := c.conn.WriteControl(websocket.CloseMessage, text, time.Time{}); err != nil {
				return err
			}
			return websocket.ErrCloseSent
		case next.ping:
			if err := c.conn.WriteControl(websocket.PingMessage, nil, time.Time{}); err != nil {
				return err
			}
		case next.frame != nil:
			if err := c.conn.WritePreparedMessage(next.frame.msg); err != nil {
				return err
			}
			c.hub.counts.sent.Add(1)
			c.hub.counts.bytes.Add(next.frame.size)
		default:
			return nil
		}
	}
}

type pending struct {
	bye   *goodbye
	ping  bool
	frame *frame
}

// next takes the most urgent thing to write.
func (c *client) next() pending {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.bye != nil:
		return pending{bye: c.bye}
	case c.ping:
		c.ping = false
		return pending{ping: true}
	case c.beat != nil:
		f := c.beat
		c.beat = nil
		return pending{frame: f}
	}
	for len(c.queue) > 0 {
		w := c.queue[0]
		n := copy(c.queue, c.queue[1:])
		c.queue[n] = nil
		c.queue = c.queue[:n]
		f := w.pending
		w.pending = nil
		if !w.ended {
			return pending{frame: f}
		}
	}
	return pending{}
}

// offer puts a rendering in the place of the one that waits, if any.
func (c *client) offer(w *watch, f *frame) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if w.pending == nil {
		c.queue = append(c.queue, w)
		c.work.Signal()
	} else {
		c.hub.counts.skipped.Add(1)
	}
	w.pending = f
}

// remind asks the writer for a beat, a ping or both.
func (c *client) remind(beat *frame, ping bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if beat != nil {
		c.beat = beat
	}
	c.ping = c.ping || ping
	c.work.Signal()
}

// close asks the writer to say goodbye. A page that does not take it is cut off soon after.
func (c *client) close(code int, text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.bye != nil {
		return
	}
	c.bye = &goodbye{code, text}
	c.timer = time.AfterFunc(2*farewell, func() { _ = c.conn.Close() })
	c.out.hurry(farewell) // frees a writer that is stuck
	c.work.Signal()
}
