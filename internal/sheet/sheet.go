// Package sheet is tables as spreadsheets read and write them, CSV and XLSX: inert going out, bounded coming in.
package sheet

import (
	"encoding/csv"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Cell is one cell that is written: a number, or a text.
type Cell struct {
	Text   string // of a number: as it is written where it has a Format
	Number float64
	Is     bool   // it is a number
	Format string // of a number, as spreadsheets know it: "0.0"; "" is as it comes
	Bold   bool
}

// Text makes a cell of words, which no spreadsheet runs.
func Text(s string) Cell { return Cell{Text: Inert(s)} }

// Bold makes a cell of words that heads others.
func Bold(s string) Cell { return Cell{Text: Inert(s), Bold: true} }

// Number makes a cell of a number.
func Number(f float64) Cell { return Cell{Number: f, Is: true} }

func (c Cell) String() string {
	if c.Is && c.Format == "" {
		return strconv.FormatFloat(c.Number, 'f', -1, 64)
	}
	return c.Text
}

// CSV writes rows as UTF-8 with a byte order mark, without which spreadsheets take it for another alphabet.
func CSV(w io.Writer, rows [][]Cell) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	for _, row := range rows {
		texts := make([]string, len(row))
		for i, c := range row {
			texts[i] = c.String()
		}
		if err := out.Write(texts); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// XLSX writes rows as a workbook of one sheet, the first row as its head.
func XLSX(w io.Writer, name string, rows [][]Cell) error {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }() // nothing of it is on a disk
	if err := f.SetSheetName("Sheet1", name); err != nil {
		return fmt.Errorf("write a workbook: %w", err)
	}
	if err := fill(f, name, rows); err != nil {
		return fmt.Errorf("write a workbook: %w", err)
	}
	_, err := f.WriteTo(w)
	return err
}

func fill(f *excelize.File, name string, rows [][]Cell) error {
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	out, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	for i, row := range rows {
		values := make([]any, len(row))
		for j, c := range row {
			values[j] = c.Text
			if c.Is {
				values[j] = c.Number
			} else if i == 0 {
				values[j] = excelize.Cell{StyleID: bold, Value: c.Text}
			}
		}
		if err := out.SetRow("A"+strconv.Itoa(i+1), values); err != nil {
			return err
		}
	}
	return out.Flush()
}

// plainNumber is what a spreadsheet reads as a number and nothing else.
var plainNumber = regexp.MustCompile(`^[+-]?[0-9]+([.,][0-9]+)?([eE][+-]?[0-9]+)?$`)

// Inert makes words safe to open in a spreadsheet: what would be run as a formula becomes text, by a ' before it.
// Numbers stay numbers, negative ones too.
func Inert(s string) string {
	if runs(strings.TrimLeft(s, "'")) {
		return "'" + s
	}
	return s
}

// Plain gives back what Inert was given.
func Plain(s string) string {
	if bare, quoted := strings.CutPrefix(s, "'"); quoted && runs(strings.TrimLeft(bare, "'")) {
		return bare
	}
	return s
}

// runs tells whether a spreadsheet may take words for a formula.
func runs(s string) bool {
	first := strings.TrimLeft(s, " \t\r\n\u00a0")
	if first == "" || plainNumber.MatchString(s) {
		return false
	}
	if strings.ContainsAny(first[:1], "=+-@") || strings.HasPrefix(s, "\t") || strings.HasPrefix(s, "\r") {
		return true
	}
	for _, wide := range []string{"＝", "＋", "－", "＠"} { // some spreadsheets take these for the same signs
		if strings.HasPrefix(first, wide) {
			return true
		}
	}
	return false
}
