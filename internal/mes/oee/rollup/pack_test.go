package rollup

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"millwright/internal/mes/oee/kpi"
	"millwright/internal/plant"
)

func anyRows(t *rapid.T) (rows []kpi.Row) {
	at := time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)
	for range rapid.IntRange(0, 20).Draw(t, "rows") {
		r := kpi.Row{Span: plant.Span{From: at, To: at.Add(time.Duration(rapid.Int64Range(1, 3_600_000_000).Draw(t, "µs")) * time.Microsecond)}}
		r.Key = kpi.Key{
			Line: "l", Shift: rapid.String().Draw(t, "shift"), Date: "2026-03-02", Product: rapid.SampledFrom([]string{"", "p"}).Draw(t, "product"),
			Order: rapid.String().Draw(t, "order"), Unit: plant.UnitID(rapid.String().Draw(t, "unit")),
			Reason: rapid.String().Draw(t, "reason"), Crew: rapid.SampledFrom([]string{"", "Anna", "Anna\nBen"}).Draw(t, "crew"),
		}
		var n [kpi.Numbers]int64
		for i := range n {
			n[i] = rapid.SampledFrom([]int64{0, 0, 0, 1, -1, math.MaxInt64, math.MinInt64, 3_600_000_000_000}).Draw(t, "number")
		}
		for i := range n {
			r.Plus(i, n[i])
		}
		rows = append(rows, r)
		at = r.To
	}
	return rows
}

func TestRowsComeBackAsTheyWerePacked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := anyRows(t)
		got, err := unpack("l", pack(rows))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(rows, got); d != "" {
			t.Fatal(d)
		}
	})
}

func FuzzUnpack(f *testing.F) {
	rows := []kpi.Row{{Span: plant.Span{From: time.UnixMicro(1), To: time.UnixMicro(2)}, Key: kpi.Key{Shift: "Early"}}}
	f.Add(pack(rows))
	f.Add([]byte{layout, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1})
	f.Fuzz(func(_ *testing.T, packed []byte) {
		_, _ = unpack("l", packed)
	})
}

func TestADamagedChunkIsAnError(t *testing.T) {
	whole := pack([]kpi.Row{{Span: plant.Span{From: time.UnixMicro(1), To: time.UnixMicro(2)}, Key: kpi.Key{Shift: "Early"}, Sums: kpi.Sums{Good: 7}}})
	for n := range whole[:len(whole)-1] {
		rows, err := unpack("l", whole[:n])
		if len(rows) > 0 || err == nil && n > 0 && n != len(whole[:headOf(whole)]) {
			t.Errorf("cut after %d of %d bytes: %d rows, %v", n, len(whole), len(rows), err)
		}
	}
	if _, err := unpack("l", append([]byte{layout + 1}, whole[1:]...)); err == nil {
		t.Error("a chunk of another layout is read")
	}
}

// headOf is where the rows of a chunk begin.
func headOf(packed []byte) int {
	in := reader{data: packed, at: 1}
	for range in.unsigned() {
		in.text()
	}
	return in.at
}
