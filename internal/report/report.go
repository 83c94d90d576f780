// Package report is what people take away on paper: facts and tables, in which every number is written once.
package report

import (
	"strings"
	"unicode"
)

// Report is made once, and shown as it is: as a page, as a PDF, as a workbook and as a CSV file.
type Report struct {
	Kind    string // "Shift report"
	Title   string // "Early shift, Mon 2 Mar 2026, 06:00–14:00"
	Subject string // whom it is about: "Filling 1"
	Plant   string // "Ulm works"
	Zone    string // by whose clocks its times are: "Europe/Berlin"
	Facts   []Fact // what else holds for all of it
	Made    string // when, and from which revision of the plant
	Parts   []Part
	Name    string // of its files, without an ending; see Name
	Code    string // what a camera reads off it; "" for nothing
}

// Fact is one thing that holds for the whole report.
type Fact struct{ Name, Value string }

// Part is one section: figures, a strip of time, sentences, a table. Each may be absent.
type Part struct {
	Title   string
	Figures []Figure
	Strip   []Stretch
	Words   []Words
	Columns []Column
	Rows    []Row
	None    string // in the place of a table, where it has no row
}

// Mood is how a figure stands against what was wanted.
type Mood string

// The moods, as the pages know them.
const (
	Plain   Mood = ""
	Well    Mood = "well"
	Warning Mood = "warning"
	Alarm   Mood = "alarm"
)

// Words is a sentence.
type Words struct {
	Text string
	Mood Mood
}

// Figure is a number that is set large.
type Figure struct {
	Name string
	Cell
	Unit string
	Note string
}

// Stretch is a part of a strip of time.
type Stretch struct {
	Tone     string // of the colour, as the pages know it
	Word     string
	From, To float64 // of the whole strip, which is 1
}

// Column is one of a table's.
type Column struct {
	Name   string
	Number bool // its cells are numbers, or unknown
}

// Row is one of a table's.
type Row struct {
	Cells []Cell
	Total bool
}

// Cell is words, or a number.
type Cell struct {
	Text  string // as it is read: "12 480", "−3.5", "–"
	Value string // the same number, to the same digit, as programs write it: "12480", "-3.5"; "" where there is none
	Mood  Mood
}

// Text makes a cell of words.
func Text(s string) Cell { return Cell{Text: s} }

// Texts makes cells of words.
func Texts(all ...string) (cells []Cell) {
	for _, s := range all {
		cells = append(cells, Text(s))
	}
	return cells
}

// Name makes a name for files: of its words only small letters and digits are left, with - between.
func Name(words ...string) string {
	var b strings.Builder
	gap := false
	for _, c := range strings.ToLower(strings.Join(words, " ")) {
		if c >= unicode.MaxASCII || !unicode.IsLetter(c) && !unicode.IsDigit(c) {
			gap = b.Len() > 0
			continue
		}
		if gap {
			b.WriteByte('-')
		}
		gap = false
		b.WriteRune(c)
		if b.Len() >= longestName {
			break
		}
	}
	if b.Len() == 0 {
		return "report"
	}
	return b.String()
}

const longestName = 100

// Format is a kind of file.
type Format string

// The formats of a report's file.
const (
	PDF  Format = "pdf"
	XLSX Format = "xlsx"
	CSV  Format = "csv"
)

// Formats are all of them, in the order in which they are offered.
func Formats() []Format { return []Format{PDF, XLSX, CSV} }

// Type is the format's media type.
func (f Format) Type() string {
	return map[Format]string{
		PDF: "application/pdf", XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", CSV: "text/csv; charset=utf-8; header=present",
	}[f]
}
