package written

import (
	"fmt"
	"strings"
	"time"

	"millwright/internal/erp/item"
	"millwright/internal/errs"
)

// entries are the lines of a text, or its parts between semicolons.
func entries(text string) (all []string) {
	for _, line := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == ';' }) {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}

// readUnits reads "XBG = 25" on each line: one bag is 25 stock units.
func readUnits(i *item.Item, text string, _ *time.Location) error {
	i.Units = nil
	for _, line := range entries(text) {
		unit, factor, _ := strings.Cut(line, "=")
		r, err := item.ParseRatio(factor)
		if err != nil {
			return fmt.Errorf("%q: write a unit and how many stock units it is, as XBG = 25", errs.Clip(line))
		}
		i.Units = append(i.Units, item.Unit{Code: UnitCode(unit), Factor: r})
	}
	return nil
}

// WriteUnits writes units as readUnits reads them.
func WriteUnits(all []item.Unit) string {
	return lines(all, func(u item.Unit) string { return u.Code + " = " + u.Factor.String() })
}

// readRevisions reads "B from 2026-03-02: new drill pattern" on each line; the time and the note may be left out.
func readRevisions(i *item.Item, text string, zone *time.Location) error {
	i.Revisions = nil
	for line := range strings.Lines(text) { // a note may hold a semicolon
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		head, note, _ := strings.Cut(line, ": ")
		r := item.Revision{Name: strings.TrimSpace(strings.TrimSuffix(head, ":")), Note: strings.TrimSpace(note)}
		if at := strings.LastIndex(head, " from "); at >= 0 {
			from, err := ParseTime(head[at+len(" from "):], zone)
			if err != nil {
				return fmt.Errorf("%q: %w", errs.Clip(line), err)
			}
			r.Name, r.From = strings.TrimSpace(head[:at]), from
		}
		i.Revisions = append(i.Revisions, r)
	}
	return nil
}

// WriteRevisions writes revisions as readRevisions reads them.
func WriteRevisions(all []item.Revision, zone *time.Location) string {
	return lines(all, func(r item.Revision) string {
		text := r.Name
		if !r.From.IsZero() {
			text += " from " + WriteTime(r.From, zone)
		}
		if r.Note != "" {
			text += ": " + strings.Join(strings.Fields(r.Note), " ")
		}
		return text
	})
}

// ParseTime reads a date, or a date and a time, of a zone, or a time of RFC 3339.
func ParseTime(text string, zone *time.Location) (time.Time, error) {
	text = strings.TrimSpace(text)
	for _, layout := range []string{time.DateOnly, "2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02T15:04:05"} {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil && t.Year() >= 1970 && t.Year() < 10000 {
			return t.UTC(), nil
		}
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil && t.Year() >= 1970 && t.Year() < 10000 {
		return t.UTC(), nil
	}
	return time.Time{}, fmt.Errorf("%q is no date like 2026-03-02 or 2026-03-02 06:00", errs.Clip(text))
}

// WriteTime writes a time as ParseTime reads it, as short as it can be.
func WriteTime(t time.Time, zone *time.Location) string {
	t = t.In(zone)
	if t.Hour()+t.Minute()+t.Second()+t.Nanosecond() == 0 {
		return t.Format(time.DateOnly)
	}
	if t.Second()+t.Nanosecond() == 0 {
		return t.Format("2006-01-02 15:04")
	}
	return t.UTC().Format(time.RFC3339)
}

// readAlternates reads "A-200 = 1.5" on each line, the best first; the factor may be left out.
func readAlternates(i *item.Item, text string, _ *time.Location) (err error) {
	i.Alternates = nil
	for n, line := range entries(text) {
		a := item.Alternate{Number: line, Rank: int64(n), Factor: item.One()}
		if at := strings.LastIndex(line, "="); at >= 0 {
			if a.Factor, err = item.ParseRatio(line[at+1:]); err != nil {
				return err
			}
			a.Number = strings.TrimSpace(line[:at])
		}
		i.Alternates = append(i.Alternates, a)
	}
	return nil
}

// WriteAlternates writes alternates as readAlternates reads them.
func WriteAlternates(all []item.Alternate) string {
	return lines(all, func(a item.Alternate) string {
		if a.Factor.Whole() == item.One() {
			return a.Number
		}
		return a.Number + " = " + a.Factor.String()
	})
}

func lines[T any](all []T, say func(T) string) string {
	out := make([]string, len(all))
	for i, a := range all {
		out[i] = say(a)
	}
	return strings.Join(out, "\n")
}
