// The schedule: what lines and work centres do when, and why.

package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/mes/board"
	"millwright/internal/mes/execution"
	"millwright/internal/plant"
	"millwright/views/figure"
	"millwright/views/gantt"
	planview "millwright/views/plan"
	"millwright/views/ui"
)

const scheduleHome = "/schedule"

// schedulePages are those of the schedule.
func (s *Server) schedulePages() []route {
	return []route{
		get("/schedule", plant.Viewer, s.scheduled(s.schedule)),
		post("/schedule/move", plant.Viewer, s.scheduled(s.moveBar)).by(plant.Planner),
		post("/schedule/publish", plant.Viewer, s.scheduled(s.publishSchedule)).by(plant.Planner),
	}
}

// scheduled lets nobody in where nothing is scheduled.
func (s *Server) scheduled(h echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if s.Planning.Board == nil {
			return errs.New(errs.NotFound, "nothing is scheduled here")
		}
		return h(c)
	}
}

// boardAsk is what of the schedule somebody wants to see.
type boardAsk struct {
	days int
	bar  string
	late bool // scheduled backwards
	view *board.Standing
	now  time.Time
	may  bool // who asks may move bars
	// state says what a line does, where it does not run; nothing else.
	state func(plant.LineID) ui.State
}

// query is what is asked for, as an address says it.
func (a boardAsk) query(bar string) url.Values {
	q := url.Values{"days": {strconv.Itoa(a.days)}}
	if bar != "" {
		q.Set("bar", bar)
	}
	if a.late {
		q.Set("way", "backward")
	}
	return q
}

// href is the address of the same days, with another bar.
func (a boardAsk) href(bar string, more ...string) string {
	q := a.query(bar)
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	return scheduleHome + "?" + q.Encode()
}

func (a boardAsk) moment(t time.Time) string { return board.Moment(t, a.now, a.view.Zone) }

func (s *Server) schedule(c echo.Context) error { return s.schedulePage(c, http.StatusOK, nil) }

// schedulePage shows the schedule, a bar of it, and what would be if that came first.
func (s *Server) schedulePage(c echo.Context, status int, wrong []ui.Fault) error {
	st := s.Planning.Board.Standing()
	if st == nil {
		var err error
		if st, err = s.Planning.Board.Plan(c.Request().Context()); err != nil {
			return err
		}
	}
	a := boardAsk{days: scheduleDays(c.FormValue("days")), bar: c.FormValue("bar"), late: c.QueryParam("way") == "backward"}
	a = s.looks(a, st, planMay(c, plant.Planner), s.Now())
	p := s.planPage(c, "Schedule", planLink())
	p.Frame.Schedule, p.Frame.Live = a.may, true
	p.Faults, p.Done = wrong, scheduleDone(c.QueryParam("done"), c.QueryParam("n"))
	for _, n := range scheduleRanges {
		p.Tabs = append(p.Tabs, ui.Way{Link: ui.Link{Name: n.name, Href: boardAsk{days: n.days, late: a.late}.href(a.bar)}, Current: n.days == a.days})
	}
	other := ui.Link{Name: "Backward, from the dates", Href: boardAsk{days: a.days, late: true}.href(a.bar)}
	if a.late {
		other = ui.Link{Name: "Forward, from now", Href: boardAsk{days: a.days}.href(a.bar)}
	}
	p.Links = append(p.Links, planview.Link{Link: other})
	p.Live = append(p.Live, a.boardPart())
	if bar, ok := st.Find(a.bar); ok {
		p.Live = append(p.Live, a.barPart())
		a.chosenBar(c, &p, bar, wrong)
		if c.QueryParam("first") != "" {
			t, err := s.supposeFirst(c, a, bar)
			if err != nil {
				return err
			}
			p.Tables = append(p.Tables, t)
		}
	}
	p.Ending = append(p.Ending, a.wordsPart())
	return s.showAs(c, status, planview.Show(p))
}

var scheduleRanges = [...]struct {
	days int
	name string
}{{1, "A day"}, {3, "3 days"}, {7, "A week"}, {14, "2 weeks"}, {42, "6 weeks"}}

func scheduleDays(typed string) int {
	for _, r := range scheduleRanges {
		if strconv.Itoa(r.days) == typed {
			return r.days
		}
	}
	return 3
}

// scheduleDone says what was done; what stands in an address is nobody's word.
func scheduleDone(what, n string) string {
	count, _ := strconv.Atoi(n)
	switch {
	case what == "moved":
		return "It is moved, and stays there until it is let go."
	case what == "freed":
		return "It is placed as it comes again."
	case what == "published" && count == 0:
		return "The queues were in this order already."
	case what == "published":
		return plural(count, "job has", "jobs have") + " another place now."
	}
	return ""
}

func scheduleLead(a boardAsk) string {
	st := a.view
	words := "As of " + a.moment(st.At) + ": " + plural(len(st.Bars), "operation", "operations") + " on " + plural(len(st.Machines), "line or work centre", "lines and work centres") + "."
	if len(st.Bars) == 0 {
		return words + " Release work orders, or add jobs to the lines, and they are placed here."
	}
	if a.late {
		return words + " Scheduled backwards: each as late as its order's date allows, in the same order. What begins later than here makes an order late."
	}
	words += " The last ends " + a.moment(st.End) + "."
	if st.LateJobs > 0 {
		words += " " + plural(st.LateJobs, "order is", "orders are") + " late, by " + figure.Span(st.Late) + " in all."
	} else {
		words += " Nothing is late."
	}
	if st.Gap == 0 {
		return words + " No schedule is better: this is proven."
	}
	return words + " It is at most " + strconv.FormatFloat(float64(st.Gap)/10_000, 'f', 1, 64) + " % over what no schedule can better."
}

