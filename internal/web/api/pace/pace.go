// Package pace keeps each sender of samples to its share.
package pace

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// How fast one sender may be: requests and samples a second, and what may come at once.
const (
	requestRate, requestBurst = 100, 200
	sampleRate, sampleBurst   = 500_000, 1_000_000
	senders                   = 10_000 // that are remembered
)

// Keeper knows how much each sender has sent of late.
type Keeper struct {
	mu  sync.Mutex
	all map[plant.Person]*share
}

type share struct{ requests, samples *rate.Limiter }

// New makes a keeper that knows of nobody yet.
func New() *Keeper { return &Keeper{all: map[plant.Person]*share{}} }

func (p *Keeper) of(by plant.Person) *share {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, ok := p.all[by]
	if !ok {
		if len(p.all) >= senders {
			clear(p.all)
		}
		s = &share{rate.NewLimiter(requestRate, requestBurst), rate.NewLimiter(sampleRate, sampleBurst)}
		p.all[by] = s
	}
	return s
}

// Begin counts a request; errs.TooMany when it comes too soon.
func (p *Keeper) Begin(by plant.Person, now time.Time) error {
	if !p.of(by).requests.AllowN(now, 1) {
		return tooFast("requests come too fast; put more samples into each")
	}
	return nil
}

// Take counts samples; errs.TooMany when they are too many at once.
func (p *Keeper) Take(by plant.Person, n int, now time.Time) error {
	if !p.of(by).samples.AllowN(now, n) {
		return tooFast("samples come too fast")
	}
	return nil
}

func tooFast(why string) error {
	return errs.New(errs.TooMany, why+"; %w", &access.Wait{For: time.Second})
}
