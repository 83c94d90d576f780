package embedded

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"millwright/internal/errs"
	"millwright/internal/ot/history"
	"millwright/internal/ot/tag"
)

func buckets(t testing.TB, a *Archive, r history.Range, step time.Duration) []history.Bucket {
	t.Helper()
	out, err := a.Buckets(context.Background(), r, step)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func minutes(from, to int) history.Range {
	return history.Range{Tag: 1, From: t0.Add(time.Duration(from) * time.Minute), To: t0.Add(time.Duration(to) * time.Minute)}
}

func TestBuckets(t *testing.T) {
	const minute = time.Minute
	bad := func(after time.Duration) tag.Sample {
		s := at(1, after, tag.Value{})
		s.Quality = tag.BadNoCommunication
		return s
	}
	uncertain := func(after time.Duration, v float64) tag.Sample {
		s := num(1, after, v)
		s.Quality = tag.Uncertain
		return s
	}
	local := num(1, 15*minute, 8) // good, with a code of its own
	local.Quality = 0x00960000
	b := func(start int, low, high, mean, last float64, n int64, badFor time.Duration) history.Bucket {
		return history.Bucket{Start: t0.Add(time.Duration(start) * minute), Min: low, Max: high, Mean: mean, Last: last, Count: n, BadFor: badFor}
	}
	cases := []struct {
		name    string
		samples []tag.Sample
		r       history.Range
		want    []history.Bucket
	}{
		{"nothing ever", nil, minutes(0, 20), []history.Bucket{b(0, 0, 0, 0, 0, 0, 10*minute), b(10, 0, 0, 0, 0, 0, 10*minute)}},
		{
			"one value holds",
			[]tag.Sample{num(1, 5*minute, 4)},
			minutes(0, 20),
			[]history.Bucket{b(0, 4, 4, 4, 4, 1, 5*minute), b(10, 4, 4, 4, 4, 0, 0)},
		},
		{"weighted by time", []tag.Sample{num(1, 0, 0), num(1, 9*minute, 10)}, minutes(0, 10), []history.Bucket{b(0, 0, 10, 1, 10, 2, 0)}},
		{"what held before counts", []tag.Sample{num(1, -100*minute, 2), num(1, 5*minute, 4)}, minutes(0, 10), []history.Bucket{b(0, 2, 4, 3, 4, 1, 0)}},
		{"what held before and is replaced at once does not", []tag.Sample{num(1, -minute, 2), num(1, 0, 4)}, minutes(0, 10), []history.Bucket{b(0, 4, 4, 4, 4, 1, 0)}},
		{"bad time is left out of the mean", []tag.Sample{num(1, 0, 6), bad(2 * minute), num(1, 8*minute, 12)}, minutes(0, 10), []history.Bucket{b(0, 6, 12, 9, 12, 2, 6*minute)}},
		{"uncertain is not good", []tag.Sample{num(1, 0, 6), uncertain(5*minute, 99)}, minutes(0, 10), []history.Bucket{b(0, 6, 6, 6, 6, 1, 5*minute)}},
		{"good with a code is good", []tag.Sample{num(1, 10*minute, 4), local}, minutes(10, 20), []history.Bucket{b(10, 4, 8, 6, 8, 2, 0)}},
		{"the last bucket may be short", []tag.Sample{num(1, 0, 1)}, minutes(0, 12), []history.Bucket{b(0, 1, 1, 1, 1, 1, 0), b(10, 1, 1, 1, 1, 0, 0)}},
		{"text gives only a count", []tag.Sample{at(1, 0, tag.TextValue("A")), at(1, minute, tag.TextValue("B"))}, minutes(0, 10), []history.Bucket{b(0, 0, 0, 0, 0, 2, 0)}},
		{"a switch is on for part of the time", []tag.Sample{at(1, 0, tag.BoolValue(true)), at(1, 3*minute, tag.BoolValue(false))}, minutes(0, 10), []history.Bucket{b(0, 0, 1, 0.3, 0, 2, 0)}},
		{
			"large integers",
			[]tag.Sample{at(1, 0, tag.UintValue(1<<63)), at(1, 5*minute, tag.UintValue(1<<63+1<<62))},
			minutes(0, 10),
			[]history.Bucket{b(0, 1<<63, 1<<63+1<<62, 1<<63+1<<61, 1<<63+1<<62, 2, 0)},
		},
		{"a type that changes", []tag.Sample{at(1, 0, tag.IntValue(2)), num(1, 5*minute, 4)}, minutes(0, 10), []history.Bucket{b(0, 2, 4, 3, 4, 2, 0)}},
		{
			"a sample on the edge belongs to the later bucket",
			[]tag.Sample{num(1, 0, 1), num(1, 10*minute, 3)},
			minutes(0, 20),
			[]history.Bucket{b(0, 1, 1, 1, 1, 1, 0), b(10, 3, 3, 3, 3, 1, 0)},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a := open(t, t.TempDir())
			keep(t, a, c.samples...)
			for i, w := range c.want {
				c.want[i].GoodFor = min(10*time.Minute, c.r.To.Sub(w.Start)) - w.BadFor
			}
			for _, when := range []string{"first", "again", "compacted"} {
				if when == "compacted" {
					compact(t, a)
				}
				if got := buckets(t, a, c.r, 10*minute); !slices.Equal(got, c.want) {
					t.Errorf("%s: got\n%+v\nwant\n%+v", when, got, c.want)
				}
			}
		})
	}
}

