// From an excursion of a tag to the lots that were made then, and to where these are.

package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/mes/trace"
	stockview "millwright/views/stock"
	"millwright/views/ui"
)

// longestLook is how long a time is looked through for excursions.
const longestLook = 31 * 24 * time.Hour

// excursionPage asks for a tag, its limit and a time, and tells what was made beyond it.
func (s *Server) excursionPage(c echo.Context) error {
	d, err := s.traces()
	if err != nil {
		return err
	}
	page := s.stockPage(c, "Excursion", traceLink())
	page.Title = "From an excursion to its lots"
	page.Lead = "When a tag was beyond a limit, which lots were being made at its line, where these and all that they went into are now, and who got them."
	form := s.excursionForm(c)
	page.Sections = []stockview.Section{{ID: "ask", Title: "What was out of bounds", Form: form}}
	if c.QueryParam("tag") == "" {
		return s.show(c, stockview.Show(page))
	}
	probe, err := s.probeOf(c)
	if err != nil {
		faulted(form, err)
		return s.showAs(c, http.StatusUnprocessableEntity, stockview.Show(page))
	}
	r, err := d.Reach(c.Request().Context(), probe)
	if err != nil {
		return err
	}
	return s.showReach(c, d, page, probe, r)
}

func (s *Server) showReach(c echo.Context, d trace.Desk, page stockview.Page, probe trace.Probe, r trace.Radius) error {
	t, unit := &stockview.Table{Columns: columns("From", "To", "#Minutes", "#Worst"), Empty: "The tag was never beyond the limit in that time."}, s.sight(c).Tags.Tag(probe.Tag).Unit
	for _, e := range r.Found[:min(len(r.Found), mostLotsShown)] {
		t.Rows = append(t.Rows, []stockview.Cell{{Text: s.stamp(e.Span.From)}, {Text: s.stamp(e.Span.To)}, {Text: s.locale().Minutes(e.Span.Duration())}, {Text: strings.TrimSpace(s.locale().Reading(e.Worst) + " " + unit)}})
	}
	page.Sections = append(page.Sections, stockview.Section{ID: "found", Title: "When it was beyond", Table: t})
	if len(r.Found) == 0 {
		return s.show(c, stockview.Show(page))
	}
	all := recalling{Recall: r.Recall}
	if err := s.nameRecall(c.Request().Context(), d, &all); err != nil {
		return err
	}
	var documents []string
	q := url.Values{}
	for _, one := range r.Stays {
		documents = append(documents, one.Order)
	}
	numbers, err := s.papers(c.Request().Context(), documents...)
	if err != nil {
		return err
	}
	lots := &stockview.Table{Columns: columns("Lot or serial", "Item", "Line", "From", "To", "Order"), Empty: "No lot was being made at the line then."}
	for _, one := range r.Stays[:min(len(r.Stays), mostLotsShown)] {
		lots.Rows = append(lots.Rows, []stockview.Cell{all.lotCell(one.Lot), all.words.item(one.Lot.Item), s.sight(c).lineCell(one), {Text: s.stamp(one.Span.From)}, {Text: s.stamp(one.Span.To)}, docCell(numbers, one.Order)})
	}
	for _, l := range r.Lots() {
		q.Add("lot", asDigits(all.named[l].ID))
	}
	sec := stockview.Section{ID: "lots", Title: "Lots that were being made", Table: lots}
	if n := len(r.Lots()); n > 0 && n <= mostRecalled {
		sec.More = []ui.Link{{Name: "Recall these", Href: traceHome + "/recall?" + q.Encode()}, {Name: "As a file", Href: traceHome + "/recall.csv?" + q.Encode()}}
	}
	page.Sections = append(page.Sections, sec)
	if len(r.Stays) > 0 {
		s.fillRecall(&page, all)
	}
	return s.show(c, stockview.Show(page))
}

func (s *Server) excursionForm(c echo.Context) *stockview.Form {
	tags := field("tag", "Tag", c.QueryParam("tag"), false)
	tags.As = "select"
	tags.Choices = []ui.Choice{{Name: "Choose a tag"}}
	for _, g := range s.sight(c).picker(nil) {
		for _, t := range g.Tags {
			name := g.Name + ": " + t.Label
			if t.Unit != "" {
				name += " (" + t.Unit + ")"
			}
			tags.Choices = append(tags.Choices, ui.Choice{Value: t.Name, Name: name})
		}
	}
	side := field("side", "Beyond means", c.QueryParam("side"), false)
	side.As, side.Choices = "select", []ui.Choice{{Value: "above", Name: "Above the limit"}, {Value: "below", Name: "Below the limit"}}
	limit := field("limit", "Limit", c.QueryParam("limit"), false)
	limit.Help = "In the unit of the tag."
	moment := func(id, label string, usual time.Time) stockview.Field {
		f := field(id, label, c.QueryParam(id), false)
		if f.Type = "datetime-local"; f.Value == "" {
			f.Value = usual.In(s.zone()).Format("2006-01-02T15:04")
		}
		return f
	}
	least := field("least", "At least so long", c.QueryParam("least"), true)
	least.Unit, least.Help = "s", "What is shorter does not count."
	now := s.Now()
	return &stockview.Form{Action: traceHome + "/excursion", Get: true, Button: "Find the lots", Fields: []stockview.Field{
		tags, side, limit, moment("from", "From", now.Add(-24*time.Hour)), moment("to", "To", now), least,
	}}
}

// probeOf reads what is asked; every fault at once.
func (s *Server) probeOf(c echo.Context) (p trace.Probe, err error) {
	var wrong []errs.Field
	add := func(path, message string) { wrong = append(wrong, errs.Field{Path: path, Message: message}) }
	see := s.sight(c)
	id, is := see.find(c.QueryParam("tag"))
	if p.Tag = id; is {
		p.Line = see.lineOfTag(id)
	}
	if p.Line == "" {
		add("tag", "Choose a tag of a machine.")
	}
	p.Limit.Above = c.QueryParam("side") != "below"
	if p.Limit.Value, err = strconv.ParseFloat(strings.Replace(strings.TrimSpace(c.QueryParam("limit")), ",", ".", 1), 64); err != nil || p.Limit.Value-p.Limit.Value != 0 {
		add("limit", "Write a number.")
	}
	p.Span.From, _ = s.momentOf(c.QueryParam("from"))
	p.Span.To, _ = s.momentOf(c.QueryParam("to"))
	switch {
	case p.Span.From.IsZero():
		add("from", "Write a date and a time, like 2026-03-27T03:12.")
	case p.Span.To.IsZero():
		add("to", "Write a date and a time, like 2026-03-27T03:31.")
	case !p.Span.From.Before(p.Span.To) || p.Span.To.Sub(p.Span.From) > longestLook:
		add("to", "Look from an earlier to a later time, 31 days at most.")
	}
	if text := strings.TrimSpace(c.QueryParam("least")); text != "" {
		n, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
		if err != nil || n < 0 || n > 86400 {
			add("least", "Write seconds, from 0 to 86400.")
		}
		p.Least = time.Duration(n * float64(time.Second))
	}
	if len(wrong) > 0 {
		return p, &errs.Error{Kind: errs.Invalid, Words: "this cannot be looked for", Fields: wrong}
	}
	return p, nil
}
