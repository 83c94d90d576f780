// Calls of purchase lines as tables: taken away, and imported.

package web

import (
	"encoding/csv"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/order/calloff"
	"millwright/internal/erp/register"
	"millwright/internal/erp/tabled/stocked"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/report"
	"millwright/internal/sheet"
	planview "millwright/views/plan"
	"millwright/views/ui"
)

const calledFile = deliveriesHome + "/calls"

// importable is a list whose tables are imported; calls of purchase lines are read with their schedules and have none.
func (s *Server) importable(name string) (register.Definition, error) {
	if name == "calls" && s.Planning.Calloffs != nil {
		return register.Definition{
			Name: "calls", Title: "Delivery schedules", Many: "calls of purchase lines", Home: deliveriesHome + "?side=purchase", Rows: "/purchase", Duty: plant.Purchaser,
			Columns: stocked.CallsTold(), Import: true,
		}, nil
	}
	return s.definition(name)
}

// callLinks lead to the calls as tables.
func (s *Server) callLinks(c echo.Context, a deliveryAsk) []planview.Link {
	q := a.query()
	var all []planview.Link
	for _, as := range []report.Format{report.CSV, report.XLSX} {
		q.Set("as", string(as))
		all = append(all, planview.Link{Link: ui.Link{Name: "Calls as " + strings.ToUpper(string(as)), Href: calledFile + "?" + q.Encode()}})
	}
	if s.Importers["calls"] != nil && visitorOf(c).reach.Does(plant.Purchaser) {
		all = append(all, planview.Link{Link: ui.Link{Name: "Import calls", Href: "/lists/calls/import"}})
	}
	return all
}

// giveCalls gives the calls that were written of purchase lines, as an import takes them.
func (s *Server) giveCalls(c echo.Context) error {
	a, err := s.deliveryAsked(c)
	if err != nil {
		return err
	}
	parts, err := s.Planning.Calloffs.Parts(c.Request().Context(), a.Ask)
	if err != nil {
		return err
	}
	name := report.Name("calls", s.planDay().String())
	h := c.Response().Header()
	switch c.QueryParam("as") {
	case "csv", "":
		h.Set("Content-Type", report.CSV.Type())
		h.Set("Content-Disposition", `attachment; filename="`+name+`.csv"`)
		out := csv.NewWriter(c.Response())
		_, err := c.Response().Write([]byte("\ufeff")) // without it spreadsheets take it for another alphabet
		return errors.Join(err, out.WriteAll(slices.Concat([][]string{callHeads()}, callTexts(parts))))
	case "xlsx":
		h.Set("Content-Type", report.XLSX.Type())
		h.Set("Content-Disposition", `attachment; filename="`+name+`.xlsx"`)
		c.Response().WriteHeader(http.StatusOK)
		return sheet.XLSX(c.Response(), "Calls", callCells(parts))
	}
	return errs.New(errs.NotFound, "calls are given as csv or xlsx")
}

func callHeads() []string {
	return []string{"Order", "Line", "Day", "Quantity", "Unit", "Supplier", "Item"}
}

func callTexts(parts []calloff.Part) (all [][]string) {
	for _, p := range parts {
		all = append(all, []string{
			sheet.Inert(p.Order), strconv.Itoa(p.Line), p.Day, p.Quantity.String(), sheet.Inert(p.Unit), sheet.Inert(p.Supplier), sheet.Inert(p.Item),
		})
	}
	return all
}

func callCells(parts []calloff.Part) (all [][]sheet.Cell) {
	var head []sheet.Cell
	for _, h := range callHeads() {
		head = append(head, sheet.Bold(h))
	}
	all = append(all, head)
	for _, p := range parts {
		all = append(all, []sheet.Cell{
			sheet.Text(p.Order),
			{Text: strconv.Itoa(p.Line), Number: float64(p.Line), Is: true, Format: "0"},
			sheet.Text(p.Day),
			{Text: p.Quantity.String(), Number: p.Quantity.Float(), Is: true, Format: "General"},
			sheet.Text(p.Unit), sheet.Text(p.Supplier), sheet.Text(p.Item),
		})
	}
	return all
}
