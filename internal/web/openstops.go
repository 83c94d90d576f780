// The queue of stops that nobody has explained.

package web

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/mes/oee/health"
	"millwright/internal/mes/oee/money"
	"millwright/internal/plant"
	"millwright/views/figure"
	healthview "millwright/views/health"
	"millwright/views/ui"
)

const (
	openHome   = "/unexplained"
	mostOpen   = 50  // stops that stand on the page
	mostTicked = 200 // that are explained at once
)

// openAsk is what an address asks of the queue.
type openAsk struct {
	line, shift, sort string
	days              int
}

func openAskOf(q url.Values) (openAsk, error) {
	a := openAsk{line: q.Get("line"), shift: q.Get("shift"), sort: q.Get("sort"), days: health.Days}
	if text := q.Get("days"); text != "" {
		days, err := strconv.Atoi(text)
		if err != nil || !slices.Contains(healthSpans(), days) {
			return a, errs.New(errs.Invalid, "days cannot be %q; choose one of the page", errs.Clip(text))
		}
		a.days = days
	}
	if a.sort != "" && a.sort != inMoney && a.sort != inMinutes {
		return a, errs.New(errs.Invalid, "sort cannot be %q; choose one of the page", errs.Clip(a.sort))
	}
	return a, nil
}

func (a openAsk) href() string {
	q := url.Values{}
	for name, value := range map[string]string{"line": a.line, "shift": a.shift, "sort": a.sort} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if a.days != health.Days {
		q.Set("days", strconv.Itoa(a.days))
	}
	if len(q) == 0 {
		return openHome
	}
	return openHome + "?" + q.Encode()
}

// openStop is a stop in the queue.
type openStop struct {
	edit.Stop
	line  *lineInfo
	worth plant.Money
	known bool
}

// name is what its box sends, and enough to say something of it.
func (o openStop) name() string {
	return fmt.Sprintf("%s/%d/%d/%d", o.line.ID, o.From.UnixMicro(), o.To.UnixMicro(), o.Seen)
}

// openQueue is what is shown.
type openQueue struct {
	openAsk
	p      *painter
	at     moment
	lines  []lineInfo
	all    []openStop
	shifts []string
	cash   cash
	priced bool
	lasted time.Duration
	worth  plant.Money
}

// openStops reads the queue, what costs most first.
func (p *painter) openStops(ctx context.Context, a openAsk, now time.Time) (*openQueue, error) {
	q := &openQueue{openAsk: a, p: p, at: moment{Time: now}}
	var err error
	if q.lines, err = (lossAsk{line: a.line}).lines(p); err != nil {
		return nil, err
	}
	_, q.cash = moneyOf(q.lines)
	for i := range q.lines {
		l := &q.lines[i]
		stops, err := p.Health.Open(ctx, l.ID, now.Add(-time.Duration(a.days)*24*time.Hour))
		if err != nil {
			return nil, err
		}
		for _, x := range stops {
			if !slices.Contains(q.shifts, x.Shift) {
				q.shifts = append(q.shifts, x.Shift)
			}
			if a.shift == "" || a.shift == cmp.Or(x.Shift, noShift) {
				q.add(l, x)
			}
		}
	}
	slices.Sort(q.shifts)
	q.priced = q.priced && !q.cash.mixed
	if q.worth < 1_000*plant.Currency {
		q.cash.places = q.cash.decimals()
	}
	byMoney := q.priced && a.sort != inMinutes
	slices.SortStableFunc(q.all, func(x, y openStop) int {
		if byMoney && x.worth != y.worth {
			return cmp.Compare(y.worth, x.worth)
		}
		return cmp.Compare(y.Lasted, x.Lasted)
	})
	return q, nil
}

// noShift stands for outside of all shifts.
const noShift = "–"

func (q *openQueue) add(l *lineInfo, x edit.Stop) {
	r := money.RateOf(l.Line, x.Product)
	o := openStop{Stop: x, line: l, worth: r.Time(x.Lasted), known: r.OK}
	q.priced = q.priced || r.OK
	q.lasted += x.Lasted
	q.worth += o.worth
	q.all = append(q.all, o)
}

// figures are what the queue comes to.
func (q *openQueue) figures() []ui.Figure {
	all := []ui.Figure{
		{Name: "Stops", Value: q.cash.locale.Whole(int64(len(q.all))), Mood: warnIf(len(q.all) > 0)},
		{Name: "Time", Value: figure.Span(q.lasted)},
	}
	if q.priced {
		all = append(all, ui.Figure{Name: "Worth", Value: q.cash.write(q.worth, true), Unit: q.cash.currency})
	}
	return all
}

func (s *Server) unexplainedStops(c echo.Context) error {
	return s.openPage(c, http.StatusOK, openForm{})
}

// openForm is the form of the queue as it was sent.
type openForm struct {
	faults  []ui.Fault
	ticked  map[string]bool // by what names a stop but what was seen of it
	done    string
	reason  string
	comment string
}

