package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"millwright/internal/ot/history"
	"millwright/internal/ot/history/embedded/sums"
	"millwright/internal/ot/tag"
)

// sensor is a slow signal with noise, read in steps of 0.1.
type sensor struct {
	r *rand.Rand
	x float64
}

func newSensor(seed uint64) *sensor { return &sensor{r: rand.New(rand.NewPCG(seed, 1))} }

func (s *sensor) next() float64 {
	s.x = 0.98*s.x + 0.1*s.r.NormFloat64()
	return math.Round((20+s.x)*10) / 10
}

// BenchmarkAppend appends batches of 1,000 of 10,000 tags, each at 10 Hz.
func BenchmarkAppend(b *testing.B) {
	const tags, size = 10_000, 1000
	a := openWith(b, b.TempDir(), tags, nil, Options{})
	sensors := make([]*sensor, tags)
	for i := range sensors {
		sensors[i] = newSensor(uint64(i))
	}
	batch := make([]tag.Sample, size)
	n, before := 0, cpu()
	for b.Loop() {
		at := t0.Add(time.Duration(n/(tags/size)) * 100 * time.Millisecond)
		first := n % (tags / size) * size
		for i := range batch {
			batch[i] = tag.Sample{Tag: tag.ID(first + i + 1), Time: at, Value: tag.FloatValue(sensors[first+i].next())}
		}
		if refused, err := a.Append(context.Background(), at, batch); err != nil || len(refused) > 0 {
			b.Fatal(refused, err)
		}
		n++
	}
	b.ReportMetric(float64(b.N)*size/b.Elapsed().Seconds()/1e6, "Msamples/s")
	b.ReportMetric(float64((cpu()-before).Nanoseconds())/float64(b.N)/size, "cpu-ns/sample")
	b.ReportMetric(float64(anonymous())/1e6, "MB-anon")
}

// anonymous is the memory of this process that is not a file's.
func anonymous() int64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		var kb int64
		if n, _ := fmt.Sscanf(line, "RssAnon: %d kB", &kb); n == 1 {
			return kb * 1024
		}
	}
	return 0
}

// cpu is the time that this process has computed so far, in user and system mode; 0 where it is not told.
func cpu() time.Duration {
	text, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}

// BenchmarkAppendLate appends samples an hour late, in batches of 1,000, each of one tag.
func BenchmarkAppendLate(b *testing.B) {
	a := openWith(b, b.TempDir(), 2, nil, Options{})
	now := t0.Add(29 * 24 * time.Hour)
	if _, err := a.Append(context.Background(), now, []tag.Sample{{Tag: 1, Time: now, Value: tag.FloatValue(1)}}); err != nil {
		b.Fatal(err)
	}
	s := newSensor(1)
	batch := make([]tag.Sample, 1000)
	at := t0
	for b.Loop() {
		for i := range batch {
			batch[i] = tag.Sample{Tag: 1, Time: at, Value: tag.FloatValue(s.next())}
			at = at.Add(time.Millisecond)
		}
		if refused, err := a.Append(context.Background(), now, batch); err != nil || len(refused) > 0 {
			b.Fatal(refused, err)
		}
	}
	b.ReportMetric(float64(b.N)*1000/b.Elapsed().Seconds()/1e6, "Msamples/s")
}

// fillUp appends days of a 0.1-step sensor at exact seconds, and compacts.
func fillUp(b *testing.B, a *Archive, tags, days int) (samples int) {
	b.Helper()
	sensors := make([]*sensor, tags)
	for i := range sensors {
		sensors[i] = newSensor(uint64(i))
	}
	seconds := days * 86400
	batch := make([]tag.Sample, 0, 1200*tags)
	for s := range seconds {
		at := t0.Add(time.Duration(s) * time.Second)
		for i := range sensors {
			batch = append(batch, tag.Sample{Tag: tag.ID(i + 1), Time: at, Value: tag.FloatValue(sensors[i].next())})
		}
		if len(batch) < cap(batch) && s < seconds-1 {
			continue
		}
		if refused, err := a.Append(context.Background(), at, batch); err != nil || len(refused) > 0 {
			b.Fatal(refused, err)
		}
		batch = batch[:0]
	}
	if err := a.store.Compact(context.Background()); err != nil {
		b.Fatal(err)
	}
	return seconds * tags
}

