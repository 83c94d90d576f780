package ui

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"millwright/views/figure"
)

var morning = time.Date(2026, 3, 27, 5, 0, 0, 0, time.UTC)

func percentOf(t *rapid.T, s string) int64 {
	f, err := strconv.ParseFloat(strings.TrimSuffix(s, "%"), 64)
	if err != nil || !strings.HasSuffix(s, "%") {
		t.Fatalf("%q is no percentage", s)
	}
	return int64(f*1000 + 0.5)
}

// TestSegmentsFillTheStrip draws gap-free ledgers and adds up what was drawn: every thousandth of a percent once.
func TestSegmentsFillTheStrip(t *testing.T) {
	tones := []Tone{Running, Slow, Stopped, Changeover, Material, NoOrder, Planned, Off, NoData}
	rapid.Check(t, func(t *rapid.T) {
		s := Strip{From: morning, To: morning.Add(time.Duration(rapid.IntRange(1, 40_000).Draw(t, "seconds")) * time.Second)}
		for at := s.From; at.Before(s.To); {
			end := at.Add(time.Duration(rapid.IntRange(1, 9_000_000).Draw(t, "ms")) * time.Millisecond)
			s.Segments = append(s.Segments, Segment{From: at, To: end, Tone: rapid.SampledFrom(tones).Draw(t, "tone")})
			at = end // the last one may end after the strip
		}
		var sum int64
		for _, b := range s.bars() {
			w := percentOf(t, b.w)
			if x := percentOf(t, b.x); x < 0 || w <= 0 || x+w > scale {
				t.Fatalf("bar at %s, %s wide, leaves the strip", b.x, b.w)
			}
			sum += w
		}
		for _, p := range s.paths() {
			for _, box := range strings.Split(strings.TrimSuffix(p.d, "z"), "z") {
				_, rest, _ := strings.Cut(box, "h")
				w, _, _ := strings.Cut(rest, "v")
				n, err := strconv.ParseInt(w, 10, 64)
				if err != nil {
					t.Fatalf("path %q: %v", box, err)
				}
				sum += n
			}
		}
		if sum != scale {
			t.Fatalf("the segments take %d of %d", sum, scale)
		}
	})
}

func TestAStripWithoutTimeDrawsNothing(t *testing.T) {
	s := Strip{From: morning, To: morning, Segments: []Segment{{From: morning, To: morning.Add(time.Hour), Tone: Stopped}}}
	if len(s.bars()) != 0 || len(s.paths()) != 0 || len(s.ticks()) != 0 || s.within(s.Now) {
		t.Error("something was drawn on a strip of no length")
	}
}

func TestAShortStopStaysVisible(t *testing.T) {
	s := Strip{From: morning, To: morning.Add(24 * time.Hour), Segments: []Segment{
		{From: morning, To: morning.Add(10 * time.Second), Tone: Stopped},
		{From: morning.Add(time.Hour), To: morning.Add(2 * time.Hour), Tone: Stopped},
	}}
	bars := s.bars()
	if len(bars) != 2 || !strings.Contains(bars[0].class, "s-thin") || strings.Contains(bars[1].class, "s-thin") {
		t.Errorf("drawn as %+v", bars)
	}
}

func TestTicksStandAtWholeLocalHours(t *testing.T) {
	kolkata := time.FixedZone("half past", 5*3600+1800)
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name     string
		from, to time.Time
		zone     *time.Location
		want     string
	}{
		{"a shift", time.Date(2026, 3, 27, 6, 0, 0, 0, berlin), time.Date(2026, 3, 27, 14, 0, 0, 0, berlin), berlin, "06 07 08 09 10 11 12 13 14"},
		{"the night of nine hours", time.Date(2026, 10, 24, 22, 0, 0, 0, berlin), time.Date(2026, 10, 25, 6, 0, 0, 0, berlin), berlin, "22 23 00 01 02 02 03 04 05 06"},
		{"the night of seven", time.Date(2026, 3, 28, 22, 0, 0, 0, berlin), time.Date(2026, 3, 29, 6, 0, 0, 0, berlin), berlin, "22 23 00 01 03 04 05 06"},
		{"a zone of half hours", time.Date(2026, 3, 27, 6, 0, 0, 0, kolkata), time.Date(2026, 3, 27, 9, 30, 0, 0, kolkata), kolkata, "06 07 08 09"},
		{"a start between hours", time.Date(2026, 3, 27, 5, 45, 0, 0, berlin), time.Date(2026, 3, 27, 8, 0, 0, 0, berlin), berlin, "06 07 08"},
		{"a day", time.Date(2026, 3, 27, 0, 0, 0, 0, berlin), time.Date(2026, 3, 28, 0, 0, 0, 0, berlin), berlin, "00 02 04 06 08 10 12 14 16 18 20 22 00"},
	}
	for _, c := range cases {
		s := Strip{From: c.from, To: c.to, Locale: figure.For("en", c.zone)}
		var labels []string
		for _, tick := range s.ticks() {
			labels = append(labels, tick.label)
		}
		if got := strings.Join(labels, " "); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestTheSummarySaysTheTimeOfEachState(t *testing.T) {
	s := Strip{Title: "Filling 1, shift so far", From: morning, To: morning.Add(8 * time.Hour), Segments: []Segment{
		{From: morning.Add(-time.Hour), To: morning.Add(time.Hour), Tone: Running},
		{From: morning.Add(time.Hour), To: morning.Add(72 * time.Minute), Tone: Stopped},
		{From: morning.Add(72 * time.Minute), To: morning.Add(74 * time.Minute), Tone: NoData},
	}}
	want := "Filling 1, shift so far: running 1\u00a0h, stopped 12\u00a0min, no data 2\u00a0min"
	if got := s.Summary(); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	s.Segments = nil
	if got := s.Summary(); got != "Filling 1, shift so far: nothing yet" {
		t.Errorf("empty: %q", got)
	}
}

func TestStopsStandOutWithoutColour(t *testing.T) {
	_, run := Running.band()
	_, stop := Stopped.band()
	if run == stop {
		t.Error("a stop is as high as running: only its colour tells them apart")
	}
	seen := map[string]Tone{}
	for _, tone := range []Tone{Changeover, Material, NoData} {
		p := tone.pattern()
		if other, taken := seen[p]; taken || p == "" {
			t.Errorf("%s is drawn like %s", tone, other)
		}
		seen[p] = tone
	}
}

func TestSharesStayInTheirBar(t *testing.T) {
	cases := []struct {
		in          Share
		width, mark string
	}{
		{Ratio(0.576, true), "57.6%", "173.611%"},
		{Ratio(0, true), "0%", "0%"},
		{Ratio(1.25, true), "100%", "80%"},
		{Ratio(-3, true), "0%", "0%"},
		{Ratio(0.5, false), "0%", "0%"},
	}
	for _, c := range cases {
		if got := width(c.in); got != c.width {
			t.Errorf("%+v is %s wide, want %s", c.in, got, c.width)
		}
		if got := overMark(c.in); got != c.mark {
			t.Errorf("%+v has its mark at %s, want %s", c.in, got, c.mark)
		}
	}
	if got := Ratio(1e9, true); got.OK {
		t.Errorf("an absurd ratio is %+v", got)
	}
}
