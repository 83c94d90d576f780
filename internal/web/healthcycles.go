package web

import (
	"fmt"
	"math"
	"net/url"
	"time"

	"millwright/internal/mes/oee/health/sustain"
	"millwright/views/figure"
	healthview "millwright/views/health"
	"millwright/views/ui"
)

// sustainedWords say what is measured.
var sustainedWords = fmt.Sprintf("The 95th percentile of all windows of %d minutes of uninterrupted running, or of as many minutes as 100 pieces take on average. "+
	"The pieces are those of the pacer's own counter where it has one and is not the output, which may run faster for a while from what is buffered. "+
	"A window begins with each minute of a stretch without any stop, micro-stop, gap or change of product. The pieces of a segment of the ledger are spread evenly over it; what was counted by hand is left out. "+
	"It takes %d windows in %d stretches to judge.", int(sustain.Least.Minutes()), sustain.EnoughWindows, sustain.EnoughStretches)

// cycleHealth is an ideal cycle and what the line does.
func (l lineInfo) cycleHealth(r *sustain.Rate) healthview.Cycle {
	c := healthview.Cycle{
		Product: productName(r.Product), Ideal: l.cycle(r.Ideal), Sustained: l.cycle(digits(r.Cycle)), Speed: percent(l.locale, r.Speed), Share: share(r.Speed),
		Verdict: upper(l.verdict(r)), Based: l.based(r),
	}
	switch r.Verdict {
	case sustain.TooSlow, sustain.Low, sustain.Unset:
		c.Mood = ui.Warning
	case sustain.Fits:
		c.Mood = ui.Well
	}
	for _, run := range r.Best {
		pad := 10 * time.Minute
		utc := func(t time.Time) string { return t.UTC().Format(time.RFC3339) }
		trend := url.Values{"from": {utc(run.From.Add(-pad))}, "to": {utc(run.To.Add(pad))}}
		local := func(t time.Time) string { return t.In(l.site.Zone).Format(time.DateTime) }
		segments := url.Values{"range": {customRange}, "line": {string(l.ID)}, "from": {local(run.From)}, "to": {local(run.To)}}
		c.Runs = append(c.Runs, healthview.Run{
			Text:  fmt.Sprintf("%s, %s at %s %%", l.locale.Moment(run.From), figure.Span(run.Duration()), percent(l.locale, run.Speed)),
			Trend: "/line/" + url.PathEscape(string(l.ID)) + "?" + trend.Encode() + "#trend", Segments: lossesHome + "?" + segments.Encode(),
		})
		if !run.Speed.OK {
			c.Runs[len(c.Runs)-1].Text = fmt.Sprintf("%s, %s, %s pieces", l.locale.Moment(run.From), figure.Span(run.Duration()), pieces(l.locale, run.Made))
		}
	}
	if r.Product != "" && (r.Verdict == sustain.TooSlow || r.Verdict == sustain.Low || r.Verdict == sustain.Unset) {
		q := url.Values{"product": {r.Product}, "cycle": {r.Fitting.String()}}
		c.Propose = ui.Link{Name: "Propose " + l.cycle(r.Fitting), Href: "/admin/lines/" + url.PathEscape(string(l.ID)) + "?" + q.Encode() + "#rates"}
	}
	return c
}

// cycle writes how long a piece takes; unknown where there is none.
func (l lineInfo) cycle(d time.Duration) string {
	if d <= 0 {
		return figure.Unknown
	}
	if d < time.Second {
		return l.locale.Reading(float64(d)/float64(time.Millisecond)) + "\u00a0ms"
	}
	return l.locale.Reading(d.Seconds()) + "\u00a0s"
}

// digits leaves four digits of a measured cycle.
func digits(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	unit := math.Pow(10, math.Floor(math.Log10(float64(d)))-3)
	return time.Duration(math.Round(float64(d)/unit) * unit)
}

// verdict says what is to be said of an ideal cycle.
func (l lineInfo) verdict(r *sustain.Rate) string {
	best := ""
	if len(r.Best) > 0 {
		run := r.Best[0]
		best = fmt.Sprintf("runs at %s %% of its ideal for %s on %s", percent(l.locale, run.Speed), figure.Span(run.Duration()), l.locale.Moment(run.From))
	}
	switch r.Verdict {
	case sustain.TooSlow:
		return fmt.Sprintf("%s: the ideal cycle is too slow; %s would fit.", best, l.cycle(r.Fitting))
	case sustain.Low:
		return fmt.Sprintf("even at its best it %s, which counts as slow: either the ideal cycle is too fast, and %s would fit, or something holds the line back all the time.", best, l.cycle(r.Fitting))
	case sustain.Unset:
		return fmt.Sprintf("no ideal cycle is set, so that performance and OEE are not known; %s would fit.", l.cycle(r.Fitting))
	case sustain.Fits:
		return fmt.Sprintf("at its best it %s: the ideal cycle fits.", best)
	}
	return "there is not enough uninterrupted running to judge the ideal cycle by."
}

// based says what it rests on.
func (l lineInfo) based(r *sustain.Rate) string {
	if r.Ran == 0 {
		return "It did not run in that time."
	}
	ran := fmt.Sprintf("It ran for %s and made %s pieces", figure.Span(r.Ran), pieces(l.locale, r.Made))
	switch {
	case r.Window == 0:
		return ran + "; 100 are needed to say how long a window is."
	case r.Window > sustain.Longest:
		return fmt.Sprintf("%s; a window of 100 pieces would be longer than %s.", ran, figure.Span(sustain.Longest))
	}
	return fmt.Sprintf("%s: %s windows of %s in %s.", ran, l.locale.Whole(int64(r.Windows)), figure.Span(r.Window), plural(r.Stretches, "stretch", "stretches"))
}
