package sheet

import (
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// Sheet is one of a workbook's.
type Sheet struct {
	Name string
	Rows [][]Cell
	Head bool // the first row stays where it is when the others are scrolled
}

// Book writes sheets as a workbook.
func Book(w io.Writer, sheets []Sheet) error {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }() // nothing of it is on a disk
	b := binder{f, map[look]int{}}
	for i, s := range sheets {
		var err error
		if i == 0 {
			err = f.SetSheetName("Sheet1", s.Name)
		} else {
			_, err = f.NewSheet(s.Name)
		}
		if err == nil {
			err = b.fill(s)
		}
		if err != nil {
			return fmt.Errorf("write a workbook: %w", err)
		}
	}
	_, err := f.WriteTo(w)
	return err
}

// look is how a cell is shown.
type look struct {
	format string
	bold   bool
}

// binder fills a workbook.
type binder struct {
	file  *excelize.File
	looks map[look]int // styles that are made already
}

func (b binder) fill(s Sheet) error {
	out, err := b.file.NewStreamWriter(s.Name)
	if err != nil {
		return err
	}
	for i, width := range widths(s.Rows) {
		if err := out.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	if s.Head {
		if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
			return err
		}
	}
	for i, row := range s.Rows {
		values := make([]any, len(row))
		for j, c := range row {
			if values[j], err = b.value(c); err != nil {
				return err
			}
		}
		if err := out.SetRow("A"+strconv.Itoa(i+1), values); err != nil {
			return err
		}
	}
	return out.Flush()
}

func (b binder) value(c Cell) (excelize.Cell, error) {
	how := look{c.Format, c.Bold}
	id, made := b.looks[how]
	if !made {
		style := &excelize.Style{}
		if c.Bold {
			style.Font = &excelize.Font{Bold: true}
		}
		if c.Format != "" {
			style.CustomNumFmt = &c.Format
		}
		var err error
		if id, err = b.file.NewStyle(style); err != nil {
			return excelize.Cell{}, err
		}
		b.looks[how] = id
	}
	if c.Is {
		return excelize.Cell{StyleID: id, Value: c.Number}, nil
	}
	return excelize.Cell{StyleID: id, Value: c.Text}, nil
}

// widths are those of the columns, by what stands in them.
func widths(rows [][]Cell) (all []float64) {
	for _, row := range rows {
		for j, c := range row {
			if len(row) == 1 { // a sentence of its own runs over the columns beside it
				continue
			}
			for len(all) <= j {
				all = append(all, 9)
			}
			all[j] = max(all[j], min(float64(utf8.RuneCountInString(c.String())+2), 60))
		}
	}
	return all
}
