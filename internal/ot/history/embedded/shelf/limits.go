package shelf

import (
	"cmp"
	"slices"
	"sync/atomic"
	"time"

	"github.com/oklog/ulid/v2"
	"github.com/prometheus/prometheus/tsdb"
)

// Limits are how long samples are kept, and how many. They may be changed while the store is open, which goes by them
// within a minute. The zero Limits are none.
type Limits struct{ retention, bytes atomic.Int64 }

// Set changes them: samples are dropped by whole blocks when they are older than the retention, never when it is not
// positive, and the oldest blocks while all take more of the disk than so many bytes; 0 is no limit.
func (l *Limits) Set(retention time.Duration, bytes int64) {
	l.retention.Store(max(0, retention.Microseconds()))
	l.bytes.Store(max(0, bytes))
}

// beyond are the blocks that go: those whose samples another has, and those beyond the limits, beside what is in
// memory. The newest stays, however old it is.
func (l *Limits) beyond(blocks []*tsdb.Block, memory int64) map[ulid.ULID]struct{} {
	all := slices.SortedFunc(slices.Values(blocks), func(a, b *tsdb.Block) int { return cmp.Compare(b.MaxTime(), a.MaxTime()) })
	retention, most := l.retention.Load(), l.bytes.Load()
	gone := map[ulid.ULID]struct{}{}
	size, full := memory, false
	for _, b := range all {
		size += b.Size()
		full = full || most > 0 && size > most
		old := retention > 0 && all[0].MaxTime()-b.MaxTime() >= retention
		if m := b.Meta(); full || old || m.Compaction.Deletable {
			gone[m.ULID] = struct{}{}
		}
	}
	return gone
}
