package replay

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"millwright/internal/errs"
	"millwright/internal/ot/tag"
)

// Format says how a log is written. The zero Format is `time|item|value`.
type Format struct {
	CSV   bool   // the first line names the columns
	Comma rune   // between columns; 0 means ','
	Time  string // name of the column; "" means "time"
	Item  string // "" means "item"; where there is no such column, every column but the time is an item
	Value string // "" means "value"

	Layout string         // Go's; "unix" and "unixms" count since 1970; "" takes ISO 8601
	Zone   *time.Location // of times that do not say theirs; nil means UTC
	Text   []string       // items whose values are text even where they look like numbers
}

// Row is one reading of a log.
type Row struct {
	Line    int
	Time    time.Time // UTC, cut to microseconds
	Item    string
	Raw     string // the value as it is written
	Value   tag.Value
	Quality tag.Quality // Bad when there is no value
}

// RowError says why one line of a log was left out. The lines after it are read all the same.
type RowError struct {
	Line int
	Why  string
}

func (e *RowError) Error() string { return fmt.Sprintf("line %d %s", e.Line, e.Why) }

// Read gives the rows of a log, plain or gzip, in their order. A *RowError is one hostile line, and goes
// on; any other error is the last thing that comes. Memory is bounded, whatever the log holds.
func Read(r io.Reader, f Format) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		in, err := newLines(r)
		if err != nil {
			yield(Row{}, err)
			return
		}
		p := &parser{Format: f, in: in}
		if err := p.header(); err != nil {
			if !errors.Is(err, io.EOF) {
				yield(Row{}, err)
			}
			return
		}
		p.rows(yield)
	}
}

// parser makes rows of lines.
type parser struct {
	Format
	in      *lines
	columns []string // of CSV
	time    int      // index of the column
	item    int      // -1: every column but the time is an item
	value   int
	fields  []string
}

func (p *parser) rows(yield func(Row, error) bool) {
	for {
		line, err := p.in.next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err == nil {
			if len(line) == 0 {
				continue
			}
			if err = p.row(string(line), yield); errors.Is(err, errStop) {
				return
			}
		}
		var hostile *RowError
		if err != nil && (!yield(Row{}, err) || !errors.As(err, &hostile)) {
			return
		}
	}
}

// errStop says that the reader of the rows wants no more.
var errStop = errors.New("stop")

// row yields what one line holds.
func (p *parser) row(line string, yield func(Row, error) bool) error {
	if !utf8.ValidString(line) {
		return p.in.refuse("is not UTF-8")
	}
	if !p.CSV {
		return p.piped(line, yield)
	}
	var err error
	if p.fields, err = split(line, p.Comma, p.fields[:0]); err != nil {
		return p.in.refuse("%s", err)
	}
	if len(p.fields) != len(p.columns) {
		return p.in.refuse("has %d columns, not %d", len(p.fields), len(p.columns))
	}
	at, err := p.when(p.fields[p.time])
	if err != nil {
		return err
	}
	if p.item >= 0 {
		return p.give(at, p.fields[p.item], p.fields[p.value], yield)
	}
	for i, v := range p.fields {
		if i == p.time || v == "" { // in a table, an empty cell is no reading
			continue
		}
		if err := p.give(at, p.columns[i], v, yield); err != nil {
			return err
		}
	}
	return nil
}

// piped reads `time|item|value`; the value may hold more of them.
func (p *parser) piped(line string, yield func(Row, error) bool) error {
	stamp, rest, _ := strings.Cut(line, "|")
	item, value, ok := strings.Cut(rest, "|")
	if !ok {
		return p.in.refuse("is not time|item|value")
	}
	at, err := p.when(stamp)
	if err != nil {
		return err
	}
	return p.give(at, item, value, yield)
}

func (p *parser) give(at time.Time, item, value string, yield func(Row, error) bool) error {
	item, value = strings.TrimSpace(item), strings.TrimSpace(value)
	if item == "" {
		return p.in.refuse("names no item")
	}
	r := Row{Line: p.in.number, Time: at, Item: item, Raw: value}
	r.Value, r.Quality = typed(value)
	if r.Quality.Good() && slices.Contains(p.Text, item) {
		r.Value = tag.TextValue(value)
	}
	if !yield(r, nil) {
		return errStop
	}
	return nil
}

// isoLayouts are tried in this order; fractions of a second are read by all.
var isoLayouts = [...]string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05"}

// when reads a time.
func (p *parser) when(s string) (time.Time, error) {
	s = strings.TrimSpace(s)
	zone := p.Zone
	if zone == nil {
		zone = time.UTC
	}
	switch p.Layout {
	case "":
		for _, layout := range isoLayouts {
			if t, err := time.ParseInLocation(layout, s, zone); err == nil {
				return p.sane(t, s)
			}
		}
	case "unix", "unixms":
		n, err := strconv.ParseFloat(s, 64)
		scale := 1e6
		if p.Layout == "unixms" {
			scale = 1e3
		}
		if us := n * scale; err == nil && us > -1e17 && us < 1e18 {
			return p.sane(time.UnixMicro(int64(us)), s)
		}
	default:
		if t, err := time.ParseInLocation(p.Layout, s, zone); err == nil {
			return p.sane(t, s)
		}
	}
	return time.Time{}, p.in.refuse("has the time %q, which cannot be read", errs.Clip(s))
}

func (p *parser) sane(t time.Time, s string) (time.Time, error) {
	t = t.UTC().Truncate(time.Microsecond)
	if t.Year() < 1 || t.Year() > 9999 || t.IsZero() {
		return time.Time{}, p.in.refuse("has the time %q, which no calendar shows", errs.Clip(s))
	}
	return t, nil
}
