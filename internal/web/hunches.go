// What is suggested as the reason of a stop, in words.

package web

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/mes/oee/edit"
	"millwright/internal/mes/oee/health/before"
	"millwright/internal/mes/oee/health/hunch"
	"millwright/internal/plant"
	lineview "millwright/views/line"
	opview "millwright/views/operator"
)

// suggestions are the reasons that are suggested for some stops of a line; value writes what a button of one sends.
func (p *painter) suggestions(ctx context.Context, l lineInfo, stops []edit.Stop, value func(x edit.Stop, reason string) string) ([][]lineview.Suggestion, error) {
	found, err := p.Health.Hunches(ctx, l.ID, stops...)
	if err != nil {
		return nil, err
	}
	all := make([][]lineview.Suggestion, len(stops))
	for i, guesses := range found {
		for _, g := range guesses {
			all[i] = append(all[i], lineview.Suggestion{
				Value: value(stops[i], g.Reason), Name: l.reasonNamed(g.Reason), Why: p.because(l, g), Sure: sureness(g),
			})
		}
	}
	return all, nil
}

// suggested are the reasons that are suggested on the page of a stop. It is whole without them.
func (s *Server) suggested(c echo.Context, o oneStop) []lineview.Suggestion {
	all, err := s.sight(c).suggestions(c.Request().Context(), o.line, []edit.Stop{o.Stop}, func(_ edit.Stop, reason string) string { return reason })
	if err != nil {
		s.Log.Warn("no reason could be suggested", "line", o.line.ID, "err", err)
		return nil
	}
	return all[0]
}

// mostHunched is how many stops the terminal has suggestions for, so that one can be tapped while the network is away.
const mostHunched = 12

// terminalHunches are the reasons that are suggested on a terminal: for the stop that is shown, and the newest others.
func (s *Server) terminalHunches(c echo.Context, d desktop) (all []opview.Hunch) {
	var open []edit.Stop
	for _, x := range slices.Backward(d.week.Stops) {
		if shown := d.stop != nil && x.From.Equal(d.stop.From); x.Missing() && (shown || len(open) < mostHunched) {
			open = append(open, x)
		}
	}
	found, err := s.sight(c).suggestions(c.Request().Context(), d.line, open, func(_ edit.Stop, reason string) string { return reason })
	if err != nil {
		s.Log.Warn("no reason could be suggested", "line", d.line.ID, "err", err)
		return nil
	}
	for i, x := range open {
		if len(found[i]) > 0 {
			all = append(all, opview.Hunch{At: strconv.FormatInt(x.From.UnixMicro(), 10), Shown: d.stop != nil && x.From.Equal(d.stop.From), Suggestions: found[i]})
		}
	}
	return all
}

// hunches are what is suggested for stops that the reader may explain, by their names.
func (q *openQueue) hunches(ctx context.Context, shown []openStop, reach plant.Reach) (map[string][]lineview.Suggestion, error) {
	all := map[string][]lineview.Suggestion{}
	for i := range q.lines {
		l := &q.lines[i]
		if reach.At(l.Place()) < plant.Operator {
			continue
		}
		var mine []edit.Stop
		for _, o := range shown {
			if o.line == l {
				mine = append(mine, o.Stop)
			}
		}
		name := func(x edit.Stop) string { return openStop{Stop: x, line: l}.name() }
		found, err := q.p.suggestions(ctx, *l, mine, func(x edit.Stop, reason string) string { return name(x) + "/" + reason })
		if err != nil {
			return nil, err
		}
		for k, s := range found {
			all[name(mine[k])] = s
		}
	}
	return all, nil
}

// because says what speaks for a reason.
func (p *painter) because(l lineInfo, g hunch.Guess) string {
	words := make([]string, len(g.Grounds))
	for i, ground := range g.Grounds {
		of := ""
		if i == 0 {
			of = " stops with this reason"
		}
		words[i] = fmt.Sprintf("before %d of %d%s %s", ground.With, ground.Of, of, p.sign(l, ground.Sign))
	}
	return upper(strings.Join(words, ", ")) + "."
}

// sign says what was so before a stop.
func (p *painter) sign(l lineInfo, s hunch.Sign) string {
	switch s.Name {
	case before.Unit:
		return "the cause was " + cmp.Or(l.names[plant.UnitID(s.Value)], s.Value)
	case before.Fault:
		return "the fault code was " + s.Value
	case before.Product:
		return "the product was " + s.Value
	}
	id, _ := p.Tags.Find(s.Name)
	unit, _ := p.unitOf(id)
	return strings.TrimPrefix(l.names[unit]+": ", ": ") + cmp.Or(p.Tags.Tag(id).Label, s.Name) + " " + s.Value
}

// sureness says how often such a suggestion was right.
func sureness(g hunch.Guess) string {
	const few = 5
	if g.Of < few {
		return "Too few like it so far to say how often that is right."
	}
	return fmt.Sprintf("Such a suggestion was right for %d of %d stops so far.", g.Right, g.Of)
}
