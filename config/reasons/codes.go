package reasons

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strconv"

	"millwright/internal/errs"
	"millwright/internal/plant/reason"
)

// None in the place of a reason says that a code has none, whatever a kind of machine says.
const None = "none"

const (
	mostCodes   = 1_000 // of one machine type or unit
	longestCode = 64
)

// numbers is a span of codes: "100-199".
var numbers = regexp.MustCompile(`^(\d{1,18})-(\d{1,18})$`)

// written is a span with the words that it was written in.
type written struct {
	reason.Span
	words string
}

// Codes understands the fault codes that stand at a path of the plant file, "107" or "100-199", and gives all that is
// wrong with them. known tells which reasons there are.
func Codes(path string, faults map[string]string, known func(reason.ID) bool) (reason.Codes, []errs.Field) {
	r := reader{}
	c := reason.Codes{Exact: map[string]reason.ID{}}
	if len(faults) > mostCodes {
		r.add(path, "are %d; there are %d at most: write spans, like 100-199", len(faults), mostCodes)
		return c, r.wrong
	}
	var spans []written
	for _, code := range slices.Sorted(maps.Keys(faults)) {
		id := reason.ID(faults[code])
		if id != None && !known(id) {
			r.add(path+"."+errs.Clip(code), "there is no reason %q", errs.Clip(string(id)))
		}
		if id == None {
			id = ""
		}
		if code == "" || len(code) > longestCode {
			r.add(path+"."+errs.Clip(code), "is no code; write up to %d letters, or a span of numbers, like 100-199", longestCode)
		}
		if m := numbers.FindStringSubmatch(code); m != nil {
			from, _ := strconv.ParseUint(m[1], 10, 64) // both fit: they have 18 digits at most
			to, _ := strconv.ParseUint(m[2], 10, 64)
			if from > to {
				r.add(path+"."+code, "ends before it begins; write the smaller number first")
			}
			spans = append(spans, written{reason.Span{From: from, To: to, Reason: id}, code})
			continue
		}
		c.Exact[code] = id
	}
	slices.SortStableFunc(spans, func(a, b written) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	r.overlaps(path, c.Exact, spans)
	for _, s := range spans {
		c.Spans = append(c.Spans, s.Span)
	}
	return c, r.wrong
}

// overlaps names both of what stands for the same code.
func (r *reader) overlaps(path string, exact map[string]reason.ID, spans []written) {
	furthest := 0 // the span that reaches furthest of those before
	for i := 1; i < len(spans); i++ {
		if spans[i].From <= spans[furthest].To {
			r.add(path+"."+spans[i].words, "overlaps %s; let each code mean one reason", spans[furthest].words)
		}
		if spans[i].To > spans[furthest].To {
			furthest = i
		}
	}
	for _, code := range slices.Sorted(maps.Keys(exact)) {
		n, err := strconv.ParseUint(code, 10, 64)
		if err != nil {
			continue
		}
		for _, s := range spans {
			if s.From <= n && n <= s.To {
				r.add(path+"."+code, "lies within %s; let each code mean one reason", s.words)
			}
		}
	}
}
