package web

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/plant"
	"millwright/internal/sheet"
	"millwright/views/figure"
	lossview "millwright/views/loss"
)

// mostListed is how many stops stand in the list; the file has all of them.
const mostListed = 100

// sorted are the stops of what is asked for, what cost most first.
func (l *loser) sorted() []*stop {
	all := l.stops(l.lossAsk)
	slices.SortStableFunc(all, func(a, b *stop) int { return cmp.Compare(b.lasts, a.lasts) })
	return all
}

// list is the stops that are asked for.
func (l *loser) list() lossview.Stops {
	if !l.whole {
		return lossview.Stops{Export: l.href(lossesHome + "/stops.csv"), None: fmt.Sprintf("Each stop is listed for %d days of one line, or as many days of several lines together: choose a line or a shorter time. The file has them all.", mostDetail)}
	}
	all := l.sorted()
	s := lossview.Stops{Several: l.several, Currency: l.priced(), None: "No stop.", Export: l.href(lossesHome + "/stops.csv"), Count: l.locale.Whole(int64(len(all)))}
	if len(all) > mostListed {
		s.More = fmt.Sprintf("The %d longest are shown. The file has all %s.", mostListed, l.locale.Whole(int64(len(all))))
		all = all[:mostListed]
	}
	for _, one := range all {
		s.Rows = append(s.Rows, l.row(one))
	}
	return s
}

func (l *loser) row(s *stop) lossview.Stop {
	first := s.first
	worth, known := l.worth(&s.heap)
	row := lossview.Stop{
		State: stateOf(first.Category, s.fault+s.reason), Line: first.line.Name, From: l.locale.Moment(s.from), To: l.locale.Time(s.to),
		Length: figure.Span(s.lasts), Unit: figure.Dash(first.line.names[first.Unit]), Money: l.cash.write(worth, known),
		Reason: l.whyOf(s), Fault: "", Comment: s.comment, Who: s.by, Product: figure.Dash(first.Product), Order: first.Order,
		Href: segmentHref(first.line.ID, s.from), Trend: aroundStop(first.line.ID, s),
	}
	if faulty(s.fault) {
		row.Fault = s.fault
	}
	if !s.to.Before(l.now.Truncate(time.Microsecond)) {
		row.To = "now"
	}
	return row
}

// stopsOf is the address of the stops that a bar is made of.
func (l *loser) stopsOf(key string) string {
	page, _, _ := strings.Cut(l.within(l.by, key), "#")
	return page + "#stops"
}

func (l *loser) whyOf(s *stop) string {
	if s.reason == "" {
		return ""
	}
	return l.reasonName(s.reason)
}

// aroundStop is the line's page with its trend around a stop.
func aroundStop(line plant.LineID, s *stop) string {
	pad := max(s.to.Sub(s.from), 10*time.Minute)
	q := url.Values{"from": {s.from.Add(-pad).UTC().Format(time.RFC3339)}, "to": {s.to.Add(pad).UTC().Format(time.RFC3339)}}
	return "/line/" + url.PathEscape(string(line)) + "?" + q.Encode() + "#trend"
}

// stopsFile is the list of stops as a file.
func (s *Server) stopsFile(c echo.Context) error {
	l, err := s.loser(c, true)
	if err != nil {
		return err
	}
	rows := [][]sheet.Cell{texts("line", "shift", "date", "from", "to", "minutes", "category", "unit", "fault", "reason", "comment", "who", "product", "order", "money", "currency")}
	for _, one := range l.sorted() {
		f := one.first
		worth, known := l.worth(&one.heap)
		rows = append(rows, append(
			texts(f.line.Name, f.Shift, f.Date, one.from.In(f.line.site.Zone).Format(time.RFC3339), one.to.In(f.line.site.Zone).Format(time.RFC3339)),
			append([]sheet.Cell{sheet.Number(one.lasts.Minutes())},
				append(texts(f.Category.String(), f.line.names[f.Unit], one.fault, l.whyOf(one), one.comment, one.by, f.Product, f.Order),
					l.cash.cells(worth, known, f.line.site.Currency)...)...)...))
	}
	return s.lossFile(c, "stops", rows)
}

// paretoFile is the Pareto as a file, with all of its bars.
func (s *Server) paretoFile(c echo.Context) error {
	l, err := s.loser(c, false)
	if err != nil {
		return err
	}
	rows := [][]sheet.Cell{texts(l.by, "minutes", "count", "money", "currency")}
	bars, whole := l.ranking(l.lossAsk)
	whole.key = ""
	row := func(name string, r ranked) {
		rows = append(rows, append(append(texts(name), sheet.Number(r.lasts.Minutes()), sheet.Number(float64(r.stops))), l.cash.cells(r.worth, r.known && !l.cash.mixed, l.cash.currency)...))
	}
	for _, r := range bars {
		row(l.nameOf(l.by, r.key), r)
	}
	row("total", whole)
	return s.lossFile(c, "losses", rows)
}

// cells are an amount to the last digit, and its currency.
func (m cash) cells(amount plant.Money, ok bool, currency string) []sheet.Cell {
	if !ok {
		return texts("", "")
	}
	return []sheet.Cell{sheet.Number(plant.Quantity(amount).Float()), sheet.Text(currency)}
}

func texts(of ...string) (cells []sheet.Cell) {
	for _, t := range of {
		cells = append(cells, sheet.Text(t))
	}
	return cells
}

func (s *Server) lossFile(c echo.Context, name string, rows [][]sheet.Cell) error {
	var b strings.Builder
	if err := sheet.CSV(&b, rows); err != nil {
		return err
	}
	c.Response().Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s-%s.csv"`, name, s.Now().In(s.zone()).Format(time.DateOnly)))
	return c.Blob(200, "text/csv; charset=utf-8; header=present", []byte(b.String()))
}
