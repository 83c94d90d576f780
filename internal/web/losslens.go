package web

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/mes/oee/kpi/lens"
	"millwright/internal/plant"
	lossview "millwright/views/loss"
	"millwright/views/ui"
)

// mostSpans is how many stretches of time are named of what moves.
const mostSpans = 12

// lens shows one line's time under every definition of OEE, with what moves between them.
func (s *Server) lens(c echo.Context) error {
	f := s.frame(c, "Definitions", ui.Link{Name: "Losses", Href: lossesHome}, ui.Link{Name: "Definitions"})
	f.Live, f.Refresh = false, 0
	page := lossview.LensPage{Frame: f}
	p := s.sight(c)
	a, err := lossAskOf(c.QueryParams())
	if err != nil {
		return err
	}
	if a.line == "" && len(p.lines) > 0 {
		a.line = string(p.lines[0].ID)
	}
	lines, err := a.lines(p)
	if err != nil {
		return err
	}
	page.Back = a.href(lossesHome)
	for _, r := range lossRanges() {
		page.Ranges = append(page.Ranges, ui.Way{Link: ui.Link{Name: r.name, Href: a.href(lossesHome+"/lens", "range", r.word, "from", "", "to", "")}, Current: r.word == a.over})
	}
	for _, l := range p.lines {
		page.Lines = append(page.Lines, ui.Way{Link: ui.Link{Name: l.Name, Href: a.href(lossesHome+"/lens", "line", string(l.ID))}, Current: string(l.ID) == a.line})
	}
	if len(lines) == 0 {
		page.Empty = noLines()
		return s.show(c, lossview.ShowLens(page))
	}
	eras, err := a.erasOf(a.over, lines, s.Now())
	if err != nil {
		page.Empty = &ui.Empty{Title: "This time cannot be shown", Text: faults(err)[0].Text}
		return s.showAs(c, http.StatusUnprocessableEntity, lossview.ShowLens(page))
	}
	l, e := lines[0], eras[0]
	page.Title = l.Name + ", " + e.title(l.locale)
	segments, err := p.Lines.Segments(c.Request().Context(), l.ID, e.From, e.To)
	if err != nil {
		return err
	}
	if e.Span = p.since(l.ID, e.Span); !e.From.Before(e.To) || len(segments) == 0 {
		page.Empty = &ui.Empty{Title: "Nothing is known of that time", Text: "Choose another shift."}
		return s.show(c, lossview.ShowLens(page))
	}
	seen, pairs := lens.Look(e.Span, segments)
	fillLens(&page, l, lensed{e, seen, pairs})
	return s.show(c, lossview.ShowLens(page))
}

// lensed is a time as every definition sees it.
type lensed struct {
	era
	seen  []lens.Seen
	pairs []lens.Pair
}

// fillLens writes what each definition sees, and what moves from the first one to it.
func fillLens(page *lossview.LensPage, l lineInfo, of lensed) {
	classic := of.seen[0]
	for _, v := range of.seen {
		d := lossview.Definition{
			Name: v.Name, Says: v.Says, OEE: percent(l.locale, v.OEE), Share: share(v.OEE),
			Availability: percent(l.locale, v.Availability), Performance: percent(l.locale, v.Performance), Quality: percent(l.locale, v.Quality),
			Measured: l.locale.Minutes(v.Measured), Available: l.locale.Minutes(v.Available), Run: l.locale.Minutes(v.Run),
		}
		if v.OEELow.OK && v.OEEHigh.OK {
			d.Between = percent(l.locale, v.OEELow) + "–" + percent(l.locale, v.OEEHigh)
		}
		if v.ID == classic.ID {
			page.Definitions = append(page.Definitions, d)
			continue
		}
		if v.OEE.OK && classic.OEE.OK {
			points := v.OEE
			points.Value -= classic.OEE.Value
			d.Delta = withSign(percent(l.locale, points), int64(points.Value*1e6))
		}
		for _, pair := range of.pairs {
			if pair.From == classic.ID && pair.To == v.ID {
				d.Moves = l.moves(pair)
			}
		}
		page.Definitions = append(page.Definitions, d)
	}
}

// moves writes what a definition takes for something else.
func (l lineInfo) moves(pair lens.Pair) (all []lossview.Move) {
	for _, m := range pair.Moves {
		one := lossview.Move{
			State: ui.State{Tone: tones[m.Category], Word: upper(m.Category.String())},
			From:  m.From.String(), To: m.To.String(), Minutes: l.locale.Minutes(m.Sum),
		}
		for i, s := range m.Spans {
			if i == mostSpans {
				one.More = "and " + l.locale.Whole(int64(len(m.Spans)-mostSpans)) + " more"
				break
			}
			one.Spans = append(one.Spans, ui.Link{Name: l.locale.Time(s.From) + "–" + l.locale.Time(s.To), Href: aroundSpan(l.ID, s)})
		}
		all = append(all, one)
	}
	return all
}

func aroundSpan(line plant.LineID, s plant.Span) string {
	return aroundStop(line, &stop{from: s.From.UTC().Truncate(time.Second), to: s.To})
}
