package trace_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"millwright/internal/mes/trace"
	"millwright/internal/ot/history"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

func clock(s string) time.Time {
	at, err := time.Parse("15:04", s)
	if err != nil {
		panic(err)
	}
	return time.Date(2026, 3, 2, at.Hour(), at.Minute(), 0, 0, time.UTC)
}

func run(line plant.LineID, from, to string) trace.Run {
	r := trace.Run{Order: "work/1", Line: line, Span: plant.Span{From: clock(from)}, Rests: trace.ByRuns}
	if to != "" {
		r.Span.To = clock(to)
	}
	return r
}

func TestWhereAndWhenALotWasMade(t *testing.T) {
	const shift = `
		06:00 1 use C1 5 work/1 fill/cap
		07:00 2 make P1 10 work/1 fill/cap
		08:00 3 make P1 10 work/1 fill/cap
		09:00 4 make P2 10 work/1 fill/cap
		10:00 5 make P1 5 work/1 fill/cap`
	for _, c := range []struct {
		name, story string
		runs        []trace.Run
		line        plant.LineID
		want        string
	}{
		{"by what machines counted", shift, nil, "", "fill/cap 06:00-08:00 counts, fill/cap 09:00-10:00 counts"},
		{"cut to the line's runs", shift, []trace.Run{run("fill", "06:30", "07:30"), run("fill", "07:45", "")}, "", "fill/cap 06:30-07:30 runs, fill/cap 07:45-08:00 runs, fill/cap 09:00-10:00 runs"},
		{"another line ran it: its unit is not known", shift, []trace.Run{run("pack", "06:30", "12:00")}, "", "pack/ 06:30-08:00 runs, pack/ 09:00-10:00 runs"},
		{"two machines counted it", strings.Replace(shift, "07:00 2 make P1 10 work/1 fill/cap", "07:00 2 make P1 10 work/1 fill/lid", 1), nil, "", "fill/ 06:00-08:00 counts, fill/cap 09:00-10:00 counts"},
		{"people reported it, on the order's line", strings.ReplaceAll(shift, "fill/cap", ""), nil, "hall", "hall/ 06:00-08:00 reports, hall/ 09:00-10:00 reports"},
		{"nobody says where", strings.ReplaceAll(shift, "fill/cap", ""), nil, "", ""},
	} {
		var got []string
		for _, s := range trace.Stays(lot("P1"), "work/1", told(t, c.story), c.runs, c.line) {
			got = append(got, fmt.Sprintf("%s %s-%s %s", cmp.Or(string(s.Unit), string(s.Line)+"/"), s.Span.From.Format("15:04"), s.Span.To.Format("15:04"), s.Rests))
		}
		if got := strings.Join(got, ", "); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func TestExcursions(t *testing.T) {
	day := plant.Span{From: clock("03:00"), To: clock("04:00")}
	sample := func(at string, v float64) tag.Sample { return tag.Sample{Time: clock(at), Value: tag.FloatValue(v)} }
	bad := func(at string) tag.Sample {
		return tag.Sample{Time: clock(at), Value: tag.FloatValue(300), Quality: 2 << 30}
	}
	for _, c := range []struct {
		name  string
		limit trace.Limit
		least time.Duration
		told  []tag.Sample
		want  string
	}{
		{"too hot", trace.Limit{Above: true, Value: 215}, 0, []tag.Sample{sample("02:50", 210), sample("03:12", 216), sample("03:20", 221), sample("03:31", 215), sample("03:40", 190)}, "03:12-03:31 221"},
		{"before it began, and on beyond its end", trace.Limit{Above: true, Value: 215}, 0, []tag.Sample{sample("02:50", 220), sample("03:10", 200), sample("03:50", 230), sample("04:10", 100)}, "03:00-03:10 220, 03:50-04:00 230"},
		{"too cold", trace.Limit{Value: 180}, 0, []tag.Sample{sample("03:05", 179), sample("03:06", 150), sample("03:10", 180)}, "03:05-03:10 150"},
		{"bad quality ends it", trace.Limit{Above: true, Value: 215}, 0, []tag.Sample{sample("03:05", 220), bad("03:07"), sample("03:09", 220), sample("03:10", 0)}, "03:05-03:07 220, 03:09-03:10 220"},
		{"too short to count", trace.Limit{Above: true, Value: 215}, 5 * time.Minute, []tag.Sample{sample("03:05", 220), sample("03:07", 0), sample("03:10", 220), sample("03:15", 0)}, "03:10-03:15 220"},
		{"never", trace.Limit{Above: true, Value: 215}, 0, []tag.Sample{sample("03:05", 215)}, ""},
	} {
		w := trace.NewWatch(c.limit, day)
		for _, s := range c.told {
			w.Apply(s)
		}
		var got []string
		for _, e := range w.Found(c.least) {
			got = append(got, fmt.Sprintf("%s-%s %g", e.Span.From.Format("15:04"), e.Span.To.Format("15:04"), e.Worst))
		}
		if got := strings.Join(got, ", "); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func TestWhatAnExcursionTouches(t *testing.T) {
	stays := []trace.Stay{
		{Lot: lot("P1"), Span: plant.Span{From: clock("03:00"), To: clock("03:12")}},
		{Lot: lot("P2"), Span: plant.Span{From: clock("03:12"), To: clock("03:20")}},
		{Lot: lot("P3"), Span: plant.Span{From: clock("03:31"), To: clock("04:20")}},
	}
	hot := []trace.Excursion{{Span: plant.Span{From: clock("03:12"), To: clock("03:31")}}}
	if got := trace.Touched(stays, hot); len(got) != 1 || got[0].Lot != lot("P2") {
		t.Errorf("%+v", got)
	}
}

func TestEnvelope(t *testing.T) {
	signal := func(values ...float64) (all []history.Bucket) {
		for _, v := range values {
			b := history.Bucket{Mean: v, Count: 1}
			if v < 0 {
				b.Count = 0
			}
			all = append(all, b)
		}
		return all
	}
	in := trace.Envelope([][]history.Bucket{signal(10, 20, 30), signal(12, -1), signal(11, 26, 31, 5)})
	want := []trace.Band{{10, 11, 12, 3}, {20, 23, 26, 2}, {30, 30.5, 31, 2}, {5, 5, 5, 1}}
	if fmt.Sprint(in) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", in, want)
	}
	if outside, known := trace.Outside(signal(9, 26, -1, 6, 1), in); outside != 2 || known != 3 {
		t.Errorf("%d of %d are outside", outside, known)
	}
}

// archive gives the buckets of tags, which are numbered, whatever range is asked for.
type archive struct {
	history.Archive
	told map[tag.ID]map[time.Time][]history.Bucket
}

func (a archive) Buckets(_ context.Context, r history.Range, _ time.Duration) ([]history.Bucket, error) {
	return slices.Clone(a.told[r.Tag][r.From]), nil
}

func TestCountersBeginWithEachLot(t *testing.T) {
	buckets := func(values ...float64) (all []history.Bucket) {
		for _, v := range values {
			all = append(all, history.Bucket{Mean: v, Count: 1})
		}
		return all
	}
	one, two := plant.Span{From: clock("06:00"), To: clock("07:00")}, plant.Span{From: clock("08:00"), To: clock("09:00")}
	d := trace.Desk{Archive: archive{told: map[tag.ID]map[time.Time][]history.Bucket{
		1: {one.From: buckets(100, 105, 120), two.From: buckets(300, 310, 330)},
		2: {one.From: buckets(90, 91, 90), two.From: buckets(300, 310, 330)},
		3: {one.From: buckets(5, 5, 5), two.From: buckets(5, 5, 5)},
	}}}
	all, err := d.Draw(t.Context(), []tag.ID{1, 2, 3}, []trace.Stay{{Span: two}}, [][]trace.Stay{{{Span: one}}})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"true 30 in 20", "false 330 in 90", "false 5 in 5"} {
		if got := fmt.Sprint(all[i].Counts, " ", all[i].Points[2].Mean, " in ", all[i].Envelope[2].High); got != want {
			t.Errorf("tag %d: %s, not %s", i+1, got, want)
		}
	}
}
