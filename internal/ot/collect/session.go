// Package collect owns the sessions to the machines: opens them, watches them, backs off, and marks tags Bad when one is lost.
package collect

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"millwright/internal/ot/driver"
	"millwright/internal/ot/history"
	"millwright/internal/ot/tag"
)

// Settings are the times of a session. The zero value is right for a plant.
type Settings struct {
	BackoffMin time.Duration // 0 means 100 ms
	BackoffMax time.Duration // 0 means 15 s
	Heartbeat  time.Duration // how often the alive tag is written; 0 means 5 s
	Ahead      time.Duration // how far ahead of our clock a machine's may be; 0 means Ahead
	Log        *slog.Logger  // told why a session was lost or cannot be opened, once for each reason; nil tells nobody
}

func (s Settings) filled() Settings {
	fill := func(d *time.Duration, to time.Duration) {
		if *d == 0 {
			*d = to
		}
	}
	fill(&s.BackoffMin, 100*time.Millisecond)
	fill(&s.BackoffMax, 15*time.Second)
	fill(&s.Heartbeat, 5*time.Second)
	fill(&s.Ahead, Ahead)
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	return s
}

// Ahead is how far ahead of our clock a stamp is believed.
const Ahead = 10 * time.Minute

// Session keeps one connection going: it is the only owner of reconnection.
type Session struct {
	connection string
	alive      tag.ID
	tags       []tag.Tag
	points     []driver.Point
	limits     Limits
	driver     driver.Driver
	emit       func([]tag.Sample)
	set        Settings
	intake     *intake
	valve      *valve

	archive history.Archive // nil before Resume
	looked  time.Time       // when it was last asked what is known of the tags
	told    time.Time       // up to when something was known then

	orders chan order // other tags, for whoever runs the session

	mu     sync.Mutex
	status Status
}

// Connection is what a session connects: Alive is the tag that says whether it is up.
type Connection struct {
	ID     string
	Alive  tag.ID
	Tags   []tag.Tag
	Limits Limits
}

// Limits keep a session from asking too much of its machine, and the machine from telling too much. Zero means none.
type Limits struct {
	Values   int           // values a second that are let through
	Interval time.Duration // no tag is sampled faster
}

// NewSession makes a session of a driver over a connection's tags. emit gets batches in order, from one
// goroutine at a time, and must not wait.
func NewSession(c Connection, d driver.Driver, emit func([]tag.Sample), set Settings) *Session {
	s := &Session{
		connection: c.ID, alive: c.Alive, tags: c.Tags, limits: c.Limits, driver: d, emit: emit, set: set.filled(), orders: make(chan order),
		status: Status{Connection: c.ID, Phase: Stopped, Tags: len(c.Tags), Limit: c.Limits.Values},
		valve:  newValve(c.Limits.Values),
	}
	s.intake = newIntake(c.Tags, s.set.Ahead)
	s.points = s.pointsOf(c.Tags)
	return s
}

// pointsOf is how tags are read.
func (s *Session) pointsOf(tags []tag.Tag) (points []driver.Point) {
	for _, t := range tags {
		p := driver.Point{Tag: t.ID, Address: t.Address, Interval: max(t.Interval, s.limits.Interval), Queue: t.Queue, Deadband: t.Deadband}
		if t.Heartbeat > 0 { // a device that applied the deadband would say nothing for longer
			p.Deadband = 0
		}
		points = append(points, p)
	}
	return points
}

// Run keeps the session up until ctx ends; then every tag is Bad (out of service).
func (s *Session) Run(ctx context.Context) error {
	pause := s.set.BackoffMin
	for ctx.Err() == nil {
		began := time.Now()
		err := s.hold(ctx)
		s.lost(ctx, err)
		s.neglect(ctx)
		if time.Since(began) > s.set.BackoffMax {
			pause = s.set.BackoffMin
		}
		if !s.wait(ctx, pause) {
			break
		}
		pause = min(2*pause, s.set.BackoffMax)
	}
	s.update(func(st *Status) { st.Phase, st.Since = Stopped, time.Now() })
	return nil
}

