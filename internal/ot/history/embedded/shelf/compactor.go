package shelf

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"sync/atomic"

	"github.com/oklog/ulid/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/tsdb"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"
	"github.com/prometheus/prometheus/tsdb/index"
)

// compactor writes blocks as the store's own does, but none for times without samples. The store
// tries every half hour between the oldest and the newest late sample, and an empty block costs it
// as many writes to the disk as a full one: with one sample a month late that took most of a minute.
type compactor struct {
	*tsdb.LeveledCompactor
	stop   *atomic.Bool
	run    *tsdb.BlockMeta // the pass that filled is about; held, so that its address stays its own
	filled map[int64]bool  // by the start of the block
}

// compactors gives what makes the store's compactor. It writes no further block of late samples once stop is set.
func compactors(stop *atomic.Bool) tsdb.NewCompactorFunc {
	return func(ctx context.Context, r prometheus.Registerer, l *slog.Logger, ranges []int64, pool chunkenc.Pool, o *tsdb.Options) (tsdb.Compactor, error) {
		c, err := tsdb.NewLeveledCompactorWithOptions(ctx, r, l, ranges, pool, tsdb.LeveledCompactorOptions{
			MaxBlockChunkSegmentSize:    o.MaxBlockChunkSegmentSize,
			EnableOverlappingCompaction: true,
			PD:                          o.PostingsDecoderFactory,
			BlockExcludeFilter:          o.BlockCompactionExcludeFunc,
		})
		if err != nil {
			return nil, err
		}
		return &compactor{LeveledCompactor: c, stop: stop}, nil
	}
}

// Write writes a block of what b has with mint <= time < maxt. base is the same for all blocks of one pass.
func (c *compactor) Write(dest string, b tsdb.BlockReader, mint, maxt int64, base *tsdb.BlockMeta) ([]ulid.ULID, error) {
	late, is := b.(*tsdb.OOOCompactionHead)
	if !is {
		return c.LeveledCompactor.Write(dest, b, mint, maxt, base)
	}
	if c.stop.Load() {
		return nil, errStopping
	}
	if c.run != base {
		const ever = math.MaxInt64 / 2
		filled, err := starts(late.CloneForTimeRange(-ever, ever), maxt-mint)
		if err != nil {
			return nil, fmt.Errorf("look for the times of late samples: %w", err)
		}
		c.run, c.filled = base, filled
	}
	if !c.filled[mint] {
		return nil, nil
	}
	return c.LeveledCompactor.Write(dest, b, mint, maxt, base)
}

// starts gives the starts of the blocks of a width that have samples.
func starts(b tsdb.BlockReader, width int64) (map[int64]bool, error) {
	all, err := b.Index()
	if err != nil {
		return nil, err
	}
	defer func() { _ = all.Close() }()
	pieces, err := b.Chunks()
	if err != nil {
		return nil, err
	}
	defer func() { _ = pieces.Close() }()
	name, value := index.AllPostingsKey()
	refs, err := all.Postings(context.Background(), name, value)
	if err != nil {
		return nil, err
	}
	out := map[int64]bool{}
	var builder labels.ScratchBuilder
	var metas []chunks.Meta
	for refs.Next() {
		if err := all.Series(refs.At(), &builder, &metas); err != nil {
			return nil, err
		}
		for _, m := range metas {
			if err := mark(out, pieces, m, width); err != nil {
				return nil, err
			}
		}
	}
	return out, refs.Err()
}

func mark(out map[int64]bool, pieces tsdb.ChunkReader, m chunks.Meta, width int64) error {
	chunk, several, err := pieces.ChunkOrIterable(m)
	if err != nil {
		return err
	}
	if chunk != nil {
		several = chunk
	}
	it := several.Iterator(nil)
	last := int64(math.MinInt64)
	for it.Next() != chunkenc.ValNone {
		if start := it.AtT() / width * width; start != last {
			out[start] = true
			last = start
		}
	}
	return it.Err()
}
