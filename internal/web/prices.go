package web

import (
	"github.com/labstack/echo/v4"

	"millwright/internal/erp/register"
	"millwright/internal/errs"
)

const pricesHome = "/prices"

// price leads to where a price is kept: the partner with whom it is agreed, or the item that it is of.
func (s *Server) price(c echo.Context) error {
	book, err := s.partnerBook()
	if err != nil {
		return err
	}
	d, err := s.definition("prices")
	if err != nil {
		return err
	}
	f, err := register.ParseFilter(d, "id="+c.Param("number"), s.zone())
	if err != nil {
		return errs.New(errs.NotFound, "there is no such price")
	}
	ctx := c.Request().Context()
	found, err := s.Lists.Page(ctx, d, register.Ask{Filters: []register.Filter{f}, Sort: d.Order, Columns: []string{"partner", "item"}, Limit: 1}, s.zone())
	if err != nil {
		return err
	}
	if len(found.Rows) == 0 {
		return errs.New(errs.NotFound, "there is no such price")
	}
	cells := found.Rows[0].Cells
	if cells[0].Text == "" && s.Trade.Items != nil {
		i, err := s.Trade.Items.ByNumber(ctx, cells[1].Text)
		return orRedirect(c, itemHref(i.ID), err)
	}
	p, err := book.Numbered(ctx, cells[0].Text)
	return orRedirect(c, partnerHref(p.ID), err)
}
