package web

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/ot/history"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/views/figure"
	trendview "millwright/views/trend"
	"millwright/views/ui"
)

const (
	maxPens     = 8
	drawnPoints = 240 // of a chart that the server draws
	longest     = 366 * 24 * time.Hour
)

// ask is what an address asks of a chart.
type ask struct {
	path     string
	tags     []string
	from, to string // RFC 3339
	preset   string
}

func askOf(c echo.Context) ask {
	q := c.QueryParams()
	return ask{path: c.Request().URL.Path, tags: slices.Clone(q["tag"]), from: q.Get("from"), to: q.Get("to"), preset: q.Get("range")}
}

// with gives the address that asks for the same tags over another range.
func (a ask) with(set map[string]string) string {
	q := url.Values{"tag": a.tags}
	for k, v := range set {
		q.Set(k, v)
	}
	return a.path + "?" + q.Encode() + "#trend"
}

// trends is any tags on one time axis.
func (s *Server) trends(c echo.Context) error {
	a := askOf(c)
	m := moment{Time: s.Now()}
	home := plant.Span{From: m.Add(-8 * time.Hour), To: m.Time}
	if shift, ok := s.sight(c).shiftAt(m.Time); ok && shift.From.Before(m.Time) {
		home.From = shift.From
	}
	chart, err := s.sight(c).chart(c.Request().Context(), m, a, home)
	if err != nil {
		return err
	}
	f := s.frame(c, "Trends")
	f.Charts, f.Live, f.Refresh = true, false, 0
	return s.show(c, trendview.Show(trendview.Page{Frame: f, Chart: chart, Picker: s.sight(c).picker(a.tags)}))
}

// picker lists every tag that can be drawn, by machine.
func (p *painter) picker(chosen []string) []trendview.Group { return p.pickerOf(p.lines, chosen) }

// pickerOf lists those of some lines.
func (p *painter) pickerOf(lines []lineInfo, chosen []string) []trendview.Group {
	var groups []trendview.Group
	for _, l := range lines {
		for _, u := range l.Units {
			g := trendview.Group{Name: l.Name + ", " + u.Name}
			for _, id := range l.tags {
				t := p.Tags.Tag(id)
				if p.homes[id].unit != u.ID || p.isText(id) {
					continue
				}
				g.Tags = append(g.Tags, trendview.Choice{Name: t.Name, Label: t.Label, Unit: t.Unit, Chosen: slices.Contains(chosen, t.Name)})
			}
			if len(g.Tags) > 0 {
				groups = append(groups, g)
			}
		}
	}
	return groups
}

func isText(v tag.Value) bool { return v.Kind() == tag.Text }

// isText tells whether a tag's newest value is a text, which cannot be drawn.
func (p *painter) isText(id tag.ID) bool {
	s, ok := p.Latest.Get(id)
	return ok && isText(s.Value)
}

// lineChart is the chart of a line's page: the tags asked for, or the pacer's speed; over its shift unless asked.
func (p *painter) lineChart(ctx context.Context, m moment, l lineInfo, a ask) (trendview.Chart, error) {
	given := len(a.tags) > 0
	if !given {
		if name := p.speedTag(l); name != "" {
			a.tags = []string{name}
		}
	}
	shift := plant.Span{From: m.Add(-8 * time.Hour), To: m.Time}
	if s := p.snapshot(m, l.ID); !s.Shift.From.IsZero() && s.Now != oee.NotScheduled && s.Shift.From.Before(m.Time) {
		shift.From = s.Shift.From
	}
	chart, err := p.chart(ctx, m, a, shift)
	for i := range chart.Pens {
		id, _ := p.Tags.Find(chart.Pens[i].Tag)
		chart.Pens[i].Label = p.labelOf(id, l.ID)
		if !given {
			chart.Pens[i].Remove = "" // without a tag the page would choose this one again
		}
	}
	return chart, err
}

func (p *painter) speedTag(l lineInfo) string {
	for _, s := range p.Signals {
		if s.Unit == l.Pacer && s.Speed != 0 {
			return p.Tags.Tag(s.Speed).Name
		}
	}
	return ""
}

// chart draws tags over the range that is asked for; home is the one to begin with.
func (p *painter) chart(ctx context.Context, m moment, a ask, home plant.Span) (trendview.Chart, error) {
	span, preset, err := a.span(m, home)
	if err != nil {
		return trendview.Chart{}, err
	}
	locale := figure.Locale{Zone: p.site().Zone}
	chart := trendview.Chart{
		ID:     "chart",
		API:    "/api/v1/tags/buckets",
		From:   span.From,
		To:     span.To,
		Now:    m.Time,
		Follow: preset != "",
		Locale: locale,
		Ranges: a.ranges(preset),
		Steps:  a.steps(m, span),
		Span:   spanWords(locale, span),
	}
	for _, name := range a.tags {
		id, ok := p.find(name)
		if !ok {
			return chart, errs.New(errs.NotFound, "there is no tag %q; choose tags from the list", errs.Clip(name))
		}
		if len(chart.Pens) == maxPens {
			return chart, errs.New(errs.Invalid, "a chart draws %d tags at most; take some out", maxPens)
		}
		pen, err := p.pen(ctx, locale, id, span)
		if err != nil {
			return chart, err
		}
		pen.Remove = a.without(name)
		chart.Pens = append(chart.Pens, pen)
	}
	if len(chart.Pens) == 0 {
		chart.Empty = &ui.Empty{Title: "No tag chosen", Text: "Choose tags from the list and press Draw."}
	}
	return chart, nil
}