func TestBucketsHaveBounds(t *testing.T) {
	a := open(t, t.TempDir())
	ctx := context.Background()
	r := history.Range{Tag: 1, From: t0, To: t0.Add(10_000 * time.Second)}
	if out, err := a.Buckets(ctx, r, time.Second); err != nil || len(out) != 10_000 {
		t.Errorf("10,000 steps: %d, %v", len(out), err)
	}
	r.To = r.To.Add(time.Microsecond)
	for _, step := range []time.Duration{time.Second, time.Nanosecond, 0, -time.Second} {
		if _, err := a.Buckets(ctx, r, step); errs.KindOf(err) != errs.Invalid {
			t.Errorf("step %v: %v", step, err)
		}
	}
	if out, err := a.Buckets(ctx, minutes(5, 5), time.Minute); err != nil || len(out) != 0 {
		t.Errorf("an empty range: %v, %v", out, err)
	}
	if _, err := a.Buckets(ctx, history.Range{Tag: 9, From: t0, To: t0.Add(time.Hour)}, time.Minute); errs.KindOf(err) != errs.NotFound {
		t.Errorf("unknown tag: %v", err)
	}
	forever := history.Range{Tag: 1, From: time.Date(1601, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}
	if out, err := a.Buckets(ctx, forever, 290*365*24*time.Hour); err != nil || len(out) != 29 {
		t.Errorf("for ever: %d buckets, %v", len(out), err)
	}
}

// slowBuckets is the definition: sample by sample, microsecond sums in big steps.
func slowBuckets(samples []tag.Sample, r history.Range, step time.Duration) []history.Bucket {
	var out []history.Bucket
	for start := r.From; start.Before(r.To); start = start.Add(step) {
		end := start.Add(step)
		if end.After(r.To) {
			end = r.To
		}
		b := history.Bucket{Start: start}
		var area float64
		var good time.Duration
		some := false
		see := func(v float64) {
			if !some {
				b.Min, b.Max, some = v, v, true
			}
			b.Min, b.Max, b.Last = math.Min(b.Min, v), math.Max(b.Max, v), v
		}
		hold := func(s *tag.Sample, from, to time.Time) {
			if !to.After(from) {
				return
			}
			if s == nil || !s.Good() {
				b.BadFor += to.Sub(from)
				return
			}
			if v, ok := s.Value.Float(); ok {
				area += v * to.Sub(from).Seconds()
				good += to.Sub(from)
				see(v)
			}
		}
		var held *tag.Sample
		at := start
		for i := range samples {
			s := &samples[i]
			if s.Time.Before(start) {
				held = s
				continue
			}
			if !s.Time.Before(end) {
				break
			}
			hold(held, at, s.Time)
			held, at = s, s.Time
			if s.Good() {
				b.Count++
				if v, ok := s.Value.Float(); ok {
					see(v)
				}
			}
		}
		hold(held, at, end)
		b.GoodFor = end.Sub(start) - b.BadFor
		if good > 0 {
			b.Mean = area / good.Seconds()
		}
		out = append(out, b)
	}
	return out
}

func sameBuckets(got, want []history.Bucket) bool {
	return slices.EqualFunc(got, want, func(a, b history.Bucket) bool {
		scale := max(1, math.Abs(b.Min), math.Abs(b.Max))
		near := math.Abs(a.Mean-b.Mean) <= 1e-9*scale
		a.Mean, b.Mean = 0, 0
		return near && a == b
	})
}

// Whatever a tag went through, and in whatever order it came, its buckets are by the definition, also
// when late samples come after they were asked for.
func TestBucketsAgainstTheDefinition(t *testing.T) {
	fewer(t, 25)
	dir := inMemory(t)
	run := 0
	sample := rapid.Custom(func(t *rapid.T) tag.Sample {
		s := tag.Sample{Tag: 1, Time: t0.Add(time.Duration(rapid.OneOf(rapid.IntRange(0, 7200), rapid.IntRange(0, 300)).Draw(t, "second")) * time.Second)}
		s.Value = rapid.OneOf(
			rapid.Map(rapid.IntRange(-50, 50), func(i int) tag.Value { return tag.FloatValue(float64(i) / 10) }),
			rapid.Map(rapid.Float64Range(-1e6, 1e6), tag.FloatValue),
			rapid.Map(rapid.Int64Range(-100, 100), tag.IntValue),
			rapid.Map(rapid.Uint64Range(0, 1<<55), tag.UintValue),
			rapid.Just(tag.TextValue("A")), rapid.Just(tag.Value{}),
		).Draw(t, "value")
		s.Quality = rapid.SampledFrom([]tag.Quality{0, 0, 0, 0, tag.Bad, tag.Uncertain, 0x00960000}).Draw(t, "quality")
		return s
	})
	rapid.Check(t, func(rt *rapid.T) {
		run++
		a := openQuietly(rt, filepath.Join(dir, fmt.Sprint(run)))
		defer a.Close()
		m := &model{held: map[tag.ID]map[int64]tag.Sample{}}
		for range rapid.IntRange(1, 4).Draw(rt, "rounds") {
			batch := rapid.SliceOfN(sample, 0, 150).Draw(rt, "batch")
			refused, err := a.Append(context.Background(), t0.Add(2*time.Hour), batch)
			if err != nil {
				rt.Fatal(err)
			}
			checkRefusals(rt, m, batch, refused)
			if rapid.IntRange(0, 3).Draw(rt, "then") == 0 {
				if err := a.store.CompactOOOHead(context.Background()); err != nil {
					rt.Fatal(err)
				}
			}
			for range 3 {
				from := rapid.IntRange(-100, 7000).Draw(rt, "from")
				r := history.Range{Tag: 1, From: t0.Add(time.Duration(from) * time.Second)}
				r.To = r.From.Add(time.Duration(rapid.IntRange(1, 4000).Draw(rt, "length")) * time.Second)
				step := time.Duration(rapid.IntRange(1, 2000).Draw(rt, "step")) * time.Second
				got, err := a.Buckets(context.Background(), r, step)
				if err != nil {
					rt.Fatal(err)
				}
				if want := slowBuckets(m.all(1), r, step); !sameBuckets(got, want) {
					rt.Fatalf("from %v to %v in steps of %v: got\n%+v\nwant\n%+v\nof\n%s", r.From, r.To, step, got, want, lines(m.all(1)))
				}
			}
		}
	})
}

// A long signal in many pieces, several of them summed up at once, with a late sample in the middle of one.
func TestALateSampleChangesBucketsThatWereAskedFor(t *testing.T) {
	a := open(t, t.TempDir())
	var all []tag.Sample
	for i := range 40_000 {
		all = append(all, num(1, time.Duration(i)*100*time.Millisecond, math.Round(math.Sin(float64(i)/500)*100)/10))
	}
	for batch := range slices.Chunk(all, 5000) {
		keep(t, a, batch...)
	}
	r := history.Range{Tag: 1, From: t0.Add(-time.Minute), To: t0.Add(70 * time.Minute)}
	for _, step := range []time.Duration{7 * time.Second, time.Minute, 17 * time.Minute, time.Hour} {
		for range 2 {
			if got := buckets(t, a, r, step); !sameBuckets(got, slowBuckets(all, r, step)) {
				t.Fatalf("steps of %v are wrong before", step)
			}
		}
	}
	late := num(1, 1234*time.Second+50*time.Millisecond, 999)
	keep(t, a, late)
	all = append(all, late)
	slices.SortFunc(all, func(x, y tag.Sample) int { return x.Time.Compare(y.Time) })
	for _, step := range []time.Duration{7 * time.Second, time.Minute, 17 * time.Minute, time.Hour} {
		if got := buckets(t, a, r, step); !sameBuckets(got, slowBuckets(all, r, step)) {
			t.Errorf("steps of %v do not know the late sample", step)
		}
	}
	compact(t, a)
	if got := buckets(t, a, r, time.Minute); !sameBuckets(got, slowBuckets(all, r, time.Minute)) {
		t.Error("wrong after compaction")
	}
}
