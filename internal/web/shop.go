// Where counts and work orders meet: what was short, what nobody owns, and what people have counted.

package web

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/execution/parked"
	"millwright/internal/plant"
	"millwright/views/figure"
	planview "millwright/views/plan"
	"millwright/views/ui"
)

// WorkJobs tells which jobs make a work order.
type WorkJobs interface {
	OfWork(ctx context.Context, work int64) ([]execution.Job, error)
}

const (
	shortHome  = workHome + "/short"
	parkedHome = workHome + "/parked"
)

// shopPages are those of counts that became no production yet.
func (s *Server) shopPages() []route {
	return []route{
		get(shortHome, plant.Viewer, s.planned(s.shortages)),
		post(shortHome, plant.Viewer, s.planned(s.issueShort)).by(plant.Planner | plant.Storekeeper),
		get(parkedHome, plant.Viewer, s.planned(s.parked)),
		post(parkedHome, plant.Operator, s.planned(s.decideParked)),
		post(workHome+"/:number/counted", plant.Operator, s.planned(s.countWork)),
	}
}

// shortages shows what counts have used that was not there.
func (s *Server) shortages(c echo.Context) error { return s.shortPage(c, http.StatusOK, nil) }

func (s *Server) shortPage(c echo.Context, status int, wrong []ui.Fault) error {
	ctx := c.Request().Context()
	at := workorder.Shortage{}
	_, _ = fmt.Sscanf(c.QueryParam("after"), "%d/%d", &at.Order, &at.Position) // from the first when it is no place
	short, more, err := s.shortAfter(ctx, at)
	if err != nil {
		return err
	}
	var items []int64
	for _, x := range short {
		items = append(items, x.Item)
	}
	free, err := s.Planning.Accounts.Free(ctx, items)
	if err != nil {
		return err
	}
	p := s.planPage(c, "Shortages", planLink(), workLink())
	p.Frame.Path, p.Faults = shortHome, wrong
	p.Lead = "Components that counts have used and the stock did not have. They are issued from the right lots as soon as stock comes, by themselves or here."
	t := planview.Table{
		ID: "short", Title: "Open shortages", Empty: "Nothing is short.",
		Columns: []planview.Column{{Name: "Order"}, {Name: "Component"}, {Name: "Short", Num: true}, {Name: "There", Num: true}},
	}
	may := planMay(c, plant.Planner|plant.Storekeeper)
	for _, x := range short {
		there := planview.Cell{Text: free[x.Item].String()}
		if free[x.Item] > 0 {
			there.Mood = ui.Well
		}
		r := planview.Row{Name: x.Name + " of " + x.Number, Cells: []planview.Cell{{Text: x.Number, Href: workHref(x.Order)}, {Text: x.Name, Href: planItemHref(x.Item)}, {Text: x.Short.String(), Mood: ui.Alarm}, there}}
		if may {
			r.Pick = fmt.Sprintf("%d/%d", x.Order, x.Position)
		}
		t.Rows = append(t.Rows, r)
	}
	if may {
		t.Action, t.Hidden, t.Buttons = shortHome, []planview.Hidden{planKey()}, []planview.Button{{Name: "Issue now", Value: "issue", Primary: true}}
	}
	if at != (workorder.Shortage{}) {
		p.Links = append(p.Links, planview.Link{Link: ui.Link{Name: "From the first", Href: shortHome}})
	}
	if more {
		last := short[len(short)-1]
		p.Links = append(p.Links, planview.Link{Link: ui.Link{Name: "Next shortages", Href: fmt.Sprintf("%s?after=%d/%d", shortHome, last.Order, last.Position)}})
	}
	p.Tables = []planview.Table{t}
	return s.showAs(c, status, planview.Show(p))
}

// shortShown is how many shortages stand on a page.
const shortShown = 200

// shortAfter gives a page of what is short, and tells whether there is more.
func (s *Server) shortAfter(ctx context.Context, at workorder.Shortage) (all []workorder.Shortage, more bool, err error) {
	all, err = s.Planning.Accounts.Shortages(ctx, at, shortShown+1)
	more = len(all) > shortShown
	return all[:min(len(all), shortShown)], more, err
}

// issueShort takes what was short, as far as it is there now.
func (s *Server) issueShort(c echo.Context) error {
	form, err := c.FormParams()
	if err != nil {
		return errs.New(errs.Invalid, "the form cannot be read; load the page again")
	}
	picks := form["pick"]
	if len(picks) == 0 {
		return s.shortPage(c, http.StatusUnprocessableEntity, []ui.Fault{{Text: "Choose what is to be issued."}})
	}
	by := workDoing(c)
	for i, pick := range picks {
		var r workorder.Report
		issue := workorder.Issue{Settle: true}
		if _, err := fmt.Sscanf(pick, "%d/%d", &r.Order, &issue.Position); err != nil {
			return errs.New(errs.Invalid, "the form does not say what is to be issued; load the page again")
		}
		r.Issues = []workorder.Issue{issue}
		each := by
		each.Key = fmt.Sprintf("%s/%d", by.Key, i)
		if _, err := s.Planning.Work.Report(c.Request().Context(), r, each); planRefused(err) != 0 {
			return s.shortPage(c, planRefused(err), faults(err))
		} else if err != nil {
			return err
		}
	}
	return c.Redirect(http.StatusSeeOther, shortHome+"?done=kept")
}

