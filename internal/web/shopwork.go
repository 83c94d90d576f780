package web

import (
	"context"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/plant"
	"millwright/internal/web/api"
	"millwright/internal/web/api/operation"
	"millwright/internal/web/api/shop"
	planview "millwright/views/plan"
	"millwright/views/ui"
)

// shopRoom is what the API answers about counts that became no production yet.
func (s *Server) shopRoom() operation.Room {
	return func(b *operation.Book) {
		shop.Mount(b, shop.Deps{
			Book: s.Planning.Parked, Now: s.Now,
			Jobs: func(ctx context.Context) shop.Jobs { return counter{s.floor(ctx).Jobs} },
			Line: func(ctx context.Context, id plant.LineID) (plant.Line, bool) { return s.floor(ctx).Plant.Line(id) },
			Lines: func(ctx context.Context, id string) ([]plant.Line, error) {
				if id == "" {
					return s.floor(ctx).Plant.Lines(), nil
				}
				l, seen := s.floor(ctx).Plant.Line(plant.LineID(id))
				if !seen {
					return nil, errs.New(errs.NotFound, "there is no line %q", errs.Clip(id))
				}
				return []plant.Line{l}, nil
			},
			By: func(ctx context.Context, l plant.Line) plant.Person {
				v := asks(ctx)
				return api.Asker{Person: v.Person, Reach: v.reach, Program: v.token != nil}.At(l.Place())
			},
		})
	}
}

// counter is a line's jobs, as people count for them.
type counter struct{ api.Jobs }

// Counted sets a job's counts to what people have counted in all.
func (k counter) Counted(ctx context.Context, c execution.Count, by plant.Person, why string) (execution.Job, error) {
	if desk, is := k.Jobs.(shop.Jobs); is {
		return desk.Counted(ctx, c, by, why)
	}
	return execution.Job{}, errs.New(errs.NotFound, "nobody counts for jobs here")
}

// jobTable shows the jobs that make an order, each with its line; without any there is no table.
func (s *Server) jobTable(ctx context.Context, w oneWork) (t planview.Table, jobs []execution.Job, err error) {
	if s.Planning.Jobs == nil {
		return t, nil, nil
	}
	if jobs, err = s.Planning.Jobs.OfWork(ctx, w.ID); err != nil || len(jobs) == 0 {
		return t, nil, err
	}
	t = planview.Table{
		ID: "lines", Title: "On the lines",
		Columns: []planview.Column{{Name: "Job"}, {Name: "Line"}, {Name: "State"}, {Name: "Good", Num: true}, {Name: "Scrap", Num: true}, {Name: "Reported"}},
	}
	for _, j := range jobs {
		told := planview.Cell{Text: "all", Mood: ui.Well}
		if j.Untold != "" {
			told = planview.Cell{Text: "not all", Mood: ui.Warning, Under: j.Untold}
		}
		under := ""
		if j.Estimated != 0 {
			under = j.Estimated.String() + " of it and of the scrap estimated: one reading spanned two jobs"
		}
		t.Rows = append(t.Rows, planview.Row{Cells: []planview.Cell{
			{Text: j.ID}, {Text: string(j.Line), Href: lineHref(string(j.Line))}, {Text: string(j.Status)}, {Text: j.Good.String(), Under: under}, {Text: j.Scrap.String()}, told,
		}})
	}
	return t, jobs, nil
}

// countForm asks what people have counted in all of a job that was begun.
func countForm(c echo.Context, w oneWork, jobs []execution.Job, wrong []ui.Fault) (f planview.Form, is bool) {
	for _, j := range jobs {
		if j.Started.IsZero() || visitorOf(c).Role < plant.Operator {
			continue
		}
		typed := func(name, is string) string {
			if c.FormValue("job") == j.ID {
				return c.FormValue(name)
			}
			return is
		}
		f = planview.Form{
			ID: "counted", Title: "What was counted in all", Action: workHref(w.ID) + "/counted", Button: "Set the counts",
			Lead:   "Of job " + j.ID + ": what differs from what its line has counted is booked by hand, to the job and to the line. What its machines tell later of that time is not added again.",
			Hidden: []planview.Hidden{{Name: "job", Value: j.ID}, {Name: "seen-good", Value: j.Good.String()}, {Name: "seen-scrap", Value: j.Scrap.String()}},
			Fields: planWrong([]planview.Field{
				planField("all-good", "Good, in all", "text", typed("all-good", j.Good.String()), ""), planField("all-scrap", "Scrap, in all", "text", typed("all-scrap", j.Scrap.String()), ""),
				planField("count-why", "Why", "text", typed("count-why", ""), ""),
			}, wrong),
		}
		is = true
	}
	return f, is
}

// countWork sets what was counted of a job in all.
func (s *Server) countWork(c echo.Context) error {
	id, err := numberOf(c, "such work order")
	if err != nil {
		return err
	}
	count := execution.Count{Job: c.FormValue("job")}
	var all []error
	for field, q := range map[string]*plant.Quantity{"all-good": &count.Good, "all-scrap": &count.Scrap, "seen-good": &count.SeenGood, "seen-scrap": &count.SeenScrap} {
		n, err := planQuantity(c, field)
		*q = n
		all = append(all, err)
	}
	why := strings.TrimSpace(c.FormValue("count-why"))
	if why == "" {
		all = append(all, &errs.Error{Kind: errs.Invalid, Words: "say why", Fields: []errs.Field{{Path: "count-why", Message: "Say why."}}})
	}
	if err = planAll(all...); err == nil {
		j, known := s.painter().Jobs.Job(count.Job)
		line, seen := s.painter().Plant.Line(j.Line)
		if !known || !seen || j.Work != id {
			return errs.New(errs.NotFound, "there is no such job of this order that is open or ended lately")
		}
		by := visitorOf(c).Person
		by.Role = visitorOf(c).reach.At(line.Place())
		_, err = counter{s.painter().Jobs}.Counted(c.Request().Context(), count, by, errs.Clip(why))
	}
	return s.workDone(c, id, err)
}
