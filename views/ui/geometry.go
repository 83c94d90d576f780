package ui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"millwright/views/figure"
)

// scale is the width of a strip in thousandths of a percent.
const scale = 100_000

// at is where a moment lies on the strip, 0 to scale.
func (s Strip) at(t time.Time) int64 {
	whole := s.To.Sub(s.From)
	if whole <= 0 {
		return 0
	}
	d := min(max(t.Sub(s.From), 0), whole)
	return int64(float64(d)/float64(whole)*scale + 0.5)
}

// bar is one rectangle of a strip. Bars that touch in time touch on the screen: each begins where the one before ends.
type bar struct {
	class, title string
	x, w, y, h   string
	pattern      string
}

func (b bar) fill() templ.Attributes {
	if b.pattern == "" {
		return nil
	}
	return templ.Attributes{"fill": "url(#" + b.pattern + ")"}
}

// The share of the height that a tone takes: what stops the line stands out, so that it reads without colour.
func (t Tone) band() (y, h string) {
	switch t {
	case Running, NoOrder, Planned:
		return "22%", "56%"
	case Slow:
		return "11%", "78%"
	case Off:
		return "44%", "12%"
	}
	return "0", "100%"
}

// class paints a segment; where a pattern paints it, the style sheet must not.
func (t Tone) class() string {
	if t.pattern() != "" {
		return "sp"
	}
	return "s " + tone(t)
}

func (t Tone) pattern() string {
	switch t {
	case NoData, Changeover, Material:
		return "p-" + string(t)
	}
	return ""
}

// merged tells whether segments of a tone are drawn as one path: they are many and need no title of their own.
func (t Tone) merged() bool { return t == Running || t == Slow }

// bars gives a rectangle for every segment that is worth a title of its own.
func (s Strip) bars() []bar {
	var all []bar
	for _, seg := range s.Segments {
		x, end := s.at(seg.From), s.at(seg.To)
		if end <= x || seg.Tone.merged() {
			continue
		}
		b := bar{class: seg.Tone.class(), title: seg.Title, x: thousandth(x), w: thousandth(end - x), pattern: seg.Tone.pattern()}
		b.y, b.h = seg.Tone.band()
		if seg.Tone == Stopped && end-x < 150 { // about a pixel: an outline keeps it visible
			b.class += " s-thin"
		}
		all = append(all, b)
	}
	return all
}

// path is all segments of one tone in one drawing.
type path struct{ class, d, title string }

// box is the coordinate system of paths: thousandths of a percent by 100.
func (s Strip) box() string { return fmt.Sprintf("0 0 %d 100", scale) }

func (s Strip) paths() []path {
	var all []path
	for _, t := range []Tone{Running, Slow} {
		var d strings.Builder
		n, sum := 0, time.Duration(0)
		top, height := 22, 56
		if t == Slow {
			top, height = 11, 78
		}
		for _, seg := range s.Segments {
			x, end := s.at(seg.From), s.at(seg.To)
			if seg.Tone != t || end <= x {
				continue
			}
			n++
			sum += seg.To.Sub(seg.From)
			fmt.Fprintf(&d, "M%d %dh%dv%dh-%dz", x, top, end-x, height, end-x)
		}
		if n > 0 {
			all = append(all, path{class: t.class(), d: d.String(), title: pathTitle(t, n, sum)})
		}
	}
	return all
}

func pathTitle(t Tone, n int, sum time.Duration) string {
	if t == Slow && n > 1 {
		return fmt.Sprintf("Slow or micro-stop: %d times, %s", n, figure.Span(sum))
	}
	return t.word() + ": " + figure.Span(sum)
}

func (t Tone) word() string {
	switch t {
	case Running:
		return "Running"
	case Slow:
		return "Slow or micro-stop"
	case Stopped:
		return "Stopped"
	case Changeover:
		return "Changeover"
	case Material:
		return "Starved or blocked"
	case NoOrder:
		return "No order"
	case Planned:
		return "Planned stop"
	case Off:
		return "Not scheduled"
	}
	return "No data"
}

// Summary says in words what the strip shows: the time of each tone, longest first.
func (s Strip) Summary() string {
	if s.Sums != "" {
		return s.Title + ": " + s.Sums
	}
	sums := map[Tone]time.Duration{}
	for _, seg := range s.Segments {
		from, to := seg.From, seg.To
		if from.Before(s.From) {
			from = s.From
		}
		if to.After(s.To) {
			to = s.To
		}
		if d := to.Sub(from); d > 0 {
			sums[seg.Tone] += d
		}
	}
	tones := make([]Tone, 0, len(sums))
	for t := range sums {
		tones = append(tones, t)
	}
	slices.SortFunc(tones, func(a, b Tone) int {
		if sums[a] != sums[b] {
			return int((sums[b] - sums[a]) / time.Microsecond)
		}
		return strings.Compare(string(a), string(b))
	})
	words := make([]string, 0, len(tones))
	for _, t := range tones {
		words = append(words, strings.ToLower(t.word())+" "+figure.Span(sums[t]))
	}
	if len(words) == 0 {
		words = []string{"nothing yet"}
	}
	return s.Title + ": " + strings.Join(words, ", ")
}

func (s Strip) jobBars() []bar {
	var all []bar
	for i, j := range s.Jobs {
		x, end := s.at(j.From), s.at(j.To)
		if end <= x {
			continue
		}
		class := "job-a"
		if i%2 == 1 {
			class = "job-b"
		}
		all = append(all, bar{class: class, title: j.Title, x: thousandth(x), w: thousandth(end - x)})
	}
	return all
}

func (s Strip) jobSummary() string {
	titles := make([]string, 0, len(s.Jobs))
	for _, j := range s.Jobs {
		titles = append(titles, j.Title)
	}
	return "Jobs: " + strings.Join(titles, ", ")
}

// within tells whether a moment lies on the strip, so that a line can stand there.
func (s Strip) within(t time.Time) bool { return !t.IsZero() && t.After(s.From) && t.Before(s.To) }

func (s Strip) lineAt(t time.Time) string { return thousandth(s.at(t)) }

func (s Strip) paceTitle() string {
	return "What has been made is the target of " + s.Locale.Time(s.Pace)
}

type tick struct{ at, label, anchor string }

// ticks stand at whole local hours: each up to 10 hours, every second up to 26, then every sixth.
func (s Strip) ticks() []tick {
	whole := s.To.Sub(s.From)
	if whole <= 0 || whole > 32*24*time.Hour {
		return nil
	}
	step := 6
	if whole <= 10*time.Hour {
		step = 1
	} else if whole <= 26*time.Hour {
		step = 2
	}
	zone := s.Locale.Zone
	if zone == nil {
		zone = time.UTC
	}
	t := s.From.In(zone)
	t = t.Add(-time.Duration(t.Minute())*time.Minute - time.Duration(t.Second())*time.Second - time.Duration(t.Nanosecond()))
	if t.Before(s.From) {
		t = t.Add(time.Hour)
	}
	var all []tick
	for ; !t.After(s.To); t = t.Add(time.Hour) {
		if t.Hour()%step != 0 {
			continue
		}
		x := s.at(t)
		one := tick{at: thousandth(x), label: t.Format("15"), anchor: "middle"}
		switch {
		case x < scale/100:
			one.anchor = "start"
		case x > scale-scale/100:
			one.anchor = "end"
		}
		all = append(all, one)
	}
	return all
}
