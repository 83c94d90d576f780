// Package table writes reports as spreadsheets read them: workbooks, and CSV files.
package table

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"millwright/internal/report"
	"millwright/internal/sheet"
)

// CSV writes a report as one file: its tables below each other.
func CSV(w io.Writer, r report.Report) error {
	rows := facts(r)
	for _, p := range r.Parts {
		rows = append(rows, nil, []sheet.Cell{sheet.Text(p.Title)})
		rows = append(rows, part(p)...)
	}
	return sheet.CSV(w, rows)
}

// XLSX writes a report as a workbook: a sheet for what holds for all of it, and one for each part.
func XLSX(w io.Writer, r report.Report) error {
	first := sheet.Sheet{Name: "Report", Rows: facts(r)}
	taken := map[string]bool{"report": true}
	all := []sheet.Sheet{first}
	for _, p := range r.Parts {
		all = append(all, sheet.Sheet{Name: name(p.Title, taken), Rows: part(p), Head: len(p.Columns) > 0})
	}
	return sheet.Book(w, all)
}

func facts(r report.Report) [][]sheet.Cell {
	rows := [][]sheet.Cell{{sheet.Bold(r.Kind)}, {sheet.Bold(r.Subject)}, {sheet.Bold(r.Title)}}
	for _, f := range r.Facts {
		rows = append(rows, []sheet.Cell{sheet.Text(f.Name), sheet.Text(f.Value)})
	}
	return append(rows, []sheet.Cell{sheet.Text("Time zone"), sheet.Text(r.Zone)}, []sheet.Cell{sheet.Text("Made"), sheet.Text(r.Made)})
}

// part is a table's head and rows, or figures, with the sentences at the end.
func part(p report.Part) (rows [][]sheet.Cell) {
	for _, f := range p.Figures {
		rows = append(rows, []sheet.Cell{sheet.Text(f.Name), cell(f.Cell), sheet.Text(f.Unit), sheet.Text(f.Note)})
	}
	if len(p.Columns) > 0 && len(p.Rows) > 0 {
		head := make([]sheet.Cell, len(p.Columns))
		for i, c := range p.Columns {
			head[i] = sheet.Bold(c.Name)
		}
		rows = append(rows, head)
	}
	for _, r := range p.Rows {
		line := make([]sheet.Cell, len(r.Cells))
		for i, c := range r.Cells {
			line[i] = cell(c)
			line[i].Bold = r.Total
		}
		rows = append(rows, line)
	}
	if len(p.Rows) == 0 && p.None != "" {
		rows = append(rows, []sheet.Cell{sheet.Text(p.None)})
	}
	for _, w := range p.Words {
		rows = append(rows, []sheet.Cell{sheet.Text(w.Text)})
	}
	return rows
}

// cell is a number that is shown with as many places as on the page, or words.
func cell(c report.Cell) sheet.Cell {
	n, err := strconv.ParseFloat(c.Value, 64)
	if c.Value == "" || err != nil {
		return sheet.Text(c.Text)
	}
	format := "0"
	if _, places, ok := strings.Cut(c.Value, "."); ok {
		format += "." + strings.Repeat("0", len(places))
	}
	if strings.HasPrefix(c.Text, "+") {
		format = "+" + format + ";-" + format
	}
	return sheet.Cell{Text: c.Value, Number: n, Is: true, Format: format}
}

// name makes a name of a sheet that no other has.
func name(title string, taken map[string]bool) string {
	clean := strings.Map(func(c rune) rune {
		if strings.ContainsRune(`[]:*?/\'`, c) || c < ' ' {
			return ' '
		}
		return c
	}, title)
	base := []rune(strings.TrimSpace(clean))
	if len(base) == 0 {
		base = []rune("Part")
	}
	base = base[:min(len(base), 27)]
	found := string(base)
	for n := 2; taken[strings.ToLower(found)]; n++ {
		found = fmt.Sprintf("%s %d", string(base), n)
	}
	taken[strings.ToLower(found)] = true
	return found
}
