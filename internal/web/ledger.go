// The segments that a number is made of.

package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/mes/oee/rollup"
	"millwright/internal/plant"
	"millwright/internal/sheet"
	"millwright/views/figure"
	ledgerview "millwright/views/ledger"
	"millwright/views/ui"
)

// segmentsShown is how many segments stand on a page.
const segmentsShown = 100

// ledgerRow is a segment, or the part of one that is asked for.
type ledgerRow struct {
	kpi.Sums
	plant.Span
	line    *lineInfo
	segment *oee.Segment
}

// lasts is how much of its time is asked for.
func (r *ledgerRow) lasts() time.Duration { return r.Window() }

// segmentsOf reads the segments that are asked for, and what they add up to.
func (f *figurer) segmentsOf(ctx context.Context) (rows []*ledgerRow, sum kpi.Sums, err error) {
	if lineDays(f.eras) > mostDetail*24*time.Hour {
		return nil, sum, wrongRange("to", fmt.Sprintf("Segments are listed for %d days of one line, or as many days of several lines together: choose a line or a shorter time.", mostDetail))
	}
	picker := kpi.NewPicker(f.by, f.part, f.p.homeOf)
	var last *oee.Segment
	var line *lineInfo
	take := func(p *kpi.Piece) {
		if f.one && !picker.Picks(p) || len(f.of) > 0 && !slices.ContainsFunc(f.of, func(of kpi.TermPart) bool { return of.Fits(p.Segment) }) {
			return
		}
		sum.Add(&p.Sums)
		if last == p.Segment && rows[len(rows)-1].To.Equal(p.From) {
			row := rows[len(rows)-1]
			row.To = p.To
			row.Add(&p.Sums)
			return
		}
		if line == nil || line.ID != p.Line { // those of a line follow one another
			l, _ := f.p.line(p.Line)
			line = &l
		}
		last = p.Segment
		rows = append(rows, &ledgerRow{Sums: p.Sums, Span: p.Span, line: line, segment: p.Segment})
	}
	read := rollup.Reader{Book: f.p.Sums, Lines: f.p.Lines}
	for _, q := range f.questions(f.by) {
		if err := read.Pieces(ctx, q, take); err != nil {
			return nil, sum, err
		}
	}
	return rows, sum, nil
}

// segments lists the segments that a number is made of, with what they add up to.
func (s *Server) segments(c echo.Context) error {
	f, err := s.figurer(c)
	page := ledgerview.SegmentsPage{Frame: s.frame(c, "Segments", ui.Link{Name: "Losses", Href: lossesHome}, ui.Link{Name: "Segments"})}
	page.Frame.Live, page.Frame.Refresh = false, 0
	page.Tools = f.tools(segmentsHome, false)
	var rows []*ledgerRow
	var sum kpi.Sums
	if err == nil {
		rows, sum, err = f.segmentsOf(c.Request().Context())
	}
	if wrong, ok := rangeFaults(err); err != nil && ok {
		refuseTools(&page.Tools, wrong)
		return s.showAs(c, http.StatusUnprocessableEntity, ledgerview.ShowSegments(page))
	}
	if err != nil {
		return err
	}
	page.Lead = f.title() + ". " + f.ofNames() + "."
	page.Back = f.above()
	if f.one {
		page.Only = "Only " + f.partName(f.part) + "."
	}
	if len(rows) == 0 {
		page.Empty = &ui.Empty{Title: "No segment", Text: "Nothing of that time is of what is asked for."}
		return s.show(c, ledgerview.ShowSegments(page))
	}
	page.Several = len(f.lines) > 1
	page.Export = f.href(segmentsHome + "/export.csv")
	page.Figures = f.sumsOf(len(rows), &sum)
	from, to, at := pageOf(whole(c.QueryParam("page")), segmentsShown, len(rows))
	if len(rows) > segmentsShown {
		page.Shown = shownOf(from, to, len(rows)) + "."
	}
	page.Earlier, page.Later = turn(at, to < len(rows), func(n int) string { return f.href(segmentsHome) + "&page=" + strconv.Itoa(n) })
	for _, r := range rows[from:to] {
		row := r.row(f.now)
		page.Rows, page.Estimated = append(page.Rows, row), page.Estimated || row.Estimated
	}
	return s.show(c, ledgerview.ShowSegments(page))
}

// above leads back to what the number stands in.
func (f *figurer) above() ui.Link {
	a := f.figureAsk
	a.of = nil
	if a.one {
		return ui.Link{Name: "Key figures of " + f.partName(f.part), Href: a.href(figuresHome)}
	}
	return ui.Link{Name: "Losses of this time", Href: a.lossAsk.href(lossesHome)}
}

