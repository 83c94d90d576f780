package web

import (
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"millwright/internal/erp/stock"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/sheet"
)

// importCount keeps the lines of a table.
func (s *Server) importCount(c echo.Context) error {
	refuse := func(words string) error {
		return s.showCount(c, http.StatusUnprocessableEntity, "file", &errs.Error{Kind: errs.Invalid, Words: words, Fields: []errs.Field{{Path: "file", Message: words}}})
	}
	h, err := c.FormFile("file")
	if err != nil {
		return refuse("Choose a CSV or XLSX file.")
	}
	f, err := h.Open()
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read
	text, err := io.ReadAll(io.LimitReader(f, sheet.MaxFile+1))
	if err != nil {
		return err
	}
	t, err := sheet.Read(text)
	if err != nil {
		return refuse(sentence(err))
	}
	found, err := foundIn(t)
	if err != nil {
		return s.showCount(c, http.StatusUnprocessableEntity, "file", unlined(err, false))
	}
	return s.found(c, "file", found)
}

// foundIn reads what was counted from a table.
func foundIn(t sheet.Table) (all []stock.Found, err error) {
	at := map[string]int{}
	for i, head := range t.Head {
		at[strings.ToLower(strings.TrimSpace(head))] = i
	}
	cell := func(r sheet.Row, name string) string {
		if i, is := at[name]; is {
			return strings.TrimSpace(r.Cell(i))
		}
		return ""
	}
	var bad wrong
	for i, r := range t.Rows {
		q, err := plant.ParseQuantity(strings.Replace(cell(r, "quantity"), ",", ".", 1))
		if err != nil {
			bad.add("lines["+strconv.Itoa(i)+"].quantity", "%s", err)
		}
		all = append(all, stock.Found{
			Line: numbered(cell(r, "line")), Item: cell(r, "item"), Place: cell(r, "place"), Lot: cell(r, "lot"), Serial: cell(r, "serial"), Revision: cell(r, "revision"), Quantity: q,
		})
	}
	return all, bad.err()
}
