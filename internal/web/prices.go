package web

import (
	"github.com/labstack/echo/v4"

	"millwright/internal/erp/register"
	"millwright/internal/errs"
)

const (
	pricesHome   = "/prices"
	suppliesHome = "/supplies"
)

// price leads to where a price is kept: the partner with whom it is agreed, or the item that it is of.
func (s *Server) price(c echo.Context) error {
	cells, err := s.listed(c, "prices", "partner", "item")
	if err != nil {
		return err
	}
	if cells[0].Text == "" && s.Trade.Items != nil {
		return s.toItem(c, cells[1].Text, itemHref)
	}
	return s.toPartner(c, cells[0].Text)
}

// supply leads to the supplier who delivers something.
func (s *Server) supply(c echo.Context) error {
	cells, err := s.listed(c, "supplies", "supplier")
	if err != nil {
		return err
	}
	return s.toPartner(c, cells[0].Text)
}

// expected leads to the plan of the item that something is expected of.
func (s *Server) expected(c echo.Context) error {
	cells, err := s.listed(c, "forecasts", "item")
	if err != nil {
		return err
	}
	return s.toItem(c, cells[0].Text, planItemHref)
}

func (s *Server) toItem(c echo.Context, number string, href func(id int64) string) error {
	i, err := s.Trade.Items.ByNumber(c.Request().Context(), number)
	return orRedirect(c, href(i.ID), err)
}

func (s *Server) toPartner(c echo.Context, number string) error {
	book, err := s.partnerBook()
	if err != nil {
		return err
	}
	p, err := book.Numbered(c.Request().Context(), number)
	return orRedirect(c, partnerHref(p.ID), err)
}

// listed is what columns of a list say of the row whose number an address has.
func (s *Server) listed(c echo.Context, list string, columns ...string) ([]register.Value, error) {
	d, err := s.definition(list)
	if err != nil {
		return nil, err
	}
	none := errs.New(errs.NotFound, "there is no such %s", d.One)
	f, err := register.ParseFilter(d, "id="+c.Param("number"), s.zone())
	if err != nil {
		return nil, none
	}
	found, err := s.Lists.Page(c.Request().Context(), d, register.Ask{Filters: []register.Filter{f}, Sort: d.Order, Columns: columns, Limit: 1}, s.zone())
	if err != nil {
		return nil, err
	}
	if len(found.Rows) == 0 {
		return nil, none
	}
	return found.Rows[0].Cells, nil
}
