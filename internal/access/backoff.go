package access

import (
	"sync"
	"time"
)

// rule says how many failures are free, and how long the pauses between further ones may grow.
type rule struct {
	free    int
	longest time.Duration
}

// The rules: the first stops who guesses from one place, the second who tries many accounts from there.
// The third slows a guess from many places; its pauses are short, because they also hit the person whose account it is.
func ruleHere() rule    { return rule{free: 5, longest: 5 * time.Minute} }
func ruleSource() rule  { return rule{free: 20, longest: 15 * time.Minute} }
func ruleAccount() rule { return rule{free: 50, longest: 30 * time.Second} }

// forget is how long a failure counts.
const forget = time.Hour

// maxMemory bounds the failures that are remembered; the oldest go first.
const maxMemory = 20_000

// backoff remembers failed attempts by key.
type backoff struct {
	mu     sync.Mutex
	failed map[string]failures
}

type failures struct {
	n      int
	last   time.Time
	before time.Time // the one before the last
	open   time.Time // no attempt before
}

type attempt struct {
	key  string
	rule rule
}

func newBackoff() *backoff { return &backoff{failed: map[string]failures{}} }

// try counts an attempt as a failure until succeed or takeBack say otherwise, so that many at one time count as many.
// It gives the time to wait when one of the keys must; then nothing is counted.
func (b *backoff) try(now time.Time, attempts ...attempt) (wait time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, a := range attempts {
		if f, ok := b.failed[a.key]; ok && now.Sub(f.last) < forget {
			wait = max(wait, min(f.open.Sub(now), a.rule.longest)) // a clock set back must not lengthen it
		}
	}
	if wait > 0 {
		return wait
	}
	for _, a := range attempts {
		f := b.failed[a.key]
		if now.Sub(f.last) >= forget {
			f = failures{}
		}
		f.before, f.n, f.last = f.last, f.n+1, now
		f.open = now.Add(a.rule.pause(f.n))
		b.failed[a.key] = f
	}
	b.prune(now)
	return 0
}

// pause is the time after the nth failure in a row: none for the free ones, then 1 s, 2 s, 4 s and so on.
func (r rule) pause(n int) time.Duration {
	over := n - r.free
	if over < 0 {
		return 0
	}
	return min(time.Second<<min(over, 20), r.longest)
}

// succeed forgets the failures of keys.
func (b *backoff) succeed(keys ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, k := range keys {
		delete(b.failed, k)
	}
}

// takeBack says that an attempt at a time was no failure. The failures of others count as before.
func (b *backoff) takeBack(at time.Time, attempts ...attempt) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, a := range attempts {
		f, ok := b.failed[a.key]
		switch {
		case !ok:
			continue
		case f.n <= 1:
			delete(b.failed, a.key)
			continue
		case f.last.Equal(at):
			f.last = f.before
		}
		f.n--
		f.open = f.last.Add(a.rule.pause(f.n))
		b.failed[a.key] = f
	}
}

func (b *backoff) prune(now time.Time) {
	if len(b.failed) <= maxMemory {
		return
	}
	oldest := now.Add(-forget)
	for len(b.failed) > maxMemory*9/10 {
		for k, f := range b.failed {
			if !f.last.After(oldest) {
				delete(b.failed, k)
			}
		}
		oldest = oldest.Add(forget / 60)
	}
}
