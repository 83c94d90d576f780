// What lines took for their products, and what of it is proposed as master data.

package web

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/errs"
	"millwright/internal/mes/standard"
	"millwright/internal/plant"
	stockview "millwright/views/stock"
	"millwright/views/ui"
)

const standardsHome = "/standards"

// standardPages are what was measured, and its way into master data.
func (s *Server) standardPages() []route {
	return []route{
		get(standardsHome, plant.Viewer, s.standardsPage),
		get("/standards/one", plant.Viewer, s.standardPage),
		post("/standards/rate", plant.Admin, s.approve(approveRate())),
		post("/standards/change", plant.Admin, s.approve(approveChange())),
		post("/standards/bill", plant.Viewer, s.approve(approveBill())).by(plant.Planner),
		post("/standards/yield", plant.Viewer, s.approve(approveYield())).by(plant.Planner),
	}
}

// learnedDays are the times that can be looked at.
var learnedDays = [...]int{7, 30, 90}

// daysOf is how many days are looked back.
func daysOf(c echo.Context) int {
	n, err := strconv.Atoi(c.FormValue("days"))
	if err != nil || !slices.Contains(learnedDays[:], n) {
		return 30
	}
	return n
}

// learnedOf reads what a line took in the last days.
func (s *Server) learnedOf(ctx context.Context, line plant.LineID, days int) ([]standard.Learned, error) {
	now := s.Now()
	segments, err := s.painter().Lines.Segments(ctx, line, now.AddDate(0, 0, -days), now)
	if err != nil {
		return nil, err
	}
	return standard.Learn(line, segments), nil
}

func standardHref(line plant.LineID, product string, days int) string {
	return standardsHome + "/one?" + url.Values{"line": {string(line)}, "product": {product}, "days": {strconv.Itoa(days)}}.Encode()
}

// standardsPage is every product of every line.
func (s *Server) standardsPage(c echo.Context) error {
	days := daysOf(c)
	page := s.stockPage(c, "Learned standards")
	page.Frame.Crumbs = []ui.Link{planLink(), {Name: "Learned standards"}}
	page.Lead = "What the lines really took for their products: cycles of running between stops, set-ups, scrap. What is proposed becomes master data when somebody approves it."
	for _, n := range learnedDays {
		page.Tabs = append(page.Tabs, ui.Way{Link: ui.Link{Name: fmt.Sprintf("%d days", n), Href: standardsHome + "?days=" + strconv.Itoa(n)}, Current: n == days})
	}
	t := &stockview.Table{Columns: columns("Line", "Product", "#Pieces", "#Cycle, half of all", "#At its best", "#Ideal in use", "#Set-up, half of all", "#Scrap", "Evidence"), Empty: "No line has run a product in that time."}
	var matrix [][]stockview.Cell
	for _, l := range s.sight(c).lines {
		all, err := s.learnedOf(c.Request().Context(), l.ID, days)
		if err != nil {
			return err
		}
		for _, one := range all {
			t.Rows = append(t.Rows, s.learnedRow(l, one, days))
		}
		rows, err := s.matrixRows(c.Request().Context(), l, all, days)
		if err != nil {
			return err
		}
		matrix = append(matrix, rows...)
	}
	page.Sections = []stockview.Section{{ID: "learned", Title: "By line and product", Lead: fmt.Sprintf("At its best: only a tenth of all pieces were made quicker. It takes %d stints or set-ups to propose by.", standard.Enough), Table: t}, matrixSection(matrix)}
	return s.show(c, stockview.Show(page))
}

func (s *Server) learnedRow(l lineInfo, one standard.Learned, days int) []stockview.Cell {
	usual, known := one.Usual()
	best, _ := one.Ideal()
	if !known {
		usual, best = 0, 0
	}
	ideal := idealOf(l.Line, one.Product)
	use := stockview.Cell{Text: l.cycle(ideal)}
	if ideal > 0 && best > 0 && apart(ideal, best) {
		use.Mood = ui.Warning
	}
	setUp := "–"
	if d, ok := one.Setting(); ok {
		setUp = l.locale.Minutes(d) + "\u00a0min"
	}
	scrap := "–"
	if one.Made() > 0 {
		scrap = percentOf(l, one) + "\u00a0%"
	}
	return []stockview.Cell{
		{Text: l.Name, Href: "/line/" + url.PathEscape(string(l.ID))},
		{Text: one.Product, Href: standardHref(l.ID, one.Product, days)},
		{Text: l.locale.Whole(one.Made().Floor())},
		{Text: l.cycle(usual)},
		{Text: l.cycle(best)},
		use,
		{Text: setUp},
		{Text: scrap},
		{Text: fmt.Sprintf("%s, %s", plural(len(one.Cycle.Samples), "stint", "stints"), plural(len(one.SetUp.Samples), "set-up", "set-ups"))},
	}
}

