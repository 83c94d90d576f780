// What lines took to change from one product to another: the set-up matrix by which is scheduled, as it is proposed.

package web

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/config/changeover"
	"millwright/internal/errs"
	"millwright/internal/mes/standard"
	"millwright/internal/plant"
	"millwright/views/figure"
	stockview "millwright/views/stock"
	"millwright/views/ui"
)

// targets are those of a line's changeovers as they stand in the draft of the plant, or in use where nothing is drafted.
func (s *Server) targets(ctx context.Context, line plant.LineID) (plant.Changeover, error) {
	d, err := s.document(ctx)
	if err != nil {
		return plant.Changeover{}, err
	}
	at, is := lineAt(&d, string(line))
	if !is {
		return plant.Changeover{}, nil
	}
	place, _ := placeOf(&d, at)
	c, _ := changeover.Read("", place.line.Changeover) // what is wrong with the draft is told where it is edited
	return c, nil
}

// targetOf is what is said of a change, as the schedule takes it; 0 where nothing is.
func targetOf(c plant.Changeover, from, to string) time.Duration {
	if from == to { // another order of the same product
		return c.Pairs[plant.Pair{From: from, To: to}]
	}
	d, _ := c.Target(from, to)
	return d
}

func targetWords(d time.Duration) string {
	if d == 0 {
		return "none"
	}
	return figure.Span(d)
}

// changeCells are what is known of one change: how often, how long, what is said, and what is proposed.
func changeCells(l lineInfo, x standard.Change, target time.Duration) []stockview.Cell {
	minutes := func(v float64) stockview.Cell {
		return stockview.Cell{Text: l.locale.Number(v, 1) + "\u00a0min"}
	}
	proposed := stockview.Cell{Text: fmt.Sprintf("%d are needed", standard.Enough)}
	if d, ok := x.Setting(); ok {
		proposed = stockview.Cell{Text: figure.Span(d)}
		if d != target {
			proposed.Mood = ui.Warning
		}
	}
	return []stockview.Cell{
		{Text: strconv.Itoa(len(x.Samples))}, minutes(x.Low), minutes(x.Middle), minutes(x.High), {Text: targetWords(target)}, proposed,
	}
}

// matrixRows are the changes of one line to its products.
func (s *Server) matrixRows(ctx context.Context, l lineInfo, all []standard.Learned, days int) (rows [][]stockview.Cell, err error) {
	said, err := s.targets(ctx, l.ID)
	for _, one := range all {
		for _, x := range one.Changes() {
			head := []stockview.Cell{{Text: l.Name}, {Text: x.From}, {Text: one.Product, Href: standardHref(l.ID, one.Product, days) + "#changes"}}
			rows = append(rows, append(head, changeCells(l, x, targetOf(said, x.From, one.Product))...))
		}
	}
	return rows, err
}

func matrixSection(rows [][]stockview.Cell) stockview.Section {
	return stockview.Section{
		ID: "matrix", Title: "Set-up matrix",
		Lead:  "What lines took to change from one product to another, and the targets by which is scheduled, as they stand in the draft of the plant. What was measured counts when somebody approves it, on the page of the product.",
		Table: &stockview.Table{Columns: columns("Line", "From", "To", "#Set-ups", "#A tenth", "#Half of all", "#Nine tenths", "#Target", "#Proposed"), Rows: rows, Empty: "No line was set up for another product in that time."},
	}
}

// changeSection proposes targets of the changes to a product.
func (s *Server) changeSection(c echo.Context, p learnedPlace) stockview.Section {
	sec := stockview.Section{
		ID: "changes", Title: "Targets of changes to it",
		Lead:  "By these is scheduled, and changeovers are shown against them. Proposed is what half of all took longer than. It goes into the draft of the plant, and is in use when that is published.",
		Table: &stockview.Table{Columns: columns("After", "#Set-ups", "#A tenth", "#Half of all", "#Nine tenths", "#Target in the draft", "#Proposed"), Empty: "No set-up after a product that is known was measured."},
	}
	var open []ui.Choice
	for _, x := range p.Changes() {
		was := targetOf(p.said, x.From, p.Product)
		sec.Table.Rows = append(sec.Table.Rows, append([]stockview.Cell{{Text: x.From}}, changeCells(p.line, x, was)...))
		if is, ok := x.Setting(); ok && is != was && is > 0 {
			value := url.Values{"from": {x.From}, "was": {was.String()}, "is": {is.String()}}.Encode()
			open = append(open, ui.Choice{Value: value, Name: fmt.Sprintf("After %s: %s, by %s", x.From, figure.Span(is), plural(len(x.Samples), "set-up", "set-ups"))})
		}
	}
	if len(open) == 0 || visitorOf(c).reach.Base < plant.Admin {
		return sec
	}
	sec.Form = approvalForm(c, p, "change", "Put it into the draft")
	which := field("change", "Change", c.FormValue("change"), false)
	which.As, which.Choices = "select", open
	sec.Form.Fields = append([]stockview.Field{which}, sec.Form.Fields...)
	return sec
}

func approveChange() approving { return approving{"changes", (*Server).takeChange} }

// takeChange puts the target of a change into the draft of the plant. Sent twice it is there already.
func (s *Server) takeChange(c echo.Context, p learnedPlace) (string, string, error) {
	asked, bad := url.ParseQuery(c.FormValue("change"))
	from := asked.Get("from")
	was, wrong := time.ParseDuration(asked.Get("was"))
	is, faulty := time.ParseDuration(asked.Get("is"))
	pair, named := changeover.Split(changeover.Between(from, p.Product))
	if bad != nil || wrong != nil || faulty != nil || !named || pair.From != from || pair.To != p.Product || is <= 0 || is > changeover.Longest {
		return "", "", &errs.Error{Kind: errs.Invalid, Words: "the form tells no change", Fields: []errs.Field{{Path: "change", Message: "Choose a change of those that are proposed."}}}
	}
	who := authorOf(c)
	if who.why == "" {
		who.why = p.evidence()
	}
	err := s.edit(c.Request().Context(), who, func(d *config.Document) error {
		at, there := lineAt(d, string(p.line.ID))
		if !there {
			return errs.New(errs.NotFound, "%s is not in the plant any more", p.line.Name)
		}
		place, _ := placeOf(d, at)
		e := &place.line.Changeover
		said, _ := changeover.Read("", *e)
		if own, drafted := said.Pairs[pair]; drafted && own == is {
			return nil
		}
		if targetOf(said, pair.From, pair.To) != was {
			return stale("the target")
		}
		key := changeover.Between(pair.From, pair.To)
		for words := range e.FromTo {
			if other, ok := changeover.Split(words); ok && other == pair {
				key = words
			}
		}
		e.FromTo = put(e.FromTo, key, is)
		return nil
	})
	return standardHref(p.line.ID, p.Product, p.days), "drafted", err
}
