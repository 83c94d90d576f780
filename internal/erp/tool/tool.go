// Package tool is what operations take besides machines and people: moulds, fixtures, gauges, by how many there are of each.
package tool

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"millwright/internal/erp/item"
	"millwright/internal/errs"
)

// Tool is a kind of tool, of which there may be several that are as good as each other.
type Tool struct {
	ID      int64
	Number  string // unique without regard to case
	Name    string
	Count   int64     // how many there are
	Away    int64     // of these in maintenance
	Back    time.Time // when they are back; zero: nobody knows
	Place   string    // where it is kept, in words
	Note    string
	Retired bool // operations take it no more
	Version int64
}

// Out is how many are in maintenance at a moment.
func (t Tool) Out(at time.Time) int64 {
	if !t.Back.IsZero() && !at.Before(t.Back) {
		return 0
	}
	return t.Away
}

// Tidy is a tool as it is kept.
func (t Tool) Tidy() Tool {
	t.Number, t.Name, t.Place, t.Note = strings.TrimSpace(t.Number), strings.TrimSpace(t.Name), strings.TrimSpace(t.Place), strings.TrimSpace(t.Note)
	if t.Away == 0 {
		t.Back = time.Time{}
	}
	return t
}

// Most is how many there are of a tool at most.
const Most = 100_000

// Check tells all that is wrong with a tool.
func (t Tool) Check() error {
	var f []errs.Field
	say := func(bad bool, path, format string, args ...any) {
		if bad {
			f = append(f, errs.Field{Path: path, Message: fmt.Sprintf(format, args...)})
		}
	}
	for _, x := range []struct {
		path, text  string
		least, most int
	}{{"number", t.Number, 1, 40}, {"name", t.Name, 1, 200}, {"place", t.Place, 0, 200}, {"note", t.Note, 0, 4000}} {
		n := utf8.RuneCountInString(x.text)
		odd := func(r rune) bool {
			return unicode.IsControl(r) && (x.path != "note" || r != '\n' && r != '\r' && r != '\t')
		}
		say(n < x.least, x.path, "write it: it is empty")
		say(n > x.most, x.path, "it has %d letters; the most is %d", n, x.most)
		say(!utf8.ValidString(x.text) || strings.ContainsFunc(x.text, odd), x.path, "it may hold no control characters")
	}
	say(t.Count < 0 || t.Count > Most, "count", "write how many there are: between 0 and %d", Most)
	say(t.Away < 0 || t.Away > max(0, t.Count), "away", "write how many of the %d are in maintenance", max(0, t.Count))
	if len(f) == 0 {
		return nil
	}
	return &errs.Error{Kind: errs.Invalid, Words: "the tool cannot be kept: mend what is wrong with it", Fields: f}
}

// Told is a tool as "name: value" line by line, for the audit chain.
func (t Tool) Told() string {
	words := fmt.Sprintf("Number: %s\nName: %s\nThere are: %d\nIn maintenance: %d", t.Number, t.Name, t.Count, t.Away)
	for _, w := range []struct {
		is   bool
		text string
	}{{!t.Back.IsZero(), "Back: " + t.Back.UTC().Format(time.RFC3339)}, {t.Place != "", "Kept at: " + t.Place}, {t.Note != "", "Note: " + t.Note}, {t.Retired, "Retired: yes"}} {
		if w.is {
			words += "\n" + w.text
		}
	}
	return words
}

// Book keeps tools. Every change is audited in its own transaction, on "tool/3".
type Book interface {
	Tool(ctx context.Context, id int64) (Tool, error) // errs.NotFound when there is none
	Add(ctx context.Context, t Tool, c item.Change) (Tool, error)
	Save(ctx context.Context, t Tool, c item.Change) (Tool, error) // by ID and Version; errs.Conflict when somebody was first
	Kit(ctx context.Context) (Kit, error)
	Uses(ctx context.Context, id int64) ([]Use, error) // by bills that are not obsolete, the newest first; at most 500
}

// Kit is what operations may take, by number: all tools, and the names of all skills.
type Kit struct {
	Tools  map[int64]Tool
	Skills map[int64]string
}

// Sorted is all tools by their numbers.
func (k Kit) Sorted() []Tool {
	all := make([]Tool, 0, len(k.Tools))
	for _, t := range k.Tools {
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b Tool) int { return cmp.Compare(strings.ToLower(a.Number), strings.ToLower(b.Number)) })
	return all
}

// Numbered finds a tool by its number, without regard to case.
func (k Kit) Numbered(number string) (Tool, bool) {
	for _, t := range k.Tools {
		if strings.EqualFold(t.Number, strings.TrimSpace(number)) {
			return t, true
		}
	}
	return Tool{}, false
}

// Skill finds a skill by its name, without regard to case; 0 where there is none.
func (k Kit) Skill(name string) (id int64) {
	for n, is := range k.Skills {
		if strings.EqualFold(is, strings.TrimSpace(name)) && (id == 0 || n < id) {
			id = n
		}
	}
	return id
}

// Use is an operation of a bill that takes a tool.
type Use struct {
	Bill      int64
	Version   int64 // of its item
	State     string
	Item      string // its number
	Name      string
	Position  int64
	Operation string
	Tools     int64
}
