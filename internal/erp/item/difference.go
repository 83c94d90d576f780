package item

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"millwright/internal/plant/measure"
)

// fact is one thing that an item says, for the reader of the audit chain.
type fact struct{ name, is string }

func (i Item) told() []fact {
	p := i.Planning
	n := func(v int64) string { return strconv.FormatInt(v, 10) }
	return []fact{
		{"number", i.Number},
		{"name", i.Name},
		{"kind", string(i.Kind)},
		{"unit", measure.Symbol(i.Unit)},
		{"tracking", string(i.Tracking)},
		{"shelf life", n(i.ShelfDays) + " days"},
		{"valuation", string(i.Valuation)},
		{"standard cost", i.Standard.String()},
		{"product", i.Product},
		{"barcode", i.Barcode},
		{"phantom", strconv.FormatBool(i.Phantom)},
		{"note", i.Note},
		{"retired", strconv.FormatBool(i.Retired)},
		{"lead time", n(p.LeadDays) + " days"},
		{"safety stock", p.Safety.String()},
		{"safety time", n(p.SafetyDays) + " days"},
		{"time fence", n(p.FenceDays) + " days"},
		{"lot size", string(p.Rule)},
		{"lot quantity", p.Lot.String()},
		{"lot minimum", p.Min.String()},
		{"lot maximum", p.Max.String()},
		{"lot multiple", p.Multiple.String()},
		{"lot days", n(p.LotDays)},
		{"yield", p.Yield.String()},
		{"reordered by", string(p.Method)},
		{"reorder point", p.Point.String()},
		{"supplier", n(p.Supplier)},
		{"alternates taken", string(p.Alternates)},
		{"units", i.toldUnits()},
		{"revisions", i.toldRevisions()},
		{"alternates", i.toldAlternates()},
	}
}

func (i Item) toldUnits() string {
	return list(i.Units, func(u Unit) string { return measure.Symbol(u.Code) + " = " + u.Factor.String() })
}

func (i Item) toldRevisions() string {
	return list(i.Revisions, func(r Revision) string {
		if r.From.IsZero() {
			return r.Name
		}
		return r.Name + " from " + r.From.UTC().Format(time.RFC3339)
	})
}

func (i Item) toldAlternates() string {
	return list(i.Alternates, func(a Alternate) string { return fmt.Sprintf("item %d × %s", a.Item, a.Factor) })
}

func list[T any](all []T, say func(T) string) string {
	out := make([]string, len(all))
	for i, a := range all {
		out[i] = say(a)
	}
	return strings.Join(out, ", ")
}

// Differences tells what a change changes, as it was and as it is; both empty where nothing does.
func Differences(was, is Item) (old, now string) {
	a, b := was.told(), is.told()
	var olds, news []string
	for n := range a {
		if a[n].is != b[n].is {
			olds, news = append(olds, a[n].name+": "+a[n].is), append(news, b[n].name+": "+b[n].is)
		}
	}
	if len(news) == 0 && was.notes() != is.notes() {
		return "revisions: " + was.notes(), "revisions: " + is.notes()
	}
	return strings.Join(olds, "; "), strings.Join(news, "; ")
}

// notes are what told leaves out for shortness.
func (i Item) notes() string {
	return list(i.Revisions, func(r Revision) string { return r.Name + ": " + r.Note }) +
		list(i.Alternates, func(a Alternate) string { return fmt.Sprintf("; item %d at %d", a.Item, a.Rank) })
}

// Blank is a new item with the facts that most have.
func Blank(number string) Item {
	return Item{
		Number: number, Kind: Buy, Unit: "H87", Tracking: None, Valuation: Average,
		Planning: Planning{Rule: LotForLot, Method: MRP, Yield: One(), Alternates: IfLate},
	}
}
