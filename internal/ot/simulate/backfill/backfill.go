// Package backfill tells a running Millwright what the simulated plant did before anybody looked.
package backfill

import (
	"context"
	"time"

	"millwright/internal/ot/simulate"
)

// Options says where to and how.
type Options struct {
	URL      string // "http://127.0.0.1:8080"
	Token    string
	Now      func() time.Time // the wall clock; nil means time.Now
	Patience time.Duration    // how long one batch is tried again while the receiver is down; 0 means 2 min
}

// Report says what became of the samples.
type Report struct {
	Sent, Accepted, Refused int
	Refusals                []Refusal // the first few of them
}

// Refusal is a sample that the receiver did not take.
type Refusal struct {
	Tag   string
	Time  time.Time
	Error string
}

// window is how much of the past is thinned at once; samples of one window leave in time order before the next.
const window = time.Minute

// Push runs the plant from its present time up to the wall clock and sends what it did, in time order.
// When it returns without an error, the plant stands within a second of the wall clock.
func Push(ctx context.Context, p *simulate.Plant, o Options) (Report, error) {
	s, err := newSender(p.Signals(), o)
	if err != nil {
		return Report{}, err
	}
	now := o.Now
	if now == nil {
		now = time.Now
	}
	t := newThinner(p.Signals())
	if err := s.add(ctx, t.begin(p.Values())); err != nil {
		return s.report, err
	}
	for now().Sub(p.Now()) >= time.Second { // time goes on while the past is sent
		if err := catchUp(ctx, p, now(), t, s); err != nil {
			return s.report, err
		}
	}
	return s.report, nil
}

// catchUp sends everything up to a time.
func catchUp(ctx context.Context, p *simulate.Plant, to time.Time, t *thinner, s *sender) error {
	to = to.Truncate(time.Microsecond) // the plant knows no shorter time
	for p.Now().Before(to) {
		end := p.Now().Truncate(window).Add(window)
		if end.After(to) {
			end = to
		}
		if err := s.add(ctx, t.thin(p.Advance(end))); err != nil {
			return err
		}
	}
	return s.flush(ctx)
}
