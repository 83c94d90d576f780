package table_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"millwright/internal/report"
	"millwright/internal/report/table"
)

func example() report.Report {
	return report.Report{
		Kind: "Shift report", Subject: "=Filling 1", Title: "Early", Made: "today", Facts: []report.Fact{{Name: "Plant", Value: "+49 works"}},
		Parts: []report.Part{
			{Title: "Stops: 1/2", Columns: []report.Column{{Name: "Reason"}, {Name: "Minutes", Number: true}, {Name: "Δ", Number: true}}, Rows: []report.Row{
				{Cells: []report.Cell{report.Text("=1+1"), {Text: "12\u202f480.50", Value: "12480.50"}, {Text: "+3", Value: "3"}}},
				{Cells: []report.Cell{report.Text("@sum"), {Text: "–"}, {Text: "−0.5", Value: "-0.5"}}, Total: true},
			}},
			{Title: "stops: 1?2", None: "Nothing."},
		},
	}
}

func TestNumbersAreNumbersAndWordsAreInert(t *testing.T) {
	var b bytes.Buffer
	if err := table.XLSX(&b, example()); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if got := f.GetSheetList(); strings.Join(got, "|") != "Report|Stops  1 2|stops  1 2 2" {
		t.Errorf("sheets %q", got)
	}
	for cell, want := range map[string][3]string{ // as it is shown, as it is kept, and its type
		"A2": {"'=1+1", "'=1+1", ""}, "B2": {"12480.50", "12480.5", "n"}, "C2": {"+3", "3", "n"}, "B3": {"–", "–", ""}, "C3": {"-0.5", "-0.5", "n"},
	} {
		shown, _ := f.GetCellValue("Stops  1 2", cell)
		kept, _ := f.GetCellValue("Stops  1 2", cell, excelize.Options{RawCellValue: true})
		kind, _ := f.GetCellType("Stops  1 2", cell)
		number := kind == excelize.CellTypeNumber || kind == excelize.CellTypeUnset
		if shown != want[0] || kept != want[1] || number != (want[2] == "n") {
			t.Errorf("%s is %q, kept as %q, %v", cell, shown, kept, kind)
		}
		if formula, _ := f.GetCellFormula("Stops  1 2", cell); formula != "" {
			t.Errorf("%s runs %q", cell, formula)
		}
	}
}

func TestAFileHasOneTableBelowTheOther(t *testing.T) {
	var b bytes.Buffer
	if err := table.CSV(&b, example()); err != nil {
		t.Fatal(err)
	}
	want := "\ufeffShift report\n'=Filling 1\nEarly\nPlant,'+49 works\nTime zone,\nMade,today\n\nStops: 1/2\nReason,Minutes,Δ\n'=1+1,12480.50,3\n'@sum,–,-0.5\n\nstops: 1?2\nNothing.\n"
	if b.String() != want {
		t.Errorf("got\n%s", b.String())
	}
}
