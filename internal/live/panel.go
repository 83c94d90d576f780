package live

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// maxShare bounds what one panel may cost: after a rendering it rests at least so many times as long as that took.
const maxShare = 3

// longestRest bounds the pause after a costly or failed rendering.
const longestRest = 2 * time.Second

// renderTimeout ends a rendering that hangs.
const renderTimeout = 5 * time.Second

// panel is one named part of pages, drawn by the goroutine in keep while somebody watches it.
type panel struct {
	name string
	wake chan struct{} // holds one token when the panel was touched
	gone chan struct{} // closed when nobody watches any more

	mu       sync.Mutex
	watchers []*watch
	newest   *frame // nil until first drawn
}

// frame is one rendering, ready for the wire and shared by all who get it.
type frame struct {
	html []byte
	wire []byte // html in a WebSocket frame
}

// newFrame puts a text in one unmasked frame (RFC 6455 §5.2).
func newFrame(text []byte) *frame {
	wire := make([]byte, 0, len(text)+10)
	wire = append(wire, 0x80|websocket.TextMessage)
	switch n := len(text); {
	case n < 126:
		wire = append(wire, byte(n))
	case n < 1<<16:
		wire = binary.BigEndian.AppendUint16(append(wire, 126), uint16(n))
	default:
		wire = binary.BigEndian.AppendUint64(append(wire, 127), uint64(n))
	}
	wire = append(wire, text...)
	return &frame{html: wire[len(wire)-len(text):], wire: wire}
}

// watch is one client's interest in one panel, with the rendering that waits for it.
type watch struct {
	panel  *panel
	client *client
	place  int // in panel.watchers; guarded by panel.mu

	pending *frame // the newest one not yet written; guarded by client.mu
}

func newPanel(name string) *panel {
	return &panel{name: name, wake: make(chan struct{}, 1), gone: make(chan struct{})}
}

func (p *panel) touch() {
	select {
	case p.wake <- struct{}{}:
	default: // touched already
	}
}

// join adds a watcher, gives it the current rendering or asks for the first one.
func (p *panel) join(w *watch) {
	p.mu.Lock()
	defer p.mu.Unlock()
	w.place = len(p.watchers)
	p.watchers = append(p.watchers, w)
	if p.newest == nil {
		p.touch()
		return
	}
	w.client.offer(w, p.newest)
}

// leave takes a watcher out and tells whether it was the last one.
func (p *panel) leave(w *watch) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	last := len(p.watchers) - 1
	p.watchers[w.place] = p.watchers[last]
	p.watchers[w.place].place = w.place
	p.watchers[last] = nil
	p.watchers = p.watchers[:last]
	return last == 0
}

// show makes a rendering the newest one and offers it to every watcher.
func (p *panel) show(f *frame) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.newest = f
	for _, w := range p.watchers {
		w.client.offer(w, f)
	}
}

// keep draws one panel each time it was touched, at its pace, until nobody watches it.
// The first touch after a quiet time is drawn at once; later ones wait for the end of the interval.
func (h *Hub) keep(ctx context.Context, p *panel) {
	interval := h.o.Every(p.name)
	if interval <= 0 {
		interval = h.o.Interval
	}
	var drawn time.Time
	var rest time.Duration // least time from drawn to the next rendering
	failing := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.gone:
			return
		case <-p.wake:
		}
		wait := max(h.o.Settle, rest-h.o.Now().Sub(drawn))
		if !sleep(ctx, p.gone, wait) {
			return
		}
		select {
		case <-p.wake: // touched while waiting: this rendering covers it
		default:
		}
		drawn = h.o.Now()
		err := h.draw(ctx, p)
		cost := h.o.Now().Sub(drawn)
		rest = max(interval, min(maxShare*cost, longestRest))
		if err != nil {
			rest = longestRest / 2
			p.touch()
		}
		failing = h.tellOnce(p, failing, err)
	}
}

// tellOnce logs the first of several failures in a row, and the recovery.
func (h *Hub) tellOnce(p *panel, was bool, err error) (failing bool) {
	switch {
	case err != nil && !was:
		h.o.Log.Warn("a panel cannot be drawn", slog.String("panel", p.name), slog.Any("err", err))
	case err == nil && was:
		h.o.Log.Info("a panel is drawn again", slog.String("panel", p.name))
	}
	return err != nil
}

// draw renders a panel once and shows it when it looks different.
func (h *Hub) draw(ctx context.Context, p *panel) error {
	ctx, cancel := context.WithTimeout(ctx, renderTimeout)
	defer cancel()
	h.counts.renders.Add(1)
	html, err := h.safely(ctx, p.name)
	if err != nil {
		h.counts.failed.Add(1)
		return err
	}
	p.mu.Lock()
	same := p.newest != nil && bytes.Equal(p.newest.html, html)
	p.mu.Unlock()
	if same {
		h.counts.unchanged.Add(1)
		return nil
	}
	p.show(newFrame(html))
	return nil
}

// safely turns a panic of the renderer into an error: one bad panel must not end the program.
func (h *Hub) safely(ctx context.Context, name string) (html []byte, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("draw panel %s: panic: %v", name, r)
		}
	}()
	html, err = h.render(ctx, name)
	if err == nil && len(html) == 0 {
		err = fmt.Errorf("draw panel %s: the rendering is empty", name)
	}
	return html, err
}

// sleep waits; it is false when the wait was cut short.
func sleep(ctx context.Context, gone <-chan struct{}, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
	case <-gone:
	}
	return false
}
