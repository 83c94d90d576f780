package item

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/plant/measure"
)

// The bounds of an item.
const (
	mostNumber    = 40
	mostName      = 200
	mostNote      = 4000
	mostUnits     = 50
	mostRevisions = 500
	mostDays      = 36_500
	// MostQuantity is the most of an item that one field may say, in millionths: a million million.
	MostQuantity = 1_000_000_000_000 * plant.One
	// MostMoney is the most that one field may say of money.
	MostMoney = 1_000_000_000_000 * plant.Currency
)

// faults are what is wrong with an item, field by field.
type faults []errs.Field

func (f *faults) say(path, format string, args ...any) {
	*f = append(*f, errs.Field{Path: path, Message: fmt.Sprintf(format, args...)})
}

// Tidy puts an item in the form in which it is kept: without spaces around its texts, in lowest terms and in order.
func (i Item) Tidy() Item {
	for _, s := range []*string{&i.Number, &i.Name, &i.Unit, &i.Product, &i.Barcode, &i.Note} {
		*s = strings.TrimSpace(*s)
	}
	i.Planning.Yield, i.Planning.Alternates = i.Planning.Yield.Whole(), cmp.Or(i.Planning.Alternates, IfLate)
	i.Units, i.Revisions, i.Alternates = slices.Clone(i.Units), slices.Clone(i.Revisions), slices.Clone(i.Alternates)
	for n := range i.Units {
		i.Units[n].Factor = i.Units[n].Factor.Whole()
	}
	for n := range i.Alternates {
		i.Alternates[n].Factor = i.Alternates[n].Factor.Whole()
	}
	for n := range i.Revisions {
		r := &i.Revisions[n]
		r.Name, r.Note = strings.TrimSpace(r.Name), strings.TrimSpace(r.Note)
	}
	return i.Ordered()
}

// Ordered puts what hangs on an item in order, in place.
func (i Item) Ordered() Item {
	slices.SortStableFunc(i.Units, func(a, b Unit) int { return strings.Compare(a.Code, b.Code) })
	slices.SortStableFunc(i.Alternates, func(a, b Alternate) int { return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.Item, b.Item)) })
	slices.SortStableFunc(i.Revisions, byEffect)
	return i
}

func byEffect(a, b Revision) int {
	switch {
	case a.From.IsZero() == b.From.IsZero() && a.From.Equal(b.From):
		return strings.Compare(a.Name, b.Name)
	case a.From.IsZero():
		return 1
	case b.From.IsZero():
		return -1
	}
	return a.From.Compare(b.From)
}

// Check tells all that is wrong with an item.
func (i Item) Check() error {
	var wrong faults
	wrong.facts(i)
	wrong.planning(i.Planning)
	wrong.units(i)
	wrong.revisions(i.Revisions)
	wrong.alternates(i)
	if len(wrong) == 0 {
		return nil
	}
	return &errs.Error{Kind: errs.Invalid, Words: "item " + errs.Clip(i.Number) + " cannot be kept: mend what is wrong with it", Fields: wrong}
}

func (f *faults) facts(i Item) {
	f.line("number", i.Number, 1, mostNumber)
	f.line("name", i.Name, 1, mostName)
	f.line("product", i.Product, 0, mostNumber)
	if n := utf8.RuneCountInString(i.Note); n > mostNote {
		f.say("note", "the note has %d letters; the most is %d", n, mostNote)
	}
	f.among("kind", string(i.Kind), words(Kinds()))
	f.among("tracking", string(i.Tracking), words(Trackings()))
	f.among("valuation", string(i.Valuation), words(Valuations()))
	if u, known := measure.Of(i.Unit); !known || u.Code != i.Unit {
		f.say("unit", "%q is no unit; write a code of UNECE Recommendation 20 such as H87 (piece), KGM or MTR", errs.Clip(i.Unit))
	}
	f.days("shelfDays", i.ShelfDays)
	if i.ShelfDays > 0 && i.Tracking == None {
		f.say("shelfDays", "what expires must be tracked by lot or by serial number")
	}
	if i.Standard < 0 || i.Standard > MostMoney {
		f.say("standardCost", "the standard cost must be between 0 and %s", MostMoney)
	}
	if err := CheckCode(i.Barcode); err != nil {
		f.say("barcode", "%s", err)
	}
	if i.Phantom && (i.Kind == Buy || i.Kind == Service) {
		f.say("phantom", "a phantom is made on paper only: its kind is make")
	}
}

