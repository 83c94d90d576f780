// Walls by name, and displays that show several of them by turns.

package web

import (
	"fmt"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"millwright/internal/access/rotation"
	"millwright/internal/mes/oee"
	"millwright/internal/plant"
	"millwright/views/figure"
	"millwright/views/ui"
	wallview "millwright/views/wall"
)

// turnsPanel begins the name of a panel that shows walls by turns. What follows is the rotation itself: displays with
// the same one share the drawing, and nothing has to be remembered of it.
const turnsPanel = "wall/turns/"

// walls draws the panel of one wall, or of several by turns; the name is without "wall/".
func (p *painter) walls(m moment, name string) (templ.Component, bool) {
	words, several := strings.CutPrefix("wall/"+name, turnsPanel)
	if !several {
		return p.wallPanel(m, name)
	}
	r, err := rotation.Parse(words)
	if err != nil {
		return nil, false
	}
	return p.turn(m, r), true
}

// wallPanel draws a wall that is shown alone.
func (p *painter) wallPanel(m moment, name string) (templ.Component, bool) {
	return p.oneWall(m, "/wall/"+name, wallview.Turn{})
}

func (p *painter) oneWall(m moment, page string, turn wallview.Turn) (templ.Component, bool) {
	kind, id := wallOf(page)
	switch kind {
	case "line":
		if l, ok := p.line(plant.LineID(id)); ok {
			panel := p.wallLine(m, l)
			panel.Turn = turn
			return wallview.Line(panel), true
		}
	case "hall":
		if a, ok := p.areas[id]; ok {
			panel := p.wallHall(m, a)
			panel.Turn = turn
			return wallview.Hall(panel), true
		}
	case "orders":
		if h, ok := p.hall(id); ok {
			panel := p.wallOrders(m, h)
			panel.Turn = turn
			return wallview.Orders(panel), true
		}
	}
	return nil, false
}

// wallOf takes the address of a wall apart.
func wallOf(page string) (kind, id string) {
	kind, id, _ = strings.Cut(strings.TrimPrefix(page, "/wall/"), "/")
	return kind, id
}

// hasWall tells whether there is a wall at an address, and whether all of it may be seen.
func (p *painter) hasWall(page string) bool {
	switch kind, id := wallOf(page); kind {
	case "line":
		_, ok := p.at[plant.LineID(id)]
		return ok
	case "hall":
		a, ok := p.areas[id]
		return ok && p.view.sees(a.place)
	case "orders":
		h, ok := p.hall(id)
		return ok && p.view.sees(h.place)
	}
	return false
}

// knowsTurns tells whether a rotation is one, and all its walls may be seen.
func (p *painter) knowsTurns(panel string) bool {
	r, err := rotation.Parse(strings.TrimPrefix(panel, turnsPanel))
	return err == nil && !slices.ContainsFunc(r.Turns, func(t rotation.Turn) bool { return !p.hasWall(t.Page) })
}

// turn draws the wall whose turn it is. Walls that the plant does not have any more are left out.
func (p *painter) turn(m moment, r rotation.Rotation) templ.Component {
	turn := wallview.Turn{Panel: turnsPanel + r.String()}
	r.Turns = slices.DeleteFunc(slices.Clone(r.Turns), func(t rotation.Turn) bool { return !p.hasWall(t.Page) })
	if r.None() {
		c := corner(m, figure.Locale{Zone: p.site().Zone}, plant.Shift{})
		c.Turn = turn
		return wallview.Hall(wallview.HallPanel{Corner: c, Name: "Display", Empty: &ui.Empty{
			Title: "Nothing to show", Text: "None of this display's walls is in the plant any more. An admin gives it others, under Tokens.",
		}})
	}
	i, holds := r.Now(m.Time, func(page string) bool { return p.holds(r, page) })
	turn.Words = fmt.Sprintf("%d of %d", i+1, len(r.Turns))
	if holds {
		turn.Words = "held"
	}
	c, _ := p.oneWall(m, r.Turns[i].Page, turn)
	return c
}

// holds tells whether something on a wall keeps it from giving way to the next.
func (p *painter) holds(r rotation.Rotation, page string) bool {
	if !r.Calls && !r.Stops {
		return false
	}
	return slices.ContainsFunc(p.linesOn(page), func(l lineInfo) bool {
		if r.Calls && len(p.openCalls(l)) > 0 {
			return true
		}
		s, known := p.Lines.Snapshot(l.ID)
		return r.Stops && known && s.Now == oee.Breakdown
	})
}

// linesOn are the lines of which a wall shows the state.
func (p *painter) linesOn(page string) []lineInfo {
	switch kind, id := wallOf(page); kind {
	case "line":
		if l, ok := p.line(plant.LineID(id)); ok {
			return []lineInfo{l}
		}
	case "hall":
		h, _ := p.hall(id)
		return h.lines
	}
	return nil
}

// wallTurns is the page of a display that shows several walls by turns; who sees the whole plant may look at it too.
func (s *Server) wallTurns(c echo.Context) error {
	t, err := s.tokenOf(c)
	switch {
	case err != nil:
		return err
	case t.Role != plant.Display:
		return noWall()
	case t.Turns.None():
		return toWall(c, t.Page)
	}
	return s.showWall(c, t.Name, strings.TrimPrefix(turnsPanel, "wall/")+t.Turns.String())
}

// wall says that walls have changed, and so has what shows them by turns.
func (w *watcher) wall(names ...string) {
	for _, name := range names {
		w.touch(name)
	}
	for _, panel := range w.watched() {
		if strings.HasPrefix(panel, turnsPanel) && slices.ContainsFunc(names, func(name string) bool { return strings.Contains(panel, "/"+name+"=") }) {
			w.touch(panel)
		}
	}
}
