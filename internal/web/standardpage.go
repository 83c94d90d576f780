// One product of one line: how its times are spread, by which spans, and what is proposed.

package web

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/mes/standard"
	"millwright/internal/plant"
	"millwright/views/figure"
	standardview "millwright/views/standard"
	stockview "millwright/views/stock"
	"millwright/views/ui"
)

// barsDrawn is into how many parts a spread is cut.
const barsDrawn = 24

// standardPage is one of them.
func (s *Server) standardPage(c echo.Context) error {
	p, err := s.learnedPlaceOf(c)
	if err != nil {
		return err
	}
	return s.showStandard(c, http.StatusOK, p, "", nil)
}

// showStandard shows it; what is wrong with one of its forms stands beside that.
func (s *Server) showStandard(c echo.Context, status int, p learnedPlace, form string, why error) error {
	title := p.Product + " on " + p.line.Name
	page := s.stockPage(c, title, ui.Link{Name: "Learned standards", Href: standardsHome + "?days=" + strconv.Itoa(p.days)})
	page.Frame.Path = standardHref(p.line.ID, p.Product, p.days)
	page.Lead = fmt.Sprintf("The last %d days: it ran for %s and made %s pieces, %s of them rejects.", p.days, figure.Span(p.Ran), p.line.locale.Whole(p.Made().Floor()), p.line.locale.Whole(p.Reject.Floor()))
	switch c.QueryParam("done") {
	case "drafted":
		page.State, page.Mood = said("drafted"), ui.Well
	case "saved":
		page.State, page.Mood = said("saved"), ui.Well
	}
	minutes := func(v float64) string { return p.line.locale.Number(v, 1) + "\u00a0min" }
	cycles := func(v float64) string { return p.line.cycle(time.Duration(v * float64(time.Second))) }
	share := func(v float64) string { return p.line.locale.Percent(v, true) + "\u00a0%" }
	page.Drawn = standardview.Draw(standardview.Spreads{
		Title: "How it is spread", Lead: "A tenth of all lies left of the first mark, half left of the second, nine tenths left of the third; a stint counts by its pieces.",
		All: []standardview.Spread{spreadView("cycle", "Cycle of a piece", p.Cycle, cycles), spreadView("setup", "Set-up to it", p.SetUp, minutes), spreadView("scrap", "Scrap", p.Scrap, share)},
	})
	for _, f := range []stockview.Section{s.rateSection(c, p), s.changeSection(c, p), s.billSection(c, p), s.yieldSection(c, p)} {
		if f.ID == form && why != nil && f.Form != nil {
			faulted(f.Form, why)
		} else if f.ID == form && why != nil { // nothing is proposed any more
			page.State, page.Mood = faults(why)[0].Text, ui.Warning
		}
		page.Sections = append(page.Sections, f)
	}
	page.Sections = append(page.Sections, s.spanSection(p, p.Cycle.Samples, spansCalled{"stints", "The last stints", "Cycle", cycles}), s.spanSection(p, p.SetUp.Samples, spansCalled{"setups", "The last set-ups", "Set-up", minutes}))
	return s.showAs(c, status, stockview.Show(page))
}

func spreadView(id, title string, x standard.Spread, words func(float64) string) standardview.Spread {
	v := standardview.Spread{ID: id, Title: title, Empty: "Nothing was measured."}
	if len(x.Samples) == 0 {
		return v
	}
	bars := x.Bars(barsDrawn)
	most := 0.0
	for _, b := range bars {
		most = math.Max(most, b.Share)
	}
	lo, hi := bars[0].From, bars[len(bars)-1].To
	for _, b := range bars {
		v.Bars = append(v.Bars, standardview.Bar{Height: b.Share / most, Title: fmt.Sprintf("%s – %s: %d", words(b.From), words(b.To), b.Samples)})
	}
	for _, m := range []float64{x.Low, x.Middle, x.High} {
		at := .5
		if hi > lo {
			at = (m - lo) / (hi - lo)
		}
		v.Marks = append(v.Marks, at)
	}
	v.From, v.To = words(lo), words(hi)
	v.Note = fmt.Sprintf("n %d: %s, %s, %s", len(x.Samples), words(x.Low), words(x.Middle), words(x.High))
	return v
}

// spansShown is how many spans stand on the page.
const spansShown = 30

// spansCalled are how a list of spans is called, and how what was measured is written.
type spansCalled struct {
	id, title, name string
	words           func(float64) string
}

// spanSection lists the spans that something rests on, the last first.
func (s *Server) spanSection(p learnedPlace, all []standard.Sample, as spansCalled) stockview.Section {
	t := &stockview.Table{Columns: columns("From", "To", "#Pieces", "#"+as.name, "After"), Empty: "None was measured."}
	for i := len(all) - 1; i >= 0 && len(t.Rows) < spansShown; i-- {
		x := all[i]
		local := func(at time.Time) string { return at.In(p.line.site.Zone).Format(time.DateTime) }
		q := url.Values{"range": {customRange}, "line": {string(p.line.ID)}, "from": {local(x.Span.From)}, "to": {local(x.Span.To)}}
		made := "–"
		if as.id == "stints" {
			made = p.line.locale.Whole(x.Pieces.Floor())
		}
		t.Rows = append(t.Rows, []stockview.Cell{{Text: s.stamp(x.Span.From), Href: lossesHome + "?" + q.Encode()}, {Text: s.stamp(x.Span.To)}, {Text: made}, {Text: as.words(x.Value)}, {Text: x.After}})
	}
	return stockview.Section{ID: as.id, Title: as.title, Table: t}
}

