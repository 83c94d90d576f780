package written

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/erp/tool"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// Line is a line of a bill, field by field, as text. What is empty is as usual.
type Line struct {
	Position, Kind, Item, Quantity, Unit, Once, Scrap, Policy, Every, Operation, Instead, Share, Note string
}

// Operation is an operation of a bill, likewise.
type Operation struct {
	Position, Name, Centre, Setup, Run, Queue, Crew, Skill, Tool, Tools, Also, Note string
}

// Blank tells whether nothing is written in a line.
func (l Line) Blank() bool { return strings.TrimSpace(l.Item+l.Quantity+l.Once+l.Note) == "" }

// Blank tells whether nothing is written in an operation.
func (o Operation) Blank() bool { return strings.TrimSpace(o.Name+o.Centre+o.Setup+o.Run) == "" }

// Numbers are the items that lines name.
func Numbers(lines []Line) []string {
	all := make([]string, len(lines))
	for i, l := range lines {
		all[i] = strings.TrimSpace(l.Item)
	}
	return all
}

// Bill is a bill as somebody has written it.
type Bill struct {
	Batch, Revision, Note string
	Lines                 []Line
	Operations            []Operation
}

// Read writes what is written into a bill. Items and work centres are found by their numbers and codes, the latter in
// small letters, and what operations take in the kit. Everything that cannot be read is told at once.
func (b Bill) Read(into bill.Bill, items map[string]item.Item, centres map[string]bill.Centre, kit tool.Kit) (bill.Bill, error) {
	var wrong faults
	into.Revision, into.Note = strings.TrimSpace(b.Revision), strings.TrimSpace(b.Note)
	into.Batch = wrong.decimal("batch", cmp.Or(strings.TrimSpace(b.Batch), "1"))
	if len(b.Lines) > bill.MostLines || len(b.Operations) > bill.MostLines {
		wrong.say("lines", "a bill has at most %d lines", bill.MostLines)
		return into, wrong.error("the bill of material")
	}
	into.Lines, into.Operations = nil, nil
	for n, l := range b.Lines {
		into.Lines = append(into.Lines, wrong.line(fmt.Sprintf("lines[%d].", n), l, items))
	}
	for n, o := range b.Operations {
		into.Operations = append(into.Operations, wrong.operation(fmt.Sprintf("operations[%d].", n), o, centres, kit))
	}
	return into, wrong.error("the bill of material")
}

func (f faults) error(of string) error {
	if len(f) == 0 {
		return nil
	}
	return &errs.Error{Kind: errs.Invalid, Words: of + " cannot be read: mend what is wrong with it", Fields: f}
}

func (f *faults) decimal(path, text string) plant.Quantity {
	q, err := Decimal(text)
	if err != nil {
		f.say(path, "%s", err)
	}
	return q
}

func (f *faults) whole(path, text string) int64 {
	if text = strings.TrimSpace(text); text == "" {
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		f.say(path, "%q is no whole number", errs.Clip(text))
	}
	return n
}

func (f *faults) line(path string, l Line, items map[string]item.Item) bill.Line {
	number := strings.TrimSpace(l.Item)
	part, known := items[number]
	switch {
	case number == "":
		f.say(path+"item", "write the number of an item")
	case !known:
		f.say(path+"item", "there is no item %s", errs.Clip(number))
	}
	unit := ""
	if strings.TrimSpace(l.Unit) != "" {
		unit = UnitCode(l.Unit)
	}
	return bill.Line{
		Position: f.whole(path+"position", l.Position), Kind: bill.Kind(lower(l.Kind)), Item: part.ID, Unit: unit,
		Quantity: f.decimal(path+"quantity", l.Quantity), Once: f.decimal(path+"once", l.Once), Scrap: f.decimal(path+"scrap", percent(l.Scrap)),
		Policy: bill.Policy(lower(l.Policy)), Every: f.decimal(path+"every", l.Every), Operation: f.whole(path+"operation", l.Operation),
		Instead: f.whole(path+"instead", l.Instead), Share: f.decimal(path+"share", percent(l.Share)), Note: strings.TrimSpace(l.Note),
	}
}

func lower(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

func percent(s string) string {
	return strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s), "%"))
}

