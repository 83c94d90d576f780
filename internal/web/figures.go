// Key figures of any part of the lines' time.

package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/mes/oee/money"
	"millwright/internal/mes/oee/rollup"
	"millwright/internal/mes/oee/workunit"
	"millwright/internal/plant"
	"millwright/views/figure"
	ledgerview "millwright/views/ledger"
	"millwright/views/ui"
)

// mostRows is into how many parts a page divides time, and a file.
const (
	mostRows     = 500
	mostFileRows = 5_000
)

// figurer reads and draws key figures.
type figurer struct {
	figureAsk
	p      *painter
	lines  []lineInfo
	eras   []era
	locale figure.Locale
	cash   cash
	now    time.Time
	own    map[*kpi.Group][]*workunit.Own
	hours  []workunit.Hours
	money  *money.Book
	clocks clocks
	cuts   []rollup.Cut
}

// figurer understands what a request asks for. With an error that is about the range, its tools can be drawn all the same.
func (s *Server) figurer(c echo.Context) (f figurer, err error) {
	f.p, f.now, f.own = s.sight(c), s.Now(), map[*kpi.Group][]*workunit.Own{}
	if f.figureAsk, err = figureAskOf(c.QueryParams()); err != nil {
		return f, err
	}
	if f.lines, err = f.lossAsk.lines(f.p); err != nil {
		return f, err
	}
	f.locale, f.cash = moneyOf(f.lines)
	f.clocks, f.money = f.p.clocks(), money.NewBook(func(id plant.LineID) (plant.Line, bool) {
		l, ok := f.p.line(id)
		return l.Line, ok
	})
	f.eras, err = f.erasOf(f.over, f.lines, f.now)
	return f, err
}

// title says what time it is.
func (f *figurer) title() string {
	l := loser{lossAsk: f.lossAsk, lines: f.lines}
	title := l.named(f.over, f.eras)
	if len(f.lines) == 1 {
		title = f.lines[0].Name + ", " + title
	}
	return title
}

// homeOf tells where a line is.
func (p *painter) homeOf(id plant.LineID) (area, site string) {
	l, _ := p.line(id)
	return l.Area, string(l.Site)
}

// groups divides the time that is asked for.
func (f *figurer) groups(ctx context.Context, by kpi.By, most int) ([]kpi.Group, error) {
	g := kpi.NewGrouper(by, f.span(), most, f.p.homeOf)
	read := rollup.Reader{Book: f.p.Sums, Lines: f.p.Lines}
	for _, q := range f.questions(by) {
		if err := read.Rows(ctx, q, g.Place); err != nil {
			return nil, err
		}
	}
	own, err := f.machines(ctx, by, g)
	if err != nil {
		return nil, err
	}
	all, err := g.Groups()
	for i := range all {
		f.own[&all[i]] = own[all[i].Name]
	}
	return all, err
}

// rangeFaults are what is wrong with a range; ok is false for any other error.
func rangeFaults(err error) (all []ui.Fault, ok bool) {
	all = faults(err)
	return all, errs.KindOf(err) == errs.Invalid && len(all) > 0 && all[0].Field != ""
}

// figures are key figures, divided by what is asked, or all of those of one part.
func (s *Server) figures(c echo.Context) error {
	f, err := s.figurer(c)
	if err == nil && f.one {
		return s.oneFigure(c, f)
	}
	page := ledgerview.FiguresPage{Frame: s.frame(c, "Key figures", ui.Link{Name: "Losses", Href: lossesHome}, ui.Link{Name: "Key figures"})}
	page.Frame.Live, page.Frame.Refresh = false, 0
	page.Tools = f.tools(figuresHome, true)
	if wrong, ok := rangeFaults(err); err != nil && ok {
		refuseTools(&page.Tools, wrong)
		return s.showAs(c, http.StatusUnprocessableEntity, ledgerview.ShowFigures(page))
	}
	if err != nil {
		return err
	}
	page.Lead = f.title()
	if page.Empty = f.nothing(); page.Empty == nil {
		err = f.table(c.Request().Context(), &page)
	}
	if err != nil && errs.KindOf(err) == errs.Invalid {
		refuseTools(&page.Tools, []ui.Fault{{Field: "side", Text: upper(err.Error()) + "."}})
		return s.showAs(c, http.StatusUnprocessableEntity, ledgerview.ShowFigures(page))
	}
	if err != nil {
		return err
	}
	return s.show(c, ledgerview.ShowFigures(page))
}

// nothing is shown where there is no line, or no time.
func (f *figurer) nothing() *ui.Empty {
	switch {
	case len(f.lines) == 0:
		return noLines()
	case f.span().From.IsZero():
		return timeless()
	}
	return nil
}

