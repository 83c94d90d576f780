package execution_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/mes/execution"
	"millwright/internal/plant"
)

func TestWhatPeopleCountIsSharedByTime(t *testing.T) {
	six := time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)
	at := func(minute int) time.Time { return six.Add(time.Duration(minute) * time.Minute) }
	run := func(job string, from, to int) execution.Run {
		r := execution.Run{Line: "l", Job: job, From: at(from)}
		if to != 0 {
			r.To = at(to)
		}
		return r
	}
	for name, c := range map[string]struct {
		runs        []execution.Run
		good, scrap int64
		want        map[string][2]int64
	}{
		"nobody's":        {nil, 10, 1, map[string][2]int64{}},
		"of another hour": {[]execution.Run{run("A", -60, -10), run("B", 60, 0)}, 10, 1, map[string][2]int64{}},
		"of one":          {[]execution.Run{run("A", 40, 0)}, 10, 1, map[string][2]int64{"A": {10, 1}}},
		"of two":          {[]execution.Run{run("A", -30, 20), run("B", 30, 0)}, 10, 1, map[string][2]int64{"A": {4, 0}, "B": {6, 1}}},
		"held between":    {[]execution.Run{run("A", 0, 10), run("B", 10, 20), run("A", 20, 0)}, 12, 0, map[string][2]int64{"A": {10, 0}, "B": {2, 0}}},
		"taken back":      {[]execution.Run{run("A", 0, 20), run("B", 20, 0)}, -10, 10, map[string][2]int64{"A": {-3, 3}, "B": {-7, 7}}},
	} {
		got := map[string][2]int64{}
		for _, b := range execution.ByPeople(c.runs, plant.Span{From: at(0), To: at(60)}, plant.Pieces(c.good), plant.Pieces(c.scrap)) {
			sum, i := got[b.Job], 0
			if b.Scrap {
				i = 1
			}
			sum[i] += int64(b.Qty / plant.One)
			if got[b.Job] = sum; b.Tag != execution.ByHand || b.Line != "l" || b.Since.Before(at(0)) || b.At.After(at(60)) {
				t.Errorf("%s: %+v", name, b)
			}
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}
