package tables

import (
	"slices"

	"millwright/internal/erp/register"
	"millwright/internal/sheet"
)

// Read reads a CSV or XLSX file as a table for an importer. Whose columns are neither those of the importer nor of its list, or
// whose rows are too many, is refused.
func Read(im register.Importer, list []register.Column, file []byte) (t register.Table, err error) {
	read, err := sheet.Read(file)
	if err != nil {
		return t, err
	}
	if err := register.Bounded(im, len(read.Rows)); err != nil {
		return t, err
	}
	t.Head = read.Head
	for _, r := range read.Rows {
		cells := slices.Clone(r.Cells)
		for i := range cells {
			cells[i] = sheet.Plain(cells[i])
		}
		t.Rows, t.At = append(t.Rows, cells), append(t.At, r.Number)
	}
	t = t.From(im.Fields(), list)
	_, err = register.Map(im.Fields(), t.Head)
	return t, err
}