// oneFigure is every key figure of one part.
func (s *Server) oneFigure(c echo.Context, f figurer) error {
	all, err := f.groups(c.Request().Context(), f.by, mostFileRows)
	if err != nil {
		return err
	}
	var g *kpi.Group
	for i := range all {
		if all[i].Name == f.part {
			g = &all[i]
		}
	}
	if g == nil {
		return errs.New(errs.NotFound, "there is no such part of that time; choose one on the page of key figures")
	}
	whole := f.figureAsk
	whole.one = false
	name := f.partName(g.Name)
	page := ledgerview.OnePage{
		Frame: s.frame(c, name, ui.Link{Name: "Losses", Href: lossesHome}, ui.Link{Name: "Key figures", Href: whole.href(figuresHome)}, ui.Link{Name: name}),
		Title: name, Lead: strings.TrimSuffix(f.title()+". "+f.wholeHours(), ". "),
		Links: []ui.Link{{Name: "All its segments", Href: f.href(segmentsHome)}, {Name: "Back to the table", Href: whole.href(figuresHome)}},
		KPIs:  f.gauges(f.values(g)),
	}
	page.Frame.Live, page.Frame.Refresh = false, 0
	if !f.by.Causes() {
		page.Trust = f.trust(g)
	}
	return s.show(c, ledgerview.ShowOne(page))
}

// gauges are key figures with their formulas, whose numbers lead to what they are made of.
func (f *figurer) gauges(values []kpi.Value) (all []ui.KPI) {
	for _, v := range values {
		all = append(all, opening(keyFigure(f.locale, v), v, f.made))
	}
	linkFactors(all)
	return all
}

// opening lets the numbers of a formula lead to what they are made of.
func opening(k ui.KPI, v kpi.Value, made func(kpi.Term) string) ui.KPI {
	for i, t := range v.Terms {
		k.Terms[i].Href = made(t)
	}
	return k
}

// linkFactors lets the numbers of formulas that are key figures lead to their own formulas.
func linkFactors(all []ui.KPI) {
	for i := range all {
		for j := range all[i].Terms {
			t := &all[i].Terms[j]
			for _, k := range all {
				if t.Href == "" && k.Name == t.Name && k.ID != all[i].ID {
					t.Href = "#formula-" + url.PathEscape(k.ID)
				}
			}
		}
	}
}

// trust says how far the figures of a group can be relied on.
func (f *figurer) trust(g *kpi.Group) (t ledgerview.Trust) {
	is := kpi.Trust(&g.Sums, f.clocks.skew(g.From, linesIn(g)...))
	t = ledgerview.Trust{Word: string(is.Grade), Why: is.Why, Mood: gradeMood(is.Grade)}
	if between := f.between(g); between != "" {
		t.Between = "OEE lies between " + between + " %, as part of the time is not known."
	}
	return t
}

func gradeMood(g kpi.Grade) ui.Mood {
	return map[kpi.Grade]ui.Mood{kpi.High: ui.Well, kpi.Fair: ui.Warning, kpi.Low: ui.Alarm}[g]
}

// between is the interval in which OEE lies; "" when it is known.
func (f *figurer) between(g *kpi.Group) string { return interval(f.locale, g.Classic()) }

// linesIn are the lines that a group has time of.
func linesIn(g *kpi.Group) (all []plant.LineID) {
	for _, p := range g.Parts { // of a line they follow one another
		if n := len(all); n == 0 || all[n-1] != p.Line {
			all = append(all, p.Line)
		}
	}
	return all
}

// partName is how people call a part.
func (f *figurer) partName(n kpi.Name) string {
	var words []string
	if f.by.Period != kpi.Whole {
		words = append(words, f.periodName(n.Period))
	}
	for i, s := range f.by.Sides {
		if s != kpi.All {
			words = append(words, f.sideName(s, n.Sides[i]))
		}
	}
	if len(words) == 0 {
		return "All of it"
	}
	return strings.Join(words, ", ")
}

func (f *figurer) periodName(name string) string {
	if at, err := time.Parse(time.RFC3339Nano, name); f.by.Period == kpi.Hour && err == nil {
		return f.locale.Moment(at)
	}
	return figure.Dash(errs.Clip(name))
}

// sideName is how people call one of a side.
func (f *figurer) sideName(side kpi.Side, key string) string {
	l := loser{p: f.p, lines: f.lines, several: len(f.lines) > 1}
	none := map[kpi.Side]string{
		kpi.Unit: "No unit", kpi.Reason: "Without a reason", kpi.ShiftName: "Outside shifts", kpi.Product: "No product", kpi.Order: "No order", kpi.Operator: "Nobody known",
	}[side]
	if key == "" && none != "" {
		return none
	}
	switch side {
	case kpi.Line:
		return l.nameOf(byLine, key)
	case kpi.Unit:
		return l.nameOf(byUnit, key)
	case kpi.Reason:
		return l.reasonName(key)
	case kpi.Area:
		return f.p.areas[key].Name
	case kpi.Site:
		for _, s := range f.p.Plant.Sites {
			if string(s.ID) == key {
				return s.Name
			}
		}
	}
	return figure.Dash(errs.Clip(key))
}

// figuresFile is the table with every key figure.
func (s *Server) figuresFile(c echo.Context) error {
	f, err := s.figurer(c)
	if err != nil {
		return err
	}
	all, err := f.parts(c.Request().Context(), mostFileRows)
	if err != nil {
		return err
	}
	return s.lossFile(c, "figures", f.file(all))
}
