package web

import (
	"encoding/csv"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/register"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/sheet"
)

// How many rows a file has at most: a workbook is made in memory, a table is not.
const (
	mostInCSV  = 1_000_000
	mostInXLSX = 50_000
)

// exportList gives what a list shows, all of it, as a table or a workbook.
func (s *Server) exportList(c echo.Context) error {
	d, err := s.definition(c.Param("list"))
	if err != nil {
		return err
	}
	asked := s.askedOf(d, c.QueryParams())
	if len(asked.faults) > 0 {
		return s.showList(c, d, asked)
	}
	name := fmt.Sprintf("%s-%s", d.Name, s.Now().In(s.zone()).Format(time.DateOnly))
	switch c.QueryParam("as") {
	case "csv":
		return s.listCSV(c, d, asked.Ask, name+".csv")
	case "xlsx":
		return s.listXLSX(c, d, asked.Ask, name+".xlsx")
	}
	return errs.New(errs.NotFound, "a list is given as csv or xlsx")
}

func (s *Server) listCSV(c echo.Context, d register.Definition, a register.Ask, name string) error {
	h := c.Response().Header()
	h.Set("Content-Type", "text/csv; charset=utf-8; header=present")
	h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name))
	c.Response().WriteHeader(http.StatusOK)
	_, err := c.Response().Write([]byte("\ufeff")) // without it spreadsheets take it for another alphabet
	out := csv.NewWriter(c.Response())
	err = errors.Join(err, out.Write(headsOf(d, a)))
	more := false
	if err == nil {
		more, err = s.rowsFor(c.Request().Context(), d, a, mostInCSV, func(p register.Page) error {
			for _, r := range p.Rows {
				texts := make([]string, len(r.Cells))
				for i, cell := range s.sheetRow(p.Columns, r) {
					texts[i] = cell.String()
				}
				if err := out.Write(texts); err != nil {
					return err
				}
			}
			out.Flush()
			return out.Error()
		})
	}
	if more {
		err = errors.Join(err, out.Write([]string{fmt.Sprintf("Only the first %d rows: narrow the list to get the others.", mostInCSV)}))
	}
	out.Flush()
	if err = errors.Join(err, out.Error()); err != nil {
		s.Log.Warn("an export of a list broke off", slog.String("list", d.Name), slog.Any("err", err))
		panic(http.ErrAbortHandler) // the download fails where it is read: half a file must not look whole
	}
	return nil
}

func headsOf(d register.Definition, a register.Ask) (all []string) {
	for _, key := range a.Columns {
		c, _ := d.Column(key)
		all = append(all, c.Title)
	}
	return all
}

func (s *Server) listXLSX(c echo.Context, d register.Definition, a register.Ask, name string) error {
	var head []sheet.Cell
	for _, title := range headsOf(d, a) {
		head = append(head, sheet.Bold(title))
	}
	rows := [][]sheet.Cell{head}
	more, err := s.rowsFor(c.Request().Context(), d, a, mostInXLSX, func(p register.Page) error {
		for _, r := range p.Rows {
			rows = append(rows, s.sheetRow(p.Columns, r))
		}
		return nil
	})
	if err != nil {
		return err
	}
	if more {
		return errs.New(errs.Invalid, "a workbook holds %d rows at most: narrow the list, or take it as CSV", mostInXLSX)
	}
	h := c.Response().Header()
	h.Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name))
	c.Response().WriteHeader(http.StatusOK)
	return sheet.XLSX(c.Response(), d.Title, rows)
}

// sheetRow writes a row for spreadsheets: numbers as they are, moments as ISO 8601 in the zone of the plant.
func (s *Server) sheetRow(columns []register.Column, r register.Row) []sheet.Cell {
	row := make([]sheet.Cell, len(r.Cells))
	for i, v := range r.Cells {
		c := columns[i]
		switch {
		case !v.Known:
		case c.Kind == register.State:
			row[i] = sheet.Text(c.Name(v.Text))
		case c.Kind == register.Date:
			row[i] = sheet.Text(time.UnixMicro(v.Number).In(s.zone()).Format(time.DateOnly))
		case c.Kind == register.Time:
			row[i] = sheet.Text(time.UnixMicro(v.Number).In(s.zone()).Format(time.RFC3339))
		case c.Kind == register.Count:
			row[i] = sheet.Cell{Text: fmt.Sprint(v.Number), Number: float64(v.Number), Is: true, Format: "0"}
		case c.Kind.Number():
			q := plant.Quantity(v.Number)
			row[i] = sheet.Cell{Text: q.String(), Number: q.Float(), Is: true, Format: "General"}
		default:
			row[i] = sheet.Text(v.Text)
		}
	}
	return row
}
