// Reports: what people take away, as a page to read or print, or as a file.

package web

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/report"
	"millwright/internal/report/paper"
	"millwright/internal/report/table"
	reportview "millwright/views/report"
	"millwright/views/ui"
)

const reportsHome = "/reports"

// reports offers what can be reported.
func (s *Server) reports(c echo.Context) error { return s.reportsPage(c, http.StatusOK, nil) }

func (s *Server) reportsPage(c echo.Context, status int, wrong []ui.Fault) error {
	p := s.sight(c)
	f := s.frame(c, "Reports")
	f.Live, f.Refresh = false, 0
	value := func(name, usual string) string { return cmp.Or(errs.Clip(c.FormValue(name)), usual) }
	page := reportview.Home{
		Frame: f, Faults: wrong, Lines: p.lineChoices(), Places: append([]ui.Choice{{Name: "The whole plant"}}, p.places()...),
		Line:  ui.Input{ID: "line", Label: "Line", Value: value("line", "")},
		When:  ui.Input{ID: "when", Label: "A day and time within it", Type: "text", Optional: true, Help: "Like 2026-03-02 06:30. Empty: the last shift that has ended.", Value: value("when", ""), Fault: ui.FaultOf(wrong, "when")},
		Place: ui.Input{ID: "place", Label: "Of what", Value: value("place", "")},
		Range: ui.Input{ID: "range", Label: "Time", Value: value("range", thisWeek)},
		By:    ui.Input{ID: "by", Label: "Told apart by", Value: value("by", byReason)},
		From:  ui.Input{ID: "from", Label: "From", Type: "text", Optional: true, Help: "A date, or a date and a time: then it is this time that counts.", Value: value("from", ""), Fault: ui.FaultOf(wrong, "from")},
		To:    ui.Input{ID: "to", Label: "To", Type: "text", Optional: true, Value: value("to", ""), Fault: ui.FaultOf(wrong, "to")},
	}
	for _, r := range append(lossRanges(), namedWord{customRange, "From … to …"}) {
		page.Ranges = append(page.Ranges, ui.Choice{Value: r.word, Name: r.name})
	}
	for _, side := range lossSides() {
		page.Sides = append(page.Sides, ui.Choice{Value: side.word, Name: side.name})
	}
	if len(p.lines) == 0 {
		page.Empty = noLines()
	}
	return s.showAs(c, status, reportview.ShowHome(page))
}

func (p *painter) lineChoices() (all []ui.Choice) {
	for _, l := range p.lines {
		all = append(all, ui.Choice{Value: string(l.ID), Name: l.Name})
	}
	return all
}

// reportShift gives the report of one shift.
func (s *Server) reportShift(c echo.Context) error {
	p, ctx, now := s.sight(c), c.Request().Context(), moment{Time: s.Now()}
	if c.QueryParam("line") == "" && len(p.lines) == 0 {
		return s.reports(c)
	}
	l, ok := p.line(plant.LineID(c.QueryParam("line")))
	if c.QueryParam("line") == "" {
		l, ok = p.lines[0], true
	}
	if !ok {
		return errs.New(errs.NotFound, "there is no line of that name; choose one on the page of reports")
	}
	at, err := shiftAt(c.QueryParam("at"))
	if when := strings.TrimSpace(c.QueryParam("when")); when != "" && err == nil {
		t, ok := localMoment(when, l.site.Zone)
		if !ok {
			return s.reportsPage(c, http.StatusUnprocessableEntity, []ui.Fault{{Field: "when", Text: "Write a date and a time of the plant's clocks, like 2026-03-02 06:30."}})
		}
		at = t.UTC()
	}
	if err != nil {
		return err
	}
	o, err := p.endedShift(ctx, now, l, at)
	if err != nil {
		return err
	}
	r, err := p.shiftReport(ctx, o)
	if err != nil {
		return err
	}
	me := shiftReportHref(l.ID, o.From)
	turn := func(at time.Time, name string) ui.Link {
		if at.IsZero() {
			return ui.Link{}
		}
		return ui.Link{Name: name, Href: shiftReportHref(l.ID, at)}
	}
	return s.give(c, r, reportview.Page{
		Before: turn(o.Before, "Shift before"), After: turn(o.After, "Shift after"), Live: ui.Link{Name: "The shift's page", Href: shiftHref(l.ID, o.From)},
	}, me)
}

// endedShift is the shift around a moment; of the zero time, the last one that has ended, or the running one when it is
// the first.
func (p *painter) endedShift(ctx context.Context, m moment, l lineInfo, at time.Time) (oneShift, error) {
	o, err := p.oneShift(ctx, m, l, at)
	if err != nil || !at.IsZero() || !o.runs() || o.Before.IsZero() {
		return o, err
	}
	return p.oneShift(ctx, m, l, o.Before)
}

func shiftReportHref(line plant.LineID, at time.Time) string {
	return reportsHome + "/shift?line=" + url.QueryEscape(string(line)) + "&at=" + strconv.FormatInt(at.UnixMicro(), 10)
}

// reportLosses gives the report of losses and key figures.
func (s *Server) reportLosses(c echo.Context) error {
	q := c.QueryParams()
	if strings.TrimSpace(q.Get("from")+q.Get("to")) != "" { // who types a time means it, whatever is chosen above it
		q.Set("range", customRange)
	}
	a, err := lossAskOf(q)
	if err != nil {
		return err
	}
	at := plant.Place(q.Get("place"))
	r, err := s.sight(c).lossReport(c.Request().Context(), a, at, s.Now())
	if fields := faults(err); err != nil && errs.KindOf(err) == errs.Invalid && len(fields) > 0 && fields[0].Field != "" {
		return s.reportsPage(c, http.StatusUnprocessableEntity, fields)
	}
	if err != nil {
		return err
	}
	return s.give(c, r, reportview.Page{Live: ui.Link{Name: "Loss explorer", Href: lossesHome + "?" + a.query().Encode()}}, a.href(reportsHome+"/losses", "place", string(at)))
}

// give answers with a report: as a page, or as the file that is asked for. me is the address of the page.
func (s *Server) give(c echo.Context, r report.Report, page reportview.Page, me string) error {
	format := report.Format(c.QueryParam("format"))
	if format == "" {
		page.Frame = s.frame(c, r.Subject+", "+r.Title, ui.Link{Name: "Reports", Href: reportsHome}, ui.Link{Name: r.Kind})
		page.Frame.Live, page.Frame.Refresh = false, 0
		page.Report = r
		for _, f := range report.Formats() {
			page.Files = append(page.Files, ui.Link{Name: strings.ToUpper(string(f)), Href: me + "&format=" + string(f)})
		}
		return s.show(c, reportview.Show(page))
	}
	file, err := fileOf(r, format, s.Now())
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s.%s"`, r.Name, format))
	return c.Blob(http.StatusOK, format.Type(), file)
}

// fileOf writes a report as a file.
func fileOf(r report.Report, format report.Format, made time.Time) ([]byte, error) {
	var b bytes.Buffer
	if !slices.Contains(report.Formats(), format) {
		return nil, errs.New(errs.Invalid, "there is no format %q of reports; choose pdf, xlsx or csv", errs.Clip(string(format)))
	}
	write := map[report.Format]func() error{
		report.PDF:  func() error { return paper.Write(&b, r, made) },
		report.XLSX: func() error { return table.XLSX(&b, r) },
		report.CSV:  func() error { return table.CSV(&b, r) },
	}[format]
	err := write()
	return b.Bytes(), err
}
