// Package tagtable is the tags of machine types as a table, one row each, for spreadsheets: out of a plant, and into one.
package tagtable

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"millwright/config"
	"millwright/internal/errs"
	"millwright/internal/sheet"
)

// column is one setting of a tag. cell gives what stands there, and set reads it.
type column struct {
	name string // of the key, and of the column without what stands in brackets
	head string
	cell func(config.TagEntry) sheet.Cell
	set  func(e *config.TagEntry, text string, comma bool) error
}

// The columns that name a tag; a table cannot be read without them.
const (
	machineColumn = "machine type"
	tagColumn     = "tag"
)

// The columns of which one says where the values come from.
const (
	addressColumn = "address"
	formulaColumn = "formula"
)

// columns are the settings, in the order of the table.
func columns() []column {
	return []column{
		words(addressColumn, func(e *config.TagEntry) *string { return &e.Address }),
		words(formulaColumn, func(e *config.TagEntry) *string { return &e.Expr }),
		words("label", func(e *config.TagEntry) *string { return &e.Label }),
		words("unit", func(e *config.TagEntry) *string { return &e.Unit }),
		words("data type", func(e *config.TagEntry) *string { return &e.Type }),
		span("interval", func(e *config.TagEntry) *time.Duration { return &e.Interval }),
		whole("queue", func(e *config.TagEntry) *int { return &e.Queue }),
		number("deadband", func(e *config.TagEntry) *float64 { return &e.Deadband }),
		number("deadband percent", func(e *config.TagEntry) *float64 { return &e.Percent }),
		number("swing", func(e *config.TagEntry) *float64 { return &e.Swing }),
		span("heartbeat", func(e *config.TagEntry) *time.Duration { return &e.Heartbeat }),
		number("scale", func(e *config.TagEntry) *float64 { return &e.Scale }),
		number("offset", func(e *config.TagEntry) *float64 { return &e.Offset }),
		perhaps("low", func(e *config.TagEntry) **float64 { return &e.Low }),
		perhaps("high", func(e *config.TagEntry) **float64 { return &e.High }),
		{
			"writable", "writable",
			func(e config.TagEntry) sheet.Cell {
				if e.Writable {
					return sheet.Text("yes")
				}
				return sheet.Cell{}
			},
			func(e *config.TagEntry, text string, _ bool) (err error) {
				e.Writable, err = yes(text)
				return err
			},
		},
	}
}

func words(name string, at func(*config.TagEntry) *string) column {
	return column{
		name, name,
		func(e config.TagEntry) sheet.Cell { return sheet.Text(*at(&e)) },
		func(e *config.TagEntry, text string, _ bool) error {
			*at(e) = strings.TrimSpace(text)
			return nil
		},
	}
}

func span(name string, at func(*config.TagEntry) *time.Duration) column {
	return column{
		name, name + " (s)",
		func(e config.TagEntry) sheet.Cell { return orEmpty(at(&e).Seconds()) },
		func(e *config.TagEntry, text string, comma bool) (err error) {
			*at(e), err = interval(text, comma)
			return err
		},
	}
}

func number(name string, at func(*config.TagEntry) *float64) column {
	return column{
		name, name,
		func(e config.TagEntry) sheet.Cell { return orEmpty(*at(&e)) },
		func(e *config.TagEntry, text string, comma bool) error {
			f, err := decimal(text, comma)
			*at(e) = f
			return err
		},
	}
}

func whole(name string, at func(*config.TagEntry) *int) column {
	return column{
		name, name,
		func(e config.TagEntry) sheet.Cell { return orEmpty(float64(*at(&e))) },
		func(e *config.TagEntry, text string, comma bool) error {
			f, err := decimal(text, comma)
			if err == nil && f != float64(int32(f)) {
				err = fmt.Errorf("%q is no whole number", errs.Clip(text))
			}
			*at(e) = int(f)
			return err
		},
	}
}

func perhaps(name string, at func(*config.TagEntry) **float64) column {
	return column{
		name, name,
		func(e config.TagEntry) sheet.Cell {
			if f := *at(&e); f != nil {
				return sheet.Number(*f)
			}
			return sheet.Cell{}
		},
		func(e *config.TagEntry, text string, comma bool) error {
			*at(e) = nil
			if strings.TrimSpace(text) == "" {
				return nil
			}
			f, err := decimal(text, comma)
			*at(e) = &f
			return err
		},
	}
}

// orEmpty is a number of which 0 is the same as none.
func orEmpty(f float64) sheet.Cell {
	if f == 0 {
		return sheet.Cell{}
	}
	return sheet.Number(f)
}

// decimal reads a number with a point, or a comma where that separates no cells; "" is 0.
func decimal(text string, comma bool) (float64, error) {
	text = strings.ReplaceAll(strings.TrimSpace(text), "\u2212", "-")
	if text == "" {
		return 0, nil
	}
	plain := text
	if strings.Contains(text, ",") {
		if !comma || strings.Contains(text, ".") || strings.Count(text, ",") > 1 {
			return 0, fmt.Errorf("%q is no number; write it like 1234.5", errs.Clip(text))
		}
		plain = strings.Replace(text, ",", ".", 1)
	}
	f, err := strconv.ParseFloat(plain, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) || strings.ContainsAny(plain, "xX_") {
		return 0, fmt.Errorf("%q is no number; write it like 1234.5", errs.Clip(text))
	}
	return f, nil
}

// interval reads seconds, or a time with its unit: 0.5, 500ms, 2s.
func interval(text string, comma bool) (time.Duration, error) {
	text = strings.TrimSpace(text)
	if d, err := time.ParseDuration(text); err == nil {
		return d, nil
	}
	f, err := decimal(text, comma)
	if err != nil || math.Abs(f) > 1e9 {
		return 0, fmt.Errorf("%q is no time; write seconds, like 0.5", errs.Clip(text))
	}
	return time.Duration(f * float64(time.Second)).Round(time.Microsecond), nil
}

func yes(text string) (bool, error) {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "", "no", "false", "0", "n":
		return false, nil
	case "yes", "true", "1", "y", "x":
		return true, nil
	}
	return false, fmt.Errorf("%q is neither yes nor no", errs.Clip(text))
}

// Table is every tag of the machine types of a plant, or of one, under its head.
func Table(d config.Document, only string) [][]sheet.Cell {
	cols := columns()
	head := []sheet.Cell{sheet.Text(machineColumn), sheet.Text(tagColumn)}
	for _, c := range cols {
		head = append(head, sheet.Text(c.head))
	}
	rows := [][]sheet.Cell{head}
	for _, m := range sorted(d.Machines) {
		if only != "" && m != only {
			continue
		}
		tags := d.Machines[m].Tags
		for _, name := range sorted(tags) {
			row := []sheet.Cell{sheet.Text(m), sheet.Text(name)}
			for _, c := range cols {
				row = append(row, c.cell(tags[name]))
			}
			rows = append(rows, row)
		}
	}
	return rows
}

func sorted[T any](m map[string]T) []string {
	all := make([]string, 0, len(m))
	for name := range m {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}