// parked shows what lines counted for no job.
func (s *Server) parked(c echo.Context) error { return s.parkedPage(c, http.StatusOK, nil) }

func (s *Server) parkedPage(c echo.Context, status int, wrong []ui.Fault) error {
	crumbs := []ui.Link{planLink(), workLink()}
	if visitorOf(c).reach.Base < plant.Viewer {
		crumbs = []ui.Link{{Name: "Terminal", Href: "/operator"}}
	}
	p := s.planPage(c, "Parked counts", crumbs...)
	p.Frame.Path, p.Faults = parkedHome, wrong
	p.Lead = "Pieces that lines counted while no job owned them: during a changeover, before a job was started, or for an order that was closed. Say whose they are, or that they were no production."
	t := planview.Table{
		ID: "parked", Title: "Counts without a job, of the last 7 days", Empty: "Every count has its job.",
		Columns: []planview.Column{{Name: "Line"}, {Name: "From"}, {Name: "To"}, {Name: "Good", Num: true}, {Name: "Scrap", Num: true}},
	}
	paint, v := s.sight(c), visitorOf(c)
	l, may := figure.Locale{Zone: paint.site().Zone}, false
	jobs := []ui.Choice{{Value: "", Name: "nobody: they were no production"}}
	for _, line := range paint.Plant.Lines() {
		var all []parked.Counts
		if s.Planning.Parked != nil {
			var err error
			if all, err = s.Planning.Parked.Of(c.Request().Context(), line.ID, time.Now().Add(-parked.Kept)); err != nil {
				return err
			}
		}
		for _, g := range all {
			r := planview.Row{Name: string(line.ID) + " " + l.Moment(g.From), Cells: []planview.Cell{
				{Text: line.Name, Href: lineHref(string(line.ID))}, {Text: l.Moment(g.From)}, {Text: l.Moment(g.To)}, {Text: g.Good.String()}, {Text: g.Scrap.String()},
			}}
			if v.reach.At(line.Place()) >= plant.Operator {
				may = true
				r.Pick = fmt.Sprintf("%s|%d|%d|%d|%d|%d", g.Line, g.From.UnixMicro(), g.To.UnixMicro(), g.Last, int64(g.Good), int64(g.Scrap))
			}
			t.Rows = append(t.Rows, r)
		}
		if len(all) == 0 || v.reach.At(line.Place()) < plant.Operator {
			continue
		}
		for _, j := range paint.Jobs.Jobs(line.ID) {
			if !j.Started.IsZero() && (j.Open() || all[len(all)-1].From.Sub(j.Ended) < near) {
				jobs = append(jobs, ui.Choice{Value: j.ID, Name: fmt.Sprintf("%s, %s on %s, %s", j.ID, j.Product, line.Name, j.Status)})
			}
		}
	}
	if may {
		t.Action, t.Hidden, t.Buttons = parkedHome, []planview.Hidden{planKey()}, []planview.Button{{Name: "Decide", Value: "decide", Primary: true}}
		whose := planField("job", "They belong to", "", c.FormValue("job"), "")
		whose.Choices = jobs
		t.Fields = planWrong([]planview.Field{whose, planField("why", "Why", "text", c.FormValue("why"), "")}, wrong)
	}
	p.Tables = []planview.Table{t}
	return s.showAs(c, status, planview.Show(p))
}

// near is how long before pieces were counted a job may have ended that they are offered to.
const near = 24 * time.Hour

// decideParked gives parked counts to a job, or to nobody.
func (s *Server) decideParked(c echo.Context) error {
	form, err := c.FormParams()
	if err != nil {
		return errs.New(errs.Invalid, "the form cannot be read; load the page again")
	}
	picks := form["pick"]
	if len(picks) == 0 {
		return s.parkedPage(c, http.StatusUnprocessableEntity, []ui.Fault{{Text: "Choose the counts that this is about."}})
	}
	for _, pick := range picks {
		d, err := decisionOf(pick)
		if err != nil {
			return err
		}
		line, seen := s.sight(c).Plant.Line(d.Line)
		if !seen || visitorOf(c).reach.At(line.Place()) < plant.Operator {
			return errs.New(errs.Forbidden, "whose the counts of line %s are is said by operators of the line", d.Line)
		}
		d.Job = c.FormValue("job")
		err = s.Planning.Parked.Decide(c.Request().Context(), d, visitorOf(c).Person, errs.Clip(strings.TrimSpace(c.FormValue("why"))))
		if planRefused(err) != 0 {
			return s.parkedPage(c, planRefused(err), faults(err))
		} else if err != nil {
			return err
		}
	}
	return c.Redirect(http.StatusSeeOther, parkedHome+"?done=kept")
}

func decisionOf(pick string) (d parked.Decision, err error) {
	parts := strings.Split(pick, "|")
	var n [5]int64
	for i := range n {
		if len(parts) != 6 {
			break
		}
		if n[i], err = strconv.ParseInt(parts[i+1], 10, 64); err != nil {
			break
		}
	}
	if err != nil || len(parts) != 6 {
		return d, errs.New(errs.Invalid, "the form does not say which counts it is about; load the page again")
	}
	d.Line, d.From, d.To, d.Last = plant.LineID(parts[0]), time.UnixMicro(n[0]).UTC(), time.UnixMicro(n[1]).UTC(), n[2]
	d.Good, d.Scrap = plant.Quantity(n[3]), plant.Quantity(n[4])
	return d, nil
}
