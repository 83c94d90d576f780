package paper_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"millwright/internal/report"
	"millwright/internal/report/paper"
)

var made = time.Date(2026, 3, 2, 14, 5, 0, 0, time.UTC)

func pages(t testing.TB, r report.Report) int {
	t.Helper()
	var b bytes.Buffer
	if err := paper.Write(&b, r, made); err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(b.Bytes(), []byte("%PDF-")) {
		t.Fatal("this is no PDF")
	}
	return bytes.Count(b.Bytes(), []byte("/Type /Page\n"))
}

func long(rows int) report.Report {
	p := report.Part{Title: "Stops", Columns: []report.Column{{Name: "From"}, {Name: "Minutes", Number: true}, {Name: "Comment"}}}
	for i := range rows {
		p.Rows = append(p.Rows, report.Row{Cells: []report.Cell{report.Text("06:00"), {Text: fmt.Sprint(i), Value: fmt.Sprint(i)}, report.Text(strings.Repeat("the film tore again ", i%7))}})
	}
	return report.Report{Kind: "Shift report", Subject: "Filling 1", Title: "Early shift", Made: "now", Parts: []report.Part{p}}
}

func TestTablesRunOverPages(t *testing.T) {
	if n := pages(t, long(5)); n != 1 {
		t.Errorf("five rows take %d pages", n)
	}
	if n := pages(t, long(500)); n < 10 || n > 60 {
		t.Errorf("500 rows take %d pages", n)
	}
}

func TestTheSameReportIsTheSameFile(t *testing.T) {
	var a, b bytes.Buffer
	for _, into := range []*bytes.Buffer{&a, &b} {
		if err := paper.Write(into, long(40), made); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("two files of one report differ")
	}
}

func TestADocumentCarriesItsNumberForACamera(t *testing.T) {
	r := long(3)
	size := func() int {
		var b bytes.Buffer
		if err := paper.Write(&b, r, made); err != nil {
			t.Fatal(err)
		}
		return b.Len()
	}
	plain := size()
	if r.Code = "SO-000123"; size() <= plain+500 {
		t.Error("nothing was drawn for the camera")
	}
	if r.Code = strings.Repeat("x", 5000); paper.Write(&bytes.Buffer{}, r, made) == nil {
		t.Error("a code of 5000 letters was drawn")
	}
}

// FuzzAnythingCanBePrinted writes what strangers may have typed: whatever it is, there is a file.
func FuzzAnythingCanBePrinted(f *testing.F) {
	for _, s := range []string{"", "Füllerei Łódź Пресс Γραμμή", "\x00\x1b[31m\u202e\U0001f600\ufffd\uffff", strings.Repeat("W", 3000), "a\nb\r\n\tc", "{pages} \\ ( ) %", "漢字 العربية"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r := report.Report{
			Kind: s, Subject: s, Title: s, Made: s, Facts: []report.Fact{{Name: s, Value: s}},
			Parts: []report.Part{{
				Title: s, Figures: []report.Figure{{Name: s, Cell: report.Text(s), Unit: s, Note: s}}, Words: []report.Words{{Text: s, Mood: report.Alarm}},
				Strip:   []report.Stretch{{Tone: s, Word: s, To: 1}},
				Columns: []report.Column{{Name: s}, {Name: s, Number: true}}, Rows: []report.Row{{Cells: report.Texts(s, s)}, {Total: true}, {Cells: report.Texts(s)}},
			}},
		}
		pages(t, r)
	})
}

func BenchmarkWrite(b *testing.B) {
	r := long(100)
	for b.Loop() {
		pages(b, r)
	}
}