// BenchmarkDisk tells the bytes per sample in blocks.
func BenchmarkDisk(b *testing.B) {
	for b.Loop() {
		a := openWith(b, b.TempDir(), 50, nil, Options{})
		fillUp(b, a, 50, 1)
		inBlocks := uint64(0)
		for _, m := range a.store.Blocks() {
			inBlocks += m.Meta().Stats.NumSamples
		}
		var size int64
		blocks, _ := filepath.Glob(filepath.Join(a.dir, "0*"))
		for _, dir := range blocks {
			err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
				if info, e := d.Info(); err == nil && e == nil && !d.IsDir() {
					size += info.Size()
				}
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(size)/float64(inBlocks), "bytes/sample")
	}
}

// BenchmarkBuckets cuts 30 days of one tag at 1 Hz, 2.6 million samples, into 1,000 steps.
func BenchmarkBuckets(b *testing.B) {
	const days = 30
	a := openWith(b, b.TempDir(), 1, nil, Options{})
	s, n := newSensor(1), 0
	if _, err := a.Import(context.Background(), t0.Add(year), func(yield func(tag.Sample) bool) {
		for n < days*86400 && yield(num(1, time.Duration(n)*time.Second, s.next())) {
			n++
		}
	}); err != nil {
		b.Fatal(err)
	}
	r := history.Range{Tag: 1, From: t0, To: t0.Add(days * 24 * time.Hour)}
	step := days * 24 * time.Hour / 1000
	query := func(b *testing.B) {
		out, err := a.Buckets(context.Background(), r, step)
		if err != nil || len(out) != 1000 {
			b.Fatal(len(out), err)
		}
	}
	b.Run("first", func(b *testing.B) {
		before := cpu()
		for b.Loop() {
			a.sums = sums.NewCache(sumsKept)
			query(b)
		}
		b.ReportMetric(float64((cpu()-before).Microseconds())/1000/float64(b.N), "cpu-ms/op")
	})
	b.Run("again", func(b *testing.B) {
		query(b)
		before := cpu()
		for b.Loop() {
			query(b)
		}
		b.ReportMetric(float64((cpu()-before).Microseconds())/1000/float64(b.N), "cpu-ms/op")
	})
	b.Run("samples", func(b *testing.B) {
		for b.Loop() {
			n := 0
			if err := a.Samples(context.Background(), r, func(tag.Sample) bool { n++; return true }); err != nil || n != days*86400 {
				b.Fatal(n, err)
			}
		}
	})
}

// BenchmarkOpen opens a history to which a day came late, 864,000 samples: with what is left of them in their log,
// and once that is in blocks.
func BenchmarkOpen(b *testing.B) {
	const tags = 100
	late, settled := b.TempDir(), b.TempDir()
	a := openWith(b, late, tags, nil, Options{})
	sensor := newSensor(1)
	put := func(after time.Duration) {
		batch := make([]tag.Sample, tags)
		for i := range batch {
			batch[i] = num(tag.ID(i+1), after, sensor.next())
		}
		if refused, err := a.Append(context.Background(), t0.Add(24*time.Hour), batch); err != nil || len(refused) > 0 {
			b.Fatal(refused, err)
		}
	}
	put(24 * time.Hour)
	for after := time.Duration(0); after < 24*time.Hour; after += 10 * time.Second {
		put(after)
	}
	if err := errors.Join(a.Close(), os.CopyFS(settled, os.DirFS(late))); err != nil {
		b.Fatal(err)
	}
	a = openWith(b, settled, tags, nil, Options{})
	if err := errors.Join(a.Compact(context.Background()), a.Close()); err != nil {
		b.Fatal(err)
	}
	for name, from := range map[string]string{"late": late, "settled": settled} {
		b.Run(name, func(b *testing.B) {
			var wall, took time.Duration
			for range b.N {
				dir := filepath.Join(b.TempDir(), "history")
				if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
					b.Fatal(err)
				}
				before, began := cpu(), time.Now()
				a := openWith(b, dir, tags, nil, Options{})
				wall, took = wall+time.Since(began), took+cpu()-before
				if err := a.Close(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(took.Microseconds())/1000/float64(b.N), "cpu-ms/op")
			b.ReportMetric(float64(wall.Nanoseconds())/float64(b.N), "ns/op")
		})
	}
}
