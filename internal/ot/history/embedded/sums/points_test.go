package sums

import (
	"math"
	"slices"
	"testing"

	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"pgregory.net/rapid"

	"millwright/internal/ot/history/rollup"
)

// packed is a run as the store packs it, and its points.
func packed(t *rapid.T) (run *chunkenc.XORChunk, want []rollup.Reading) {
	run = chunkenc.NewXORChunk()
	app, err := run.Appender()
	if err != nil {
		t.Fatal(err)
	}
	at := rapid.Int64Range(-1<<52, 1<<52).Draw(t, "first")
	v := rapid.Float64().Draw(t, "value")
	regular := rapid.Int64Range(1, 1<<40).Draw(t, "step")
	for range rapid.IntRange(0, 130).Draw(t, "points") {
		want = append(want, rollup.Reading{T: at, V: v})
		app.Append(0, at, v)
		switch rapid.IntRange(0, 3).Draw(t, "pace") {
		case 0:
			at += rapid.Int64Range(1, 1<<20).Draw(t, "gap")
		case 1:
			at += rapid.Int64Range(1, 1<<50).Draw(t, "pause")
		default:
			at += regular + rapid.Int64Range(-1, 1).Draw(t, "jitter")*rapid.Int64Range(0, min(regular-1, 70_000)).Draw(t, "by")
		}
		switch rapid.IntRange(0, 4).Draw(t, "kind") {
		case 0:
			v = rapid.Float64().Draw(t, "value")
		case 1:
			v = math.Float64frombits(rapid.Uint64().Draw(t, "bits"))
		case 2:
		default:
			v = math.Round(v) + float64(rapid.IntRange(-2, 2).Draw(t, "by"))
		}
	}
	return run, want
}

func same(a, b rollup.Reading) bool {
	return a.T == b.T && math.Float64bits(a.V) == math.Float64bits(b.V)
}

func TestRunsAreUnpackedAsTheStoreDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		run, want := packed(t)
		got, err := read(run, nil)
		if err != nil || !slices.EqualFunc(got, want, same) {
			t.Fatalf("%v: got %v, want %v", err, got, want)
		}
	})
}

func TestARunThatEndsTooEarlyIsAnError(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		run, want := packed(t)
		if len(want) == 0 {
			return
		}
		b := run.Bytes()
		b = b[:rapid.IntRange(0, len(b)-1).Draw(t, "left")]
		if got, err := unpack(b, nil); err == nil {
			t.Fatalf("%d of %d points, and no error", len(got), len(want))
		}
	})
}

func FuzzUnpack(f *testing.F) {
	f.Add([]byte{0, 3, 2, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, run []byte) {
		got, err := unpack(run, nil)
		if err == nil && len(run) > 1 && len(got) != int(run[0])<<8|int(run[1]) {
			t.Errorf("%d points of a run of %d", len(got), int(run[0])<<8|int(run[1]))
		}
	})
}
