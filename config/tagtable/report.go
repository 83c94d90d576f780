package tagtable

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"millwright/config"
	"millwright/config/machines"
	"millwright/internal/errs"
	"millwright/internal/plant/measure"
	"millwright/internal/sheet"
)

// Outcome is what would become of a row.
type Outcome string

// The outcomes.
const (
	Wrong   Outcome = "wrong"
	New     Outcome = "new"
	Changed Outcome = "changed"
	Same    Outcome = "unchanged"
)

// Change is one setting of a tag as it is, and as the row has it.
type Change struct{ Column, Old, New string }

// Row is one row of a table, and what would become of it.
type Row struct {
	Number       int
	Machine, Tag string
	Outcome      Outcome
	Changes      []Change
	Faults       []errs.Field // by column
	Hint         string       // what to look at once more; may be ""
	entry        config.TagEntry
}

// Report is what a table would do to a plant.
type Report struct {
	Rows   []Row
	Notes  []string // about the table as a whole
	Counts map[Outcome]int
}

// Good is how many rows would change something.
func (r Report) Good() int { return r.Counts[New] + r.Counts[Changed] }

// Compare tells what every row of a table would do to a plant: one that is wrong stops no other. told hears of each
// row that was looked at. A table in which the tags are not named is errs.Invalid.
func Compare(t sheet.Table, d config.Document, told func(done int)) (Report, error) {
	c, err := read(t)
	if err != nil {
		return Report{}, err
	}
	r := Report{Notes: c.notes, Counts: map[Outcome]int{}}
	seen := map[[2]string]int{}
	for i, row := range t.Rows {
		one := c.compare(row, d)
		key := [2]string{one.Machine, one.Tag}
		if first, twice := seen[key]; twice && one.Tag != "" {
			one.fail(tagColumn, "Row %d has this tag already; keep one of them.", first)
		} else {
			seen[key] = row.Number
		}
		if len(one.Faults) > 0 {
			one.Outcome, one.Changes = Wrong, nil
		}
		r.Counts[one.Outcome]++
		r.Rows = append(r.Rows, one)
		told(i + 1)
	}
	r.formulas(d)
	return r, nil
}

// reader knows where in a table the settings stand.
type reader struct {
	machine, tag int
	at           []int // of each column; -1 where the table has none
	columns      []column
	comma        bool
	notes        []string
}

func read(t sheet.Table) (reader, error) {
	r := reader{machine: -1, tag: -1, columns: columns(), comma: t.Comma}
	r.at = slices.Repeat([]int{-1}, len(r.columns))
	var unknown, twice []string
	for i, head := range t.Head {
		name := named(head)
		place := r.place(name)
		switch {
		case place == nil && name != "":
			unknown = append(unknown, fmt.Sprintf("%q", errs.Clip(head)))
		case place == nil:
		case *place >= 0:
			twice = append(twice, fmt.Sprintf("%q", errs.Clip(head)))
		default:
			*place = i
		}
	}
	if len(twice) > 0 {
		return r, errs.New(errs.Invalid, "the table has the column %s twice; keep one of them", strings.Join(twice, ", "))
	}
	if r.machine < 0 || r.tag < 0 {
		return r, errs.New(errs.Invalid, "the first row must name the columns, among them %q and %q: export the tags to see how a table looks", machineColumn, tagColumn)
	}
	if len(unknown) > 0 {
		r.notes = append(r.notes, "These columns are not known and are left out: "+strings.Join(unknown, ", ")+".")
	}
	return r, nil
}

// named is the name of a column without its case, and without what stands in brackets.
func named(head string) string {
	name, _, _ := strings.Cut(head, "(")
	return strings.ToLower(strings.Join(strings.FieldsFunc(name, func(c rune) bool { return c == ' ' || c == '_' || c == '\u00a0' }), " "))
}

func (r *reader) place(name string) *int {
	switch name {
	case machineColumn, "machine", "type":
		return &r.machine
	case tagColumn, "name":
		return &r.tag
	}
	for i, c := range r.columns {
		if c.name == name {
			return &r.at[i]
		}
	}
	return nil
}

// compare tells what one row would do. A setting whose column is missing stays; an empty cell empties it.
func (r reader) compare(row sheet.Row, d config.Document) Row {
	one := Row{Number: row.Number, Machine: strings.TrimSpace(row.Cell(r.machine)), Tag: strings.TrimSpace(row.Cell(r.tag)), Outcome: New}
	was, known := d.Machines[one.Machine].Tags[one.Tag]
	one.entry = was
	if known {
		one.Outcome = Same
	} else {
		one.nameNew(d)
	}
	for i, c := range r.columns {
		if r.at[i] < 0 {
			continue
		}
		text, old := row.Cell(r.at[i]), c.cell(was)
		if text == sheet.Plain(old.String()) {
			continue
		}
		if err := c.set(&one.entry, text, r.comma); err != nil {
			one.fail(c.head, "%s.", upper(err.Error()))
			continue
		}
		if now := c.cell(one.entry); now != old {
			one.Changes = append(one.Changes, Change{c.head, sheet.Plain(old.String()), sheet.Plain(now.String())})
		}
	}
	if known && len(one.Changes) > 0 {
		one.Outcome = Changed
	}
	if one.Outcome != Same && len(one.Faults) == 0 { // what stands there already is not asked about again
		one.Faults = r.headed(machines.Check(one.entry))
		one.sourced(was)
		one.Hint = measure.Hint(one.entry.Unit)
	}
	return one
}

// headed names settings by their columns.
func (r reader) headed(wrong []errs.Field) []errs.Field {
	for i, w := range wrong {
		for _, c := range r.columns {
			if c.name == strings.ReplaceAll(w.Path, "_", " ") {
				wrong[i].Path = c.head
			}
		}
	}
	return wrong
}

// nameNew looks at the names of a tag that is not there yet.
func (r *Row) nameNew(d config.Document) {
	if _, known := d.Machines[r.Machine]; !known && !machines.Name.MatchString(r.Machine) {
		r.fail(machineColumn, "%q is no name of a machine type; use up to 40 small letters, digits, - and _.", errs.Clip(r.Machine))
	}
	if !machines.TagName.MatchString(r.Tag) {
		r.fail(tagColumn, "%q is no name of a tag; use up to 60 letters, digits, _, - and points.", errs.Clip(r.Tag))
	}
}

func (r *Row) fail(column, format string, args ...any) {
	r.Faults = append(r.Faults, errs.Field{Path: column, Message: fmt.Sprintf(format, args...)})
}

// Into puts the rows that are not wrong into a plant.
func (r Report) Into(d *config.Document) {
	types := maps.Clone(d.Machines)
	if types == nil {
		types = map[string]config.MachineType{}
	}
	own := map[string]bool{}
	for _, row := range r.Rows {
		if row.Outcome != New && row.Outcome != Changed {
			continue
		}
		t := types[row.Machine]
		if !own[row.Machine] {
			if t.Tags = maps.Clone(t.Tags); t.Tags == nil {
				t.Tags = map[string]config.TagEntry{}
			}
			own[row.Machine] = true
		}
		t.Tags[row.Tag] = row.entry
		types[row.Machine] = t
	}
	d.Machines = types
}

// Same tells whether two reports say the same of every row.
func (r Report) Same(o Report) bool {
	return slices.EqualFunc(r.Rows, o.Rows, func(a, b Row) bool {
		return a.Number == b.Number && a.Outcome == b.Outcome && slices.Equal(a.Changes, b.Changes) && slices.Equal(a.Faults, b.Faults)
	})
}

func upper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
