package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"millwright/internal/errs"
)

// The bounds of a table that is read.
const (
	MaxFile    = 8 << 20 // bytes
	MaxRows    = 20_000
	MaxColumns = 64
	MaxCell    = 2_000 // bytes; a longer one is cut, and ends with …

	maxUnpacked = 32 << 20 // bytes of a workbook
	maxBeside   = 8 << 20  // of them beside its sheets
	maxParts    = 500
	lastRow     = 5 * MaxRows // that may have something in it
)

// Table is a table as it was read: a head, and rows of as many cells at most.
type Table struct {
	Head  []string
	Rows  []Row
	Comma bool // a comma between digits is a decimal one: it separates no cells
}

// Row is one row that is not empty.
type Row struct {
	Number int // in the file, as a spreadsheet or an editor counts
	Cells  []string
}

// Cell is the cell of a column; "" where the row is shorter.
func (r Row) Cell(column int) string {
	if column < 0 || column >= len(r.Cells) {
		return ""
	}
	return r.Cells[column]
}

// Read reads a CSV file (UTF-8, UTF-16 or Windows-1252; between cells a comma, a semicolon or a tab) or the first sheet
// of an XLSX workbook. What is no table, or too large, is errs.Invalid.
func Read(file []byte) (Table, error) {
	switch {
	case len(file) > MaxFile:
		return Table{}, errs.New(errs.Invalid, "the file has more than %d MB; split it", MaxFile>>20)
	case bytes.HasPrefix(file, []byte("PK\x03\x04")):
		return readXLSX(file)
	case bytes.HasPrefix(file, []byte{0xD0, 0xCF, 0x11, 0xE0}):
		return Table{}, errs.New(errs.Invalid, "the file is an old or a protected workbook; save it as XLSX without a password, or as CSV")
	}
	return readCSV(file)
}

func readCSV(file []byte) (Table, error) {
	text, err := decoded(file)
	if err != nil {
		return Table{}, err
	}
	if strings.ContainsRune(text, 0) {
		return Table{}, errs.New(errs.Invalid, "the file is no table: save it as CSV or XLSX")
	}
	between := separator(text)
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes, r.ReuseRecord = between, -1, true, true
	b := builder{table: Table{Comma: between != ','}}
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return b.end()
		}
		if err != nil {
			return Table{}, errs.New(errs.Invalid, "the file is no table: %w", err)
		}
		line, _ := r.FieldPos(0)
		if err := b.add(line, cells); err != nil {
			return Table{}, err
		}
	}
}

// decoded gives the text of a file in one of the alphabets that spreadsheets write.
func decoded(file []byte) (string, error) {
	from := unicode.UTF8BOM
	switch {
	case bytes.HasPrefix(file, []byte{0xFF, 0xFE}), bytes.HasPrefix(file, []byte{0xFE, 0xFF}):
		from = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case !utf8.Valid(file):
		from = charmap.Windows1252
	}
	text, err := from.NewDecoder().Bytes(file)
	if err != nil {
		return "", errs.New(errs.Invalid, "the file is in an alphabet that is not known; save it as CSV UTF-8")
	}
	return string(text), nil
}

// separator is what stands most often between the names of the head.
func separator(text string) rune {
	best, most, quoted := ',', 0, false
	counts := map[rune]int{}
	for _, c := range text {
		switch {
		case c == '"':
			quoted = !quoted
		case c == '\n' && !quoted && len(counts) > 0:
			return best
		case !quoted && (c == ',' || c == ';' || c == '\t'):
			if counts[c]++; counts[c] > most {
				best, most = c, counts[c]
			}
		}
	}
	return best
}

// readXLSX reads the first sheet. Nothing is unpacked to a disk, and no more than memory is meant for.
func readXLSX(file []byte) (t Table, err error) {
	defer func() {
		if recover() != nil { // the library trusts what a workbook says of itself
			t, err = Table{}, errs.New(errs.Invalid, "the file is a broken workbook; open it and save it as XLSX anew")
		}
	}()
	if err := fits(file); err != nil {
		return Table{}, err
	}
	f, err := excelize.OpenReader(bytes.NewReader(file), excelize.Options{UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxUnpacked, RawCellValue: true})
	if err != nil {
		return Table{}, errs.New(errs.Invalid, "the file is no workbook that can be read; save it as XLSX anew, or as CSV")
	}
	defer func() { _ = f.Close() }() // nothing of it is on a disk
	names := f.GetSheetList()
	if len(names) == 0 {
		return Table{}, errs.New(errs.Invalid, "the workbook has no sheet")
	}
	rows, err := f.Rows(names[0])
	if err != nil {
		return Table{}, errs.New(errs.Invalid, "the first sheet of the workbook cannot be read; save it as XLSX anew, or as CSV")
	}
	defer func() { _ = rows.Close() }()
	b := builder{table: Table{Comma: true}}
	for number := 1; rows.Next(); number++ {
		if number > lastRow {
			return Table{}, errs.New(errs.Invalid, "the sheet goes on beyond row %d; take the empty rows out", lastRow)
		}
		cells, err := rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return Table{}, errs.New(errs.Invalid, "row %d of the workbook cannot be read; save it as XLSX anew, or as CSV", number)
		}
		if err := b.add(number, cells); err != nil {
			return Table{}, err
		}
	}
	if rows.Error() != nil {
		return Table{}, errs.New(errs.Invalid, "the workbook breaks off; save it as XLSX anew, or as CSV")
	}
	return b.end()
}

// fits looks at what a workbook says that it unpacks to; the reader of zips holds it to that.
func fits(file []byte) error {
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return errs.New(errs.Invalid, "the file is no workbook that can be read; save it as XLSX anew, or as CSV")
	}
	all, beside := uint64(0), uint64(0)
	for _, part := range z.File {
		size := min(part.UncompressedSize64, maxUnpacked+1)
		if all += size; !strings.HasPrefix(part.Name, "xl/worksheets/") {
			beside += size
		}
	}
	if all > maxUnpacked || beside > maxBeside || len(z.File) > maxParts {
		return errs.New(errs.Invalid, "the workbook unpacks to more than a table of %d rows can have; save its sheet as CSV", MaxRows)
	}
	return nil
}

// builder puts a table together within its bounds.
type builder struct {
	table Table
}

func (b *builder) add(number int, cells []string) error {
	for len(cells) > 0 && strings.TrimSpace(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	if len(cells) == 0 {
		return nil
	}
	if len(cells) > MaxColumns {
		return errs.New(errs.Invalid, "row %d has more than %d columns", number, MaxColumns)
	}
	own := make([]string, len(cells))
	for i, c := range cells {
		own[i] = bounded(Plain(c))
	}
	if b.table.Head == nil {
		b.table.Head = own
		return nil
	}
	if len(b.table.Rows) == MaxRows {
		return errs.New(errs.Invalid, "the table has more than %d rows; split it", MaxRows)
	}
	b.table.Rows = append(b.table.Rows, Row{number, own})
	return nil
}

func (b *builder) end() (Table, error) {
	if b.table.Head == nil {
		return Table{}, errs.New(errs.Invalid, "the file is empty")
	}
	return b.table, nil
}

// bounded is a cell as valid text of bounded length, with nothing of the rest of the file held in memory.
func bounded(s string) string {
	if len(s) > MaxCell {
		s = s[:MaxCell] + "…"
	}
	return strings.Clone(strings.ToValidUTF8(s, "\uFFFD"))
}