// approval is a form that makes a proposal master data.
func approvalForm(c echo.Context, p learnedPlace, path, button string, hidden ...ui.Choice) *stockview.Form {
	return &stockview.Form{
		Action: standardsHome + "/" + path, Button: button,
		Hidden: append([]ui.Choice{{Name: "line", Value: string(p.line.ID)}, {Name: "product", Value: p.Product}, {Name: "days", Value: strconv.Itoa(p.days)}}, hidden...),
		Fields: []stockview.Field{field(ui.WhyField, "Why", c.FormValue(ui.WhyField), true)},
	}
}

func (s *Server) rateSection(c echo.Context, p learnedPlace) stockview.Section {
	sec := stockview.Section{ID: "rate", Title: "Ideal cycle of the line"}
	best, ok := p.Ideal()
	now := p.line.cycle(p.ideal)
	switch {
	case !ok:
		sec.Lead = fmt.Sprintf("It is %s. There are %d stints, and it takes %d to propose another.", now, len(p.Cycle.Samples), standard.Enough)
		return sec
	case best == p.ideal:
		sec.Lead = fmt.Sprintf("It is %s, as it was measured.", now)
		return sec
	}
	sec.Lead = fmt.Sprintf("It is %s in the plant as it is drafted; %s is proposed, by %d stints. It goes into the draft of the plant, and is in use when that is published.", now, p.line.cycle(best), len(p.Cycle.Samples))
	if visitorOf(c).reach.Base < plant.Admin {
		return sec
	}
	sec.Form = approvalForm(c, p, "rate", "Put it into the draft", ui.Choice{Name: "was", Value: p.ideal.String()}, ui.Choice{Name: "is", Value: best.String()})
	return sec
}

func (s *Server) billSection(c echo.Context, p learnedPlace) stockview.Section {
	sec := stockview.Section{ID: "bill", Title: "Times of the bill's operation"}
	usual, ok := p.Usual()
	setUp, set := p.Setting()
	switch {
	case p.item.ID == 0:
		sec.Lead = "No item is this product: give the item its code."
		return sec
	case p.at.Position == 0:
		sec.Lead = "The bill in force has no operation at a work centre of this line."
		return sec
	case !ok && !set:
		sec.Lead = fmt.Sprintf("There is too little to propose by: %d stints and %d set-ups, and it takes %d.", len(p.Cycle.Samples), len(p.SetUp.Samples), standard.Enough)
		return sec
	}
	next, err := p.rewritten()
	if err != nil || standard.Same(p.bill, next) {
		sec.Lead = "They are as they were measured."
		return sec
	}
	sec.Lead = fmt.Sprintf("Version %d, operation %d, %s: set-up %s, and run %s for a batch of %s.", p.bill.Number, p.at.Position, p.at.Name, figure.Span(p.at.Setup), figure.Span(p.at.Run), s.much(p.bill.Batch))
	if ok {
		sec.Lead += fmt.Sprintf(" Proposed: %s for a piece, by %d stints.", p.line.cycle(usual), len(p.Cycle.Samples))
	}
	if set {
		sec.Lead += fmt.Sprintf(" Set-up proposed: %s, by %d of them.", figure.Span(setUp), len(p.SetUp.Samples))
	}
	sec.Lead += " It makes a new version of the bill, a draft, which is in force when somebody releases it."
	sec.More = []ui.Link{{Name: "The bill in force", Href: "/bills/" + asDigits(p.bill.ID)}}
	if !planMay(c, plant.Planner) {
		return sec
	}
	sec.Form = approvalForm(c, p, "bill", "Make a new version", keyField(c), ui.Choice{Name: "bill", Value: asDigits(p.bill.ID)}, ui.Choice{Name: "cycle", Value: usual.String()}, ui.Choice{Name: "setup", Value: setUp.String()})
	sec.Form.Fields = nil
	return sec
}

func (s *Server) yieldSection(c echo.Context, p learnedPlace) stockview.Section {
	sec := stockview.Section{ID: "yield", Title: "Yield of the item"}
	y, ok := p.Yield()
	if p.item.ID == 0 || !ok {
		sec.Lead = "There is too little to propose by, or no item is this product."
		return sec
	}
	now := p.item.Planning.Yield.Whole()
	if now.Num*10_000 == y*now.Den {
		sec.Lead = "It is as it was measured: " + p.yieldWords(y) + "."
		return sec
	}
	sec.Lead = fmt.Sprintf("Planning starts so much more that what becomes good is enough. It is %s; %s is proposed, by %s pieces.", now, p.yieldWords(y), p.line.locale.Whole(p.Made().Floor()))
	sec.More = []ui.Link{{Name: "The item", Href: itemHref(p.item.ID)}}
	if !planMay(c, plant.Planner) {
		return sec
	}
	sec.Form = approvalForm(c, p, "yield", "Give it to the item", ui.Choice{Name: "version", Value: asDigits(p.item.Version)}, ui.Choice{Name: "is", Value: asDigits(y)})
	sec.Form.Fields = nil
	return sec
}

func (p learnedPlace) yieldWords(tenThousandths int64) string {
	return p.line.locale.Number(float64(tenThousandths)/100, 2) + "\u00a0%"
}

// stale is what is told when a form is not of what is there now.
func stale(what string) error {
	return errs.New(errs.Conflict, "%s was changed since you opened the page: it stands here as it is now", what)
}
