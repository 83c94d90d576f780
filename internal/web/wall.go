package web

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/plant"
	"millwright/views/figure"
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
	return toWall(c, t.Wall())
}

// onOwnWall keeps a display on its own wall, and leads it there when it was given another: nobody touches it.
func onOwnWall(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		v := visitorOf(c)
		if v.Role == plant.Display && v.page != c.Request().URL.Path {
			return toWall(c, v.page)
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
	return s.showWall(c, l.Name, "line/"+string(l.ID))
}

// wallHall is all lines of an area for people five metres away.
func (s *Server) wallHall(c echo.Context) error {
	a, ok := s.sight(c).areas[c.Param("area")]
	if !ok {
		return errs.New(errs.NotFound, "there is no area of that name")
	}
	return s.showWall(c, a.Name, "hall/"+a.ID)
}

// wallOrders is the orders of an area, or of a site, for people five metres away.
func (s *Server) wallOrders(c echo.Context) error {
	h, ok := s.sight(c).hall(c.Param("hall"))
	if !ok {
		return noHall(c.Param("hall"))
	}
	return s.showWall(c, "Orders, "+h.name, "orders/"+h.id)
}

func noWall() error { return errs.New(errs.NotFound, "there is no such wall") }

func toWall(c echo.Context, page string) error { return c.Redirect(http.StatusSeeOther, page) }

// showWall shows a panel as a page of its own.
func (s *Server) showWall(c echo.Context, title, name string) error {
	panel, ok := s.sight(c).walls(moment{Time: s.Now()}, name)
	if !ok {
		return noWall()
	}
	f := s.plain(c, title)
	f.Refresh, f.Live = refresh, true
	return s.show(c, wallview.Show(f, panel))
}

// wallLine is the panel "wall/line/<id>".
func (p *painter) wallLine(m moment, l lineInfo) wallview.LinePanel {
	s := p.snapshot(m, l.ID)
	panel := wallview.LinePanel{
		Tile:   p.tile(m, l, s),
		Corner: corner(m, l.locale, s.Shift),
		Stops:  topStops(stops(l, s)),
	}
	panel.Hours = hours(m, l, s, true)
	panel.Newest = m.ageOf(p.newest(l.tags))
	panel.Calls, panel.More = p.wallCalls(m, l)
	if h, ok := p.Shifts.HandedOver(l.ID); ok {
		panel.Handed = &wallview.Handed{From: fmt.Sprintf("%s shift of %s, %s", h.Shift, l.locale.Date(h.From), h.By.Name), Words: cmp.Or(h.Comment, "Signed without a word. Acknowledge it on the page of the shift.")}
	}
	return panel
}

// stopped is what the stops of one cause cost a shift.
type stopped struct {
	line   string // its name, where several stand together
	state  ui.State
	cause  string
	reason string // of its fault; "" where nobody has said
	fault  bool
	sum    time.Duration
	n      int
}

// words names the cause: the reason of a fault says enough by itself, and so does the fault; else the state, with the unit that it came from.
func (o stopped) words() string {
	switch {
	case o.reason != "":
		return o.reason
	case o.fault:
		return o.cause
	case o.cause == "" || o.state.Tone == ui.Changeover:
		return o.state.Word
	}
	return o.state.Word + ", " + o.cause
}

// stops are what the stops of a line cost its shift, by cause.
func stops(l lineInfo, s oee.Snapshot) (all []stopped) {
	for _, seg := range joined(s.Segments) {
		if !seg.Category.Stopped() {
			continue
		}
		one := stopped{state: stateOf(seg.Category, cmp.Or(seg.Fault, seg.Reason)), cause: l.because(seg), fault: faulty(seg.Fault) || seg.By != ""}
		if seg.By != "" {
			one.reason = l.reasonNamed(seg.Reason)
		} else if one.fault {
			one.reason = l.reason(seg.Unit, seg.Fault)
		}
		i := slices.IndexFunc(all, func(o stopped) bool { return o.state == one.state && o.cause == one.cause })
		if i < 0 {
			i = len(all)
			all = append(all, one)
		}
		all[i].sum += seg.To.Sub(seg.From)
		all[i].n++
	}
	return all
}

// topStops are the three causes that cost most.
func topStops(all []stopped) (top []wallview.Stop) {
	slices.SortStableFunc(all, func(a, b stopped) int { return cmp.Compare(b.sum, a.sum) })
	for _, o := range all[:min(3, len(all))] {
		whole := time.Second
		if o.sum >= time.Minute {
			whole = time.Minute // nobody reads seconds from five metres
		}
		words := o.words()
		if o.line != "" {
			words = o.line + ": " + words
		}
		top = append(top, wallview.Stop{State: o.state, Cause: words, Length: figure.Span(o.sum.Round(whole))})
	}
	return top
}

func corner(m moment, l figure.Locale, shift plant.Shift) wallview.Corner {
	c := wallview.Corner{At: l.Time(m.Time)}
	if l.Zone != nil {
		c.Zone = l.Zone.String()
	}
	if shift.Name != "" {
		c.Shift, c.Left = shift.Name, m.until(shift.To)
	}
	return c
}

// wallHall is the panel "wall/hall/<area>".
func (p *painter) wallHall(m moment, a areaInfo) wallview.HallPanel {
	panel := wallview.HallPanel{Area: a.ID, Name: a.Name}
	var newest time.Time
	var shift plant.Shift
	var lines []lineInfo
	var lost []stopped
	for _, line := range a.Lines {
		l, _ := p.line(line.ID)
		s := p.snapshot(m, l.ID)
		newest = plant.Later(newest, p.newest(l.tags))
		if shift.Name == "" {
			shift = s.Shift
		}
		for _, o := range stops(l, s) {
			o.line = l.Name
			lost = append(lost, o)
		}
		panel.Tiles, lines = append(panel.Tiles, p.tile(m, l, s)), append(lines, l)
	}
	panel.Corner, panel.Stops = corner(m, a.locale, shift), topStops(lost)
	panel.Newest = m.ageOf(newest)
	panel.Calls, panel.More = p.wallCalls(m, lines...)
	if len(panel.Tiles) == 0 {
		panel.Empty = &ui.Empty{Title: "No lines in this hall", Text: "Give the area some lines in the plant file."}
	}
	return panel
}

// gradeOf is how far the figures of a line's shift can be relied on; of one that has only begun it is not said.
func (p *painter) gradeOf(l lineInfo, s oee.Snapshot) kpi.Grade {
	if !s.Classic.OEE.OK {
		return kpi.High
	}
	sums := kpi.Of(s.Window, s.Segments)
	return kpi.Trust(&sums, p.clocks().skew(s.Window.From, l.ID)).Grade
}

func (p *painter) tile(m moment, l lineInfo, s oee.Snapshot) wallview.Tile {
	text, _ := delta(l.locale, s.Classic.Good, s.Target)
	t := wallview.Tile{
		Line:    string(l.ID),
		Name:    l.Name,
		State:   stateNow(s),
		Since:   standsSince(m, s),
		Cause:   causeNow(l, s),
		Product: p.product(l, s),
		Actual:  pieces(l.locale, s.Classic.Good),
		Target:  targetText(l.locale, s.Target),
		Delta:   text,
		Behind:  s.Target > 0 && s.Classic.Good < s.Target,
		OEE:     percent(l.locale, s.Classic.OEE),
		Hours:   hours(m, l, s, false),
	}
	t.Between = interval(l.locale, s.Classic)
	if g := p.gradeOf(l, s); g != kpi.High {
		t.Trust, t.Doubt = string(g), gradeMood(g)
	}
	if s.Now == oee.Breakdown && s.Reason == "" {
		t.Cause = upper(strings.TrimPrefix(t.Cause+" · reason missing", " · "))
	}
	if j, ok := p.Jobs.Current(l.ID); ok {
		t.Job = p.wallJob(m, l, j, s.Classic)
	}
	return t
}