// hold runs the driver once, with the heartbeat beside it, and gives why it ended.
func (s *Session) hold(ctx context.Context) error {
	points := pointing{driver: s.driver, done: make(chan error, 1)}
	defer points.wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s.update(func(st *Status) { st.Phase, st.Since, st.Bad, st.Merging = Starting, time.Now(), 0, false })
	s.intake.begin(time.Now())

	in := make(chan []tag.Sample, 64)
	ended, wanted := make(chan error, 1), s.points
	go func() {
		defer close(in)
		ended <- s.guard(ctx, wanted, func(batch []tag.Sample) {
			select {
			case in <- batch:
			case <-ctx.Done():
			}
		})
	}()
	before := s.Status()
	beat, room, echoes := time.NewTicker(s.set.Heartbeat), s.room(), s.echoes()
	defer beat.Stop()
	defer room.Stop()
	defer func() { echoes.Stop() }()
	for {
		select {
		case batch, open := <-in:
			if !open {
				s.deliver(s.valve.empty(), time.Now())
				return errors.Join(<-ended, points.failed)
			}
			s.overflow(batch)
			s.deliver(s.valve.pass(batch, time.Now()), time.Now())
		case now := <-room.C:
			s.deliver(s.valve.pass(nil, now), now)
		case <-beat.C:
			before = s.measure(before)
			s.pulse(time.Now())
		case o := <-s.orders:
			s.retag(o, time.Now())
			echoes.Stop()
			echoes = s.echoes()
			points.change(ctx, s.points)
		case err := <-points.done:
			if !points.changed(ctx, err, s.phase() == Active) {
				cancel() // the next session reads what is wanted now
			}
		case now := <-echoes.C:
			if again := s.intake.repeat(now); len(again) > 0 {
				s.emit(again)
			}
		}
	}
}

// overflow counts what the device says it dropped, before the valve may merge that away.
func (s *Session) overflow(batch []tag.Sample) {
	n := uint64(0)
	for i := range batch {
		if batch[i].Quality.Overflowed() {
			n++
		}
	}
	if n > 0 {
		s.update(func(st *Status) { st.Overflows += n })
	}
}

// measure notes how fast values come since a status, and gives the one of now.
func (s *Session) measure(before Status) (now Status) {
	merged := s.valve.lost()
	s.update(func(st *Status) {
		st.Rate, st.Rated = float64(st.Samples-before.Samples)/s.set.Heartbeat.Seconds(), st.Phase == Active
		st.Merged, st.Merging = merged, merged > before.Merged
		now = *st
	})
	return now
}

// guard turns a driver's panic on hostile input into a lost session.
func (s *Session) guard(ctx context.Context, points []driver.Point, emit func([]tag.Sample)) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("driver of connection %s broke down: %v", s.connection, r)
		}
	}()
	return s.driver.Run(ctx, points, emit)
}

func (s *Session) deliver(batch []tag.Sample, now time.Time) {
	if len(batch) == 0 {
		return
	}
	took := s.intake.take(batch, now)
	first, failed := false, false
	s.update(func(st *Status) {
		first = st.Phase != Active
		if first {
			failed = st.LastError != ""
			st.Phase, st.Since, st.LastError, st.RetryAt = Active, now, "", time.Time{}
		}
		st.LastSample = now
		st.Samples += uint64(len(batch))
		st.Skewed += uint64(took.skewed)
		if st.Off = max(st.Off, took.off); took.skewed > 0 {
			st.SkewedAt = now
		}
		st.Retyped += uint64(len(took.retyped))
		st.Bad, st.FirstBad = s.intake.bad()
	})
	for _, r := range took.retyped {
		s.set.Log.Warn("a tag sends another kind of value than before; it is kept as it comes, nothing is converted",
			"connection", s.connection, "tag", r.tag, "was", r.was.String(), "now", r.now.String())
	}
	if failed {
		s.set.Log.Info("a connection works again", "connection", s.connection)
	}
	if first {
		s.pulse(now)
	}
	if len(took.kept) > 0 {
		s.emit(took.kept)
	}
}

// pulse writes the alive tag while samples may be trusted.
func (s *Session) pulse(now time.Time) {
	if s.phase() == Active && s.alive != 0 {
		s.emit([]tag.Sample{tag.Sample{Tag: s.alive, Time: now, Value: tag.BoolValue(true)}.Clean()})
	}
}

func (s *Session) update(change func(*Status)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.status)
}

// Status gives a copy of how the session is doing.
func (s *Session) Status() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.status.judged(time.Now())
}

func (s *Session) phase() Phase {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.status.Phase
}
