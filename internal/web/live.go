package web

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/live"
	"millwright/internal/plant"
)

// live opens the socket by which a page is kept as things are.
func (s *Server) live(c echo.Context) error {
	v := visitorOf(c)
	s.hub.Serve(c.Response(), c.Request(), live.Guard{
		Source: c.RealIP(),
		As:     s.drawing(v),
		May:    s.mayWatch(v),
		Alive:  s.stillHere(v),
	})
	return nil
}

// shared are the panels that show several lines: of each there is one drawing for every view of the plant.
var shared = []string{"now/totals", "now/lines", "lines", riskPanel}

// ofSeveral tells whether a panel shows several lines.
func ofSeveral(panel string) bool {
	return slices.Contains(shared, panel) || strings.HasPrefix(panel, lossPanel)
}

// handed marks the drawing of a line's jobs or calls for those who may take them on there: it has their buttons.
const handed = "!"

// handy are the panels of a line that have buttons.
var handy = []string{"jobs", "calls", "units", "tags"}

// handsOn is the line on which people act by what a panel shows.
func handsOn(panel string) (line plant.LineID, ok bool) {
	id, isLine := strings.CutPrefix(panel, "line/")
	id, part, _ := strings.Cut(id, "/")
	return plant.LineID(id), isLine && slices.Contains(handy, part)
}

// steps tells whether a visitor may take the jobs and calls of a line on.
func (s *Server) steps(v visitor, id plant.LineID) bool {
	l, ok := s.painter().line(id)
	return ok && v.page == "" && v.reach.At(l.Place()) >= plant.Operator
}

// drawing names the drawing of a panel that a visitor gets.
func (s *Server) drawing(v visitor) func(panel string) string {
	mine := string(viewOf(v.reach))
	return func(panel string) string {
		if v.page != "" && strings.HasPrefix(panel, turnsPanel) {
			return v.panel() // which may be others than those that its page was made with
		}
		if v.page == "" && ofSeveral(panel) {
			return panel + mine
		}
		id, ok := handsOn(panel)
		if ok && s.steps(v, id) || strings.HasPrefix(panel, schedulePanel) && plansBy(v) {
			return panel + handed
		}
		return panel
	}
}

// drawingOf takes the name of a drawing apart.
func drawingOf(name string) (panel string, seen view, steps bool) {
	if i := strings.IndexByte(name, '@'); i >= 0 {
		return name[:i], view(name[i:]), false
	}
	panel, steps = strings.CutSuffix(name, handed)
	return panel, "", steps
}

// mayWatch tells which drawings a visitor sees: a display only those of its wall, others what is in their view.
func (s *Server) mayWatch(v visitor) func(drawing string) bool {
	mine := viewOf(v.reach)
	return func(drawing string) bool {
		panel, seen, steps := drawingOf(drawing)
		switch {
		case v.page != "":
			return drawing == v.panel() && (!v.token.Turns.None() || s.painter().knows(drawing))
		case strings.HasPrefix(panel, schedulePanel):
			return s.mayWatchBoard(v, panel, steps)
		case isQueue(panel):
			return s.mayWatchQueue(v, drawing)
		case strings.HasPrefix(panel, "admin/"):
			return v.reach.Base >= plant.Admin && s.painter().knows(drawing)
		case ofSeveral(panel):
			return seen == mine && v.reach.Most() >= plant.Viewer && s.painter().within(mine).knows(panel)
		case steps:
			id, ok := handsOn(panel)
			return ok && s.steps(v, id)
		}
		return s.painter().within(mine).knows(drawing)
	}
}

// lookEvery is how often a session is looked for while its socket is open; a user or token is looked at more often.
const lookEvery = 2 * time.Second

// stillHere tells whether a visitor's session goes on. While the vault cannot say, it does: a plant that lost its
// database needs its screens.
func (s *Server) stillHere(v visitor) func() bool {
	alive, session := v.alive, v.session
	looked := s.Now()
	return func() bool {
		now := s.Now()
		if gone(alive(now)) {
			return false
		}
		if session == "" || now.Sub(looked).Abs() < lookEvery {
			return true
		}
		looked = now
		ctx, cancel := context.WithTimeout(context.Background(), fresh)
		defer cancel()
		_, found, err := s.Vault.FindCtx(ctx, session)
		return found || err != nil
	}
}

// gone tells an answer from none.
func gone(err error) bool {
	kind := errs.KindOf(err)
	return err != nil && (kind == errs.SignedOut || kind == errs.NotFound)
}

// drawPanel draws a panel for the hub.
func (s *Server) drawPanel(ctx context.Context, name string) ([]byte, error) {
	panel, seen, steps := drawingOf(name)
	m := moment{Time: s.Now(), pushed: true, steps: steps}
	if c, ok := s.painter().within(seen).panel(m, panel); ok {
		return draw(ctx, c)
	}
	c, err := s.sought(ctx, m, panel, seen)
	if err != nil {
		return nil, err
	}
	return draw(ctx, c)
}

// sought finds the component of a panel that is read from what is kept.
func (s *Server) sought(ctx context.Context, m moment, panel string, seen view) (templ.Component, error) {
	if strings.HasPrefix(panel, schedulePanel) {
		return s.drawBoard(ctx, m, panel)
	}
	if strings.HasPrefix(panel, lossPanel) {
		return s.painter().within(seen).lossFigures(ctx, m, panel)
	}
	if c, ok, err := s.drawQueue(ctx, panel); ok {
		return c, err
	}
	if c, ok, err := s.painter().shiftPanel(ctx, m, panel); ok {
		return c, err
	}
	return s.tagsAt(ctx, m, panel)
}