// units of time by the words that people use.
var durations = map[string]time.Duration{
	"": time.Minute, "s": time.Second, "sec": time.Second, "min": time.Minute, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour, "ms": time.Millisecond,
}

// ParseDuration reads how long something lasts: "90 s", "1.5 h", "2 min", "1h30m", "1:30" hours; a number alone is minutes.
func ParseDuration(text string) (time.Duration, error) {
	text = strings.TrimSpace(text)
	refuse := func() (time.Duration, error) {
		return 0, fmt.Errorf("%q is no time like 90 s, 2 min or 1.5 h", errs.Clip(text))
	}
	if text == "" {
		return 0, nil
	}
	at := strings.LastIndexAny(text, "0123456789.") + 1
	unit, known := durations[lower(text[at:])]
	if q, err := plant.ParseQuantity(text[:at]); err == nil && known {
		us, ok := q.Times(int64(unit/time.Microsecond), int64(plant.One))
		if !ok || us > plant.Quantity(1<<62/int64(time.Microsecond)) || us < 0 {
			return refuse()
		}
		return time.Duration(us) * time.Microsecond, nil
	}
	d, err := time.ParseDuration(strings.ReplaceAll(text, " ", ""))
	if err != nil || d < 0 {
		return refuse()
	}
	return d.Round(time.Microsecond), nil
}

// WriteDuration writes how long something lasts as ParseDuration reads it; nothing is "".
func WriteDuration(d time.Duration) string {
	for _, u := range []struct {
		word string
		is   time.Duration
	}{{"h", time.Hour}, {"min", time.Minute}, {"s", time.Second}} {
		if d >= u.is {
			if q, ok := plant.Quantity(d.Microseconds()).Times(int64(plant.One), u.is.Microseconds()); ok && q%10_000 == 0 && q*plant.Quantity(u.is.Microseconds()/100) == plant.Quantity(d.Microseconds())*(plant.One/100) {
				return q.String() + " " + u.word
			}
		}
	}
	if d == 0 {
		return ""
	}
	return plant.Quantity(d.Microseconds()).String() + " s"
}

// columns are the fields of a pasted line in their order, where its first line does not name them.
var columns = []string{"item", "quantity", "unit", "scrap", "once", "policy", "operation", "instead", "kind", "share", "note"}

// Paste reads lines as a spreadsheet gives them: columns between tabs, or semicolons. A first line of names says which
// column is which.
func Paste(text string) (all []Line) {
	order := columns
	for n, row := range strings.Split(strings.ReplaceAll(text, "\r", ""), "\n") {
		if strings.TrimSpace(row) == "" {
			continue
		}
		cells := strings.Split(row, "\t")
		if len(cells) == 1 {
			cells = strings.Split(row, ";")
		}
		if n == 0 && slices.Contains([]string{"item", "number", "component"}, lower(cells[0])) {
			order = nil
			for _, c := range cells {
				order = append(order, lower(c))
			}
			continue
		}
		all = append(all, pasted(cells, order))
		if len(all) > bill.MostLines {
			break
		}
	}
	return all
}

func pasted(cells, order []string) (l Line) {
	for i, c := range cells {
		if i >= len(order) {
			break
		}
		if at := l.field(order[i]); at != nil {
			*at = strings.TrimSpace(c)
		}
	}
	if q, unit, both := strings.Cut(l.Quantity, " "); both && l.Unit == "" {
		l.Quantity, l.Unit = q, unit
	}
	return l
}

// field is the field of a name; nil where there is none.
func (l *Line) field(name string) *string {
	switch name {
	case "position":
		return &l.Position
	case "kind":
		return &l.Kind
	case "item", "number", "component":
		return &l.Item
	case "quantity", "qty":
		return &l.Quantity
	case "unit":
		return &l.Unit
	case "once":
		return &l.Once
	case "scrap", "scrap %":
		return &l.Scrap
	case "policy":
		return &l.Policy
	case "every":
		return &l.Every
	case "operation":
		return &l.Operation
	case "instead":
		return &l.Instead
	case "share", "share %":
		return &l.Share
	case "note":
		return &l.Note
	}
	return nil
}

// Set writes a field of a line; false where there is none of that name.
func (l *Line) Set(name, text string) bool {
	at := l.field(name)
	if at != nil {
		*at = text
	}
	return at != nil
}