func (f *faults) planning(p Planning) {
	f.among("lotRule", string(p.Rule), words(LotRules()))
	f.among("reorder", string(p.Method), words(Reorders()))
	f.among("alternatesTaken", string(p.Alternates), words(Substitutions()))
	f.days("leadDays", p.LeadDays)
	f.days("safetyDays", p.SafetyDays)
	f.days("fenceDays", p.FenceDays)
	f.days("lotDays", p.LotDays)
	for _, q := range []struct {
		path string
		is   plant.Quantity
	}{{"safety", p.Safety}, {"lotQuantity", p.Lot}, {"lotMin", p.Min}, {"lotMax", p.Max}, {"lotMultiple", p.Multiple}, {"reorderPoint", p.Point}} {
		if q.is < 0 || q.is > MostQuantity {
			f.say(q.path, "write a quantity between 0 and %s", MostQuantity)
		}
	}
	switch {
	case p.Lot == 0 && (p.Rule == Fixed || p.Rule == Economic || p.Rule == UpTo):
		f.say("lotQuantity", "the rule %q needs the quantity of an order", p.Rule)
	case p.LotDays == 0 && p.Rule == Periods:
		f.say("lotDays", "the rule %q needs how many days one order is for", p.Rule)
	}
	if p.Max > 0 && max(roundedUp(p.Min, p.Multiple), p.Multiple) > p.Max {
		f.say("lotMax", "orders of at most %s cannot be of at least %s in multiples of %s", p.Max, p.Min, p.Multiple)
	}
	if y := p.Yield.Whole(); !y.Sound() || y.Num > y.Den {
		f.say("yield", "the yield is a share of more than none and at most all: 0.98")
	}
	if p.Supplier < 0 {
		f.say("supplier", "there is no such supplier")
	}
}

func roundedUp(q, multiple plant.Quantity) plant.Quantity {
	if multiple <= 0 || q%multiple == 0 || q > MostQuantity || multiple > MostQuantity {
		return q
	}
	return q - q%multiple + multiple
}

func (f *faults) units(i Item) {
	if len(i.Units) > mostUnits {
		f.say("units", "an item has at most %d units", mostUnits)
		return
	}
	seen := map[string]bool{i.Unit: true}
	for n, u := range i.Units {
		path := "units[" + strconv.Itoa(n) + "]"
		if seen[u.Code] {
			f.say(path, "%s stands here twice, or is the stock unit", measure.Symbol(u.Code))
		}
		seen[u.Code] = true
		f.unit(path, i.Unit, u)
	}
}

func (f *faults) unit(path, stock string, u Unit) {
	this, known := measure.Of(u.Code)
	own, _ := measure.Of(stock)
	right, settled := Between(u.Code, stock)
	switch {
	case !known || this.Code != u.Code:
		f.say(path, "%q is no unit; write a code of UNECE Recommendation 20 such as KGM", errs.Clip(u.Code))
	case !u.Factor.Sound():
		f.say(path, "the factor of %s must be more than 0, of at most fifteen digits", this.Symbol)
	case Physical(this.Kind) && Physical(own.Kind) && this.Kind != own.Kind:
		f.say(path, "the item is kept in %s (%s) and cannot be counted in %s (%s)", own.Symbol, own.Kind, this.Symbol, this.Kind)
	case settled && right != u.Factor.Whole():
		f.say(path, "1 %s is %s %s, and not %s", this.Symbol, right, own.Symbol, u.Factor)
	}
}

func (f *faults) revisions(all []Revision) {
	if len(all) > mostRevisions {
		f.say("revisions", "an item has at most %d revisions", mostRevisions)
		return
	}
	seen, since := map[string]bool{}, map[int64]string{}
	for n, r := range all {
		path := "revisions[" + strconv.Itoa(n) + "]"
		f.line(path, r.Name, 1, mostNumber)
		if seen[r.Name] {
			f.say(path, "there are two revisions %s", errs.Clip(r.Name))
		}
		seen[r.Name] = true
		if utf8.RuneCountInString(r.Note) > mostNote {
			f.say(path, "its note has more than %d letters", mostNote)
		}
		if r.From.IsZero() {
			continue
		}
		if other, taken := since[r.From.UnixMicro()]; taken {
			f.say(path, "revision %s holds from the same time as %s", errs.Clip(r.Name), errs.Clip(other))
		}
		since[r.From.UnixMicro()] = r.Name
	}
}

func (f *faults) alternates(i Item) {
	if len(i.Alternates) > mostUnits {
		f.say("alternates", "an item has at most %d alternates", mostUnits)
		return
	}
	seen := map[int64]bool{}
	for n, a := range i.Alternates {
		path := "alternates[" + strconv.Itoa(n) + "]"
		switch {
		case a.Item == i.ID && i.ID != 0:
			f.say(path, "an item is no alternate of itself")
		case a.Item <= 0 || seen[a.Item]:
			f.say(path, "there is no such item, or it stands here twice")
		case !a.Factor.Sound():
			f.say(path, "the factor must be more than 0, of at most fifteen digits")
		case a.Rank < 0 || a.Rank > mostDays:
			f.say(path, "the rank is a whole number from 0 on, the best first")
		}
		seen[a.Item] = true
	}
}

// line checks a text of one line.
func (f *faults) line(path, s string, least, most int) {
	n := utf8.RuneCountInString(s)
	switch {
	case n < least:
		f.say(path, "write it: it is empty")
	case n > most:
		f.say(path, "it has %d letters; the most is %d", n, most)
	case !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl):
		f.say(path, "it may hold no line breaks and no control characters")
	}
}

func (f *faults) days(path string, n int64) {
	if n < 0 || n > mostDays {
		f.say(path, "write a number of days between 0 and %d", mostDays)
	}
}

func (f *faults) among(path, s string, all []string) {
	if !slices.Contains(all, s) {
		f.say(path, "%q is none of %s", errs.Clip(s), strings.Join(all, ", "))
	}
}

func words[T ~string](all []T) []string {
	out := make([]string, len(all))
	for i, w := range all {
		out[i] = string(w)
	}
	return out
}

func clip(s string) string { return errs.Clip(s) }
