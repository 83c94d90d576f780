package web

import (
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/oee"
	"millwright/internal/plant"
	"millwright/views/figure"
	"millwright/views/layout"
	"millwright/views/ui"
	wallview "millwright/views/wall"
)

// openWall turns the token in a display's link into a session, so that it does not stay in the address.
// The session lasts for months, and survives our restarts.
func (s *Server) openWall(c echo.Context) error {
	t, err := s.Gate.Token(c.Request().Context(), c.Param("token"))
	if err != nil {
		return err
	}
	if t.Role != plant.Display {
		return errs.New(errs.Forbidden, "this token is for programs; make a display token for a wall")
	}
	if err := s.desk.welcome(c, s.desk.displays, map[string]any{keyDisplay: hex.EncodeToString(t.Hash[:])}); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, t.Page)
}

// onOwnWall keeps a display on its own wall, and leads it there when it was given another: nobody touches it.
func onOwnWall(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		v := visitorOf(c)
		if v.Role == plant.Display && v.page != c.Request().URL.Path {
			return c.Redirect(http.StatusSeeOther, v.page)
		}
		return next(c)
	}
}

// wallLine is a line for people five metres away.
func (s *Server) wallLine(c echo.Context) error {
	l, err := s.lineOf(c)
	if err != nil {
		return err
	}
	f := s.wallFrame(c, l.Name, l.site.Zone)
	return s.show(c, wallview.ShowLine(wallview.LinePage{Frame: f, Panel: s.painter().wallLine(moment{Time: s.Now()}, l)}))
}

// wallHall is all lines of an area for people five metres away.
func (s *Server) wallHall(c echo.Context) error {
	a, ok := s.painter().areas[c.Param("area")]
	if !ok {
		return errs.New(errs.NotFound, "there is no area of that name")
	}
	f := s.wallFrame(c, a.Name, a.locale.Zone)
	return s.show(c, wallview.ShowHall(wallview.HallPage{Frame: f, Panel: s.painter().wallHall(moment{Time: s.Now()}, a)}))
}

func (s *Server) wallFrame(c echo.Context, title string, zone *time.Location) layout.Frame {
	f := s.plain(c, title)
	f.Refresh, f.Live = refresh, true
	if zone != nil {
		f.Zone = zone.String()
	}
	return f
}

// wallLine is the panel "wall/line/<id>".
func (p *painter) wallLine(m moment, l lineInfo) wallview.LinePanel {
	s := p.snapshot(m, l.ID)
	text, _ := delta(l.locale, s.Classic.Good, s.Target)
	panel := wallview.LinePanel{
		Line:    string(l.ID),
		Name:    l.Name,
		State:   stateOf(s.Now, s.Fault),
		Since:   m.since(s.Since),
		Cause:   causeNow(l, s),
		Product: p.product(l, s),
		Actual:  pieces(l.locale, s.Classic.Good),
		Target:  targetText(l.locale, s.Target),
		Delta:   text,
		Behind:  s.Target > 0 && s.Classic.Good < s.Target,
		OEE:     percent(l.locale, s.Classic.OEE),
		Hours:   hours(m, l, s),
		Stops:   topStops(l, s),
		Shift:   s.Shift.Name,
		Left:    m.until(s.Shift.To),
		At:      l.locale.Time(m.Time),
		Newest:  m.ageOf(p.newest(l.tags)),
	}
	if j, ok := p.Jobs.Current(l.ID); ok {
		panel.Job = wallJob(m, l, j, s.Classic)
	}
	return panel
}

func wallJob(m moment, l lineInfo, j execution.Job, c oee.Classic) *wallview.Job {
	will := promiseOf(m, l, j, c)
	return &wallview.Job{
		ID:       j.ID,
		Product:  j.Product,
		Done:     pieces(l.locale, j.Good),
		Planned:  pieces(l.locale, j.Planned),
		Progress: share(progress(j)),
		Due:      due(m, l, j),
		Promise:  will.text,
		Mood:     will.mood,
	}
}

// stopped is what the stops of one cause cost a shift.
type stopped struct {
	state ui.State
	cause string
	fault bool
	sum   time.Duration
	n     int
}

// words names the cause: a fault says enough by itself; else the state, with the unit that it came from.
func (o stopped) words() string {
	switch {
	case o.fault:
		return o.cause
	case o.cause == "" || o.state.Tone == ui.Changeover:
		return o.state.Word
	}
	return o.state.Word + ", " + o.cause
}

// topStops gives the three causes that cost the shift most.
func topStops(l lineInfo, s oee.Snapshot) []wallview.Stop {
	var all []stopped
	for _, seg := range joined(s.Segments) {
		if !seg.Category.Stopped() {
			continue
		}
		one := stopped{state: stateOf(seg.Category, seg.Fault), cause: l.cause(seg.Unit, seg.Fault), fault: faulty(seg.Fault)}
		i := slices.IndexFunc(all, func(o stopped) bool { return o.state == one.state && o.cause == one.cause })
		if i < 0 {
			i = len(all)
			all = append(all, one)
		}
		all[i].sum += seg.To.Sub(seg.From)
		all[i].n++
	}
	slices.SortStableFunc(all, func(a, b stopped) int { return int((b.sum - a.sum) / time.Millisecond) })
	var top []wallview.Stop
	for _, o := range all[:min(3, len(all))] {
		whole := time.Second
		if o.sum >= time.Minute {
			whole = time.Minute // nobody reads seconds from five metres
		}
		top = append(top, wallview.Stop{State: o.state, Cause: o.words(), Length: figure.Span(o.sum.Round(whole)), Count: fmt.Sprintf("%d×", o.n)})
	}
	return top
}

// wallHall is the panel "wall/hall/<area>".
func (p *painter) wallHall(m moment, a areaInfo) wallview.HallPanel {
	panel := wallview.HallPanel{Area: a.ID, Name: a.Name, At: a.locale.Time(m.Time)}
	var newest time.Time
	for _, line := range a.Lines {
		l, _ := p.line(line.ID)
		s := p.snapshot(m, l.ID)
		newest = latest(newest, p.newest(l.tags))
		if panel.Shift == "" && s.Shift.Name != "" {
			panel.Shift, panel.Left = s.Shift.Name, m.until(s.Shift.To)
		}
		panel.Tiles = append(panel.Tiles, p.tile(m, l, s))
	}
	panel.Newest = m.ageOf(newest)
	if len(panel.Tiles) == 0 {
		panel.Empty = &ui.Empty{Title: "No lines in this hall", Text: "Give the area some lines in the plant file."}
	}
	return panel
}

func (p *painter) tile(m moment, l lineInfo, s oee.Snapshot) wallview.Tile {
	text, _ := delta(l.locale, s.Classic.Good, s.Target)
	t := wallview.Tile{
		Line:    string(l.ID),
		Name:    l.Name,
		State:   stateOf(s.Now, s.Fault),
		Since:   m.since(s.Since),
		Cause:   causeNow(l, s),
		Product: p.product(l, s),
		Actual:  pieces(l.locale, s.Classic.Good),
		Target:  targetText(l.locale, s.Target),
		Delta:   text,
		Behind:  s.Target > 0 && s.Classic.Good < s.Target,
		OEE:     percent(l.locale, s.Classic.OEE),
	}
	if j, ok := p.Jobs.Current(l.ID); ok {
		t.Job = wallJob(m, l, j, s.Classic)
	}
	return t
}
