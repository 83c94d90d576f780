package register

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Op is how a filter compares.
type Op string

// The comparisons. Contains does so without regard to the case of ASCII letters.
const (
	Is       Op = "="
	Contains Op = "~"
	From     Op = ">=" // that or more
	To       Op = "<=" // that or less; of a date: to the end of that day
)

// Filter narrows a list by one column. Of several for one column all must hold.
type Filter struct {
	Key    string
	Op     Op
	Words  []string // what is compared with, of words; of Is: any of them
	Number int64    // what is compared with, of a number
}

// The bounds of what is asked.
const (
	MostRows    = 1000 // on one page
	mostFilters = 20
	mostWords   = 50
	longest     = 200 // bytes of a word
)

// Ask is what is asked of a list.
type Ask struct {
	Columns []string // in the order in which they are shown; none for those of the definition
	Sort    string   // a column's key; "-" before it for the other way round; "" for the definition's
	Search  string   // words that stand in a number or a name
	Filters []Filter
	Cursor  string // where a page begins; "" for the first
	Limit   int    // rows of a page; 50 when 0
	Bare    bool   // nothing is counted and added up
}

// Check tells all that is wrong with what is asked, and fills in what was left out.
func (a *Ask) Check(d Definition) error {
	var wrong []errs.Field
	say := func(path, words string, args ...any) {
		wrong = append(wrong, errs.Field{Path: path, Message: fmt.Sprintf(words, args...)})
	}
	if len(a.Columns) == 0 {
		a.Columns = d.Shown()
	}
	for i, key := range a.Columns {
		if _, ok := d.Column(key); !ok || slices.Index(a.Columns, key) != i {
			say("columns", "There is no column %q, or it is named twice.", errs.Clip(key))
		}
	}
	if a.Sort == "" {
		a.Sort = d.Order
	}
	if c, ok := d.Column(strings.TrimPrefix(a.Sort, "-")); !ok || !c.Sort {
		say("sort", "The list cannot be ordered by %q.", errs.Clip(a.Sort))
	}
	if a.Search = strings.TrimSpace(a.Search); len(a.Search) > longest || !utf8.ValidString(a.Search) || strings.ContainsRune(a.Search, 0) {
		say("q", "Look for fewer words.")
	}
	if a.Limit == 0 {
		a.Limit = 50
	}
	if a.Limit < 1 || a.Limit > MostRows {
		say("limit", "A page has 1 to %d rows.", MostRows)
	}
	if len(a.Filters) > mostFilters {
		say("filter", "A list is narrowed by %d filters at most.", mostFilters)
	}
	for _, f := range a.Filters {
		if err := f.check(d); err != "" {
			say("filter", "%s", err)
		}
	}
	if wrong != nil {
		return &errs.Error{Kind: errs.Invalid, Words: "this cannot be asked of the list of " + d.Many, Fields: wrong}
	}
	return nil
}

func (f Filter) check(d Definition) string {
	c, ok := d.Column(f.Key)
	if !ok || !c.Filter {
		return fmt.Sprintf("The list cannot be narrowed by %q.", errs.Clip(f.Key))
	}
	if c.Kind.Number() {
		if f.Op == Contains || len(f.Words) > 0 {
			return c.Title + " is a number: give =, >= or <=."
		}
		return ""
	}
	if len(f.Words) == 0 || len(f.Words) > mostWords || f.Op != Is && len(f.Words) > 1 || f.Number != 0 {
		return fmt.Sprintf("Narrow %s by 1 to %d words.", c.Title, mostWords)
	}
	for _, w := range f.Words {
		if len(w) > longest || !utf8.ValidString(w) || strings.ContainsRune(w, 0) {
			return fmt.Sprintf("What %s is narrowed by is too long.", c.Title)
		}
		if c.Kind == State && (f.Op != Is || !slices.ContainsFunc(c.Words, func(known Word) bool { return known.Value == w })) {
			return fmt.Sprintf("%s is none of %s.", errs.Clip(w), c.Title)
		}
	}
	return ""
}

// ParseFilter reads a filter as it stands in addresses: "number=A-1", "state=open|held", "name~cola", "due>=2026-12-01".
// Dates are those of a zone.
func ParseFilter(d Definition, s string, zone *time.Location) (Filter, error) {
	at := strings.IndexAny(s, "=~<>")
	if at < 1 {
		return Filter{}, errs.New(errs.Invalid, "%q is no filter: write column=value, column~part, column>=least or column<=most", errs.Clip(s))
	}
	f := Filter{Key: s[:at]}
	rest := s[at:]
	for _, op := range []Op{From, To, Is, Contains} {
		if after, ok := strings.CutPrefix(rest, string(op)); ok {
			f.Op, rest = op, after
			break
		}
	}
	c, ok := d.Column(f.Key)
	if f.Op == "" || !ok || !c.Filter {
		return Filter{}, errs.New(errs.Invalid, "the list of %s cannot be narrowed by %q", d.Many, errs.Clip(s))
	}
	if !c.Kind.Number() {
		f.Words = []string{rest}
		if f.Op == Is {
			f.Words = strings.Split(rest, "|")
		}
		return f, nil
	}
	n, err := c.parse(rest, zone)
	if err != nil {
		return Filter{}, errs.New(errs.Invalid, "narrow the list of %s by %s: %w", d.Many, c.Title, err)
	}
	f.Number = n
	return f, nil
}

// String writes a filter as ParseFilter reads it.
func (f Filter) String(c Column, zone *time.Location) string {
	if c.Kind.Number() {
		return f.Key + string(f.Op) + c.write(f.Number, zone)
	}
	return f.Key + string(f.Op) + strings.Join(f.Words, "|")
}

// parse reads a number of the column's kind. The end of a day is asked for by its date.
func (c Column) parse(s string, zone *time.Location) (int64, error) {
	s = strings.TrimSpace(s)
	switch c.Kind {
	case Date, Time:
		for _, layout := range []string{time.DateOnly, "2006-01-02T15:04", "2006-01-02 15:04", time.RFC3339} {
			if t, err := time.ParseInLocation(layout, s, zone); err == nil && t.Year() > 1900 && t.Year() < 2300 {
				return t.UnixMicro(), nil
			}
		}
		return 0, fmt.Errorf("%q is no date: write 2026-11-28", errs.Clip(s))
	case Count:
		q, err := plant.ParseQuantity(s)
		if err != nil || q%plant.One != 0 {
			return 0, fmt.Errorf("%q is no whole number", errs.Clip(s))
		}
		return int64(q / plant.One), nil
	}
	q, err := plant.ParseQuantity(s)
	if err != nil {
		return 0, fmt.Errorf("%q is no number", errs.Clip(s))
	}
	return int64(q), nil
}

// write gives a number of the column's kind as parse reads it, which no reader's language changes.
func (c Column) write(n int64, zone *time.Location) string {
	switch c.Kind {
	case Date:
		return time.UnixMicro(n).In(zone).Format(time.DateOnly)
	case Time:
		return time.UnixMicro(n).In(zone).Format(time.RFC3339)
	case Count:
		return fmt.Sprint(n)
	}
	return plant.Quantity(n).String()
}

// Until gives the number that a filter To means to be exceeded first: for a date the next day, in a zone.
func (f Filter) Until(c Column, zone *time.Location) (below int64, whole bool) {
	if f.Op != To || c.Kind != Date {
		return f.Number, false
	}
	t := time.UnixMicro(f.Number).In(zone)
	return time.Date(t.Year(), t.Month(), t.Day()+1, 0, 0, 0, 0, zone).UnixMicro(), true
}
