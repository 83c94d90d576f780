package live

import "net/http"

// Guard says what one connection may see, and for how long. May and Alive are asked again every two seconds
// at most, one connection after the other, so they must be quick.
type Guard struct {
	Source string // who connects, for the limit per source: a network address
	// As names the panel that is drawn for this reader in the place of the one that its page asks for; nil for the same.
	As    func(panel string) string
	May   func(panel string) bool // may it see this panel
	Alive func() bool             // is who opened it still signed in
}

// Serve upgrades a request and returns; the connection lives on until it fails, its guard ends it or the hub stops.
func (h *Hub) Serve(w http.ResponseWriter, r *http.Request, g Guard) {
	if !h.admit(g.Source) {
		h.counts.refused.Add(1)
		w.Header().Set("Retry-After", "5")
		http.Error(w, "too many live connections: try again in a few seconds", http.StatusServiceUnavailable)
		return
	}
	hj := &hijacker{ResponseWriter: w}
	conn, err := h.upgrader.Upgrade(hj, r, nil)
	if err != nil { // Upgrade has answered
		h.dismiss(g.Source)
		return
	}
	c := newClient(h, conn, hj.got, g)
	if !h.add(c) {
		h.dismiss(g.Source)
		_ = conn.Close()
		return
	}
	c.offer(&c.beats, h.newBeat())
	go c.read()
}

// admit counts a connection in; every true is followed by one dismiss.
func (h *Hub) admit(source string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.stopped || h.admitted >= h.o.MaxClients || h.sources[source] >= h.o.MaxPerSource {
		return false
	}
	h.admitted++
	h.sources[source]++
	return true
}

func (h *Hub) dismiss(source string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.dismissLocked(source)
}

func (h *Hub) dismissLocked(source string) {
	h.admitted--
	h.sources[source]--
	if h.sources[source] <= 0 {
		delete(h.sources, source)
	}
}

// add registers a client and promises its goroutine; false when the hub has stopped meanwhile.
func (h *Hub) add(c *client) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.stopped {
		return false
	}
	h.clients[c] = struct{}{}
	h.conns.Add(1)
	return true
}

func (h *Hub) remove(c *client) {
	c.watchOnly(nil)
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.clients, c)
	h.dismissLocked(c.guard.Source)
}