// ofNames says which segments are asked for.
func (f *figurer) ofNames() string {
	if len(f.of) == 0 {
		return "Every segment"
	}
	var words []string
	for _, p := range f.of {
		switch {
		case p.Ordered:
			words = append(words, "those with an order")
		case p.Any:
			words = append(words, "those with pieces")
		default:
			words = append(words, p.Of.String())
		}
	}
	return upper(strings.Join(words, ", "))
}

// sumsOf is what segments add up to.
func (f *figurer) sumsOf(n int, s *kpi.Sums) []ui.Figure {
	l := f.locale
	all := []ui.Figure{
		{Name: "Segments", Value: l.Whole(int64(n))},
		{Name: "Time", Value: l.Minutes(s.Window()), Unit: "min"},
		{Name: "Good pieces", Value: pieces(l, s.Good)},
		{Name: "Rejected pieces", Value: pieces(l, s.Reject)},
		{Name: "Ideal time of all pieces", Value: l.Minutes(s.Ideal), Unit: "min"},
		{Name: "Ideal time of good pieces", Value: l.Minutes(s.GoodIdeal), Unit: "min"},
	}
	if s.Unseen != 0 {
		all = append(all, ui.Figure{Name: "Ideal time of the pieces of seen time", Value: l.Minutes(s.Ideal - s.Unseen), Unit: "min"})
	}
	return all
}

func (r *ledgerRow) row(now time.Time) ledgerview.Segment {
	l, s := r.line, r.segment
	row := ledgerview.Segment{
		State: stateOf(s.Category, s.Fault+s.Reason), Line: l.Name, From: l.locale.Moment(r.From) + l.locale.Clock(r.From)[5:], To: l.locale.Clock(r.To), Length: figure.Span(r.lasts()),
		Cause: figure.Dash(l.because(*s)), Product: figure.Dash(s.Product), Order: figure.Dash(s.Order),
		Good: pieces(l.locale, r.Good), Reject: pieces(l.locale, r.Reject), Ideal: l.locale.Minutes(r.Ideal), Href: segmentHref(l.ID, r.From),
	}
	if s.By != "" {
		row.Said = "said by " + s.By
	}
	if !r.To.Before(now.Truncate(time.Second)) {
		row.To = "now"
	}
	if row.Estimated = r.estimated(now); row.Estimated {
		row.Good, row.Reject, row.Ideal = figure.About+row.Good, figure.About+row.Reject, figure.About+row.Ideal
	}
	return row
}

// estimated tells whether the pieces are a share by time of those of a longer segment.
func (r *ledgerRow) estimated(now time.Time) bool {
	part := r.Span
	if !r.To.Before(now.Truncate(time.Second)) { // it has not ended
		part.To = r.segment.To
	}
	return r.segment.Shared(part)
}

func segmentHref(line plant.LineID, at time.Time) string {
	return "/line/" + url.PathEscape(string(line)) + "/segment?at=" + strconv.FormatInt(at.UnixMicro(), 10)
}

// segmentsFile is the list with all of its segments.
func (s *Server) segmentsFile(c echo.Context) error {
	f, err := s.figurer(c)
	if err != nil {
		return err
	}
	all, _, err := f.segmentsOf(c.Request().Context())
	if err != nil {
		return err
	}
	rows := [][]sheet.Cell{texts("line", "shift", "date", "from", "to", "seconds", "category", "unit", "fault", "reason", "comment", "who", "product", "order", "good", "reject", "ideal-seconds", "unseen-ideal-seconds", "estimated")}
	for _, r := range all {
		x, zone := r.segment, r.line.site.Zone
		row := append(texts(r.line.Name, x.Shift, x.Date, r.From.In(zone).Format(time.RFC3339Nano), r.To.In(zone).Format(time.RFC3339Nano)), sheet.Number(r.lasts().Seconds()))
		row = append(row, texts(x.Category.String(), r.line.names[x.Unit], x.Fault, r.line.reasonNamed(x.Reason), x.Comment, x.By, x.Product, x.Order)...)
		row = append(row, sheet.Number(r.Good.Float()), sheet.Number(r.Reject.Float()), sheet.Number(r.Ideal.Seconds()), sheet.Number(r.Unseen.Seconds()))
		estimated := ""
		if r.estimated(f.now) {
			estimated = "yes"
		}
		rows = append(rows, append(row, texts(estimated)...))
	}
	return s.lossFile(c, "segments", rows)
}

// refuseTools tells beside the fields what is wrong.
func refuseTools(t *ledgerview.Tools, wrong []ui.Fault) {
	t.Faults = wrong
	t.From.Fault, t.To.Fault = ui.FaultOf(wrong, t.From.ID), ui.FaultOf(wrong, t.To.ID)
	for i := range t.Per {
		t.Per[i].Fault = ui.FaultOf(wrong, t.Per[i].ID)
	}
}
