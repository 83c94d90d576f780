package sheet_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/errs"
	"millwright/internal/sheet"
)

func TestWhatRunsBecomesTextAndNumbersStayNumbers(t *testing.T) {
	for _, s := range []string{"=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "'=1", "''=1"} {
		got := sheet.Inert(s)
		if got != "'"+s || sheet.Plain(got) != s {
			t.Errorf("%q became %q, and back %q", s, got, sheet.Plain(got))
		}
	}
	for _, s := range []string{"-5", "+1.5", "-1,5", "1e-3", "plain", "", "it's", "'quoted'", "a=b"} {
		if got := sheet.Inert(s); got != s || sheet.Plain(got) != s {
			t.Errorf("%q became %q", s, got)
		}
	}
	if got := sheet.Number(-0.25).String(); got != "-0.25" {
		t.Error(got)
	}
}

func TestATableComesBackAsItWasWritten(t *testing.T) {
	rows := [][]sheet.Cell{
		{sheet.Text("name"), sheet.Text("value"), sheet.Text("note")},
		{sheet.Text("=HYPERLINK(\"http://x\")"), sheet.Number(-1.5), sheet.Text("a, b; \"c\"\nd")},
		{sheet.Text("日本 °C"), sheet.Number(1e-7), sheet.Text("  two spaces")},
	}
	want := sheet.Table{Head: []string{"name", "value", "note"}, Rows: []sheet.Row{
		{2, []string{"=HYPERLINK(\"http://x\")", "-1.5", "a, b; \"c\"\nd"}},
		{3, []string{"日本 °C", "0.0000001", "  two spaces"}},
	}}
	for name, write := range map[string]func(*bytes.Buffer) error{
		"csv":  func(b *bytes.Buffer) error { return sheet.CSV(b, rows) },
		"xlsx": func(b *bytes.Buffer) error { return sheet.XLSX(b, "Tags", rows) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		if name == "xlsx" && strings.Contains(b.String(), "<f>") {
			t.Error("a formula stands in the workbook")
		}
		got, err := sheet.Read(b.Bytes())
		if err != nil {
			t.Fatal(name, err)
		}
		want.Comma = name == "xlsx"
		want.Rows[1].Number = 3
		if name == "csv" { // the second row begins a line later
			want.Rows[1].Number = 4
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

func TestEverySpreadsheetsCSVIsRead(t *testing.T) {
	want := []sheet.Row{{2, []string{"ä", "1,5", "°C"}}, {4, []string{"b", "", "x;y,z"}}}
	for name, file := range map[string]string{
		"semicolon": "name;value;unit\nä;1,5;°C\n\nb;;\"x;y,z\"\n",
		"mark":      "\ufeffname;value;unit\r\nä;1,5;°C\r\n;;\r\nb;;\"x;y,z\"\r\n",
		"tab":       "name\tvalue\tunit\nä\t1,5\t°C\n\nb\t\tx;y,z\n",
		"comma":     "name,value,unit\nä,\"1,5\",°C\n\nb,,\"x;y,z\"",
		"windows":   "name;value;unit\r\n\xe4;1,5;\xb0C\r\n\r\nb;;\"x;y,z\"\r\n",
		"utf-16":    utf16("name\tvalue\tunit\r\nä\t1,5\t°C\r\n\r\nb\t\tx;y,z\r\n"),
	} {
		got, err := sheet.Read([]byte(file))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if d := cmp.Diff(want, got.Rows); d != "" || got.Comma != (name != "comma") {
			t.Errorf("%s: comma %v: %s", name, got.Comma, d)
		}
	}
}

func utf16(s string) string {
	b := []byte{0xFF, 0xFE}
	for _, r := range s {
		b = append(b, byte(r), byte(r>>8))
	}
	return string(b)
}

// workbook zips parts.
func workbook(parts map[string]string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range parts {
		w, _ := z.Create(name)
		_, _ = w.Write([]byte(text))
	}
	_ = z.Close()
	return b.Bytes()
}

// sheetOf is a workbook whose one sheet holds these rows of XML.
func sheetOf(rows string) map[string]string {
	const ns = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	return map[string]string{
		"[Content_Types].xml":        `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`,
		"_rels/.rels":                `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<workbook ` + ns + ` xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml":   `<worksheet ` + ns + `><sheetData>` + rows + `</sheetData></worksheet>`,
	}
}

func hostile() map[string][]byte {
	many := strings.Repeat("a,b\n", sheet.MaxRows+2)
	bomb := sheetOf("")
	bomb["xl/sharedStrings.xml"] = strings.Repeat("<si/>", 2<<20)
	entities := sheetOf(`<row r="1"><c r="A1" t="inlineStr"><is><t>&lol;</t></is></c></row>`)
	entities["xl/worksheets/sheet1.xml"] = `<!DOCTYPE w [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]>` + entities["xl/worksheets/sheet1.xml"]
	return map[string][]byte{
		"nothing":               nil,
		"blanks":                []byte("\n\n ,,\n"),
		"too large":             bytes.Repeat([]byte("a"), sheet.MaxFile+1),
		"too many rows":         []byte(many),
		"too many columns":      []byte(strings.Repeat("a,", 100) + "b\n"),
		"binary":                []byte("MZ\x00\x01\x02"),
		"old workbook":          []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"),
		"half a zip":            []byte("PK\x03\x04half"),
		"a zip":                 workbook(map[string]string{"a.txt": "b"}),
		"a bomb":                workbook(bomb),
		"a row far down":        workbook(sheetOf(`<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>`)),
		"a column far right":    workbook(sheetOf(`<row r="1"><c r="XFD1"><v>1</v></c></row>`)),
		"no such shared string": workbook(sheetOf(`<row r="1"><c r="A1" t="s"><v>99999999</v></c></row><row r="2"><c r="ZZZZZZ2"><v>1</v></c></row>`)),
		"entities":              workbook(entities),
		"nested":                workbook(map[string]string{"xl/worksheets/sheet1.xml": strings.Repeat("<a>", 100_000)}),
	}
}

func TestHostileFilesAreSentences(t *testing.T) {
	for name, file := range hostile() {
		_, err := sheet.Read(file)
		if errs.KindOf(err) != errs.Invalid && name != "no such shared string" && name != "entities" {
			t.Errorf("%s: %v", name, err)
		}
	}
	got, err := sheet.Read([]byte("a,b\n" + strings.Repeat("é", sheet.MaxCell) + ",\"never ends\n1,2\n"))
	if err != nil || len(got.Rows) != 1 || len(got.Rows[0].Cells[0]) > sheet.MaxCell+3 || !utf8.ValidString(got.Rows[0].Cells[0]) {
		t.Errorf("%v %v", got.Rows, err)
	}
}

func FuzzAnyFileIsReadWithinItsBounds(f *testing.F) {
	for name, file := range hostile() {
		if len(file) < 50_000 && !strings.Contains(name, "far") && name != "nested" {
			f.Add(file)
		}
	}
	f.Add([]byte("a;b\n1,5;\"x\n"))
	f.Add(workbook(sheetOf(`<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="b"><v>1</v></c></row>`)))
	f.Fuzz(func(t *testing.T, file []byte) {
		got, err := sheet.Read(file)
		if err != nil {
			if errs.KindOf(err) != errs.Invalid {
				t.Fatal(err)
			}
			return
		}
		if len(got.Head) == 0 || len(got.Rows) > sheet.MaxRows {
			t.Fatal(fmt.Sprint(len(got.Head), len(got.Rows)))
		}
		for _, r := range got.Rows {
			if len(r.Cells) > sheet.MaxColumns {
				t.Fatal(len(r.Cells))
			}
			for _, c := range r.Cells {
				if len(c) > sheet.MaxCell+6 || !utf8.ValidString(c) {
					t.Fatalf("%q", c)
				}
			}
		}
	})
}
