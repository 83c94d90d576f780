// The queue of a line: its jobs in the order in which they are to run.

package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/access"
	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/execution/foreman"
	"millwright/internal/mes/oee"
	"millwright/internal/plant"
	lineview "millwright/views/line"
	"millwright/views/ui"
)

// queuePages are those of the queue of a line.
func (s *Server) queuePages() []route {
	return []route{
		get("/line/:line/queue", plant.Viewer, s.queuePage),
		post("/line/:line/queue", plant.Manager, s.placeJob),
		post(planQueue, plant.Viewer, s.placeJob).by(plant.Planner),
	}
}

// planQueue is where planners move jobs, who plan for the whole plant; managers do it at their line.
const planQueue = "/queue"

func queueHref(l plant.LineID) string { return "/line/" + string(l) + "/queue" }

func (s *Server) queuePage(c echo.Context) error {
	l, err := s.lineOf(c)
	if err != nil {
		return err
	}
	return s.showQueue(c, l, http.StatusOK, nil)
}

func (s *Server) showQueue(c echo.Context, l lineInfo, status int, faults []ui.Fault) error {
	v := visitorOf(c)
	may := mayQueue(v, l)
	f := s.frame(c, "Queue of "+l.Name, ui.Link{Name: l.area.Name, Href: "/lines"}, ui.Link{Name: l.Name, Href: "/line/" + string(l.ID)}, ui.Link{Name: "Queue"})
	f.Refresh, f.Setup = 0, true // a page that loads itself anew would lose what is typed
	page := lineview.QueuePage{Frame: f, Line: string(l.ID), Name: l.Name, CanMove: may.moves(), Faults: faults, Terminal: may.steps, Whole: v.reach.Base >= plant.Viewer}
	var err error
	if page.Queue, err = s.queueOf(c.Request().Context(), s.sight(c), l, may); err != nil {
		return err
	}
	return s.showAs(c, status, lineview.ShowQueue(page))
}

// queueOf is the queue of a line, with what the reader may do there.
func (s *Server) queueOf(ctx context.Context, p *painter, l lineInfo, may queueMay) (panel lineview.QueuePanel, err error) {
	m := moment{Time: s.Now(), steps: may.steps}
	q := lineup{p: p, line: l, m: m, snap: p.snapshot(m, l.ID), abort: may.lead, move: may.moves()}
	jobs := p.Jobs.Jobs(l.ID)
	if p.Told != nil {
		q.told = p.Told.Line(l.ID)
	}
	if q.moves, err = s.moves(ctx, jobs); err != nil {
		return panel, err
	}
	panel.Name, panel.Action = may.panel(l.ID), queueHref(l.ID)
	if !may.lead {
		panel.Action = planQueue
	}
	q.sort(jobs, &panel)
	panel.Receivers = q.receivers()
	return panel, nil
}

// moves tells who changed jobs last.
func (s *Server) moves(ctx context.Context, jobs []execution.Job) (map[string]access.Entry, error) {
	if s.Dispatch.Moves == nil {
		return nil, nil
	}
	ids := make([]string, len(jobs))
	for i, j := range jobs {
		ids[i] = j.ID
	}
	return s.Dispatch.Moves.Newest(ctx, ids)
}

// lineup is what the page of a queue is drawn from.
type lineup struct {
	p           *painter
	line        lineInfo
	m           moment
	snap        oee.Snapshot
	moves       map[string]access.Entry
	told        []foreman.State // the machines of the line that take job orders
	abort, move bool            // whether the reader may end jobs that are not wanted any more, and put them in another order
}

// lately is how long ended jobs stay on the page.
const lately = 12 * time.Hour

// sort puts jobs where they belong: those that run, those that are to, those that ended lately.
func (q lineup) sort(jobs []execution.Job, page *lineview.QueuePanel) {
	for _, j := range jobs {
		switch j.Status {
		case execution.Running:
			page.Running = append(page.Running, q.row(j))
		case execution.Waiting, execution.Held:
			row := q.row(j)
			if q.move {
				row.At, row.Seal = j.ID, strconv.FormatInt(j.Version, 10)
			}
			page.Next = append(page.Next, row)
		default:
			if q.m.Sub(j.Ended) < lately {
				page.Ended = append(page.Ended, q.row(j))
			}
		}
	}
	for i := range page.Next {
		page.Next[i].Up, page.Next[i].Down = i > 0, i < len(page.Next)-1
		page.Next[i].Place = strconv.Itoa(i + 1)
	}
	slices.Reverse(page.Ended)
	if len(page.Next) == 0 {
		page.Empty = &ui.Empty{Title: "Nothing waits", Text: "A released work order that is put on this line appears here, and so does a job that is added by the API."}
	}
}

