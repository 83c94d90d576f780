package machines

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"millwright/config"
	"millwright/internal/errs"
	"millwright/internal/ot/driver/opcua"
	"millwright/internal/ot/driver/opcua/probe"
	"millwright/internal/ot/survey"
)

// here is a connection as it is reached from this place.
func (m *Machines) here(c config.Connection) config.Connection {
	if e, ok := m.o.Endpoints[c.ID]; ok {
		c.Endpoint = e
	}
	return c
}

// Test tries a connection out, and gives what was found in words.
func (m *Machines) Test(ctx context.Context, c config.Connection) probe.Finding {
	if c.Driver != "opcua" {
		return probe.Finding{Words: "Only OPC UA connections can be tried out.", Next: "Publish it and look at its state."}
	}
	o, err := m.settings(ctx, m.here(c))
	if err != nil {
		return explain(err)
	}
	f := probe.Try(ctx, o)
	if f.Cause != nil {
		return explain(f.Cause)
	}
	return f
}

func explain(err error) probe.Finding {
	var outside *Outside
	if errors.As(err, &outside) {
		return probe.Finding{Words: outside.Address + " is in none of the networks that machines may be in.", Next: "If the machine stands there, add its network to opcua.networks in millwright.yaml and start again.", Detail: err.Error()}
	}
	return probe.Explain(err)
}

// idle is how long a session that was opened for looking stays open when nobody looks.
const idle = 2 * time.Minute

// maxLooks bounds the sessions that are open for looking.
const maxLooks = 8

// looks are the sessions that are open for looking, one for each person.
type looks struct {
	mu  sync.Mutex
	all map[int64]*Look
}

// Look is a session that was opened to look around.
type Look struct {
	*survey.Survey
	key    string
	driver *opcua.Driver
	stop   context.CancelFunc
	timer  *time.Timer
	ready  chan struct{} // closed once it is open, or never will be
	ended  chan struct{}
	err    error // once ended
}

// Look opens a session to look around, or gives the one that this person has open already, with what was seen in it.
func (m *Machines) Look(ctx context.Context, who int64, c config.Connection) (*survey.Survey, error) {
	if c.Driver != "opcua" {
		return nil, errs.New(errs.Invalid, "only OPC UA connections can be looked through")
	}
	l, err := m.session(ctx, who, c)
	if err != nil {
		return nil, err
	}
	return l.Survey, nil
}

// session opens a session of a person's, or gives the one that is open already.
func (m *Machines) session(ctx context.Context, who int64, c config.Connection) (*Look, error) {
	c = m.here(c)
	text, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	l, err := m.looking(ctx, who, c, string(text))
	if err != nil {
		return nil, err
	}
	select {
	case <-l.ready:
	case <-ctx.Done():
		return nil, errs.New(errs.Unavailable, "the machine does not answer yet; look again in a moment: %w", ctx.Err())
	}
	select {
	case <-l.ended:
		f := explain(l.err)
		return nil, errs.New(errs.Unavailable, "%s %s (%w)", f.Words, f.Next, l.err)
	default:
		return l, nil
	}
}

// Peek gives the look of a person at a machine that is open already, and leaves it to end when it would have.
func (m *Machines) Peek(who int64, c config.Connection) (*survey.Survey, bool) {
	text, err := json.Marshal(m.here(c))
	if err != nil {
		return nil, false
	}
	m.looks.mu.Lock()
	defer m.looks.mu.Unlock()
	l := m.looks.all[who]
	if l == nil || l.key != string(text) || l.over() {
		return nil, false
	}
	select {
	case <-l.ready:
		return l.Survey, true
	default:
		return nil, false // it is being opened
	}
}

// looking gives the session of a person, opening it when it is not there or is another connection's.
func (m *Machines) looking(ctx context.Context, who int64, c config.Connection, key string) (*Look, error) {
	m.looks.mu.Lock()
	defer m.looks.mu.Unlock()
	if old := m.looks.all[who]; old != nil {
		if old.key == key && !old.over() && old.timer.Reset(idle) {
			return old, nil
		}
		old.stop()
		delete(m.looks.all, who)
	}
	if len(m.looks.all) >= maxLooks {
		return nil, errs.New(errs.TooMany, "too many people look through machines just now; try again in some minutes")
	}
	o, err := m.settings(ctx, c)
	if err != nil {
		return nil, err
	}
	d, err := opcua.New(o)
	if err != nil {
		return nil, errs.New(errs.Invalid, "the settings do not fit together: %w", err)
	}
	inner, stop := context.WithCancel(context.WithoutCancel(ctx))
	l := &Look{Survey: survey.New(d), key: key, driver: d, stop: stop, ready: make(chan struct{}), ended: make(chan struct{}), timer: time.AfterFunc(idle, stop)}
	if m.looks.all == nil {
		m.looks.all = map[int64]*Look{}
	}
	m.looks.all[who] = l
	go m.hold(inner, who, l)
	return l, nil
}

// hold keeps a session open until nobody has looked for a while, or it is lost.
func (m *Machines) hold(ctx context.Context, who int64, l *Look) {
	once := sync.OnceFunc(func() { close(l.ready) })
	l.err = l.driver.Hold(ctx, once)
	if l.err == nil {
		l.err = errs.New(errs.Unavailable, "the session was closed; look again")
	}
	close(l.ended)
	once()
	l.stop()
	l.timer.Stop()
	m.looks.mu.Lock()
	defer m.looks.mu.Unlock()
	if m.looks.all[who] == l {
		delete(m.looks.all, who)
	}
}

func (l *Look) over() bool {
	select {
	case <-l.ended:
		return true
	default:
		return false
	}
}

// Close ends the sessions that are open for looking, and waits for them.
func (m *Machines) Close() {
	m.looks.mu.Lock()
	all := make([]*Look, 0, len(m.looks.all))
	for _, l := range m.looks.all {
		all = append(all, l)
	}
	m.looks.mu.Unlock()
	for _, l := range all {
		l.stop()
		<-l.ended
	}
}
