package bill

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"millwright/internal/erp/tool"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// The bounds of a bill.
const (
	// MostLines is how many lines a bill has at most.
	MostLines      = 5000
	mostOperations = 200
	mostText       = 200
	mostNote       = 4000
	mostQuantity   = 1_000_000_000_000 * plant.One
	mostShare      = 100 * plant.One
	mostScrap      = 1000 * plant.One
	mostPosition   = 1_000_000
	longest        = 10 * 365 * 24 * time.Hour
)

type faults []errs.Field

func (f *faults) say(path, format string, args ...any) {
	*f = append(*f, errs.Field{Path: path, Message: fmt.Sprintf(format, args...)})
}

// Tidy puts a bill in the form in which it is kept: positions that nobody gave follow the last one by tens.
func (b Bill) Tidy() Bill {
	b.Note, b.Revision = strings.TrimSpace(b.Note), strings.TrimSpace(b.Revision)
	b.Lines, b.Operations = slices.Clone(b.Lines), slices.Clone(b.Operations)
	last := int64(0)
	for n := range b.Lines {
		l := &b.Lines[n]
		last = seat(&l.Position, last)
		l.Kind, l.Policy, l.Note = cmp.Or(l.Kind, Component), cmp.Or(l.Policy, PerCount), strings.TrimSpace(l.Note)
	}
	last = 0
	for n := range b.Operations {
		o := &b.Operations[n]
		last = seat(&o.Position, last)
		o.Name, o.Note = strings.TrimSpace(o.Name), strings.TrimSpace(o.Note)
		if o.Tool == 0 {
			o.Tools = 0
		} else if o.Tools == 0 {
			o.Tools = 1
		}
	}
	return b.Ordered()
}

func seat(position *int64, last int64) int64 {
	if *position == 0 {
		*position = last + 10
	}
	return max(last, *position)
}

// Ordered puts lines and operations in order, in place.
func (b Bill) Ordered() Bill {
	slices.SortStableFunc(b.Lines, func(a, o Line) int { return cmp.Compare(a.Position, o.Position) })
	slices.SortStableFunc(b.Operations, func(a, o Operation) int { return cmp.Compare(a.Position, o.Position) })
	return b
}

// Check tells all that is wrong with a bill, as far as that can be told without its items.
func (b Bill) Check() error {
	var wrong faults
	if b.Batch <= 0 || b.Batch > mostQuantity {
		wrong.say("batch", "the batch is the quantity that the lines are for: more than 0, at most %s", mostQuantity)
	}
	wrong.text("note", b.Note, 0, mostNote)
	wrong.text("revision", b.Revision, 0, mostText)
	if len(b.Lines) > MostLines || len(b.Operations) > mostOperations {
		wrong.say("lines", "a bill has at most %d lines and %d operations", MostLines, mostOperations)
		return wrong.error()
	}
	operations := wrong.operations(b.Operations)
	wrong.lines(b, operations)
	return wrong.error()
}

func (f faults) error() error {
	if len(f) == 0 {
		return nil
	}
	return &errs.Error{Kind: errs.Invalid, Words: "the bill of material cannot be kept: mend what is wrong with it", Fields: f}
}

func (f *faults) text(path, s string, least, most int) {
	switch n := utf8.RuneCountInString(s); {
	case n < least:
		f.say(path, "write it: it is empty")
	case n > most:
		f.say(path, "it has %d letters; the most is %d", n, most)
	case !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }):
		f.say(path, "it may hold no control characters")
	}
}

func (f *faults) operations(all []Operation) map[int64]bool {
	seen := map[int64]bool{}
	for n, o := range all {
		path := fmt.Sprintf("operations[%d]", n)
		f.position(path, o.Position, seen)
		f.text(path+".name", o.Name, 1, mostText)
		f.text(path+".note", o.Note, 0, mostNote)
		for _, d := range []time.Duration{o.Setup, o.Run, o.Queue} {
			if d < 0 || d > longest {
				f.say(path+".time", "set-up, run and queue times are between 0 and ten years")
			}
		}
		if o.Crew < 0 || o.Crew > 1000*plant.One {
			f.say(path+".crew", "the crew is between 0 and 1000 people")
		}
		if o.Skill != 0 && o.Crew <= 0 {
			f.say(path+".crew", "write how many people with the skill it takes")
		}
		if o.Tool != 0 && (o.Tools < 1 || o.Tools > tool.Most) {
			f.say(path+".tools", "write how many of the tool it takes: between 1 and %d", tool.Most)
		}
		if wrong := o.Also.Check(o.Crew, o.Tool, o.Skill); wrong != "" {
			f.say(path+".also", "%s", wrong)
		}
		if o.Centre <= 0 {
			f.say(path+".centre", "choose a work centre")
		}
	}
	return seen
}

