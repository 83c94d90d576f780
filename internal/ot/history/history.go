// Package history is the contract of the historian: samples in by batches, out by ranges.
package history

import (
	"context"
	"time"

	"millwright/internal/ot/tag"
)

// Range asks for samples with From <= Time < To.
type Range struct {
	Tag      tag.ID
	From, To time.Time
	Carry    bool // also give the last sample before From, if any, as the first one, at its own time
}

// Refusal is a sample that the archive could not keep, and why: it never stops the rest of its batch (R06).
type Refusal struct {
	Index int // in the batch given to Append
	Why   string
}

// Bucket is one step of a downsampled range. Min, Max, Mean and Last are of the signal, which holds its
// value until the next sample; they are meaningless when nothing is Known. Mean is weighted by time.
type Bucket struct {
	Start          time.Time
	Min, Max, Mean float64
	Last           float64
	Count          int64         // good samples within it
	GoodFor        time.Duration // time within the bucket that was good
	BadFor         time.Duration // time within the bucket that was not
}

// Known tells whether the bucket's numbers mean anything.
func (b Bucket) Known() bool { return b.Count > 0 || b.GoodFor > 0 }

// Corrector is an archive in which what is kept can be corrected.
type Corrector interface {
	// Correct lets other values hold at times that are taken, durable as by Append. A time at which nothing stands is
	// refused; what holds there already is no error, and changes nothing. After an error all of it may be sent again.
	Correct(ctx context.Context, now time.Time, batch []tag.Sample) ([]Refusal, error)
}

// Archive keeps samples. It is safe for concurrent use.
type Archive interface {
	// Append keeps a batch, durable against kill -9 when it returns. The same (tag, time, value)
	// again is no error and is kept once (R07); another value at a time that is taken is refused.
	// Late samples land where they belong. Times more than an hour ahead of now are refused (R09).
	Append(ctx context.Context, now time.Time, batch []tag.Sample) ([]Refusal, error)

	// Samples calls yield with the samples of one range in time order until it returns false.
	Samples(ctx context.Context, r Range, yield func(tag.Sample) bool) error

	// Merge does the same for several ranges at once, in one time order (ties: by tag).
	Merge(ctx context.Context, ranges []Range, yield func(tag.Sample) bool) error

	// Buckets cuts a range into equal steps: at most 10,000. Text tags give only Count.
	Buckets(ctx context.Context, r Range, step time.Duration) ([]Bucket, error)
}
