package slope_test

import (
	"context"
	"math"
	"testing"
	"time"

	"millwright/internal/ot/history"
	"millwright/internal/ot/history/slope"
	"millwright/internal/ot/tag"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// kept is a history in memory.
type kept []tag.Sample

func (k kept) samples(_ context.Context, r history.Range, yield func(tag.Sample) bool) error {
	for i, s := range k {
		carried := r.Carry && s.Time.Before(r.From) && (i+1 == len(k) || !k[i+1].Time.Before(r.From))
		if (carried || !s.Time.Before(r.From) && s.Time.Before(r.To)) && !yield(s) {
			return nil
		}
	}
	return nil
}

func TestASignalRunsStraight(t *testing.T) {
	point := func(seconds int, v float64) tag.Sample {
		return tag.Sample{Tag: 1, Time: noon.Add(time.Duration(seconds) * time.Second), Value: tag.FloatValue(v)}
	}
	bad := point(40, 0)
	bad.Quality, bad.Value = tag.BadNoCommunication, tag.Value{}
	signal := kept{point(-10, 0), point(10, 20), point(20, 20), bad, point(50, 5), point(100, 50), point(110, 60)}
	r := history.Range{Tag: 1, From: noon, To: noon.Add(105 * time.Second)}
	got, err := slope.Buckets(t.Context(), signal.samples, r, 10*time.Second, 20*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []history.Bucket{
		{Min: 10, Max: 20, Mean: 15, Last: 20, Count: 0}, // 10 → 20
		{Min: 20, Max: 20, Mean: 20, Last: 20, Count: 1},
		{Min: 20, Max: 20, Mean: 20, Last: 20, Count: 1}, // held until it is bad
		{Min: 20, Max: 20, Mean: 20, Last: 20, Count: 0},
		{BadFor: 10 * time.Second},
		{Min: 5, Max: 5, Mean: 5, Last: 5, Count: 1}, // a silence: it is held
		{Min: 5, Max: 5, Mean: 5, Last: 5, Count: 0},
		{Min: 5, Max: 5, Mean: 5, Last: 5, Count: 0},
		{Min: 5, Max: 5, Mean: 5, Last: 5, Count: 0},
		{Min: 5, Max: 5, Mean: 5, Last: 5, Count: 0},
		{Min: 50, Max: 55, Mean: 52.5, Last: 55, Count: 1}, // half a step, on the way to 60
	} {
		want.Start = noon.Add(time.Duration(i) * 10 * time.Second)
		want.GoodFor = min(10*time.Second, r.To.Sub(want.Start)) - want.BadFor
		g := got[i]
		if g.Start != want.Start || g.Count != want.Count || g.GoodFor != want.GoodFor || g.BadFor != want.BadFor {
			t.Errorf("bucket %d is %+v, not %+v", i, g, want)
		}
		for _, pair := range [][2]float64{{g.Min, want.Min}, {g.Max, want.Max}, {g.Mean, want.Mean}, {g.Last, want.Last}} {
			if math.Abs(pair[0]-pair[1]) > 1e-9 {
				t.Errorf("bucket %d is %+v, not %+v", i, g, want)
			}
		}
	}
	if len(got) != 11 {
		t.Errorf("%d buckets", len(got))
	}
}

func TestNothingIsKnownBeforeTheFirstReading(t *testing.T) {
	r := history.Range{Tag: 1, From: noon, To: noon.Add(time.Minute)}
	got, err := slope.Buckets(t.Context(), kept{}.samples, r, time.Minute, time.Minute)
	if err != nil || len(got) != 1 || got[0].Known() || got[0].BadFor != time.Minute {
		t.Errorf("%+v, %v", got, err)
	}
}
