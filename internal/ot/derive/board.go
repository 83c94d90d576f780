package derive

import (
	"context"
	"sync"
	"time"

	"millwright/internal/ot/history"
	"millwright/internal/ot/tag"
)

// Board is where samples become derived tags while a plant runs. The zero Board derives nothing. It is safe for
// concurrent use.
type Board struct {
	mu     sync.RWMutex // held for writing while results are reckoned and passed on, so that they stay in order
	engine *Engine      // nil for none
}

// Pass gives a batch, with what is derived from it behind it, to on, which must not wait.
func (b *Board) Pass(batch []tag.Sample, on func(all []tag.Sample)) {
	if b.idle(batch, on) {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.engine != nil {
		batch = b.engine.Take(batch)
	}
	on(batch)
}

// idle passes a batch on as it is if nothing is derived.
func (b *Board) idle(batch []tag.Sample, on func([]tag.Sample)) bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if b.engine != nil {
		return false
	}
	on(batch)
	return true
}

// Adopt puts another engine in the place of the one before; nil derives nothing from now on. It is seeded with what
// was said last, by all that has been passed until then. What the derived tags say anew is given to on.
func (b *Board) Adopt(e *Engine, newest func() []tag.Sample, on func([]tag.Sample)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.engine = e
	if e == nil {
		return
	}
	if news := e.Seed(newest()); len(news) > 0 {
		on(news)
	}
}

// ahead is how far the newest sample may lie in the future.
const ahead = time.Hour

// Newest reads from the history what the tags of an engine said last.
func Newest(ctx context.Context, archive history.Archive, e *Engine, now time.Time) ([]tag.Sample, error) {
	ids := e.Tags()
	ranges := make([]history.Range, len(ids))
	for i, id := range ids {
		ranges[i] = history.Range{Tag: id, From: now, To: now.Add(ahead), Carry: true}
	}
	last := make(map[tag.ID]tag.Sample, len(ids))
	if err := archive.Merge(ctx, ranges, func(s tag.Sample) bool {
		last[s.Tag] = s
		return true
	}); err != nil {
		return nil, err
	}
	all := make([]tag.Sample, 0, len(last))
	for _, id := range ids { // in one order, whatever the map's
		if s, there := last[id]; there {
			all = append(all, s)
		}
	}
	return all, nil
}