func (f *faults) position(path string, p int64, seen map[int64]bool) {
	if p <= 0 || p > mostPosition {
		f.say(path+".position", "the position is a whole number between 1 and %d", mostPosition)
	} else if seen[p] {
		f.say(path+".position", "there are two of position %d", p)
	}
	seen[p] = true
}

func (f *faults) lines(b Bill, operations map[int64]bool) {
	seen, taken, share := map[int64]bool{}, map[int64]bool{}, plant.Quantity(0)
	for _, l := range b.Lines {
		taken[l.Position] = l.Taken()
	}
	for n, l := range b.Lines {
		path := fmt.Sprintf("lines[%d]", n)
		f.position(path, l.Position, seen)
		f.line(path, l)
		switch {
		case l.Item == b.Item:
			f.say(path+".item", "an item cannot be made of itself")
		case l.Operation != 0 && !operations[l.Operation]:
			f.say(path+".operation", "there is no operation %d in this bill", l.Operation)
		case l.Instead != 0 && !taken[l.Instead]:
			f.say(path+".instead", "there is no component at position %d that this one could stand for", l.Instead)
		}
		share += min(max(l.Share, 0), mostShare)
	}
	if share >= mostShare {
		f.say("lines", "co-products and by-products bear %s %% of the cost: something must be left for the item itself", share)
	}
}

func (f *faults) line(path string, l Line) {
	if !slices.Contains(Kinds(), l.Kind) {
		f.say(path+".kind", "%q is no kind of line: component, co-product or by-product", errs.Clip(string(l.Kind)))
	}
	if !slices.Contains(Policies(), l.Policy) {
		f.say(path+".policy", "%q is no policy: per count, per cycle batch, at completion or by hand", errs.Clip(string(l.Policy)))
	}
	for _, q := range []struct {
		path string
		is   plant.Quantity
		most plant.Quantity
	}{{"quantity", l.Quantity, mostQuantity}, {"once", l.Once, mostQuantity}, {"every", l.Every, mostQuantity}, {"scrap", l.Scrap, mostScrap}, {"share", l.Share, mostShare}} {
		if q.is < 0 || q.is > q.most {
			f.say(path+"."+q.path, "write a number between 0 and %s", q.most)
		}
	}
	if l.Quantity == 0 && l.Once == 0 {
		f.say(path+".quantity", "the line takes nothing: write how much")
	}
	if l.Policy == PerCycle && l.Every == 0 {
		f.say(path+".every", "write how much of the item a cycle batch is")
	}
	if l.Kind == Component && l.Share != 0 {
		f.say(path+".share", "only what comes out bears a share of the cost")
	}
	if l.Kind != Component && (l.Instead != 0 || l.Once != 0) {
		f.say(path+".kind", "what comes out is no alternate, and is not taken once")
	}
	f.text(path+".note", l.Note, 0, mostNote)
}

// Next tells whether a bill may go to a state.
func (b Bill) Next(to State) error {
	if !slices.Contains(steps[b.State], to) {
		return errs.New(errs.Conflict, "version %d is %s: it cannot become %s", b.Number, b.State, to)
	}
	if to == Released && len(b.Lines)+len(b.Operations) == 0 {
		return errs.New(errs.Invalid, "version %d has neither lines nor operations: there is nothing to release", b.Number)
	}
	return nil
}

// Check tells all that is wrong with a work centre.
func (c Centre) Check() error {
	var f faults
	f.text("code", c.Code, 1, 40)
	f.text("name", c.Name, 1, mostText)
	f.text("place", c.Place, 0, mostText)
	for path, m := range map[string]plant.Money{"machine_hour": c.Machine, "labour_hour": c.Labour} {
		if m < 0 || m > 1_000_000_000*plant.Currency {
			f.say(path, "what an hour costs is between 0 and a thousand million")
		}
	}
	if len(f) == 0 {
		return nil
	}
	slices.SortFunc(f, func(a, b errs.Field) int { return strings.Compare(a.Path, b.Path) })
	return &errs.Error{Kind: errs.Invalid, Words: "the work centre cannot be kept: mend what is wrong with it", Fields: f}
}
