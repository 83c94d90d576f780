package bench

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"time"

	"millwright/internal/app/bench/gauge"

	"millwright/internal/ot/history"
	"millwright/internal/ot/history/embedded"
	"millwright/internal/ot/tag"
)

// historyFigures measures the historian alone: how fast it appends, how small it keeps, how soon it answers.
func historyFigures(ctx context.Context, _ Options, out io.Writer) error {
	if err := appendFigures(ctx, out); err != nil {
		return err
	}
	return rangeFigures(ctx, out)
}

// archive opens an archive of n tags in a new folder.
func archive(n int) (a *embedded.Archive, dir string, err error) {
	tags := make([]tag.Tag, n)
	for i := range tags {
		tags[i].Name = fmt.Sprintf("bench/t%d", i)
	}
	registry, err := tag.NewRegistry(tags)
	if err != nil {
		return nil, "", err
	}
	if dir, err = os.MkdirTemp("", "millwright-bench-"); err != nil {
		return nil, "", err
	}
	a, err = embedded.Open(dir, registry, nil, embedded.Options{})
	return a, dir, err
}

// sensors makes readings of sensors in steps of 0.1 that wander, at exact seconds.
type sensors struct {
	values []float64
	dice   *rand.Rand
}

func newSensors(n int) *sensors {
	return &sensors{make([]float64, n), rand.New(rand.NewPCG(1, 2))}
}

func (s *sensors) at(t time.Time, batch []tag.Sample) []tag.Sample {
	for i := range s.values {
		s.values[i] += float64(s.dice.IntN(3) - 1)
		batch = append(batch, tag.Sample{Tag: tag.ID(i + 1), Time: t, Value: tag.FloatValue(200 + s.values[i]/10)})
	}
	return batch
}

func appendFigures(ctx context.Context, out io.Writer) error {
	const tags, seconds = 10000, 1200
	a, dir, err := archive(tags)
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	source := newSensors(tags)
	first := time.Now().UTC().Truncate(time.Second).Add(-seconds * time.Second)
	before := gauge.Used()
	var batch []tag.Sample
	for i := range seconds {
		at := first.Add(time.Duration(i) * time.Second)
		batch = source.at(at, batch[:0])
		if _, err := a.Append(ctx, at, batch); err != nil {
			return err
		}
	}
	cpu, wall := gauge.Used().Since(before)
	n := float64(tags * seconds)
	if err := a.Close(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "history: append %.2f M samples/s, %.2f µs CPU a sample (%d tags × 1 Hz, %d batches)\n", n/wall.Seconds()/1e6, float64(cpu.Microseconds())/n, tags, seconds)
	return err
}

func rangeFigures(ctx context.Context, out io.Writer) error {
	const tags, days = 4, 30
	a, dir, err := archive(tags)
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	source := newSensors(tags)
	last := time.Now().UTC().Truncate(time.Second)
	first := last.Add(-days * 24 * time.Hour)
	var batch []tag.Sample
	for at := first; at.Before(last); at = at.Add(time.Second) {
		if batch = source.at(at, batch); len(batch) >= 4000 {
			if _, err := a.Append(ctx, at, batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
	if err := a.Compact(ctx); err != nil {
		return err
	}
	const points = 1000
	r := history.Range{Tag: 1, From: first, To: last}
	var took [3]time.Duration
	for i := range took {
		began := time.Now()
		if _, err := a.Buckets(ctx, r, days*24*time.Hour/points); err != nil {
			return err
		}
		took[i] = time.Since(began)
	}
	kept := a.Stats()
	if err := a.Close(); err != nil {
		return err
	}
	perSample := float64(kept.BlockBytes) / float64(max(1, kept.BlockSamples))
	_, err = fmt.Fprintf(out, "history: %.2f bytes a sample in blocks (0.1 steps, exact seconds); 30 days of 1 Hz → %d points in %s, then %s\n",
		perSample, points, took[0].Round(100*time.Microsecond), took[2].Round(100*time.Microsecond))
	return err
}
