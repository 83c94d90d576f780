package embedded

import (
	"math"
	"time"
)

// Stats are counts since the archive was opened, and what it holds.
type Stats struct {
	Kept, Late, Duplicates, Refused uint64 // Late are among Kept
	Texts                           int
	Series                          uint64 // in memory
	Blocks                          int
	BlockBytes, LogBytes            int64
	BlockSamples                    uint64
	Oldest                          time.Time // a time that no sample is before; zero when there is none
}

// Stats gives a copy.
func (a *Archive) Stats() Stats {
	s := Stats{Kept: a.count.kept.Load(), Late: a.count.late.Load(), Duplicates: a.count.duplicates.Load(), Refused: a.count.refused.Load()}
	leave, err := a.enter()
	if err != nil {
		return s
	}
	defer leave()
	if oldest := a.store.Oldest(); oldest < math.MaxInt64 {
		s.Oldest = time.UnixMicro(oldest).UTC()
	}
	s.LogBytes = a.store.Head().Size()
	s.Texts, s.Series = a.words.Len(), a.store.Head().NumSeries()
	for _, b := range a.store.Blocks() {
		s.Blocks++
		s.BlockBytes += b.Size()
		s.BlockSamples += b.Meta().Stats.NumSamples
	}
	return s
}

// Duplicates is the number of samples that were there already, since the archive was opened.
func (a *Archive) Duplicates() uint64 { return a.count.duplicates.Load() }

// Limit changes how long and how much is kept, as Options say it.
func (a *Archive) Limit(retention time.Duration, size int64) { a.keep.Set(retention, size) }
