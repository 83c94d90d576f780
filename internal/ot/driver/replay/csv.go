package replay

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"millwright/internal/errs"
)

// header reads the names of the columns and finds those that the format names.
func (p *parser) header() error {
	if !p.CSV {
		return nil
	}
	if p.Comma == 0 {
		p.Comma = ','
	}
	line, err := p.in.next()
	if err != nil {
		return err
	}
	if !utf8.Valid(line) {
		return errors.New("line 1 should name the columns, and is not UTF-8")
	}
	if p.columns, err = split(string(line), p.Comma, nil); err != nil {
		return fmt.Errorf("line 1 should name the columns, and %w", err)
	}
	for i, c := range p.columns {
		p.columns[i] = strings.TrimSpace(c)
	}
	p.time, p.item, p.value = p.column(p.Time, "time"), p.column(p.Item, "item"), p.column(p.Value, "value")
	switch {
	case p.time < 0:
		return p.missing(p.Time, "time")
	case p.item < 0 && p.Item != "":
		return p.missing(p.Item, "item")
	case p.value < 0 && (p.item >= 0 || p.Value != ""):
		return p.missing(p.Value, "value")
	}
	return nil
}

// column finds a column by its name, or, when none is asked for, by the usual one; -1 when it is not there.
func (p *parser) column(name, usual string) int {
	return slices.IndexFunc(p.columns, func(c string) bool {
		return c == name || name == "" && strings.EqualFold(c, usual)
	})
}

func (p *parser) missing(name, usual string) error {
	if name == "" {
		name = usual
	}
	return fmt.Errorf("line 1 names no column %q, but %s", name, errs.Clip(strings.Join(p.columns, ", ")))
}

// split cuts a line of CSV into its fields; a field in quotes must end on its line.
func split(line string, comma rune, fields []string) ([]string, error) {
	if !strings.Contains(line, `"`) {
		for f := range strings.SplitSeq(line, string(comma)) {
			fields = append(fields, f)
		}
		return fields, nil
	}
	in := csv.NewReader(strings.NewReader(line))
	in.Comma = comma
	in.TrimLeadingSpace = true
	got, err := in.Read()
	if err != nil {
		var parse *csv.ParseError
		if errors.As(err, &parse) || errors.Is(err, io.EOF) {
			return nil, errors.New("has quotes that do not match")
		}
		return nil, fmt.Errorf("is no CSV: %w", err)
	}
	return append(fields, got...), nil
}
