package kpi

import (
	"slices"
	"strings"

	"millwright/internal/errs"
)

// Period is what time is divided into.
type Period string

// The periods. Days, weeks (ISO 8601) and months are those of the dates on which shifts opened.
const (
	Whole Period = ""
	Hour  Period = "hour" // counted from where the shift began
	Shift Period = "shift"
	Day   Period = "day"
	Week  Period = "week"
	Month Period = "month"
)

// Side is what else the ledger can be divided by.
type Side string

// The sides.
const (
	All       Side = ""
	Line      Side = "line"
	Area      Side = "area"
	Site      Side = "site"
	Unit      Side = "unit"   // that caused the time
	Reason    Side = "reason" // why the line stood: of the plant's reasons; of time without one ""
	ShiftName Side = "shift-name"
	Product   Side = "product"
	Order     Side = "order"
	Operator  Side = "operator" // who was signed on at the line: what several share is counted for each of them; "" while nobody was
)

// MostSides is by how many sides the ledger can be divided at once.
const MostSides = 4

// By is how the ledger is divided: by a period, by sides, by both or not at all.
type By struct {
	Period Period
	Sides  [MostSides]Side // All behind the last one
}

// Per divides by sides alone.
func Per(sides ...Side) (by By) {
	copy(by.Sides[:], sides)
	return by
}

// Has tells whether a side is one of those.
func (by By) Has(s Side) bool { return s != All && slices.Contains(by.Sides[:], s) }

// Causes tells whether the ledger is divided by what caused the time: then the groups are measured against their lines.
func (by By) Causes() bool { return by.Has(Unit) || by.Has(Reason) }

// Periods and Sides are the words that ParseBy knows.
func Periods() []Period { return []Period{Hour, Shift, Day, Week, Month} }

// Sides are those besides All.
func Sides() []Side {
	return []Side{Line, Area, Site, Unit, Reason, ShiftName, Product, Order, Operator}
}

// ParseBy reads "line", "day", "line,day", "line,reason,product,shift-name"; "" is the whole.
func ParseBy(words string) (by By, err error) {
	sides := 0
	for word := range strings.SplitSeq(words, ",") {
		switch p, s := Period(word), Side(word); {
		case words == "":
		case slices.Contains(Periods(), p) && by.Period == Whole:
			by.Period = p
		case slices.Contains(Sides(), s) && !by.Has(s) && sides < MostSides:
			by.Sides[sides] = s
			sides++
		default:
			return by, errs.New(errs.Invalid, "nothing can be divided by %q; use one of %v, up to %d of %v, or both with commas between", clip(words), Periods(), MostSides, Sides())
		}
	}
	return by, nil
}

func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// String writes it as ParseBy reads it.
func (by By) String() string {
	var words []string
	for _, s := range by.Sides {
		if s != All {
			words = append(words, string(s))
		}
	}
	if by.Period != Whole {
		words = append(words, string(by.Period))
	}
	return strings.Join(words, ",")
}
