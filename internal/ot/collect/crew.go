package collect

import (
	"context"
	"sync"
	"time"

	"millwright/internal/ot/history"
)

// Wanted is a session that a plant wants: Key changes whenever anything of it does.
type Wanted struct {
	Connection string
	Key        string
	Off        bool // it is known, and not to be opened
	Open       func(context.Context) (*Session, error)
}

// Crew is all sessions of a plant. When the plant changes, those that stay as they are go on undisturbed.
type Crew struct {
	archive history.Archive
	now     func() time.Time

	adopting sync.Mutex // held by Adopt and Run
	mu       sync.Mutex
	hands    []*hand // in the order of the plant
	leaving  []*hand // they say their last words
	ended    Tally   // what those counted that are gone
	running  context.Context
}

// hand is one session at work, or why there is none.
type hand struct {
	connection, key string
	session         *Session // nil when it could not be opened
	failed          Status
	stop            context.CancelFunc // nil before Run
	ended           chan struct{}
}

// NewCrew makes a crew without sessions.
func NewCrew(archive history.Archive, now func() time.Time) *Crew {
	return &Crew{archive: archive, now: now}
}

// Dismiss ends the sessions that are not wanted as they are, and waits for them.
func (c *Crew) Dismiss(wanted []Wanted) {
	c.adopting.Lock()
	defer c.adopting.Unlock()
	keys := make(map[string]bool, len(wanted))
	for _, w := range wanted {
		keys[w.Key] = true
	}
	var stay, leave []*hand
	for _, h := range c.all() {
		if keys[h.key] && h.session != nil {
			stay = append(stay, h)
		} else {
			leave = append(leave, h)
		}
	}
	c.mu.Lock()
	c.hands, c.leaving = stay, leave
	c.mu.Unlock()
	release(leave)
	counted := Count(statuses(leave))
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended.add(counted)
	c.leaving = nil
}

// Adopt opens and starts the sessions that are wanted and not there yet; Dismiss comes first. A session that
// cannot be opened says why in its status, and the first such error is given back.
func (c *Crew) Adopt(ctx context.Context, wanted []Wanted) (failed error) {
	c.adopting.Lock()
	defer c.adopting.Unlock()
	there := map[string]*hand{}
	for _, h := range c.all() {
		there[h.key] = h
	}
	var all []*hand
	for _, w := range wanted {
		h := there[w.Key]
		if h == nil {
			var err error
			if h, err = c.hire(ctx, w); err != nil && failed == nil {
				failed = err
			}
		}
		all = append(all, h)
	}
	c.set(all)
	c.start()
	return failed
}

// hire opens a session and closes the gap that its last stop left in the history.
func (c *Crew) hire(ctx context.Context, w Wanted) (*hand, error) {
	h := &hand{connection: w.Connection, key: w.Key}
	if w.Off {
		h.failed = Status{Connection: w.Connection, Phase: Stopped, Since: c.now(), Disabled: true}
		return h, nil
	}
	s, err := w.Open(ctx)
	if err == nil {
		err = s.Resume(ctx, c.archive, c.now())
	}
	if err != nil {
		h.failed = Status{Connection: w.Connection, Phase: Stopped, Since: c.now(), LastError: err.Error()}
		return h, err
	}
	h.session = s
	return h, nil
}

// start lets every session that is not running yet run, once the crew itself does.
func (c *Crew) start() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.running == nil {
		return
	}
	for _, h := range c.hands {
		if h.session == nil || h.stop != nil {
			continue
		}
		var ctx context.Context
		ctx, h.stop = context.WithCancel(c.running)
		h.ended = make(chan struct{})
		go func() {
			defer close(h.ended)
			_ = h.session.Run(ctx) // it tells its errors in its status
		}()
	}
}

// release stops sessions and waits until each has said its last word.
func release(hands []*hand) {
	for _, h := range hands {
		if h.stop != nil {
			h.stop()
		}
	}
	for _, h := range hands {
		if h.stop != nil {
			<-h.ended
		}
	}
}

// Run keeps the sessions up until ctx ends.
func (c *Crew) Run(ctx context.Context) error {
	c.mu.Lock()
	c.running = ctx
	c.mu.Unlock()
	c.start()
	<-ctx.Done()
	c.adopting.Lock()
	defer c.adopting.Unlock()
	c.mu.Lock()
	c.running = nil
	c.mu.Unlock()
	release(c.all())
	return nil
}

func (c *Crew) all() []*hand {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.hands
}

func (c *Crew) set(hands []*hand) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hands = hands
}

// Status gives a copy of how each session is doing, in the order of the plant.
func (c *Crew) Status() []Status { return statuses(c.all()) }

// Tally tells how the sessions are doing, all together. What it counts since the start holds that of sessions that have
// ended too: it never falls.
func (c *Crew) Tally() Tally {
	c.mu.Lock()
	hands, leaving, t := c.hands, c.leaving, c.ended
	c.mu.Unlock()
	now := Count(statuses(hands))
	t.All, t.Down, t.Degraded = now.All, now.Down, now.Degraded
	t.add(now)
	t.add(Count(statuses(leaving)))
	return t
}

func statuses(hands []*hand) []Status {
	all := make([]Status, len(hands))
	for i, h := range hands {
		all[i] = h.failed
		if h.session != nil {
			all[i] = h.session.Status()
		}
	}
	return all
}
