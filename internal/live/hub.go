// Package live shows panels: each is rendered once and pushed to every page that watches it.
package live

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

// Render draws a panel as an HTML fragment whose root element carries the panel's id.
// It must hold nothing that is meant for one reader only: everybody who watches gets the same bytes.
type Render func(ctx context.Context, panel string) ([]byte, error)

// Options of a Hub. Only Now is needed; a zero means the value in brackets.
type Options struct {
	Now      func() time.Time // the clock, for beats, pace and deadlines
	Build    func() string    // a page of another build reloads itself; nil for none
	Interval time.Duration    // least time between two renderings of one panel [100 ms]
	// Every gives panels a pace of their own; 0 leaves it at Interval. [nil]
	Every func(panel string) time.Duration
	// Settle is how long a panel that was quiet waits for the rest of a burst. [4 ms]
	Settle       time.Duration
	Beat         time.Duration // [2 s]
	Recheck      time.Duration // how often guards are asked again [1.5 s]
	Ping         time.Duration // a page that leaves two unanswered is gone [20 s]
	WriteWait    time.Duration // a page that takes nothing for so long is gone [10 s]
	MaxClients   int           // connections in all [10,000]
	MaxPerSource int           // connections of one source [2,000]
	MaxPanels    int           // different panels watched at one time [4,096]
	Origins      []string      // hosts that may open a connection besides the one asked for
	Log          *slog.Logger  // [slog.Default()]
}

// Hub sends each page the newest rendering of every panel it watches. A page that is slow skips
// renderings; it delays nobody and holds no more than one rendering per panel.
type Hub struct {
	render   Render
	o        Options
	upgrader websocket.Upgrader
	fresh    chan struct{} // says that starting holds panels
	ready    ready
	conns    sync.WaitGroup // readers
	panels   sync.Map       // string → *panel; written under mu only
	counts   counts

	mu       sync.Mutex
	clients  map[*client]struct{}
	sources  map[string]int // connections by source
	admitted int            // connections in all
	starting []*panel       // watched but without a goroutine yet
	watched  int            // number of panels
	stopped  bool
}

type counts struct {
	renders, unchanged, failed, sent, bytes, skipped, slow, refused atomic.Uint64
}

// Stats is what a hub has done since it was made, and whom it serves now.
type Stats struct {
	Clients   int
	Panels    int
	Renders   uint64
	Unchanged uint64 // renderings that equalled the one before and were not sent
	Failed    uint64 // renderings that ended in an error
	Sent      uint64 // messages written, beats included
	Bytes     uint64
	Skipped   uint64 // renderings that a slow page never saw
	Slow      uint64 // pages given up because they took nothing
	Refused   uint64 // connections refused for their number
}

// New makes a hub; Run must be running for panels to move.
func New(render Render, o Options) *Hub {
	if o.Now == nil {
		panic("live.New: Options.Now is missing: the hub has no clock of its own")
	}
	o.fill()
	h := &Hub{
		render:  render,
		o:       o,
		fresh:   make(chan struct{}, 1),
		clients: map[*client]struct{}{},
		sources: map[string]int{},
	}
	h.ready.some.L = &h.ready.mu
	h.upgrader = websocket.Upgrader{
		HandshakeTimeout: 5 * time.Second,
		ReadBufferSize:   256, // pages only say what they watch
		WriteBufferSize:  1024,
		WriteBufferPool:  &sync.Pool{},
		CheckOrigin:      h.sameOrigin,
	}
	return h
}

func (o *Options) fill() {
	setDefault(&o.Interval, 100*time.Millisecond)
	setDefault(&o.Settle, 4*time.Millisecond)
	setDefault(&o.Beat, 2*time.Second)
	setDefault(&o.Recheck, 1500*time.Millisecond)
	setDefault(&o.Ping, 20*time.Second)
	setDefault(&o.WriteWait, 10*time.Second)
	setDefault(&o.MaxClients, 10_000)
	setDefault(&o.MaxPerSource, 2_000)
	setDefault(&o.MaxPanels, 4_096)
	if o.Build == nil {
		o.Build = func() string { return "" }
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Every == nil {
		o.Every = func(string) time.Duration { return 0 }
	}
}

func setDefault[T int | time.Duration](v *T, d T) {
	if *v <= 0 {
		*v = d
	}
}

// Touch says that what a panel shows may have changed. It never waits, and costs next to nothing for a panel
// that nobody watches.
func (h *Hub) Touch(name string) {
	if p, ok := h.panels.Load(name); ok {
		p.(*panel).touch()
	}
}

// Watched gives the names of the panels that somebody watches now, in no order.
func (h *Hub) Watched() []string {
	var names []string
	h.panels.Range(func(name, _ any) bool {
		names = append(names, name.(string))
		return true
	})
	return names
}

// Run draws panels, beats and asks guards again until ctx ends; then it says goodbye to every page and waits
// for all it started.
func (h *Hub) Run(ctx context.Context) error {
	defer h.writers()()
	var loops sync.WaitGroup
	loops.Go(func() { h.beats(ctx) })
	loops.Go(func() { h.recheck(ctx) })
	for {
		for _, p := range h.takeStarting() {
			loops.Go(func() { h.keep(ctx, p) })
		}
		select {
		case <-h.fresh:
			continue
		case <-ctx.Done():
		}
		break
	}
	loops.Wait()
	h.stop()
	return nil
}

func (h *Hub) takeStarting() []*panel {
	h.mu.Lock()
	defer h.mu.Unlock()
	taken := h.starting
	h.starting = nil
	return taken
}

// stop closes every connection in good order and waits for their goroutines.
func (h *Hub) stop() {
	h.mu.Lock()
	h.stopped = true
	h.mu.Unlock()
	for _, c := range h.list() {
		c.close(websocket.CloseGoingAway, "the server stops; it will be back")
	}
	h.conns.Wait()
}

// list copies the clients, so that nobody is called while the lock is held.
func (h *Hub) list() []*client {
	h.mu.Lock()
	defer h.mu.Unlock()
	all := make([]*client, 0, len(h.clients))
	for c := range h.clients {
		all = append(all, c)
	}
	return all
}

// Stats tells what the hub does.
func (h *Hub) Stats() Stats {
	h.mu.Lock()
	clients, panels := len(h.clients), h.watched
	h.mu.Unlock()
	return Stats{
		Clients:   clients,
		Panels:    panels,
		Renders:   h.counts.renders.Load(),
		Unchanged: h.counts.unchanged.Load(),
		Failed:    h.counts.failed.Load(),
		Sent:      h.counts.sent.Load(),
		Bytes:     h.counts.bytes.Load(),
		Skipped:   h.counts.skipped.Load(),
		Slow:      h.counts.slow.Load(),
		Refused:   h.counts.refused.Load(),
	}
}
