package shelf

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"
)

// The folder in which the store packs runs of samples that are still in its logs too.
const packedFolder = "chunks_head"

// dropLatePacked leaves out packed runs of late samples. All that matters of them is in their log or in blocks; yet
// a run stays packed long after it is in a block, and each start would make blocks of it anew. A file that is not
// sound is left for the store, which knows what to do without it.
func dropLatePacked(dir string) error {
	folder := filepath.Join(dir, packedFolder)
	fresh, old := folder+".new", folder+".old"
	if err := errors.Join(os.RemoveAll(fresh), os.RemoveAll(old)); err != nil {
		return err
	}
	if size, err := weigh(folder); size == 0 || err != nil {
		return err
	}
	if !copyTimely(folder, fresh) {
		return os.RemoveAll(fresh)
	}
	if err := os.Rename(folder, old); err != nil {
		return err
	}
	// Now there is none: a start from here would take all samples from the logs.
	return errors.Join(os.Rename(fresh, folder), os.RemoveAll(old))
}

// copyTimely copies the packed runs that are not late; false when there is nothing to leave out, or it cannot be done.
func copyTimely(from, to string) bool {
	old, err := mapper(from)
	if err != nil {
		return false
	}
	defer func() { _ = old.Close() }()
	if !anyLate(old) {
		return false
	}
	fresh, err := mapper(to)
	if err != nil {
		return false
	}
	err = old.IterateAllChunks(func(series chunks.HeadSeriesRef, at chunks.ChunkDiskMapperRef, first, last int64, _ uint16, _ chunkenc.Encoding, late bool) error {
		if late {
			return nil
		}
		run, err := old.Chunk(at)
		if err == nil {
			fresh.WriteChunk(series, first, last, run, false, func(e error) { err = e })
		}
		return err
	})
	return errors.Join(err, fresh.Close()) == nil
}

var errLate = errors.New("a packed run of late samples")

func anyLate(m *chunks.ChunkDiskMapper) bool {
	err := m.IterateAllChunks(func(_ chunks.HeadSeriesRef, _ chunks.ChunkDiskMapperRef, _, _ int64, _ uint16, _ chunkenc.Encoding, late bool) error {
		if late {
			return errLate
		}
		return nil
	})
	return errors.Is(err, errLate)
}

func mapper(folder string) (*chunks.ChunkDiskMapper, error) {
	return chunks.NewChunkDiskMapper(nil, folder, chunkenc.NewPool(), chunks.DefaultWriteBufferSize, 0)
}
