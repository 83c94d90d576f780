package live

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gorilla/websocket"
)

// maxWatches is how many panels one page may watch.
const maxWatches = 64

// request is what a page sends: all the panels it shows now, in the place of those it named before.
type request struct {
	Watch []string `json:"watch"`
}

// verdict is what a frame of the page led to; a code that is not 0 ends the connection.
type verdict struct {
	code int
	why  string
}

// heed does what a frame of the page asks.
func (c *client) heed(kind int, text []byte) verdict {
	if kind != websocket.TextMessage {
		return verdict{websocket.CloseUnsupportedData, "only text frames are understood"}
	}
	if !utf8.Valid(text) {
		return verdict{websocket.CloseInvalidFramePayloadData, "the text is not UTF-8"}
	}
	var req request
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&req); err != nil || dec.More() {
		return verdict{websocket.CloseInvalidFramePayloadData, `the text is not {"watch":[…]}`}
	}
	if len(req.Watch) > maxWatches {
		return verdict{websocket.ClosePolicyViolation, fmt.Sprintf("more than %d panels", maxWatches)}
	}
	if !c.asked.allow(c.hub.o.Now()) {
		return verdict{websocket.ClosePolicyViolation, "too many requests"}
	}
	for i, name := range req.Watch {
		if c.guard.As != nil {
			name = c.guard.As(name)
			req.Watch[i] = name
		}
		if !c.guard.May(name) {
			return verdict{websocket.ClosePolicyViolation, "a panel that may not be seen"}
		}
	}
	if !c.watchOnly(req.Watch) {
		return verdict{websocket.CloseTryAgainLater, "too many panels are watched"}
	}
	c.offer(&c.beats, c.hub.newBeat()) // a page that woke up learns at once that it is connected
	return verdict{}
}

// watchOnly makes names the panels that the client watches. Those it watched already go on undisturbed.
func (c *client) watchOnly(names []string) bool {
	h := c.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	kept := make([]*watch, 0, len(names))
	for _, w := range c.watches {
		if slices.Contains(names, w.panel.name) {
			kept = append(kept, w)
			continue
		}
		h.unwatch(w)
	}
	c.watches = kept
	for _, name := range names {
		if slices.ContainsFunc(c.watches, func(w *watch) bool { return w.panel.name == name }) {
			continue
		}
		p, ok := h.panelLocked(name)
		if !ok {
			return false
		}
		w := &watch{panel: p, client: c}
		c.watches = append(c.watches, w)
		p.join(w)
	}
	return true
}

// unwatch ends a watch; h.mu is held. The last one out ends the panel.
func (h *Hub) unwatch(w *watch) {
	last := w.panel.leave(w)
	w.client.forget(w)
	if last {
		h.panels.Delete(w.panel.name)
		h.watched--
		close(w.panel.gone)
	}
}

// panelLocked finds or starts a panel; h.mu is held.
func (h *Hub) panelLocked(name string) (*panel, bool) {
	if p, ok := h.panels.Load(name); ok {
		return p.(*panel), true
	}
	if h.watched >= h.o.MaxPanels {
		return nil, false
	}
	p := newPanel(name)
	h.panels.Store(name, p)
	h.watched++
	h.starting = append(h.starting, p)
	select {
	case h.fresh <- struct{}{}:
	default:
	}
	return p, true
}

// recheck asks every guard again and again.
func (h *Hub) recheck(ctx context.Context) {
	t := time.NewTicker(h.o.Recheck)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		for _, c := range h.list() {
			if ctx.Err() != nil {
				return
			}
			c.recheck()
		}
	}
}

func (c *client) recheck() {
	if !c.guard.Alive() {
		c.close(CloseSignedOut, "signed out")
		return
	}
	c.hub.mu.Lock()
	watches := c.watches // replaced as a whole, never changed within what is seen here
	c.hub.mu.Unlock()
	for _, w := range watches {
		if !c.guard.May(w.panel.name) {
			c.close(websocket.ClosePolicyViolation, "a panel that may no longer be seen")
			return
		}
	}
}

// beats sends everybody the time and the build, and now and then a ping.
func (h *Hub) beats(ctx context.Context) {
	beat := time.NewTicker(h.o.Beat)
	defer beat.Stop()
	ping := time.NewTicker(h.o.Ping)
	defer ping.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-beat.C:
			f := h.newBeat()
			for _, c := range h.list() {
				c.offer(&c.beats, f)
			}
		case <-ping.C:
			for _, c := range h.list() {
				_ = c.conn.WriteControl(websocket.PingMessage, nil, time.Time{})
			}
		}
	}
}

// newBeat makes the message that says: the link is alive, and this is the build.
func (h *Hub) newBeat() *frame {
	text, err := json.Marshal(struct {
		Beat  int64  `json:"beat"`
		Build string `json:"build"`
	}{h.o.Now().UnixMilli(), h.o.Build()})
	if err != nil {
		panic(err) // a number and a string always marshal
	}
	return newFrame(text)
}

// sameOrigin refuses connections that a page of another site opens in a reader's browser.
func (h *Hub) sameOrigin(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true // no browser
	}
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" {
		return false
	}
	same := func(host string) bool { return strings.EqualFold(u.Host, host) }
	return same(r.Host) || slices.ContainsFunc(h.o.Origins, same)
}

// pace allows a burst of 20 and then two a second.
type pace struct {
	used float64
	at   time.Time
}

func (p *pace) allow(now time.Time) bool {
	p.used = max(0, p.used-2*now.Sub(p.at).Seconds())
	p.at = now
	p.used++
	return p.used <= 20
}
