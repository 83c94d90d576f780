package web

import (
	"net/url"
	"slices"
	"strings"

	"millwright/internal/errs"
)

const lossesHome = "/losses"

// The ranges that losses are looked at over.
const (
	nowShift     = "shift"
	shiftBefore  = "previous"
	shiftWeekAgo = "week-ago"
	thisDay      = "day"
	thisWeek     = "week"
	thisMonth    = "month"
	customRange  = "custom"
)

// namedWord is a word of an address and how people call it.
type namedWord struct{ word, name string }

func lossRanges() []namedWord {
	return []namedWord{
		{nowShift, "This shift"},
		{shiftBefore, "Previous shift"},
		{shiftWeekAgo, "Same shift last week"},
		{thisDay, "Day"},
		{thisWeek, "Week"},
		{thisMonth, "Month"},
	}
}

// What a range is compared with.
const (
	thenBefore  = "before"
	thenWeekAgo = "week-ago"
)

func lossThens() []namedWord {
	return []namedWord{{thenBefore, "The time before"}, {thenWeekAgo, "A week earlier"}}
}

// The sides by which losses are told apart.
const (
	byCategory = "category"
	byReason   = "reason"
	byUnit     = "unit"
	byProduct  = "product"
	byShift    = "shift"
	byLine     = "line"
)

func lossSides() []namedWord {
	return []namedWord{{byCategory, "Category"}, {byReason, "Reason"}, {byUnit, "Unit"}, {byProduct, "Product"}, {byShift, "Shift"}, {byLine, "Line"}}
}

// What losses are compared by.
const (
	inMinutes = "minutes"
	inCount   = "count"
	inMoney   = "money"
)

func lossMeasures() []namedWord {
	return []namedWord{{inMinutes, "Minutes"}, {inCount, "Count"}, {inMoney, "Money"}}
}

// lossAsk is what an address asks of the losses.
type lossAsk struct {
	over, line, by, in, then string
	from, to                 string            // as typed, of a custom range
	only                     map[string]string // by side: no more than this one
}

// lossAskOf reads an address. A word that is none is refused; a range that cannot be read is told beside its field.
func lossAskOf(q url.Values) (lossAsk, error) {
	a := lossAsk{over: nowShift, by: byCategory, in: inMinutes, line: q.Get("line"), only: map[string]string{}}
	for _, w := range []struct {
		name string
		into *string
		of   []namedWord
	}{{"range", &a.over, append(lossRanges(), namedWord{word: customRange})}, {"by", &a.by, lossSides()}, {"in", &a.in, lossMeasures()}, {"then", &a.then, lossThens()}} {
		word := q.Get(w.name)
		switch {
		case word == "":
		case slices.ContainsFunc(w.of, func(n namedWord) bool { return n.word == word }):
			*w.into = word
		default:
			return a, errs.New(errs.Invalid, "%s cannot be %q; choose one of the page", w.name, errs.Clip(word))
		}
	}
	if a.over == customRange {
		a.from, a.to = errs.Clip(strings.TrimSpace(q.Get("from"))), errs.Clip(strings.TrimSpace(q.Get("to")))
	}
	for _, side := range lossSides() {
		if name := "only-" + side.word; q.Has(name) {
			a.only[side.word] = q.Get(name)
		}
	}
	return a, nil
}

// query writes it as an address does.
func (a lossAsk) query() url.Values {
	q := url.Values{"range": {a.over}}
	set := func(name, value, usual string) {
		if value != usual {
			q.Set(name, value)
		}
	}
	set("line", a.line, "")
	set("by", a.by, byCategory)
	set("in", a.in, inMinutes)
	set("then", a.then, "")
	set("from", a.from, "")
	set("to", a.to, "")
	for side, value := range a.only {
		q.Set("only-"+side, value)
	}
	return q
}

// timeOnly asks for no more than the time and the lines.
func (a lossAsk) timeOnly() lossAsk {
	return lossAsk{over: a.over, line: a.line, by: byCategory, in: inMinutes, from: a.from, to: a.to}
}

// href is the address of a page that asks the same, but for what is set.
func (a lossAsk) href(path string, set ...string) string {
	q := a.query()
	for i := 0; i+1 < len(set); i += 2 {
		q.Set(set[i], set[i+1])
	}
	return path + "?" + q.Encode()
}

// within is the address that asks for one part of what is shown, told apart by the next side.
func (a lossAsk) within(side, value string) string {
	next := a.by
	if side == next {
		for _, s := range lossSides() {
			if _, is := a.only[s.word]; !is && s.word != side && (s.word != byLine || a.line == "") {
				next = s.word
				break
			}
		}
	}
	return a.href(lossesHome, "only-"+side, value, "by", next) + "#pareto"
}

// without is the address that asks for all of a side again.
func (a lossAsk) without(side string) string {
	q := a.query()
	q.Del("only-" + side)
	return lossesHome + "?" + q.Encode() + "#pareto"
}
