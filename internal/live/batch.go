package live

import (
	"bufio"
	"net"
	"net/http"
	"sync"
	"time"
)

// batch is a connection that can hold frames back and send them with one system call: the call costs far more
// than the frame. Frames are kept by reference, so whoever writes must not change them afterwards.
type batch struct {
	net.Conn
	now      func() time.Time
	patience time.Duration // how long one call may take

	mu    sync.Mutex
	held  bool
	shut  bool // nothing may follow what is kept
	kept  net.Buffers
	out   net.Buffers // kept, while it is being sent
	until time.Time   // the deadline that is set
}

// hijacker hands the upgrader a batch instead of the bare connection.
type hijacker struct {
	http.ResponseWriter
	hub *Hub
	got *batch
}

// Hijack takes the connection over from the HTTP server.
func (h *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, brw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	h.got = &batch{Conn: conn, now: h.hub.o.Now, patience: h.hub.o.WriteWait}
	return h.got, brw, nil
}

// SetWriteDeadline does nothing: each sending has its own deadline.
func (b *batch) SetWriteDeadline(time.Time) error { return nil }

// Write sends p, or keeps it while the batch is held.
func (b *batch) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.kept = append(b.kept, p)
	if b.held {
		return len(p), nil
	}
	if err := b.send(); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (b *batch) hold() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.held = true
}

// release sends what was kept since hold.
func (b *batch) release() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.held = false
	err := b.send()
	if b.shut {
		b.halfClose()
	}
	return err
}

// send writes what is kept; b.mu is held. The deadline is moved on only when half of it is used up.
func (b *batch) send() error {
	if len(b.kept) == 0 {
		return nil
	}
	if now := b.now(); b.until.Sub(now) < b.patience/2 {
		b.until = now.Add(b.patience)
		if err := b.Conn.SetWriteDeadline(b.until); err != nil {
			return err
		}
	}
	var err error
	if len(b.kept) == 1 {
		_, err = b.Conn.Write(b.kept[0])
	} else {
		b.out = b.kept
		_, err = b.out.WriteTo(b.Conn)
	}
	clear(b.kept)
	b.kept = b.kept[:0]
	return err
}

// hurry leaves a sending that is under way little time more.
func (b *batch) hurry(d time.Duration) {
	_ = b.Conn.SetWriteDeadline(b.now().Add(d))
}

// closeWrite tells the page that nothing follows, after what is kept.
func (b *batch) closeWrite() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.shut = true
	if !b.held {
		b.halfClose()
	}
}

func (b *batch) halfClose() {
	if half, ok := b.Conn.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
}
