package web_test

import (
	"bytes"
	"compress/zlib"
	"encoding/csv"
	"html"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

var (
	tableRow   = regexp.MustCompile(`(?s)<tr[^>]*>(.*?)</tr>|<dt>(.*?)</dt>\s*<dd>(.*?)</dd>`)
	tableCell  = regexp.MustCompile(`(?s)<t[hd][^>]*>(.*?)</t[hd]>`)
	markup     = regexp.MustCompile(`<[^>]*>`)
	figureText = regexp.MustCompile(`(?s)<span class="figure-value">(.*?)</span>`)
)

// bare is what a page shows of a cell, as programs would write it.
func bare(s string) string {
	s = html.UnescapeString(markup.ReplaceAllString(s, ""))
	s = strings.NewReplacer("\u202f", "", "\u2212", "-").Replace(s)
	return strings.TrimSpace(s)
}

// number is a cell of a number without the signs that only people need.
func signless(s string) string {
	if rest, signed := strings.CutPrefix(s, "+"); signed && !strings.Contains(rest, " ") {
		return rest
	}
	return strings.TrimPrefix(s, "±")
}

// pageRows are the cells of a report's page, row by row: facts, figures and tables.
func pageRows(t *testing.T, page string) (rows [][]string) {
	t.Helper()
	_, page, ok := strings.Cut(page, `<header class="report-head">`)
	if !ok {
		t.Fatal("this is no report")
	}
	page, _, _ = strings.Cut(page, "</main>")
	for _, m := range tableRow.FindAllStringSubmatch(page, -1) {
		var row []string
		if m[1] == "" {
			value := m[3]
			if f := figureText.FindStringSubmatch(value); f != nil {
				value = f[1]
			}
			row = []string{bare(m[2]), signless(bare(value))}
		}
		for _, c := range tableCell.FindAllStringSubmatch(m[1], -1) {
			row = append(row, signless(bare(c[1])))
		}
		for len(row) > 0 && row[len(row)-1] == "" {
			row = row[:len(row)-1]
		}
		rows = append(rows, row)
	}
	return rows
}

// has tells which of a page's rows a file lacks; they must stand there in the same order.
func lacking(rows, file [][]string) (missing []string) {
	i := 0
	for _, want := range rows {
		at := slices.IndexFunc(file[min(i, len(file)):], func(got []string) bool {
			for j := range want {
				if j >= len(got) || signless(bare(strings.TrimPrefix(got[j], "'"))) != want[j] {
					return false
				}
			}
			return true
		})
		if at < 0 {
			missing = append(missing, strings.Join(want, " | "))
			continue
		}
		i += at + 1
	}
	return missing
}

func csvRows(t *testing.T, body string) [][]string {
	t.Helper()
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff")))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// bookRows are the cells of a workbook as a spreadsheet shows them.
func bookRows(t *testing.T, body string) (all [][]string) {
	t.Helper()
	f, err := excelize.OpenReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	for _, name := range f.GetSheetList() {
		rows, err := f.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, rows...)
	}
	return all
}

var (
	streams = regexp.MustCompile(`(?s)stream\r?\n(.*?)\r?\nendstream`)
	shown   = regexp.MustCompile(`(?s)\(((?:\\.|[^\\()])*)\)\s*Tj`)
)

// paperText is all that stands in a PDF, without spaces, in the order in which it was set.
func paperText(t *testing.T, body string) string {
	t.Helper()
	var all strings.Builder
	for _, m := range streams.FindAllStringSubmatch(body, -1) {
		z, err := zlib.NewReader(strings.NewReader(m[1]))
		if err != nil {
			continue
		}
		text, _ := io.ReadAll(z)
		if !bytes.Contains(text, []byte("BT")) {
			continue
		}
		for _, s := range shown.FindAllSubmatch(text, -1) {
			raw := strings.NewReplacer(`\\`, `\`, `\(`, "(", `\)`, ")", `\r`, "\r").Replace(string(s[1]))
			var units []uint16
			for i := 0; i+1 < len(raw); i += 2 {
				units = append(units, uint16(raw[i])<<8|uint16(raw[i+1]))
			}
			all.WriteString(string(utf16.Decode(units)))
		}
	}
	return dense(all.String())
}

func dense(s string) string {
	return strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "\u2003", "", "\u2212", "-").Replace(s)
}

// sameEverywhere compares a report's page with its files.
func sameEverywhere(t *testing.T, b *browser, address string) {
	t.Helper()
	page := b.get(address)
	if page.status != http.StatusOK {
		t.Fatalf("%s: %d %s", address, page.status, page.body)
	}
	rows := pageRows(t, page.body)
	if len(rows) < 30 {
		t.Fatalf("only %d rows", len(rows))
	}
	files := map[string]string{}
	for _, format := range []string{"csv", "xlsx", "pdf"} {
		a := b.get(address + "&format=" + format)
		if a.status != http.StatusOK || !strings.Contains(a.header.Get("Content-Disposition"), "."+format+`"`) {
			t.Fatalf("%s: %d %s", format, a.status, a.header)
		}
		files[format] = a.body
	}
	if missing := lacking(rows, csvRows(t, files["csv"])); len(missing) > 0 {
		t.Errorf("the CSV lacks\n%s", strings.Join(missing, "\n"))
	}
	if missing := lacking(rows, bookRows(t, files["xlsx"])); len(missing) > 0 {
		t.Errorf("the workbook lacks\n%s", strings.Join(missing, "\n"))
	}
	text, at := paperText(t, files["pdf"]), 0
	for _, row := range rows {
		for _, c := range row {
			i := strings.Index(text[at:], dense(c))
			if i < 0 {
				t.Errorf("the PDF lacks %q of %q", c, row)
				continue
			}
			if regexp.MustCompile(`^[-0-9.]+$`).MatchString(c) {
				at += i
			}
		}
	}
	if dir := os.Getenv("REPORTS"); dir != "" { // to look at
		files["html"] = page.body
		for format, body := range files {
			_ = os.WriteFile(dir+"/"+strings.ReplaceAll(t.Name(), "/", "-")+"."+format, []byte(body), 0o600)
		}
	}
}

func berlin(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestAShiftReportIsTheSameInEveryForm(t *testing.T) {
	w := newWorld(t, worth)
	w.user("Otto", plant.Operator)
	w.user("Mara", plant.Manager)
	window, _ := w.aNight(t, "2026-03-02")
	w.lines.change("filling-1", func(s *oee.Snapshot) {
		s.Segments[2].Unit, s.Segments[2].Fault, s.Segments[4].Category = "filling-1/filler", "E-107", oee.Changeover
		for i := range s.Segments {
			if s.Segments[i].Category != oee.Running {
				s.Segments[i].Stop = s.Segments[i].From
			}
		}
		s.Segments[5].Reject = plant.Pieces(12)
	})
	otto, mara := w.signedIn("Otto"), w.signedIn("Mara")
	otto.onShift("", otto.shiftForm(thePage, "", "note"), map[string]string{"note-" + otto.shiftForm(thePage, "", "note").Get("hour"): "=2+3: film changed"})
	mara.onShift("/sign", mara.shiftForm(thePage, "/sign", ""), map[string]string{"comment": "Watch the capper."})
	address := "/reports/shift?line=filling-1&when=" + url.QueryEscape(window.From.In(berlin(t)).Format("2006-01-02 15:04"))
	sameEverywhere(t, otto, address)
	page := plain(otto.get(address).body)
	for _, want := range []string{"Night shift, ", "signed by Mara, manager", "Watch the capper.", "=2+3: film changed (Otto", "Europe/Berlin", "E-107", "Confidence: "} {
		if !strings.Contains(page, want) {
			t.Errorf("the report lacks %q", want)
		}
	}
	shift := otto.get(thePage).body // and what stands on the page of the shift stands in its report
	report := pageRows(t, otto.get(address).body)
	for _, r := range hourRow.FindAllStringSubmatch(shift, -1) {
		var row []string
		for _, c := range r[1:] {
			row = append(row, signless(bare(c)))
		}
		if missing := lacking([][]string{row}, report); len(missing) > 0 {
			t.Errorf("the report lacks the page's %q", missing)
		}
	}
	file := otto.get(address + "&format=csv").body
	if a := w.program(w.token(plant.Viewer, "")).get(address + "&format=csv"); a.status != http.StatusOK || len(a.body) != len(file) {
		t.Errorf("a program gets %d %s", a.status, a.body)
	}
	if !strings.Contains(file, "'=2+3") && !strings.Contains(file, ",=2+3") {
		t.Error("the note is lost")
	}
	for _, row := range csvRows(t, file) {
		for _, c := range row {
			if strings.HasPrefix(c, "=") {
				t.Errorf("a spreadsheet runs %q", c)
			}
		}
	}
}

// BenchmarkAShiftReport is what one costs the server: read, made, and set.
func BenchmarkAShiftReport(b *testing.B) {
	w := newWorld(b, worth)
	w.user("Vera", plant.Viewer)
	vera := w.signedIn("Vera")
	for _, format := range []string{"", "pdf", "xlsx", "csv"} {
		b.Run("as "+format, func(b *testing.B) {
			for b.Loop() {
				if a := vera.get("/reports/shift?line=filling-1&format=" + format); a.status != http.StatusOK {
					b.Fatal(a.body)
				}
			}
		})
	}
}

func TestALossReportIsTheSameInEveryForm(t *testing.T) {
	w := newWorld(t, worth)
	w.user("Vera", plant.Viewer)
	b := w.signedIn("Vera")
	for _, place := range []string{"", "ulm", "ulm/filling", "ulm/filling/filling-1"} {
		for _, by := range []string{"reason", "category"} {
			sameEverywhere(t, b, "/reports/losses"+w.morningOf("filling-1", "line", "", "place", place, "by", by))
		}
	}
	page := b.get("/losses" + w.morningOf("filling-1")).body
	report := b.get("/reports/losses" + w.morningOf("filling-1", "line", "", "place", "ulm/filling/filling-1", "by", "category")).body
	for _, want := range []string{"87.5 % × 93.3 % × 98.0 % = 80.0 %", ">300<"} {
		if !strings.Contains(plain(page), want) || !strings.Contains(plain(report), want) {
			t.Errorf("%q stands on one of the pages only", want)
		}
	}
}

func TestAReportThatCannotBeIsTold(t *testing.T) {
	w := newWorld(t)
	w.user("Vera", plant.Viewer)
	b := w.signedIn("Vera")
	for address, want := range map[string]int{
		"/reports": http.StatusOK, "/reports/shift?line=nowhere": http.StatusNotFound, "/reports/shift?line=filling-1": http.StatusOK,
		"/reports/shift?line=filling-1&when=soon": http.StatusUnprocessableEntity, "/reports/shift?line=filling-1&at=x": http.StatusUnprocessableEntity,
		"/reports/shift?line=filling-1&format=doc": http.StatusUnprocessableEntity, "/reports/losses?place=moon": http.StatusNotFound,
		"/reports/losses?range=custom&from=x": http.StatusUnprocessableEntity, "/reports/losses?range=week&from=x&to=": http.StatusUnprocessableEntity, "/reports/losses?range=week&from=&to=": http.StatusOK, "/reports/losses?range=month": http.StatusOK, "/reports/losses?range=year": http.StatusUnprocessableEntity,
	} {
		if a := b.get(address); a.status != want {
			t.Errorf("%s: %d, want %d", address, a.status, want)
		}
	}
	if a := b.get("/reports/losses?range=custom&from=%3Cscript%3E&to=2026-01-01"); strings.Contains(a.body, "<script>&") || !strings.Contains(a.body, "Write a date") {
		t.Errorf("%s", a.body)
	}
}