func (s *Server) openPage(c echo.Context, status int, f openForm) error {
	a, err := openAskOf(c.QueryParams())
	if err != nil {
		return err
	}
	p, now := s.sight(c), s.Now()
	q, err := p.openStops(c.Request().Context(), a, now)
	if err != nil {
		return err
	}
	page := healthview.Queue{Frame: s.frame(c, "Stops without a reason", ui.Link{Name: "Health", Href: healthHome}, ui.Link{Name: "Stops without a reason"}), Action: a.href(), Key: rand.Text(), Faults: f.faults, Figures: q.figures()}
	page.Frame.Live, page.Frame.Refresh = false, 0 // what is being ticked stays
	page.Done = f.done
	if n, err := strconv.Atoi(c.QueryParam("explained")); err == nil && n > 0 && n <= mostTicked && f.done == "" {
		page.Done = plural(n, "stop is", "stops are") + " explained."
	}
	q.tools(&page)
	page.Reason = ui.Input{ID: "reason", Label: "Reason", Value: f.reason, Optional: true, Fault: ui.FaultOf(f.faults, "reason")}
	page.Comment = ui.Input{ID: "comment", Label: "Comment", Type: "text", Optional: true, Value: f.comment, Fault: ui.FaultOf(f.faults, "comment")}
	if len(q.lines) > 0 {
		page.Reasons = q.reasonChoices()
	}
	if err := q.rows(c.Request().Context(), visitorOf(c).reach, f.ticked, &page); err != nil {
		return err
	}
	if len(page.Stops) == 0 {
		page.Empty = &ui.Empty{Title: "Every stop has a reason", Text: "What lines stand for without a fault code that means something is asked for here."}
	}
	return s.showAs(c, status, healthview.ShowQueue(page))
}

// tools is how other stops are chosen.
func (q *openQueue) tools(page *healthview.Queue) {
	page.Line = ui.Input{ID: "line", Label: "Line", Value: q.line, Optional: true}
	page.Lines = []ui.Choice{{Name: "All lines"}}
	for _, l := range q.p.lines {
		page.Lines = append(page.Lines, ui.Choice{Value: string(l.ID), Name: l.Name})
	}
	page.Shift = ui.Input{ID: "shift", Label: "Shift", Value: q.shift, Optional: true}
	page.Shifts = []ui.Choice{{Name: "All shifts"}}
	for _, name := range q.shifts {
		page.Shifts = append(page.Shifts, ui.Choice{Value: cmp.Or(name, noShift), Name: cmp.Or(name, "Outside shifts")})
	}
	if q.shift != "" && !slices.Contains(q.shifts, q.shift) && q.shift != noShift {
		page.Shifts = append(page.Shifts, ui.Choice{Value: q.shift, Name: errs.Clip(q.shift)})
	}
	page.Span = ui.Input{ID: "days", Label: "Time", Value: strconv.Itoa(q.days), Optional: true}
	for _, days := range healthSpans() {
		page.Spans = append(page.Spans, ui.Choice{Value: strconv.Itoa(days), Name: lastDays(days)})
	}
	page.Sort = ui.Input{ID: "sort", Label: "First", Value: q.sort, Optional: true}
	page.Sorts = []ui.Choice{{Name: "What cost most"}, {Value: inMinutes, Name: "What lasted longest"}}
}

// rows are the first stops of the queue.
func (q *openQueue) rows(ctx context.Context, reach plant.Reach, ticked map[string]bool, page *healthview.Queue) error {
	shown := q.all[:min(len(q.all), mostOpen)]
	if n := len(q.all) - len(shown); n > 0 {
		page.More = fmt.Sprintf("%s more follow; choose a line or a shift, or explain these first.", q.cash.locale.Whole(int64(n)))
	}
	hunches, err := q.hunches(ctx, shown, reach)
	if err != nil {
		return err
	}
	snaps := map[plant.LineID]oee.Snapshot{}
	for _, l := range q.lines {
		snaps[l.ID] = q.p.snapshot(q.at, l.ID)
	}
	for i, o := range shown {
		may := reach.At(o.line.Place()) >= plant.Operator
		page.May = page.May || may
		row := healthview.Open{
			ID: "stop-" + strconv.Itoa(i), Value: o.name(), Line: o.line.Name, When: o.line.locale.Moment(o.From) + "–" + o.line.locale.Time(o.To), Length: figure.Span(o.Lasted), May: may,
			Stop: ui.Link{Name: "Open", Href: stopHref(o.line.ID, o.From)}, Ticked: ticked[bare(o.name())],
			Facts: joinWords(o.line.cause(o.Unit, o.Fault), o.Product, o.Shift, o.Comment, q.p.endangeredBy(*o.line, snaps[o.line.ID], o.Stop)),
		}
		if o.known && q.priced {
			row.Money = q.cash.write(o.worth, true) + " " + q.cash.currency
		}
		row.Suggestions = hunches[o.name()]
		page.Stops = append(page.Stops, row)
	}
	return nil
}

func joinWords(all ...string) string {
	return strings.Join(slices.DeleteFunc(all, func(w string) bool { return w == "" }), " · ")
}

// bare is what names a stop, without what was seen of it.
func bare(value string) string {
	parts := strings.Split(value, "/")
	return strings.Join(parts[:min(len(parts), 2)], "/")
}

// reasonChoices are the reasons that can be given at one of the lines that are shown.
func (q *openQueue) reasonChoices() []ui.Choice {
	whole := q.lines[0]
	for _, l := range q.lines {
		if len(l.Reasons) == 0 {
			whole.Reasons = nil
			break
		}
		whole.Reasons = append(slices.Clone(whole.Reasons), l.Reasons...)
	}
	return whole.reasonChoices()
}
