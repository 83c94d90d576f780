// Package report shows reports as pages: to choose one, and to read or print it.
package report

import (
	"fmt"

	"millwright/internal/report"
	"millwright/views/layout"
	"millwright/views/ui"
)

// Home is where a report is chosen. Component: ShowHome.
type Home struct {
	Frame  layout.Frame
	Faults []ui.Fault
	Empty  *ui.Empty // in the place of all that follows

	Line  ui.Input // of a shift
	Lines []ui.Choice
	When  ui.Input

	Place    ui.Input // of losses
	Places   []ui.Choice
	Range    ui.Input
	Ranges   []ui.Choice
	By       ui.Input
	Sides    []ui.Choice
	From, To ui.Input
}

// Page is one report. Component: Show.
type Page struct {
	Frame         layout.Frame
	Report        report.Report
	Files         []ui.Link
	Live          ui.Link // the page that shows the same and goes on
	Before, After ui.Link // may be without Href
}

func ofColumn(c report.Column) string {
	if c.Number {
		return "num"
	}
	return ""
}

// ofCell is the class of a cell.
func ofCell(columns []report.Column, i int, c report.Cell) string {
	class := ""
	if i < len(columns) {
		class = ofColumn(columns[i])
	}
	if c.Mood != report.Plain {
		class += " mood-" + string(c.Mood)
	}
	return class
}

func partID(i int) string { return fmt.Sprintf("part-%d", i) }

func figureOf(f report.Figure) ui.Figure {
	return ui.Figure{Name: f.Name, Value: f.Text, Unit: f.Unit, Note: f.Note, Mood: ui.Mood(f.Mood)}
}

// share is a part of a whole as an SVG length.
func share(of float64) string { return fmt.Sprintf("%.3f%%", of*100) }

// legend is what stands in a strip, each once.
func legend(all []report.Stretch) (words []ui.State) {
	seen := map[string]bool{}
	for _, s := range all {
		if !seen[s.Word] {
			seen[s.Word] = true
			words = append(words, ui.State{Tone: ui.Tone(s.Tone), Word: s.Word})
		}
	}
	return words
}