// publishSteps are what can be done with the whole of it.
func publishSteps(a boardAsk) []planview.Step {
	n := a.view.Unpublished()
	if n == 0 {
		return nil
	}
	return []planview.Step{{
		Name: "Put the queues into this order (" + plural(n, "job", "jobs") + ")", Action: scheduleHome + "/publish", Primary: true,
		Hidden: []planview.Hidden{{Name: "version", Value: strconv.FormatInt(a.view.Version, 10)}, {Name: "days", Value: strconv.Itoa(a.days)}},
	}}
}

// chart draws the days that are asked for.
func (a boardAsk) chart() *gantt.Chart {
	st, may := a.view, a.may && !a.late
	from := a.now.Truncate(time.Hour).Add(-time.Hour)
	chart := &gantt.Chart{Name: "Schedule of the lines", From: from, To: from.AddDate(0, 0, a.days), Now: a.now.Truncate(time.Minute), Zone: st.Zone}
	if may {
		chart.Drag = &gantt.Drag{Action: scheduleHome + "/move?days=" + strconv.Itoa(a.days), Version: strconv.FormatInt(st.Version, 10)}
	}
	for i := range st.Machines {
		m := &st.Machines[i]
		lane := gantt.Lane{Key: m.Key, Name: m.Name, Closed: closed(m.Open, chart.From, chart.To)}
		if m.Line != "" {
			lane.Href, lane.State = "/line/"+string(m.Line), a.state(m.Line)
		}
		if m.Assumed != "" {
			lane.Note = "Mon–Fri 08–17 assumed"
		}
		for _, b := range st.On(m.Key) {
			lane.Bars = append(lane.Bars, a.drawn(b, may))
		}
		chart.Lanes = append(chart.Lanes, lane)
	}
	return chart
}

// closed is the time between the spans in which something works.
func closed(open []plant.Span, from, to time.Time) (all []gantt.Span) {
	at := from
	for _, s := range open {
		if s.To.Before(from) || !s.From.Before(to) {
			continue
		}
		if s.From.After(at) {
			all = append(all, gantt.Span{From: at, To: s.From})
		}
		at = plant.Later(at, s.To)
	}
	if at.Before(to) {
		all = append(all, gantt.Span{From: at, To: to})
	}
	return all
}

func (a boardAsk) drawn(b board.Bar, may bool) gantt.Bar {
	running := b.Status == string(execution.Running)
	if a.late {
		b.SetUp, b.Start, b.End = b.Latest.SetUp, b.Latest.Start, b.Latest.End
	}
	d := gantt.Bar{
		Key: b.Key, Href: a.href(b.Key) + "#facts", Label: b.Key + " " + b.Product, Short: b.Product, SetUp: b.SetUp, From: b.Start, To: b.End, State: gantt.Planned,
		Late: b.Late > 0, Pinned: b.Pinned, Chosen: b.Key == a.bar, Moves: may && !running,
	}
	if b.Job != "" {
		d.State = gantt.Waiting
	}
	if running {
		d.State = gantt.Running
	}
	words := []string{b.Key + ": " + b.Quantity.String() + " of " + b.Product, a.moment(b.Start) + " to " + a.moment(b.End), a.reason(&b)}
	if b.Late > 0 {
		words = append(words, figure.Span(b.Late)+" late")
	}
	d.Title = strings.Join(words, "; ")
	return d
}

// reason says what holds a bar where it is drawn.
func (a boardAsk) reason(b *board.Bar) string {
	if a.late {
		return "as late as it may be"
	}
	return b.Why
}

// moveBar puts a bar somewhere else.
func (s *Server) moveBar(c echo.Context) error {
	version, _ := strconv.ParseInt(c.FormValue("version"), 10, 64)
	mv := board.Move{
		Key: c.FormValue("bar"), Machine: c.FormValue("machine"), Before: c.FormValue("before"), After: c.FormValue("after"),
		Free: c.FormValue("free") != "", Version: version, Why: strings.TrimSpace(c.FormValue("why")),
	}
	_, err := s.Planning.Board.Move(c.Request().Context(), mv, visitorOf(c).Person)
	if status := planRefused(err); status != 0 {
		return s.schedulePage(c, status, faults(err))
	} else if err != nil {
		return err
	}
	done := "moved"
	if mv.Free {
		done = "freed"
	}
	return c.Redirect(http.StatusSeeOther, boardAsk{days: scheduleDays(c.FormValue("days"))}.href(mv.Key, "done", done))
}

// publishSchedule puts the queues of the lines into the order of the schedule.
func (s *Server) publishSchedule(c echo.Context) error {
	version, _ := strconv.ParseInt(c.FormValue("version"), 10, 64)
	n, err := s.Planning.Board.Publish(c.Request().Context(), version, visitorOf(c).Person)
	if status := planRefused(err); status != 0 {
		return s.schedulePage(c, status, faults(err))
	} else if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, boardAsk{days: scheduleDays(c.FormValue("days"))}.href("", "done", "published", "n", strconv.Itoa(n)))
}
