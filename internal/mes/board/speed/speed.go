// Package speed is how fast lines make what is scheduled: as the forecast has learned it, held while that changes little.
package speed

import (
	"sync"

	"millwright/internal/mes/execution/promise/cycle"
	"millwright/internal/plant"
)

// Source tells how a line makes a product; its cycle is 0 when nothing was learned of it.
type Source func(line plant.LineID, product string) cycle.Speed

// most is how many speeds are held.
const most = 10_000

type spot struct {
	line    plant.LineID
	product string
}

// Steady gives the speeds of a source, and goes on giving one while what is learned stays near it: bars of a schedule move
// for a cause, and not with each reading. It may be used from many goroutines.
type Steady struct {
	of   Source
	mu   sync.Mutex
	held map[spot]cycle.Speed
}

// New makes it of a source; nil knows nothing but ideal cycles.
func New(of Source) *Steady { return &Steady{of: of, held: map[spot]cycle.Speed{}} }

// Of gives how a line makes a product. Its cycle is 0 when nobody knows.
func (k *Steady) Of(line plant.Line, product string) (now cycle.Speed) {
	if product == "" {
		return now
	}
	if k.of != nil {
		now = k.of(line.ID, product)
	}
	if ideal, ok := line.Ideal(product); ok && now.Cycle <= 0 {
		now.Ideal, now.Cycle = ideal, ideal
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	at := spot{line.ID, product}
	if was, is := k.held[at]; is && was.Near(now) {
		return was
	}
	if len(k.held) >= most {
		clear(k.held)
	}
	k.held[at] = now
	return now
}