func percentOf(l lineInfo, one standard.Learned) string {
	return l.locale.Percent(one.Reject.Float()/one.Made().Float(), true)
}

// idealOf is the ideal cycle of a product in use; 0 for none.
func idealOf(l plant.Line, product string) (d time.Duration) {
	for _, r := range l.Rates {
		if r.Product == product {
			return r.IdealCycle
		}
		if r.Product == "*" {
			d = r.IdealCycle
		}
	}
	return d
}

// apart tells whether two cycles are more than a twentieth apart.
func apart(a, b time.Duration) bool { return max(a, b)-min(a, b) > max(a, b)/20 }

// learnedPlace is one product of one line, and what master data says of it.
type learnedPlace struct {
	standard.Learned
	line  lineInfo
	days  int
	item  item.Item        // that the product is; ID 0 for none
	bill  bill.Bill        // in force; ID 0 for none
	at    bill.Operation   // at the line; Position 0 for none
	ideal time.Duration    // as it stands in the draft of the plant; 0 for none
	said  plant.Changeover // likewise
}

func (s *Server) learnedPlaceOf(c echo.Context) (p learnedPlace, err error) {
	ctx, see := c.Request().Context(), s.sight(c)
	at, is := see.at[plant.LineID(c.FormValue("line"))]
	if !is {
		return p, errs.New(errs.NotFound, "there is no line %s", errs.Clip(c.FormValue("line")))
	}
	p.line, p.days = see.lines[at], daysOf(c)
	all, err := s.learnedOf(ctx, p.line.ID, p.days)
	if err != nil {
		return p, err
	}
	product := c.FormValue("product")
	i := slices.IndexFunc(all, func(l standard.Learned) bool { return l.Product == product })
	if i < 0 {
		return p, errs.New(errs.NotFound, "%s did not run %s in that time", p.line.Name, errs.Clip(cmp.Or(product, "a product without a name")))
	}
	p.Learned = all[i]
	if p.ideal, err = s.draftedIdeal(ctx, p); err != nil {
		return p, err
	}
	if p.said, err = s.targets(ctx, p.line.ID); err != nil {
		return p, err
	}
	return p, s.masterOf(ctx, &p)
}

// draftedIdeal is the ideal cycle as it stands in the draft of the plant, or in use where nothing is drafted.
func (s *Server) draftedIdeal(ctx context.Context, p learnedPlace) (time.Duration, error) {
	d, err := s.document(ctx)
	if err != nil {
		return 0, err
	}
	at, is := lineAt(&d, string(p.line.ID))
	if !is {
		return 0, nil
	}
	place, _ := placeOf(&d, at)
	if cycle, is := place.line.Rates[p.Product]; is {
		return cycle, nil
	}
	return place.line.Rates["*"], nil
}

// masterOf finds the item that a product is, and the operation of its bill at the line.
func (s *Server) masterOf(ctx context.Context, p *learnedPlace) error {
	if s.Trade.Items == nil {
		return nil
	}
	found, err := s.Trade.Items.Search(ctx, item.Search{Product: p.Product, Limit: 1})
	if err != nil || len(found) == 0 {
		return err
	}
	if p.item, err = s.Trade.Items.Find(ctx, found[0].ID); err != nil {
		return err
	}
	g, err := s.Trade.Bills.Below(ctx, []int64{p.item.ID}, s.Now())
	if err != nil {
		return err
	}
	b, is := g.Bills[p.item.ID]
	if !is {
		return nil
	}
	if p.bill, err = s.Trade.Bills.Find(ctx, b.ID); err != nil {
		return err
	}
	centres, err := s.Trade.Centres.Centres(ctx)
	if err != nil {
		return err
	}
	p.at, _ = standard.At(p.bill, centres, p.line.ID)
	return nil
}
