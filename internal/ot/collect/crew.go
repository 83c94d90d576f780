package collect

import (
	"context"
	"sync"
	"time"

	"millwright/internal/ot/history"
	"millwright/internal/ot/tag"
)

// Wanted is a session that a plant wants: Key changes whenever anything of it does, Frame with all but its tags.
type Wanted struct {
	Connection string
	Key        string
	Frame      string    // "" when it cannot go on with other tags
	Tags       []tag.Tag // that it reads
	Off        bool      // it is known, and not to be opened
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
	frame           string
	tags            []tag.Tag
	session         *Session // nil when it could not be opened
	failed          Status
	stop            context.CancelFunc // nil before Run
	ended           chan struct{}
}

// NewCrew makes a crew without sessions.
func NewCrew(archive history.Archive, now func() time.Time) *Crew {
	return &Crew{archive: archive, now: now}
}

// Dismiss ends the sessions that are not wanted as they are, and waits for them. Of those that are wanted with other tags
// it ends the tags that are.
func (c *Crew) Dismiss(wanted []Wanted) {
	c.adopting.Lock()
	defer c.adopting.Unlock()
	serve := map[*hand]Wanted{}
	for _, w := range wanted {
		if h := c.serving(w); h != nil {
			serve[h] = w
		}
	}
	var remain, leave []*hand
	for _, h := range c.all() {
		if w, serves := serve[h]; serves && (w.Key == h.key || h.retag(stay(h.tags, w.Tags), nil)) {
			remain = append(remain, h)
		} else {
			leave = append(leave, h)
		}
	}
	c.mu.Lock()
	c.hands, c.leaving = remain, leave
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
	var all []*hand
	for _, w := range wanted {
		var err error
		h := c.serving(w)
		if h != nil {
			err = c.extend(ctx, h, w)
		} else {
			h, err = c.hire(ctx, w)
		}
		if err != nil && failed == nil {
			failed = err
		}
		all = append(all, h)
	}
	c.set(all)
	c.start()
	return failed
}

// serving finds the session that is what is wanted, or may become it while it goes on; nil for none.
func (c *Crew) serving(w Wanted) *hand {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, h := range c.hands {
		if h.session != nil && (h.key == w.Key || h.stop != nil && w.Frame != "" && h.frame == w.Frame && h.session.Changes()) {
			return h
		}
	}
	return nil
}

// retag lets a session go on with other tags; false when it has ended.
func (h *hand) retag(tags []tag.Tag, known map[tag.ID]tag.Sample) bool {
	if !h.session.Retag(tags, known, h.ended) {
		return false
	}
	h.tags, h.key = tags, "" // until it has all that is wanted
	return true
}

// extend gives a session the tags that are wanted of it.
func (c *Crew) extend(ctx context.Context, h *hand, w Wanted) error {
	if h.key == w.Key {
		return nil
	}
	known, err := h.session.Known(ctx, c.archive, h.tags, w.Tags, c.now())
	if h.retag(w.Tags, known) { // without what is known, at worst a first value is taken for a late one
		h.key = w.Key
	}
	return err
}

// hire opens a session and closes the gap that its last stop left in the history.
func (c *Crew) hire(ctx context.Context, w Wanted) (*hand, error) {
	h := &hand{connection: w.Connection, key: w.Key, frame: w.Frame, tags: w.Tags}
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