func (p *painter) pen(ctx context.Context, l figure.Locale, id tag.ID, span plant.Span) (trendview.Pen, error) {
	t := p.Tags.Tag(id)
	pen := trendview.Pen{Tag: t.Name, Label: p.labelOf(id, ""), Unit: t.Unit, Last: figure.Unknown, Low: t.Low, High: t.High}
	if s, ok := p.Latest.Get(id); ok && s.Good() {
		pen.Last = reading(l, s)
	}
	step := max(span.To.Sub(span.From)/drawnPoints, time.Millisecond)
	buckets, err := p.Archive.Buckets(ctx, history.Range{Tag: id, From: span.From, To: span.To, Carry: true}, step)
	if err != nil {
		return pen, err
	}
	numbers := !p.isText(id)
	for _, b := range buckets {
		pen.Points = append(pen.Points, trendview.Point{Start: b.Start, Min: b.Min, Max: b.Max, Mean: b.Mean, OK: numbers && b.Known()})
	}
	return pen, nil
}

// labelOf names a tag with its machine, and with its line unless that is known from where it stands.
func (p *painter) labelOf(id tag.ID, within plant.LineID) string {
	label := p.Tags.Tag(id).Label
	if h := p.homes[id]; h.line >= 0 {
		label = p.lines[h.line].names[h.unit] + " " + strings.ToLower(label[:min(1, len(label))]) + label[min(1, len(label)):]
		if p.lines[h.line].ID != within {
			label = p.lines[h.line].Name + ", " + label
		}
	}
	return label
}

// span reads the range that is asked for; preset is its name, "" when it was given by its ends.
func (a ask) span(m moment, home plant.Span) (s plant.Span, preset string, err error) {
	if a.from == "" && a.to == "" {
		if d, ok := presets[a.preset]; ok {
			return plant.Span{From: m.Add(-d), To: m.Time}, a.preset, nil
		}
		return home, "shift", nil
	}
	from, errFrom := time.Parse(time.RFC3339, a.from)
	to, errTo := time.Parse(time.RFC3339, a.to)
	if errFrom != nil || errTo != nil || !to.After(from) || to.Sub(from) > longest || to.Sub(from) < time.Second {
		return s, "", errs.New(errs.Invalid, "the range is not from an earlier to a later time of at most a year; write from=2026-03-27T06:00:00Z&to=2026-03-27T14:00:00Z")
	}
	return plant.Span{From: from.UTC(), To: to.UTC()}, "", nil
}

var presets = map[string]time.Duration{"1h": time.Hour, "24h": 24 * time.Hour, "7d": 7 * 24 * time.Hour}

func (a ask) ranges(current string) []trendview.Range {
	var all []trendview.Range
	for _, r := range [][2]string{{"1 h", "1h"}, {"Shift", "shift"}, {"24 h", "24h"}, {"7 d", "7d"}} {
		all = append(all, trendview.Range{Link: ui.Link{Name: r[0], Href: a.with(map[string]string{"range": r[1]})}, Current: r[1] == current})
	}
	return all
}

// steps are the addresses by which a page without scripts pans and zooms.
func (a ask) steps(m moment, s plant.Span) []ui.Link {
	w := s.To.Sub(s.From)
	to := func(name string, from, until time.Duration) ui.Link {
		end := s.To.Add(until)
		if end.After(m.Time) {
			end = m.Time
		}
		return ui.Link{Name: name, Href: a.with(map[string]string{
			"from": s.From.Add(from).Truncate(time.Second).UTC().Format(time.RFC3339),
			"to":   end.Truncate(time.Second).UTC().Format(time.RFC3339),
		})}
	}
	links := []ui.Link{to("Earlier", -w/2, -w/2)}
	if s.To.Before(m.Time) {
		links = append(links, to("Later", w/2, w/2))
	}
	if w > 10*time.Second {
		links = append(links, to("Zoom in", w/4, -w/4))
	}
	if w < longest/2 {
		links = append(links, to("Zoom out", -w/2, w/2))
	}
	return links
}

// without gives the address of the chart without one of its tags.
func (a ask) without(name string) string {
	rest := a
	rest.tags = slices.DeleteFunc(slices.Clone(a.tags), func(t string) bool { return t == name })
	set := map[string]string{}
	if a.from != "" {
		set["from"], set["to"] = a.from, a.to
	} else if a.preset != "" {
		set["range"] = a.preset
	}
	return rest.with(set)
}

func spanWords(l figure.Locale, s plant.Span) string {
	from, to := l.Moment(s.From), l.Moment(s.To)
	if l.Date(s.From) == l.Date(s.To) {
		to = l.Time(s.To)
	}
	return from + " – " + to
}
