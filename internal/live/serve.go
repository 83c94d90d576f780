package live

import "net/http"

// Guard says what one connection may see, and for how long. Both functions are asked again every two seconds
// at most, one connection after the other, so they must be quick.
type Guard struct {
	Source string                  // who connects, for the limit per source: a network address
	May    func(panel string) bool // may it see this panel
	Alive  func() bool             // is who opened it still signed in
}

// Serve upgrades a request and returns; the connection lives on until it fails, its guard ends it or the hub stops.
func (h *Hub) Serve(w http.ResponseWriter, r *http.Request, g Guard) {
	if !h.admit(g.Source) {
		h.counts.refused.Add(1)
		w.Header().Set("Retry-After", "5")
		http.Error(w, "too many live connections: try again in a few seconds", http.StatusServiceUnavailable)
		return
	}
	hj := &hijacker{ResponseWriter: w, hub: h}
	conn, err := h.upgrader.Upgrade(hj, r, nil)
	if err != nil { // Upgrade has answered
		h.dismiss(g.Source)
		return
	}
	c := &client{hub: h, conn: conn, out: hj.got, guard: g, beat: h.newBeat()}
	c.work.L = &c.mu
	c.asked.at = h.o.Now()
	if !h.add(c) {
		h.dismiss(g.Source)
		_ = conn.Close()
		return
	}
	go c.read()
	go c.write()
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
	h.admitted--
	h.sources[source]--
	if h.sources[source] <= 0 {
		delete(h.sources, source)
	}
}

// add registers a client and promises its two goroutines; false when the hub has stopped meanwhile.
func (h *Hub) add(c *client) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.stopped {
		return false
	}
	h.clients[c] = struct{}{}
	h.conns.Add(2)
	return true
}

func (h *Hub) remove(c *client) {
	c.watchOnly(nil)
	h.mu.Lock()
	delete(h.clients, c)
	h.mu.Unlock()
	h.dismiss(c.guard.Source)
}
