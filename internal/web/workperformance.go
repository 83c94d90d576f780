// What was made of work orders, as other systems are told of it.

package web

import (
	"bytes"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/b2mml"
	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/report"
	planview "millwright/views/plan"
	"millwright/views/ui"
)

// performance asks for the days of which is told.
func (s *Server) performance(c echo.Context) error {
	from, until, asked, err := s.performanceDays(c)
	status := http.StatusOK
	p := s.planPage(c, "Performance", planLink(), workLink())
	p.Lead = "What was made, taken and spent on some days, order by order, as a file for other systems: a ProductionPerformance of B2MML V0600."
	if err != nil {
		p.Faults, status = faults(err), http.StatusUnprocessableEntity
	}
	first, last := planField("from", "From", "date", planDateText(from), ""), planField("until", "Until", "date", planDateText(until), "That day is still in it.")
	if err != nil {
		first.Value, last.Value = c.QueryParam("from"), c.QueryParam("until")
	}
	p.Forms = []planview.Form{{ID: "days", Title: "Which days", Action: workHome + "/performance", Ask: true, Button: "Show", Fields: planWrong([]planview.Field{first, last}, p.Faults)}}
	if err != nil || !asked {
		return s.showAs(c, status, planview.Show(p))
	}
	all, err := s.Planning.Exchange.Performed(c.Request().Context(), s.performanceSpan(from, until))
	if planRefused(err) != 0 {
		p.Faults = faults(err)
		return s.showAs(c, http.StatusUnprocessableEntity, planview.Show(p))
	} else if err != nil {
		return err
	}
	if len(all) > 0 {
		to := url.Values{"from": {from.String()}, "until": {until.String()}}
		p.Links = []planview.Link{{Link: ui.Link{Name: "Download as B2MML", Href: workHome + "/performance.xml?" + to.Encode()}, Primary: true}}
	}
	p.Last = []planview.Table{s.performedTable(all)}
	return s.showAs(c, http.StatusOK, planview.Show(p))
}

func (s *Server) performedTable(all []workorder.Performance) planview.Table {
	t := planview.Table{
		ID: "performed", Title: "Orders", Empty: "Nothing was reported on these days.",
		Columns: []planview.Column{{Name: "Order"}, {Name: "Their number"}, {Name: "Item"}, {Name: "Good", Num: true}, {Name: "Scrap", Num: true}, {Name: "Lots made", Num: true}, {Name: "Lots taken", Num: true}, {Name: "First report"}, {Name: "Last report"}},
	}
	l := s.planLocale()
	for _, o := range all {
		t.Rows = append(t.Rows, planview.Row{Cells: []planview.Cell{
			{Text: o.Number, Href: workHref(o.ID)},
			{Text: o.Reference},
			{Text: o.ItemNumber, Under: o.ItemName},
			{Text: o.Yield.String() + " " + o.Unit},
			{Text: o.Loss.String()},
			{Text: l.Whole(int64(len(o.Made)))},
			{Text: l.Whole(int64(len(o.Used)))},
			{Text: l.Moment(o.Begun)},
			{Text: l.Moment(o.Ended)},
		}})
	}
	return t
}

// performanceDays reads the days of an address: the last seven when none are said.
func (s *Server) performanceDays(c echo.Context) (from, until plant.Date, asked bool, err error) {
	from, wrongFrom := askedDate(c, "from", s.planDay()-6)
	until, wrongUntil := askedDate(c, "until", s.planDay())
	if err = planAll(wrongFrom, wrongUntil); err == nil && (until < from || until-from > 366) {
		err = wrongField("until", "Ask for 1 to 366 days.")
	}
	return from, until, c.QueryParam("from") != "", err
}

func askedDate(c echo.Context, field string, otherwise plant.Date) (plant.Date, error) {
	if c.QueryParam(field) == "" {
		return otherwise, nil
	}
	return planDate(c, field)
}

func (s *Server) performanceSpan(from, until plant.Date) workorder.Span {
	return workorder.Span{From: from.Begin(s.zone()), Until: (until + 1).Begin(s.zone())}
}

// performanceFile gives the performance of some days.
func (s *Server) performanceFile(c echo.Context) error {
	from, until, _, err := s.performanceDays(c)
	if err != nil {
		return err
	}
	return s.sendPerformance(c, s.performanceSpan(from, until), report.Name("performance", from.String(), until.String()))
}

// workPerformance gives the performance of one order.
func (s *Server) workPerformance(c echo.Context) error {
	id, err := numberOf(c, "such work order")
	if err != nil {
		return err
	}
	return s.sendPerformance(c, workorder.Span{Orders: []int64{id}}, report.Name("performance", workorder.Document(id)))
}

func (s *Server) sendPerformance(c echo.Context, span workorder.Span, name string) error {
	all, err := s.Planning.Exchange.Performed(c.Request().Context(), span)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := b2mml.Performance(&b, all, b2mml.Told{Published: s.Now(), From: span.From, Until: span.Until}); err != nil {
		return errs.New(errs.Internal, "%w", err)
	}
	c.Response().Header().Set("Content-Disposition", `attachment; filename="`+name+`.xml"`)
	return c.Blob(http.StatusOK, "application/xml; charset=utf-8", b.Bytes())
}
