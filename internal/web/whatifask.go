// What would have been otherwise, as an address says it.

package web

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/oee/whatif"
	"millwright/internal/plant"
)

const (
	whatIfHome  = "/whatif"
	sevenDays   = "days"              // the range of the last seven days
	longestAnew = 8 * 24 * time.Hour  // that is laid out anew
	longestTry  = 31 * 24 * time.Hour // that is reckoned
)

func whatIfRanges() []namedWord {
	return []namedWord{{shiftBefore, "Last shift"}, {sevenDays, "Last 7 days"}}
}

// The fields of a cut begin with what it is of, those of a cycle with this.
const (
	cutField   = "cut."
	unitField  = "unit."
	cycleField = "cycle."
	minField   = "min_stop."  // of a product
	maxField   = "micro_max." // of a product
)

// whatIfAsk is what an address asks.
type whatIfAsk struct {
	line, over, from, to string // the times as typed, of a custom range
	typed                url.Values
	whatif.Change
}

// whatIfOf reads an address; what is wrong is told beside its field.
func whatIfOf(q url.Values) (a whatIfAsk, err error) {
	a = whatIfAsk{line: q.Get("line"), over: shiftBefore, typed: url.Values{}}
	if q.Get("range") == sevenDays || q.Get("range") == customRange {
		a.over = q.Get("range")
	}
	if a.over == customRange {
		a.from, a.to = errs.Clip(strings.TrimSpace(q.Get("from"))), errs.Clip(strings.TrimSpace(q.Get("to")))
	}
	var w wrong
	read := func(field string, most float64) float64 { return readWithin(q, &w, field, most) }
	a.MinStop, a.MicroMax = seconds(read("min_stop", 86400)), seconds(read("micro_max", 86400))
	a.SetUp, a.Scrap = seconds(60*read("changeover", 1440)), int64(10*read("scrap", 100)+0.5)
	for field := range q {
		for prefix, by := range map[string]whatif.Side{cutField: whatif.Reason, unitField: whatif.Unit} {
			if key, is := strings.CutPrefix(field, prefix); is {
				a.Cuts = append(a.Cuts, whatif.Cut{By: by, Of: key, Share: int64(10*read(field, 100) + 0.5)})
			}
		}
		if product, is := strings.CutPrefix(field, cycleField); is {
			if d := seconds(read(field, 86400)); d > 0 {
				a.Cycles = put(a.Cycles, product, d)
			}
		}
	}
	a.limits(q, &w)
	a.Cuts = slices.DeleteFunc(a.Cuts, func(c whatif.Cut) bool { return c.Share == 0 })
	slices.SortFunc(a.Cuts, func(x, y whatif.Cut) int { return strings.Compare(string(x.By)+x.Of, string(y.By)+y.Of) })
	for field, values := range q {
		if value := strings.TrimSpace(values[0]); changes(field) && value != "" && value != "0" {
			a.typed.Set(field, errs.Clip(value))
		}
	}
	if err := w.err(); err != nil {
		return a, err
	}
	return a, a.Check()
}

// limits reads the limits of stops of single products.
func (a *whatIfAsk) limits(q url.Values, w *wrong) {
	for field := range q {
		for _, prefix := range []string{minField, maxField} {
			product, is := strings.CutPrefix(field, prefix)
			d := time.Duration(0)
			if is {
				d = seconds(readWithin(q, w, field, 86400))
			}
			if d == 0 {
				continue
			}
			own := a.Special[product]
			if prefix == minField {
				own.MinStop = d
			} else {
				own.MicroMax = d
			}
			a.Special = put(a.Special, product, own)
		}
	}
}

// changes tells whether a field is about what would have been otherwise.
func changes(field string) bool {
	return slices.Contains([]string{"min_stop", "micro_max", "changeover", "scrap"}, field) ||
		strings.HasPrefix(field, cutField) || strings.HasPrefix(field, unitField) || strings.HasPrefix(field, cycleField) ||
		strings.HasPrefix(field, minField) || strings.HasPrefix(field, maxField)
}

// readWithin reads a number of at most so much; nothing is 0.
func readWithin(q url.Values, w *wrong, field string, most float64) float64 {
	value := strings.TrimSpace(q.Get(field))
	if value == "" {
		return 0
	}
	f, ok := number(value)
	if !ok || f < 0 || f > most {
		w.add(field, "Write a number from 0 to %s, or nothing.", plain(most))
		return 0
	}
	return f
}

// window is the time that is reckoned over: whole shifts that are over, or what was typed.
func (a whatIfAsk) window(l lineInfo, now time.Time) (w plant.Span, title string, err error) {
	now = now.UTC().Truncate(time.Microsecond)
	if a.over == customRange {
		return a.custom(l, now)
	}
	over := l.Calendar.Between(now.Add(-9*24*time.Hour), now)
	over = slices.DeleteFunc(over, func(s plant.Shift) bool { return s.To.After(now) })
	if len(over) == 0 {
		return w, "No shift is over yet", nil
	}
	last := over[len(over)-1]
	if a.over == sevenDays {
		first := slices.IndexFunc(over, func(s plant.Shift) bool { return !s.From.Before(last.To.Add(-7 * 24 * time.Hour)) })
		w = plant.Span{From: over[first].From, To: last.To}
		return w, fmt.Sprintf("%s, %s to %s", plural(len(over)-first, "shift", "shifts"), l.locale.Moment(w.From), l.locale.Moment(w.To)), nil
	}
	return last.Span(), last.Name + " shift, " + l.locale.Date(last.From) + ", " + span(l.locale, last), nil
}

func (a whatIfAsk) custom(l lineInfo, now time.Time) (w plant.Span, title string, err error) {
	var ok bool
	if w.From, ok = typedMoment(a.from, l.site.Zone); !ok {
		return w, "", wrongRange("from", "Write a date and a time: 2026-11-28 06:00.")
	}
	if w.To, ok = typedMoment(a.to, l.site.Zone); !ok {
		return w, "", wrongRange("to", "Write a date and a time: 2026-11-28 14:00.")
	}
	w.To = plant.Earlier(w.To, now)
	switch {
	case !w.From.Before(now):
		return w, "", wrongRange("from", "The beginning lies in the future.")
	case !w.From.Before(w.To):
		return w, "", wrongRange("to", "The end must come after the beginning.")
	case a.Anew() && w.Duration() > longestAnew:
		return w, "", wrongRange("to", "Choose a week at most: with other thresholds the time is laid out anew.")
	case w.Duration() > longestTry:
		return w, "", wrongRange("to", "Choose 31 days at most.")
	}
	return w, l.locale.Moment(w.From) + " to " + l.locale.Moment(w.To), nil
}

// href is the address that asks the same, but for what is set; "" takes a field away.
func (a whatIfAsk) href(set ...string) string {
	q := a.query()
	for field, values := range a.typed {
		q[field] = values
	}
	for i := 0; i+1 < len(set); i += 2 {
		if q.Set(set[i], set[i+1]); set[i+1] == "" {
			q.Del(set[i])
		}
	}
	return whatIfHome + "?" + q.Encode()
}

// query is the line and the time.
func (a whatIfAsk) query() url.Values {
	q := url.Values{"range": {a.over}}
	for name, value := range map[string]string{"line": a.line, "from": a.from, "to": a.to} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return q
}