func (q lineup) row(j execution.Job) lineview.QueueJob {
	will := q.p.promiseOf(q.m, q.line, j, q.snap.Classic)
	row := lineview.QueueJob{Job: lineview.Job{
		ID: j.ID, Order: j.Order, Product: j.Product, Good: pieces(q.line.locale, j.Good), Scrap: pieces(q.line.locale, j.Scrap), Planned: pieces(q.line.locale, j.Planned),
		Progress: share(progress(j)), Percent: percent(q.line.locale, progress(j)), Status: string(j.Status), Due: due(q.m, q.line, j), Promise: will.text, Mood: will.mood,
		Current: j.Status == execution.Running,
	}, Mark: "job-" + j.ID, Moved: q.moved(j)}
	row.Machine, row.Trouble = q.machine(j)
	if q.m.steps {
		row.Actions = actions(j)
		for i := range row.Actions {
			row.Actions[i].Fields = append(row.Actions[i].Fields, lineview.Field{Name: "back", Value: "queue"})
		}
	}
	if q.abort && j.Open() {
		row.Abort = &lineview.Action{Label: "Abort", Path: stepHref(j.ID, "abort"), Fields: []lineview.Field{{Name: "version", Value: strconv.FormatInt(j.Version, 10)}, {Name: "back", Value: "queue"}}}
	}
	return row
}

// stepHref is where a job is taken a step on. The number of a job may have a slash in it.
func stepHref(job, step string) string { return "/jobs/" + url.PathEscape(job) + "/" + step }

// moved says who changed a job last, and when: a person, the machine that was given it, or what the line says it makes.
func (q lineup) moved(j execution.Job) string {
	e, known := q.moves[j.ID]
	if !known {
		return ""
	}
	who := e.Who.Name
	if e.Who.ID == 0 && who == plant.Program().Name {
		who = cmp.Or(strings.TrimPrefix(e.Why, "by "), "the program")
	}
	return "by " + who + ", " + q.line.locale.Near(e.At, q.m.Time)
}

// machine says how a job stands at the machines of the line that take job orders, and what is wrong with it there.
func (q lineup) machine(j execution.Job) (at, trouble string) {
	var all []string
	for _, m := range q.told {
		if o, has := m.Orders[j.ID]; has {
			word := o.State.String()
			if o.Sub != "" {
				word += " (" + o.Sub + ")"
			}
			all = append(all, "at "+m.Name+": "+word)
			trouble = cmp.Or(trouble, o.Trouble)
		}
	}
	return strings.Join(all, ", "), trouble
}

// receivers says of the machines of the line whether they can be given job orders.
func (q lineup) receivers() (all []lineview.Receiver) {
	for _, m := range q.told {
		r := lineview.Receiver{Name: m.Name, State: "takes job orders", Trouble: m.Trouble}
		if !m.Connected {
			r.State = "is not connected"
		}
		all = append(all, r)
	}
	return all
}

// placeJob moves a job among those that wait.
func (s *Server) placeJob(c echo.Context) error {
	by, err := stepsOf(c.FormValue("to"))
	if err != nil {
		return err
	}
	version, wrong := strconv.ParseInt(c.FormValue("seal"), 10, 64)
	p, id := s.sight(c), c.FormValue("at")
	j, ok := p.Jobs.Job(id)
	l, seen := p.line(j.Line)
	if here := c.Param("line"); wrong != nil || !ok || !seen || here != "" && here != string(j.Line) {
		return errs.New(errs.NotFound, "there is no such job in the queue of this line any more; load the page again")
	}
	_, err = p.Jobs.Place(c.Request().Context(), id, version, by, visitorOf(c).Person)
	if errs.KindOf(err) == errs.Conflict {
		return s.showQueue(c, l, http.StatusConflict, []ui.Fault{{Text: upper(err.Error()) + "."}})
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, queueHref(l.ID)+"#"+url.PathEscape("job-"+id))
}

// afterStep is where somebody goes who has taken a job a step on: back to where it was asked for.
func afterStep(c echo.Context, line plant.LineID) string {
	switch c.FormValue("back") {
	case "queue":
		return queueHref(line)
	case "work":
		return floorHref(line)
	}
	return "/line/" + string(line)
}
