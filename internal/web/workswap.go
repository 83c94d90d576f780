// Another item is taken in the place of a work order's component.

package web

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/workorder"
	planview "millwright/views/plan"
	"millwright/views/ui"
)

// swapForms is the form that asks which; none where nothing may stand for any component.
func (s *Server) swapForms(c echo.Context, w oneWork, wrong []ui.Fault) ([]planview.Form, error) {
	ctx := c.Request().Context()
	substitutes, err := s.Planning.Accounts.Substitutes(ctx, w.ID)
	if err != nil || len(substitutes) == 0 {
		return nil, err
	}
	var ids []int64
	for _, a := range substitutes {
		ids = append(ids, a.Item)
	}
	items, err := s.Planning.Items.Named(ctx, ids)
	if err != nil {
		return nil, err
	}
	free, err := s.Planning.Accounts.Free(ctx, ids)
	if err != nil {
		return nil, err
	}
	left := w.Left()
	at := planField("swap", "Take", "", c.FormValue("swap"), "")
	for _, a := range substitutes {
		i := items[a.Item]
		at.Choices = append(at.Choices, ui.Choice{
			Value: fmt.Sprintf("%d:%d", a.Position, a.Item),
			Name:  fmt.Sprintf("%d: %s in the place of %s, %s needed for the rest, %s there", a.Position, i.Number, w.items[w.at(a.Position)].Number, s.muchOf(a.Needed(left), i.Unit), s.muchOf(free[a.Item], i.Unit)),
		})
	}
	hidden := append(workHidden(w), planview.Hidden{Name: "step", Value: "swap"})
	return []planview.Form{{
		ID: "swap", Title: "Take another item instead", Action: workHref(w.ID) + "/step", Button: "Take it instead", Hidden: hidden,
		Lead:   "For what is not made yet. What was issued stays where it is; a copy of the bill is kept as it is then.",
		Fields: planWrong([]planview.Field{at, planField("swap-why", "Why", "text", c.FormValue("swap-why"), "")}, wrong),
	}}, nil
}

// at is the item at a position.
func (w oneWork) at(position int64) int64 {
	if c, is := w.Component(position); is {
		return c.Item
	}
	return 0
}

// swapWork takes what the form says.
func (s *Server) swapWork(c echo.Context, id, version int64) error {
	position, item, _ := strings.Cut(c.FormValue("swap"), ":")
	p, wrongPlace := strconv.ParseInt(position, 10, 64)
	i, wrongItem := strconv.ParseInt(item, 10, 64)
	var noItem, noWhy error
	if cmp.Or(wrongPlace, wrongItem) != nil {
		noItem = wrongField("swap", "Choose one of the list.")
	}
	if strings.TrimSpace(c.FormValue("swap-why")) == "" {
		noWhy = wrongField("swap-why", "Say why.")
	}
	if err := planAll(noItem, noWhy); err != nil {
		return err
	}
	_, err := s.Planning.Work.Swap(c.Request().Context(), workorder.Swap{ID: id, Version: version, Position: p, Item: i}, workDoing(c, "swap-why"))
	return err
}
